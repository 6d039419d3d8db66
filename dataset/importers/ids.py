"""SmartSense, SmartGuard and SmartGen: sequences of ids, as Parquet or as upstream's pickles."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from dataset.importers.fitting import fit, fits
from dataset.importers.ordered import Ints
from dataset.importers.report import Columns, Incoming, Tally
from dataset.parquet import count_rows, read_parquet
from dataset.safe_pickle import load_numbers
from dataset.vocabulary import Vocabulary
from scenarios.errors import UserError

IdFormat = Literal["smartsense", "smartguard", "smartgen"]

NEEDED = ("seq_id", "pos", "day", "hour", "device", "action")
MOST_ROWS = 20_000_000  # the largest log of the field has some hundred thousand


@dataclass(frozen=True)
class _Shape:
    """How one sequence is laid out: numbers a behaviour, behaviours a sequence, columns to take."""

    width: int
    length: int | None
    columns: tuple[int, int, int, int]
    words: str


SHAPES: Mapping[IdFormat, _Shape] = {
    "smartsense": _Shape(5, 10, (0, 1, 2, 4), "ten times (day, hour, device, control, action)"),
    "smartguard": _Shape(4, 10, (0, 1, 2, 3), "40 numbers, ten times (day, hour, device, action)"),
    "smartgen": _Shape(4, None, (0, 1, 2, 3), "a flat list of (day, hour, device, action)"),
}


class _Ids(NamedTuple):
    """(day, slot, device, action) ids a row, and the sequence that each row belongs to."""

    rows: Ints  # (n, 4)
    sequence: Ints  # (n,), as numbered in the file


def read_ids(form: IdFormat, path: Path, vocabulary: Vocabulary, content: int | None) -> Incoming:
    """The log at *path* in names of *vocabulary*. *content* chooses among the files of a collection.

    Formats: SmartSense N x 10 x 5 (CIKM 2022), SmartGuard N x 40 (KDD 2024), SmartGen lists of 4k.
    """
    shape, tally = SHAPES[form], Tally()
    pickled = path.suffix in (".pkl", ".pickle")
    ids = _from_pickle(path, shape) if pickled else _from_parquet(path, content, tally)
    tally.read += len(ids.rows)
    _check_shape(path, ids, shape)
    _check_ids(path, ids, vocabulary)
    tally.note("name a device that is not the action's own", len(ids.rows) - fit(ids.rows, vocabulary))
    blocks = iter([_columns(ids, vocabulary)] if len(ids.rows) else [])
    return Incoming(f"{form} {path.name}", "observed", None, blocks, tally)


def _columns(ids: _Ids, vocabulary: Vocabulary) -> Columns:
    size = len(ids.rows)
    day, slot, device, action = ids.rows.T
    pairs, which = np.unique(device * len(vocabulary.actions) + action, return_inverse=True)
    meant = [vocabulary.decode((0, 0, *divmod(pair, len(vocabulary.actions)))) for pair in pairs.tolist()]
    return {
        "seq_id": np.unique(ids.sequence, return_inverse=True)[1],
        "day": day,
        "slot": slot,
        "device": pa.array([behaviour.device for behaviour in meant]).take(pa.array(which)),
        "action": pa.array([behaviour.action for behaviour in meant]).take(pa.array(which)),
        "minute": np.full(size, -1),
        "activity": pa.repeat(pa.scalar(""), size),
    }


def _from_parquet(path: Path, content: int | None, tally: Tally) -> _Ids:
    if (count := count_rows(path)) > MOST_ROWS:
        raise UserError(
            f"{path} holds {count:,} rows; the most that is read of a log of ids is {MOST_ROWS:,}"
        )
    table = read_parquet(path, NEEDED)
    for name in (it for it in (*NEEDED, "content_id", "label") if it in table.column_names):
        _integers(path, table, name)
    table = _choose(path, table, content).sort_by([("seq_id", "ascending"), ("pos", "ascending")])
    if "label" in table.column_names:
        anomalous = pc.equal(table["label"], 1)
        if count := pc.sum(anomalous).as_py() or 0:
            tally.read += count
            tally.skip("labelled anomalous", count)
            table = table.filter(pc.invert(anomalous))
    columns = [_integers(path, table, name) for name in ("day", "hour", "device", "action", "seq_id")]
    return _Ids(np.stack(columns[:4], axis=1), columns[4])


def _choose(path: Path, table: pa.Table, content: int | None) -> pa.Table:
    if "content_id" not in table.column_names:
        if content is not None:
            raise UserError(f"{path} is one log, no collection: --content {content} chooses nothing")
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


def _from_pickle(path: Path, shape: _Shape) -> _Ids:
    value = load_numbers(path)
    if not isinstance(value, list):
        raise UserError(f"{path} holds one number; a list of sequences was expected")
    blocks = [_block(path, number, sequence, shape) for number, sequence in enumerate(value)]
    rows = np.concatenate(blocks) if blocks else np.zeros((0, 4), dtype=np.int64)
    return _Ids(rows, np.repeat(np.arange(len(blocks)), [len(block) for block in blocks]))


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


def _check_shape(path: Path, ids: _Ids, shape: _Shape) -> None:
    numbers, lengths = np.unique(ids.sequence, return_counts=True)
    if shape.length and (wrong := np.flatnonzero(lengths != shape.length)).size:
        number, length = numbers[wrong[0]], lengths[wrong[0]]
        raise UserError(f"{path}: sequence {number} has {length} behaviours; expected {shape.words}")


def _check_ids(path: Path, ids: _Ids, vocabulary: Vocabulary) -> None:
    """Ids must have names here, and no other vocabulary may explain the log better."""
    fields = zip(("day", "hour", "device", "action"), ids.rows.T, vocabulary.sizes, strict=True)
    for name, values, size in fields:
        if (wrong := np.flatnonzero((values < 0) | (values >= size))).size:
            where, value = ids.sequence[wrong[0]], values[wrong[0]]
            raise UserError(
                f"{path}: {name} {value} in sequence {where} is not in vocabulary {vocabulary.name}, "
                f"where it runs from 0 to {size - 1} ({wrong.size} rows){fits(ids.rows, vocabulary)}"
            )
    if better := fits(ids.rows, vocabulary, only_better=True):
        raise UserError(f"{path} is in other words than vocabulary {vocabulary.name}{better}")
