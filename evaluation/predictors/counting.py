"""Predictors that count: the most frequent action, and Markov chains that back off to shorter contexts."""

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence

import numpy as np

from evaluation.predictors.data import Floats, Ints

Predictor = Callable[[Sequence[Ints]], Floats]
"""Scores (N, V) of every next action for N pasts, each (m, F)."""

TRUST = 1.0  # counts of a shorter context that weigh as much as one of the longer


def markov(sequences: Sequence[Ints], actions: int, order: int) -> Predictor:
    """A chain of *order* actions; 0 is the most frequent action.

    Rare contexts are drawn to shorter ones, p_k = (counts + TRUST p_{k-1}) / (total + TRUST).
    """
    counts = [_counted(sequences, length) for length in range(order + 1)]

    def scores(past: Sequence[Ints]) -> Floats:
        return np.stack([_backed_off(counts, tuple(it[:, -1].tolist()), actions) for it in past])

    return scores


def _counted(sequences: Sequence[Ints], length: int) -> dict[tuple[int, ...], Counter[int]]:
    """What follows each context of *length* actions, how often."""
    found: defaultdict[tuple[int, ...], Counter[int]] = defaultdict(Counter)
    for sequence in sequences:
        done = tuple(sequence[:, -1].tolist())
        for at in range(length, len(done)):
            found[done[at - length : at]][done[at]] += 1
    return found


def _backed_off(
    counts: Sequence[dict[tuple[int, ...], Counter[int]]], done: tuple[int, ...], actions: int
) -> Floats:
    share = np.full(actions, 1 / actions)
    for length, following in enumerate(counts):
        after = following.get(done[len(done) - length :]) if length <= len(done) else None
        if after is not None:
            seen = np.zeros(actions)
            seen[list(after)] = list(after.values())
            share = (seen + TRUST * share) / (after.total() + TRUST)
    return share
