"""From milliseconds of simulation to UTC and to the clock on the wall of one home, whole columns at once."""

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

Times = np.ndarray[Any, np.dtype[np.datetime64]]
Ints = np.ndarray[Any, np.dtype[np.int64]]

QUARTER = 900_000  # ms; no zone changes its offset within a quarter of an hour


def utc(milliseconds: Ints, start: date, zone: str) -> Times:
    """Instants in UTC, of times since the first local midnight of *start*."""
    midnight = datetime(start.year, start.month, start.day, tzinfo=ZoneInfo(zone))
    return (milliseconds + round(midnight.timestamp() * 1000)).astype("datetime64[ms]")


def local(instants: Times, zone: str) -> Times:
    """What a clock in *zone* shows at *instants*; it jumps where daylight saving begins and ends."""
    milliseconds = instants.astype(np.int64)
    quarters, index = np.unique(milliseconds // QUARTER, return_inverse=True)
    offsets = [_offset(int(quarter) * 900, ZoneInfo(zone)) for quarter in quarters]
    return (milliseconds + np.array(offsets, dtype=np.int64)[index]).astype("datetime64[ms]")


def day_and_slot(wall: Times) -> tuple[Ints, Ints]:
    """Day of the week, Monday = 0, and three-hour slot of clock times."""
    hours = wall.astype("datetime64[h]").astype(np.int64)
    return (hours // 24 + 3) % 7, hours % 24 // 3  # 1 January 1970 was a Thursday


def _offset(seconds: int, zone: ZoneInfo) -> int:
    offset = datetime.fromtimestamp(seconds, zone).utcoffset() or timedelta()
    return round(offset / timedelta(milliseconds=1))
