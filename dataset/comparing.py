"""Two dataset folders side by side, table by table: the first value in which they differ, in words."""

from collections.abc import Iterator
from itertools import zip_longest
from pathlib import Path
from typing import Any

import pyarrow as pa

from dataset.schema import TableName
from dataset.store import TABLES, read_table
from scenarios.errors import UserError

MOST_LETTERS = 60
NAMES = ("in the run", "derived again")


def difference(run: Path, again: Path, household: str, index: int) -> str:
    """Where the tables of *household* in *run* first differ from those in *again*; '' if nowhere."""
    for name in reversed(TABLES):
        if words := _difference(run, again, name, index):
            return f"{name} of {household}: {words}"
    return ""


def _difference(run: Path, again: Path, name: TableName, index: int) -> str:
    try:
        mine = read_table(run, name, [index])
    except UserError as error:
        return str(error)
    theirs = read_table(again, name, [index])
    if mine.equals(theirs):
        return ""
    for number, (a, b) in enumerate(zip_longest(_rows(mine), _rows(theirs))):
        if a is None or b is None:
            return f"{mine.num_rows:,} rows {NAMES[0]}, {theirs.num_rows:,} {NAMES[1]}"
        for column in a:
            if a[column] != b[column]:
                return (
                    f"row {number}, {column}: {_short(a[column])} {NAMES[0]}, {_short(b[column])} {NAMES[1]}"
                )
    return ""


def _rows(table: pa.Table) -> Iterator[dict[str, Any]]:
    for batch in table.to_batches(max_chunksize=10_000):
        yield from batch.to_pylist()


def _short(value: Any) -> str:
    text = ascii(value) if isinstance(value, str | list | dict) else str(value)
    return text if len(text) <= MOST_LETTERS else text[: MOST_LETTERS - 1] + "…"
