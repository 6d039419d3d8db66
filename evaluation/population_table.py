"""Who would live in a population, as a table for people."""

from itertools import groupby

from rich.console import Console
from rich.table import Table

from scenarios.population_census import Count


def show_population(counts: list[Count], households: int) -> None:
    """Print the counts, a table for types, cities, ages, occupations and chronotypes each."""
    console = Console(markup=False, emoji=False, highlight=False)
    for of, rows in groupby(counts, key=lambda row: row.of):
        table = Table(title=f"{of} in {households} households", title_justify="left", box=None)
        table.add_column("")
        for name in ("count", "share", "by the tables"):
            table.add_column(name, justify="right")
        for row in rows:
            expected = "" if row.expected is None else f"{row.expected:.1%}"
            table.add_row(row.name, str(row.count), f"{row.share:.1%}", expected)
        console.print(table)
        console.print()
