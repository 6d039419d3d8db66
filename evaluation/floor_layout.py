"""Where every room is drawn: as its box says, or laid out from the areas where a storey has no boxes."""

from collections.abc import Iterator, Mapping, Sequence
from math import sqrt

from scenarios.box import Box
from scenarios.home import Home

Boxes = Mapping[str, Box]

BROADER = 1.25  # times as wide as deep is a storey that is laid out
AROUND = 2.5  # m of a garden that are drawn beyond the house


def storeys(home: Home) -> Mapping[int, Boxes]:
    """The boxes of all rooms, storey by storey from the lowest."""
    levels = sorted({room.storey for room in home.rooms.values()})
    return {level: _storey(home, level) for level in levels}


def _storey(home: Home, level: int) -> Boxes:
    rooms = {name: room for name, room in home.rooms.items() if room.storey == level}
    boxes = {name: room.box for name, room in rooms.items() if room.box}
    if len(boxes) < len(rooms):
        boxes = _laid_out(home, [name for name in _from_the_entry(home) if name in rooms])
    return {name: _cut(box, boxes, home) if home.rooms[name].open_air else box for name, box in boxes.items()}


def _from_the_entry(home: Home) -> list[str]:
    """All rooms in the order in which one comes to them from outside."""
    found = ["outside"]
    for here in found:
        beyond = {room for door in home.doors if here in door for room in door} - set(found)
        found += [room for room in home.rooms if room in beyond]
    return found[1:]


def _laid_out(home: Home, names: Sequence[str]) -> dict[str, Box]:
    """A squarified treemap (Bruls, Huizing and van Wijk 2000) in the order of *names*; open air below it."""
    indoors = [name for name in names if not home.rooms[name].open_air]
    total = sum(home.rooms[name].area for name in indoors)
    width = sqrt(total * BROADER) or 4.0
    boxes = dict(_rows(home, indoors, Box(x=0, y=0, width=width, depth=max(total / width, 1e-6))))
    x, bottom = 0.0, max((box.along[1] for box in boxes.values()), default=0.0)
    for name in (name for name in names if home.rooms[name].open_air):
        side = min(sqrt(home.rooms[name].area), width)
        boxes[name] = Box(x=x, y=bottom, width=side, depth=home.rooms[name].area / side)
        x += side
    return boxes


def _rows(home: Home, names: Sequence[str], free: Box) -> Iterator[tuple[str, Box]]:
    """Rooms in rows along the shorter side of what is *free*, each row as long as its rooms grow squarer."""
    rest = list(names)
    while rest:
        short = min(free.width, free.depth)
        row = [rest.pop(0)]
        while rest and _worst(home, [*row, rest[0]], short) <= _worst(home, row, short):
            row.append(rest.pop(0))
        thick = sum(home.rooms[name].area for name in row) / short
        yield from _row(home, row, free, thick)
        if free.width <= free.depth:
            free = free.model_copy(update={"y": free.y + thick, "depth": free.depth - thick})
        else:
            free = free.model_copy(update={"x": free.x + thick, "width": free.width - thick})


def _worst(home: Home, row: Sequence[str], side: float) -> float:
    """The proportions of the row's most elongated room."""
    thick = sum(home.rooms[name].area for name in row) / side
    lengths = [home.rooms[name].area / thick for name in row]
    return max(max(thick / length, length / thick) for length in lengths)


def _row(home: Home, row: Sequence[str], free: Box, thick: float) -> Iterator[tuple[str, Box]]:
    x, y = free.x, free.y
    for name in row:
        length = home.rooms[name].area / thick
        if free.width <= free.depth:
            yield name, Box(x=x, y=y, width=length, depth=thick)
            x += length
        else:
            yield name, Box(x=x, y=y, width=thick, depth=length)
            y += length


def _cut(garden: Box, boxes: Boxes, home: Home) -> Box:
    """What of a garden lies near the house: all of it would make the rooms small."""
    indoors = [box for name, box in boxes.items() if not home.rooms[name].open_air]
    if not indoors:
        return garden
    west, east = (edge(box.across[k] for box in indoors) for k, edge in enumerate((min, max)))
    north, south = (edge(box.along[k] for box in indoors) for k, edge in enumerate((min, max)))
    x, last = max(garden.across[0], west - AROUND), min(garden.across[1], east + AROUND)
    y, low = max(garden.along[0], north - AROUND), min(garden.along[1], south + AROUND)
    if last <= x or low <= y:
        return garden
    return Box(x=x, y=y, width=last - x, depth=low - y)
