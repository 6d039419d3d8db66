"""Parquet on disk: written whole or not at all, read with one clear sentence when it cannot be."""

from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from dataset.atomic import replacing
from scenarios.errors import UserError

MOST_ROWS = 50_000_000  # a household makes about a thousand events a day


def write_parquet(path: Path, table: pa.Table) -> None:
    """Write *table* with zstd compression and without a trace of when or where."""
    # `datasets` cannot read a row group without rows, but a file without row groups
    write_tables(path, table.schema, [table] if table.num_rows else [])


def write_tables(path: Path, schema: pa.Schema, tables: Iterable[pa.Table]) -> None:
    """Write *tables* of one *schema* as one file, one at a time."""
    with (
        replacing(path) as temporary,
        pq.ParquetWriter(temporary, schema, compression="zstd") as writer,
    ):
        for table in tables:
            writer.write_table(table)


def read_parquet(path: Path, columns: Iterable[str] = ()) -> pa.Table:
    """The table at *path*, which must hold at least *columns*."""
    with _opened(path) as source:
        file = pq.ParquetFile(source)  # `read_table` takes twice as long for a household's
        if (rows := file.metadata.num_rows) > MOST_ROWS:
            raise UserError(
                f"{path} says that it holds {rows:,} rows; at most {MOST_ROWS:,} are read of one file"
            )
        table = file.read()
    if twice := [name for name, count in Counter(table.column_names).items() if count > 1]:
        raise UserError(f"{path} has more than one column {', '.join(twice)}")
    if missing := [name for name in columns if name not in table.column_names]:
        found = ", ".join(table.column_names)
        raise UserError(f"{path} has no column {', '.join(missing)}; its columns are {found}")
    return table


def count_rows(path: Path) -> int:
    """How many rows the file at *path* says it has; no row is read."""
    with _opened(path) as source:
        return int(pq.read_metadata(source).num_rows)


@contextmanager
def _opened(path: Path) -> Iterator[pa.NativeFile]:
    if not path.is_file():
        raise UserError(f"{path} does not exist or is no file; a Parquet file was expected")
    if path.stat().st_size == 0:
        raise UserError(f"{path} is empty (0 bytes); a Parquet file was expected")
    try:
        with pa.OSFile(str(path)) as source:
            yield source
    except (pa.ArrowException, OSError) as error:
        raise UserError(f"{path} is no Parquet file, or it is truncated or damaged") from error
