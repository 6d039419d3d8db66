"""The table of the three uses for people, and for programs."""

from dataclasses import asdict
from typing import Any

from evaluation.uses.bench import Row, Table
from evaluation.uses.paired import FIGURES


def as_json(table: Table) -> dict[str, Any]:
    """One object; an interval is [by, low, high]."""
    return asdict(table)


def show_uses(table: Table) -> None:
    """A table a share and task."""
    from rich.console import Console

    console = Console()
    for share, task in dict.fromkeys((row.share, row.task) for row in table.rows):
        rows = [row for row in table.rows if (row.share, row.task) == (share, task)]
        console.print(_table(f"{table.dataset}, {task}s, {share:.0%} of the real log", task, rows))


def _table(title: str, task: str, rows: list[Row]) -> Any:
    from rich.table import Table as Rich

    shown = Rich(title=title, title_justify="left")
    *others, first = FIGURES[task]
    for name in ("model", "made by", "use", "real", "made", *others, first, "over real alone", "replaced"):
        shown.add_column(name, justify="left" if name in ("model", "made by", "use") else "right")
    for row in rows:
        figures = [f"{row.figures[name]:.3f}" for name in FIGURES[task]]
        over = row.over_real.get(first)
        shown.add_row(
            row.model, row.made, row.use, f"{row.n_real:.0f}", f"{row.n_made:.0f}", *figures,
            "" if over is None else f"{over.by:+.3f} ({over.low:+.3f} to {over.high:+.3f})",
            "" if row.replaced is None else f"{row.replaced:.2f}",
        )  # fmt: skip
    return shown
