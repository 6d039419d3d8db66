"""A CSV with a header: Open-Meteo's, which says above it where and in which time, or a plain one."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta, timezone, tzinfo
from itertools import pairwise, takewhile
from typing import NamedTuple

from scenarios.problems import Problem, ScenarioError
from scenarios.weather_rows import QUANTITIES, Line, Place, Row, fault, refusal


class Columns(NamedTuple):
    """Where the header stands, and where it puts what."""

    line: int
    time: int
    cells: dict[str, int]  # quantity -> column


def place_and_offset(lines: Sequence[Line]) -> tuple[Place | None, tzinfo | None]:
    """Where and in which time, as Open-Meteo's first lines say: one offset from UTC for the whole file."""
    for (_, names), (number, cells) in pairwise(lines):
        if "utc_offset_seconds" in names:
            said = dict(zip(names, cells, strict=False))
            try:
                offset = timezone(timedelta(seconds=float(said["utc_offset_seconds"])))
                return Place(number, float(said["latitude"]), float(said["longitude"])), offset
            except (KeyError, ValueError):
                raise refusal(
                    number, "expected latitude, longitude and utc_offset_seconds as numbers"
                ) from None
    return None, None


def columns(lines: Sequence[Line]) -> Columns:
    """The columns of the last header with a time and a temperature: Open-Meteo puts the current one first."""
    headers = [line for line in lines if _is_header(line)]
    for number, cells in reversed(headers):
        names = [_name(cell) for cell in cells]
        found = {key: at for key, it in QUANTITIES.items() if (at := _find(it.names, names)) is not None}
        if "temperature" in found:
            _check_units(number, cells, found)
            return Columns(number, names.index("time"), found)
    raise _no_header(headers or lines[:1])


def table_rows(lines: Sequence[Line], where: Columns, zone: tzinfo, faults: list[Problem]) -> Iterator[Row]:
    """The rows below the header, down to the next block; what is wrong with others goes to *faults*."""
    last, least = None, max(where.time, *where.cells.values()) + 1
    for number, cells in _block(lines, where.line):
        try:
            if len(cells) < least:
                raise ValueError(f"{len(cells)} columns; expected {least} or more, as in the header")
            time = _time(cells[where.time].strip(), zone, last)
            values = {key: QUANTITIES[key].read(cells[at]) for key, at in where.cells.items()}
        except ValueError as error:
            faults.append(fault(number, str(error)))
        else:
            if time is not None:
                last = time
                yield Row(number, time, **values)


def _name(cell: str) -> str:
    """'temperature_2m (°C)' -> 'temperature_2m'."""
    return cell.partition("(")[0].strip().lower()


def _find(known: Sequence[str], names: Sequence[str]) -> int | None:
    return next((names.index(name) for name in known if name in names), None)


def _check_units(line: int, cells: Sequence[str], found: dict[str, int]) -> None:
    for key, at in found.items():
        name, _, unit = cells[at].partition("(")
        unit, known = unit.strip(" )"), QUANTITIES[key].units
        if unit and unit.lower() not in [it.lower() for it in known]:
            raise refusal(line, f"{name.strip()} is in {unit[:20]}; expected {known[0]}")


def _no_header(headers: Sequence[Line]) -> ScenarioError:
    """What is wrong with the likeliest line."""
    line, cells = headers[0]
    names = [_name(cell) for cell in cells]
    if len(cells) == 1 and ";" in cells[0]:
        return refusal(line, "columns are parted by ';'; expected commas")
    if "time" not in names:
        return refusal(
            line, "no column is called time; expected a header such as time,temperature,humidity,cloud"
        )
    near = [name for name in names if "temp" in name]
    got = f"; got {near[0][:40]!r}" if near else ""
    return refusal(line, f"no column is called {' or '.join(QUANTITIES['temperature'].names)}{got}")


def _is_header(line: Line) -> bool:
    return "time" in map(_name, line[1])


def _block(lines: Sequence[Line], header: int) -> Iterator[Line]:
    """What stands below the header, and above the next: Open-Meteo puts whole days last."""
    below = (line for line in lines if line[0] > header)
    return (line for line in takewhile(lambda line: not _is_header(line), below) if any(line[1]))


def _time(text: str, zone: tzinfo, last: datetime | None) -> datetime | None:
    """A time with its zone; None for one that daylight saving skips.

    Where the wall clock goes back times come twice, and their order tells which is meant.
    """
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f"time {text[:40]!r} is none; expected one such as 2026-01-12 05:00") from None
    if time.tzinfo is not None:
        return time
    first, second = time.replace(tzinfo=zone), time.replace(tzinfo=zone, fold=1)
    forward = (second.utcoffset() or timedelta()) - (first.utcoffset() or timedelta())
    if forward > timedelta():
        return None
    again = forward and last is not None and (last.fold or time <= last.replace(tzinfo=None))
    return second if again else first
