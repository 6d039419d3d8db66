"""Sequences of ids for predictors: what came before each behaviour, and the action that followed.

A sequence is (n, F): one behaviour a row, of F fields, the last of which is predicted. `sizes` says how many
values each field has.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np

Ints = np.ndarray[Any, np.dtype[np.int64]]
Floats = np.ndarray[Any, np.dtype[np.float64]]

NOTHING = -1  # stands where a sequence is over


class Asked(NamedTuple):
    """Questions: what had been done, each (m, F) with m >= 1, and what was done next (N,)."""

    past: Sequence[Ints]
    truth: Ints


def next_behaviours(sequences: Iterable[Ints]) -> Asked:
    """A question for every behaviour but the first of its sequence."""
    pairs = [(it[:at], int(it[at, -1])) for it in sequences for at in range(1, len(it))]
    return Asked([past for past, _ in pairs], np.array([truth for _, truth in pairs], dtype=np.int64))


def last_behaviours(sequences: Iterable[Ints]) -> Asked:
    """One question a sequence: its last value, from all before it (leave one out, as SASRec is evaluated)."""
    long_enough = [it for it in sequences if len(it) > 1]
    return Asked(
        [it[:-1] for it in long_enough], np.array([it[-1, -1] for it in long_enough], dtype=np.int64)
    )


def flattened(sequences: Iterable[Ints]) -> list[Ints]:
    """Every number of every behaviour as an item of its own, (F n, 1), in one space of ids.

    So SmartGen feeds SASRec: Monday and the first slot are the same item.
    """
    return [it.reshape(-1, 1) for it in sequences]


def padded(sequences: Sequence[Ints], length: int) -> Ints:
    """(B, length, F): the latest rows of each, then NOTHING."""
    rows = np.full((len(sequences), length, sequences[0].shape[1]), NOTHING, dtype=np.int64)
    for number, sequence in enumerate(sequences):
        latest = sequence[-length:]
        rows[number, : len(latest)] = latest
    return rows


def batches(order: Ints, size: int) -> Iterator[Ints]:
    """*order* in pieces of *size*."""
    return (order[at : at + size] for at in range(0, len(order), size))
