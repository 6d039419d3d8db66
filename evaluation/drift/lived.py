"""Our data for a new context: a home with the log's devices, people who remember the source, and a change.

Nothing of the target is known here but the rule that defines it (`contexts`). What people do is not all in a
log, so the source is lived as well, and by what its log has of that the new context is told (`telling`).
Windows are as long as in the source.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from functools import cached_property
from itertools import count, islice
from statistics import mean

import numpy as np

from dataset.routines import Behaviour, Routine, Routines
from evaluation.drift.changes import Household, household, lives_in
from evaluation.drift.contexts import Context
from evaluation.drift.logs import Logs, Sequences
from evaluation.drift.telling import BY_ITSELF, FROM_LOG, telling
from evaluation.drift.thinking import calls_of, life_of
from scenarios.automation import Trigger
from scenarios.building import generate
from scenarios.catalogue import Catalogue, load_catalogue
from scenarios.chance import Chance
from scenarios.cities import CITIES
from scenarios.errors import UserError
from scenarios.home import Home
from scenarios.including import SHIPPED
from scenarios.scenario import Mind, Scenario
from scenarios.scenes import Scenes, with_scenes
from scenarios.validating import load_climate, load_scenes
from sppc.clock import SLOT
from world.automations import CAUSE as RULE
from world.clock import Clock
from world.event import BEHAVIOUR, Event
from world.noticing import CAUSE as NOTICED

WHERE: Mapping[str, str] = {"fr": "paris", "sp": "madrid", "us": "new_york", "kr": "seoul", "an": "seoul"}
ELSEWHERE = "paris"
ROOMS = 4  # to live and sleep in
DAYS = 21
TWINS, HOUSEHOLDS = 8, 256  # lived in the source's context, and at most in the new one
SAMPLE = 3  # of the latter that tell beforehand how often a model will be asked
ENOUGH, EACH = 256, 6  # sequences, and of one household at most: a set is of many homes
SCENES = SHIPPED / "scenes" / "everyday.yaml"
NOTICES = 30.0  # minutes until a camera tells of people again

Tell = Callable[[str], None]


@dataclass(frozen=True)
class Setting:
    """What all households of one context have in common."""

    logs: Logs
    context: Context
    city: str
    seed: int
    catalogue: Catalogue = field(default_factory=load_catalogue)

    @cached_property
    def log(self) -> Routines:
        """The source without polling."""
        return self.logs.source.without(self.catalogue.polling())

    def home(self, types: Set[str], index: int) -> Home:
        """Home number *index*, with devices of *types*, and those that the source's rule keeps out of it."""
        known = self.logs.vocabulary.device_types & self.catalogue.devices.keys()
        climate = load_climate(SHIPPED / "climates" / f"{self.city}.yaml")
        chance = Chance(self.seed).branch("homes", index)
        return generate((types | self.context.kept_out) & known, ROOMS, climate, CITIES[self.city], chance)

    def with_scenes(self, home: Home, index: int) -> Home:
        """The same where several devices act at once, and cameras tell of people.

        A scene at an hour begins, in each home, at one at which things are done in the log: whose clock is
        not always that of the sun.
        """
        rng, hours = Chance(self.seed).rng("scenes", index), self._hours
        begins = {
            name: it.model_copy(update={"when": tuple(_anew(moment, hours, rng) for moment in it.when)})
            for name, it in load_scenes(SCENES).root.items()
        }
        return with_scenes(home, Scenes(begins), NOTICES)

    @cached_property
    def _hours(self) -> Sequence[int]:
        """The slot of each behaviour of the log."""
        return [it.slot for whole in self.log.sequences() for it in whole]


def _anew(moment: Trigger, slots: Sequence[int], rng: np.random.Generator) -> Trigger:
    """A *moment* by the clock at another minute, in one of *slots*."""
    if moment.at is None:
        return moment
    minute = slots[int(rng.integers(len(slots)))] * SLOT + int(rng.integers(SLOT))
    return moment.model_copy(update={"at": minute})


