"""Windows of a fixed number of behaviours: the sequences that models of the field are trained on."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from dataset.routines import Behaviour, Routine

SIZE = 10  # behaviours a window, in SmartSense and SmartGuard


def windows(behaviours: Sequence[Behaviour], size: int = SIZE, step: int = SIZE) -> Iterator[Routine]:
    """Windows over the behaviours of one household in time order; a rest shorter than *size* is left."""
    for rows in window_rows(len(behaviours), size, step).tolist():
        yield tuple(behaviours[row] for row in rows)


def window_rows(count: int, size: int = SIZE, step: int = SIZE) -> np.ndarray[Any, np.dtype[np.int64]]:
    """The row numbers of each window over *count* rows: one line a window."""
    starts = np.arange(0, max(count - size + 1, 0), step)
    return starts[:, None] + np.arange(size)
