"""One household driven to its end: a house, a mind for each resident, and what they leave behind."""

from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from agents.habit import HabitMind
from agents.household import shared_home
from agents.person import Person
from dataset.log import Log
from dataset.manifest import Ledgers
from runner.course import person_of, unfolded
from scenarios.catalogue import Catalogue
from scenarios.chance import Chance
from scenarios.course import later_devices
from scenarios.home import Address
from scenarios.kin import LED
from scenarios.scenario import FAULTS, Scenario
from scenarios.weather_file import Hour, read_weather
from sppc.memory import Memory
from world.anomaly.planning import windows_of
from world.anomaly.window import Window
from world.audit import audit
from world.clock import Clock
from world.contention import Conflict
from world.event import OBSERVABLE, Event, Kind
from world.house import House
from world.layout import Layout
from world.loop import live
from world.mind import Decided, Mind, Thought

if TYPE_CHECKING:
    from agents.thinking import Thinking


@dataclass(repr=False)  # asyncio.run writes its task out in full when it ends (Python 3.11)
class Lived:
    """What one household has left behind so far, or since somebody put it by."""

    name: str
    events: list[Event] = field(default_factory=list)
    decisions: list[Decided] = field(default_factory=list)
    conflicts: list[Conflict] = field(default_factory=list)
    sensors: Ledgers = field(default_factory=dict)  # at the end
    thoughts: list[tuple[str, Thought]] = field(default_factory=list)
    """(resident, thought) of every turn of thought that asked a model, without what was weighed."""
    now: int = 0  # ms
    observable: int = 0  # events
    refused: int = 0  # attempts at what cannot be done
    over: bool = False  # nothing more will happen
    windows: Sequence[Window] = ()  # of anomalies

    def take(self, records: Sequence[Event | Decided | Conflict]) -> None:
        """Add what was recorded at one instant."""
        events = [it for it in records if type(it) is Event]
        decisions = [it for it in records if type(it) is Decided]
        self.events += events
        self.decisions += decisions
        self.conflicts += [it for it in records if type(it) is Conflict]
        kinds = [it.kind for it in events]
        self.observable += sum(map(OBSERVABLE.__contains__, kinds))
        self.refused += kinds.count(Kind.REFUSED)
        for decided in decisions:
            if decided.decision.thoughts:
                self.thoughts += _asked(decided)
        last = [rows[-1].time for rows in (events, decisions) if rows]  # a conflict's time is when it arose
        self.now = max(self.now, *last) if last else self.now

    def put_by(self, log: Log) -> None:
        """Hand events and decisions over to *log*."""
        log.take(self.events, self.decisions)
        self.events, self.decisions = [], []

    def impossible(self, scenario: Scenario, catalogue: Catalogue) -> list[str]:
        """Executed events that an independent replay on fresh devices finds impossible."""
        return impossible(self.events, self.conflicts, scenario, catalogue)


def impossible(
    events: Iterable[Event], conflicts: Sequence[Conflict], scenario: Scenario, catalogue: Catalogue
) -> list[str]:
    """The same of the *events* of a whole life, which can be gone through more than once."""
    asleep = [name for name, activity in catalogue.activities.items() if activity.asleep]
    awaited = later_devices(scenario)
    return audit(events, scenario.home, catalogue.devices, conflicts, asleep, awaited)


def _asked(decided: Decided) -> Iterator[tuple[str, Thought]]:
    for thought in decided.decision.thoughts:
        if thought.asked:
            yield decided.resident, replace(thought, options=(), prior=(), evidence=())


async def lives(
    scenario: Scenario,
    catalogue: Catalogue,
    memories: Mapping[str, Memory],
    thinking: "Thinking | None",
    index: int,
) -> AsyncIterator[Lived]:
    """Household *index* of the scenario, after every instant; nothing but its index sets it apart."""
    clock = Clock(scenario.start, scenario.home.address.zone)
    layout = Layout(scenario.home, catalogue)
    chance = Chance(scenario.seed).branch("household", index)
    residents, course = unfolded(scenario, layout)
    happenings = [it for it in scenario.happenings if it.kind not in FAULTS]  # faults are anomalies
    windows = windows_of(scenario, layout, clock, chance.branch("anomalies"))
    house = House(
        layout, residents, happenings, clock, chance,
        physics=scenario.physics, record=_recorded_weather(scenario), course=course,
        anomalies=windows,
    )  # fmt: skip
    people = {
        profile.id: person_of(profile, course, memories, layout, clock, chance.branch("mind", profile.id))
        for profile in residents
    }
    if scenario.mind.coordination:
        people = shared_home(people, chance.branch("household"))
    minds: dict[str, Mind] = {who: _mind(person, thinking) for who, person in people.items()}
    lived = Lived(f"h{index:05d}", windows=windows)
    async for records in live(house, minds, clock.midnight(scenario.days)):
        lived.take(records)
        yield lived
    lived.sensors = house.sensors.ledger()


async def whole_life(
    scenario: Scenario,
    catalogue: Catalogue,
    memories: Mapping[str, Memory],
    thinking: "Thinking | None",
    index: int,
) -> Lived:
    """The same, once it has ended."""
    async for so_far in lives(scenario, catalogue, memories, thinking, index):
        lived = so_far
    return lived


def _recorded_weather(scenario: Scenario) -> tuple[Hour, ...]:
    """The hours of the file that the scenario names, read once for all its households."""
    if not scenario.weather:
        return ()
    path = Path(scenario.weather)
    return _hours(path, path.stat().st_mtime_ns, scenario.home.address, scenario.start, scenario.days)


@lru_cache(maxsize=1)
def _hours(path: Path, _: int, address: Address, start: date, days: int) -> tuple[Hour, ...]:
    return read_weather(path, address, start, days)


def _mind(person: Person, thinking: "Thinking | None") -> Mind:
    if thinking is None or person.profile.age < LED:  # a small child asks no model
        return HabitMind(person)
    from agents.thinking import ThinkingMind

    return ThinkingMind(person, thinking)
