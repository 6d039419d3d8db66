"""The benchmark's table for people."""

from collections.abc import Callable, Iterable
from dataclasses import asdict
from typing import Any

from evaluation.drift.table import FIGURES, Found, Row, Table


def show_drift(table: Table) -> None:
    """A table a protocol, and below it the same floors counted on what was made."""
    from rich.console import Console

    console, title = Console(), f"{table.dataset} {table.context}"
    for protocol in dict.fromkeys(row.protocol for row in table.rows):
        rows = [row for row in table.rows if row.protocol == protocol]
        console.print(_table(f"{title}, {protocol}{_means(table)}", rows, _figure))
        if len(table.by_seed) > 1:
            console.print(_table(f"{title}, {protocol}, least and most", rows, _range(table)))
        for name, counted in table.floors_on_synthetic.items():
            chosen = [row for row in counted if row.protocol == protocol]
            console.print(_table(f"floors counted on {name}, {protocol}", chosen, _figure))


def as_json(table: Table) -> dict[str, Any]:
    """One object; `rows` are the benchmark's, means over the seeds, each of which is under `by_seed`."""
    return {
        "dataset": table.dataset,
        "context": table.context,
        "seeds": [*table.by_seed],
        **_rows(table),
        "by_seed": {str(seed): _rows(found) for seed, found in table.by_seed.items()},
    }


def _rows(found: Found | Table) -> dict[str, Any]:
    counted = found.floors_on_synthetic.items()
    return {
        "rows": [asdict(row) for row in found.rows],
        "floors_on_synthetic": {name: [asdict(row) for row in rows] for name, rows in counted},
    }


def _means(table: Table) -> str:
    return f", means over {len(table.by_seed)} seeds" if len(table.by_seed) > 1 else ""


def _figure(row: Row, name: str) -> str:
    return "" if (value := getattr(row, name)) is None else f"{value:.3f}"


def _range(table: Table) -> Callable[[Row, str], str]:
    def shown(row: Row, name: str) -> str:
        found = table.range_of(row, name)
        return "" if found is None else f"{found[0]:.3f} {found[1]:.3f}"

    return shown


def _table(title: str, rows: Iterable[Row], told: Callable[[Row, str], str]) -> Any:
    from rich.table import Table as Rich

    shown = Rich(title=title, title_justify="left")
    for name in ("method", *FIGURES, "n_train"):
        shown.add_column(name, justify="left" if name == "method" else "right")
    for row in rows:
        figures = [told(row, it) for it in FIGURES]
        shown.add_row(
            row.method if row.mind is None else f"{row.method} ({row.mind})", *figures, str(row.n_train)
        )
    return shown
