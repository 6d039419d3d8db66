"""Makes up homes: two rows of rooms along a corridor, sunny and shady, on one storey or two.

Pure and seeded: the same types, size, climate, address and chance give the same home.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np

from scenarios.box import Box
from scenarios.chance import Chance
from scenarios.errors import UserError
from scenarios.frozen import RoomKind
from scenarios.furnishing import furnished
from scenarios.home import Address, Climate, Envelope, Facing, Home, Room, Window
from scenarios.sizes import LARGEST, MORE_ROOMS, SMALLEST

AREAS: Mapping[RoomKind, tuple[float, float]] = {
    "living": (17, 28), "kitchen": (8, 14), "dining": (10, 14), "bedroom": (11, 16), "child": (9, 13),
    "office": (7, 11), "bathroom": (5.5, 7.5), "toilet": (3.8, 4.6), "laundry": (5, 7),
}  # fmt: skip
"""m² that a room has at least and at most; estimates for European and East Asian homes."""

DEEP, SHALLOW = 3.8, 2.8  # m: how deep the larger row of rooms is, and the smaller at least
NORTH: Facing = "north"
SOUTH: Facing = "south"
EAST: Facing = "east"
WEST: Facing = "west"
TURNED: Mapping[Facing, Facing] = {NORTH: SOUTH, SOUTH: NORTH, EAST: WEST, WEST: EAST}

Rng = np.random.Generator
Door = tuple[str, str]
Row = tuple[str, ...]


@dataclass
class Draft:
    """A plan on the way: the corridor of the ground floor is the hall, that of the upper one the landing."""

    house: bool  # not a flat
    doors: list[Door]
    rooms: dict[str, Room] = field(default_factory=dict)
    boxes: dict[str, Box] = field(default_factory=dict)

    def add(
        self, name: str, kind: RoomKind, box: Box, windows: Iterable[Window] = (), storey: int = 0
    ) -> None:
        """A room more."""
        self.boxes[name] = box
        self.rooms[name] = Room(kind=kind, box=box, windows=tuple(windows), storey=storey)


def generate(types: Iterable[str], size: int, climate: Climate, address: Address, chance: Chance) -> Home:
    """A home with *size* rooms to live and sleep in, where every device type of *types* has its place."""
    if not SMALLEST <= size <= LARGEST:
        raise UserError(
            f"size {size}: expected {SMALLEST} (a studio) to {LARGEST} rooms to live and sleep in"
        )
    wanted, chance = frozenset(types), chance.branch("building")
    rng = chance.rng("rooms")
    draft = _studio(rng) if size == 1 else _corridors(size, rng)
    if "GarageDoor" in wanted:
        _add_garage(draft, chance.rng("garage"))
    _add_open_air(draft, chance.rng("open air"))
    mirrored, southern = bool(chance.rng("mirror").random() < 0.5), address.latitude < 0
    rooms = {name: _turned(room, mirrored=mirrored, southern=southern) for name, room in draft.rooms.items()}
    return Home(
        name=f"{'house' if draft.house else 'flat'} in {climate.name}" if climate.name else "a home",
        address=address,
        climate=climate,
        envelope=_envelope(draft, chance.rng("envelope")),
        rooms=rooms,
        doors=tuple(draft.doors),
        devices=furnished(wanted, rooms, draft.doors, climate, chance.branch("furnishing")),
    )


def _studio(rng: Rng) -> Draft:
    """Entry, bath and kitchen side by side, one room behind them."""
    doors = [("outside", "hall"), ("hall", "bathroom"), ("hall", "living"), ("living", "kitchen")]
    draft = Draft(False, doors)
    row = Box(x=0, y=0, width=_drawn(rng, 5, 6), depth=_drawn(rng, 2, 2.4))
    _add_row(draft, rng, {"hall": ("hall", 1.3), "bathroom": ("bathroom", 1.9), "kitchen": ("kitchen", 2.3)},
             row, NORTH, 0)  # fmt: skip
    living = Box(x=0, y=row.depth, width=row.width, depth=_drawn(rng, 3.2, 4.4))
    _add_row(draft, rng, {"living": ("living", 1.0)}, living, SOUTH, 0)
    return draft


def _corridors(size: int, rng: Rng) -> Draft:
    """A flat or house on one storey, or a house on two."""
    tall = size >= 7 or rng.random() < {4: 0.2, 5: 0.5, 6: 0.7}.get(size, 0.0)
    house = tall or rng.random() < {3: 0.15, 4: 0.35, 5: 0.7, 6: 0.9}.get(size, 0.0)
    draft = Draft(house, [("outside", "hall")])
    below, above = _programme(size, tall, rng)
    _add_storey(draft, rng, below, 0, "hall")
    if above:
        draft.doors.append(("hall", "landing"))
        _add_storey(draft, rng, above, 1, "landing")
    return draft


def _programme(size: int, tall: bool, rng: Rng) -> tuple[dict[str, RoomKind], dict[str, RoomKind]]:
    """The rooms of the lower and of the upper storey."""
    below: dict[str, RoomKind] = {"living": "living", "kitchen": "kitchen"}
    if size >= 6:
        below["dining"] = "dining"
    private: dict[str, RoomKind] = {**dict(MORE_ROOMS[: size - 1]), "bathroom": "bathroom"}
    if tall or (size >= 3 and rng.random() < 0.5):
        below["toilet"] = "toilet"
    if size >= 4:
        below["laundry"] = "laundry"
    if size >= 5:
        private["second_bathroom"] = "bathroom"
    if not tall:
        return {**below, **private}, {}
    for name in ("guest_room", "study", "office"):  # one of them stays downstairs
        if name in private:
            below[name] = private.pop(name)
            break
    return below, private


def _add_storey(draft: Draft, rng: Rng, rooms: Mapping[str, RoomKind], storey: int, corridor: str) -> None:
    """A shady row in the north, the corridor, a sunny row in the south."""
    areas = {name: float(rng.uniform(*AREAS[kind])) for name, kind in rooms.items()}
    sunny, shady = _shared_out(areas, rooms)
    width = round(max(sum(areas[name] for name in row) for row in (sunny, shady)) / DEEP, 1)
    depths = {row: max(SHALLOW, round(sum(areas[name] for name in row) / width, 1)) for row in (sunny, shady)}
    corridor_box = Box(x=0, y=depths[shady], width=width, depth=_drawn(rng, 1.2, 1.6))
    draft.add(corridor, "hall", corridor_box, storey=storey)
    for row, y, facing in ((shady, 0.0, NORTH), (sunny, round(corridor_box.along[1], 1), SOUTH)):
        box = Box(x=0, y=y, width=width, depth=depths[row])
        _add_row(draft, rng, {name: (rooms[name], areas[name]) for name in row}, box, facing, storey)
    draft.doors += [(corridor, name) for name in (*shady, *sunny)]
    if storey == 0 and rng.random() < 0.7:
        draft.doors.append(("living", "kitchen"))


def _shared_out(areas: Mapping[str, float], rooms: Mapping[str, RoomKind]) -> tuple[Row, Row]:
    """Living and kitchen towards the sun; then the largest first to where there is more room left."""
    sunny = [name for name in ("living", "kitchen", "dining") if name in rooms]
    shady: list[str] = []
    for name in sorted(areas.keys() - set(sunny), key=lambda name: (-areas[name], name)):
        min((shady, sunny), key=lambda row: sum(areas[room] for room in row)).append(name)
    return tuple(sunny), tuple(shady)


def _add_row(
    draft: Draft, rng: Rng, rooms: Mapping[str, tuple[RoomKind, float]], row: Box, facing: Facing, storey: int
) -> None:
    """Rooms from west to east in the box *row*, as wide as their weights say, with windows to *facing*."""
    total, x, sofar = sum(weight for _, weight in rooms.values()), row.x, 0.0
    for name, (kind, weight) in rooms.items():
        sofar += weight
        end = round(row.x + row.width * sofar / total, 1)
        box = Box(x=x, y=row.y, width=round(end - x, 1), depth=row.depth)
        draft.add(name, kind, box, _windows(kind, box, facing, x == row.x, rng), storey)
        x = end


def _windows(kind: RoomKind, box: Box, facing: Facing, corner: bool, rng: Rng) -> Iterator[Window]:
    """Glass of a seventh to a quarter of the floor, little where one undresses; at a corner sometimes two."""
    if kind == "hall":
        return
    share = 0.08 if kind in ("bathroom", "toilet", "laundry") else rng.uniform(0.14, 0.24)
    yield _window(facing, share * box.width * box.depth, box.width)
    if corner and kind in ("living", "bedroom") and rng.random() < 0.4:
        yield _window(WEST, share * box.width * box.depth / 2, box.depth)


def _window(facing: Facing, glass: float, wall: float) -> Window:
    """*glass* m², as far as the *wall*, m, has room for panes 1.4 m high."""
    return Window(facing=facing, area=max(0.3, round(min(glass, 0.8 * 1.4 * wall), 1)))


def _add_garage(draft: Draft, rng: Rng) -> None:
    """At the corridor's eastern end of a house; for a flat a lock-up across the yard."""
    hall = draft.boxes["hall"]
    length, width = _drawn(rng, 5.4, 6.2), _drawn(rng, 2.9, 3.4)
    east = hall.across[1] if draft.house else max(box.across[1] for box in draft.boxes.values()) + 3
    north = round(hall.y + hall.depth / 2 - length / 2, 1)
    draft.add("garage", "garage", Box(x=east, y=north, width=width, depth=length))
    draft.doors += [("outside", "garage"), *([("hall", "garage")] if draft.house else [])]


