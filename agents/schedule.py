"""A person's rhythm: when a waking day begins and ends, and the regular hours away in between."""

from dataclasses import dataclass

import numpy as np

from agents.person import Person
from scenarios.frozen import clock_text
from scenarios.resident import Away, Schedule

DAY = 1440  # minutes
SLEEP = 7.5  # hours looked for in memory's rhythm when no schedule is given
WAKE_SPREAD, BED_SPREAD, LEAVE_SPREAD = 9.0, 18.0, 4.0  # standard deviations, minutes
UNWIND = 20  # minutes at least between coming home and bed
REST = 180  # minutes of sleep at least


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
    schedule = person.profile.schedule or _remembered(person)
    late, _ = _evening(person, schedule, day - 1)
    bed, away = _evening(person, schedule, day)
    at = person.clock.ms
    return Waking(
        day,
        at(day, _up(person, schedule, day, late)),
        at(day, bed),
        at(day + 1, _up(person, schedule, day + 1, bed)),
        tuple((at(day, leave), at(day, back), place) for leave, back, place in sorted(away)),
    )


def _up(person: Person, schedule: Schedule, day: int, bed: int) -> int:
    """When the person wakes, late after a late *bed*; minutes after the midnight of *day*."""
    return max(_wake(person, schedule, day), bed - DAY + REST)


def _evening(person: Person, schedule: Schedule, day: int) -> tuple[int, list[tuple[int, int, str]]]:
    """When the waking day of *day* ends, and its hours away before that."""
    weekday, rng = _weekday(person, day), person.chance.rng("schedule", day)
    wake, bed = _wake(person, schedule, day), _bed(schedule, weekday)
    bed += DAY * (bed <= _nominal_wake(schedule, weekday))
    away = [_hours(plan, wake, rng) for plan in schedule.away if weekday in plan.days]
    return max([bed + _spread(rng, BED_SPREAD), *(back + UNWIND for _, back, _ in away)]), away


def is_free(person: Person, day: int) -> bool:
    """Whether *day* has no regular hours away: a day type for plans."""
    schedule = person.profile.schedule or Schedule()
    return not any(_weekday(person, day) in plan.days for plan in schedule.away)


def _weekday(person: Person, day: int) -> int:
    return person.clock.date_of(day).weekday()


def _nominal_wake(schedule: Schedule, weekday: int) -> int:
    free = weekday in schedule.free_days
    return schedule.free_wake if free and schedule.free_wake is not None else schedule.wake


def _wake(person: Person, schedule: Schedule, day: int) -> int:
    rng = person.chance.rng("wake", day)  # its own branch: the evening before asks for it too
    return _nominal_wake(schedule, _weekday(person, day)) + _spread(rng, WAKE_SPREAD)


def _bed(schedule: Schedule, weekday: int) -> int:
    """Who is free tomorrow may stay up longer tonight."""
    free_tomorrow = (weekday + 1) % 7 in schedule.free_days
    return schedule.free_bed if free_tomorrow and schedule.free_bed is not None else schedule.bed


def _hours(plan: Away, wake: int, rng: np.random.Generator) -> tuple[int, int, str]:
    leave = plan.leave + DAY * (plan.leave < wake - DAY // 4)
    back = plan.back + DAY * (plan.back <= plan.leave)
    back += DAY * (leave - plan.leave >= DAY)
    return leave + _spread(rng, LEAVE_SPREAD), back + _spread(rng, LEAVE_SPREAD), plan.place


def _spread(rng: np.random.Generator, minutes: float) -> int:
    """A few minutes more or less, within two standard deviations."""
    return round(minutes * min(2.0, max(-2.0, rng.standard_normal())))


def _remembered(person: Person) -> Schedule:
    """A log without profile still has a rhythm: its quietest hours are the night."""
    if person.memory is None:
        return Schedule()
    bed = round(person.memory.quiet_window(SLEEP)) % DAY
    wake = round(bed + SLEEP * 60) % DAY
    return Schedule.model_validate({"wake": clock_text(wake), "bed": clock_text(bed)})
