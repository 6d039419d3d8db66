"""A measure is what is counted in a corpus and how two such counts compare; a figure has its interval.

Whatever is counted has a code and the sequence that it is in. So an interval comes from drawing sequences
again with replacement (Efron & Tibshirani 1993), and costs one histogram a draw.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from evaluation.corpus import Corpus, Floats, Ints

DRAWS = 100
LEVEL = (0.025, 0.5, 0.975)

Counted = tuple[Ints, Ints]
"""(codes, rows): every thing counted, and its sequence."""


class Figure(NamedTuple):
    """A value with its 95 % interval."""

    value: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.value:.3f} ({self.low:.3f} to {self.high:.3f})"


@dataclass(frozen=True)
class Measure:
    """What it says in words, what is counted, and how two histograms over the same codes compare."""

    says: str
    counted: Callable[[Corpus], Counted]
    compare: Callable[[Floats, Floats], float]
    more: bool = False  # whether more of it is better


def measured(measure: Measure, mine: Corpus, real: Corpus, rng: np.random.Generator) -> Figure:
    """The figure of *mine* against *real*.

    Resampling makes every divergence larger and every precision smaller, so the interval is the spread of the
    draws around their median, laid around the figure itself.
    """
    (codes, rows), (real_codes, theirs) = measure.counted(mine), measure.counted(real)
    known, inverse = np.unique(np.concatenate([codes, real_codes]), return_inverse=True)
    own, other = inverse[: len(codes)], inverse[len(codes) :]

    def compared(ours: Floats, yours: Floats) -> float:
        some = np.bincount(own, ours[rows], len(known)).astype(float)
        others = np.bincount(other, yours[theirs], len(known)).astype(float)
        return measure.compare(some, others)

    value = compared(np.ones(len(mine)), np.ones(len(real)))
    draws = [compared(_again(len(mine), rng), _again(len(real), rng)) for _ in range(DRAWS)]
    return around(value, draws)


def around(value: float, draws: "list[float] | Floats") -> Figure:
    """*value* with the spread of *draws* around their median."""
    low, middle, high = np.nanquantile(draws, LEVEL) if len(draws) else (value,) * 3
    return Figure(value, float(value + low - middle), float(value + high - middle))


def mean(values: Floats, rng: np.random.Generator) -> Figure:
    """The mean of values of independent sequences."""
    if not len(values):
        return Figure(0.0, 0.0, 0.0)
    draws = [float(values[rng.integers(len(values), size=len(values))].mean()) for _ in range(DRAWS)]
    return around(float(values.mean()), draws)


def _again(count: int, rng: np.random.Generator) -> Floats:
    """How often each of *count* sequences comes in a draw with replacement."""
    return (
        np.bincount(rng.integers(count, size=count), minlength=count).astype(float) if count else np.zeros(0)
    )


def divergence(mine: Floats, real: Floats) -> float:
    """Jensen-Shannon divergence of two histograms, bits: 0 = the same, 1 = nothing in common (Lin 1991)."""
    if not mine.sum() or not real.sum():
        return 0.0 if mine.sum() == real.sum() else 1.0
    p, q = mine / mine.sum(), real / real.sum()
    middle = (p + q) / 2
    return float(max(0.0, (_bits(p, middle) + _bits(q, middle)) / 2))


def precision(mine: Floats, real: Floats) -> float:
    """The share of the different things in *mine* that *real* has, too."""
    own = mine > 0
    return float((real[own] > 0).mean()) if own.any() else 0.0


def recall(mine: Floats, real: Floats) -> float:
    """The share of the different things in *real* that *mine* has, too."""
    return precision(real, mine)


def _bits(p: Floats, q: Floats) -> float:
    held = p > 0
    return float(np.sum(p[held] * np.log2(p[held] / q[held])))
