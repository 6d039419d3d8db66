"""Ways of life in a log, and memories that live by one of them, so that people differ as real ones do.

Sequences are clustered by what is done and at what time of day, not by weekday: a person has a whole week.
A log has no names, so a cluster is no person: it is what somebody might make a habit of.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise

import numpy as np

from dataset.routines import Routine, Routines
from sppc.clock import Floats, hours_between
from sppc.compress import Pieces, memory_of
from sppc.encode import Integers
from sppc.importance import distinct_pieces
from sppc.likeness import describe
from sppc.memory import Memory
from sppc.shifting import later, shifted
from sppc.split import split
from sppc.text import cost

WAYS = 40  # clusters at most
FEW = 12  # distinct sequences that a cluster has at least, on average
VARIANTS = 16  # of each way: people who live by it differ
KEPT = 0.6  # share of a way's sequences that one who lives by it knows, and FEW at least
ROUNDS = 30  # of k-means at most; it settles sooner
WHAT_AND_WHEN = (1.0, 0.6, 0.0)  # weights of actions, time of day and weekday in likeness


@dataclass(frozen=True, eq=False)
class Weighed(Pieces):
    """Pieces whose importance is known: no training."""

    nats: Floats

    @cached_property
    def importance(self) -> Floats:
        """Of each cut piece, nats a behaviour."""
        return self.nats


@dataclass(frozen=True, eq=False)
class Ways:
    """The ways of life in a log, the most frequent first."""

    pieces: Pieces
    of: Integers  # the way of each sequence
    often: Integers  # how many windows of the log each sequence was

    @property
    def shares(self) -> Floats:
        """How much of the log each way is."""
        counts: Floats = np.bincount(self.of, self.often) / self.often.sum()
        return counts

    @property
    def streams(self) -> bool:
        """Whether sequences are streams, joined from windows: most windows are in one with others."""
        return bool(self.often[self.often > 1].sum() > self.often.sum() / 2)

    def variant(self, like: float) -> tuple[int, int]:
        """The way that lies at *like*, 0 to 1 through all of them by share, and which variant of it."""
        ends = np.cumsum(self.shares)
        way = min(int(np.searchsorted(ends, like, side="right")), len(ends) - 1)
        within = (like - (ends[way] - self.shares[way])) / self.shares[way]
        return way, min(VARIANTS - 1, max(0, int(within * VARIANTS)))


def ways_of(pieces: Pieces, often: Sequence[int] = ()) -> Ways:
    """The ways of life in *pieces*; *often* says how many windows each sequence was, unless one each."""
    distinct = len(distinct_pieces(pieces.sequences)[0])
    of, _ = clustered(features_of(pieces.sequences), max(1, min(WAYS, distinct // FEW)))
    return Ways(pieces, of, np.array(often or [1] * len(of), dtype=np.int64))


def features_of(sequences: Sequence[Routine]) -> Floats:
    """Unit vectors (N, F) of what is done at what time of day."""
    return _unit(describe(sequences, WHAT_AND_WHEN))


def clustered(features: Floats, count: int) -> tuple[Integers, Floats]:
    """The cluster of each row, the largest first, and their centres: at most *count*.

    Spherical k-means (Dhillon & Modha 2001) from centres far apart; nothing in it is left to chance.
    """
    centres = _far_apart(features, count)
    of = np.zeros(len(features), np.int64)
    for turn in range(ROUNDS):
        nearest = np.argmax(features @ centres.T, axis=1)
        if turn and (nearest == of).all():
            break
        of = nearest
        present = np.unique(of)
        centres = np.array([_unit(features[of == way].sum(axis=0)) for way in present])
        of = np.searchsorted(present, of)
    order = np.argsort(-np.bincount(of), kind="stable")
    return np.argsort(order)[of], centres[order]


def memory_like(ways: Ways, way: int, variant: int, budget: int, moved: int = 0) -> Memory:
    """The memory of somebody who lives by one *variant* of a *way*, within *budget* tokens.

    Everything is done *moved* minutes later than in the log.
    """
    rng = ways.pieces.chance.rng("way", way, variant)
    own = np.flatnonzero(ways.of == way)
    rows = np.sort(rng.permutation(own)[: max(FEW, round(KEPT * len(own)))]).tolist()
    part = _part(ways.pieces, rows, budget, apart=ways.streams)
    return memory_of(_later(part, moved) if moved else part, budget)


def lasting(sequences: Sequence[Routine]) -> float:
    """Weeks that *sequences* take: each from its first behaviour to its last, and one of the slots in use.

    How many slots of a day are in use is 2 to the entropy of when things are done.
    """
    hours = sum(hours_between(one, two) for sequence in sequences for one, two in pairwise(sequence))
    done = np.bincount([it.slot for sequence in sequences for it in sequence])
    shares = done[done > 0] / done.sum()
    slots = 2.0 ** -(shares * np.log2(shares)).sum()
    return float(hours / 168 + len(sequences) / slots / 7)


def _later(part: Weighed, minutes: int) -> Weighed:
    """The same at other hours, each piece worth what it was."""
    sequences, cut, distinct = (
        tuple(later(it, minutes) for it in known) for known in (part.sequences, part.cut, part.distinct)
    )
    moved = shifted(part.routines, minutes)
    return replace(part, routines=moved, sequences=sequences, cut=cut, distinct=distinct)


def _part(pieces: Pieces, rows: Sequence[int], budget: int, *, apart: bool) -> Weighed:
    """The pieces of some of the sequences, weighed if they do not fit; they fill the weeks that all fill.

    Sequences without dates tell at least how long they take: so often are they lived. What is all that a log
    knows of a home stands *apart*: as if a week lay between.
    """
    sequences = tuple(pieces.sequences[row] for row in rows)
    whole = pieces.routines
    weeks = lasting(sequences) + apart * len(sequences)
    if whole.weeks is not None:
        weeks = whole.weeks * len(sequences) / len(pieces.sequences)
    cut = split(sequences) if _dated(sequences) else sequences
    distinct, kind = distinct_pieces(cut)
    part = Weighed(
        routines=Routines.of(sequences, source=whole.source, provenance=whole.provenance, weeks=weeks),
        sequences=sequences,
        cut=cut,
        distinct=tuple(distinct),
        kind=kind,
        tokens=np.array([cost(piece) for piece in distinct]),
        chance=pieces.chance,
        nats=np.zeros(len(cut)),
    )
    if part.fit(budget):
        return part
    known = dict(zip(pieces.cut, pieces.importance.tolist(), strict=True))
    nats = np.array([np.mean([known[it] for it in split((piece,))]) for piece in cut])
    return replace(part, nats=nats)


def _dated(sequences: Sequence[Routine]) -> bool:
    """Whether minutes are known: what is known to the slot alone is kept as it was logged, for its order."""
    return any(it.minute >= 0 for sequence in sequences for it in sequence)


def _far_apart(features: Floats, count: int) -> Floats:
    """Rows of *features*: the most typical, then again and again the one most unlike all before."""
    rows = [int(np.argmax(features @ features.sum(axis=0)))]
    while len(rows) < count:
        nearest = (features @ features[rows].T).max(axis=1)
        rows.append(int(np.argmin(nearest)))
    return features[rows]


def _unit(vectors: Floats) -> Floats:
    length = np.linalg.norm(vectors, axis=-1, keepdims=True)
    unit: Floats = vectors / np.where(length == 0, 1.0, length)
    return unit
