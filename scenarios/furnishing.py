"""Puts devices into the rooms of a made-up home: what every room has, then one of every other type."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence

from scenarios.catalogue import load_catalogue
from scenarios.chance import Chance
from scenarios.device import DeviceType
from scenarios.frozen import RoomKind
from scenarios.home import Climate, Placement, Room

EVERYWHERE: Mapping[str, tuple[RoomKind, ...]] = {
    "Light": ("living", "kitchen", "dining", "bedroom", "child", "office", "bathroom", "toilet", "laundry",
              "hall", "garage"),
    "Thermostat": ("living", "dining", "bedroom", "child", "office", "bathroom"),
    "Shower": ("bathroom",),
    "WashBasin": ("bathroom", "toilet"),
    "heater": ("living", "bedroom"),
    "Radiator": ("kitchen", "toilet", "laundry", "hall"),
}  # fmt: skip
"""Types that stand in every room of these kinds."""

AT_WINDOWS = ("Window", "Blind", "curtains")
"""Types of which every window of their rooms has one."""

OFTEN: Mapping[str, tuple[RoomKind, ...]] = {
    "AirConditioner": ("bedroom",), "ac": ("bedroom",), "Television": ("bedroom",),
    "SmartPlug": ("living", "office"),
    "MotionSensor": ("living", "kitchen", "bathroom"), "Switch": ("bedroom",), "Fan": ("living",),
}  # fmt: skip
"""Types of which some homes have more than one, and where."""

HOT = 24.0  # °C: mean of the warmest month from which bedrooms are cooled
PLAIN = ("Bathtub", "CookerHood", "Hob", "Radiator", "Shower", "WashBasin", "Window")
"""What is no network's but in any home; a bathtub only where there is more than a studio's bathroom."""

ONLY_WORDS = {"None": "modes"}  # ids of types whose names say little
CALLED = {"living": "living-room", "dining": "dining-room"}

Door = tuple[str, str]


def furnished(
    types: Collection[str], rooms: Mapping[str, Room], doors: Sequence[Door], climate: Climate, chance: Chance
) -> dict[str, Placement]:
    """The devices of a home, room by room; each type's draws are its own."""
    catalogue = load_catalogue().devices
    wanted = {*types, *(name for name in PLAIN if name != "Bathtub" or len(rooms) > 4)} & catalogue.keys()
    places = {name: _places(catalogue[name], rooms, climate, chance) for name in sorted(wanted)}
    order = list(rooms)
    found = sorted(
        ((order.index(room), name, room) for name, where in places.items() for room in where),
    )
    return dict(_placed(catalogue[name], room, len(places[name]), doors, rooms) for _, name, room in found)


def _places(kind: DeviceType, rooms: Mapping[str, Room], climate: Climate, chance: Chance) -> list[str]:
    """The rooms in which a device of this type stands."""
    if kind.type in AT_WINDOWS:
        glazed = [name for name, room in rooms.items() if room.windows and room.kind in kind.rooms]
        return glazed or [_best(kind, rooms)]
    if kind.type in EVERYWHERE:
        every = [name for name, room in rooms.items() if room.kind in EVERYWHERE[kind.type]]
        return every or [_best(kind, rooms)]
    first = _best(kind, rooms)
    return [first, *(name for name in _second(kind.type, rooms, climate, chance) if name != first)]


def _second(name: str, rooms: Mapping[str, Room], climate: Climate, chance: Chance) -> Iterator[str]:
    rng = chance.rng(name)
    likely = 0.8 if name in ("AirConditioner", "ac") and max(climate.mean) > HOT else 0.3
    for room, at in rooms.items():
        if at.kind in OFTEN.get(name, ()) and rng.random() < likely:
            yield room


def _best(kind: DeviceType, rooms: Mapping[str, Room]) -> str:
    """The first room of the kinds where such a device usually stands; else on the balcony, in the hall."""
    for wanted in (*kind.rooms, "balcony" if "garden" in kind.rooms else "hall", "hall"):
        for name, room in rooms.items():
            if room.kind == wanted:
                return name
    return next(iter(rooms))


def _placed(
    kind: DeviceType, room: str, count: int, doors: Sequence[Door], rooms: Mapping[str, Room]
) -> tuple[str, Placement]:
    word = ONLY_WORDS.get(kind.type) or _snake(kind.type)
    noun = kind.label.removeprefix("the ")
    device, name = (word, kind.label) if count == 1 else (f"{room}_{word}", _named(noun, room))
    watches = next(door for door in doors if "outside" in door) if kind.type == "ContactSensor" else None
    if watches and room not in watches:
        room = next(place for place in watches if place in rooms)
    return device, Placement(type=kind.type, room=room, name=name, watches=watches)


def _named(noun: str, room: str) -> str:
    """'the kitchen light', 'the light in the second bedroom'."""
    return (
        f"the {noun} in the {room.replace('_', ' ')}"
        if "_" in room
        else f"the {CALLED.get(room, room)} {noun}"
    )


def _snake(name: str) -> str:
    """'AirConditioner' -> 'air_conditioner', 'TV' -> 'tv'."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower().replace("-", "_")
