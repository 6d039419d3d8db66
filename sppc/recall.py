"""Recollection: which routines matter now, and what this person would do next.

Everything that does not depend on the moment is laid out in arrays once; a recollection costs microseconds.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from dataset.routines import Routine
from sppc.clock import BIN, BINS, Floats, apart, minute_of
from sppc.habits import Habit
from sppc.transitions import START, Context, Transitions

_NEAR = (60.0, 135.0)  # minutes: how sharply time matters where minutes are known, and where only slots are
_OTHER_DAY = (0.4, 0.1)  # a weekday for another of its kind; a weekday for a weekend
_LOOK_BACK = (0.55, 0.3, 0.15)  # how much the last, the one before, and the third-last action count
_MEMORY_OF_DAY = 5.0  # pseudo-counts that pull rare actions to no habit at all
_TRUST_IN_CLOCK = 0.5  # exponent of the habit's lift beside what just happened


@dataclass(frozen=True)
class Kept:
    """A routine kept, how many original pieces of each weekday it stands for, its importance (nats)."""

    behaviours: Routine
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
    lift: Floats  # (7, BINS, A) log of how much likelier than on average each action is then

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


def build(kept: tuple[Kept, ...], habits: Sequence[Habit]) -> Index:
    """Lay a memory out."""
    first = [k.behaviours[0] for k in kept]
    holds: dict[str, Floats] = {}
    for row, k in enumerate(kept):
        for behaviour in k.behaviours[:-1]:
            holds.setdefault(behaviour.action, np.zeros(len(kept)))[row] = 1
    day = np.array([[_suits(weekday, b.day) for b in first] for weekday in range(7)]).reshape(7, len(kept))
    return Index(
        kept=kept,
        minutes=np.array([minute_of(b) for b in first]),
        width=np.array([_NEAR[b.minute < 0] for b in first]),
        day=day * np.sqrt([k.weight for k in kept]),
        holds=holds,
        lift=_lift(habits),
    )


def next_actions(
    transitions: Transitions, lift: Floats, slot: int, recent: Sequence[str]
) -> Mapping[str, float]:
    """Probability of each next action, given the last ones and the habits of this time.

    The geometric mean of two chains (last two actions; last action at this time of day), times the habit's
    lift. After nothing, or after what nothing was ever seen to follow, something begins anew.
    """
    last = recent[-1] if recent and transitions.knows(recent[-1]) else START
    chain: list[Context] = [(), (last,)]
    by_time = transitions.backed_off([*chain, (last, slot)])
    if last == START:  # what begins is a matter of the clock
        p = by_time * np.exp(lift)
    else:
        by_order = transitions.backed_off([*chain, (recent[-2], last)] if len(recent) > 1 else chain)
        p = np.sqrt(by_order * by_time) * np.exp(_TRUST_IN_CLOCK * lift)
    return dict(zip(transitions.actions, (p / p.sum()).tolist(), strict=True))


def _suits(weekday: int, of: int) -> float:
    if weekday == of:
        return 1.0
    return _OTHER_DAY[(weekday >= 5) != (of >= 5)]


def _lift(habits: Sequence[Habit]) -> Floats:
    """Log of p(action | half hour, weekday) / p(action), the two taken as independent. (7, BINS, A)."""
    clock = _smooth(np.array([h.clock for h in habits]).T)  # (BINS, A)
    week = np.array([h.weekdays for h in habits]).T  # (7, A)
    return _log_lift(week)[:, None, :] + _log_lift(clock)[None, :, :]


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
