"""Routines that somebody wrote, in the form of routines that somebody lived."""

from collections.abc import Iterator

from dataset.routines import ACTIVITY_ONLY, Behaviour, Routine, Routines
from scenarios.errors import UserError
from scenarios.routine import AuthoredRoutine, AuthoredRoutines, Step

DAY = 1440  # minutes


def from_authored(authored: AuthoredRoutines, *, source: str) -> Routines:
    """One sequence a (routine, day).

    A step's `start` actions happen at its time, its `end` actions `minutes` later, past midnight on
    the next day. A step without `start` actions begins with ('Activity', 'Activity:<activity>'), so
    that memory knows what needs no device; exports leave that out, no vocabulary has it.
    """
    sequences = [_sequence(routine, day) for routine in authored.routines for day in routine.days]
    return Routines.of(sequences, source=source, provenance="authored", weeks=authored.weeks)


def _sequence(routine: AuthoredRoutine, day: int) -> Routine:
    timed = [entry for step, at in _on_one_line(routine) for entry in _entries(routine, step, at)]
    timed.sort(key=lambda entry: entry[0])  # stable: at one minute, what ends before what begins
    return tuple(_behaviour(day, minute, action, activity) for minute, action, activity in timed)


def _on_one_line(routine: AuthoredRoutine) -> Iterator[tuple[Step, int]]:
    """Steps with minutes since the routine's first midnight; 23:30 then 00:15 goes past midnight."""
    before = midnight = 0
    for step in routine.steps:
        if before - step.at > DAY // 2:
            midnight += DAY
        before = step.at
        yield step, midnight + step.at


def _entries(routine: AuthoredRoutine, step: Step, at: int) -> Iterator[tuple[int, str, str]]:
    for action in step.start or (f"{ACTIVITY_ONLY}:{step.activity}",):
        yield at, _checked(routine, action), step.activity
    for action in step.end:
        yield at + step.minutes, _checked(routine, action), step.activity


def _checked(routine: AuthoredRoutine, action: str) -> str:
    device, _, command = action.partition(":")
    if not device or not command:
        raise UserError(f"routine {routine.name!r}: {action!r} is no action; write it as 'Light:switch on'")
    return action


def _behaviour(day: int, minute: int, action: str, activity: str) -> Behaviour:
    later, of_day = divmod(minute, DAY)
    device = action.partition(":")[0]
    return Behaviour((day + later) % 7, of_day // 180, device, action, of_day, activity)
