"""Van Kasteren's houses as CSV: `house, …, duration_s, …, sensor, start` and the same with `activity`.

Every row is a behaviour, at its start: a door that opens, a mat that is stepped on, a flush; an activity is
`Activity:cook`, and what the sensors tell while it lasts belongs to it. The ends of sensor events, which
for most sensors only say how long a door stood open, have no row and make no behaviour.
"""

from collections.abc import Iterator, Mapping
from itertools import chain
from pathlib import Path

from dataset.importers.activities import activity_name
from dataset.importers.codebook import Codebook, Meaning
from dataset.importers.lines import NO_TIME, rows, wall_clock
from dataset.importers.report import Incoming, Tally
from dataset.importers.timed import timed_log
from dataset.routines import ACTIVITY_ONLY
from scenarios.errors import UserError
from scenarios.problems import unknown

TYPES = {
    "pir": ("MotionSensor", "active"), "press": ("PresenceSensor", "pressed"),
    "mat": ("PresenceSensor", "pressed"), "matt": ("PresenceSensor", "pressed"),
    "flush": ("LeakSensor", "flows"), "float": ("LeakSensor", "flows"),
}  # fmt: skip
"""A word of the sensor's name -> device type and state; all others are contacts on doors and lids."""

ELSEWHERE = "of another house"
MOST_HOUSES = 100


def read_kasteren(path: Path, household: str | None, scratch: Path | None) -> Incoming:
    """One house of the file at *path*, or of `sensors.csv` and `activities.csv` in the folder at *path*."""
    files = [path / name for name in ("sensors.csv", "activities.csv")] if path.is_dir() else [path]
    files = [file for file in files if file.is_file() or not path.is_dir()]
    if not files:
        raise UserError(f"{path} holds neither sensors.csv nor activities.csv")
    book, tally, houses = Codebook(), Tally("rows"), set[str]()
    readings = chain.from_iterable(_readings(file, household, houses, book, tally) for file in files)
    name = f"kasteren {path.name}" + (f" {household}" if household else "")
    log = timed_log(readings, book, tally, source=name, scratch=scratch)
    if household is None and len(houses) > 1:
        raise UserError(f"{path} holds {len(houses)} houses; choose one: --household {min(houses)}")
    if household is not None and household not in houses:
        raise UserError(f"{path}: {unknown('house', household, houses)}")
    return log


def _readings(
    path: Path, household: str | None, houses: set[str], book: Codebook, tally: Tally
) -> Iterator[tuple[int, int]]:
    for row in rows(path, tally, wanted=("house", "duration_s", "start")):
        if len(houses) < MOST_HOUSES:
            houses.add(row["house"])
        if household not in (None, row["house"]):
            tally.skip(ELSEWHERE)
            continue
        time, lasts = wall_clock(row["start"]), _seconds(row["duration_s"])
        if time is None or lasts is None:
            tally.skip(NO_TIME)
        elif "activity" in row:
            yield from _activity(row["activity"], time, time + round(lasts * 1_000_000), book)
        else:
            yield time, book.code(_sensor(row))


def _activity(annotated: str, begin: int, end: int, book: Codebook) -> Iterator[tuple[int, int]]:
    name = activity_name(annotated) or "other"
    yield begin, book.code(Meaning(annotated, "", action=f"{ACTIVITY_ONLY}:{name}", begins=name))
    yield end, book.code(Meaning(annotated, "ends", ends=name))


def _sensor(row: Mapping[str, str]) -> Meaning:
    name = row.get("sensor") or f"sensor {row.get('sensor_id', '')}".strip()
    kind, state = next(
        (TYPES[word] for word in name.lower().split() if word in TYPES), ("ContactSensor", "open")
    )
    return Meaning(name, state, action=f"{kind}:{name} {state}")


def _seconds(text: str) -> float | None:
    try:
        seconds = float(text)
    except ValueError:
        return None
    return seconds if 0 <= seconds < 1e9 else None
