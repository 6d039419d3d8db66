"""What the benchmark reads: the source's log, the target's test and attack, and what SmartGen released.

The folder is laid out as smartgen/files.csv tells: one row a file of SmartGen's repository, its
`content_id` the key into smartgen/sequences.parquet; vocab/smartgen_NAME.json or NAME.json names ids.
"""

import csv
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.compute as pc

from dataset.importing import import_routines
from dataset.parquet import read_parquet
from dataset.routines import Routines
from dataset.vocabulary import SHIPPED, Vocabulary
from evaluation.drift.contexts import Context
from evaluation.predictors.data import Ints
from scenarios.errors import UserError
from scenarios.problems import unknown

Sequences = Sequence[Ints]
"""Each (n, 4): day, slot, device, action."""


@dataclass(frozen=True, eq=False)
class Logs:
    """One shift of one dataset. Nothing but `source` may be known to who makes data for the target."""

    vocabulary: Vocabulary
    source: Routines  # as they stand in the log
    pieces: Sequences  # the same as SmartGen cut them
    target: Sequences
    attack: Sequences
    smartgen: Sequences | None  # made by gpt-4o, filtered; None where it released none


def read_logs(folder: Path, dataset: str, context: Context) -> Logs:
    """The files of *dataset* that belong to *context*."""
    rows = _listed(folder, dataset)
    words = _vocabulary(folder, dataset)
    path = folder / "smartgen" / "sequences.parquet"
    log, place = f"{dataset}/{context.source}", f"{dataset}/{context.name}"

    def needed(what: str, *patterns: str) -> int:
        found = _first(rows, patterns)
        if found is None:
            raise UserError(f"{folder / 'smartgen' / 'files.csv'} lists no {what} of {place}")
        return found

    source = needed("source log", rf"^SmartGen/.*/{log}/trn\.pkl", rf"/{log}/(split_)?trn\.pkl")
    cut = _first(rows, [rf"^SmartGen/.*/{log}/split_trn\.pkl", rf"/{log}/split_trn\.pkl"])
    target = needed(
        "test set", rf"/{place}/split_test\.pkl", rf"^anomaly.*/test/{place}/.*\.pkl", rf"/{place}/test\.pkl"
    )
    stem = rf"{dataset}_{context.name}_attack_\w*{context.attack}\w*\.pkl"
    attack = needed("attack", rf"pipeline/.*/labeled_{stem}", rf"/labeled_{stem}", rf"/{stem}")
    made = rf"{dataset}_{context.name}_generation_.*gpt-4o.*filter_true\.pkl"
    made_id = _first(rows, [rf"^anomaly_detection_pipeline/.*{made}", rf"^behavior.*{made}", rf"/{made}"])
    ids = _reader(path)
    return Logs(
        vocabulary=words,
        source=import_routines("smartgen", path, words, source).routines,
        pieces=ids(source if cut is None else cut),
        target=ids(target),
        attack=ids(attack),
        smartgen=None if made_id is None else ids(made_id),
    )


def _listed(folder: Path, dataset: str) -> dict[str, int]:
    """Path in SmartGen's repository -> content id, of *dataset*."""
    listing = folder / "smartgen" / "files.csv"
    try:
        with listing.open(encoding="utf-8", newline="") as file:
            rows = [(row["path"], row["dataset"], int(row["content_id"])) for row in csv.DictReader(file)]
    except FileNotFoundError:
        raise UserError(f"{listing} is not there; SmartGen's sequences and their list are needed") from None
    except (OSError, KeyError, ValueError, TypeError, csv.Error) as error:
        raise UserError(f"{listing} cannot be read as a list of SmartGen's files ({error})") from error
    known = sorted({name for _, name, _ in rows})
    if dataset not in known:
        raise UserError(f"{listing}: {unknown('dataset', dataset, known)}")
    return {path: content for path, name, content in rows if name == dataset}


def _first(rows: dict[str, int], patterns: Sequence[str]) -> int | None:
    """The content of the first path that the earliest of *patterns* finds."""
    for pattern in patterns:
        for path in sorted(rows):
            if re.search(pattern, path):
                return rows[path]
    return None


def _vocabulary(folder: Path, dataset: str) -> Vocabulary:
    files = [folder / "vocab" / f"smartgen_{dataset}.json", folder / "vocab" / f"{dataset}.json"]
    found = next((it for it in (*files, SHIPPED / f"{dataset}.json") if it.is_file()), None)
    if found is None:
        raise UserError(
            f"neither {files[0]} nor {files[1].name} is there, and no vocabulary {dataset!r} is shipped"
        )
    return Vocabulary.read(found)


def _reader(path: Path) -> Callable[[int], Sequences]:
    table = read_parquet(path, ("content_id", "seq_id", "pos", "day", "hour", "device", "action"))

    def read(content: int) -> Sequences:
        rows = table.filter(pc.equal(table["content_id"], content))
        found = list(_cut(rows.sort_by([("seq_id", "ascending"), ("pos", "ascending")])))
        if not found:
            raise UserError(f"{path} holds nothing of content id {content}")
        return found

    return read


def _cut(rows: Any) -> Iterator[Ints]:
    """A file's rows as its sequences."""
    ids = np.stack([np.asarray(rows[name], np.int64) for name in ("day", "hour", "device", "action")], 1)
    starts = np.flatnonzero(np.diff(np.asarray(rows["seq_id"], np.int64), prepend=-1))
    yield from (it for it in np.split(ids, starts[1:]) if len(it))
