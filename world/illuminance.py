"""Light in the rooms: sun and sky through the windows, past the blinds, and lamps; and the sun's heat."""

from collections.abc import Iterable, Mapping, Sequence
from math import cos, radians, sin, sqrt, tan

from scenarios.home import OPEN_AIR, Facing, Home, Room
from world.devices import Device
from world.sun import EFFICACY, Sky

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
Walls = dict[Facing, float]
"""W/m² of the sun and the sky on a wall that faces so."""


def on_walls(sky: Sky, facings: Iterable[Facing]) -> Walls:
    """What falls on walls that face so: beam, half the sky, half the ground (isotropic sky)."""
    diffuse = (sky.diffuse + ALBEDO * sky.total) / 2
    if sky.total <= sky.diffuse:
        return dict.fromkeys(facings, diffuse)
    beam, azimuth = (sky.total - sky.diffuse) / tan(radians(sky.elevation)), radians(sky.azimuth)
    north, east = beam * cos(azimuth), beam * sin(azimuth)
    walls = {}
    for facing in facings:
        northward, eastward = OUTWARD[facing]
        walls[facing] = diffuse + max(0.0, north * northward + east * eastward)
    return walls


class Glass:
    """The windows of one room."""

    __slots__ = ("_area", "_spread", "open_air", "panes")

    def __init__(self, room: Room) -> None:
        self.open_air = room.kind in OPEN_AIR
        self.panes = tuple((window.facing, window.area) for window in room.windows)
        self._area = sum(window.area for window in room.windows)
        surfaces = 2 * room.area + 4 * sqrt(room.area) * room.height
        self._spread = TRANSMITTANCE / (surfaces * (1 - REFLECTANCE))

    def lux(self, walls: Walls, above: Sky) -> float:
        """Mean daylight with no blind down, lux: in the open air, all of it.

        Indoors Sumpner's formula: the flux that enters, spread over the room's surfaces and reflected
        among them.
        """
        if self.open_air:
            return above.lux
        sun = sum([area * walls[facing] for facing, area in self.panes])
        return self._spread * (EFFICACY * sun + above.twilight / 2 * self._area)

    def watts(self, walls: Walls) -> float:
        """The sun's heat that enters with no blind down, W."""
        return SOLAR_FACTOR * sum([area * walls[facing] for facing, area in self.panes])


class Illuminance:
    """The light in all rooms of a home."""

    def __init__(self, home: Home, devices: Iterable[Device]) -> None:
        self._glass = {name: Glass(room) for name, room in home.rooms.items()}
        self._area = {name: room.area for name, room in home.rooms.items()}
        self._facings = sorted({pane.facing for room in home.rooms.values() for pane in room.windows})
        self._sky: Sky | None = None
        self._walls: Walls = {}
        self._daylight: dict[str, float] = {}
        self._uncovered = dict.fromkeys(home.rooms, 1.0)  # share of the glass that no blind covers
        self._lit = dict.fromkeys(home.rooms, 0.0)  # by lamps, lux
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
        lumens = sum([it.lumens() for it in self._lamps[lamp.room]])
        self._lit[lamp.room] = UTILISATION * lumens / self._area[lamp.room]

    def lux(self, room: str, sky: Sky) -> float:
        """Daylight and lamps together."""
        return self._uncovered[room] * self.daylight(room, sky) + self._lit[room]

    def daylight(self, room: str, sky: Sky) -> float:
        """With the lamps off and the blinds open, lux."""
        found = self._daylight.get(room) if sky is self._sky else None
        if found is None:
            walls = self._on_walls(sky)
            found = self._daylight[room] = self._glass[room].lux(walls, sky)
        return found

    def sun(self, rooms: Sequence[str], sky: Sky) -> list[float]:
        """The sun's heat that enters each of *rooms* now, W."""
        if not sky.total:
            return [0.0] * len(rooms)
        walls, bare, glass = self._on_walls(sky), self._uncovered, self._glass
        return [bare[room] * glass[room].watts(walls) if glass[room].panes else 0.0 for room in rooms]

    def _on_walls(self, sky: Sky) -> Walls:
        """Of one instant; the last answer is kept, for all rooms ask at once."""
        if self._sky is not sky:
            self._sky, self._walls, self._daylight = sky, on_walls(sky, self._facings), {}
        return self._walls
