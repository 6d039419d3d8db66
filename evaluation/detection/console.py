"""What detectors found, for the terminal."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from itertools import groupby
from math import isnan
from typing import Any

from evaluation.detection.judging import Row
from evaluation.detectors.methods import FLOORS

HEADS = ("kind", "difficulty", "happened", "detector", "AUC", "F1", "found", "false alarms")


def lines(rows: Sequence[Row]) -> Iterator[str]:
    """A row a kind and detector; of the floors that count, the one that does best."""
    table = [HEADS, *(_cells(it) for it in _shown(rows))]
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    for cells in table:
        yield "  ".join(text.ljust(width) for text, width in zip(cells, widths, strict=True)).rstrip()


def as_json(rows: Iterable[Row]) -> list[dict[str, Any]]:
    """All rows, every floor among them; null where there is nothing to divide by."""
    return [
        {key: None if isinstance(it, float) and isnan(it) else it for key, it in asdict(row).items()}
        for row in rows
    ]


def _shown(rows: Sequence[Row]) -> Iterator[tuple[str, Row]]:
    ordered = sorted(rows, key=lambda it: (it.kind, it.difficulty))
    for _, group in groupby(ordered, key=lambda it: (it.kind, it.difficulty)):
        its = [*group]
        if floors := [it for it in its if it.detector in FLOORS]:
            best = max(floors, key=lambda it: it.auc)
            yield f"counting ({best.detector})", best
        yield from ((it.detector, it) for it in its if it.detector not in FLOORS)


def _cells(shown: tuple[str, Row]) -> tuple[str, ...]:
    name, it = shown
    shares = (f"{it.found:.0%}", f"{it.false_alarms:.0%}")
    return (it.kind, it.difficulty, str(it.occurrences), name, f"{it.auc:.2f}", f"{it.f1:.2f}", *shares)
