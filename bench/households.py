"""Households that nobody wrote, a week each: is anything impossible, stuck, crowded, out of order?

Homes of one to eight rooms in nineteen cities, devices of five vocabularies, one to six people of the shipped
profiles, every policy of contention, faults, power cuts, heat waves; half of the weeks hold the day on which
the clocks change. Minds of habit. Ends with 1 if anything is found.
"""

import argparse
import asyncio
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from itertools import pairwise
from pathlib import Path
from time import perf_counter
from typing import Any, get_args

import numpy as np

from dataset.authored import from_authored
from dataset.manifest import unreconciled
from dataset.vocabulary import Vocabulary
from runner.household import Lived, whole_life
from scenarios.building import generate
from scenarios.catalogue import Catalogue, load_catalogue
from scenarios.chance import Chance
from scenarios.cities import CITIES
from scenarios.contention import Contention, Policy
from scenarios.home import Home
from scenarios.including import SHIPPED
from scenarios.loading import load_routines_file
from scenarios.resident import Profile
from scenarios.scenario import Happening, Scenario
from scenarios.sizes import LARGEST
from scenarios.validating import load_climate, load_profile
from sppc.compress import remember
from sppc.memory import Memory
from world.clock import HOUR, Clock

HOUSEHOLDS, DAYS, MOST_PEOPLE = 100, 7, 6
VOCABULARIES = ("fr", "sp", "us", "kr", "an")
SILENCE = 36 * HOUR  # longer without a decision, and a resident is stuck
WHOLE = 100_000  # tokens: nothing is compressed, that would take a training
AFFLICTIONS: Sequence[Mapping[str, Any]] = (
    {"kind": "visitor"}, {"kind": "message"}, {"kind": "power_cut"}, {"kind": "network_outage"},
    {"kind": "heating_fault", "minutes": 1440}, {"kind": "heat_wave", "minutes": 2880},
    {"kind": "cold_spell", "minutes": 2880},
)  # fmt: skip


@dataclass(frozen=True)
class Found:
    """What one household's week was, and what was wrong with it."""

    index: int
    people: int
    events: int
    conflicts: int
    switches: bool  # whether the clocks changed
    wrong: tuple[str, ...]


def main() -> None:
    """Live them all and add up."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--households", type=int, default=HOUSEHOLDS, help="(default %(default)s)")
    parser.add_argument("--seed", type=int, default=1, help="others for another seed (default %(default)s)")
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="processes (default: all cores)")
    given = parser.parse_args()
    began = perf_counter()
    with ProcessPoolExecutor(given.jobs) as pool:
        seeds = [given.seed] * given.households
        found = list(pool.map(look, seeds, range(given.households), chunksize=4))
    print(summary(found, perf_counter() - began))
    sys.exit(any(week.wrong for week in found))


def summary(found: Sequence[Found], seconds: float) -> str:
    """What was lived, and every kind of finding."""
    people = sum(week.people for week in found)
    lines = [
        f"{len(found)} households, {people} people, {people * DAYS} resident-days, "
        f"{sum(week.events for week in found)} events, {sum(week.conflicts for week in found)} conflicts, "
        f"{sum(week.switches for week in found)} weeks with a change of clocks: "
        f"{sum(bool(week.wrong) for week in found)} with findings ({seconds:.0f} s)"
    ]
    lines += [f"household {week.index}: {wrong}" for week in found for wrong in week.wrong[:3]]
    return "\n".join(lines)


def look(seed: int, index: int) -> Found:
    """Live household *index* and judge its week."""
    scenario = made_up(seed, index)
    clock = Clock(scenario.start, scenario.home.address.zone)
    switches = any(clock.midnight(day + 1) - clock.midnight(day) != 24 * HOUR for day in range(DAYS))
    try:
        lived = week_of(scenario)
    except Exception as error:
        return Found(index, len(scenario.residents), 0, 0, switches, (f"{type(error).__name__}: {error}",))
    wrong = tuple(findings(lived, scenario, clock))
    return Found(index, len(scenario.residents), len(lived.events), len(lived.conflicts), switches, wrong)


def week_of(scenario: Scenario) -> Lived:
    """The household's life with minds of habit."""
    memories = {who.id: memory_of(who.memory.routines) for who in scenario.residents if who.memory}
    return asyncio.run(whole_life(scenario, catalogue(), memories, None, 0))


