"""Wished steps settled around the regular hours: put off, interrupted, shortened or dropped."""

from collections.abc import Sequence

from agents.schedule import Waking
from agents.step import Step
from scenarios.activity import COME, LEAVE
from world.clock import MINUTE
from world.mind import Basis

LATE = 60 * MINUTE  # a step put off for longer is dropped
HOLD_UP = 20 * MINUTE  # how long one puts off leaving or bed to finish something
PUNCTUAL = 6 * MINUTE  # the same, where others wait
SHORT = 20 * MINUTE  # an overlap that is waited out; a longer one is an interruption
_YIELDING = frozenset({Basis.IDLE, Basis.SCHEDULE})  # what ends when it was to end, however late it begins
WHOLE = frozenset({"bathe", "shower", "cook", "bake"})  # nobody leaves the bath to brush teeth, and goes back
WORTH = 4 * MINUTE  # a remainder worth going back to


def settle(away: Sequence[Step], wished: Sequence[Step], today: Waking) -> list[Step]:
    """The steps of a waking day in order, without overlaps, none before waking or begun long after bed."""
    settled: list[Step] = []
    hours = sorted(away, key=lambda step: step.start)
    for step in sorted(wished, key=lambda step: (step.start, step.activity)):
        while hours and step.start > hours[0].start + _hold_up(hours[0]):
            _leave(settled, hours.pop(0), today)
        latest = hours[0].start if hours else max(today.bed, _end(settled, today))
        _fit(settled, step, max(step.start, today.wake), latest + (_hold_up(hours[0]) if hours else HOLD_UP))
    for step in hours:
        _leave(settled, step, today)
    return settled


def caught_up(agenda: Sequence[Step], now: int) -> Sequence[Step]:
    """What is left of an agenda *now*, when something took longer than planned.

    What was missed is done late, unless it is too late for it; idle time gives way; the hours away and
    the night end when they end.
    """
    left: list[Step] = []
    time = now
    for number, step in enumerate(agenda):
        behind = time - step.start
        if behind <= 0:  # nor are the steps after it
            return [*left, *agenda[number:]]
        gives_way = step.basis in _YIELDING and step.activity not in (LEAVE, COME)
        if step.end > time and (gives_way or behind <= HOLD_UP):
            left.append(step.shortened_from(time))
        elif gives_way or behind > LATE:
            continue
        else:
            left.append(_in_time(step.moved(time), agenda[number + 1 :]))
        time = left[-1].end
    return left


def _in_time(step: Step, later: Sequence[Step]) -> Step:
    """What is done late is over when others wait for one."""
    if step.basis is Basis.FAMILY:
        return step
    waits = next((it.start for it in later if it.basis is Basis.FAMILY and it.start > step.start), step.end)
    return _cut(step, waits + PUNCTUAL)


def ways_on(agenda: Sequence[Step], now: int) -> tuple[Sequence[Step], list[Sequence[Step]]]:
    """What was missed, and the different ways to go on: to catch up on it, or to leave it."""
    missed = [step for step in agenda if step.start < now and step.basis not in _YIELDING]
    ways = [caught_up(agenda, now), caught_up([step for step in agenda if step not in missed], now)]
    return missed, ways if ways[0] != ways[1] else ways[:1]


def _end(settled: Sequence[Step], today: Waking) -> int:
    return settled[-1].end if settled else today.wake


def _hold_up(step: Step) -> int:
    """How long one lets it wait: others do not wait as long."""
    return PUNCTUAL if step.basis is Basis.FAMILY else HOLD_UP


def _leave(settled: list[Step], away: Step, today: Waking) -> None:
    """Leave as soon as what keeps one is done; what would keep one too long is cut short, or not begun."""
    if settled and settled[-1].end > away.start + _hold_up(away):
        settled[-1:] = _over_by(settled[-1], away.start)
    end = _end(settled, today)
    alone = away.room == "outside" and away.company is None  # with others, one leaves when they do
    coat = alone and bool(settled) and settled[-1].activity == LEAVE
    ready = coat and away.start - end < HOLD_UP
    start = end if ready else max(away.start, end)
    settled.append(away._replace(start=start, end=max(away.end, start + MINUTE)))


def _fit(settled: list[Step], step: Step, start: int, latest: int) -> None:
    """Append *step* after the one before, or in the middle of it, or not at all."""
    before, rest = (settled[-1] if settled else None), None
    if before is not None and step.activity == COME:
        before = _out_until(before, start)
    done = before
    if before is not None and before.end > start:
        ahead = start < before.start + MINUTE  # the one before has itself been put off
        kept = before.room == "outside" or before.basis is Basis.FAMILY or before.activity in WHOLE
        if kept or before.end - start <= (LATE if ahead else SHORT):
            start = before.end
        else:
            start = before.start if ahead else start
            done, rest = before.split(start, start)
    if start - step.start > LATE or start >= latest:
        return
    begun = _over_by(step.moved(start), latest)
    if not begun:
        return
    settled[-1:] = [done] if done is not None and done.end > done.start else []
    settled += begun
    if rest is not None and before is not None:
        again = _cut(rest.moved(settled[-1].end), before.end)
        if again.minutes * MINUTE > WORTH or again.orders:
            settled.append(again)


def _out_until(before: Step, start: int) -> Step:
    """Coming home ends being out, be it later than the hours have it."""
    if before.room != "outside" or start >= before.end + LATE:
        return before
    return before._replace(end=max(start, before.end))


def _over_by(step: Step, end: int) -> list[Step]:
    """The step, over by *end*; nobody puts into the oven for ten minutes what takes an hour."""
    cut = _cut(step, end)
    return [] if step.activity in WHOLE and 2 * cut.minutes < step.minutes else [cut]


def _cut(step: Step, end: int) -> Step:
    """The step, cut short where it would last beyond *end*; a minute is left of it."""
    return step if step.end <= end else step.shortened(max(end, step.start + MINUTE))
