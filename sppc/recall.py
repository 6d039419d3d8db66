"""Recall: what this person would do next.

Everything that does not depend on the moment is laid out in arrays once; to recall costs microseconds.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from sppc.clock import BIN, BINS, SLOT, Floats
from sppc.habits import Habit
from sppc.transitions import ORDER, START, Transitions

_MEMORY_OF_DAY = 5.0  # pseudo-counts that pull rare actions to no habit at all
_TRUST_IN_CLOCK = 0.5  # exponent of the habit's lift beside what just happened


@dataclass(frozen=True)
class Index:
    """How much likelier than on average each action is in a half hour of a weekday."""

    lift: Floats  # (7, BINS, A)
    beside: Floats  # (7, BINS, A) the same, as far as it counts beside what just happened


def build(habits: Sequence[Habit], actions: Sequence[str]) -> Index:
    """Lay a memory out; *actions* are those of its transitions."""
    lift = _lift(habits, actions)
    return Index(np.exp(lift), np.exp(_TRUST_IN_CLOCK * lift))


def next_actions(
    transitions: Transitions, index: Index, weekday: int, minute: int, recent: Sequence[str]
) -> Mapping[str, float]:
    """Probability of each next action, given the time, the last actions, and the habits of that time.

    The geometric mean of two chains (the last three actions; the last action, at this time, on this day),
    times the habit's lift. After nothing, or after what nothing was ever seen to follow, something begins
    anew.
    """
    last = recent[-1] if recent and transitions.knows(recent[-1]) else START
    wide, slot, now = transitions.after(last), minute // SLOT, bin_of(minute)
    by_time = transitions.narrowed(wide, ((last, slot), (last, slot, weekday)))
    if last == START:  # what begins is a matter of the clock
        p = by_time * index.lift[weekday, now]
    else:
        orders = range(2, min(ORDER, len(recent)) + 1)
        by_order = transitions.narrowed(wide, [tuple(recent[-order:]) for order in orders])
        p = np.sqrt(by_order * by_time) * index.beside[weekday, now]
    p /= p.sum()
    return dict(zip(transitions.actions, p.tolist(), strict=True))


def _lift(habits: Sequence[Habit], actions: Sequence[str]) -> Floats:
    """Log of p(action | half hour, weekday) / p(action), the two taken as independent. (7, BINS, A)."""
    known = [habit for habit in habits if habit.name in actions]
    lift = np.zeros((7, BINS, len(actions)))
    if known:
        clock = _smooth(np.array([habit.clock for habit in known]).T)  # (BINS, known)
        week = np.array([habit.weekdays for habit in known]).T  # (7, known)
        columns = [actions.index(habit.name) for habit in known]
        lift[:, :, columns] = _log_lift(week)[:, None, :] + _log_lift(clock)[None, :, :]
    return lift


def _log_lift(counts: Floats) -> Floats:
    share = counts.sum(0) / counts.sum()  # (A,)
    p = (counts + _MEMORY_OF_DAY * share) / (counts.sum(1, keepdims=True) + _MEMORY_OF_DAY)
    lift: Floats = np.log(p / share)
    return lift


def _smooth(clock: Floats) -> Floats:
    reach = 60 // BIN
    weights = {shift: reach + 1 - abs(shift) for shift in range(-reach, reach + 1)}
    smooth: Floats = np.sum([w * np.roll(clock, s, 0) for s, w in weights.items()], 0)
    return smooth / sum(weights.values())


def bin_of(minute: int) -> int:
    """The half hour of a minute of the day."""
    return minute // BIN % BINS
