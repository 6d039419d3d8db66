"""Recollection: which routines matter now, and what this person would do next.

Everything that does not depend on the moment is laid out in arrays once; a recollection costs microseconds.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated

import numpy as np
from pydantic import BeforeValidator, PlainSerializer

from dataset.routines import Routine
from sppc.clock import BIN, BINS, SLOT, Floats, apart, minute_of
from sppc.habits import Habit
from sppc.text import line, parse
from sppc.transitions import ORDER, START, Transitions

_NEAR = (60.0, 135.0)  # minutes: how sharply time matters where minutes are known, and where only slots are
_OTHER_DAY = (0.4, 0.1)  # a weekday for another of its kind; a weekday for a weekend
_LOOK_BACK = (0.55, 0.3, 0.15)  # how much the last, the one before, and the third-last action count
_MEMORY_OF_DAY = 5.0  # pseudo-counts that pull rare actions to no habit at all
_TRUST_IN_CLOCK = 0.5  # exponent of the habit's lift beside what just happened


def _read(value: object) -> object:
    return parse(value) if isinstance(value, str) else value


@dataclass(frozen=True)
class Kept:
    """A routine kept, how many original pieces of each weekday it stands for, its importance (nats)."""

    behaviours: Annotated[Routine, BeforeValidator(_read), PlainSerializer(line)]  # as text in a file
    days: tuple[float, ...]  # Monday first
    importance: float  # a behaviour

    @property
    def weight(self) -> float:
        """How many original pieces it stands for."""
        return sum(self.days)


@dataclass(frozen=True)
class Recollection:
    """Routines relevant now with their share of relevance, best first; probability of each next action."""

    routines: tuple[tuple[Kept, float], ...]
    next: Mapping[str, float]


@dataclass(frozen=True)
class Index:
    """The arrays of a memory. K kept routines, A actions."""

    kept: tuple[Kept, ...]
    minutes: Floats  # (K,) when each begins
    width: Floats  # (K,) how sharply
    day: Floats  # (7, K) how well each suits a weekday, times the root of its weight
    holds: Mapping[str, Floats]  # action -> (K,) 1 where something of the routine comes after it
    lift: Floats  # (7, BINS, A) how much likelier than on average each action is then
    lift_beside: Floats  # (7, BINS, A) the same, as far as it counts beside what just happened

    def relevance(self, weekday: int, minute: int, recent: Sequence[str]) -> Floats:
        """Share of each kept routine in what is relevant; they sum to 1."""
        near = np.exp(-0.5 * (apart(self.minutes, minute) / self.width) ** 2)
        score = self.day[weekday] * (near + 1e-6)
        match = np.zeros(len(self.kept))
        for action, share in zip(reversed(recent), _LOOK_BACK, strict=False):
            if (holds := self.holds.get(action)) is not None:
                match += share * holds
        score = score * (0.2 + match)
        relevance: Floats = score / score.sum()
        return relevance


def build(kept: tuple[Kept, ...], habits: Sequence[Habit], actions: Sequence[str]) -> Index:
    """Lay a memory out; *actions* are those of its transitions."""
    first = [k.behaviours[0] for k in kept]
    holds: dict[str, Floats] = {}
    for row, k in enumerate(kept):
        for behaviour in k.behaviours[:-1]:
            holds.setdefault(behaviour.action, np.zeros(len(kept)))[row] = 1
    day = np.array([[_suits(weekday, b.day) for b in first] for weekday in range(7)]).reshape(7, len(kept))
    lift = _lift(habits, actions)
    return Index(
        kept=kept,
        minutes=np.array([minute_of(b) for b in first]),
        width=np.array([_NEAR[b.minute < 0] for b in first]),
        day=day * np.sqrt([k.weight for k in kept]),
        holds=holds,
        lift=np.exp(lift),
        lift_beside=np.exp(_TRUST_IN_CLOCK * lift),
    )


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
        p = np.sqrt(by_order * by_time) * index.lift_beside[weekday, now]
    p /= p.sum()
    return dict(zip(transitions.actions, p.tolist(), strict=True))


def _suits(weekday: int, of: int) -> float:
    if weekday == of:
        return 1.0
    return _OTHER_DAY[(weekday >= 5) != (of >= 5)]


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
