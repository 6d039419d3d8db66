"""The real log of the three uses: SmartGuard's parts and attacks without polling, and shares of the first.

The files hold no dates and no homes, and windows of ten overlap. So a share is drawn by groups: windows with
a run of behaviours in common, which may come from one day of one home, are in it together or not at all.
"""

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np

from dataset.routines import Routine, Routines
from dataset.vocabulary import SHIPPED, Vocabulary
from evaluation.detectors.published import read_published
from evaluation.detectors.windows import ACTION, Windows
from evaluation.predictors.data import Ints
from scenarios.chance import Chance
from scenarios.errors import UserError

RUN = 4  # behaviours in a row that two windows of one group share
HELD = 0.2  # of a share, for validation and threshold

Sequences = Sequence[Ints]
"""Each (n, 4): day, slot, device, action."""


class Attacks(NamedTuple):
    """Anomalous windows, and of each the number of the test window that it was made from, -1 unknown."""

    windows: Sequences
    made_from: Ints


@dataclass(frozen=True, eq=False)
class Real:
    """A real log without polling. Test windows are numbered by `numbers`, as attacks name them."""

    words: Vocabulary
    sizes: tuple[int, int, int, int]
    train: Sequences
    test: Sequences
    numbers: Ints
    attacks: Attacks

    def routines(self, sequences: Sequences) -> Routines:
        """*sequences* as a log to live by. Its weeks are not known."""
        return Routines.of(map(self.named, sequences), source=self.words.name, provenance="observed")

    def named(self, sequence: Ints) -> Routine:
        """*sequence* in words."""
        return tuple(self.words.decode((row[0], row[1], row[2], row[3])) for row in sequence.tolist())

    def numbered(self, routines: Iterable[Routine]) -> Sequences:
        """Behaviours in ids; what has none is left out."""
        knows = self.words.knows
        known = ([it for it in whole if knows(it.device, it.action)] for whole in routines)
        return [np.array([self.words.encode(it) for it in whole], np.int64) for whole in known if whole]


class Share(NamedTuple):
    """What a model may see: what it is fitted to, and what is held out of that."""

    fit: Sequences
    held: Sequences


def read_real(folder: Path, dataset: str, polling: Set[str]) -> Real:
    """SmartGuard's sets of *dataset*; UserError where the folder has none."""
    for needed in (f"smartguard/{dataset}_trn.parquet", f"smartguard_attacks/{dataset}.parquet"):
        if not (folder / needed).is_file():
            raise UserError(f"{folder / needed} is not there; SmartGuard's sets and attacks are needed")
    vocabulary = folder / "vocab" / f"{dataset}.json"
    words = Vocabulary.read(vocabulary if vocabulary.is_file() else SHIPPED / f"{dataset}.json")
    silent = [number for number, action in enumerate(words.actions) if action in polling]
    parts = read_published(folder, dataset)
    train, _ = _heard(parts.train, silent)
    test, numbers = _heard(parts.test, silent)
    return Real(
        words, parts.test.sizes, train, test, numbers, _attacks(parts.attacks, len(parts.test), silent)
    )


def _attacks(kinds: Mapping[str, Windows], tested: int, silent: Sequence[int]) -> Attacks:
    """All kinds one after the other. A file as long as the test has one attack on each of its windows."""
    windows: list[Ints] = []
    origins: list[Ints] = []
    for kind in sorted(kinds):
        found, numbers = _heard(kinds[kind], silent)
        windows += found
        origins.append(numbers if len(kinds[kind]) == tested else np.full(len(numbers), -1))
    return Attacks(windows, np.concatenate(origins))


def _heard(windows: Windows, silent: Sequence[int]) -> tuple[Sequences, Ints]:
    """Windows without the actions *silent*, and the number of each; those left with nothing are dropped."""
    kept = windows.mask & ~np.isin(windows.field(ACTION), silent)
    numbers = np.flatnonzero(kept.any(1))
    return [windows.fields[row][kept[row]] for row in numbers], numbers


def groups(sequences: Sequences) -> Ints:
    """The group of each: sequences with RUN behaviours in a row in common are of one, and so on."""
    parent = list(range(len(sequences)))

    def root(row: int) -> int:
        while parent[row] != row:
            parent[row] = row = parent[parent[row]]
        return row

    first: dict[bytes, int] = {}
    for row, sequence in enumerate(sequences):
        for at in range(len(sequence) - RUN + 1):
            known = first.setdefault(sequence[at : at + RUN].tobytes(), row)
            parent[root(row)] = root(known)
    return np.array([root(row) for row in range(len(sequences))], np.int64)


def shared(sequences: Sequences, share: float, chance: Chance) -> Share:
    """About *share* of *sequences* by whole groups, a fifth of them held out."""
    of = groups(sequences)
    chosen = _fitting(chance.rng("groups").permutation(np.unique(of)), of, share * len(sequences))
    held = _fitting(chance.rng("held").permutation(chosen), of, HELD * np.isin(of, chosen).sum())
    rows = (np.flatnonzero(np.isin(of, some)).tolist() for some in (np.setdiff1d(chosen, held), held))
    return Share(*([sequences[row] for row in some] for some in rows))


def _fitting(order: Ints, of: Ints, wanted: float) -> Ints:
    """Of the groups in *order* one after the other, unless it makes more than *wanted* sequences."""
    sizes, found, taken = np.bincount(of), list[int](), 0
    for group in order.tolist():
        if taken + sizes[group] <= wanted:
            found.append(group)
            taken += int(sizes[group])
    return np.array(found, np.int64)
