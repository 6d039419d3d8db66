"""What people of made-up households do with their days, by age and occupation.

    bench/daily_life.py [--households 60] [--days 14] [--seed 7] [--jobs 2]

Households of `scenarios/gallery/population_500.yaml`, minds of habit. docs/household.md holds it against
what time-use surveys tell. The last lines count what nobody does.
"""

import argparse
import asyncio
import os
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import cache, partial
from statistics import mean, median
from typing import NamedTuple

from runner.household import whole_life
from runner.personas import Personas
from scenarios.activity import WAITING
from scenarios.catalogue import load_catalogue
from scenarios.including import SHIPPED
from scenarios.loading import load_scenario
from scenarios.population_draw import household
from scenarios.resident import Profile
from scenarios.scenario import PopulationScenario, Scenario
from world.clock import HOUR, Clock
from world.event import Event, Kind

SCENARIO = SHIPPED / "gallery" / "population_500.yaml"
ASLEEP = frozenset({"sleep", "nap"})
HOURS: Mapping[str, frozenset[str]] = {
    "asleep, h": ASLEEP,
    "television, h": frozenset({"watch_television"}),
    "housework, h": frozenset(
        {"cook", "bake", "dishes", "set_table", "laundry", "hang_laundry", "dryer", "fold_laundry", "tidy"}
        | {"clean", "vacuum", "water_plants", "tinker", "make_bed", "care_for_child", "put_to_bed"}
    ),
}
TIMES: Mapping[str, frozenset[str]] = {
    "meals at home": frozenset({"breakfast", "eat"}),
    "toilet": frozenset({"use_toilet"}),
    "shower or bath": frozenset({"shower", "bathe"}),
    "cooking": frozenset({"cook"}),
}
AGES = ((3, "0 to 2"), (7, "3 to 6"), (13, "7 to 12"), (18, "13 to 17"))
LONG = 3 * HOUR  # of sleep: a night
EATEN = 3 * HOUR  # after cooking, within which somebody eats


class Days(NamedTuple):
    """What one person did, a day on average."""

    group: str
    figures: Mapping[str, float]


class Home(NamedTuple):
    """What one household did."""

    people: Sequence[Days]
    counts: Mapping[str, int]


def main() -> None:
    """Live them all and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--households", type=int, default=60)
    parser.add_argument("--days", type=int, default=14)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="processes (default: all cores)")
    given = parser.parse_args()
    with ProcessPoolExecutor(given.jobs) as pool:
        homes = list(pool.map(partial(look, given.seed, given.days), range(given.households), chunksize=4))
    print("\n".join(table(homes)))


def table(homes: Sequence[Home]) -> Iterator[str]:
    """A row for each group of people, then what was counted."""
    groups = defaultdict[str, list[Days]](list)
    for home in homes:
        for person in home.people:
            groups[person.group].append(person)
    names = list(homes[0].people[0].figures)
    yield f"| | people | {' | '.join(names)} |\n|{' --- |' * (len(names) + 2)}"
    for group in sorted(groups):
        them = groups[group]
        means = [f"{mean(it.figures[name] for it in them if name in it.figures):.1f}" for name in names]
        yield f"| {group} | {len(them)} | {' | '.join(means)} |"
    counts = sum((Counter(home.counts) for home in homes), Counter[str]())
    yield from (f"{what}: {count}" for what, count in counts.items())


def look(seed: int, days: int, index: int) -> Home:
    """Live household *index* and add up."""
    scenario = household(_population(seed, days), index)
    clock = Clock(scenario.start, scenario.home.address.zone)
    life = whole_life(scenario, load_catalogue(), _personas().of(scenario), None, index)
    events = asyncio.run(life).events
    return Home(
        [_days(scenario, who, events, clock) for who in scenario.residents], counted(scenario, events, clock)
    )


def _days(scenario: Scenario, who: Profile, events: Sequence[Event], clock: Clock) -> Days:
    end, days = clock.midnight(scenario.days), scenario.days
    mine = [it for it in events if it.actor == who.id and it.kind is Kind.ACTIVITY]
    lasts = [after - it.time for it, after in zip(mine, [*(it.time for it in mine[1:]), end], strict=True)]
    hours = {
        name: sum(long for it, long in zip(mine, lasts, strict=True) if it.activity in which) / HOUR / days
        for name, which in HOURS.items()
    }
    out = sum(long for it, long in zip(mine, lasts, strict=True) if it.room == "outside") / HOUR / days
    times = {
        name: len({it.decision for it in mine if it.activity in which}) / days
        for name, which in TIMES.items()
    }
    nights = [it for it, long in zip(mine, lasts, strict=True) if it.activity == "sleep" and long > LONG]
    bed = [(clock.local(it.time)[2] - 720) % 1440 + 720 for it in nights]  # noon to noon
    return Days(_group(who), {**hours, "out, h": out, **times, "to bed at, h": median(bed or [0]) / 60})


def _group(who: Profile) -> str:
    for below, name in AGES:
        if who.age < below:
            return name
    if who.age >= 65:
        return "65 and older"
    return "18 to 64, goes out to work" if who.schedule and who.schedule.away else "18 to 64, at home"


def counted(scenario: Scenario, events: Sequence[Event], clock: Clock) -> dict[str, int]:
    """What nobody does, and what was looked at."""
    done = [it for it in events if it.kind is Kind.ACTIVITY and it.activity not in WAITING]
    cooked = {(it.decision, it.actor): it.time for it in done if it.activity == "cook"}
    ate = [it.time for it in done if it.activity == "eat"]
    end = clock.midnight(scenario.days) - EATEN
    late = [time for time in cooked.values() if time < end]
    return {
        "meals cooked": len(late),
        "of them eaten by nobody": sum(not any(time <= at < time + EATEN for at in ate) for time in late),
        "times through the front door": sum(it.kind is Kind.MOVE and it.room == "outside" for it in events),
    }


@cache
def _population(seed: int, days: int) -> PopulationScenario:
    scenario = load_scenario(SCENARIO, {"seed": seed, "days": days})
    assert isinstance(scenario, PopulationScenario)
    return scenario


@cache
def _personas() -> Personas:
    return Personas(load_catalogue())


if __name__ == "__main__":
    main()
