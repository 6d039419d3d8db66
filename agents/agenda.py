"""The agenda of one waking day: regular hours, routines, intents, and the idle time between them.

`draw` makes one from memory and chance alone. `compose` settles any wished steps among the fixed
ones: what overlaps is put off, interrupted or dropped, as people do.
"""

from collections.abc import Sequence

import numpy as np

from agents.person import Person
from agents.remembering import remembered
from agents.schedule import Waking
from agents.step import Step
from scenarios.activity import Activity
from world.clock import MINUTE
from world.mind import Basis

Agenda = tuple[Step, ...]

LATE = 60 * MINUTE  # a step put off for longer is dropped
HOLD_UP = 20 * MINUTE  # how long one puts off leaving or bed to finish something
SHORT = 20 * MINUTE  # an overlap that is waited out; a longer one is an interruption
GAP = 6 * MINUTE  # not worth filling
WORTH = 4 * MINUTE  # a remainder worth going back to
SHAREABLE = 20  # tries to find room for an intent


def draw(person: Person, today: Waking) -> Agenda:
    """The day as habit has it."""
    return compose(person, today, [*remembered(person, today.day), *intended(person, today)])


def compose(person: Person, today: Waking, wished: Sequence[Step]) -> Agenda:
    """A whole waking day, from waking to waking again, without gaps or overlaps."""
    away = [
        Step(
            start=leave, end=back, activity="away", room="outside", basis=Basis.SCHEDULE, reason=f"at {place}"
        )
        for leave, back, place in today.away
    ]
    settled = _settle(away, wished, today)
    bed = max([today.bed, *(step.end for step in settled)])
    night = Step(
        start=bed, end=max(today.wake_again, bed + MINUTE), activity="sleep", room=person.bedroom,
        basis=Basis.SCHEDULE, reason="the night", asleep=True,
    )  # fmt: skip
    return tuple(_filled(person, today, [*settled, night]))


def intended(person: Person, today: Waking) -> list[Step]:
    """What the person means to do so many times a week, at a time drawn from its window."""
    rng = person.chance.rng("intents", today.day)
    steps = []
    for intent in person.profile.intents:
        times = int(intent.per_week / 7 + rng.random())
        activity = person.layout.catalogue.activities[intent.activity]
        windows = (intent.between,) if intent.between else activity.between
        steps += [_intent(person, today, intent.activity, activity, windows, rng) for _ in range(times)]
    return [step for step in steps if step is not None]


def _intent(
    person: Person, today: Waking, name: str, activity: Activity,
    windows: Sequence[tuple[int, int]], rng: np.random.Generator,
) -> Step | None:  # fmt: skip
    room = person.layout.room_for(activity, person.profile, person.bedroom)
    if room is None:
        return None
    opens, closes = windows[int(rng.integers(len(windows)))] if windows else (0, 1439)
    minute = opens + rng.random() * ((closes - opens) % 1440)
    start = person.clock.ms(today.day, round(minute))
    if start < today.wake:
        start = person.clock.ms(today.day + 1, round(minute))
    return new_step(
        person, name, start, draw_minutes(activity, rng), Basis.INTENT, "something meant to be done"
    )


def new_step(person: Person, name: str, start: int, minutes: float, basis: Basis, reason: str) -> Step | None:
    """A step of one activity with the commands that this person habitually uses for it."""
    layout, activity = person.layout, person.layout.catalogue.activities[name]
    room = layout.room_for(activity, person.profile, person.bedroom)
    if room is None:
        return None
    begin, finish = person.memory.actions_for(name) if person.memory else ((), ())
    last = round(minutes * MINUTE)
    orders = [
        order
        for actions, after in ((begin or activity.start, 0), (finish or activity.end, last))
        for action in actions
        if (order := layout.order_for(action, room, after)) and layout.reachable(order, room)
    ]
    return Step(
        start=start, end=start + last, activity=name, room=room, basis=basis, orders=tuple(orders),
        reason=reason, asleep=activity.asleep,
    )  # fmt: skip


