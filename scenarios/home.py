"""A home as a user writes it: address, climate, rooms, doors, devices. Data only; `world` gives it life."""

from typing import Annotated, Literal
from zoneinfo import ZoneInfo, available_timezones

from pydantic import Field, field_validator, model_validator

from scenarios.automation import Automation
from scenarios.contention import Contention
from scenarios.frozen import Frozen, Identifier, RoomKind
from scenarios.problems import nearest

Facing = Literal["north", "north_east", "east", "south_east", "south", "south_west", "west", "north_west"]

OPEN_AIR = frozenset({"garden", "balcony", "outside"})
"""Kinds of room without walls: as warm and as bright as outdoors."""


class Address(Frozen):
    """Where the home stands. Degrees; zone is an IANA name."""

    latitude: Annotated[float, Field(ge=-66, le=66)] = 48.86
    longitude: Annotated[float, Field(ge=-180, le=180)] = 2.35
    zone: str = "Europe/Paris"

    @field_validator("zone")
    @classmethod
    def _zone_is_known(cls, zone: str) -> str:
        try:
            ZoneInfo(zone)
        except (KeyError, ValueError, OSError):
            hint = nearest(zone, available_timezones()) or "; expected an IANA name such as Europe/Paris"
            raise ValueError(f"no time zone is called {zone!r}{hint}") from None
        return zone


Twelve = Field(min_length=12, max_length=12)


class Climate(Frozen):
    """Monthly normals, January first. Temperatures in °C, cloud cover and relative humidity as shares 0..1.

    `daily_range` is the mean difference between the day's warmest and coldest moment, `spread` the
    standard deviation of daily means around normal.
    """

    name: str
    mean: Annotated[tuple[Annotated[float, Field(ge=-60, le=50)], ...], Twelve]
    daily_range: Annotated[tuple[Annotated[float, Field(ge=0, le=40)], ...], Twelve]
    cloud: Annotated[tuple[Annotated[float, Field(ge=0, le=1)], ...], Twelve]
    spread: Annotated[tuple[Annotated[float, Field(ge=0, le=15)], ...], Twelve] = (3.0,) * 12
    humidity: Annotated[tuple[Annotated[float, Field(gt=0, le=1)], ...], Twelve] = (0.75,) * 12
    source: str = ""


class Window(Frozen):
    """A window: the way it faces and its glass in m²."""

    facing: Facing
    area: Annotated[float, Field(gt=0, le=40)]


class Box(Frozen):
    """Where a room lies on its storey: its north-west corner and its size in m; x runs east, y south."""

    x: Annotated[float, Field(ge=-500, le=500)]
    y: Annotated[float, Field(ge=-500, le=500)]
    width: Annotated[float, Field(gt=0, le=200)]
    depth: Annotated[float, Field(gt=0, le=200)]


class Room(Frozen):
    """A room. Area in m², height in m; storey 0 is the ground floor."""

    kind: RoomKind
    area: Annotated[float, Field(gt=0, le=2000)] = 12.0
    height: Annotated[float, Field(gt=1, le=10)] = 2.5
    windows: tuple[Window, ...] = ()
    storey: Annotated[int, Field(ge=-3, le=100)] = 0
    box: Box | None = None  # None: the plan is laid out from the areas
    capacity: Annotated[int, Field(ge=1, le=100)] | None = None  # None: one in a bathroom or toilet, else any


class Placement(Frozen):
    """A device in its place: `type` names a file of the device catalogue."""

    type: str
    room: Identifier
    name: str = ""
    watches: Identifier | tuple[Identifier, Identifier] | None = (
        None  # a sensor's device, or a door as two rooms
    )
    coverage: Annotated[float, Field(ge=0, le=1)] | None = None  # instead of the type's


class Envelope(Frozen):
    """What keeps the weather out, and who lives behind the walls."""

    insulation: Literal["poor", "fair", "good"] = "fair"
    shared: Annotated[float, Field(ge=0, le=1)] = (
        0.0  # share of floors and blind walls with heated neighbours
    )
    air_changes: Annotated[float, Field(ge=0.05, le=5)] = 0.5  # an hour, with all windows shut


class Home(Frozen):
    """Rooms joined by doors, devices in rooms. The room `outside` always exists."""

    name: str = "home"
    address: Address = Address()
    climate: Climate
    rooms: dict[Identifier, Room]
    doors: tuple[tuple[Identifier, Identifier], ...]
    devices: dict[Identifier, Placement] = {}
    envelope: Envelope = Envelope()
    automations: dict[Identifier, Automation] = {}
    contention: Contention = Contention()

    @model_validator(mode="after")
    def _places_exist(self) -> "Home":
        if "outside" in self.rooms:
            raise ValueError("rooms: 'outside' is everywhere beyond the front door; call the room otherwise")
        for door in self.doors:
            for room in door:
                if room not in self.rooms and room != "outside":
                    raise ValueError(f"door {list(door)} leads to {self._no_room(room)}")
        for device, placement in self.devices.items():
            if placement.room not in self.rooms:
                raise ValueError(f"device {device!r} stands in {self._no_room(placement.room)}")
        return self

    def _no_room(self, name: str) -> str:
        return f"{name!r}, which is no room of this home{nearest(name, self.rooms)}"

    @model_validator(mode="after")
    def _rooms_hang_together(self) -> "Home":
        reached, frontier = {"outside"}, ["outside"]
        while frontier:
            here = frontier.pop()
            beyond = {room for door in self.doors if here in door for room in door} - reached
            reached |= beyond
            frontier.extend(sorted(beyond))
        if lost := [room for room in self.rooms if room not in reached]:
            raise ValueError(f"no way from outside to {', '.join(lost)}: add a door")
        return self
