"""The dataset folder: one part file a household and table, and the digest of what happened.

Files appear in the order of `TABLES`, each whole. Only the manifest (`dataset.manifest`) says that a folder
is complete.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from dataset.canonical import digest_columns
from dataset.clock import Times, day_and_slot, local, utc
from dataset.log import Columns, Log
from dataset.parquet import read_parquet, write_parquet
from dataset.schema import SCHEMAS, Origin, TableName
from dataset.windows import sequence_columns
from scenarios.errors import UserError
from world.behaved import Behaved
from world.contention import Conflict
from world.event import OBSERVABLE

_PART = re.compile(r"part-(\d{5,10})\.parquet")
Mask = np.ndarray[Any, np.dtype[np.bool_]]


TABLES: tuple[TableName, ...] = ("decisions", "conflicts", "sequences", "behaviours", "oracle", "events")
"""In the order in which they are written."""


@dataclass(frozen=True, kw_only=True)
class HouseholdRecord:
    """What was written of one household: rows a table, the digests of its events and of its files."""

    household: str
    digest: str
    events: int
    oracle: int
    decisions: int
    conflicts: int
    sequences: int
    behaviours: int = 0
    files: str = ""  # SHA-256 over the bytes of its part files

    @property
    def index(self) -> int:
        """Its place in the run, which numbers its part files."""
        return int(self.household.removeprefix("h"))


def write_household(
    folder: Path,
    household: str,
    index: int,
    log: Log,
    conflicts: Sequence[Conflict] = (),
    behaviours: Sequence[Behaved] = (),
    *,
    start: date,
    zone: str,
    origin: Origin,
) -> HouseholdRecord:
    """Write the part files number *index*. Events must be in time order, whole, of one household."""
    truth = _columns(log.events())
    times = np.asarray(truth["time"])
    if (np.diff(times) < 0).any():
        raise ValueError(f"the events of {household} go back in time")
    instants = utc(times, start, zone)
    seen = np.asarray(pc.is_in(truth["kind"], pa.array(sorted(OBSERVABLE))))
    observed = _observed(truth, seen, instants, zone)
    columns: dict[TableName, Columns] = {
        "decisions": _decision_columns(log.decisions(), start, zone),
        "conflicts": _conflict_columns(conflicts, start, zone),
        "sequences": sequence_columns(observed),
        "behaviours": _behaviour_columns(behaviours, start, zone),
        "oracle": _oracle_columns(truth, seen, instants),
        "events": observed,
    }
    counts = {name: _write(folder, name, household, index, columns[name], origin) for name in TABLES}
    files = digest_files(folder, index)
    return HouseholdRecord(household=household, digest=_digest(truth), files=files, **counts)


def digest_files(folder: Path, index: int) -> str:
    """SHA-256 over the part files number *index*, byte by byte; '' where one of them is missing.

    So a file that was torn, or changed since, is never taken for what a run wrote.
    """
    try:
        parts = [sha256(part_file(folder, name, index).read_bytes()).digest() for name in TABLES]
    except FileNotFoundError:
        return ""
    return sha256(b"".join(parts)).hexdigest()


def digest_run(households: Sequence[str]) -> str:
    """SHA-256 over the digests of a run's *households*, in the order of their index."""
    return sha256("\n".join(["homefolk-run/1", *households]).encode()).hexdigest()


def read_table(folder: Path, name: TableName, indices: Iterable[int] | None = None) -> pa.Table:
    """The part files of one table with these *indices*, or all, in the order of their index."""
    known = part_files(folder, name).values() if indices is None else ()
    files = known if indices is None else [part_file(folder, name, index) for index in indices]
    schema = SCHEMAS[name]
    tables = [read_parquet(file, schema.names).select(schema.names) for file in files]
    return pa.concat_tables([table.replace_schema_metadata(None) for table in tables])


def parts(folder: Path, name: TableName) -> dict[str, int]:
    """The index of every household that the table has a file of, in order."""
    return {f"h{index:05d}": index for index in part_files(folder, name)}


