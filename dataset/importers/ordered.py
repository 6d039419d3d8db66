"""Readings of any number in the order of time, in constant memory: sorted runs on disk, merged.

A log that is in order already, as most are, is merged at the price of reading it once more.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import islice, pairwise
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any

import numpy as np

RECORD = np.dtype([("time", "<i8"), ("code", "<i4")])  # microseconds, and what a codebook has
RUN = 2**19  # readings a run
BLOCK = 2**17  # readings a block, about

Records = np.ndarray[Any, np.dtype[np.void]]
Ints = np.ndarray[Any, np.dtype[np.int64]]


def distinct(ordered: Records) -> tuple[Records, Ints]:
    """Sorted readings without those that equal the one before them, and the codes of those."""
    same = np.zeros(ordered.size, dtype=bool)
    same[1:] = ordered[1:] == ordered[:-1]
    return ordered[~same], ordered["code"][same]


class Spool:
    """Readings on disk, in sorted runs."""

    def __init__(self, readings: Iterable[tuple[int, int]], folder: Path | None = None) -> None:
        self._file: IO[bytes] = TemporaryFile(dir=folder)  # noqa: SIM115 - closed by `blocks`
        self._sizes: list[int] = []
        self.disorder = 0  # readings that were earlier than the one before them
        self.days: set[int] = set()  # since 1970
        self.repeats: Counter[int] = Counter()  # code -> readings that stood there already, left out
        source, last = iter(readings), None
        while (run := np.fromiter(islice(source, RUN), dtype=RECORD)).size:
            times = run["time"]
            before = np.concatenate([times[:1] if last is None else [last], times[:-1]])
            self.disorder += int((times < before).sum())
            self.days.update(np.unique(times // 86_400_000_000).tolist())
            last = times[-1]
            run, again = distinct(run[np.lexsort((run["code"], times))])
            self.repeats.update(again.tolist())
            self._file.write(run.tobytes())
            self._sizes.append(run.size)

    def blocks(self, rank: Ints) -> Iterator[Records]:
        """The readings by time, those of one instant by the *rank* of their code and never in two blocks.

        A reading that stands in the log twice comes once. `repeats` is complete after the last block.
        """
        with self._file:
            for merged in self._merged():
                block, again = distinct(merged[np.lexsort((rank[merged["code"]], merged["time"]))])
                self.repeats.update(again.tolist())
                yield block

    def _merged(self) -> Iterator[Records]:
        ends = np.cumsum([0, *self._sizes])
        runs = [_Run(self._file, start, end) for start, end in pairwise(ends.tolist())]
        want = max(BLOCK // max(len(runs), 1), 1)
        while runs:
            for run in runs:
                run.fill(want)
            bound = min((int(run.held["time"][-1]) for run in runs if run.left), default=None)
            taken = [run.take(bound) for run in runs]
            if not sum(part.size for part in taken):
                want *= 2  # more readings of one instant than were held
                continue
            yield np.concatenate(taken)
            runs = [run for run in runs if run.left or run.held.size]


class _Run:
    """A sorted run on disk, and the first part of it in memory."""

    def __init__(self, file: IO[bytes], start: int, end: int) -> None:
        self._file, self._at, self._end = file, start, end
        self.held: Records = np.zeros(0, dtype=RECORD)

    @property
    def left(self) -> int:
        """Readings that are on disk still."""
        return self._end - self._at

    def fill(self, want: int) -> None:
        """Hold *want* readings, where there are so many."""
        count = min(want - self.held.size, self.left)
        if count > 0:
            self._file.seek(self._at * RECORD.itemsize)
            more = np.frombuffer(self._file.read(count * RECORD.itemsize), dtype=RECORD)
            self.held, self._at = np.concatenate([self.held, more]), self._at + count

    def take(self, bound: int | None) -> Records:
        """What is held of before *bound*, of all time where there is none."""
        count = self.held.size if bound is None else int(np.searchsorted(self.held["time"], bound))
        taken, self.held = self.held[:count], self.held[count:]
        return taken
