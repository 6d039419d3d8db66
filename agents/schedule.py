"""A person's waking days: when each begins and ends, and the regular hours away in between."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from agents.person import Person
from agents.step import Step
from scenarios.change import COMES, LEAVES
from scenarios.course import Life
from scenarios.schedule import DAY
from world.clock import MINUTE

WAKE_SPREAD, BED_SPREAD, LEAVE_SPREAD = 9.0, 18.0, 4.0  # standard deviations, minutes
UNWIND = 20  # minutes at least between coming home and bed
REST = 180  # minutes of sleep at least
DAY_REST, LONG = 270, 660  # the same after a night of a rota, and at most
PACKING = 45 * MINUTE  # at least between waking and setting out for days


@dataclass(frozen=True, slots=True)
class Waking:
    """One waking day, in ms: from waking to bed, to waking again; hours away as (leave, back, place)."""

    day: int
    wake: int
    bed: int
    wake_again: int
    away: tuple[tuple[int, int, str], ...]
    elsewhere: bool = False  # the night after it is spent somewhere else

    @property
    def absent(self) -> bool:
        """Whether the person is not at home at any time."""
        return self.elsewhere and self.bed <= self.wake

    def at_home(self, steps: Sequence[Step]) -> Sequence[Step]:
        """*steps* without those before one comes home, where the night was spent somewhere else."""
        if not self.away or self.away[0][0] > self.wake:
            return steps
        return [step for step in steps if step.start >= self.away[0][1]]


def waking(person: Person, day: int) -> Waking:
    """The waking day that begins on calendar *day* (0 = the first of the run; -1 is the one before)."""
    late, _ = _evening(person, day - 1)
    bed, away = _evening(person, day)
    at = person.clock.ms
    today = Waking(
        day,
        at(day, _up(person, day, late)),
        at(day, bed),
        at(day + 1, _up(person, day + 1, bed)),
        tuple((at(day, leave), at(day, back), place) for leave, back, place in sorted(away)),
    )
    return today if person.life is None else _changed(person, person.life, today)


def _changed(person: Person, life: Life, today: Waking) -> Waking:
    """The waking day of somebody who may be ill, or away for days."""
    day = today.day
    gone = next((it for it in life.absences if it.first <= day <= it.last), None)
    if gone is None:
        return replace(today, away=()) if life.ails(day) else today
    out, back = today.wake, today.wake_again
    if day == gone.first:
        out = max(person.clock.ms(day, LEAVES), today.wake + PACKING)
    if day < gone.last:
        return replace(today, bed=out, away=((out, max(back, out + MINUTE), gone.place),), elsewhere=True)
    back = max(person.clock.ms(day, COMES), out + PACKING)
    return replace(today, bed=max(today.bed, back + UNWIND * MINUTE), away=((out, back, gone.place),))


def _up(person: Person, day: int, bed: int) -> int:
    """When the person wakes, late after a late *bed*; minutes after the midnight of *day*.

    Under a rota, or new hours, nobody sleeps on until noon because tomorrow's shift is a night.
    """
    wake, slept = _wake(person, day), bed - DAY
    if person.on(day).rhythm.rota is None and not person.eras:
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
