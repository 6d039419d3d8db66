"""A home as a user writes it: address, climate, rooms, doors, devices. Data only; `world` gives it life."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from scenarios.frozen import Frozen, Identifier, RoomKind

Facing = Literal["north", "north_east", "east", "south_east", "south", "south_west", "west", "north_west"]


class Address(Frozen):
    """Where the home stands. Degrees; zone is an IANA name."""

    latitude: Annotated[float, Field(ge=-66, le=66)] = 48.86
    longitude: Annotated[float, Field(ge=-180, le=180)] = 2.35
    zone: str = "Europe/Paris"


class Climate(Frozen):
    """Monthly normals, January first. Temperatures in °C, cloud cover as a share 0..1."""

    name: str
    mean: Annotated[tuple[float, ...], Field(min_length=12, max_length=12)]
    daily_range: Annotated[tuple[float, ...], Field(min_length=12, max_length=12)]
    cloud: Annotated[tuple[float, ...], Field(min_length=12, max_length=12)]
    source: str = ""


class Window(Frozen):
    """A window: the way it faces and its glass in m²."""

    facing: Facing
    area: Annotated[float, Field(gt=0, le=40)]


class Room(Frozen):
    """A room. Area in m², height in m."""

    kind: RoomKind
    area: Annotated[float, Field(gt=0, le=2000)] = 12.0
    height: Annotated[float, Field(gt=1, le=10)] = 2.5
    windows: tuple[Window, ...] = ()


class Placement(Frozen):
    """A device in its place: `type` names a file of the device catalogue."""

    type: str
    room: Identifier
    name: str = ""


class Home(Frozen):
    """Rooms joined by doors, devices in rooms. The room `outside` always exists."""

    name: str = "home"
    address: Address = Address()
    climate: Climate
    rooms: dict[Identifier, Room]
    doors: tuple[tuple[Identifier, Identifier], ...]
    devices: dict[Identifier, Placement] = {}

    @model_validator(mode="after")
    def _rooms_hang_together(self) -> "Home":
        known = {*self.rooms, "outside"}
        for door in self.doors:
            for room in door:
                if room not in known:
                    raise ValueError(f"door {list(door)} leads to {room!r}, which is no room of this home")
        reached, frontier = {"outside"}, ["outside"]
        while frontier:
            here = frontier.pop()
            beyond = {room for door in self.doors if here in door for room in door} - reached
            reached |= beyond
            frontier.extend(sorted(beyond))
        if lost := [room for room in self.rooms if room not in reached]:
            raise ValueError(f"no way from outside to {', '.join(lost)}: add a door")
        return self