def part_files(folder: Path, name: TableName) -> dict[int, Path]:
    """The file of every household that the table has one of, by index, in order."""
    found = ((_PART.fullmatch(file.name), file) for file in (folder / name).glob("part-*.parquet"))
    files = {int(match[1]): file for match, file in found if match}
    if not files:
        raise UserError(f"{folder} holds no {name}/part-*.parquet; the folder of a run was expected")
    return dict(sorted(files.items()))


def part_file(folder: Path, name: TableName, index: int) -> Path:
    """Where the rows of household number *index* are."""
    return folder / name / f"part-{index:05d}.parquet"


def _digest(truth: Columns) -> str:
    """SHA-256 over every field of every event, observable or not. Independent of files and libraries.

    Where nothing is labelled the labels are left out: so it was before there were any.
    """
    labelled = pc.any(pc.not_equal(truth["anomaly"], "")).as_py()
    told = {name: column for name, column in truth.items() if name != "anomaly" or labelled}
    return digest_columns("homefolk-events/1", told)


def _columns(table: pa.Table) -> Columns:
    return {name: table[name].combine_chunks() for name in table.column_names}


def _observed(truth: Columns, seen: Mask, instants: Times, zone: str) -> Columns:
    names = ("kind", "device", "type", "room", "command", "value")
    return {
        "id": np.arange(int(seen.sum())),
        "time": instants[seen],
        "local": local(instants[seen], zone),
        **{name: truth[name].filter(pa.array(seen)) for name in names},
    }


def _oracle_columns(truth: Columns, seen: Mask, instants: Times) -> Columns:
    numbers = np.cumsum(seen) - 1
    return {
        **truth,
        "id": np.arange(seen.size),
        "event": pa.array(numbers, pa.int32(), mask=~seen),
        "time": instants,
        "time_ms": truth["time"],
    }


def _decision_columns(decisions: pa.Table, start: date, zone: str) -> Columns:
    columns = _columns(decisions)
    return {**columns, **{name: utc(np.asarray(columns[name]), start, zone) for name in ("time", "until")}}


def _conflict_columns(conflicts: Sequence[Conflict], start: date, zone: str) -> Columns:
    names = ("resident", "resource", "kind", "policy", "wait_ms", "outcome", "decision")
    columns: Columns = {name: [getattr(row, name) for row in conflicts] for name in names}
    times = np.array([row.time for row in conflicts], dtype=np.int64)
    columns["said"] = [[said._asdict() for said in row.said] for row in conflicts]
    return {**columns, "with_": [list(row.others) for row in conflicts], "time": utc(times, start, zone)}


def _behaviour_columns(behaviours: Sequence[Behaved], start: date, zone: str) -> Columns:
    columns: Columns = dict(zip(Behaved._fields, zip(*behaviours, strict=True), strict=bool(behaviours)))
    instants = utc(np.array(columns.pop("time", ()), dtype=np.int64), start, zone)
    on_the_wall = local(instants, zone)
    weekday, _ = day_and_slot(on_the_wall)
    empty: Columns = {name: [] for name in Behaved._fields[1:]}
    return {**empty, **columns, "time": instants, "local": on_the_wall, "weekday": weekday}


def _write(
    folder: Path, name: TableName, household: str, index: int, columns: Columns, origin: Origin
) -> int:
    size = len(columns["time" if "time" in columns else "start"])
    columns = {**columns, "household": pa.repeat(pa.scalar(household), size)}
    schema = SCHEMAS[name]
    arrays = [_typed(columns[field.name], field.type) for field in schema]
    table = pa.Table.from_arrays(arrays, schema=schema.with_metadata(origin.metadata()))
    write_parquet(part_file(folder, name, index), table)
    return size


def _typed(values: Any, type_: pa.DataType) -> pa.Array:
    array = values if isinstance(values, pa.Array) else pa.array(values, None if len(values) else type_)
    return array if array.type == type_ else array.cast(type_)
