"""Routines: ordered behaviours of one household, the interchange with the field's real logs.

A behaviour is (day of week, 3-hour slot, device, action) as in SmartSense, SmartGuard and SmartGen;
the minute and the activity are kept where the source knows them.
"""

from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal, NamedTuple, cast, get_args

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from dataset.canonical import digest_columns
from dataset.parquet import count_rows, read_parquet, write_parquet, write_tables
from scenarios.errors import UserError

FORMAT = "homefolk-routines/1"
MOST = 20_000_000  # behaviours read

ACTIVITY_ONLY = "Activity"
"""The device of a behaviour without a device: ('Activity', 'Activity:read'). No vocabulary has it."""

END = "end"
"""What the action of a behaviour without a device ends with where the activity does: 'Activity:read end'."""


class Behaviour(NamedTuple):
    """One action of a routine."""

    day: int  # 0..6, Monday = 0
    slot: int  # 0..7, three hours each from midnight
    device: str  # 'Light'
    action: str  # 'Light:switch on'
    minute: int = -1  # of the day; -1 = unknown
    activity: str = ""  # '' = unknown


Routine = tuple[Behaviour, ...]

Provenance = Literal["observed", "authored", "simulated"]
"""Somebody lived them, somebody wrote them, or a simulation made them."""

_NAMES = pa.dictionary(pa.int32(), pa.string())
SCHEMA = pa.schema(
    [
        pa.field("seq_id", pa.int32(), nullable=False),
        pa.field("pos", pa.int16(), nullable=False),
        pa.field("day", pa.int8(), nullable=False),
        pa.field("slot", pa.int8(), nullable=False),
        pa.field("device", _NAMES, nullable=False),
        pa.field("action", _NAMES, nullable=False),
        pa.field("minute", pa.int16(), nullable=False),
        pa.field("activity", _NAMES, nullable=False),
    ]
)
_AT_ONCE = 4096  # sequences turned into Python at a time
_RANGES = {"day": (0, 6), "slot": (0, 7), "minute": (-1, 1439)}


