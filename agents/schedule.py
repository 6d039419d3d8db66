"""A person's waking days: when each begins and ends, and the regular hours away in between."""

from dataclasses import dataclass

import numpy as np

from agents.person import Person
from scenarios.schedule import DAY

WAKE_SPREAD, BED_SPREAD, LEAVE_SPREAD = 9.0, 18.0, 4.0  # standard deviations, minutes
UNWIND = 20  # minutes at least between coming home and bed
REST = 180  # minutes of sleep at least
DAY_REST, LONG = 270, 660  # the same after a night of a rota, and at most


@dataclass(frozen=True, slots=True)
class Waking:
    """One waking day, in ms: from waking to bed, to waking again; hours away as (leave, back, place)."""

    day: int
    wake: int
    bed: int
    wake_again: int
    away: tuple[tuple[int, int, str], ...]


def waking(person: Person, day: int) -> Waking:
    """The waking day that begins on calendar *day* (0 = the first of the run; -1 is the one before)."""
    late, _ = _evening(person, day - 1)
    bed, away = _evening(person, day)
    at = person.clock.ms
    return Waking(
        day,
        at(day, _up(person, day, late)),
        at(day, bed),
        at(day + 1, _up(person, day + 1, bed)),
        tuple((at(day, leave), at(day, back), place) for leave, back, place in sorted(away)),
    )


def is_free(person: Person, day: int) -> bool:
    """Whether *day* has no regular hours away: a day type for plans."""
    return not person.hours(day).away


def _up(person: Person, day: int, bed: int) -> int:
    """When the person wakes, late after a late *bed*; minutes after the midnight of *day*.

    Under a rota nobody sleeps on until noon because tomorrow's shift is a night.
    """
    wake, slept = _wake(person, day), bed - DAY
    if person.rhythm.rota is None:
        return max(wake, slept + REST)
    return min(max(wake, slept + DAY_REST), slept + LONG)


def _evening(person: Person, day: int) -> tuple[int, list[tuple[int, int, str]]]:
    """When the waking day of *day* ends, and its hours away before that."""
    hours, rng = person.hours(day), person.chance.rng("schedule", day)
    away = [
        (leave + _spread(rng, LEAVE_SPREAD), back + _spread(rng, LEAVE_SPREAD), place)
        for leave, back, place in hours.away
    ]
    return max([hours.bed + _spread(rng, BED_SPREAD), *(back + UNWIND for _, back, _ in away)]), away


def _wake(person: Person, day: int) -> int:
    rng = person.chance.rng("wake", day)  # its own branch: the evening before asks for it too
    return person.hours(day).wake + _spread(rng, WAKE_SPREAD)


def _spread(rng: np.random.Generator, minutes: float) -> int:
    """A few minutes more or less, within two standard deviations."""
    return round(minutes * min(2.0, max(-2.0, rng.standard_normal())))
