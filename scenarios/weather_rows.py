"""Rows of hourly weather, the quantities in their cells, and what can be wrong with them."""

from collections.abc import Sequence
from datetime import datetime
from math import isfinite
from typing import NamedTuple

from scenarios.problems import Problem, ScenarioError

Line = tuple[int, Sequence[str]]  # its number, its cells


def fault(line: int, message: str) -> Problem:
    """What is wrong with a line; whoever knows the file adds its name."""
    return Problem("", line, "", message)


def refusal(line: int, message: str) -> ScenarioError:
    """The same where nothing else can be read."""
    return ScenarioError([fault(line, message)])


class Place(NamedTuple):
    """Where the weather was, and the line that says so. Degrees."""

    line: int
    latitude: float
    longitude: float


class Row(NamedTuple):
    """What one line says. None: nothing. Humidity and cloud are shares 0..1."""

    line: int
    time: datetime  # with a zone
    temperature: float | None  # °C
    humidity: float | None = None
    cloud: float | None = None
    radiation: float | None = None  # W/m² on the level ground, mean of the hour before


class Quantity(NamedTuple):
    """What a column may hold."""

    names: tuple[str, ...]  # of the column
    units: tuple[str, ...]  # the first is for messages; a column without a unit is fine too
    least: float
    most: float
    scale: float = 1.0

    def read(self, cell: str) -> float | None:
        """The number in *cell*, None where it is empty; ValueError says what is wrong with it."""
        if cell.strip().lower() in NOTHING:
            return None
        try:
            number = float(cell)
        except ValueError:
            raise ValueError(f"{self.names[0]} {cell.strip()[:40]!r} is no number") from None
        if not (isfinite(number) and self.least <= number <= self.most):
            unit, limits = self.units[0], f"{self.least:g} to {self.most:g}"
            raise ValueError(f"{self.names[0]} of {number:g} {unit} cannot be; expected {limits} {unit}")
        return number * self.scale


NOTHING = frozenset({"", "nan", "null", "none", "na", "n/a", "-"})

QUANTITIES = {
    "temperature": Quantity(("temperature", "temperature_2m"), ("°C", "C", "degC"), -90, 60),
    "humidity": Quantity(
        ("humidity", "relative_humidity_2m", "relativehumidity_2m", "relative_humidity"), ("%",), 0, 110, 0.01
    ),
    "cloud": Quantity(("cloud", "cloud_cover", "cloudcover"), ("%",), 0, 100, 0.01),
    "radiation": Quantity(("radiation", "shortwave_radiation"), ("W/m²", "W/m2"), -20, 1500),
}
