"""Sequences of behaviours as columns: what every measure of the proof is computed on, whole columns at once.

A corpus is flat: sequence *i* is rows `bounds[i]` to `bounds[i + 1]`. Ids are those of one `Words`, so two
corpora can be compared; `owner` says whose each sequence is where that is known.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from dataset.routines import Routine

Ints = np.ndarray[Any, np.dtype[np.int64]]
Floats = np.ndarray[Any, np.dtype[np.float64]]

SLOTS, DAYS = 8, 7  # three-hour slots of a day; days of a week
WEEK = SLOTS * DAYS
NOBODY = -1
BEHAVIOUR = ("day", "slot", "device", "action")


@dataclass(frozen=True)
class Words:
    """Names by id, in alphabetical order."""

    devices: tuple[str, ...]
    actions: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Corpus:
    """N sequences of E behaviours in all."""

    words: Words
    bounds: Ints  # (N + 1,)
    owner: Ints  # (N,) whose the sequence is
    day: Ints  # (E,) Monday = 0
    slot: Ints
    device: Ints
    action: Ints

    def __len__(self) -> int:
        return len(self.bounds) - 1

    @property
    def events(self) -> int:
        """How many behaviours there are in all."""
        return len(self.action)

    @cached_property
    def lengths(self) -> Ints:
        """(N,) behaviours of each sequence."""
        return np.diff(self.bounds)

    @cached_property
    def row(self) -> Ints:
        """(E,) the sequence of each behaviour."""
        return np.repeat(np.arange(len(self)), self.lengths)

    @cached_property
    def position(self) -> Ints:
        """(E,) the place of each behaviour in its sequence."""
        return np.arange(self.events) - self.bounds[self.row]

    @cached_property
    def when(self) -> Ints:
        """(E,) slots since Monday's midnight, 0 to 55."""
        return self.day * SLOTS + self.slot

    @cached_property
    def pairs(self) -> Ints:
        """Rows of behaviours that another of the same sequence follows; that one is in the next row."""
        return np.flatnonzero(self.row[1:] == self.row[:-1])

    @cached_property
    def gaps(self) -> Ints:
        """(P,) slots that pass between the two of each of `pairs`, 0 to 55: logs tell no more."""
        return (self.when[self.pairs + 1] - self.when[self.pairs]) % WEEK

    def rows(self, chosen: Ints) -> "Corpus":
        """The sequences at these rows, in that order; a row may come twice."""
        lengths = self.lengths[chosen]
        bounds = np.concatenate([[0], np.cumsum(lengths)])
        at = np.arange(bounds[-1]) + np.repeat(self.bounds[chosen] - bounds[:-1], lengths)
        columns = {name: getattr(self, name)[at] for name in BEHAVIOUR}
        return replace(self, bounds=bounds, owner=self.owner[chosen], **columns)

    def sample(self, most: int, rng: np.random.Generator) -> "Corpus":
        """At most so many sequences, drawn without replacement."""
        if len(self) <= most:
            return self
        return self.rows(np.sort(rng.permutation(len(self))[:most]))

    def halves(self, rng: np.random.Generator) -> tuple["Corpus", "Corpus"]:
        """Two random halves."""
        order, half = rng.permutation(len(self)), len(self) // 2
        return self.rows(order[:half]), self.rows(order[half:])

    def padded(self, values: Ints, longest: int) -> Ints:
        """(N, *longest*) one of the columns, sequence by sequence, -1 where there is nothing."""
        table = np.full((len(self), longest), -1, dtype=np.int64)
        held = self.position < longest
        table[self.row[held], self.position[held]] = values[held]
        return table


def words_of(*samples: Iterable[Routine]) -> Words:
    """The devices and actions of all *samples*."""
    found = {(it.device, it.action) for sample in samples for sequence in sample for it in sequence}
    return Words(
        tuple(sorted({device for device, _ in found})), tuple(sorted({action for _, action in found}))
    )


def corpus(sequences: Iterable[Routine], words: Words, owner: Sequence[int] | None = None) -> Corpus:
    """*sequences* as columns; *owner* of each where known. Empty sequences have no place in a corpus."""
    whole = list(sequences)
    device = {name: number for number, name in enumerate(words.devices)}
    action = {name: number for number, name in enumerate(words.actions)}
    rows = [(it.day, it.slot, device[it.device], action[it.action]) for sequence in whole for it in sequence]
    columns = np.array(rows, dtype=np.int64).reshape(-1, 4).T
    lengths = np.array([len(sequence) for sequence in whole], dtype=np.int64)
    if not lengths.all():
        raise ValueError("a sequence of a corpus holds at least one behaviour")
    owners = np.full(len(whole), NOBODY) if owner is None else np.asarray(owner, dtype=np.int64)
    return Corpus(words, np.concatenate([[0], np.cumsum(lengths)]), owners, *columns)


def grams(sample: Corpus, size: int, tokens: Ints) -> tuple[Ints, Ints]:
    """(codes, rows) of every run of *size* tokens within a sequence, and the sequence that it is in.

    Codes are 64-bit polynomial hashes: equal runs have equal codes in every corpus, and two different runs
    of a million share one with a chance of 10^-7.
    """
    starts = np.flatnonzero(sample.position + size <= sample.lengths[sample.row])
    codes = np.zeros(len(starts), dtype=np.uint64)
    for step in range(size):
        codes = codes * _BASE + _mixed(tokens[starts + step])
    return codes.view(np.int64), sample.row[starts]


def whole(sample: Corpus, tokens: Ints) -> Ints:
    """(N,) one code a sequence: two sequences have the same where all their tokens are the same."""
    mixed, codes = _mixed(tokens), np.zeros(len(sample), dtype=np.uint64)
    for place in range(int(sample.lengths.max(initial=0))):
        at = np.flatnonzero(sample.lengths > place)
        codes[at] = codes[at] * _BASE + mixed[sample.bounds[at] + place]
    return codes.view(np.int64)


def timed(sample: Corpus) -> Ints:
    """(E,) a token for (day, slot, action): all that a log tells of a behaviour."""
    return sample.action * WEEK + sample.when


_BASE = np.uint64(0x9E3779B97F4A7C15)


def _mixed(tokens: Ints) -> "np.ndarray[Any, np.dtype[np.uint64]]":
    """Tokens spread over 64 bits, 0 among them."""
    mixed = (tokens.astype(np.uint64) + np.uint64(1)) * np.uint64(0xBF58476D1CE4E5B9)
    spread: np.ndarray[Any, np.dtype[np.uint64]] = mixed ^ (mixed >> np.uint64(31))
    return spread
