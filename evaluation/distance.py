"""Edit distances between all sequences of two corpora, many at once."""

import numpy as np

from evaluation.corpus import Corpus, Floats, Ints

LONGEST = 32  # behaviours of a sequence that are compared
AT_ONCE = 400_000  # pairs; each takes as many bytes as a sequence has behaviours


def edit_distances(some: Corpus, others: Corpus) -> Floats:
    """(N, M) insertions, deletions and exchanges of actions by which two sequences differ, over the longer.

    Levenshtein's distance by dynamic programming, a cell of the table at a time for all pairs.
    """
    one, two = (it.padded(it.action, min(LONGEST, int(it.lengths.max()))) for it in (some, others))
    rows = max(1, AT_ONCE // max(1, len(others)))
    parts = [_distances(one[at : at + rows], two) for at in range(0, len(some), rows)]
    return np.concatenate(parts)


def nearest(some: Corpus, others: Corpus) -> Floats:
    """(N,) the least distance of each sequence to any of *others*."""
    least: Floats = edit_distances(some, others).min(axis=1)
    return least


def _distances(one: Ints, two: Ints) -> Floats:
    lengths, others = (one >= 0).sum(axis=1), (two >= 0).sum(axis=1)
    shape = (len(one), len(two))
    before = [np.full(shape, place, np.int8) for place in range(two.shape[1] + 1)]
    found = np.empty(shape)
    for row in range(1, one.shape[1] + 1):
        now = [np.full(shape, row, np.int8)]
        for place in range(1, two.shape[1] + 1):
            differs = (one[:, row - 1, None] != two[None, :, place - 1]).view(np.int8)
            best = np.minimum(before[place], now[-1]) + np.int8(1)
            now.append(np.minimum(best, before[place - 1] + differs))
        before = now
        over = np.flatnonzero(lengths == row)
        table = np.stack([it[over] for it in now])
        found[over] = np.take_along_axis(table, np.broadcast_to(others, (1, len(over), len(two))), 0)[0]
    apart: Floats = found / np.maximum(lengths[:, None], others[None, :])
    return apart
