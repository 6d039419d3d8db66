"""What a detector is worth on one kind of anomaly: its scores of what is normal and of every occurrence."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from evaluation.detection.lives import occurrences
from evaluation.detectors.detector import Detector, Fit
from evaluation.detectors.scoring import judge, threshold
from evaluation.detectors.windows import Floats, Windows
from evaluation.watching import Watched, anomalous
from world.event import Event


@dataclass(frozen=True)
class Row:
    """One detector on one kind at one difficulty; nan where nothing happened."""

    kind: str
    difficulty: str
    detector: str
    auc: float
    f1: float  # of windows, or days
    found: float  # share of the occurrences, or days, that hold something above the limit
    false_alarms: float  # share of what is normal that is above it
    occurrences: int


class Fitted(NamedTuple):
    """A detector, and the score that 5 % of clean windows exceed."""

    detector: Detector
    limit: float


def fitted(methods: Mapping[str, Fit], known: Windows, checked: Windows) -> dict[str, Fitted]:
    """Every method fitted to what is *known*; *checked* sets its limit."""
    made = {name: fit(known, checked, 0) for name, fit in methods.items()}
    return {name: Fitted(it, threshold(it.score(checked))) for name, it in made.items()}


def of_occurrences(seen: Watched, events: Iterable[Event]) -> Iterator[tuple[str, Windows]]:
    """The windows of each occurrence in a life, with its label."""
    for label, first, last in occurrences(events):
        rows = anomalous(seen, label, first, last)
        if rows.any():
            yield label, seen.windows.rows(rows)


def row(kind: str, difficulty: str, name: str, odd: Sequence[Floats], normal: Floats, limit: float) -> Row:
    """From the scores of each occurrence, and of what is normal."""
    scores = np.concatenate(odd) if odd else np.zeros(0)
    rates = judge(normal, scores, limit)
    found = float(np.mean([it.max() > limit for it in odd])) if odd else float("nan")
    return Row(kind, difficulty, name, rates.auc, rates.f1, found, rates.fpr, len(odd))