def lived(logs: Logs, dataset: str, context: Context, mind: Mind, seed: int, tell: Tell) -> Sequences:
    """Sequences of *context* in ids of the dataset's vocabulary."""
    setting = Setting(logs, context, WHERE.get(dataset, ELSEWHERE), seed)
    source, chance = [*setting.log.sequences()], Chance(seed).branch("log")
    lengths = [len(it) for it in source]
    before = [*islice(_households(setting, context.source, Mind()), TWINS)]
    was = [it for it in _cut(before, lengths, chance.branch("before")) if context.held(it)]
    tells, kept = telling(was, source, logs.vocabulary.actions), list[Routine]()
    if mind.kind != "habit":
        tell(_asked(setting, mind))
    for index, log in enumerate(islice(_households(setting, context.name, mind), HOUSEHOLDS)):
        told = tells.told(log, chance.branch("told", index))
        own = [it for it in _cut([told], lengths, chance.branch("after", index)) if context.holds(it)]
        order = chance.rng("some", index).permutation(len(own))
        kept += [own[row] for row in sorted(order[:EACH])]
        tell(f"lived {index + 1} households: {len(kept)} sequences are {context.name} by its rule")
        if len(kept) >= ENOUGH:
            break
    if not kept:
        raise UserError(
            f"nothing that was lived is {context.name} by its rule: {dataset} has too few devices for it"
        )
    return [np.array([logs.vocabulary.encode(done) for done in it], np.int64) for it in kept]


def _cut(sequences: Iterable[Routine], lengths: Sequence[int], chance: Chance) -> list[Routine]:
    """Pieces as long as the source's sequences, whatever lies between."""
    rng, pieces = chance.rng(), list[Routine]()
    for whole in sequences:
        at = 0
        while at < len(whole):
            length = lengths[int(rng.integers(len(lengths)))]
            pieces.append(whole[at : at + length])
            at += length
    return pieces


def _asked(setting: Setting, mind: Mind) -> str:
    """What a model will be asked, in words: a few households are lived with replies made up at once."""
    some = islice(_scenarios(setting, setting.context.name, mind), min(SAMPLE, HOUSEHOLDS))
    calls = mean(
        calls_of(scenario, setting.catalogue, people.memories, index)
        for index, (scenario, people) in enumerate(some)
    )
    return (
        f"{mind.llm.model} will be asked about {calls:,.0f} times a household, "
        f"{calls * HOUSEHOLDS:,.0f} times if it takes all {HOUSEHOLDS}"
    )


def _households(setting: Setting, context: str, mind: Mind) -> Iterator[Routine]:
    """What the devices of one household after the other log; what has no id is left out."""
    words = setting.logs.vocabulary
    for index, (scenario, people) in enumerate(_scenarios(setting, context, mind)):
        events = life_of(scenario, setting.catalogue, people.memories, index).events
        done = [it for it in events if it.kind in BEHAVIOUR and words.knows(it.type, it.action)]
        yield _whole(done, Clock(scenario.start, scenario.home.address.zone))


def _scenarios(setting: Setting, context: str, mind: Mind) -> Iterator[tuple[Scenario, Household]]:
    """What each household of *context* lives, and who lives there."""
    possible = lives_in(context, setting.log, Chance(setting.seed).branch("memory"))
    for index in count():
        people = household(possible, index)
        home = setting.home(people.types, index)
        if possible.several:
            home = setting.with_scenes(home, index)
        scenario = Scenario(
            name="drift", seed=setting.seed, start=people.start, days=DAYS, home=home,
            residents=people.people, mind=mind,
        )  # fmt: skip
        yield scenario, people


def _whole(done: Sequence[Event], clock: Clock) -> Routine:
    local = [clock.local(it.time) for it in done]  # day, weekday, minute
    return tuple(
        Behaviour(weekday, minute // SLOT, it.type, it.action, minute, _why(it))
        for it, (_, weekday, minute) in zip(done, local, strict=True)
    )


def _why(event: Event) -> str:
    if event.cause == NOTICED or event.cause.startswith(RULE):
        return BY_ITSELF
    return FROM_LOG if event.cause == FROM_LOG else ""