@dataclass(frozen=True, eq=False)
class Routines:
    """Sequences of behaviours in one Arrow table, ordered by `seq_id`, `pos`, and where they come from."""

    table: pa.Table

    @classmethod
    def of(
        cls,
        sequences: Iterable[Routine],
        *,
        source: str,
        provenance: Provenance,
        weeks: float | None = None,
    ) -> "Routines":
        """Routines from *sequences*; *weeks* is how many weeks they cover, when known."""
        rows = [(number, *row) for number, sequence in enumerate(sequences) for row in sequence]
        fields = ("seq_id", *Behaviour._fields)
        columns = dict(zip(fields, zip(*rows, strict=True) if rows else [()] * len(fields), strict=True))
        return cls.from_columns(columns, source=source, provenance=provenance, weeks=weeks)

    @classmethod
    def from_columns(
        cls,
        columns: Mapping[str, Any],
        *,
        source: str,
        provenance: Provenance,
        weeks: float | None = None,
    ) -> "Routines":
        """Routines from whole columns: those of `Behaviour`, and `seq_id`, ascending from 0 without gaps."""
        numbers = np.asarray(columns["seq_id"], dtype=np.int64)
        _check(columns, numbers)
        return cls(_table(columns, _positions(numbers), _schema(source, provenance, weeks)))

    @classmethod
    def read(cls, path: Path) -> "Routines":
        """The routines that `write` or the import put at *path*."""
        if (rows := count_rows(path)) > MOST:
            raise UserError(f"{path} holds {rows:,} behaviours; {MOST:,} at most are read: import a part")
        table = read_parquet(path)
        if _note(table, "format") != FORMAT or table.column_names != SCHEMA.names:
            raise UserError(f"{path} is no routines file; make one with `run_sim.py import FORMAT {path}`")
        if table.num_rows == 0:
            raise UserError(f"{path} holds no routines")
        try:
            _check_types(table)
            return cls.from_columns(
                {name: table[name] for name in table.column_names}, **_checked_notes(table)
            )
        except (ValueError, pa.ArrowException) as error:
            raise UserError(f"{path} is damaged: {error}") from error

    def write(self, path: Path) -> None:
        """Write to *path* as Parquet, whole or not at all."""
        write_parquet(path, self.table)

    @property
    def source(self) -> str:
        """Where the routines come from, in words."""
        return _note(self.table, "source")

    @property
    def provenance(self) -> Provenance:
        """Whether anybody lived them."""
        return cast("Provenance", _note(self.table, "provenance"))

    @property
    def weeks(self) -> float | None:
        """How many weeks they cover; None where the log has no dates."""
        text = _note(self.table, "weeks")
        return float(text) if text else None

    @property
    def events(self) -> int:
        """How many behaviours there are in all."""
        return int(self.table.num_rows)

    @property
    def digest(self) -> str:
        """SHA-256 over the behaviours, their provenance and weeks; not over the name of the source."""
        columns = {name: self.table[name].combine_chunks() for name in SCHEMA.names}
        return digest_columns(f"{FORMAT} {self.provenance} {_note(self.table, 'weeks')}", columns)

    def __len__(self) -> int:
        return int(self.table["seq_id"][-1].as_py()) + 1 if self.events else 0

    def sequences(self) -> Iterator[Routine]:
        """The sequences, each a tuple of behaviours in order."""
        starts = np.flatnonzero(np.asarray(self.table["pos"]) == 0)
        known: dict[Behaviour, Behaviour] = {}  # what is done again and again is held once
        for first in range(0, starts.size, _AT_ONCE):
            bounds = [*starts[first : first + _AT_ONCE + 1].tolist(), self.events][: _AT_ONCE + 1]
            rows = self.table.slice(bounds[0], bounds[-1] - bounds[0])
            columns = [rows[name].to_pylist() for name in Behaviour._fields]
            behaviours = [known.setdefault(it, it) for it in map(Behaviour._make, zip(*columns, strict=True))]
            for start, end in pairwise(bounds):
                yield tuple(behaviours[start - bounds[0] : end - bounds[0]])

    def without(self, actions: Set[str]) -> "Routines":
        """The same without *actions*, such as status polling; sequences left with nothing go too."""
        dropped = pc.is_in(self.table["action"].cast(pa.string()), pa.array(sorted(actions), pa.string()))
        kept = self.table.filter(pc.invert(dropped))
        columns = {name: kept[name] for name in kept.column_names}
        columns["seq_id"] = np.unique(np.asarray(kept["seq_id"]), return_inverse=True)[1]
        return Routines.from_columns(
            columns, source=self.source, provenance=self.provenance, weeks=self.weeks
        )


def write_blocks(
    path: Path,
    blocks: Iterable[Mapping[str, Any]],
    *,
    source: str,
    provenance: Provenance,
    weeks: float | None = None,
) -> None:
    """Write the file of `Routines.write` from *blocks* of columns as of `from_columns`, one at a time.

    A sequence may go on from one block to the next.
    """
    schema = _schema(source, provenance, weeks)

    def tables() -> Iterator[pa.Table]:
        last, length = -1, 0  # the sequence that the block before ended in, and how long it was by then
        for columns in blocks:
            numbers = np.asarray(columns["seq_id"], dtype=np.int64)
            goes_on = numbers[0] == last
            _check(columns, numbers - last + (0 if goes_on else -1))
            places = _positions(numbers - numbers[0])
            places[numbers == last] += length
            last, length = int(numbers[-1]), int(places[-1]) + 1
            yield _table(columns, places, schema)

    write_tables(path, schema, tables())


