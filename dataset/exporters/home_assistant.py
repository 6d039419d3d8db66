"""Home Assistant: what its recorder would have kept, a folder a household.

`history.csv` is what the history page saves (entity_id, state, last_changed, and the device class);
`home-assistant_v2.db` is the recorder's own database; `statistics.csv` is the hourly statistics of what is
measured. Home Assistant keeps states, not commands: a command after which a device is as it was leaves no
row, and is counted. Each entity begins with its initial state at the midnight before the first event.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

from dataset.clock import utc
from dataset.exporters.home_assistant_db import Database, full_disk_told
from dataset.exporters.home_assistant_shown import Display, Shown
from dataset.exporters.home_assistant_states import Entity
from dataset.exporters.home_assistant_statistics import Series, write_statistics
from dataset.exporters.report import Tally
from dataset.exporters.source import Household, Source
from dataset.exporters.tables import csv_lines, iso, rows_of

HEADER = ("entity_id", "state", "last_changed", "device_class")


class State(NamedTuple):
    """A state of an entity, from an instant on."""

    entity: Entity
    state: str
    attributes: Mapping[str, Any]
    changed: bool  # the state, not its attributes alone
    time: float  # seconds since 1970
    text: str  # the same as ISO 8601


def write_home_assistant(source: Source, out: Path, tally: Tally) -> None:
    """Write *out*/HOUSEHOLD/history.csv, home-assistant_v2.db and statistics.csv."""
    for household in source.households():
        folder = out / household.name
        folder.mkdir()
        series: Series = {}
        with (
            full_disk_told(folder),
            Database(folder / "home-assistant_v2.db") as database,
            (folder / "history.csv").open("w", encoding="utf-8", newline="") as file,
        ):
            file.writelines(csv_lines(HEADER, _rows(household, database, series, tally)))
            tally.written["hourly statistics"] += write_statistics(folder, database, series, household.zone)


def _rows(household: Household, database: Database, series: Series, tally: Tally) -> Iterator[dict[str, Any]]:
    for shown in _states(household, tally):
        database.add(shown.entity, shown.state, shown.time, shown.attributes, changed=shown.changed)
        tally.written["states" if shown.changed else "changes of attributes alone"] += 1
        if shown.entity.unit:
            series.setdefault(shown.entity, []).append((shown.time, float(shown.state)))
        if shown.changed:
            yield dict(
                zip(
                    HEADER,
                    (shown.entity.entity_id, shown.state, shown.text, shown.entity.device_class),
                    strict=True,
                )
            )


def _states(household: Household, tally: Tally) -> Iterator[State]:
    display, events = Display(household.scenario.home, household.catalogue), household.table("events")
    start = first_midnight(household, events)
    for shown in display.at_first():
        yield State(*shown, int(start.astype(np.int64)) / 1000, f"{start}Z")
    for row in rows_of(events):
        found = display.after(row)
        if isinstance(found, Shown):
            yield State(*found, row["time"].timestamp(), iso(row["time"]))
        else:
            tally.leave_out(found)


def first_midnight(household: Household, events: pa.Table) -> np.datetime64:
    """The local midnight (UTC) before the first event: in a split by time that of a later day."""
    day = events["local"][0].as_py().date() if events.num_rows else household.scenario.start
    found: np.datetime64 = utc(np.zeros(1, dtype=np.int64), day, household.zone)[0]
    return found
