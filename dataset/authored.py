"""Routines that somebody wrote, in the form of routines that somebody lived."""

from collections.abc import Iterator, Sequence

from dataset.routines import ACTIVITY_ONLY, END, Behaviour, Routine, Routines
from scenarios.errors import UserError
from scenarios.rhythm import Hours, Rhythm, lived_minutes, rhythm
from scenarios.routine import AuthoredRoutine, AuthoredRoutines, Step
from scenarios.schedule import DAY, Schedule

SLACK = 45  # minutes before waking in which memory counts what begins as the next day's
ANYBODYS = rhythm(Schedule())

Timed = tuple[Step, int]  # minutes since the day's midnight


def from_authored(
    authored: AuthoredRoutines, *, source: str, lived: Rhythm = ANYBODYS, ends: bool = False
) -> Routines:
    """One sequence a (routine, kind of day), by the hours of whoever *lived* them.

    A step's `start` actions happen at its time, its `end` actions `minutes` later, past midnight on
    the next day. A step without `start` actions begins with ('Activity', 'Activity:<activity>'), so
    that memory knows what needs no device; exports leave that out, no vocabulary has it. With *ends*,
    such a step has an end, too, so that memory knows how long it took.
    """
    sequences = [
        _sequence(routine, steps, kind, ends=ends)
        for routine in authored.routines
        for kind in lived.kinds_of(routine)
        for steps in _on_one_line(routine, lived, kind)
    ]
    return Routines.of(sequences, source=source, provenance="authored", weeks=authored.weeks)


def _sequence(routine: AuthoredRoutine, steps: Sequence[Timed], day: int, *, ends: bool) -> Routine:
    timed = [entry for step, at in steps for entry in _entries(routine, step, at, ends=ends)]
    timed.sort(key=lambda entry: entry[0])  # stable: at one minute, what ends before what begins
    return tuple(_behaviour(day, minute, action, activity) for minute, action, activity in timed)


def _on_one_line(routine: AuthoredRoutine, lived: Rhythm, kind: int) -> Iterator[Sequence[Timed]]:
    """Steps with minutes since the routine's first midnight; 23:30 then 00:15 goes past midnight.

    Under a rota what begins after midnight is filed under the shift of the day before, too; what a whole
    day and a night away would put after the next hour of waking has no place there.
    """
    steps = list(_timed(routine, lived.days[kind]))
    if lived.rota is None:
        chunks = [steps]
    else:
        chunks = [
            [(step, at) for step, at in steps if at < DAY],
            [(step, at - DAY) for step, at in steps if DAY <= at < DAY + lived.days[kind].wake - SLACK],
        ]
    yield from (chunk for chunk in chunks if chunk)


def _timed(routine: AuthoredRoutine, hours: Hours) -> Iterator[Timed]:
    for step, minute in zip(routine.steps, lived_minutes(hours, routine), strict=True):
        if minute is not None:
            yield step, minute


def _entries(routine: AuthoredRoutine, step: Step, at: int, *, ends: bool) -> Iterator[tuple[int, str, str]]:
    for action in step.start or (f"{ACTIVITY_ONLY}:{step.activity}",):
        yield at, _checked(routine, action), step.activity
    over = (f"{ACTIVITY_ONLY}:{step.activity} {END}",) if ends and not step.start else ()
    for action in step.end or over:
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
