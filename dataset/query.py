"""SQL over the tables of a run: DuckDB, which sees them and nothing else.

The tables come in as Arrow data sets, scanned as far as a question needs; DuckDB itself may open no file and
no network, load no extension, and change no setting. Only questions are answered: one statement, a SELECT.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any, Literal

import pyarrow as pa

from dataset.exporters.tables import cell, csv_lines, json_text
from dataset.manifest import read_manifest
from dataset.schema import SCHEMAS
from dataset.store import part_files
from scenarios.errors import UserError

_LOCKED = {
    "enable_external_access": "false",
    "python_enable_replacements": "false",  # no names of this program
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "lock_configuration": "true",
}
EXAMPLE = "select type, command, count(*) as rows from events group by all order by rows desc"


Form = Literal["table", "csv", "json"]
MOST_SHOWN = 200  # rows of a table; csv and json have them all
WIDEST = 60  # characters of a column of a table


@contextmanager
def answer(run: Path, sql: str) -> Iterator[pa.RecordBatchReader]:
    """The answer to *sql* over the complete run in folder *run*, batch by batch.

    Tables: events, oracle, decisions, conflicts, behaviours, sequences; instants are UTC.
    """
    read_manifest(run)  # half a run is no dataset
    duckdb = _duckdb()
    connection = duckdb.connect(config=dict(_LOCKED))
    try:
        _show_tables(connection, run, sql.lower())
        if [it.type for it in connection.extract_statements(sql)] != [duckdb.StatementType.SELECT]:
            raise UserError(f'one question was expected, a SELECT, such as "{EXAMPLE}"')
        yield connection.sql(sql).to_arrow_reader()
    except (duckdb.Error, pa.ArrowException) as error:
        raise UserError(f"the query cannot be answered: {_sentence(str(error))}") from None
    finally:
        connection.close()


def lines(rows: pa.RecordBatchReader, form: Form) -> Iterator[str]:
    """The answer as text: a table for people, CSV as `export` writes it, or a JSON object a line."""
    each = (row for batch in rows for row in batch.to_pylist())
    if form == "csv":
        return csv_lines(rows.schema.names, each)
    return _table(rows.schema.names, each) if form == "table" else (f"{json_text(row)}\n" for row in each)


def _table(names: Sequence[str], rows: Iterator[Mapping[str, Any]]) -> Iterator[str]:
    shown = [[_short(cell(value)) for value in row.values()] for row in islice(rows, MOST_SHOWN)]
    widths = [max(map(len, column)) for column in zip(map(_short, names), *shown, strict=True)]
    for row in ([*map(_short, names)], ["-" * width for width in widths], *shown):
        yield "  ".join(map(str.ljust, row, widths)).rstrip() + "\n"
    if (more := sum(1 for _ in rows)) > 0:
        yield f"... and {more:,} rows more; --csv or --json has them all\n"


def _short(text: str) -> str:
    """*text* as it may stand on one line of a terminal."""
    text = "".join(it if it.isprintable() else "?" for it in text)
    return text if len(text) <= WIDEST else text[: WIDEST - 3] + "..."


def _show_tables(connection: Any, run: Path, sql: str) -> None:
    """Those that *sql* names, or all: of a large run each is ten thousand files to look for."""
    import pyarrow.dataset as ds

    for name in [it for it in SCHEMAS if it in sql] or SCHEMAS:
        schema, files = SCHEMAS[name], [*part_files(run, name).values()]
        connection.register(f"_{name}", ds.dataset(files, format="parquet", schema=schema))
        # without its extension for zones, DuckDB would show an instant as the clock of this machine has it
        instants = [it.name for it in schema if pa.types.is_timestamp(it.type) and it.type.tz]
        plain = ", ".join(f'make_timestamp(epoch_us("{it}")) as "{it}"' for it in instants)
        replaced = f" replace ({plain})" if plain else ""
        connection.execute(f'create view "{name}" as select *{replaced} from "_{name}"')


def _duckdb() -> Any:
    try:
        import duckdb
    except ImportError:
        raise UserError("queries need DuckDB: pip install duckdb") from None
    return duckdb


def _sentence(message: str) -> str:
    """The first lines of DuckDB's message: what is wrong, and what may have been meant."""
    return " ".join(message.split("\n\n")[0].split())
