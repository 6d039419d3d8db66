"""Devices on a floor plan: a letter on a colour for each domain, in rows that fit the room; a legend."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import ceil

from evaluation.svg import box, element, label, title
from scenarios.catalogue import Catalogue
from scenarios.device import Domain
from scenarios.home import Home

DOT, PITCH = 13, 16  # px: a symbol, from one to the next
MOST = 8  # symbols in a row
SMALLEST = 0.45  # of their size to which symbols shrink in a small room
WIDE = 7.2  # px that a letter of the legend takes

LOOKS: Mapping[Domain, tuple[str, str]] = {
    "light": ("L", "#eedd88"), "switch": ("S", "#bbcc33"), "button": ("B", "#bbcc33"),
    "scene": ("S", "#bbcc33"), "select": ("H", "#bbcc33"), "remote": ("R", "#bbcc33"),
    "number": ("N", "#bbcc33"), "event": ("E", "#bbcc33"),
    "climate": ("T", "#ee8866"), "water_heater": ("W", "#ee8866"), "humidifier": ("D", "#99ddff"),
    "fan": ("F", "#99ddff"), "cover": ("C", "#77aadd"), "valve": ("V", "#77aadd"),
    "media_player": ("M", "#ffaabb"), "vacuum": ("V", "#ffaabb"),
    "lock": ("K", "#aaaa00"), "alarm_control_panel": ("A", "#aaaa00"), "siren": ("!", "#aaaa00"),
    "camera": ("O", "#44bb99"), "sensor": ("~", "#44bb99"), "binary_sensor": ("?", "#44bb99"),
    "device_tracker": ("P", "#44bb99"), "person": ("P", "#44bb99"),
}  # fmt: skip
"""A letter and a colour for each domain of Home Assistant: Paul Tol's 'light' scheme, as in the timeline."""


@dataclass(frozen=True)
class Grid:
    """Symbols in rows: how many a row, and at what scale."""

    count: int
    columns: int
    scale: float

    @classmethod
    def fitting(cls, count: int, width: float, height: float) -> "Grid":
        """The largest scale at which *count* symbols fit into *width* and *height* px."""
        for percent in range(100, round(100 * SMALLEST), -5):
            grid = cls._at(count, width, percent / 100)
            if grid.height <= height:
                return grid
        return cls._at(count, width, SMALLEST)

    @classmethod
    def _at(cls, count: int, width: float, scale: float) -> "Grid":
        across = max(1, int(width // (PITCH * scale)))
        return cls(count, min(count, across, MOST if scale == 1 else across), scale)

    @property
    def pitch(self) -> float:
        """Pixels from one symbol to the next."""
        return PITCH * self.scale

    @property
    def height(self) -> float:
        """Pixels that all rows take."""
        return ceil(self.count / self.columns) * self.pitch if self.count else 0.0


def symbols(
    home: Home, catalogue: Catalogue, devices: Sequence[str], grid: Grid, top: tuple[float, float]
) -> Iterator[str]:
    """The symbols of *devices*, row by row below the point *top*."""
    for number, device in enumerate(devices):
        row, column = divmod(number, grid.columns)
        in_row = min(grid.columns, len(devices) - row * grid.columns)
        x = top[0] + (column - in_row / 2) * grid.pitch
        yield _device(
            home, catalogue, device, f"translate({x:.1f} {top[1] + row * grid.pitch:.1f})", grid.scale
        )


def legend(
    home: Home, catalogue: Catalogue, start: tuple[float, float], right: float
) -> tuple[list[str], float]:
    """A key for each domain that stands in the home, in rows up to *right*; and where the last one ends."""
    kinds = [
        catalogue.devices[place.type] for place in home.devices.values() if place.type in catalogue.devices
    ]
    connected = {kind.domain for kind in kinds if kind.connected}
    keys = [
        (element("g", *_symbol(it), class_="device"), it.replace("_", " ")) for it in LOOKS if it in connected
    ]
    if any(not kind.connected for kind in kinds):
        keys.append((element("g", box(1, 0, DOT, DOT, rx=3), class_="device plain"), "not connected"))
    drawn, (x, y) = [], start
    for picture, text in keys:
        if x + 34 + WIDE * len(text) > right:
            x, y = start[0], y + 20
        drawn.append(element("g", picture, label(text, 19, 10.5), transform=f"translate({x:g} {y:g})"))
        x += 34 + WIDE * len(text)
    return drawn, ceil(y + 34)


def _device(home: Home, catalogue: Catalogue, device: str, place: str, scale: float) -> str:
    stands = home.devices[device]
    kind = catalogue.devices.get(stands.type)
    name = title(f"{stands.name or device.replace('_', ' ')} ({stands.type})")
    look = "device" if kind is None or kind.connected else "device plain"
    drawn = _symbol(kind.domain if kind else "switch")
    size = "" if scale == 1 else f" scale({scale:g})"
    return element("g", name, *drawn, class_=look, transform=place + size)


def _symbol(domain: Domain) -> tuple[str, str]:
    letter, colour = LOOKS[domain]
    return box(1, 0, DOT, DOT, rx=3, fill=colour), label(letter, 1 + DOT / 2, DOT - 3.4)
