"""A table of a population, from CSV to a tree that knows its lines: a header, rows, `#` for remarks."""

import csv
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

from scenarios.problems import Problem, ScenarioError, nearest, shown
from scenarios.tree import Node, branch, refusal
from scenarios.yaml12 import text_of

SHARE = "share"
SEVERAL = ";"  # between the entries of one cell
EXACT = 0.005  # by which shares that sum to 1 may miss it: they are rounded

Line = tuple[int, list[str]]


def read_csv(path: Path, columns: Collection[str], within: Sequence[str] = ()) -> Node:
    """The rows of the table at *path* as a list of mappings.

    A column `share` is a `weight` whose rows sum to 1: all of them, or those alike in the columns *within*.
    """
    lines = list(_lines(path))
    if not lines:
        raise refusal(path, 0, "holds no header and no rows")
    (place, header), *rows = lines
    names = [name.strip() for name in header]
    _check_header(path, place, names, columns)
    uneven = [Problem(shown(path), line, "", f"has {len(cells)} cells; the header has {len(names)}")
              for line, cells in rows if len(cells) != len(names)]  # fmt: skip
    if uneven:
        raise ScenarioError(uneven)
    if not rows:
        raise refusal(path, place, "has a header and no rows")
    table = [_row(path, line, dict(zip(names, cells, strict=True))) for line, cells in rows]
    if SHARE in names:
        _check_sum(path, place, [dict(zip(names, cells, strict=True)) for _, cells in rows], within)
    return branch(list(table), path, place)


def _lines(path: Path) -> Iterator[Line]:
    for number, line in enumerate(text_of(path).splitlines(), 1):
        if line.strip() and not line.lstrip().startswith("#"):
            try:
                yield number, next(csv.reader([line]))
            except csv.Error as error:  # such as a cell of more than 128 KiB
                raise ScenarioError([Problem(shown(path), number, "", f"cannot be read: {error}")]) from error


def _check_header(path: Path, line: int, names: list[str], columns: Collection[str]) -> None:
    known = {*columns, SHARE}
    wrong = [f"unknown column {name!r}{nearest(name, known)}" for name in names if name not in known]
    wrong += [f"column {name!r} stands there twice" for name in sorted({*names}) if names.count(name) > 1]
    if SHARE in names and "weight" in names:
        wrong.append("has both share and weight; one of them is enough")
    if wrong:
        raise ScenarioError(Problem(shown(path), line, "", sentence) for sentence in wrong)


def _row(path: Path, line: int, cells: dict[str, str]) -> Node:
    """Empty cells are left to their defaults; `a;b` is a list."""
    filled = {name: cell.strip() for name, cell in cells.items() if cell.strip()}
    named = {("weight" if name == SHARE else name): _cell(path, line, cell) for name, cell in filled.items()}
    return branch(named, path, line)


def _cell(path: Path, line: int, text: str) -> Node:
    if SEVERAL not in text:
        return Node(text, path, line)
    return branch([Node(part.strip(), path, line) for part in text.split(SEVERAL)], path, line)


def _check_sum(path: Path, line: int, rows: list[dict[str, str]], within: Sequence[str]) -> None:
    sums: dict[str, float] = defaultdict(float)
    for row in rows:
        group = ", ".join(cell for name in within if (cell := row.get(name, "").strip()))
        try:
            sums[group] += float(row[SHARE])
        except ValueError:
            return  # the row itself is complained about
    wrong = [
        f"the shares{f' of {group}' if group else ''} sum to {total:.3f}, not 1 (or call the column weight)"
        for group, total in sums.items()
        if not abs(total - 1) <= EXACT
    ]
    if wrong:
        raise ScenarioError(Problem(shown(path), line, SHARE, sentence) for sentence in wrong)
