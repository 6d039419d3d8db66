"""CASAS text, `date time sensor value [activity begin|end]`, one event a line.

Motion events are the data of the field, so a sensor that sees somebody counts as a behaviour, by its name:
`MotionSensor:M003 active`. Doors and items count when they open and when they close. That a motion sensor
comes to rest is its timer, and a temperature is nobody's act: both are left out, and counted.
"""

import re
from collections.abc import Iterator
from pathlib import Path

from dataset.importers.activities import activity_name
from dataset.importers.codebook import MOST_CODES, Codebook, Meaning
from dataset.importers.lines import NO_TIME, lines, wall_clock
from dataset.importers.report import Incoming, Tally
from dataset.importers.timed import timed_log

WORDS = {
    "ON": ("MotionSensor", "active"), "OPEN": ("ContactSensor", "open"), "CLOSE": ("ContactSensor", "closed"),
    "CLOSED": ("ContactSensor", "closed"), "ABSENT": ("ContactSensor", "taken"),
    "PRESENT": ("ContactSensor", "put back"), "START": ("Other", "start"), "END": ("Other", "end"),
}  # fmt: skip
"""Value -> device type and state. Item sensors say whether a thing is in its place."""

SWITCHED = {"L": "Light", "F": "Fan"}
"""Sensors of these letters and a number tell of a lamp or a fan that somebody switches: both ways count."""

SHAPE = "not `date time sensor value`"
MEASURED = "a measurement, nobody's behaviour"
AT_REST = "a motion sensor at rest, its timer and nobody's behaviour"
NO_WORD = "a value without a meaning here"
NOT_ANNOTATED = "end in words that are no activity with begin or end"

_NUMBER = re.compile(r"[-+]?[\d.]+(e[-+]?\d+)?%?[CF]?", re.IGNORECASE)
_ANNOTATION = re.compile(r'(.+?)(?:\s+|=)"?(begin|end)"?', re.IGNORECASE)
_NUMBERED = re.compile(r"([A-Z]+)-?\d+")


def read_casas(path: Path, scratch: Path | None) -> Incoming:
    """The log at *path*, with its annotations as activities. Times are the wall clock's."""
    book, tally = Codebook(), Tally("lines")
    return timed_log(_readings(path, book, tally), book, tally, source=f"casas {path.name}", scratch=scratch)


def _readings(path: Path, book: Codebook, tally: Tally) -> Iterator[tuple[int, int]]:
    known: dict[tuple[str, ...], int | str] = {}  # a code, or why there is none
    for line in lines(path, tally):
        day, clock, *said = parts if len(parts := line.split(None, 4)) >= 4 else ("", "")
        time = wall_clock(f"{day}T{clock}") if said else None
        if time is None:
            tally.skip(NO_TIME if said else SHAPE)
            continue
        code = known.get(key := tuple(said))
        if code is None:
            code = _code(*said, book=book)
            if len(known) < MOST_CODES:
                known[key] = code
        if len(said) > 2 and not _ANNOTATION.fullmatch(said[2]):
            tally.note(NOT_ANNOTATED)
        if isinstance(code, str):
            tally.skip(code)
        else:
            yield time, code


def _code(sensor: str, value: str, note: str = "", *, book: Codebook) -> int | str:
    meaning = _meaning(sensor, value, note)
    if meaning.action or meaning.begins or meaning.ends:
        return book.code(meaning)
    return meaning.reason


def _meaning(sensor: str, value: str, note: str) -> Meaning:
    annotation = _ANNOTATION.fullmatch(note)
    activity = activity_name(annotation[1]) if annotation else ""
    begins = bool(annotation) and annotation is not None and annotation[2].lower() == "begin"
    action, reason = _act(sensor, value.upper())
    return Meaning(
        source=sensor, state=value, action=action, reason=reason,
        begins=activity if begins else "", ends="" if begins else activity,
    )  # fmt: skip


def _act(sensor: str, value: str) -> tuple[str, str]:
    """The action, or why there is none."""
    numbered = _NUMBERED.fullmatch(sensor.upper())
    switched = SWITCHED.get(numbered[1]) if numbered else None
    if switched and value in ("ON", "OFF"):
        return f"{switched}:{sensor} {value.lower()}", ""
    if value == "OFF":
        return "", AT_REST
    if value in WORDS:
        kind, state = WORDS[value]
        return f"{kind}:{sensor} {state}", ""
    return "", MEASURED if _NUMBER.fullmatch(value) else NO_WORD
