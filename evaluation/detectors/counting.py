"""The floors: detectors that only count. What does not beat them has learned nothing.

Each is fitted by counting normal windows, and scores a window by its oddest part. The floor "flag
everything" needs no score: see `scoring.flag_all`.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from evaluation.detectors.windows import ACTION, SLOT, Floats, Integers, Windows

SMOOTHING = 0.5  # what is added to each count, so that what was never seen is unlikely, not impossible


@dataclass(frozen=True, eq=False)
class Surprise:
    """Scores a window by the greatest surprise in it, nats; `of` gives that of each behaviour, (N, T)."""

    of: Callable[[Windows], Floats]

    def score(self, windows: Windows) -> Floats:
        """The greatest surprise of each window. (N,)."""
        scores: Floats = np.where(windows.mask, self.of(windows), -np.inf).max(1)
        return scores


def rarest_action(train: Windows, validation: Windows, seed: int) -> Surprise:
    """How rare the rarest action is: -log P(action)."""
    counts = np.bincount(train.field(ACTION)[train.mask], minlength=train.sizes[ACTION]) + SMOOTHING
    surprise = -np.log(counts / counts.sum())
    return Surprise(lambda windows: surprise[windows.field(ACTION)])


def unseen_value(train: Windows, validation: Windows, seed: int) -> Surprise:
    """Whether a behaviour has a day, slot, device or action that training never had: how many of the four."""
    seen = [np.zeros(size, bool) for size in train.sizes]
    for which, known in enumerate(seen):
        known[train.field(which)[train.mask]] = True

    def new(windows: Windows) -> Floats:
        fields = [~known[windows.field(which)] for which, known in enumerate(seen)]
        how_many: Floats = np.sum(fields, axis=0, dtype=np.float64)
        return how_many

    return Surprise(new)


def rarest_step(train: Windows, validation: Windows, seed: int) -> Surprise:
    """How unlikely the least likely next action is: -log P(action | the one before)."""
    before, after = pairs(train)
    surprise = conditional(before, after, (train.sizes[ACTION],) * 2)
    return Surprise(lambda windows: _after_first(surprise[pairs_of(windows)]))


def oddest_hour(train: Windows, validation: Windows, seed: int) -> Surprise:
    """How unlikely the least likely time of an action is: -log P(slot | action)."""
    action, slot = (train.field(which)[train.mask] for which in (ACTION, SLOT))
    surprise = conditional(action, slot, (train.sizes[ACTION], train.sizes[SLOT]))
    return Surprise(lambda windows: surprise[windows.field(ACTION), windows.field(SLOT)])


def step_and_hour(train: Windows, validation: Windows, seed: int) -> "Sum":
    """The rarest action, the rarest step and the oddest hour, added."""
    return Sum(tuple(fit(train, validation, seed) for fit in (rarest_action, rarest_step, oddest_hour)))


@dataclass(frozen=True)
class Sum:
    """Adds up the scores of several floors."""

    parts: tuple[Surprise, ...]

    def score(self, windows: Windows) -> Floats:
        """(N,)."""
        scores: Floats = np.sum([part.score(windows) for part in self.parts], axis=0)
        return scores


def pairs_of(windows: Windows) -> tuple[Integers, Integers]:
    """The action before and the action of each behaviour but the first. Both (N, T - 1)."""
    action = windows.field(ACTION)
    return action[:, :-1], action[:, 1:]


def pairs(windows: Windows) -> tuple[Integers, Integers]:
    """The same for the steps that there are, in one row. Both (M,)."""
    before, after = pairs_of(windows)
    there = windows.mask[:, 1:]
    return before[there], after[there]


def conditional(given: Integers, what: Integers, sizes: tuple[int, int]) -> Floats:
    """-log P(what | given) as a table of *sizes*, from pairs that occurred."""
    counts = np.full(sizes, SMOOTHING)
    np.add.at(counts, (given, what), 1.0)
    surprise: Floats = -np.log(counts / counts.sum(1, keepdims=True))
    return surprise


def _after_first(steps: Floats) -> Floats:
    """(N, T - 1) -> (N, T): nothing comes before the first behaviour, so it cannot surprise."""
    return np.pad(steps, ((0, 0), (1, 0)))