def findings(lived: Lived, scenario: Scenario, clock: Clock) -> Iterator[str]:
    """Whatever cannot be in a sound log."""
    yield from lived.impossible(scenario, catalogue())
    end = clock.midnight(scenario.days)
    for who in scenario.residents:
        asked = [0, *(it.time for it in lived.decisions if it.resident == who.id), end]
        if (longest := max(later - sooner for sooner, later in pairwise(asked))) > SILENCE:
            yield f"{who.id} is stuck: {longest / HOUR:.0f} hours without a decision"
    for sensor, quantity in unreconciled(lived.sensors):
        yield f"{sensor}: the reports of {quantity} do not add up"


def made_up(seed: int, index: int) -> Scenario:
    """A household by chance alone."""
    chance = Chance(seed).branch("households", index)
    rng = chance.rng("who")
    city = sorted(CITIES)[int(rng.integers(len(CITIES)))]
    size = int(rng.integers(1, LARGEST + 1))
    types = Vocabulary.shipped(VOCABULARIES[int(rng.integers(len(VOCABULARIES)))]).device_types
    home = generate(types, size, climate(city), CITIES[city], chance)
    home = home.model_copy(update={"contention": customs(home, rng)})
    people = [person(number, rng) for number in range(int(rng.integers(1, min(MOST_PEOPLE, size + 2) + 1)))]
    return Scenario(
        name=f"household_{index}", seed=seed, start=a_week(home, rng), days=DAYS, home=home,
        residents=tuple(people), happenings=tuple(afflictions(home, rng)),
    )  # fmt: skip


def customs(home: Home, rng: np.random.Generator) -> Contention:
    """How they settle conflicts."""
    policies: Sequence[Policy] = get_args(Policy)
    rooms, devices, settings, bathroom = (policies[int(rng.integers(len(policies)))] for _ in range(4))
    return Contention(
        policies={room: bathroom for room, it in home.rooms.items() if it.kind == "bathroom"},
        rooms=rooms, devices=devices, settings=settings, patience=float(rng.integers(2, 60)),
    )  # fmt: skip


def person(number: int, rng: np.random.Generator) -> Profile:
    """One of the shipped profiles under another name."""
    shipped = profiles()[int(rng.integers(len(profiles())))]
    return shipped.model_copy(update={"id": f"person_{number}", "name": f"Person {number}"})


def a_week(home: Home, rng: np.random.Generator) -> date:
    """Any week of 2026, or one in which the clocks change if they do there."""
    first = date(2026, 1, 5) + timedelta(days=int(rng.integers(350)))
    if rng.random() < 0.5:
        return first
    clock = Clock(date(2026, 1, 1), home.address.zone)
    changes = [day for day in range(360) if clock.midnight(day + 1) - clock.midnight(day) != 24 * HOUR]
    if not changes:
        return first
    return date(2026, 1, 1) + timedelta(
        days=changes[int(rng.integers(len(changes)))] - int(rng.integers(DAYS))
    )


def afflictions(home: Home, rng: np.random.Generator) -> Iterator[Happening]:
    """Up to three things that befall them, faults of devices and sensors among them."""
    devices = sorted(home.devices)
    for _ in range(int(rng.integers(4))):
        kinds = [*AFFLICTIONS, {"kind": "device_fault", "device": devices[int(rng.integers(len(devices)))]}]
        what = kinds[int(rng.integers(len(kinds)))]
        hour, minute = int(rng.integers(24)), int(rng.integers(60))
        yield Happening.model_validate(
            {"day": int(rng.integers(DAYS)), "at": f"{hour:02d}:{minute:02d}", **what}
        )


@cache
def catalogue() -> Catalogue:
    """The shipped one."""
    return load_catalogue()


@cache
def climate(city: str) -> Any:
    """That of a city."""
    return load_climate(SHIPPED / "climates" / f"{city}.yaml")


@cache
def profiles() -> tuple[Profile, ...]:
    """The shipped ones."""
    files = sorted((SHIPPED / "profiles").glob("*.yaml"))
    shipped = [load_profile(file) for file in files]
    return tuple(it.model_copy(update={"bedroom": None}) for it in shipped)


@cache
def memory_of(routines: str) -> Memory:
    """What an authored week leaves in memory, nothing compressed."""
    path = Path(routines)
    authored = from_authored(load_routines_file(path, catalogue()), source=path.name)
    return remember(authored, WHOLE, Chance(0), catalogue().polling())


if __name__ == "__main__":
    main()
