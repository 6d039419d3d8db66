"""Families that nobody wrote, a week each: do they live together as families do?

Homes of four to eight rooms; one or two parents with children of all ages, at times a grandmother, shifts
by day and by night. Minds of habit. Looks at every event: is a small child ever alone at home, does it pass
the door or operate anything by itself; do those who have a meal together sit together; does whoever works
at night sleep by day; has the bathroom room for those who are in it? `--without` lives the same households
without coordination, for comparison. Ends with 1 if anything is found that must not be.
"""

import argparse
import os
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache, partial
from time import perf_counter
from typing import Any

import numpy as np

from bench.households import a_week, climate, findings, week_of
from dataset.vocabulary import Vocabulary
from evaluation.togetherness import Looked, at_table, brought, by_day, by_itself, left_alone
from scenarios.building import generate
from scenarios.chance import Chance
from scenarios.cities import CITIES
from scenarios.contention import Contention
from scenarios.including import SHIPPED
from scenarios.resident import Profile
from scenarios.scenario import Mind, Scenario
from scenarios.validating import load_profile
from world.clock import Clock

HOUSEHOLDS, DAYS = 200, 7
MUST = ("alone", "door", "devices", "night", "else")  # what must not be found at all
MAY = 0.02  # share of people at meals who may be there without the others

PARENTS = ("office_worker", "parent_at_home", "shift_worker", "freelancer", "night_shift_nurse")
Work = Mapping[str, Any]


@dataclass(frozen=True)
class Found:
    """One household's week: what was looked at and what offends, by check."""

    index: int
    people: int
    looked: Mapping[str, int]
    wrong: Mapping[str, Sequence[str]]


def main() -> None:
    """Live them all and add up."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--households", type=int, default=HOUSEHOLDS, help="(default %(default)s)")
    parser.add_argument("--seed", type=int, default=1, help="others for another seed (default %(default)s)")
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="processes (default: all cores)")
    parser.add_argument("--without", action="store_true", help="without coordination")
    given = parser.parse_args()
    began = perf_counter()
    with ProcessPoolExecutor(given.jobs) as pool:
        one = partial(look, given.seed, coordination=not given.without)
        found = list(pool.map(one, range(given.households), chunksize=4))
    print(summary(found, perf_counter() - began))
    sys.exit(offends(found))


def summary(found: Sequence[Found], seconds: float) -> str:
    """A line a check, then examples."""
    looked, wrong = Counter[str](), Counter[str]()
    for week in found:
        looked.update(week.looked)
        wrong.update({check: len(these) for check, these in week.wrong.items()})
    people = sum(week.people for week in found)
    lines = [f"{len(found)} households, {people} people, {people * DAYS} resident-days ({seconds:.0f} s)"]
    lines += [f"{check:10} {wrong[check]:6} of {looked[check]:8}" for check in sorted(looked)]
    told = [(week.index, check, these[0]) for week in found for check, these in week.wrong.items() if these]
    return "\n".join([*lines, *(f"household {index}, {check}: {text}" for index, check, text in told[:20])])


def offends(found: Sequence[Found]) -> bool:
    """Whether anything is found that must not be."""
    meals = sum(week.looked["meals"] for week in found)
    apart = sum(len(week.wrong["meals"]) for week in found)
    return any(week.wrong[check] for week in found for check in MUST) or apart > MAY * meals


def look(seed: int, index: int, *, coordination: bool = True) -> Found:
    """Live family *index* and judge its week."""
    scenario = made_up(seed, index, coordination=coordination)
    clock = Clock(scenario.start, scenario.home.address.zone)
    lived = week_of(scenario)
    decisions = {it.id: it.decision for it in lived.decisions}
    events, people, end = lived.events, scenario.residents, clock.midnight(DAYS)
    checks: dict[str, Looked] = {
        "alone": left_alone(events, people, clock, end),
        "door": brought(events, people),
        "devices": by_itself(events, people),
        "meals": at_table(events, decisions, clock, end),
        "night": by_day(events, people, clock, end),
        "else": (len(events), list(findings(lived, scenario, clock))),
    }
    looked = {check: looked for check, (looked, _) in checks.items()}
    return Found(index, len(people), looked, {check: wrong for check, (_, wrong) in checks.items()})


def made_up(seed: int, index: int, *, coordination: bool = True) -> Scenario:
    """A family by chance alone."""
    chance = Chance(seed).branch("families", index)
    rng = chance.rng("who")
    city = sorted(CITIES)[int(rng.integers(len(CITIES)))]
    people = family(rng)
    size = int(rng.integers(max(4, len(people)), 9))
    home = generate(Vocabulary.shipped("sp").device_types, size, climate(city), CITIES[city], chance)
    home = home.model_copy(update={"contention": Contention(settings="negotiate")})
    return Scenario(
        name=f"family_{index}", seed=seed, start=a_week(home, rng), days=DAYS, home=home,
        residents=tuple(people), mind=Mind(coordination=coordination),
    )  # fmt: skip


def family(rng: np.random.Generator) -> list[Profile]:
    """One or two parents, one to three children, at times a grandmother."""
    parents = [PARENTS[int(rng.integers(len(PARENTS)))] for _ in range(1 + (rng.random() < 0.75))]
    people = [
        _named(shipped(kind), f"parent_{n}", 28 + int(rng.integers(18)), "parent")
        for n, kind in enumerate(parents)
    ]
    people += [_child(rng, number) for number in range(int(rng.integers(1, 4)))]
    if rng.random() < 0.25:
        people.append(_named(shipped("retired"), "grandmother", 70, "grandparent"))
    return people


def _child(rng: np.random.Generator, number: int) -> Profile:
    age = int(rng.integers(0, 13))
    if age >= 8:
        return _named(shipped("schoolchild"), f"child_{number}", age, "child")
    hours = {"days": "mon-fri", "leave": "08:15", "back": f"{int(rng.integers(12, 17))}:15"}
    out = [{**hours, "place": "school" if age >= 6 else "day care"}] if rng.random() < 0.75 else []
    return Profile.model_validate(
        {
            "id": f"child_{number}", "name": f"Child {number}", "age": age, "role": "child",
            "schedule": {"wake": "06:50", "bed": "19:40", "away": out},
        }
    )  # fmt: skip


@cache
def shipped(kind: str) -> Profile:
    """The shipped profile of that file."""
    return load_profile(SHIPPED / "profiles" / f"{kind}.yaml")


def _named(profile: Profile, who: str, age: int, role: str) -> Profile:
    name = who.replace("_", " ").title()
    return profile.model_copy(update={"id": who, "name": name, "age": age, "role": role, "bedroom": None})


if __name__ == "__main__":
    main()
