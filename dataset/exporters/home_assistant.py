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
from dataset.exporters.home_assistant_states import (
    AT_FIRST,
    LONGEST,
    PRESSED,
    READ,
    Entity,
    entities,
    shown_state,
)
from dataset.exporters.home_assistant_statistics import Series, write_statistics
from dataset.exporters.report import Tally
from dataset.exporters.source import Household, Source
from dataset.exporters.tables import csv_lines, is_number, iso, rows_of
from world.devices import Device
from world.event import Kind

HEADER = ("entity_id", "state", "last_changed", "device_class")
NO_CHANGE = "commands and reports after which Home Assistant shows what it showed before"
NO_ENTITY = "events of devices that Home Assistant has no entity for"
REPEATED = "readings that tell what was told before"


class Shown(NamedTuple):
    """A state of an entity, from an instant on."""

    entity: Entity
    state: str
    time: float  # seconds since 1970
    text: str  # the same as ISO 8601
    attributes: Mapping[str, Any]
    changed: bool  # the state, not its attributes alone


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


def _states(household: Household, tally: Tally) -> Iterator[Shown]:
    home, catalogue = household.scenario.home, household.catalogue
    known = entities(home, catalogue)
    devices = {
        name: Device(name, catalogue.devices[placed.type], placed.room)
        for name, placed in home.devices.items()
    }
    last: dict[Entity, tuple[str, Mapping[str, Any]]] = {}
    events = household.table("events")
    for shown in _at_first(_first_midnight(household, events), known, devices):
        last[shown.entity] = shown.state, shown.attributes
        yield shown
    for row in rows_of(events):
        reading = row["kind"] == Kind.READING
        entity = known.get((row["device"], row["command"] if reading else ""))
        told = None if entity is None else _told(entity, row, devices[row["device"]])
        if entity is None or told is None:
            tally.leave_out(NO_ENTITY)
            continue
        before = last.get(entity)
        if before == told:
            tally.leave_out(REPEATED if reading else NO_CHANGE)
            continue
        last[entity] = told
        changed = before is None or before[0] != told[0]
        yield Shown(entity, told[0], row["time"].timestamp(), iso(row["time"]), told[1], changed)


def _first_midnight(household: Household, events: pa.Table) -> np.datetime64:
    """The local midnight (UTC) before the first event: in a split by time that of a later day."""
    day = events["local"][0].as_py().date() if events.num_rows else household.scenario.start
    found: np.datetime64 = utc(np.zeros(1, dtype=np.int64), day, household.zone)[0]
    return found


def _at_first(
    start: np.datetime64, known: Mapping[tuple[str, str], Entity], devices: Mapping[str, Device]
) -> Iterator[Shown]:
    seconds, text = int(start.astype(np.int64)) / 1000, f"{start}Z"
    for (device, quantity), entity in known.items():
        if quantity:
            state, attributes = AT_FIRST.get(quantity, "unknown"), dict[str, Any](entity.about)
        elif entity.domain in PRESSED:
            state, attributes = "unknown", {}
        else:
            state = shown_state(devices[device].type, devices[device].state)
            attributes = {**entity.about, **devices[device].state}
        if state != "unknown":
            yield Shown(entity, state, seconds, text, attributes, True)


def _told(entity: Entity, row: Mapping[str, Any], device: Device) -> tuple[str, Mapping[str, Any]] | None:
    """State and attributes after an event; None where that makes no sense of the device."""
    if row["kind"] == Kind.READING:
        if entity.unit and not is_number(row["value"]):
            return None
        pressed = entity.domain in PRESSED
        return iso(row["time"]) if pressed else READ.get(row["value"], row["value"])[:LONGEST], entity.about
    if entity.domain in PRESSED:
        return iso(row["time"]), entity.about
    programme = device.programme
    if row["kind"] == Kind.REPORT and programme is not None and programme.emits == row["command"]:
        device.finish(device.run)
    elif row["command"] not in device.type.commands:
        return None
    else:
        device.obey(row["command"], row["value"])
    return shown_state(device.type, device.state)[:LONGEST], {**entity.about, **device.state}
