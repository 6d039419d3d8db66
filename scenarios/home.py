"""A home as a user writes it: address, climate, rooms, doors, devices. Data only; `world` gives it life."""

from collections.abc import Iterator
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, available_timezones

from pydantic import Field, field_validator, model_validator

from scenarios.automation import Rules
from scenarios.box import Box
from scenarios.contention import Contention
from scenarios.frozen import Contradictions, Finding, Frozen, Identifier, RoomKind
from scenarios.plan import plan_findings, unreachable
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


TOLERANCE = 0.05  # by which a room's area may differ from its box: walls and niches


def _area_of_box(room: dict[str, Any]) -> float:
    box = room.get("box")
    return round(box.width * box.depth, 2) if box else 12.0


class Room(Frozen):
    """A room. Area in m², of the box unless given; height in m; storey 0 is the ground floor."""

    kind: RoomKind
    box: Box | None = None  # None: the plan is laid out from the areas
    area: Annotated[float, Field(gt=0, le=40_000)] = Field(default_factory=_area_of_box)
    height: Annotated[float, Field(gt=1, le=10)] = 2.5
    windows: tuple[Window, ...] = ()
    storey: Annotated[int, Field(ge=-3, le=100)] = 0
    capacity: Annotated[int, Field(ge=1, le=100)] | None = None  # None: one in a bathroom or toilet, else any
    beds: Annotated[int, Field(ge=0, le=100)] | None = None  # for so many people; None: by kind and area

    @property
    def open_air(self) -> bool:
        """Whether it has no walls."""
        return self.kind in OPEN_AIR

    @model_validator(mode="after")
    def _box_has_the_area(self) -> "Room":
        if self.box and abs(self.area - (floor := self.box.width * self.box.depth)) > TOLERANCE * floor:
            raise ValueError(
                f"area {self.area:g} m² is not that of the box, {self.box.width:g} × {self.box.depth:g} m "
                f"= {floor:.1f} m²; leave the area out"
            )
        return self


class Placement(Frozen):
    """A device in its place: `type` names a file of the device catalogue."""

    type: str
    room: Identifier
    name: str = ""
    watches: Identifier | tuple[Identifier, Identifier] | None = (
        None  # a sensor's device, or a door as two rooms
    )
    coverage: Annotated[float, Field(ge=0, le=1)] | None = None  # instead of the type's
    notices: Annotated[float, Field(gt=0, le=1440)] | None = (
        None  # a camera tells that it sees somebody, and not again for so many minutes; else it never does
    )


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
    automations: Rules = {}
    contention: Contention = Contention()

    @model_validator(mode="after")
    def _can_be_built(self) -> "Home":
        plan = () if any(self._nowhere()) else (*self._lost(), *plan_findings(self.rooms, self.doors))
        if findings := [*self._nowhere(), *self._blind(), *plan]:
            raise Contradictions(findings)
        return self

    def _nowhere(self) -> Iterator[Finding]:
        """Doors and devices in rooms that do not exist."""
        if "outside" in self.rooms:
            sentence = "'outside' is everywhere beyond the front door; call the room otherwise"
            yield ("rooms", "outside"), sentence
        for number, door in enumerate(self.doors):
            for room in set(door) - {*self.rooms, "outside"}:
                yield ("doors", number), f"leads to {self._no_room(room)}"
        for device, placement in self.devices.items():
            if placement.room not in self.rooms:
                yield ("devices", device), f"{device!r} stands in {self._no_room(placement.room)}"

    def _blind(self) -> Iterator[Finding]:
        """Sensors that watch what is not there."""
        doors = {frozenset(door) for door in self.doors}
        for device, placement in self.devices.items():
            watches, keys = placement.watches, ("devices", device)
            if isinstance(watches, tuple) and frozenset(watches) not in doors:
                yield keys, f"there is no door from {watches[0]!r} to {watches[1]!r} to watch"
            elif isinstance(watches, str) and watches not in self.devices:
                hint = nearest(watches, self.devices)
                yield keys, f"watches {watches!r}, which is no device of this home{hint}"

    def _no_room(self, name: str) -> str:
        return f"{name!r}, which is no room of this home{nearest(name, self.rooms)}"

    def _lost(self) -> Iterator[Finding]:
        if lost := unreachable(self.rooms, self.doors):
            yield ("rooms", lost[0]), f"no way from outside to {', '.join(lost)}: add a door"