def _schema(source: str, provenance: Provenance, weeks: float | None) -> pa.Schema:
    metadata = {
        "homefolk.format": FORMAT,
        "homefolk.source": source,
        "homefolk.provenance": provenance,
        "homefolk.weeks": "" if weeks is None else repr(float(weeks)),
    }
    return SCHEMA.with_metadata(metadata)


def _table(
    columns: Mapping[str, Any], positions: np.ndarray[Any, np.dtype[np.int64]], schema: pa.Schema
) -> pa.Table:
    columns = {**columns, "pos": positions}
    return pa.Table.from_arrays([_array(columns[it.name], it.type) for it in schema], schema=schema)


def _check_types(table: pa.Table) -> None:
    """What a file that was tampered with may hold: text that is none, gaps, fractions of a day."""
    table.validate(full=True)
    for name in SCHEMA.names:
        if table[name].null_count:
            raise ValueError(f"{name} has missing values")
        if name in ("seq_id", *_RANGES) and not pa.types.is_integer(table[name].type):
            raise ValueError(f"{name} holds {table[name].type}, not integers")


def _checked_notes(table: pa.Table) -> dict[str, Any]:
    weeks, provenance = _note(table, "weeks"), _note(table, "provenance")
    if provenance not in get_args(Provenance):
        raise ValueError(f"provenance {provenance!r} is none of {', '.join(get_args(Provenance))}")
    if weeks and not 0 < float(weeks) < np.inf:
        raise ValueError(f"weeks {weeks} is no length of time")
    return {
        "source": _note(table, "source"),
        "provenance": provenance,
        "weeks": float(weeks) if weeks else None,
    }


def _note(table: pa.Table, key: str) -> str:
    value: bytes = (table.schema.metadata or {}).get(f"homefolk.{key}".encode(), b"")
    return value.decode()


def _array(values: Any, type_: pa.DataType) -> pa.Array:
    """One contiguous array; names get a dictionary of just the names in use, in order of appearance."""
    if isinstance(values, pa.ChunkedArray):
        values = values.combine_chunks()
    if not pa.types.is_dictionary(type_):
        return pa.array(np.asarray(values, dtype=np.int64), type_)
    if not isinstance(values, pa.DictionaryArray):
        names = values.cast(pa.string()) if isinstance(values, pa.Array) else pa.array(values, pa.string())
        return names.dictionary_encode()
    # a name may stand twice in a dictionary; never the text of all rows at once: it can be gigabytes
    names = values.dictionary.cast(pa.string()).dictionary_encode()
    used = names.indices.take(values.indices).dictionary_encode()
    return pa.DictionaryArray.from_arrays(used.indices, names.dictionary.take(used.dictionary))


def _positions(numbers: np.ndarray[Any, np.dtype[np.int64]]) -> np.ndarray[Any, np.dtype[np.int64]]:
    starts = np.flatnonzero(np.diff(numbers, prepend=-1))
    return np.arange(numbers.size) - np.repeat(starts, np.diff(starts, append=numbers.size))


def _check(columns: Mapping[str, Any], numbers: np.ndarray[Any, np.dtype[np.int64]]) -> None:
    steps = np.diff(numbers, prepend=-1)
    if numbers.size and (steps[0] != 1 or (wrong := np.flatnonzero((steps < 0) | (steps > 1))).size):
        number = numbers[wrong[0]] - 1 if steps[0] == 1 else 0
        raise ValueError(f"sequence {number} is empty or out of order; every sequence needs a behaviour")
    for name, (least, most) in _RANGES.items():
        values = np.asarray(columns[name], dtype=np.int64)
        if (outside := values[(values < least) | (values > most)]).size:
            raise ValueError(f"{name} {outside[0]} is outside {least}..{most}")
    slots, minutes = (np.asarray(columns[name], dtype=np.int64) for name in ("slot", "minute"))
    if (wrong := np.flatnonzero((minutes >= 0) & (minutes // 180 != slots))).size:
        raise ValueError(f"minute {minutes[wrong[0]]} does not lie in three-hour slot {slots[wrong[0]]}")
