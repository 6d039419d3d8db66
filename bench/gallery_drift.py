"""What detectors that have learned one run say of another: the figure of the gallery's drift pair."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from dataset.query import answer
from evaluation.detectors.methods import METHODS
from evaluation.detectors.scoring import threshold
from evaluation.detectors.windows import Windows, from_ids

SHOWN = ("hour", "action + bigram + hour", "Markov", "isolation forest")
LEARNED, CHECKED = 0.5, 0.75  # of the windows of the first run: to learn from, and to set the limit by
SQL = "select day, slot, device, action from sequences order by start"


def flagged(runs: Path, before: str, after: str) -> list[dict[str, Any]]:
    """The share of windows that each detector flags, in the rest of *before* and in *after*."""
    first, second = (_sequences(runs / run) for run in (before, after))
    known = _windows(first, first + second)
    moved = _windows(second, first + second)
    halves = np.split(np.arange(len(known)), [int(share * len(known)) for share in (LEARNED, CHECKED)])
    learned, checked, rest = (known.rows(part) for part in halves)
    found = []
    for name in SHOWN:
        detector = METHODS[name](learned, checked, 0)
        limit = threshold(detector.score(checked))
        shares = (round(float((detector.score(part) > limit).mean()), 2) for part in (rest, moved))
        found.append({"detector": name, **dict(zip((f"the rest of {before}", after), shares, strict=True))})
    return found


def _sequences(run: Path) -> list[Mapping[str, Any]]:
    with answer(run, SQL) as batches:
        return [row for batch in batches for row in batch.to_pylist()]


def _windows(rows: Sequence[Mapping[str, Any]], everything: Sequence[Mapping[str, Any]]) -> Windows:
    devices, actions = (
        {name: place for place, name in enumerate(sorted({it for row in everything for it in row[key]}))}
        for key in ("device", "action")
    )
    ids = [
        (day, slot, devices[device], actions[action])
        for row in rows
        for day, slot, device, action in zip(*(row[key] for key in row), strict=True)
    ]
    sequence = np.repeat(np.arange(len(rows)), [len(row["day"]) for row in rows])
    return from_ids(np.array(ids), sequence, (7, 8, len(devices), len(actions)))
