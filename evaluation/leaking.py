"""Whether labels show through in what is observable: a detector trained on such data would learn to cheat.

A column of the observable events must not say more of a label than the device, the command and the hour do:
these are what happens; everything else would be a mark. Marks hide in the names of things as well, and in the
last digits of a time.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from evaluation.corpus import Floats, Ints

Column = Sequence[object]

MARK = 0.1  # share of the label's entropy that a column may say beyond what happens
DIGITS = {"thousandths of a second": (1000, 1), "seconds": (60_000, 1000)}  # remainder, and in what
SHUFFLES = 5


class Mark(NamedTuple):
    """A column that gives a label away."""

    column: str
    label: str
    says: float  # share of what is left open by what happens, that it tells


def marks(
    observable: Mapping[str, Column], time: Ints, happens: Column, labels: Mapping[str, Column]
) -> list[Mark]:
    """Columns that say of a label what *happens* (device, command and hour) does not; *time* in ms.

    Adaptive to chance: what the same column says when its rows are shuffled is taken off.
    """
    rng, known = np.random.default_rng(0), _codes(happens)
    columns = {name: _codes(values) for name, values in observable.items()}
    columns |= {f"{name} of the time": time % whole // part for name, (whole, part) in DIGITS.items()}
    found = []
    for label, values in labels.items():
        right = _codes(values)
        for name, column in columns.items():
            said = _told(right, known, column) - _by_chance(right, known, column, rng)
            if said > MARK:
                found.append(Mark(name, label, said))
    return found


def _told(label: Ints, known: Ints, column: Ints) -> float:
    """Share of the entropy of *label* given *known* that *column* takes away (Theil's U, conditional)."""
    left = _entropy(label, known)
    return 0.0 if left < 1e-9 else 1 - _entropy(label, _paired(known, column)) / left


def _by_chance(label: Ints, known: Ints, column: Ints, rng: np.random.Generator) -> float:
    """The same for a column shuffled among rows of which the same is known."""
    order = np.argsort(known, kind="stable")
    said = []
    for _ in range(SHUFFLES):
        shuffled = np.empty_like(column)
        shuffled[order] = column[np.lexsort((rng.random(len(column)), known))]
        said.append(_told(label, known, shuffled))
    return float(np.mean(said))


def _entropy(label: Ints, given: Ints) -> float:
    """Bits of *label* where *given* is known."""
    return _bits(_paired(label, given)) - _bits(given)


def _bits(values: Ints) -> float:
    shares: Floats = np.unique(values, return_counts=True)[1] / max(1, len(values))
    return float(-(shares * np.log2(shares)).sum())


def _paired(one: Ints, two: Ints) -> Ints:
    return one * (int(two.max(initial=0)) + 1) + two


def _codes(values: Column) -> Ints:
    codes: Ints = np.unique(np.asarray(values, dtype=str), return_inverse=True)[1]
    return codes
