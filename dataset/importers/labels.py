"""Annotations become labels: which activity is under way at each reading."""

from collections.abc import Sequence

import numpy as np

from dataset.importers.codebook import Meaning
from dataset.importers.cutting import DAY
from dataset.importers.ordered import Ints, Records

LONGEST_ACTIVITY = DAY  # an annotation that never ends is taken to have ended then


class Labels:
    """The activity under way is the one begun last of those that have not ended."""

    def __init__(self, meanings: Sequence[Meaning]) -> None:
        self.names = ["", *sorted({name for it in meanings for name in (it.begins, it.ends) if name})]
        numbers = {name: number for number, name in enumerate(self.names)}
        self._begins = np.array([numbers[it.begins] for it in meanings], dtype=np.int64)
        self._ends = np.array([numbers[it.ends] for it in meanings], dtype=np.int64)
        self.open: dict[int, int] = {}  # activity -> when it began, in that order

    def of(self, block: Records) -> Ints:
        """The activity during each reading; those that begin or end one belong to it."""
        found = np.zeros(block.size, dtype=np.int64)
        begins, ends = self._begins[block["code"]], self._ends[block["code"]]
        done = 0
        for row in np.flatnonzero(begins + ends).tolist():
            self._fill(found, block, done, row)
            if begin := int(begins[row]):
                self.open.pop(begin, None)
                self.open[begin] = int(block["time"][row])
            self._fill(found, block, row, row + 1)
            if end := int(ends[row]):
                found[row] = end if self.open.pop(end, None) is not None else found[row]
            done = row + 1
        self._fill(found, block, done, block.size)
        return found

    def _fill(self, found: Ints, block: Records, start: int, end: int) -> None:
        if self.open:
            activity, begun = next(reversed(self.open.items()))
            recent = block["time"][start:end] - begun <= LONGEST_ACTIVITY
            found[start:end] = np.where(recent, activity, 0)
