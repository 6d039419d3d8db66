"""The seeded tree of chance: every random draw in Homefolk comes from a named branch of one seed.

A branch depends on its path of names alone, so adding a resident or a device never changes the
draws of another. What a path draws is a BLAKE2b digest of seed and path: as it is for a single draw, or
as the state of a PCG64. A `numpy.random.SeedSequence` of the same path would mix no better than a
cryptographic hash, and takes ten times as long, which counts where a day is made of a hundred branches.
"""

from dataclasses import dataclass
from hashlib import blake2b

import numpy as np
from numpy.random.bit_generator import ISeedSequence


@dataclass(frozen=True, slots=True)
class Chance:
    """A node of the tree; `branch` goes deeper, `rng` and `uniform` draw."""

    seed: int
    path: tuple[str, ...] = ()

    def branch(self, *names: str | int) -> "Chance":
        """The node below this one, reached by *names* in turn."""
        return Chance(self.seed, self.path + tuple(map(str, names)))

    def rng(self, *names: str | int) -> np.random.Generator:
        """A fresh generator for the node reached by *names*; the same names give the same draws."""
        seeded = _Digest(self._digest(names))
        return np.random.Generator(np.random.PCG64(seeded))  # type: ignore[arg-type]  # the stubs lag behind

    def uniform(self, *names: str | int) -> float:
        """One draw, uniform in [0, 1), for the node reached by *names*: all that many a node needs."""
        return (int.from_bytes(self._digest(names)[:8], "big") >> 11) * 2.0**-53

    def _digest(self, names: tuple[str | int, ...]) -> bytes:
        path = "\0".join(map(str, (self.seed, *self.path, *names)))
        return blake2b(path.encode(), digest_size=32).digest()


class _Digest(ISeedSequence):
    """Hands a bit generator its state: the 32 bytes that PCG64 takes."""

    def __init__(self, digest: bytes) -> None:
        self._digest = digest

    def generate_state(self, n_words, dtype=np.uint32):  # type: ignore[no-untyped-def]
        """The digest as *n_words* words; PCG64 asks for four of 64 bits."""
        return np.frombuffer(self._digest, dtype)[:n_words]