def _add_open_air(draft: Draft, rng: Rng) -> None:
    """A garden behind a house; a balcony before most living rooms of flats."""
    living = draft.boxes["living"]
    edge = round(living.along[1], 1)
    if draft.house:
        garden = Box(x=0, y=edge, width=_drawn(rng, 8, 16), depth=_drawn(rng, 6, 18))
        draft.add("garden", "garden", garden)
        draft.doors.append(("living", "garden"))
    elif rng.random() < 0.7:
        balcony = Box(x=living.x, y=edge, width=living.width, depth=_drawn(rng, 1.1, 1.7))
        draft.add("balcony", "balcony", balcony)
        draft.doors.append(("living", "balcony"))


def _turned(room: Room, *, mirrored: bool, southern: bool) -> Room:
    """West and east, north and south exchanged: the sun of the southern half stands in the north."""
    turns = (*((EAST, WEST) if mirrored else ()), *((NORTH, SOUTH) if southern else ()))
    windows = tuple(
        window.model_copy(update={"facing": TURNED[window.facing]}) if window.facing in turns else window
        for window in room.windows
    )
    if room.box is None:
        return room
    x = round(-room.box.across[1], 1) if mirrored else room.box.x
    y = round(-room.box.along[1], 1) if southern else room.box.y
    return room.model_copy(update={"box": room.box.model_copy(update={"x": x, "y": y}), "windows": windows})


def _envelope(draft: Draft, rng: Rng) -> Envelope:
    quality = ("poor", "fair", "good")[int(rng.integers(3))]
    shared = 0.0 if draft.house else _drawn(rng, 0.5, 0.8)
    return Envelope.model_validate(
        {"insulation": quality, "shared": shared, "air_changes": _drawn(rng, 0.3, 0.9)}
    )


def _drawn(rng: Rng, least: float, most: float) -> float:
    """A measure between both, to a tenth."""
    return round(float(rng.uniform(least, most)), 1)
