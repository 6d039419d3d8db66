"""Random numbers for what happens all the time: taken in blocks, for one by one they cost ten times more.

A stream counts its draws, so whatever takes one more shifts all that follow. Every day therefore has a stream
of its own: what strays by day is again what it would have been from the next night on.
"""

from collections.abc import Iterator
from itertools import chain

import numpy as np

from scenarios.chance import Chance

BLOCK = 64


class Draws:
    """Streams of random numbers, new ones a day, in blocks: iterators, so that no Python runs for most."""

    def __init__(self, chance: Chance) -> None:
        self._chance, self._day = chance, 0
        self._rngs: dict[str, np.random.Generator] = {}  # of today, once they are needed
        self._ahead: dict[str, list[float]] = {}  # what is left of the blocks drawn
        self.uniform = chain.from_iterable(self._blocks("uniform")).__next__
        """From [0, 1)."""
        self.normal = chain.from_iterable(self._blocks("normal")).__next__
        """Mean 0, standard deviation 1."""

    def renew(self, day: int) -> None:
        """Go on with the streams of *day*."""
        if day != self._day:
            self._day = day
            self._rngs.clear()
            for block in self._ahead.values():
                block.clear()

    def _blocks(self, name: str) -> Iterator[list[float]]:
        while True:
            rng = self._rngs.get(name)
            if rng is None:
                rng = self._rngs[name] = self._chance.rng(self._day, name)
            drawn = rng.random(BLOCK) if name == "uniform" else rng.standard_normal(BLOCK)
            block = self._ahead[name] = drawn.tolist()
            yield block
