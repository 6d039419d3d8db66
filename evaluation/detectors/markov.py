"""A first-order Markov chain of actions: a window is as odd as its steps are unlikely."""

from dataclasses import dataclass

import numpy as np

from evaluation.detectors.counting import pairs, pairs_of
from evaluation.detectors.windows import ACTION, Floats, Windows

SHRINKAGE = 1.0  # counts by which each row is drawn to how frequent actions are at all
SMOOTHING = 0.5


@dataclass(frozen=True, eq=False)
class Markov:
    """`first` (A,): -log P of a window's first action; `step` (A, A): -log P(action | the one before)."""

    first: Floats
    step: Floats

    def score(self, windows: Windows) -> Floats:
        """The mean surprise of a window's behaviours, nats. (N,)."""
        steps = self.step[pairs_of(windows)] * windows.mask[:, 1:]
        scores: Floats = (self.first[windows.field(ACTION)[:, 0]] + steps.sum(1)) / windows.mask.sum(1)
        return scores


def fit(train: Windows, validation: Windows, seed: int) -> Markov:
    """The chain of *train*. Unlike SmartGen's baseline of that name it calls the unlikely anomalous."""
    size = train.sizes[ACTION]
    often = np.bincount(train.field(ACTION)[train.mask], minlength=size) + SMOOTHING
    share = often / often.sum()
    counts = np.zeros((size, size))
    np.add.at(counts, pairs(train), 1.0)
    likely = (counts + SHRINKAGE * share) / (counts.sum(1, keepdims=True) + SHRINKAGE)
    first = np.bincount(train.field(ACTION)[:, 0], minlength=size) + SHRINKAGE * share
    return Markov(-np.log(first / first.sum()), -np.log(likely))
