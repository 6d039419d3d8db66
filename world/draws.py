"""Random numbers for what happens all the time: taken in blocks, for one by one they cost ten times more."""

from collections.abc import Callable
from itertools import chain

import numpy as np
import numpy.typing as npt

BLOCK = 64


class Draws:
    """A stream of random numbers, taken in blocks: iterators, so that no Python runs for most of them."""

    def __init__(self, rng: np.random.Generator) -> None:
        self.uniform = _stream(lambda: rng.random(BLOCK))
        """From [0, 1)."""
        self.normal = _stream(lambda: rng.standard_normal(BLOCK))
        """Mean 0, standard deviation 1."""


def _stream(block: Callable[[], npt.NDArray[np.float64]]) -> Callable[[], float]:
    """The next number at each call; a block is drawn when the one before has been used up."""
    blocks = iter(lambda: block()[::-1].tolist(), None)
    return chain.from_iterable(blocks).__next__
