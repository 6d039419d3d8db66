"""The seeded tree of chance: every random draw in Homefolk comes from a named branch of one seed.

A branch depends on its path of names alone, so adding a resident or a device never changes the
draws of another.
"""

from dataclasses import dataclass
from hashlib import blake2b

import numpy as np


def _key(name: str | int) -> int:
    return int.from_bytes(blake2b(str(name).encode(), digest_size=4).digest(), "big")


@dataclass(frozen=True, slots=True)
class Chance:
    """A node of the tree; `branch` goes deeper, `rng` draws."""

    seed: int
    path: tuple[int, ...] = ()

    def branch(self, *names: str | int) -> "Chance":
        """The node below this one, reached by *names* in turn."""
        return Chance(self.seed, self.path + tuple(_key(name) for name in names))

    def rng(self, *names: str | int) -> np.random.Generator:
        """A fresh generator for the node reached by *names*; the same names give the same draws."""
        path = self.path + tuple(_key(name) for name in names)
        return np.random.Generator(np.random.PCG64(np.random.SeedSequence(self.seed, spawn_key=path)))
