"""Real logs become routines: SmartSense, SmartGuard and SmartGen, as Parquet or as upstream's pickles."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from dataset.parquet import read_parquet
from dataset.routines import Routines
from dataset.safe_pickle import load_numbers
from dataset.vocabulary import Vocabulary
from scenarios.errors import UserError

LogFormat = Literal["smartsense", "smartguard", "smartgen"]

Ints = np.ndarray[Any, np.dtype[np.int64]]


@dataclass(frozen=True)
class _Shape:
    """How one sequence is laid out: numbers a behaviour, behaviours a sequence, columns to take."""

    width: int
    length: int | None
    columns: tuple[int, int, int, int]
    words: str


SHAPES: Mapping[LogFormat, _Shape] = {
    "smartsense": _Shape(5, 10, (0, 1, 2, 4), "ten times (day, hour, device, control, action)"),
    "smartguard": _Shape(4, 10, (0, 1, 2, 3), "40 numbers, ten times (day, hour, device, action)"),
    "smartgen": _Shape(4, None, (0, 1, 2, 3), "a flat list of (day, hour, device, action)"),
}


@dataclass(frozen=True)
class ImportReport:
    """Behaviours read, kept, and dropped for which reason: nothing is lost unsaid."""

    read: int
    kept: int
    dropped: Mapping[str, int]

    def __post_init__(self) -> None:
        if self.read != self.kept + sum(self.dropped.values()):
            raise ValueError(f"the import does not add up: {self!r}")

    def __str__(self) -> str:
        lost = "".join(f", {count:,} left out: {reason}" for reason, count in self.dropped.items())
        return f"{self.kept:,} of {self.read:,} behaviours{lost}"


class Imported(NamedTuple):
    """The routines of a log, and what became of every row."""

    routines: Routines
    report: ImportReport


class _Log(NamedTuple):
    """(day, slot, device, action) ids a row, the sequence that each row belongs to, and rows left out."""

    rows: Ints  # (n, 4)
    sequence: Ints  # (n,), as numbered in the file
    dropped: Mapping[str, int]


def import_routines(
    format: LogFormat,  # noqa: A002 - the user's word
    path: Path,
    vocabulary: Vocabulary,
    content: int | None = None,
) -> Imported:
    """The log at *path* in names of *vocabulary*. *content* chooses among the files of a collection.

    Formats: SmartSense N x 10 x 5 (CIKM 2022), SmartGuard N x 40 (KDD 2024), SmartGen lists of 4k.
    """
    shape = SHAPES[format]
    log = _from_pickle(path, shape) if path.suffix in (".pkl", ".pickle") else _from_parquet(path, content)
    _check(path, log, shape, vocabulary)
    routines = Routines.from_columns(
        _columns(log, vocabulary), source=f"{format} {path.name}", provenance="observed"
    )
    kept = routines.events
    return Imported(routines, ImportReport(kept + sum(log.dropped.values()), kept, log.dropped))


def _columns(log: _Log, vocabulary: Vocabulary) -> dict[str, Any]:
    size = len(log.rows)
    day, slot, device, action = log.rows.T
    pairs, which = np.unique(device * len(vocabulary.actions) + action, return_inverse=True)
    meant = [vocabulary.decode((0, 0, *divmod(pair, len(vocabulary.actions)))) for pair in pairs.tolist()]
    return {
        "seq_id": np.unique(log.sequence, return_inverse=True)[1],
        "day": day,
        "slot": slot,
        "device": pa.array([behaviour.device for behaviour in meant]).take(pa.array(which)),
        "action": pa.array([behaviour.action for behaviour in meant]).take(pa.array(which)),
        "minute": np.full(size, -1),
        "activity": pa.repeat(pa.scalar(""), size),
    }


def _from_parquet(path: Path, content: int | None) -> _Log:
    table = read_parquet(path, ("seq_id", "pos", "day", "hour", "device", "action"))
    table = _choose(path, table, content).sort_by([("seq_id", "ascending"), ("pos", "ascending")])
    dropped = {}
    if "label" in table.column_names:
        anomalous = pc.equal(table["label"], 1)
        if count := pc.sum(anomalous).as_py():
            dropped["labelled anomalous"] = count
            table = table.filter(pc.invert(anomalous))
    columns = [_integers(path, table, name) for name in ("day", "hour", "device", "action", "seq_id")]
    return _Log(np.stack(columns[:4], axis=1), columns[4], dropped)


def _choose(path: Path, table: pa.Table, content: int | None) -> pa.Table:
    if "content_id" not in table.column_names:
        return table
    ids = pc.unique(table["content_id"]).to_pylist()
    if content is None and len(ids) > 1:
        raise UserError(f"{path} holds {len(ids)} files; choose one by its content id, such as {ids[0]}")
    if content is not None and content not in ids:
        raise UserError(f"{path} holds no content id {content}; its ids are {min(ids)} to {max(ids)}")
    return table if content is None else table.filter(pc.equal(table["content_id"], content))


def _integers(path: Path, table: pa.Table, name: str) -> Ints:
    column = table[name]
    if not pa.types.is_integer(column.type) or column.null_count:
        raise UserError(f"{path}: column {name} must hold whole numbers, none missing; it is {column.type}")
    return np.asarray(column, dtype=np.int64)


def _from_pickle(path: Path, shape: _Shape) -> _Log:
    value = load_numbers(path)
    if not isinstance(value, list):
        raise UserError(f"{path} holds one number; a list of sequences was expected")
    blocks = [_block(path, number, sequence, shape) for number, sequence in enumerate(value)]
    rows = np.concatenate(blocks) if blocks else np.zeros((0, 4), dtype=np.int64)
    return _Log(rows, np.repeat(np.arange(len(blocks)), [len(block) for block in blocks]), {})


def _block(path: Path, number: int, sequence: Any, shape: _Shape) -> Ints:
    """One pickled sequence as rows of four."""
    try:
        numbers = np.asarray(sequence, dtype=np.float64)
    except (ValueError, OverflowError):
        numbers = np.zeros(1)  # ragged or huge: of no shape that a format has
    if numbers.ndim not in (1, 2) or not numbers.size or numbers.size % shape.width:
        raise UserError(f"{path}: sequence {number} is not {shape.words}")
    if numbers.ndim == 2 and numbers.shape[1] != shape.width:
        raise UserError(f"{path}: sequence {number} has rows of {numbers.shape[1]}; expected {shape.words}")
    if not (np.isfinite(numbers) & (numbers == np.rint(numbers))).all():
        raise UserError(f"{path}: sequence {number} holds a number that is not whole; ids were expected")
    return numbers.reshape(-1, shape.width)[:, shape.columns].astype(np.int64)


def _check(path: Path, log: _Log, shape: _Shape, vocabulary: Vocabulary) -> None:
    if not len(log.rows):
        dropped = "".join(f" but {count} rows {reason}" for reason, count in log.dropped.items())
        raise UserError(f"{path} holds no behaviours{dropped}")
    numbers, lengths = np.unique(log.sequence, return_counts=True)
    if shape.length and (wrong := np.flatnonzero(lengths != shape.length)).size:
        number, length = numbers[wrong[0]], lengths[wrong[0]]
        raise UserError(f"{path}: sequence {number} has {length} behaviours; expected {shape.words}")
    fields = zip(("day", "hour", "device", "action"), log.rows.T, vocabulary.sizes, strict=True)
    for name, values, size in fields:
        if (wrong := np.flatnonzero((values < 0) | (values >= size))).size:
            where, value = log.sequence[wrong[0]], values[wrong[0]]
            raise UserError(
                f"{path}: {name} {value} in sequence {where} is not in vocabulary {vocabulary.name}, "
                f"where it runs from 0 to {size - 1} ({wrong.size} rows)"
            )
