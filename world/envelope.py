"""What lies between rooms, outdoors and the neighbours: conductances in W/K and flows of air in m³/h.

Rooms with a box have the walls of the floor plan. Without one, each way its windows face is an outer
wall as wide as the room, and what has neither window nor door is a wall to somebody's room.
"""

from collections.abc import Iterator, Mapping, Sequence
from math import sqrt
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from scenarios.box import overlap, shared_wall
from scenarios.home import Home, Room
from scenarios.plan import walls_faced, walls_outdoors

Floats = npt.NDArray[np.float64]


class Fabric(NamedTuple):
    """U values in W/(m² K); `slab` is the roof or the ground floor, with its thermal bridges."""

    wall: float
    glass: float
    slab: float
    door: float


FABRIC: Mapping[str, Fabric] = {
    "poor": Fabric(1.7, 2.8, 0.4, 3.0),  # solid brick, early double glazing
    "fair": Fabric(0.6, 1.6, 0.1, 2.0),  # some centimetres of insulation
    "good": Fabric(0.25, 1.1, 0.05, 1.2),  # built today
}
"""Of the order of the oldest, middle and newest classes of TABULA's residential typology."""

FRONT_DOOR = 2.0  # m²
PARTY = 1.0  # W/(m² K) of the wall or floor to a neighbour, and of a floor between two storeys
PARTITION = 2.0  # W/(m² K) of a wall between two rooms
PARTITION_AREA = 10.0  # m² between joined rooms whose boxes are unknown
DOOR_AIR = 60.0  # m³/h that pass each way through a door between rooms, open or shut
AIR_HEAT = 1200 / 3600  # W/K a m³/h: what a flow of air carries


class Exchange(NamedTuple):
    """From room to room, and from each room to outdoors and to heated neighbours."""

    links: Floats
    outdoors: Floats
    neighbours: Floats


def air_flows(home: Home, rooms: Sequence[str]) -> Exchange:
    """Infiltration and the air that passes the doors, with all windows shut, m³/h."""
    volumes = np.array([home.rooms[room].area * home.rooms[room].height for room in rooms])
    links = np.zeros((len(rooms), len(rooms)))
    for one, two in _joined(home, rooms):
        links[one, two] = links[two, one] = DOOR_AIR
    return Exchange(links, home.envelope.air_changes * volumes, np.zeros(len(rooms)))


def conductances(home: Home, rooms: Sequence[str]) -> Exchange:
    """Of walls, glass, floors, doors and the air that passes them, W/K."""
    air = air_flows(home, rooms)
    links = _partitions(home, rooms) + AIR_HEAT * air.links
    outdoors, neighbours = AIR_HEAT * air.outdoors, np.zeros(len(rooms))
    above, below = _covered(home, rooms)
    links += PARTY * (above + below)
    fabric, shared = FABRIC[home.envelope.insulation], home.envelope.shared
    for number, name in enumerate(rooms):
        room = home.rooms[name]
        slabs = max(0.0, 2 * room.area - above[number].sum() - below[number].sum())
        outer, blind = _walls(home, rooms, name)
        glass = sum(window.area for window in room.windows)
        front_doors = sum(name in door and not set(door) <= set(rooms) for door in _doors(home))
        outdoors[number] += fabric.wall * max(0.0, outer - glass) + fabric.glass * glass
        outdoors[number] += fabric.slab * (1 - shared) * slabs + fabric.door * FRONT_DOOR * front_doors
        neighbours[number] = PARTY * shared * (slabs + blind)
    return Exchange(links, outdoors, neighbours)


def _walls(home: Home, rooms: Sequence[str], name: str) -> tuple[float, float]:
    """(m² that look outdoors, m² of blind wall that may have neighbours behind it) of a room."""
    room, shared = home.rooms[name], home.envelope.shared
    if room.box is None:
        facades = len({window.facing for window in room.windows})
        doors = sum(name in (rooms[one], rooms[two]) for one, two in _joined(home, rooms))
        side = sqrt(room.area) * room.height
        return facades * side, max(0, 4 - facades - doors) * side
    faced = {side for window in room.windows for side in walls_faced(window.facing)}
    lengths = {
        side: sum(end - start for start, end in spans)
        for side, spans in walls_outdoors(home.rooms, name).items()
    }
    blind = room.height * sum(length for side, length in lengths.items() if side not in faced)
    return room.height * sum(lengths.values()) - shared * blind, blind


def _partitions(home: Home, rooms: Sequence[str]) -> Floats:
    """W/K through the walls between rooms."""
    links, joined = np.zeros((len(rooms), len(rooms))), set(_joined(home, rooms))
    for one, here in enumerate(rooms):
        for two in range(one + 1, len(rooms)):
            area = _wall_between(home.rooms[here], home.rooms[rooms[two]], joined=(one, two) in joined)
            links[one, two] = links[two, one] = PARTITION * area
    return links


def _wall_between(one: Room, two: Room, *, joined: bool) -> float:
    """m² of it; where a box is unknown, a usual size between rooms with a door."""
    if not one.box or not two.box:
        return PARTITION_AREA if joined else 0.0
    wall = shared_wall(one.box, two.box) if one.storey == two.storey else None
    return (wall[1][1] - wall[1][0]) * min(one.height, two.height) if wall else 0.0


def _covered(home: Home, rooms: Sequence[str]) -> tuple[Floats, Floats]:
    """(m² of each room's ceiling, of its floor) that are the floor, or ceiling, of each other room."""
    above = np.zeros((len(rooms), len(rooms)))
    for low, here in enumerate(rooms):
        for high, there in enumerate(rooms):
            if home.rooms[there].storey == home.rooms[here].storey + 1:
                above[low, high] = _overlap(home, rooms, home.rooms[here], home.rooms[there])
    return above, above.T


def _overlap(home: Home, rooms: Sequence[str], low: Room, high: Room) -> float:
    """m² that lie above each other; where a box is unknown, as if strewn at random over the larger storey."""
    if low.box and high.box:
        return overlap(low.box, high.box)
    floors = [home.rooms[room] for room in rooms]
    storeys = [sum(it.area for it in floors if it.storey == one.storey) for one in (low, high)]
    return low.area * high.area / max(storeys)


def _doors(home: Home) -> list[tuple[str, ...]]:
    """Each door once, its rooms sorted; the order in the file decides nothing."""
    return sorted({tuple(sorted(set(door))) for door in home.doors})


def _joined(home: Home, rooms: Sequence[str]) -> Iterator[tuple[int, int]]:
    """The numbers of each two of *rooms* with a door between them, the lower first."""
    number = {room: place for place, room in enumerate(rooms)}
    for door in _doors(home):
        if len(door) == 2 and door[0] in number and door[1] in number:
            one, two = sorted((number[door[0]], number[door[1]]))
            yield one, two
