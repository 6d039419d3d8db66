"""The tables of a run as one file each: Parquet for Hugging Face, JSON lines, CSV.

JSON lines keep lists and records; CSV writes them as JSON in a cell. Times are ISO 8601: `time` and `until`
in UTC, `local` as the clock on the wall. In CSV a text that a spreadsheet would take for a formula begins
with an apostrophe, and so does one that began with an apostrophe already: whoever takes one away has what was
there.
"""

import csv
import io
import json
import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa

from dataset.exporters.report import Tally
from dataset.exporters.source import Source
from dataset.parquet import write_tables
from dataset.schema import SCHEMAS, TableName

ROWS = 2**17  # a row group, about: households are small
_FORMULA = ("=", "+", "-", "@", "'", "\t", "\r", "\n")


def write_parquet_tables(source: Source, out: Path, tally: Tally, *, plain: bool = False) -> None:
    """Every table to *out*/NAME.parquet. *plain*: lists of records as JSON in a text."""
    for name in SCHEMAS:
        schema = _plain(source.schema(name)) if plain else source.schema(name)
        tables = (_in_words(table, schema) for table in _each(source, name, tally))
        write_tables(out / f"{name}.parquet", schema, _grouped(tables, schema))


def write_jsonl_tables(source: Source, out: Path, tally: Tally) -> None:
    """Every table to *out*/NAME.jsonl, an object a line."""
    _write(source, out, tally, "jsonl", lambda _, rows: (f"{json_text(row)}\n" for row in rows))


def write_csv_tables(source: Source, out: Path, tally: Tally) -> None:
    """Every table to *out*/NAME.csv with a header; lines end as RFC 4180 has it."""
    _write(source, out, tally, "csv", csv_lines)


def csv_lines(columns: Iterable[str], rows: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """The lines of a CSV file."""
    held = io.StringIO(newline="")
    writer = csv.writer(held)
    writer.writerow(columns)
    for row in rows:
        writer.writerow([cell(value) for value in row.values()])
        yield held.getvalue()
        held.seek(0)
        held.truncate()
    yield held.getvalue()


def cell(value: Any) -> str:
    """A value as text in a cell; nothing for what is missing."""
    if value is None:
        return ""
    if isinstance(value, str):
        return f"'{value}" if value.startswith(_FORMULA) and not is_number(value) else value
    if isinstance(value, datetime):
        return iso(value)
    return json_text(value) if isinstance(value, bool | list | dict) else str(value)


def json_text(value: Any) -> str:
    """*value* as JSON, times as ISO 8601; a number that is none, which JSON does not know, is null."""
    try:
        return json.dumps(value, default=_text, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    except ValueError:
        return json_text(_finite(value))


def _text(value: Any) -> str:
    return iso(value) if isinstance(value, datetime) else str(value)


def iso(instant: datetime) -> str:
    """'2026-01-12T05:47:31.006Z' of an instant, without the Z of what a clock shows."""
    text = instant.replace(tzinfo=None).isoformat(timespec="milliseconds")
    return text if instant.tzinfo is None else f"{text}Z"


Lines = Callable[[Iterable[str], Iterable[Mapping[str, Any]]], Iterable[str]]


def _write(source: Source, out: Path, tally: Tally, suffix: str, lines: Lines) -> None:
    for name in SCHEMAS:
        rows = (row for table in _each(source, name, tally) for row in rows_of(table))
        with (out / f"{name}.{suffix}").open("w", encoding="utf-8", newline="") as file:
            file.writelines(lines(SCHEMAS[name].names, rows))


def rows_of(table: pa.Table) -> Iterator[dict[str, Any]]:
    """The rows of *table*, some thousand at a time as objects."""
    for batch in table.to_batches(max_chunksize=4096):
        yield from batch.to_pylist()


def _each(source: Source, name: TableName, tally: Tally) -> Iterator[pa.Table]:
    for household in source.households():
        table = household.table(name)
        tally.written[f"rows of {name}"] += table.num_rows
        yield table


def _has_records(type_: pa.DataType) -> bool:
    return bool(pa.types.is_list(type_) and pa.types.is_struct(type_.value_type))


def _plain(schema: pa.Schema) -> pa.Schema:
    fields = [pa.field(it.name, pa.string()) if _has_records(it.type) else it for it in schema]
    return pa.schema(fields, schema.metadata)


def _in_words(table: pa.Table, schema: pa.Schema) -> pa.Table:
    """The table with lists of records as JSON where *schema* has texts."""
    for number, field in enumerate(table.schema):
        if _has_records(field.type) and pa.types.is_string(schema.field(number).type):
            texts = pa.array([json_text(value) for value in table[field.name].to_pylist()], pa.string())
            table = table.set_column(number, field.name, texts)
    return table


def _grouped(tables: Iterable[pa.Table], schema: pa.Schema) -> Iterator[pa.Table]:
    """The same rows in larger tables; `datasets` reads no row group without rows."""
    held: list[pa.Table] = []
    rows = 0
    for table in tables:
        held.append(table)
        rows += table.num_rows
        if rows >= ROWS:
            yield _joined(held, schema)
            held, rows = [], 0
    if rows:
        yield _joined(held, schema)


def _joined(tables: list[pa.Table], schema: pa.Schema) -> pa.Table:
    return pa.concat_tables(tables).combine_chunks().replace_schema_metadata(schema.metadata)


def _finite(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _finite(it) for key, it in value.items()}
    if isinstance(value, list):
        return [_finite(it) for it in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def is_number(text: str) -> bool:
    """Whether *text* is a number."""
    try:
        float(text)
    except ValueError:
        return False
    return True
