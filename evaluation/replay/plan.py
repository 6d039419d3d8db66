"""The floor plan in metres, and the points through which people walk from room to room."""

from collections.abc import Iterator, Mapping
from typing import Any

from evaluation.floor_layout import Boxes, storeys
from evaluation.floor_openings import Opening, openings
from evaluation.reading import Run, words
from evaluation.spans import OUTSIDE
from scenarios.box import Box, Side, shared_wall
from scenarios.home import Home
from world.rooms import CALLED

WET = ("bathroom", "toilet", "laundry")
BARE = ("garage", "storage")
STEP = 0.9  # m that one goes beyond a front door, and is gone
OUT: Mapping[Side, tuple[float, float]] = {
    "north": (0, -STEP), "south": (0, STEP), "west": (-STEP, 0), "east": (STEP, 0),
}  # fmt: skip
NAMES = {-1: "basement", 0: "ground floor", 1: "first floor", 2: "second floor"}

Point = tuple[float, float]


def plan_of(run: Run) -> dict[str, Any]:
    """Storeys with their rooms and openings, and the ways between rooms; lengths in m."""
    home = run.scenario.home
    levels = {level: _trimmed(home, boxes) for level, boxes in storeys(home).items()}
    found = {level: openings(home, boxes).on_walls for level, boxes in levels.items()}
    drawn = [
        {
            "name": NAMES.get(level, f"storey {level}") if len(levels) > 1 else "",
            "box": _around(boxes),
            "rooms": [_room(home, name, place) for name, place in boxes.items()],
            "openings": [[it.kind, *_ends(it, boxes[it.room])] for it in found[level]],
        }
        for level, boxes in levels.items()
    ]
    return {"storeys": drawn, "ways": list(_ways(home, levels, found))}


def _trimmed(home: Home, boxes: Boxes) -> Boxes:
    """Gardens no wider than the house: they would make its rooms small."""
    indoors = [box for name, box in boxes.items() if not home.rooms[name].open_air]
    if not indoors:
        return boxes
    west, east = min(box.x for box in indoors), max(box.across[1] for box in indoors)
    return {
        name: _between(box, west, east) if home.rooms[name].open_air else box for name, box in boxes.items()
    }


def _between(box: Box, west: float, east: float) -> Box:
    start, end = max(box.x, west), min(box.across[1], east)
    return box.model_copy(update={"x": start, "width": end - start}) if end - start > 1 else box


def _around(boxes: Boxes) -> list[float]:
    """West, north, width and depth of a storey."""
    west, north = min(box.x for box in boxes.values()), min(box.y for box in boxes.values())
    east, south = max(box.across[1] for box in boxes.values()), max(box.along[1] for box in boxes.values())
    return _metres(west, north, east - west, south - north)


def _room(home: Home, name: str, place: Box) -> dict[str, Any]:
    room = home.rooms[name]
    look = "open" if room.open_air else "wet" if room.kind in WET else "bare" if room.kind in BARE else "room"
    box = _metres(place.x, place.y, place.width, place.depth)
    return {"id": name, "name": CALLED.get(name, words(name)), "look": look, "box": box}


def _ends(opening: Opening, room: Box) -> list[float]:
    """Both ends: x, y, x, y."""
    start, end = opening.span
    if opening.side in ("north", "south"):
        y = room.along[opening.side == "south"]
        return _metres(start, y, end, y)
    x = room.across[opening.side == "east"]
    return _metres(x, start, x, end)


def _ways(
    home: Home, levels: Mapping[int, Boxes], found: Mapping[int, tuple[Opening, ...]]
) -> Iterator[list[Any]]:
    """[one room, the other, x and y in the one, x and y in the other] for each door."""
    fronts = {it.room: it for each in found.values() for it in each if it.kind == "front_door"}
    where = {name: (level, box) for level, boxes in levels.items() for name, box in boxes.items()}
    for one, two in home.doors:
        if OUTSIDE in (one, two):
            room = two if one == OUTSIDE else one
            yield [room, OUTSIDE, *_way_out(where[room][1], fronts.get(room))]
        else:
            (level, here), (other, there) = where[one], where[two]
            yield [one, two, *(_door(here, there) if level == other else _stairs(here, there))]


def _way_out(room: Box, door: Opening | None) -> list[float]:
    """Through the front door; a garden is left at its southern edge."""
    if door is None:
        x, y = sum(room.across) / 2, room.along[1]
        return _metres(x, y, x, y + STEP)
    x1, y1, x2, y2 = _ends(door, room)
    x, y = (x1 + x2) / 2, (y1 + y2) / 2
    dx, dy = OUT[door.side]
    return _metres(x, y, x + dx, y + dy)


def _door(one: Box, two: Box) -> list[float]:
    """In the middle of the wall between them; of rooms that do not touch, from middle to middle."""
    if (shared := shared_wall(one, two)) is None:
        return _metres(*_middle(one), *_middle(two))
    side, (start, end) = shared
    along = (start + end) / 2
    if side in ("north", "south"):
        return _metres(along, one.along[side == "south"], along, one.along[side == "south"])
    return _metres(one.across[side == "east"], along, one.across[side == "east"], along)


def _stairs(one: Box, two: Box) -> list[float]:
    """The same point of both storeys where the rooms lie above one another, as stairs do."""
    west, east = max(one.x, two.x), min(one.across[1], two.across[1])
    north, south = max(one.y, two.y), min(one.along[1], two.along[1])
    if west >= east or north >= south:
        return _metres(*_middle(one), *_middle(two))
    x, y = (west + east) / 2, (north + south) / 2
    return _metres(x, y, x, y)


def _middle(box: Box) -> Point:
    return sum(box.across) / 2, sum(box.along) / 2


def _metres(*lengths: float) -> list[float]:
    return [round(length, 2) for length in lengths]
