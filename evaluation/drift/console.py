"""The benchmark's table for people."""

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from evaluation.drift.bench import Row, Table

FIGURES = ("precision", "recall", "f1", "hr10", "ndcg10")


def show_drift(table: Table) -> None:
    """A table a protocol, and below it the same floors counted on what was made."""
    from rich.console import Console

    console = Console()
    for protocol in dict.fromkeys(row.protocol for row in table.rows):
        rows = [row for row in table.rows if row.protocol == protocol]
        console.print(_table(f"{table.dataset} {table.context}, {protocol}", rows))
        for name, counted in table.floors_on_synthetic.items():
            chosen = [row for row in counted if row.protocol == protocol]
            console.print(_table(f"floors counted on {name}, {protocol}", chosen))


def as_json(table: Table) -> dict[str, Any]:
    """One object; `rows` are the benchmark's."""
    return {
        "dataset": table.dataset,
        "context": table.context,
        "seed": table.seed,
        "rows": [asdict(row) for row in table.rows],
        "floors_on_synthetic": {
            name: [asdict(row) for row in rows] for name, rows in table.floors_on_synthetic.items()
        },
    }


def _table(title: str, rows: Iterable[Row]) -> Any:
    from rich.table import Table as Rich

    shown = Rich(title=title, title_justify="left")
    for name in ("method", *FIGURES, "n_train"):
        shown.add_column(name, justify="left" if name == "method" else "right")
    for row in rows:
        figures = ["" if (value := getattr(row, it)) is None else f"{value:.3f}" for it in FIGURES]
        shown.add_row(
            row.method if row.mind is None else f"{row.method} ({row.mind})", *figures, str(row.n_train)
        )
    return shown
