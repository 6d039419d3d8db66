"""Files of ids that grow while they are written: NumPy's .npy, and a pickle of lists.

Neither needs all sequences at once. A .npy header leaves room to tell the number of rows afterwards; a
pickled list takes its items batch by batch.
"""

import io
import pickle
from itertools import pairwise
from pathlib import Path
from typing import IO, Any

import numpy as np

from dataset.clock import Ints

_START = b"\x80\x02]"  # protocol 2, an empty list
_STOP = b"."


class Arrays:
    """Sequences of one *shape* as rows of an int64 array in *path*."""

    def __init__(self, path: Path, shape: tuple[int, ...]) -> None:
        self._path, self._shape, self._count = path, shape, 0

    def __enter__(self) -> "Arrays":
        self._file: IO[bytes] = self._path.open("wb")
        self._head()
        return self

    def add(self, numbers: Ints, lengths: Ints) -> None:
        """Append the sequences whose rows follow one another in *numbers*."""
        self._file.write(np.ascontiguousarray(numbers, dtype="<i8").tobytes())
        self._count += len(lengths)

    def __exit__(self, *_: object) -> None:
        with self._file:
            self._file.seek(0)
            self._head()

    def _head(self) -> None:
        shape = (self._count, *self._shape)
        header: Any = {"descr": "<i8", "fortran_order": False, "shape": shape}
        np.lib.format.write_array_header_1_0(self._file, header)


class Lists:
    """Sequences as one pickled list in *path*: of flat lists of four, or of rows of five."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __enter__(self) -> "Lists":
        self._file: IO[bytes] = self._path.open("wb")
        self._file.write(_START)
        return self

    def add(self, numbers: Ints, lengths: Ints) -> None:
        """Append the sequences whose rows follow one another in *numbers*."""
        ends = np.concatenate([[0], np.cumsum(lengths)]).tolist()
        nested = numbers.shape[1] == 5
        each = [numbers[start:end] for start, end in pairwise(ends)]
        items = [(it if nested else it.ravel()).tolist() for it in each]
        self._file.write(_appending(items))

    def __exit__(self, *_: object) -> None:
        with self._file:
            self._file.write(_STOP)


def _appending(items: list[Any]) -> bytes:
    """The instructions that append *items* to the list at hand; nothing is remembered from before."""
    sink = io.BytesIO()
    pickler = pickle.Pickler(sink, protocol=2)
    pickler.fast = True
    pickler.dump(items)
    return sink.getvalue()[len(_START) : -len(_STOP)]
