"""How like the held-out days of a real log days are that were lived from its training days.

FR and AN are SmartSense's, status polling left out. `spring` is SmartGen's shift of FR: memory holds its
winter (days with neither air conditioner nor fan), the test days are those with one of them; lived in May.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import NamedTuple

from bench.ablated import Life, live
from bench.recall import WINTER, apart, by_slot, days_of, logs, one_household, steps
from dataset.importing import import_routines
from dataset.routines import Routine, Routines
from dataset.vocabulary import Vocabulary
from scenarios.building import generate
from scenarios.catalogue import load_catalogue
from scenarios.chance import Chance
from scenarios.cities import CITIES
from scenarios.including import SHIPPED
from scenarios.scenario import Scenario
from scenarios.validating import load_climate, load_profile
from sppc.compress import remember
from world.clock import Clock

BUDGET = 1500  # tokens of memory
SPRING, MAY = 496, date(2026, 5, 4)  # the test days in the collection of SmartGen's files; a Monday
LOGS = ("fr", "an", "spring")
Sequences = Sequence[Routine]


class Parts(NamedTuple):
    """A log: what is remembered, what is held out, and other real days like those, where there are any."""

    known: Routines
    unseen: Sequences
    others: Sequences


def fidelity(data: Path, condition: Callable[[Life], Life], seed: int) -> Mapping[str, float]:
    """Distances of four weeks lived under *condition* from the held-out days of each log."""
    found: dict[str, float] = {}
    for log in LOGS:
        life = condition(of_log(data, log).by(seed=seed))
        clock = Clock(life.scenario.start, life.scenario.home.address.zone)
        days = [*days_of(live(life), clock)]
        found |= {f"{log} {what}": far for what, far in distances(days, parts(data, log).unseen).items()}
    return found


def apart_from_real(data: Path) -> Mapping[str, float]:
    """The same distances of real validation days."""
    found: dict[str, float] = {}
    for log in LOGS:
        if others := parts(data, log).others:
            far = distances(others, parts(data, log).unseen)
            found |= {f"{log} {what}": value for what, value in far.items()}
    return found


@cache
def of_log(data: Path, log: str) -> Life:
    """Somebody alone who remembers the training days, in a home with all their devices."""
    scenario = an_home() if log == "an" else one_household("fr_home")
    if log == "spring":
        scenario = scenario.model_copy(update={"start": MAY})
    memory = remember(parts(data, log).known, BUDGET, 0, frozenset())
    return Life(scenario, {scenario.residents[0].id: memory})


@cache
def parts(data: Path, log: str) -> Parts:
    """The parts of *log*."""
    if log == "spring":
        return Parts(smartgen(data, WINTER[0]), [*smartgen(data, SPRING).sequences()], [])
    known, unseen = logs(data, log, "test")
    return Parts(known, [*unseen.sequences()], [*logs(data, log, "vld")[1].sequences()])


def smartgen(data: Path, content: int) -> Routines:
    """One of SmartGen's files."""
    path = data / "smartgen" / "sequences.parquet"
    log = import_routines("smartgen", path, Vocabulary.shipped("fr"), content).routines
    return log.without(load_catalogue().polling())


def an_home() -> Scenario:
    """Four weeks of March in a made-up home; the hours of the day are read off the log, as in fr_home."""
    types, city = Vocabulary.shipped("an").device_types, "seoul"
    home = generate(types, 4, load_climate(SHIPPED / "climates" / f"{city}.yaml"), CITIES[city], Chance(7))
    who = load_profile(SHIPPED / "profiles" / "freelancer.yaml")
    who = who.model_copy(update={"memory": None, "schedule": None, "bedroom": None})
    return one_household("fr_home").model_copy(update={"name": "an_home", "home": home, "residents": (who,)})


def distances(days: Sequences, truth: Sequences) -> Mapping[str, float]:
    """Total variation distances, 0 (same) to 1; `next` is the mean over what was done before."""
    pairs, theirs = steps(days), steps(truth)
    return {
        "slots": apart(by_slot(days), by_slot(truth)),
        "actions": apart(actions(days), actions(truth)),
        "pairs": apart(pairs, theirs),
        "next": next_apart(pairs, theirs),
    }


def actions(days: Sequences) -> Counter[object]:
    """How often which action."""
    return Counter(behaviour.action for day in days for behaviour in day)


def next_apart(mine: Counter[object], truth: Counter[object]) -> float:
    """How far what follows an action is from what follows it in *truth*; 1 where it was never done."""
    ours, theirs = following(mine), following(truth)
    far = {action: apart(ours[action], after) if action in ours else 1.0 for action, after in theirs.items()}
    return sum(far[action] * after.total() for action, after in theirs.items()) / (truth.total() or 1)


def following(pairs: Counter[object]) -> Mapping[object, Counter[object]]:
    """What follows each action, how often."""
    found: dict[object, Counter[object]] = {}
    for pair, count in pairs.items():
        assert isinstance(pair, tuple)
        found.setdefault(pair[0], Counter())[pair[1]] += count
    return found
