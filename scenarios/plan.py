"""What a floor plan must be to be built: rooms side by side, doors between neighbours, windows to the air."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from typing import TYPE_CHECKING

from scenarios.box import SIDES, Box, Side, Span, gap, longest, outer_walls, overlap, shared_wall
from scenarios.frozen import Finding

if TYPE_CHECKING:
    from scenarios.home import Room, Window

DOOR = 0.7  # m: the narrowest opening that a person walks through
PANE = 0.3  # m: the narrowest window

Rooms = Mapping[str, "Room"]


def unreachable(rooms: Rooms, doors: Sequence[tuple[str, str]]) -> list[str]:
    """The rooms to which no way leads from outside."""
    reached, frontier = {"outside"}, ["outside"]
    while frontier:
        here = frontier.pop()
        beyond = {room for door in doors if here in door for room in door} - reached
        reached |= beyond
        frontier.extend(sorted(beyond))
    return [room for room in rooms if room not in reached]


def plan_findings(rooms: Rooms, doors: Sequence[tuple[str, str]]) -> Iterator[Finding]:
    """All that is wrong with the plan. Rooms without a box are nowhere in particular, so never wrong."""
    for (one, here), (two, there) in combinations(rooms.items(), 2):
        if here.box and there.box and here.storey == there.storey and overlap(here.box, there.box):
            both = overlap(here.box, there.box)
            yield ("rooms", two, "box"), f"overlaps {one!r} by {both:.1f} m²; rooms lie side by side"
    for number, door in enumerate(doors):
        yield from ((("doors", number), wrong) for wrong in _door_problems(rooms, *door))
    for name, room in rooms.items():
        for number, window in enumerate(room.windows if room.box else ()):
            for wrong in _window_problems(rooms, name, window):
                yield ("rooms", name, "windows", number), wrong


def walls_outdoors(rooms: Rooms, name: str) -> Mapping[Side, tuple[Span, ...]]:
    """The stretches of wall of the room *name* that have no other room behind them; none without a box."""
    box = rooms[name].box
    return outer_walls(box, _indoors_beside(rooms, name).values()) if box else dict.fromkeys(SIDES, ())


def walls_faced(facing: str) -> tuple[Side, ...]:
    """The walls in which a window of that facing can be; 'south_west' leaves the choice between two."""
    return tuple(side for side in SIDES if side in facing.split("_"))


def _indoors_beside(rooms: Rooms, name: str) -> dict[str, Box]:
    """The other rooms with walls and a box on the same storey."""
    storey = rooms[name].storey
    return {
        other: room.box
        for other, room in rooms.items()
        if other != name and room.box and room.storey == storey and not room.open_air
    }


def _door_problems(rooms: Rooms, one: str, two: str) -> Iterator[str]:
    if one == two:
        yield f"leads from {one!r} to itself"
    elif "outside" in (one, two):
        yield from _front_door_problems(rooms, two if one == "outside" else one)
    elif (apart := abs(rooms[one].storey - rooms[two].storey)) > 1:
        yield f"{one!r} and {two!r} are {apart} storeys apart; stairs lead one up or down"
    elif not apart and (here := rooms[one].box) and (there := rooms[two].box) and not overlap(here, there):
        yield from _doorway_problems(one, two, here, there)


def _front_door_problems(rooms: Rooms, name: str) -> Iterator[str]:
    room = rooms[name]
    if room.box is None or room.open_air:
        return
    walls = walls_outdoors(rooms, name).values()
    if not any(_length(longest(spans)) >= DOOR for spans in walls):
        yield f"{name!r} has no outer wall of {DOOR} m for a door to outside"


def _doorway_problems(one: str, two: str, here: Box, there: Box) -> Iterator[str]:
    if shared := shared_wall(here, there):
        if (metres := _length(shared[1])) < DOOR - 0.01:
            yield f"{one!r} and {two!r} share {metres:.2f} m of wall; a door needs {DOOR} m"
    elif (metres := gap(here, there)) >= 0.05:
        yield f"{one!r} and {two!r} do not touch: they are {metres:.1f} m apart"
    else:
        yield f"{one!r} and {two!r} touch only at a corner"


def _window_problems(rooms: Rooms, name: str, window: "Window") -> Iterator[str]:
    walls, sides = walls_outdoors(rooms, name), walls_faced(window.facing)
    free = max(_length(longest(walls[side])) for side in sides)
    needed = max(PANE, window.area / rooms[name].height)
    if free == 0:
        behind = " and ".join(_behind(rooms, name, sides))
        yield f"faces {_way(window)}, where {behind} lies along the whole wall"
    elif free < needed - 0.01:
        wall = f"{needed:.1f} m of outer wall to the {_way(window)}"
        yield f"{window.area:g} m² of glass need {wall}; there are {free:.1f}"


def _behind(rooms: Rooms, name: str, sides: Sequence[Side]) -> Iterator[str]:
    box = rooms[name].box
    for other, beside in _indoors_beside(rooms, name).items():
        if box and (shared := shared_wall(box, beside)) and shared[0] in sides:
            yield repr(other)


def _way(window: "Window") -> str:
    return window.facing.replace("_", "-")


def _length(span: Span | None) -> float:
    return span[1] - span[0] if span else 0.0
