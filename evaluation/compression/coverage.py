"""How near memory comes to what it leaves out: the distance of every piece to the nearest kept one."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np

from dataset.routines import Routine
from sppc.clock import Floats
from sppc.compress import MOST_PAIRWISE, PAIRWISE, Pieces
from sppc.encode import Integers
from sppc.likeness import describe
from sppc.selection import METHODS

BLOCK = 1024  # pieces compared at once, so that memory does not grow with the square of the log
BINS = 20  # of the histogram of distances
STEPS = 100  # of a curve
SLOW = frozenset({"ssc_as_published"})
"""Methods that train for minutes."""


@dataclass(frozen=True, eq=False)
class Log:
    """What distances and shares are counted over: the distinct pieces with how often each occurs."""

    pieces: Pieces

    @cached_property
    def features(self) -> Floats:
        """(N, F), unit vectors whose inner product is likeness."""
        return describe(self.pieces.distinct)

    @cached_property
    def copies(self) -> Integers:
        """How often each distinct piece occurs."""
        return np.bincount(self.pieces.kind)

    @cached_property
    def actions(self) -> Counter[str]:
        """How often each action is done."""
        return self._counted((b.action for b in piece) for piece in self.pieces.distinct)

    @cached_property
    def transitions(self) -> Counter[tuple[str, str]]:
        """How often an action comes right after another within a piece."""
        return self._counted(steps(piece) for piece in self.pieces.distinct)

    def _counted(self, each: Iterable[Iterable[Any]]) -> Counter[Any]:
        counts: Counter[Any] = Counter()
        for found, times in zip(each, self.copies.tolist(), strict=True):
            for it in found:
                counts[it] += times
        return counts


@dataclass(frozen=True, eq=False)
class Coverage:
    """Of each distinct piece the kept one most like it, and 1 - likeness: 0 is kept, 1 nothing in common."""

    log: Log
    kept: Integers  # numbers of distinct pieces
    nearest: Integers
    distance: Floats

    @property
    def lost(self) -> Integers:
        """Numbers of the distinct pieces that are not kept."""
        return np.setdiff1d(np.arange(len(self.distance)), self.kept)

    @property
    def verbatim(self) -> int:
        """How many pieces are kept word for word, repetitions included."""
        return int(self.log.copies[self.kept].sum())

    @property
    def mean(self) -> float:
        """Mean distance of all pieces, those kept at 0."""
        return float(np.average(self.distance, weights=self.log.copies))

    def within(self, share: float) -> float:
        """The distance within which *share* of all pieces lie."""
        order = np.argsort(self.distance, kind="stable")
        reached = np.cumsum(self.log.copies[order])
        return float(self.distance[order[np.searchsorted(reached, share * reached[-1])]])

    def histogram(self) -> list[int]:
        """Lost pieces by distance, repetitions included, in `BINS` equal steps from 0 to 1."""
        place = np.minimum((self.distance[self.lost] * BINS).astype(int), BINS - 1)
        return np.bincount(place, self.log.copies[self.lost], BINS).astype(int).tolist()  # type: ignore[no-any-return]

    def curve(self) -> list[float]:
        """Share of all pieces within each distance from 0 to 1, in `STEPS` equal steps."""
        place = np.ceil(self.distance * STEPS).astype(int)
        share = np.cumsum(np.bincount(place, self.log.copies, STEPS + 1)) / self.log.copies.sum()
        return share.round(4).tolist()  # type: ignore[no-any-return]


def coverage(log: Log, kept: Integers) -> Coverage:
    """How the pieces numbered *kept* cover *log*."""
    nearest, likeness = np.zeros(len(log.copies), np.int64), np.zeros(len(log.copies))
    for at in range(0, len(nearest), BLOCK):
        found = log.features[at : at + BLOCK] @ log.features[kept].T
        nearest[at : at + BLOCK] = kept[found.argmax(1)]
        likeness[at : at + BLOCK] = found.max(1)
    distance = (1 - likeness).clip(0, 1).round(6)
    nearest[kept], distance[kept] = kept, 0.0
    return Coverage(log, kept, nearest, distance)


def skipped(log: Log, method: str) -> list[str]:
    """The methods too dear to be held against *method*."""
    large = len(log.pieces.cut) > MOST_PAIRWISE
    return sorted((SLOW | (PAIRWISE if large else frozenset())) - {method})


def compared(asked: Coverage, budget: int, method: str) -> list[dict[str, Any]]:
    """What every method keeps of the same pieces within the same budget, beside what *method* kept."""
    log = asked.log
    return [
        {
            "name": name,
            **_measured(asked if name == method else coverage(log, log.pieces.chosen(budget, name))),
        }
        for name in METHODS
        if name not in skipped(log, method)
    ]


def _measured(covered: Coverage) -> dict[str, Any]:
    log, kept = covered.log, covered.kept
    routines = [log.pieces.distinct[row] for row in kept]
    actions = {behaviour.action for routine in routines for behaviour in routine}
    return {
        "kept": len(kept),
        "tokens": log.pieces.size(kept.tolist()),
        "verbatim": covered.verbatim / len(log.pieces.cut),
        "mean": round(covered.mean, 4),
        "within": covered.within(0.9),
        "farthest": float(covered.distance.max()),
        "actions": len(actions) / len(log.actions),
        "transitions": share_of(log.transitions, {pair for routine in routines for pair in steps(routine)}),
        "curve": covered.curve(),
    }


def steps(routine: Routine) -> list[tuple[str, str]]:
    """Each action with the next."""
    return [(before.action, after.action) for before, after in pairwise(routine)]


def share_of(counts: Counter[Any], known: set[Any]) -> float:
    """How much of *counts* is of *known* kinds; all, where there is nothing to know."""
    return sum(n for it, n in counts.items() if it in known) / counts.total() if counts else 1.0
