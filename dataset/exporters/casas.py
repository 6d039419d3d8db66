"""CASAS text, `date time sensor value [activity begin|end]`, a file a household.

Sensors are named as there, a letter for what they are and a number: M001 sees motion, D002 is a door, L003 a
lamp; `*.sensors.csv` says which device each is. Every observable event is a line. Activities come from the
oracle: an activity begins at the first line while it lasts and ends at the last, and a line has room for one
mark; in a home of several, `R1_` and so on says whose it is, in the order of their ids. Times are the wall
clock's, so the hour that autumn gives back is there twice.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain, groupby
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from dataset.clock import Ints
from dataset.exporters.report import Tally
from dataset.exporters.source import Household, Source
from dataset.exporters.tables import csv_lines, rows_of
from scenarios.catalogue import Catalogue
from world.event import Kind

LETTERS: Mapping[str, str] = {
    "motion": "M", "contact": "D", "presence": "PR", "temperature": "T", "humidity": "H", "illuminance": "LS",
    "co2": "CO", "noise": "N", "power": "P", "energy": "E", "button": "B",
}  # fmt: skip
"""Of what is sensed."""

OPERATED: Mapping[str, str] = {"light": "L", "fan": "F", "cover": "C", "valve": "V", "lock": "K"}
"""Of what is operated, by its domain; anything else is an item, I."""

WORDS: Mapping[str, str] = {
    "active": "ON", "inactive": "OFF", "open": "OPEN", "closed": "CLOSE", "present": "PRESENT",
    "not present": "ABSENT", "switch on": "ON", "switch off": "OFF", "windowShade open": "OPEN",
    "windowShade close": "CLOSE", "lock lock": "LOCK", "lock unlock": "UNLOCK", "start": "START",
}  # fmt: skip

UNSEEN = "activities during which fewer than two sensors told anything, so that there is no line to mark"


class _Span(NamedTuple):
    """An activity of somebody."""

    begins: int  # ms UTC
    ends: int
    label: str


def write_casas(source: Source, out: Path, tally: Tally) -> None:
    """Write *out*/HOUSEHOLD.txt and *out*/HOUSEHOLD.sensors.csv for every household."""
    for household in source.households():
        events = household.table("events")
        names = sensor_names(events, household.catalogue)
        marks = _marks(household, np.asarray(events["time"]).astype(np.int64), tally)
        with (out / f"{household.name}.txt").open("w", encoding="utf-8", newline="\n") as file:
            file.writelines(_lines(events, names, marks))
        with (out / f"{household.name}.sensors.csv").open("w", encoding="utf-8", newline="") as file:
            file.writelines(csv_lines(("sensor", "device", "type", "room"), _legend(events, names)))
        tally.written["lines"] += events.num_rows
        tally.written["marks of activities"] += len(marks)


def sensor_names(events: pa.Table, catalogue: Catalogue) -> dict[tuple[str, str], str]:
    """'M001' by device and quantity ('' for what is operated), numbered in the order of their names."""
    keys = {
        (row["device"], row["command"] if row["kind"] == Kind.READING else "", row["type"])
        for row in rows_of(events.select(["device", "command", "kind", "type"]).group_by(
            ["device", "command", "kind", "type"]).aggregate([]))
    }  # fmt: skip
    count, names = Counter[str](), {}
    for device, quantity, kind in sorted(keys):
        domain = catalogue.devices[kind].domain if kind in catalogue.devices else ""
        letter = LETTERS.get(quantity, "S") if quantity else OPERATED.get(domain, "I")
        count[letter] += 1
        names[device, quantity] = f"{letter}{count[letter]:03}"
    return names


def _lines(events: pa.Table, names: Mapping[tuple[str, str], str], marks: Mapping[int, str]) -> Iterator[str]:
    for number, row in enumerate(rows_of(events)):
        reading = row["kind"] == Kind.READING
        sensor = names[row["device"], row["command"] if reading else ""]
        value = row["value"] if reading else row["command"]
        word = WORDS.get(value) or _token(value if reading else f"{value} {row['value']}")
        mark = f"\t{marks[number]}" if number in marks else ""
        yield f"{row['local']:%Y-%m-%d %H:%M:%S.%f}\t{sensor}\t{word}{mark}\n"


def _token(text: str) -> str:
    """*text* as one word, whatever is in it."""
    return "_".join("".join(it if it.isprintable() else "?" for it in text).split()) or "-"


def _legend(events: pa.Table, names: Mapping[tuple[str, str], str]) -> Iterator[dict[str, Any]]:
    places = {
        row["device"]: (row["type"], row["room"])
        for row in rows_of(events.group_by(["device", "type", "room"]).aggregate([]))
    }
    for (device, _), sensor in sorted(names.items(), key=lambda item: item[1]):
        kind, room = places[device]
        yield {"sensor": sensor, "device": device, "type": kind, "room": room}


def _marks(household: Household, times: Ints, tally: Tally) -> dict[int, str]:
    """Row -> 'cook begin'."""
    marks: dict[int, str] = {}
    for span in _spans(household, int(times[-1]) + 1 if times.size else 0):
        first = int(np.searchsorted(times, span.begins))
        last = int(np.searchsorted(times, span.ends)) - 1
        free = [row for row in range(first, last + 1) if row not in marks]
        if len(free) < 2:
            tally.leave_out(UNSEEN)
            continue
        marks[free[0]], marks[free[-1]] = f"{span.label} begin", f"{span.label} end"
    return marks


def _spans(household: Household, end: int) -> list[_Span]:
    """The activities of everybody in the order in which they begin; one that goes on after a break is two."""
    oracle = household.table("oracle")
    begun = oracle.filter(pc.equal(oracle["kind"], Kind.ACTIVITY)).select(["actor", "time", "activity"])
    people = sorted(resident.id for resident in household.scenario.residents)
    prefix = {who: f"R{number}_" if len(people) > 1 else "" for number, who in enumerate(people, 1)}
    times = np.asarray(begun["time"]).astype(np.int64).tolist()
    rows = sorted(zip(begun["actor"].to_pylist(), times, begun["activity"].to_pylist(), strict=True))
    each = (
        _of_one(prefix.get(who, ""), [(time, what) for _, time, what in group], end)
        for who, group in groupby(rows, key=lambda row: row[0])
    )
    return sorted(chain.from_iterable(each))


def _of_one(prefix: str, begun: Sequence[tuple[int, str]], end: int) -> Iterator[_Span]:
    ends = [time for time, _ in begun[1:]] + [end]
    for (time, activity), until in zip(begun, ends, strict=True):
        yield _Span(time, until, prefix + _token(activity))
