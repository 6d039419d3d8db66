"""Doors and windows of one storey, each as a stretch of a wall."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from evaluation.floor_layout import Boxes
from scenarios.box import Box, Side, Span, longest, outer_walls, rest_of, shared_wall
from scenarios.home import Home, Room
from scenarios.plan import walls_faced

LEAF, GATE = 0.85, 2.4  # m: the width of a door, of a garage door
PANE = 1.35  # m: the usual height of the glass, by which its area tells its width
FRAME = 0.12  # m between a window and a door or corner

Walls = Mapping[Side, tuple[Span, ...]]


@dataclass(frozen=True)
class Opening:
    """A stretch of one wall of one room."""

    kind: Literal["door", "front_door", "window"]
    room: str
    side: Side
    span: Span
    about: str


@dataclass(frozen=True)
class Openings:
    """All that is open; `links` are doors between rooms that do not touch, `stairs` lead to other storeys."""

    on_walls: tuple[Opening, ...]
    links: tuple[tuple[str, str], ...]
    stairs: Mapping[str, tuple[str, ...]]


def openings(home: Home, boxes: Boxes) -> Openings:
    """The openings of the storey that *boxes* make up."""
    doors = [*_doors(home, boxes), *_front_doors(home, boxes)]
    windows = [window for name in boxes for window in _windows(home, name, boxes, doors)]
    inside = [door for door in home.doors if set(door) <= boxes.keys()]
    links = tuple(door for door in inside if shared_wall(boxes[door[0]], boxes[door[1]]) is None)
    stairs = {name: tuple(_other_storeys(home, name, boxes)) for name in boxes}
    return Openings((*doors, *windows), links, stairs)


def _doors(home: Home, boxes: Boxes) -> Iterator[Opening]:
    for one, two in home.doors:
        if one in boxes and two in boxes and (shared := shared_wall(boxes[one], boxes[two])):
            yield Opening("door", one, shared[0], _middle(shared[1], LEAF), f"door, {one} to {two}")


def _front_doors(home: Home, boxes: Boxes) -> Iterator[Opening]:
    """One for each door to outside, but for a garden: that is open anyway."""
    for door in home.doors:
        name = next((room for room in door if room in boxes), "")
        if "outside" not in door or not name or home.rooms[name].open_air:
            continue
        walls = outer_walls(boxes[name], [box for other, box in boxes.items() if other != name])
        width = GATE if home.rooms[name].kind == "garage" else LEAF
        if side := _front(home.rooms[name], walls, width):
            span = _middle(longest(walls[side]) or (0.0, 0.0), width)
            yield Opening("front_door", name, side, span, f"door, outside to {name}")


def _front(room: Room, walls: Walls, width: float) -> Side | None:
    """Beside a hall's window, at the narrow end of a garage, else in the widest wall without a window."""
    glazed = {side for window in room.windows for side in walls_faced(window.facing)}
    wide = [side for side in walls if _widest(walls[side]) >= width] or [
        side for side in walls if walls[side]
    ]
    liked = [side for side in wide if (side in glazed) == (room.kind == "hall")] or wide
    sign = -1 if room.kind == "garage" else 1
    return max(liked, key=lambda side: sign * round(_widest(walls[side]), 3), default=None)


def _windows(home: Home, name: str, boxes: Boxes, doors: list[Opening]) -> Iterator[Opening]:
    room, box = home.rooms[name], boxes[name]
    walls = _outer(home, name, boxes)
    for number, window in enumerate(room.windows):
        side = max(walls_faced(window.facing), key=lambda it: _widest(walls[it]))
        same = [k for k, other in enumerate(room.windows) if other.facing == window.facing]
        taken = sorted({door.span for door in doors if _is_in(door, name, side, box, boxes)})
        free = [rest for span in walls[side] for rest in rest_of(span, _within(taken, span))]
        start, end = longest(free) or box.wall(side)
        part = (end - start) / len(same)
        start += part * same.index(number)
        width = min(window.area / PANE, part - FRAME)
        if width > 0:
            about = f"window of {window.area:g} m², facing {window.facing.replace('_', '-')}"
            yield Opening("window", name, side, _middle((start, start + part), width), about)


def _is_in(door: Opening, name: str, side: Side, box: Box, boxes: Boxes) -> bool:
    """Whether the door is in that wall of the room, from whichever side."""
    if door.room == name:
        return door.side == side
    shared = shared_wall(box, boxes[door.room])
    return shared is not None and shared[0] == side and door.side in _pair(side)


def _pair(side: Side) -> tuple[Side, Side]:
    return ("north", "south") if side in ("north", "south") else ("east", "west")


def _within(taken: list[Span], wall: Span) -> list[Span]:
    cut = [(max(start, wall[0]), min(end, wall[1])) for start, end in taken]
    return [(start, end) for start, end in cut if end > start]


def _outer(home: Home, name: str, boxes: Boxes) -> Walls:
    others = [box for other, box in boxes.items() if other != name and not home.rooms[other].open_air]
    return outer_walls(boxes[name], others)


def _other_storeys(home: Home, name: str, boxes: Boxes) -> Iterator[str]:
    for door in home.doors:
        for room in door:
            if name in door and room != "outside" and room not in boxes:
                yield _way(home.rooms[name], home.rooms[room])


def _way(here: Room, there: Room) -> str:
    return "stairs up" if there.storey > here.storey else "stairs down"


def _widest(spans: tuple[Span, ...]) -> float:
    start, end = longest(spans) or (0.0, 0.0)
    return end - start


def _middle(span: Span, width: float) -> Span:
    """A stretch of that width, or all there is, in the middle of *span*."""
    middle, half = sum(span) / 2, min(width, span[1] - span[0]) / 2
    return middle - half, middle + half
