"""The floor plan of a home with its devices. One self-contained SVG, the same bytes for the same home."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from evaluation.floor_devices import PITCH, Grid, legend, symbols
from evaluation.floor_layout import Boxes, storeys
from evaluation.floor_openings import Opening, openings
from evaluation.svg import box, element, label, safe, title
from scenarios.box import Box
from scenarios.catalogue import Catalogue
from scenarios.home import Home, Room
from world.rooms import CALLED

WIDTH, LARGEST = 1120, 62.0  # px across at most; px a metre at most
MARGIN, APART, HEAD = 24, 46, 92  # px: around, between storeys, above the plan
LARGE, LINE = 12.0, 1.25  # px of a room's name at most; from line to line, of its size
GLYPH = 0.6  # of its size is how wide a letter is on average
WET = ("bathroom", "toilet", "laundry")
BARE = ("garage", "storage")

STYLE = """
.plan { --paper: #fff; --ink: #1d1d1f; --soft: #5c5c63; --line: #c4c4cc; --room: #faf7f0; --wet: #e6f0f7;
  --bare: #ededf0; --green: #e7f2e0; --glass: #2f7fc1; --way: #c2571a; background: var(--paper);
  font: 12px system-ui, sans-serif; }
@media (prefers-color-scheme: dark) { .plan { --paper: #17181c; --ink: #ececf0; --soft: #a9a9b3;
  --line: #4a4b53; --room: #24252b; --wet: #1f2b36; --bare: #2b2c31; --green: #202c20;
  --glass: #6db4ee; --way: #f0a060; } }
.plan text { fill: var(--ink); }
.plan .heading { font-size: 17px; font-weight: 600; }
.plan .soft { fill: var(--soft); font-size: 10px; }
.plan .storey { font-size: 13px; font-weight: 600; }
.plan .room { fill: var(--room); } .plan .wet { fill: var(--wet); } .plan .bare { fill: var(--bare); }
.plan .open { fill: var(--green); stroke: var(--line); stroke-dasharray: 5 4; }
.plan .wall { fill: none; stroke: var(--ink); stroke-width: 4; stroke-linejoin: miter; }
.plan .door { stroke: var(--paper); stroke-width: 5; }
.plan .front_door { stroke: var(--way); stroke-width: 5; }
.plan .window { stroke: var(--paper); stroke-width: 5; }
.plan .pane { stroke: var(--glass); stroke-width: 2.5; }
.plan .link { stroke: var(--soft); stroke-width: 1.2; stroke-dasharray: 2 3; }
.plan .rule { stroke: var(--ink); stroke-width: 1.5; fill: none; } .plan .arrow { fill: var(--ink); }
.plan .device text { fill: #1d1d1f; font-size: 9px; font-weight: 600; text-anchor: middle; }
.plan .plain rect { fill: var(--paper); stroke: var(--soft); } .plan .plain text { fill: var(--soft); }
"""

Rect = tuple[float, float, float, float]
"""x, y, width and height in px."""


@dataclass(frozen=True)
class Frame:
    """Where a storey lies on the paper: px of its north-west corner, px a metre."""

    left: float
    top: float
    scale: float
    corner: tuple[float, float]

    def x(self, metres: float) -> float:
        """Pixels from the left."""
        return self.left + (metres - self.corner[0]) * self.scale

    def y(self, metres: float) -> float:
        """Pixels from the top."""
        return self.top + (metres - self.corner[1]) * self.scale

    def rect(self, place: Box) -> Rect:
        """x, y, width and height in px."""
        return self.x(place.x), self.y(place.y), place.width * self.scale, place.depth * self.scale


def floor_plan(home: Home, catalogue: Catalogue) -> str:
    """The SVG of *home*: storeys side by side, doors, windows, devices with their names as tooltips."""
    levels = storeys(home)
    frames = _frames(levels)
    bottom = max(frame.y(max(b.along[1] for b in levels[level].values())) for level, frame in frames.items())
    keys, height = legend(home, catalogue, (MARGIN, bottom + 64), WIDTH - MARGIN)
    about = _about(home)
    drawn = (
        part for level, frame in frames.items() for part in _storey(home, catalogue, level, levels, frame)
    )
    return element(
        "svg", element("title", safe(f"Floor plan: {home.name}"), id="plan-title"),
        element("desc", safe(_description(home)), id="plan-desc"),
        f"<style>{STYLE}</style>", box(0, 0, WIDTH, height, fill="var(--paper)"),
        label(home.name, MARGIN, 34, class_="heading"), label(about, MARGIN, 53, class_="soft"),
        *_north(), *drawn, *_ruler(next(iter(frames.values())).scale, bottom + 30), *keys,
        xmlns="http://www.w3.org/2000/svg", viewBox=f"0 0 {WIDTH} {height:g}", width="100%",
        role="img", aria_labelledby="plan-title plan-desc", class_="plan",
    ) + "\n"  # fmt: skip


def _frames(levels: Mapping[int, Boxes]) -> Mapping[int, Frame]:
    """All storeys at one scale, so that the upper one can be held against the lower."""
    west, north, widths, depths = {}, {}, {}, []
    for level, boxes in levels.items():
        west[level], north[level] = min(b.x for b in boxes.values()), min(b.y for b in boxes.values())
        widths[level] = max(b.across[1] for b in boxes.values()) - west[level]
        depths.append(max(b.along[1] for b in boxes.values()) - north[level])
    room = WIDTH - 2 * MARGIN - APART * (len(levels) - 1)
    scale = min(LARGEST, room / sum(widths.values()), 860 / max(depths))
    left, frames = (WIDTH - scale * sum(widths.values()) - APART * (len(levels) - 1)) / 2, {}
    for level in levels:
        frames[level] = Frame(left, HEAD, scale, (west[level], min(north.values())))
        left += widths[level] * scale + APART
    return frames


def _about(home: Home) -> str:
    indoors = sum(room.area for room in home.rooms.values() if not room.open_air and room.kind != "garage")
    place = f"{home.climate.name}, " if home.climate.name else ""
    return f"{place}{indoors:.0f} m² indoors, {len(home.rooms)} rooms, {len(home.devices)} devices"


def _description(home: Home) -> str:
    rooms = ", ".join(f"{_called(name)} ({room.area:g} m²)" for name, room in home.rooms.items())
    return (
        f"{_about(home)}. Rooms: {rooms}. Doors are gaps in the walls, windows blue, the front door orange."
    )


def _called(name: str) -> str:
    return CALLED.get(name, name.replace("_", " "))


def _storey(
    home: Home, catalogue: Catalogue, level: int, levels: Mapping[int, Boxes], frame: Frame
) -> Iterator[str]:
    boxes = levels[level]
    if len(levels) > 1:
        yield label(_storey_name(level), frame.left, HEAD - 12, class_="storey")
    found = openings(home, boxes)
    for name, place in boxes.items():
        yield _floor(home.rooms[name], frame.rect(place))
    for name, place in boxes.items():
        if not home.rooms[name].open_air:
            yield box(*frame.rect(place), class_="wall")
    for opening in found.on_walls:
        yield from _opening(opening, boxes[opening.room], frame)
    for one, two in found.links:
        yield _link(boxes[one], boxes[two], frame, f"door, {one} to {two}")
    for name, place in boxes.items():
        yield from _inside(home, catalogue, name, frame.rect(place), found.stairs[name])


def _storey_name(level: int) -> str:
    names = {-1: "basement", 0: "ground floor", 1: "first floor", 2: "second floor"}
    return names.get(level, f"storey {level}")


def _floor(room: Room, place: Rect) -> str:
    kind = "open" if room.open_air else "wet" if room.kind in WET else "bare" if room.kind in BARE else "room"
    return box(*place, class_=kind)


def _opening(opening: Opening, room: Box, frame: Frame) -> Iterator[str]:
    ends = _ends(opening, room, frame)
    yield element("line", title(opening.about), class_=opening.kind, **ends)
    if opening.kind == "window":
        yield element("line", title(opening.about), class_="pane", **ends)


def _ends(opening: Opening, room: Box, frame: Frame) -> dict[str, float]:
    start, end = opening.span
    if opening.side in ("north", "south"):
        y = frame.y(room.along[opening.side == "south"])
        return {"x1": frame.x(start), "y1": y, "x2": frame.x(end), "y2": y}
    x = frame.x(room.across[opening.side == "east"])
    return {"x1": x, "y1": frame.y(start), "x2": x, "y2": frame.y(end)}


def _link(one: Box, two: Box, frame: Frame, about: str) -> str:
    """A door between rooms that were not laid out side by side."""
    ends = {
        f"{axis}{number}": at
        for number, place in ((1, one), (2, two))
        for axis, at in (("x", frame.x(sum(place.across) / 2)), ("y", frame.y(sum(place.along) / 2)))
    }
    return element("line", title(about), class_="link", **ends)


def _inside(home: Home, catalogue: Catalogue, name: str, place: Rect, stairs: Sequence[str]) -> Iterator[str]:
    """Name, area, stairs and devices in the middle of the room, as large as fits."""
    x, y, width, height = place
    devices = [device for device, at in home.devices.items() if at.room == name]
    room = home.rooms[name]
    lines = [*_wrapped(_called(name), width - 8), f"{round(room.area, 1):g} m²", *dict.fromkeys(stairs)]
    if LARGE * LINE * len(lines) + PITCH * bool(devices) > height:
        lines = [" · ".join(lines)]
    size = min(
        LARGE, *((width - 6) / (GLYPH * len(line)) for line in lines), (height - 4) / LINE / len(lines)
    )
    text = LINE * size * len(lines)
    grid = Grid.fitting(len(devices), width - 8, height - 6 - text)
    top = y + (height - text - grid.height) / 2
    for number, line in enumerate(lines):
        first = number == 0 or line in _called(name).split()
        yield _line(line, x + width / 2, top + size * (LINE * number + 1), size, soft=not first)
    yield from symbols(home, catalogue, devices, grid, (x + width / 2, top + text + 2))


def _line(text: str, x: float, y: float, size: float, *, soft: bool) -> str:
    look: dict[str, str] = {"class_": "soft"} if soft else {}
    style = f"font-size: {size * (0.85 if soft else 1):.1f}px"
    return label(text, x, y, text_anchor="middle", style=style, **look)


def _wrapped(text: str, width: float) -> list[str]:
    """In one line where it fits, else a line a word."""
    return [text] if LARGE * GLYPH * len(text) <= width else text.split(" ")


def _north() -> Iterator[str]:
    x = WIDTH - MARGIN - 14
    yield element("path", title("north"), d=f"M{x} 18l7 22l-7 -5l-7 5z", class_="arrow")
    yield label("N", x, 54, text_anchor="middle", class_="soft")


def _ruler(scale: float, y: float) -> Iterator[str]:
    metres = 2 if scale > 20 else 5
    yield element("path", d=f"M{MARGIN} {y - 4:.1f}v4h{metres * scale:.1f}v-4", class_="rule")
    yield label(f"{metres} m", MARGIN + metres * scale + 6, y, class_="soft")
