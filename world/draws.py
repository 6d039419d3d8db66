"""Random numbers for what happens all the time: taken in blocks, for one by one they cost ten times more.

A stream counts its draws, so whatever takes one more shifts all that follow. Every day therefore has a stream
of its own: what strays by day is again what it would have been from the next night on.
"""

from collections.abc import Callable, Iterator
from itertools import chain

import numpy as np
import numpy.typing as npt

from scenarios.chance import Chance

BLOCK = 64

Block = Callable[[np.random.Generator], npt.NDArray[np.float64]]


class Draws:
    """A stream of random numbers a day, in blocks: iterators, so that no Python runs for most of them."""

    def __init__(self, chance: Chance) -> None:
        self._chance, self._day = chance, 0
        self._rng: np.random.Generator | None = None  # of today, once it is needed
        self._ahead: dict[Block, list[float]] = {}  # what is left of the blocks drawn
        self.uniform = chain.from_iterable(self._blocks(_uniform)).__next__
        """From [0, 1)."""
        self.normal = chain.from_iterable(self._blocks(_normal)).__next__
        """Mean 0, standard deviation 1."""

    def renew(self, day: int) -> None:
        """Go on with the stream of *day*."""
        if day != self._day:
            self._day, self._rng = day, None
            for block in self._ahead.values():
                block.clear()

    def _blocks(self, draw: Block) -> Iterator[list[float]]:
        while True:
            if self._rng is None:
                self._rng = self._chance.rng(self._day)
            block = self._ahead[draw] = draw(self._rng).tolist()
            yield block


def _uniform(rng: np.random.Generator) -> npt.NDArray[np.float64]:
    return rng.random(BLOCK)


def _normal(rng: np.random.Generator) -> npt.NDArray[np.float64]:
    return rng.standard_normal(BLOCK)
