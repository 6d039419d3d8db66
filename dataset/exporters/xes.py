"""XES (IEEE 1849): logs for process mining.

`events.xes` is what an installation would log, a case a household and day; `activities.xes` is who did what
from start to end, from the oracle, a case a person and day. Days and times are those of the wall clock, with
its offset from UTC.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import chain, groupby
from pathlib import Path
from typing import Any
from xml.sax.saxutils import quoteattr

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from dataset.clock import local
from dataset.exporters.report import Tally
from dataset.exporters.source import Household, Source
from dataset.exporters.tables import rows_of
from world.event import Kind

HEAD = """\
<?xml version="1.0" encoding="UTF-8"?>
<log xes.version="1849.2016" xes.features="" xmlns="http://www.xes-standard.org/">
  <extension name="Concept" prefix="concept" uri="http://www.xes-standard.org/concept.xesext"/>
  <extension name="Time" prefix="time" uri="http://www.xes-standard.org/time.xesext"/>
  <extension name="Lifecycle" prefix="lifecycle" uri="http://www.xes-standard.org/lifecycle.xesext"/>
  <extension name="Organizational" prefix="org" uri="http://www.xes-standard.org/org.xesext"/>
  <global scope="trace">
    <string key="concept:name" value=""/>
  </global>
  <global scope="event">
    <string key="concept:name" value=""/>
    <date key="time:timestamp" value="1970-01-01T00:00:00.000+00:00"/>
    <string key="lifecycle:transition" value="complete"/>
  </global>
  <classifier name="Activity" keys="concept:name"/>
  <classifier name="ActivityTransition" keys="concept:name lifecycle:transition"/>
"""

_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

Happened = tuple[Any, Any, dict[str, str]]
"""Instant (UTC), the wall clock then, and what is to be said of it."""

Case = tuple[str, Iterable[Happened]]


def write_xes(source: Source, out: Path, tally: Tally) -> None:
    """Write *out*/events.xes and *out*/activities.xes."""
    _write(source, out / "events.xes", _days_of_devices, tally, "events")
    _write(source, out / "activities.xes", _days_of_people, tally, "activities, start and end apart")


def _write(
    source: Source, path: Path, cases: Callable[[Household], Iterator[Case]], tally: Tally, what: str
) -> None:
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write(HEAD + _attribute("string", "concept:name", source.manifest.origin.scenario, 2))
        for household in source.households():
            for name, happened in cases(household):
                file.write("  <trace>\n" + _attribute("string", "concept:name", name, 4))
                for instant, wall, said in happened:
                    file.write(_event(instant, wall, said))
                    tally.written[what] += 1
                file.write("  </trace>\n")
                tally.written["cases"] += 1
        file.write("</log>\n")


def _days_of_devices(household: Household) -> Iterator[Case]:
    rows = rows_of(household.table("events"))
    for day, group in groupby(rows, key=lambda row: row["local"].date()):
        yield f"{household.name} {day}", (_device_event(row) for row in group)


def _device_event(row: Mapping[str, Any]) -> Happened:
    reading = row["kind"] == Kind.READING
    told = f" {row['value']}" if reading and not _is_level(row["value"]) else ""
    said = {"concept:name": f"{row['type']}:{row['command']}{told}", "lifecycle:transition": "complete"}
    return (
        row["time"],
        row["local"],
        {**said, **{key: row[key] for key in ("kind", "device", "room", "value")}},
    )


def _days_of_people(household: Household) -> Iterator[Case]:
    oracle = household.table("oracle")
    begun = oracle.filter(pc.equal(oracle["kind"], Kind.ACTIVITY)).sort_by(
        [("actor", "ascending"), ("time", "ascending"), ("id", "ascending")]
    )
    wall = local(np.asarray(begun["time"]).astype("datetime64[ms]"), household.zone)
    rows = rows_of(begun.append_column("local", pa.array(wall)))
    for who, group in groupby(rows, key=lambda row: row["actor"]):
        begun_by_one = list(group)
        spans = zip(begun_by_one, [*begun_by_one[1:], None], strict=True)
        for day, of_day in groupby(spans, key=lambda span: span[0]["local"].date()):
            yield (
                f"{household.name} {who} {day}",
                chain.from_iterable(_start_to_end(*span) for span in of_day),
            )


def _start_to_end(row: Mapping[str, Any], following: Mapping[str, Any] | None) -> Iterator[Happened]:
    """An activity is complete when the next one starts; what goes on at the end of the log never is."""
    yield row["time"], row["local"], _activity(row, "start")
    if following is not None:
        yield following["time"], following["local"], _activity(row, "complete")


def _activity(row: Mapping[str, Any], transition: str) -> dict[str, str]:
    said = {"concept:name": row["activity"], "lifecycle:transition": transition, "org:resource": row["actor"]}
    return {**said, "room": row["room"], "cause": row["cause"]}


def _event(instant: Any, wall: Any, said: Mapping[str, str]) -> str:
    offset = round((wall - instant.replace(tzinfo=None)).total_seconds() / 60)
    sign, minutes = "+-"[offset < 0], abs(offset)
    when = f"{wall.isoformat(timespec='milliseconds')}{sign}{minutes // 60:02}:{minutes % 60:02}"
    texts = "".join(_attribute("string", key, value, 6) for key, value in said.items() if value)
    return f"    <event>\n{_attribute('date', 'time:timestamp', when, 6)}{texts}    </event>\n"


def _attribute(kind: str, key: str, value: str, indent: int) -> str:
    return f"{' ' * indent}<{kind} key={quoteattr(key)} value={_quoted(value)}/>\n"


def _quoted(text: str) -> str:
    """*text* as the value of an attribute; what XML 1.0 has no place for becomes U+FFFD."""
    return quoteattr(_NO_XML.sub("\ufffd", text), {"\n": "&#10;", "\t": "&#9;", "\r": "&#13;"})


def _is_level(text: str) -> bool:
    return text[-1:].isdigit()
