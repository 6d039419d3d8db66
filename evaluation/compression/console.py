"""A compression at a glance, for the terminal."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from evaluation.compression.compressed import FILES

COLUMNS = (
    "method",
    "routines",
    "tokens",
    "verbatim",
    "distance",
    "9 in 10",
    "actions",
    "steps",
)


def show_compression(found: Mapping[str, Any], out: Path) -> None:
    """Prints what went in and came out, the methods side by side, and where the files lie."""
    console = Console(highlight=False, markup=False, emoji=False, soft_wrap=True)
    for sentence in found["verdict"]:
        console.print(sentence)
    if found["methods"]:
        console.print(_methods(found))
    for path in (out / name for name in FILES):
        if path.exists():
            console.print(str(path))


def _methods(found: Mapping[str, Any]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for at, heading in enumerate(COLUMNS):
        table.add_column(heading, justify="right" if at else "left", no_wrap=True)
    for row in found["methods"]:
        asked = row["name"] == found["about"]["asked"]
        table.add_row(
            row["name"], f"{row['kept']:,}", f"{row['tokens']:,}", f"{row['verbatim']:.1%}",
            f"{row['mean']:.3f}", f"{row['within']:.2f}", f"{row['actions']:.0%}",
            f"{row['transitions']:.1%}", style="bold" if asked else "",
        )  # fmt: skip
    return table
