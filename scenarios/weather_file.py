"""Hourly weather that the user brings: Open-Meteo's CSV, an EPW, or a plain CSV with time and temperature.

Temperatures in °C, humidity and cloud in percent, radiation in W/m². Times without an offset are those of
the home's wall clock, unless the file names its own; an EPW is a typical year and serves any.
"""

import csv
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

from scenarios.epw import dated, is_epw, place_and_standard_time, typical_year
from scenarios.home import Address
from scenarios.problems import Problem, ScenarioError, nearest_file, shown
from scenarios.weather_checks import HOUR, disorder, elsewhere, gaps, shares
from scenarios.weather_rows import Line, Row, refusal
from scenarios.weather_table import columns, place_and_offset, table_rows

MOST_BYTES = 64_000_000


class Hour(NamedTuple):
    """The weather at one time. Humidity and cloud are shares 0..1; None: not recorded."""

    utc: int  # ms since 1970
    temperature: float  # °C
    humidity: float | None = None
    cloud: float | None = None
    radiation: float | None = None  # W/m² on the level ground, mean of the hour before


def read_weather(path: Path, address: Address, start: date, days: int) -> tuple[Hour, ...]:
    """What the file at *path* holds for a scenario's days; ScenarioError with all that is wrong."""
    midnight = datetime(start.year, start.month, start.day, tzinfo=ZoneInfo(address.zone))
    first, last = midnight, midnight + timedelta(days=days)
    try:
        rows = _rows(_lines(path), address, first, last)
        _settle([*shares(rows), *disorder(rows)])
        _settle(gaps(rows, first, last))
    except ScenarioError as error:
        raise ScenarioError(it._replace(file=shown(path)) for it in error.problems) from None
    begin, end = (first - HOUR).timestamp(), (last + HOUR).timestamp()
    return tuple(hour for row in rows for hour in _hour(row) if begin <= hour.utc / 1000 <= end)


def _lines(path: Path) -> list[Line]:
    try:
        with path.open("rb") as stream:
            data = stream.read(MOST_BYTES + 1)
    except FileNotFoundError:
        raise refusal(0, f"there is no such file{nearest_file(path)}") from None
    except OSError as error:
        raise refusal(0, f"cannot be read: {error.strerror}") from None
    if len(data) > MOST_BYTES:
        raise refusal(0, f"is larger than {MOST_BYTES // 1_000_000} MB")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("latin-1")  # as EPWs of places with accents are, and what Excel saves
    reader = csv.reader(StringIO(text, newline=""))
    try:
        lines: list[Line] = [(reader.line_num, cells) for cells in reader]
    except csv.Error as error:
        raise refusal(reader.line_num, f"is no CSV: {error}") from None
    if not lines:
        raise refusal(0, "the file is empty")
    return lines


def _rows(lines: Sequence[Line], address: Address, first: datetime, last: datetime) -> list[Row]:
    """The rows in a zone: a typical year's for just the time from *first* to *last*."""
    faults: list[Problem] = []
    if is_epw(lines):
        place, standard = place_and_standard_time(lines)
        _settle(elsewhere(place, address))
        year = typical_year(lines, faults)
        _settle(faults)
        begin = first.astimezone(standard).replace(minute=0)
        rows = list(dated(year, begin, last.astimezone(standard), faults))
    else:
        known, offset = place_and_offset(lines)
        _settle(elsewhere(known, address) if known else [])
        rows = list(table_rows(lines, columns(lines), offset or ZoneInfo(address.zone), faults))
    _settle(faults)
    return rows


def _settle(faults: Iterable[Problem]) -> None:
    if found := list(faults):
        raise ScenarioError(found)


def _hour(row: Row) -> Iterator[Hour]:
    if row.temperature is not None:
        damp = None if row.humidity is None else min(1.0, row.humidity)
        yield Hour(round(row.time.timestamp()) * 1000, row.temperature, damp, row.cloud, row.radiation)
