"""Wished steps settled around the regular hours: put off, interrupted, shortened or dropped."""

from collections.abc import Sequence
from dataclasses import replace

from agents.schedule import Waking
from agents.step import Step
from scenarios.activity import COME, LEAVE
from world.clock import MINUTE

LATE = 60 * MINUTE  # a step put off for longer is dropped
HOLD_UP = 20 * MINUTE  # how long one puts off leaving or bed to finish something
SHORT = 20 * MINUTE  # an overlap that is waited out; a longer one is an interruption
WORTH = 4 * MINUTE  # a remainder worth going back to


def settle(away: Sequence[Step], wished: Sequence[Step], today: Waking) -> list[Step]:
    """The steps of a waking day in order, without overlaps, none later than bed."""
    settled: list[Step] = []
    hours = sorted(away, key=lambda step: step.start)
    for step in sorted(wished, key=lambda step: (step.start, step.activity)):
        while hours and step.start > hours[0].start + HOLD_UP:
            _leave(settled, hours.pop(0))
        latest = (hours[0].start if hours else max(today.bed, _end(settled))) + HOLD_UP
        if step.end > today.wake:
            _fit(settled, step, max(step.start, today.wake), latest)
    for step in hours:
        _leave(settled, step)
    return settled


def _end(settled: Sequence[Step]) -> int:
    return settled[-1].end if settled else 0


def _leave(settled: list[Step], away: Step) -> None:
    """Leave as soon as what keeps one is done; what would keep one too long is cut short."""
    if settled and settled[-1].end > away.start + HOLD_UP:
        settled[-1] = settled[-1].shortened(max(settled[-1].start + MINUTE, away.start))
    ready = bool(settled) and settled[-1].activity == LEAVE and away.start - _end(settled) < HOLD_UP
    start = _end(settled) if ready else max(away.start, _end(settled))
    settled.append(replace(away, start=start, end=max(away.end, start + MINUTE)))


def _fit(settled: list[Step], step: Step, start: int, latest: int) -> None:
    """Append *step* after the one before, or in the middle of it, or not at all."""
    if step.activity == COME and settled and settled[-1].room == "outside" and start < _end(settled) + LATE:
        settled[-1] = replace(settled[-1], end=max(start, _end(settled)))
    before = settled[-1] if settled else None
    rest = None
    if before is not None and before.end > start:
        if before.room == "outside" or before.end - start <= SHORT or start < before.start + MINUTE:
            start = before.end
        else:
            settled[-1], rest = before.split(start, start)
    if start - step.start > LATE or start >= latest:
        if before is not None:
            settled[-1] = before
        return
    step = step.moved(start)
    settled.append(step if step.end <= latest else step.shortened(max(latest, start + MINUTE)))
    if rest is not None and before is not None:
        again = rest.moved(settled[-1].end)
        if again.minutes * MINUTE > WORTH or again.orders:
            settled.append(again.shortened(max(before.end, again.start + MINUTE)))
