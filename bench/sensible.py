"""How sensible the lives of shipped households are, judged by their whole profiles, whatever they were by."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from functools import cache
from itertools import groupby
from math import nan
from pathlib import Path
from statistics import fmean

from bench.ablated import Life, live
from bench.recall import apart, one_household
from evaluation import keeping
from evaluation.case import Case
from evaluation.checks import CHECKS
from evaluation.exposure import exposures
from evaluation.reading import Log, Run, Taken
from evaluation.spans import Doing
from evaluation.togetherness import by_itself
from runner.household import Lived
from runner.memories import read_routines, sources, with_own
from runner.personas import Personas
from scenarios.activity import WAITING
from scenarios.catalogue import load_catalogue
from scenarios.resident import Profile
from scenarios.rhythm import rhythm_of
from scenarios.scenario import Scenario
from world.clock import HOUR

HOUSEHOLDS = ("family", "households/couple_with_toddler_sydney", "households/shift_couple_sao_paulo")
DAYS = 14
SUMMER = date(2026, 7, 13)  # of `family`, else in January
Condition = Callable[[Life], Life]


def plausibility(condition: Condition, seed: int) -> Mapping[str, float]:
    """The measures over all households, lived under *condition*."""
    cases = [case_of(household(name), condition, seed) for name in HOUSEHOLDS]
    summer = case_of(household(HOUSEHOLDS[0]).model_copy(update={"start": SUMMER}), condition, seed)
    people_days = sum(len(it.run.scenario.residents) * it.run.scenario.days for it in cases)
    felt = [who for case in cases for who in exposures(case).values()]
    checked = {name: [CHECKS[name](case) for case in cases] for name in ("sleep", "odd hours", "meals")}
    rate = {
        name: sum(it.violations for it in found) / sum(it.looked_at for it in found)
        for name, found in checked.items()
    }
    waited = sum(it.end - it.start for case in cases for it in waits(case)) / HOUR
    return {
        "own": fmean(far for case in cases for far in from_own_week(case)),
        "out": share(keeping.regular_hours, cases),
        "intents": share(keeping.intents_kept, cases),
        "forbidden": share(keeping.forbidden_used, cases),
        "operates": sum(len(of_children(case)) for case in cases) / (DAYS / 7),
        "alone": sum(CHECKS["small children"](case).violations for case in cases) / (DAYS / 7),
        "nights": share(keeping.slept_off, cases),
        "sleep": rate["sleep"],
        "odd": rate["odd hours"],
        "eats": rate["meals"],
        "thermal": sum(who.cold + who.hot for who in felt) / people_days,
        "dark": sum(who.dark for who in felt) / people_days,
        "season": lamp_hours(cases[0]) - lamp_hours(summer),
        "meals": share(keeping.meals_shared, cases),
        "led": share(keeping.led_by_hand, cases),
        "waits": 7 * waited / people_days,
        "conflicts": 7 * sum(len(case.log.conflicts) for case in cases) / people_days,
    }


@cache
def household(name: str) -> Scenario:
    """A shipped household for two weeks."""
    return one_household(name).model_copy(update={"days": DAYS})


@cache
def personas() -> Personas:
    """What the people of the households remember."""
    return Personas(load_catalogue())


def case_of(scenario: Scenario, condition: Condition, seed: int) -> Case:
    """The household lived under *condition*, to be judged by all that is known of it."""
    whole = Life(scenario, personas().of(scenario)).by(seed=seed)
    run = Run(Path(scenario.name), whole.scenario, (log_of(live(condition(whole))),))
    return Case(run, run.logs[0])


def log_of(lived: Lived) -> Log:
    """As it would be read back from its folder."""
    taken = {
        it.id: Taken(
            it.id, it.time, it.decision.until, it.resident, it.cause, it.decision.basis, it.decision.activity,
            it.decision.room, it.decision.reason, it.decision.asleep, it.decision.resume, "", (),
        )
        for it in lived.decisions
    }  # fmt: skip
    return Log(lived.name, tuple(lived.events), taken, tuple(lived.conflicts))


def of_children(case: Case) -> Sequence[str]:
    """What small children have operated."""
    return by_itself(case.log.events, case.run.scenario.residents)[1]


def share(kept: Callable[[Case], keeping.Share], cases: Sequence[Case]) -> float:
    """Of all cases together; not a number where there is nothing to look at."""
    counts = [kept(case) for case in cases]
    whole = sum(of for _, of in counts)
    return sum(part for part, _ in counts) / whole if whole else nan


def waits(case: Case) -> Iterator[Doing]:
    """All waiting: for one's turn, for a meal, to be relieved, to be brought home."""
    return (it for done in case.doing.values() for it in done if it.activity in WAITING)


def lamp_hours(case: Case) -> float:
    """Hours that lamps burn, a day."""
    places = case.run.scenario.home.devices
    burning = [it for name, used in case.used.items() if places[name].type == "Light" for it in used]
    return sum(it.end - it.start for it in burning if not it.still) / HOUR / case.run.scenario.days


def from_own_week(case: Case) -> Iterator[float]:
    """How far what each does, of what is in their authored week, is from when they do it there."""
    known = sources(case.run.scenario)
    for person in case.run.scenario.residents:
        week = own_week(person, known[person.id].routines if person.id in known else "")
        ours = {activity for activity, _ in week}
        lived = Counter(
            (it.activity, case.run.clock.local(it.start)[2] // 180)
            for it in case.begun()
            if it.resident == person.id and it.activity in ours
        )
        if week:
            yield apart(Counter(lived), Counter(week))


def own_week(person: Profile, file: str) -> Mapping[tuple[str, int], int]:
    """How often which activity in which slot."""
    read = read_routines(Path(file), load_catalogue(), rhythm_of(person)) if file else None
    log = with_own(read, person)
    begun = [
        next(of_one)
        for sequence in (log.sequences() if log else ())
        for _, of_one in groupby(sequence, key=lambda it: it.activity)
    ]
    return Counter((it.activity, it.slot) for it in begun)
