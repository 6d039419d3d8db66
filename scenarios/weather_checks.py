"""What makes weather unusable though every row of it can be read."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import pairwise

from scenarios.home import Address
from scenarios.problems import Problem
from scenarios.weather_rows import Place, Row, fault

HOUR = timedelta(hours=1)
NEAR = (5.0, 15.0)  # degrees of latitude, and of longitude: an hour of sun


def elsewhere(place: Place, address: Address) -> Iterator[Problem]:
    """Weather of another place would not fit the sun over this one."""
    north = abs(place.latitude - address.latitude)
    east = abs((place.longitude - address.longitude + 180) % 360 - 180)
    if north > NEAR[0] or east > NEAR[1]:
        yield fault(
            place.line,
            f"weather of latitude {place.latitude:g}, longitude {place.longitude:g}, but the home stands at "
            f"{address.latitude:g}, {address.longitude:g}; expected nearby weather, or another home.address",
        )


def shares(rows: Sequence[Row]) -> Iterator[Problem]:
    """Humidity and cloud that were written as shares show by having no value above 1 %."""
    for name in ("humidity", "cloud"):
        values = [(row.line, value) for row in rows if (value := getattr(row, name)) is not None]
        broken = [line for line, value in values if 0 < value < 0.01]
        if broken and max(value for _, value in values) <= 0.01:
            yield fault(broken[0], f"{name} looks like a share from 0 to 1; expected percent")


def disorder(rows: Sequence[Row]) -> Iterator[Problem]:
    """Times that come twice, or after later ones."""
    for before, row in pairwise(rows):
        step = row.time.timestamp() - before.time.timestamp()
        if step == 0:
            yield fault(row.line, f"{_told(row.time)} comes twice, first in line {before.line}")
        if step < 0:
            yield fault(
                row.line,
                f"{_told(row.time)} comes after {_told(before.time)}; expected rows in order of time",
            )


def gaps(rows: Sequence[Row], first: datetime, last: datetime) -> Iterator[Problem]:
    """What lacks from the first midnight to the hour before the last."""
    if not rows:
        yield fault(0, "holds no row of weather below its header")
        return
    begin, end = first.timestamp(), last.timestamp()
    if rows[0].time.timestamp() > begin:
        yield fault(
            rows[0].line, f"begins at {_told(rows[0].time)}; the scenario begins at {_as(first, rows[0])}"
        )
    if rows[-1].time.timestamp() < end - 3600:
        yield fault(
            rows[-1].line, f"ends at {_told(rows[-1].time)}; the scenario lasts until {_as(last, rows[-1])}"
        )
    for row in rows:
        if row.temperature is None and begin <= row.time.timestamp() <= end:
            yield fault(row.line, f"no temperature at {_told(row.time)}")
    for before, row in pairwise(rows):
        if (
            row.time.timestamp() > begin
            and before.time.timestamp() < end
            and (step := _step(before, row)) > HOUR
        ):
            missing = f"{step / HOUR:g} hours after the row before; expected one row an hour"
            yield fault(
                row.line, f"no row for {_told(before.time + HOUR)}: {_told(row.time)} comes {missing}"
            )


def _step(before: Row, row: Row) -> timedelta:
    """By the clock or by the wall clock: at the end of daylight saving a file may lack the second hour."""
    true = timedelta(seconds=row.time.timestamp() - before.time.timestamp())
    return min(true, row.time.replace(tzinfo=None) - before.time.replace(tzinfo=None))


def _as(moment: datetime, row: Row) -> str:
    """The moment in the time that the file has."""
    return _told(moment.astimezone(row.time.tzinfo))


def _told(time: datetime) -> str:
    return f"{time:%Y-%m-%d %H:%M}"
