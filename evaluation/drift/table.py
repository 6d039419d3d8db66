"""The rows of the benchmark, and their means over seeds: one training alone does not tell what is luck."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import mean
from typing import Any

from evaluation.drift.protocols import Protocol

FIGURES = ("precision", "recall", "f1", "hr10", "ndcg10")


@dataclass(frozen=True, kw_only=True)
class Row:
    """One method under one protocol; None where it has no such figure."""

    method: str
    mind: str | None  # who lived the data, where somebody did
    protocol: Protocol
    precision: float | None
    recall: float | None
    f1: float | None
    hr10: float | None
    ndcg10: float | None
    n_train: int  # sequences


Rows = tuple[Row, ...]


@dataclass(frozen=True, kw_only=True)
class Found:
    """The rows, and the floors counted on each synthetic set instead of the source's log."""

    rows: Rows
    floors_on_synthetic: Mapping[str, Rows]


@dataclass(frozen=True, kw_only=True)
class Table:
    """What was found with each seed: homes, lives, trainings and draws are others."""

    dataset: str
    context: str
    by_seed: Mapping[int, Found]

    @property
    def rows(self) -> Rows:
        """Means over the seeds."""
        return averaged([it.rows for it in self.by_seed.values()])

    @property
    def floors_on_synthetic(self) -> Mapping[str, Rows]:
        """Means over the seeds."""
        found = [it.floors_on_synthetic for it in self.by_seed.values()]
        return {name: averaged([it[name] for it in found]) for name in found[0]}

    def range_of(self, row: Row, figure: str) -> tuple[float, float] | None:
        """The least and the most of a *figure* of a mean's *row*; None where there is none."""
        values = [
            value
            for found in self.by_seed.values() for it in found.rows
            if (it.method, it.protocol) == (row.method, row.protocol)
            and (value := getattr(it, figure)) is not None
        ]  # fmt: skip
        return (min(values), max(values)) if values else None


def averaged(tables: Sequence[Rows]) -> Rows:
    """The mean of each row of *tables*, which have the same; where one lacks a figure, of the others."""
    return tuple(_mean(same) for same in zip(*tables, strict=True))


def _mean(rows: Rows) -> Row:
    figures = {name: [it for row in rows if (it := getattr(row, name)) is not None] for name in FIGURES}
    means: dict[str, Any] = {name: round(mean(it), 4) if it else None for name, it in figures.items()}
    return replace(rows[0], **means, n_train=round(mean(row.n_train for row in rows)))
