"""Hourly statistics as Home Assistant keeps them: mean over time, least, most; of meters the sum."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np

from dataset.exporters.home_assistant_db import Database, Hour
from dataset.exporters.home_assistant_states import Entity
from dataset.exporters.tables import csv_lines

HOUR = 3600  # seconds
Series = dict[Entity, list[tuple[float, float]]]
"""When an entity showed which number."""


def write_statistics(folder: Path, database: Database, series: Series, zone: str) -> int:
    """Write *folder*/statistics.csv and the same into *database*; how many rows."""
    rows = []
    for entity, told in series.items():
        found = list(hours(told, counts=entity.device_class == "energy"))
        database.add_statistics(entity, found)
        rows += [_row(entity, hour, ZoneInfo(zone)) for hour in found]
    header = ("statistic_id", "unit", "start", "mean", "min", "max", "state", "sum")
    with (folder / "statistics.csv").open("w", encoding="utf-8", newline="") as file:
        file.writelines(csv_lines(header, rows))
    return len(rows)


def hours(told: list[tuple[float, float]], *, counts: bool = False) -> Iterator[Hour]:
    """The statistics of each hour in which something is known, from the first number told to the last.

    A number holds until the next one. *counts*: a meter that only goes up.
    """
    times, values = np.array(told, dtype=float).T
    first = values[0]
    for start in range(int(times[0] // HOUR) * HOUR, int(times[-1]) + 1, HOUR):
        begin, end = np.searchsorted(times, [start, start + HOUR])
        held = values[max(begin - 1, 0) : end]
        if counts:
            yield start, None, None, None, float(held[-1]), float(held[-1] - first)
            continue
        edges = np.clip(np.append(times[max(begin - 1, 0) : end], start + HOUR), start, start + HOUR)
        mean = np.average(held, weights=np.diff(edges)) if np.diff(edges).any() else held[-1]
        yield start, float(mean), float(held.min()), float(held.max()), None, None


def _row(entity: Entity, hour: Hour, zone: ZoneInfo) -> dict[str, object]:
    start = datetime.fromtimestamp(hour[0], UTC).astimezone(zone)
    mean, least, most, state, total = hour[1:]
    return {
        "statistic_id": entity.entity_id, "unit": entity.unit, "start": f"{start:%d.%m.%Y %H:%M}",
        "mean": mean, "min": least, "max": most, "state": state, "sum": total,
    }  # fmt: skip
