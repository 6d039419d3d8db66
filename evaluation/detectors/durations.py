"""How long things usually last: how far a time is from all those that were known of the same kind.

Of each device few times are long, too few for trees to learn from where the usual ends. By the figures here
"longer than ever" is one thing, whatever it is of: a shower, a programme, an open window.
"""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

import numpy as np

from evaluation.detectors.windows import Floats, Integers

NEAREST = 3  # of the known times: how far off the third is
FEWEST = 2 * NEAREST + 2  # known times below which nothing is said
Kind = tuple[float, ...]  # what was done to which device, and what it was before


class Durations(NamedTuple):
    """The known times of each kind, log(1 + s), sorted."""

    known: Mapping[Kind, Floats]

    def figures(self, kinds: Floats, lasted: Floats, *, own: bool = False) -> Floats:
        """The share of known times that are as long or longer, and how far off the third nearest is. (M, 2).

        *own*: these are the known times, each compared with the others. Nan where too little is known.
        """
        found = np.full((len(lasted), 2), np.nan)
        for kind, rows in _by_kind(kinds, lasted):
            times = self.known.get(kind, np.zeros(0))
            if len(times) >= FEWEST:
                found[rows, 0] = (len(times) - np.searchsorted(times, lasted[rows]) - own) / len(times)
                found[rows, 1] = _distance(times, lasted[rows], NEAREST + own)
        return found


def known_durations(kinds: Floats, lasted: Floats) -> Durations:
    """What is known from the times *lasted*, log(1 + s), (M,), of what is of these *kinds*, (M, any)."""
    return Durations({kind: np.sort(lasted[rows]) for kind, rows in _by_kind(kinds, lasted)})


def _by_kind(kinds: Floats, lasted: Floats) -> Iterator[tuple[Kind, Integers]]:
    """Every kind with the rows whose time is known."""
    rows = np.flatnonzero(~np.isnan(lasted))
    found, which = np.unique(np.nan_to_num(kinds[rows], nan=-1.0), axis=0, return_inverse=True)
    for number, kind in enumerate(found.tolist()):
        yield tuple(kind), rows[which.ravel() == number]


def _distance(times: Floats, some: Floats, nearest: int) -> Floats:
    """How far each of *some* is from the nearest but so many of the sorted *times*. (M,)."""
    around = np.searchsorted(times, some)[:, None] + np.arange(-nearest, nearest)
    there = (around >= 0) & (around < len(times))
    off = np.abs(times[around.clip(0, len(times) - 1)] - some[:, None])
    far: Floats = np.sort(np.where(there, off, np.inf), axis=1)[:, nearest - 1]
    return far
