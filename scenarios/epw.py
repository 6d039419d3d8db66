"""EPW, the weather file of EnergyPlus: a typical year whose months may come from different years.

Fields after EnergyPlus Auxiliary Programs, 'EnergyPlus Weather File (EPW) Data Dictionary'.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta, timezone, tzinfo

from scenarios.problems import Problem
from scenarios.weather_rows import QUANTITIES, Line, Place, Row, fault, refusal

HEADERS = 8  # lines before the data
COLUMNS, USED = 35, 23
FIELDS = {"temperature": (6, 99.9), "humidity": (8, 999), "radiation": (13, 9999), "cloud": (22, 99)}
"""Column of a quantity, and the number that stands for none."""
HOUR = timedelta(hours=1)
NO_YEAR = datetime(2000, 1, 1, tzinfo=UTC)

Moment = tuple[int, int, int]  # month, day, and the hour 1..24 at whose end the values are


def is_epw(lines: Sequence[Line]) -> bool:
    """Whether the first line is an EPW's."""
    return bool(lines) and lines[0][1][:1] == ["LOCATION"]


def place_and_standard_time(lines: Sequence[Line]) -> tuple[Place, tzinfo]:
    """Where, and in which time, as the first line says."""
    try:
        latitude, longitude, hours = (float(cell) for cell in lines[0][1][6:9])
        return Place(1, latitude, longitude), timezone(timedelta(hours=hours))
    except ValueError:
        raise refusal(1, "LOCATION lacks latitude, longitude and time zone as numbers") from None


def typical_year(lines: Sequence[Line], faults: list[Problem]) -> dict[Moment, Row]:
    """The rows of a year, without their times; what is wrong with others goes to *faults*."""
    year: dict[Moment, Row] = {}
    for number, cells in lines[HEADERS:]:
        if not any(cells):
            continue
        try:
            moment, row = _row(number, cells)
            if moment in year:
                raise ValueError(f"{_named(moment)} comes again, after line {year[moment].line}")
            year[moment] = row
        except ValueError as error:
            faults.append(fault(number, str(error)))
    return year


def dated(
    year: Mapping[Moment, Row], first: datetime, last: datetime, faults: list[Problem]
) -> Iterator[Row]:
    """The rows for all full hours from *first* to *last*, both in the file's standard time."""
    line, told = 0, False
    for hour in range(round((last - first) / HOUR) + 1):
        time = first + hour * HOUR
        ending = time - HOUR
        moment = ending.month, ending.day, ending.hour + 1
        if moment[:2] == (2, 29) and moment not in year:
            moment = 2, 28, moment[2]
        if moment in year:
            line, told = year[moment].line, False
            yield year[moment]._replace(time=time)
        elif not told:
            told = True
            faults.append(fault(line, f"no row for {_named(moment)}"))


def _named(moment: Moment) -> str:
    month, day, hour = moment
    return f"month {month}, day {day}, hour {hour}"


def _row(number: int, cells: Sequence[str]) -> tuple[Moment, Row]:
    if len(cells) < USED:  # old ones lack some of the last
        raise ValueError(f"{len(cells)} columns; expected {COLUMNS}")
    try:
        month, day, hour = (int(cell) for cell in cells[1:4])
        NO_YEAR.replace(month=month, day=day, hour=hour - 1)
    except ValueError:
        raise ValueError(f"{','.join(cells[1:4])[:40]!r} is no month, day and hour from 1 to 24") from None
    values = {key: _value(key, cells[at], missing) for key, (at, missing) in FIELDS.items()}
    return (month, day, hour), Row(number, NO_YEAR, **values)


def _value(key: str, cell: str, missing: float) -> float | None:
    """Cloud comes in tenths of the sky, the rest in the units of every file."""
    try:
        number = float(cell)
    except ValueError:
        return QUANTITIES[key].read(cell)
    if number == missing:
        return None
    return QUANTITIES[key].read(str(number * 10 if key == "cloud" else number))
