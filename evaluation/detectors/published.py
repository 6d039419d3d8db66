"""SmartGuard's sets as it published them, from a folder of real logs (`HOMEFOLK_DATA`).

smartguard/NAME_{trn,vld,test}.parquet hold normal windows of ten behaviours, smartguard_attacks/NAME.parquet
the ten kinds of attack in four families: SD (one device), MD (several devices), DM (a device at a moment),
DD (a device for a duration).
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from dataset.parquet import read_parquet
from evaluation.detectors.windows import Integers, Windows, from_ids, joined

FAMILIES = ("SD", "MD", "DM", "DD")
FIELDS = ("day", "hour", "device", "action")


@dataclass(frozen=True, eq=False)
class Published:
    """One set: normal windows in three parts, anomalous ones by attack, the family of each attack."""

    train: Windows
    validation: Windows
    test: Windows
    attacks: Mapping[str, Windows]
    families: Mapping[str, str]

    def family(self, name: str) -> Windows:
        """The attacks of a family, or of all: 'ALL'."""
        return joined(*(it for attack, it in self.attacks.items() if name in (self.families[attack], "ALL")))


def read_published(folder: Path, name: str) -> Published:
    """The set *name*, 'an' or 'fr'. Of the attacks those that the authors labelled and so tested on."""
    parts = [read_ids(folder / "smartguard" / f"{name}_{part}.parquet") for part in ("trn", "vld", "test")]
    table = read_parquet(folder / "smartguard_attacks" / f"{name}.parquet")
    kind, labelled = (np.asarray(table[column].to_pylist()) for column in ("attack", "labeled_file"))
    names = sorted(set(kind[labelled].tolist()))
    logs = [*parts, *(_ids(table.filter(kind == attack)) for attack in names)]
    sizes = _sizes(folder / "vocab" / f"{name}.json", logs)
    windows = [from_ids(log.rows, log.sequence, sizes) for log in logs]
    families = dict(zip(kind.tolist(), table["category"].to_pylist(), strict=True))
    train, validation, test, *attacks = windows
    return Published(train, validation, test, dict(zip(names, attacks, strict=True)), families)


class Ids(NamedTuple):
    """Rows of (day, slot, device, action), (n, 4), and the sequence of each, (n,)."""

    rows: Integers
    sequence: Integers


def read_ids(path: Path) -> Ids:
    """A log of ids, as they are in the file."""
    return _ids(read_parquet(path, (*FIELDS, "seq_id", "pos")))


def _ids(table: Any) -> Ids:
    table = table.sort_by([("seq_id", "ascending"), ("pos", "ascending")])
    rows = np.stack([np.asarray(table[column], dtype=np.int64) for column in FIELDS], -1)
    return Ids(rows, np.asarray(table["seq_id"], dtype=np.int64))


def _sizes(path: Path, logs: Sequence[Ids]) -> tuple[int, int, int, int]:
    """By the vocabulary; FR's television attack has a device 39 that no vocabulary of FR has."""
    names = json.loads(path.read_text(encoding="utf-8"))
    most = np.max([log.rows.max(0) for log in logs], axis=0).tolist()
    return 7, 8, max(len(names["device"]), most[2] + 1), len(names["action"])