def draw_minutes(activity: Activity, rng: np.random.Generator) -> float:
    """How long this time."""
    least, typical, most = activity.minutes
    return float(rng.triangular(least, typical, most)) if least < most else float(least)


def _settle(away: Sequence[Step], wished: Sequence[Step], today: Waking) -> list[Step]:
    """Put the wished steps around the hours away, first come first served."""
    settled: list[Step] = []
    hours = sorted(away, key=lambda step: step.start)
    for step in sorted(wished, key=lambda step: (step.start, step.activity)):
        while hours and step.start > hours[0].start + HOLD_UP:
            _append(settled, hours.pop(0))
        if step.start >= max(today.bed, settled[-1].end if settled else 0) + HOLD_UP:
            break
        latest = hours[0].start + HOLD_UP if hours else today.bed + HOLD_UP
        _fit(settled, step, max(step.start, today.wake), latest)
    for step in hours:
        _append(settled, step)
    return settled


def _append(settled: list[Step], away: Step) -> None:
    """Leave as soon as what keeps one is done."""
    if settled and settled[-1].end > away.start:
        if settled[-1].end > away.start + HOLD_UP:
            settled[-1] = settled[-1].shortened(max(settled[-1].start + MINUTE, away.start))
        start = max(away.start, settled[-1].end)
        settled.append(Step(
            start=start, end=max(away.end, start + MINUTE), activity=away.activity, room=away.room,
            basis=away.basis, reason=away.reason,
        ))  # fmt: skip
    else:
        settled.append(away)


def _fit(settled: list[Step], step: Step, start: int, latest: int) -> None:
    """Append *step*: in the middle of the one before, after it, or not at all."""
    before = settled[-1] if settled else None
    rest = None
    if before is not None and before.end > start:
        if before.activity == "away" or before.end - start <= SHORT or before.start + MINUTE > start:
            start = before.end
        else:
            settled[-1], rest = before.split(start, start)
    if start - step.start > LATE or start >= latest:
        if rest is not None and before is not None:
            settled[-1] = before
        return
    step = step.moved(start)
    settled.append(step if step.end <= latest else step.shortened(max(latest, start + MINUTE)))
    if rest is not None:
        again = rest.moved(settled[-1].end)
        if again.end - again.start > WORTH or again.orders:
            settled.append(again.shortened(max(before.end if before else 0, again.start + MINUTE)))


def _filled(person: Person, today: Waking, steps: Sequence[Step]) -> list[Step]:
    """The gaps filled with idle pastimes that suit the hour."""
    rng = person.chance.rng("idle", today.day)
    filled: list[Step] = []
    now = today.wake
    for step in steps:
        while step.start - now > GAP:
            idle = _idle(person, now, step.start, rng)
            filled.append(idle)
            now = idle.end
        filled.append(step)
        now = step.end
    return filled


def _idle(person: Person, now: int, until: int, rng: np.random.Generator) -> Step:
    """Something to pass the time with, at home."""
    minute = person.clock.local(now)[2]
    pastimes = {
        name: activity
        for name, activity in sorted(person.layout.catalogue.activities.items())
        if activity.idle and _usual(activity, minute)
    }
    weights = np.array([activity.idle for activity in pastimes.values()])
    name = list(pastimes)[int(rng.choice(len(weights), p=weights / weights.sum()))]
    minutes = min(draw_minutes(pastimes[name], rng), (until - now) / MINUTE)
    if (until - now) / MINUTE - minutes < GAP / MINUTE:
        minutes = (until - now) / MINUTE
    step = new_step(person, name, now, minutes, Basis.IDLE, "nothing else to do")
    assert step is not None  # noqa: S101  pastimes need no particular room
    return step


def _usual(activity: Activity, minute: int) -> bool:
    return not activity.between or any(opens <= minute <= closes for opens, closes in activity.between)
