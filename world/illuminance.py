"""Light in the rooms: sun and sky through the windows, past the blinds, and lamps; and the sun's heat."""

from collections.abc import Iterable, Mapping, Sequence
from math import cos, radians, sin, sqrt

import numpy as np

from scenarios.home import OPEN_AIR, Facing, Home, Room
from world.devices import Device
from world.sun import EFFICACY, Floats, Real, Sky

TRANSMITTANCE = 0.68  # of double glazing for light (CIBSE LG10)
SOLAR_FACTOR = 0.35  # of the sun's heat that passes: glass 0.54, frame 0.75, surroundings 0.85 (ISO 13790)
REFLECTANCE = 0.5  # mean of a furnished room's surfaces
UTILISATION = 0.5  # share of a lamp's lumens that reaches where people look

ALBEDO = 0.2  # of the ground

AZIMUTHS: Mapping[Facing, float] = {
    "north": 0.0, "north_east": 45.0, "east": 90.0, "south_east": 135.0,
    "south": 180.0, "south_west": 225.0, "west": 270.0, "north_west": 315.0,
}  # fmt: skip
"""Degrees clockwise from north."""

OUTWARD = {facing: (cos(radians(at)), sin(radians(at))) for facing, at in AZIMUTHS.items()}
LOWEST = 0.01  # degrees: what a lower sun beams is as weak, and comes through more air, than fits a formula


def on_walls(sky: Sky[Real], facings: Iterable[Facing]) -> dict[Facing, Real]:
    """What falls on walls that face so, W/m²: beam, half the sky, half the ground (isotropic sky)."""
    diffuse = (sky.diffuse + ALBEDO * sky.total) / 2
    beam = (sky.total - sky.diffuse) / np.tan(np.radians(np.maximum(sky.elevation, LOWEST)))
    north, east = beam * np.cos(np.radians(sky.azimuth)), beam * np.sin(np.radians(sky.azimuth))
    return {
        facing: diffuse + np.maximum(0.0, north * OUTWARD[facing][0] + east * OUTWARD[facing][1])
        for facing in facings
    }


class Glass:
    """The windows of one room."""

    __slots__ = ("_area", "_spread", "open_air", "panes")

    def __init__(self, room: Room) -> None:
        self.open_air = room.kind in OPEN_AIR
        self.panes = tuple((window.facing, window.area) for window in room.windows)
        self._area = sum(window.area for window in room.windows)
        surfaces = 2 * room.area + 4 * sqrt(room.area) * room.height
        self._spread = TRANSMITTANCE / (surfaces * (1 - REFLECTANCE))

    def lux(self, walls: Mapping[Facing, Real], above: Sky[Real]) -> Real:
        """Mean daylight with no blind down, lux: in the open air, all of it.

        Indoors Sumpner's formula: the flux that enters, spread over the room's surfaces and reflected
        among them.
        """
        if self.open_air:
            return above.lux
        sun = sum([area * walls[facing] for facing, area in self.panes])
        return self._spread * (EFFICACY * sun + above.twilight / 2 * self._area)

    def watts(self, walls: Mapping[Facing, Real]) -> Real:
        """The sun's heat that enters with no blind down, W."""
        watts: Real = SOLAR_FACTOR * sum([area * walls[facing] for facing, area in self.panes])  # type: ignore[assignment]
        return watts


class Illuminance:
    """The light in all rooms of a home."""

    def __init__(self, home: Home, devices: Iterable[Device]) -> None:
        self._glass = {name: Glass(room) for name, room in home.rooms.items()}
        self._area = {name: room.area for name, room in home.rooms.items()}
        self._facings = sorted({pane.facing for room in home.rooms.values() for pane in room.windows})
        self._daylight: dict[str, list[float]] = {}  # lux, at each moment of the day
        self._shines: dict[str, list[float]] = {}  # W, where there are windows
        self._uncovered = dict.fromkeys((*home.rooms, "outside"), 1.0)  # share of glass that no blind covers
        self._lit = dict.fromkeys((*home.rooms, "outside"), 0.0)  # by lamps, lux
        self._shades: dict[str, list[Device]] = {room: [] for room in home.rooms}
        self._lamps: dict[str, list[Device]] = {room: [] for room in home.rooms}
        for device in devices:
            if device.type.shade:
                self._shades[device.room].append(device)
                self.shaded(device)
            if any(draw.lumens for draw in device.type.draws):
                self._lamps[device.room].append(device)
                self.lit(device)

    def shaded(self, blind: Device) -> None:
        """*blind* may be higher or lower than before."""
        self._uncovered[blind.room] = min([it.daylight() for it in self._shades[blind.room]])

    def lit(self, lamp: Device) -> None:
        """*lamp* gives more or less light than before."""
        lumens = sum([it.output.lumens for it in self._lamps[lamp.room]])
        self._lit[lamp.room] = UTILISATION * lumens / self._area[lamp.room]

    def follow(self, sky: Sky[Floats]) -> None:
        """Let the *sky* of a day be above; its moments are asked for by their numbers."""
        walls = on_walls(sky, self._facings)
        self._daylight = {room: glass.lux(walls, sky).tolist() for room, glass in self._glass.items()}
        self._daylight["outside"] = sky.lux.tolist()
        self._shines = {
            room: glass.watts(walls).tolist() for room, glass in self._glass.items() if glass.panes
        }

    def lux(self, room: str, moment: int) -> float:
        """Daylight and lamps together."""
        return self._uncovered[room] * self._daylight[room][moment] + self._lit[room]

    def daylight(self, room: str, moment: int) -> float:
        """With the lamps off and the blinds open, lux."""
        return self._daylight[room][moment]

    def sun(self, rooms: Sequence[str], moment: int) -> list[float]:
        """The sun's heat that enters each of *rooms*, W."""
        bare, shines = self._uncovered, self._shines
        return [bare[room] * shines[room][moment] if room in shines else 0.0 for room in rooms]
