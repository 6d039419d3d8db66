"""A person's rhythm: the hours of every kind of day, with rota and chronotype worked in.

A week has seven kinds of day. A rota has one for each of its shifts, whatever the weekday.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from scenarios.frozen import WEEKDAYS
from scenarios.resident import Profile
from scenarios.routine import EVERY_DAY, Anchored, AuthoredRoutine, Moment
from scenarios.schedule import DAY, DAY_SLEEP, READY, Rota, Schedule, Shift

DRESS = 30  # minutes at least between waking and leaving, however late one's chronotype
ARRIVING = 12  # minutes after coming home in which nothing else begins
WORK, FREE = "work", "free"


class Hours(NamedTuple):
    """One kind of day, in minutes after its midnight; what lies after the next one counts on past 1440."""

    wake: int
    bed: int
    away: tuple[tuple[int, int, str], ...] = ()  # (leave, back, place), in order
    kind: str = ""  # the weekday, or the shift

    def minute(self, at: Moment) -> int | None:
        """When an anchored step is due; None where the day lacks what it is anchored to."""
        if not isinstance(at, Anchored):
            return at
        if at.to in ("leave", "back") and not self.away:
            return None
        anchor = {
            "wake": self.wake,
            "bed": self.bed,
            "leave": self.away[0][0] if self.away else 0,
            "back": self.away[-1][1] if self.away else 0,
        }[at.to]
        return anchor + at.minutes


@dataclass(frozen=True)
class Rhythm:
    """The hours of every kind of day; `rota` says which kind a day is, else the weekday does."""

    days: tuple[Hours, ...]
    rota: Rota | None = None

    def kind(self, day: int, when: date) -> int:
        """Which of `days` the run's *day* is, which falls on the date *when*; memory files it under this."""
        if self.rota is None:
            return when.weekday()
        return self.rota.kinds.index(self.rota.on(day, when))

    def kinds_of(self, routine: AuthoredRoutine) -> tuple[int, ...]:
        """The kinds of day on which *routine* is lived; a rota knows no weekdays."""
        if self.rota is not None and not routine.on and routine.days != EVERY_DAY:
            return ()
        kinds = range(len(self.days)) if self.rota else routine.days
        return tuple(kind for kind in kinds if not routine.on or self._is(self.days[kind], routine.on))

    def _is(self, hours: Hours, names: Sequence[str]) -> bool:
        return hours.kind in names or (WORK if hours.away else FREE) in names


def rhythm(schedule: Schedule, shift: int = 0) -> Rhythm:
    """The rhythm of *schedule*, lived *shift* minutes later than written as far as the hours away allow."""
    if schedule.rota is not None:
        hours = tuple(_of_shift(schedule, kind, shift) for kind in schedule.rota.kinds)
        return Rhythm(hours, schedule.rota)
    return Rhythm(tuple(_of_weekday(schedule, weekday, shift) for weekday in range(7)))


def rhythm_of(profile: Profile) -> Rhythm:
    """The rhythm of a person who has a schedule, or of anybody."""
    return rhythm(profile.schedule or Schedule(), profile.shift)


def _of_weekday(schedule: Schedule, weekday: int, shift: int) -> Hours:
    plans = sorted((plan for plan in schedule.away if weekday in plan.days), key=lambda plan: plan.leave)
    free, free_next = weekday in schedule.free_days, (weekday + 1) % 7 in schedule.free_days
    wake = schedule.free_wake if free and schedule.free_wake is not None else schedule.wake
    bed = schedule.free_bed if free_next and schedule.free_bed is not None else schedule.bed
    away = tuple(_unrolled(plan.leave, plan.back, plan.place, wake) for plan in plans)
    later = _later(wake, bed + DAY * (bed <= wake), away, shift if free else shift // 2)
    return later._replace(kind=WEEKDAYS[weekday])


def _of_shift(schedule: Schedule, name: str, shift: int) -> Hours:
    assert schedule.rota is not None  # noqa: S101
    hours = schedule.rota.shifts.get(name, Shift())
    free_wake = schedule.wake if schedule.free_wake is None else schedule.free_wake
    free_bed = schedule.bed if schedule.free_bed is None else schedule.free_bed
    if hours.leave is None or hours.back is None:
        wake = free_wake if hours.wake is None else hours.wake
        bed = free_bed if hours.bed is None else hours.bed
        return _later(wake, bed + DAY * (bed <= wake), (), shift)._replace(kind=name)
    back = hours.back + DAY * (hours.back <= hours.leave)
    night = back > DAY + READY * 2  # home towards morning: sleep follows, by day
    bed = hours.bed if hours.bed is not None else (back + READY) % DAY if night else schedule.bed
    wake = _waking(hours, schedule, bed, night=night)
    away = (_unrolled(hours.leave, hours.back, hours.place, wake),)
    bed += DAY * max(0, -((bed - away[0][1] + DAY // 4) // DAY))  # the first such hour after coming home
    if hours.bed is None and not night:
        bed = max(bed, back + READY)
    return _later(wake, bed, away, 0 if night else shift // 2)._replace(kind=name)


def _waking(hours: Shift, schedule: Schedule, bed: int, *, night: bool) -> int:
    if hours.wake is not None:
        return hours.wake
    assert hours.leave is not None  # noqa: S101
    return (bed + DAY_SLEEP) % DAY if night else max(0, min(schedule.wake, hours.leave - READY))


def _unrolled(leave: int, back: int, place: str, wake: int) -> tuple[int, int, str]:
    """Hours away on the line of a waking day that begins at *wake*."""
    left = leave + DAY * (leave < wake - DAY // 4)
    return left, left + (back - leave) % DAY + DAY * (back == leave), place


def _later(wake: int, bed: int, away: tuple[tuple[int, int, str], ...], shift: int) -> Hours:
    """The hours *shift* minutes later, but for those away: one is ready to leave in time all the same."""
    later = wake + (shift // 2 if away and shift > 0 else shift)
    latest = max(wake, away[0][0] - DRESS) if away else later
    return Hours(max(0, min(later, latest)), max(bed + shift, wake + DAY // 4), away)


def lived_minutes(hours: Hours, routine: AuthoredRoutine) -> Iterator[int | None]:
    """The minutes of a routine's steps on such a day, counting on past midnight; None: has no place in it.

    A routine goes on to the next day where its clock jumps back by more than half a day.
    """
    before = midnight = 0
    for step in routine.steps:
        minute = hours.minute(step.at)
        if minute is not None and not isinstance(step.at, Anchored):
            midnight += DAY * (before - (midnight + minute) > DAY // 2)
            minute += midnight
        before = before if minute is None else minute
        yield None if minute is None or _out(hours, step.at, minute) else minute


def _out(hours: Hours, at: Moment, minute: int) -> bool:
    """Whether the person is out when a step is due that does not go with leaving or coming home."""
    if isinstance(at, Anchored) and at.to in ("leave", "back"):
        return False
    arriving = ARRIVING if isinstance(at, Anchored) else 0
    return any(leave < minute < back + arriving for leave, back, _ in hours.away)
