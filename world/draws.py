"""Random numbers for what happens all the time: taken in blocks, for one by one they cost ten times more."""

import numpy as np

BLOCK = 64


class Draws:
    """A stream of random numbers, taken in blocks."""

    def __init__(self, rng: np.random.Generator) -> None:
        self._rng = rng
        self._uniform: list[float] = []
        self._normal: list[float] = []

    def uniform(self) -> float:
        """From [0, 1)."""
        if not self._uniform:
            self._uniform = self._rng.random(BLOCK).tolist()
        return self._uniform.pop()

    def normal(self) -> float:
        """Mean 0, standard deviation 1."""
        if not self._normal:
            self._normal = self._rng.standard_normal(BLOCK).tolist()
        return self._normal.pop()
