"""What stories about living people are told with: a flat, people who do as they are told, short accounts."""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from agents.habit import HabitMind
from agents.person import Person
from dataset.authored import from_authored
from dataset.routines import Behaviour, Routines
from runner.household import Lived, whole_life
from scenarios.catalogue import load_catalogue
from scenarios.chance import Chance
from scenarios.frozen import clock_text
from scenarios.home import Home
from scenarios.loading import load_routines_file, load_scenario
from scenarios.resident import Profile
from scenarios.scenario import Happening, Scenario
from sppc.compress import remember
from sppc.memory import Memory
from world.clock import MINUTE, Clock
from world.devices import Device
from world.event import Event, Kind
from world.house import House
from world.layout import Layout
from world.loop import Record, live
from world.mind import Basis, Cause, Decided, Decision, Mind, Observation, Order

ROOT = Path(__file__).parents[1]
CATALOGUE = load_catalogue()
QUICKSTART = load_scenario(ROOT / "scenarios" / "quickstart.yaml")
FLAT = QUICKSTART.home
ZONE = "Europe/Paris"
WINTER, SUMMER = date(2026, 1, 12), date(2026, 7, 13)  # Mondays
AT_EASE = {"temperature": (-50.0, 60.0), "humidity": (0.0, 100.0), "noise": 120.0, "co2": 10_000.0}

SENSED = (Kind.READING, Kind.LOST)  # no part of what people do

Doing = Callable[[Observation], Decision]


def someone(id: str = "ann", **about: object) -> Profile:  # noqa: A002
    """A person whom no temperature troubles unless *about* says so."""
    return Profile.model_validate({"id": id, "name": id.title(), "comfort": AT_EASE, **about})


def a_house(
    *people: Profile,
    happenings: Sequence[Happening] = (),
    start: date = WINTER,
    home: Home = FLAT,
    seed: int = 7,
) -> House:
    clock = Clock(start, home.address.zone)
    return House(Layout(home, CATALOGUE), people, happenings, clock, Chance(seed))


def a_person(
    profile: Profile | None = None,
    memory: Memory | None = None,
    *,
    start: date = WINTER,
    home: Home = FLAT,
    seed: int = 7,
    per_day: float = 5.0,
) -> Person:
    clock = Clock(start, home.address.zone)
    return Person(profile or someone(), memory, Layout(home, CATALOGUE), clock, Chance(seed), per_day)


def order(device: str, command: str, argument: str = "", after: float = 0) -> Order:
    """*after* in minutes."""
    return Order(device, command, argument, round(after * MINUTE))


def doing(activity: str, room: str, minutes: float, *orders: Order, **more: object) -> Doing:
    """A decision that counts its minutes from when it is asked for."""

    def decide(seen: Observation) -> Decision:
        until = seen.time + round(minutes * MINUTE)
        decision = Decision(activity=activity, room=room, until=until, orders=orders, basis=Basis.PLAN)
        return decision._replace(**more)  # type: ignore[arg-type]

    return decide


def let_it_be(seen: Observation) -> Decision:
    return doing(seen.activity, seen.room, 0, resume=True)(seen)


REST = doing("potter", "bathroom", 1e6)  # no daylight there, so it takes a lamp


@dataclass
class Told:
    """A mind that does as it is told: one step after the other, an answer for each kind of interruption."""

    steps: Iterable[Doing]
    answers: Mapping[Cause, Doing] = field(default_factory=dict)
    asked: list[Observation] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.steps = iter(self.steps)

    async def decide(self, seen: Observation) -> Decision:
        self.asked.append(seen)
        assert seen.senses  # looked at now, for later
        answer = self.answers.get(seen.cause)
        return (answer or next(iter(self.steps), REST))(seen)


def told(*steps: Doing, **answers: Doing) -> Told:
    return Told(steps, {Cause(name): answer for name, answer in answers.items()})


def watch(house: House, minds: Mapping[str, Mind], until: int) -> list[Record]:
    """Everything that is recorded until *until* (ms)."""

    async def whole() -> list[Record]:
        return [record async for records in live(house, minds, until) for record in records]

    return asyncio.run(whole())


def events(records: Iterable[Record]) -> list[Event]:
    return [record for record in records if isinstance(record, Event)]


def decisions(records: Iterable[Record]) -> list[Decided]:
    return [record for record in records if isinstance(record, Decided)]


def account(records: Iterable[Record], *kinds: Kind, zone: str = ZONE, start: date = WINTER) -> list[str]:
    """'07:05 ann command microwave switch on': minutes, because hands take a few seconds."""
    clock = Clock(start, zone)
    return [
        f"{clock_text(clock.local(event.time)[2])} {_who(event)} {event.kind} {_what(event)}".rstrip()
        for event in events(records)
        if (event.kind in kinds if kinds else event.kind not in SENSED)
    ]


def _who(event: Event) -> str:
    return event.actor or "-"


def _what(event: Event) -> str:
    if event.kind in (Kind.MOVE, Kind.ACTIVITY):
        return f"{event.activity} in {event.room}" if event.kind is Kind.ACTIVITY else event.room
    return " ".join(part for part in (event.device, event.command, event.value) if part)


def memory_of(person: Profile) -> Memory:
    """What the authored week of *person* leaves in memory, nothing compressed: that would take a training."""
    assert person.memory is not None
    file = Path(person.memory.routines)
    routines = from_authored(load_routines_file(file, CATALOGUE), source=file.name)
    return remember(routines, 100_000, 0, CATALOGUE.polling())


def did(day: int, slot: int, action: str, minute: int = -1, activity: str = "") -> Behaviour:
    return Behaviour(day, slot, action.partition(":")[0], action, minute, activity)


def a_memory(*routines: Sequence[Behaviour], weeks: float | None = 1.0) -> Memory:
    whole = Routines.of(map(tuple, routines), source="a story", provenance="authored", weeks=weeks)
    return remember(whole, 100_000, 0, CATALOGUE.polling())


def possible(some: Device) -> tuple[str, ...]:
    """The commands that a person could give it now."""
    rng = Chance(1).rng("arguments")
    names = [name for name, command in some.type.commands.items() if command.by == "person"]
    return tuple(name for name in names if not some.refusal(name, some.default_argument(name, rng)))


def lived(scenario: Scenario, memories: Mapping[str, Memory]) -> Lived:
    """The household's life with minds of habit."""
    return asyncio.run(whole_life(scenario, CATALOGUE, memories, None, 0))


def habits(*people: Person) -> dict[str, HabitMind]:
    return {person.profile.id: HabitMind(person) for person in people}


def at(day: int, text: str, start: date = WINTER, zone: str = ZONE) -> int:
    """The instant (ms) at which the clock of *day* shows *text*."""
    hours, minutes = map(int, text.split(":"))
    return Clock(start, zone).ms(day, 60 * hours + minutes)
