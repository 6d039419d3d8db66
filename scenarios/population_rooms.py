"""Who sleeps where: couples share; where rooms are few, small siblings do, and infants with their parents."""

from collections.abc import Sequence

from scenarios.errors import UserError
from scenarios.home import Home
from scenarios.sizes import LARGEST, MORE_ROOMS

SMALL = 10  # years below which siblings may share a room
INFANT = 3  # years below which a child may sleep in its parents' room
COUPLES = ("partner", "parent", "grandparent")  # two of which share a room

Sleepers = tuple[int, ...]
"""People who share a room, by their number in the household."""


def beds(size: int) -> int:
    """Rooms to sleep in of a home that is made up with *size* rooms to live and sleep in."""
    kinds = [kind for _, kind in MORE_ROOMS[: size - 1]]
    return max(1, sum(kind in ("bedroom", "child") for kind in kinds))


def smallest(rooms: int) -> int:
    """The smallest size of a home with so many *rooms* to sleep in."""
    return next(size for size in range(1, LARGEST + 1) if beds(size) >= rooms)


def bedrooms(home: Home) -> list[str]:
    """The rooms to sleep in, bedrooms first and the largest first; of a studio the living room."""
    rooms = sorted(home.rooms.items(), key=lambda room: -room[1].area)
    found = [name for kind in ("bedroom", "child") for name, room in rooms if room.kind == kind]
    return found or [name for name, room in home.rooms.items() if room.kind == "living"][:1]


def most_beds(home: Home) -> int:
    """How many rooms it has to sleep in."""
    return len(bedrooms(home))


def rooms_needed(roles: Sequence[str], ages: Sequence[int]) -> int:
    """Rooms to sleep in that these people need at least."""
    return len(_crowded(apart(roles), roles, ages, 1))


def apart(roles: Sequence[str]) -> list[Sleepers]:
    """Everybody in a room of their own, but for couples."""
    grouped: list[Sleepers] = []
    for role in dict.fromkeys(roles):
        same = [number for number, it in enumerate(roles) if it == role]
        grouped += [tuple(same)] if role in COUPLES and len(same) == 2 else [(number,) for number in same]
    return grouped


def settled(roles: Sequence[str], ages: Sequence[int], home: Home) -> list[str]:
    """The room in which each of these people sleeps; UserError where somebody would share who does not."""
    rooms = bedrooms(home)
    groups = _crowded(apart(roles), roles, ages, len(rooms))
    if len(groups) > len(rooms):
        raise UserError(
            f"{len(roles)} people need {len(groups)} rooms to sleep in; {home.name} has {len(rooms)}"
        )
    children = [room for room in rooms if home.rooms[room].kind == "child"]
    found = [""] * len(roles)
    for sleepers in sorted(groups, key=lambda group: (roles[group[0]] == "child", group)):
        own = roles[sleepers[0]] == "child"
        room = (children if own and children else rooms)[0]
        rooms.remove(room)
        children = [it for it in children if it != room]
        for number in sleepers:
            found[number] = room
    return found


def _crowded(groups: list[Sleepers], roles: Sequence[str], ages: Sequence[int], rooms: int) -> list[Sleepers]:
    """The same people in fewer rooms, as far as they would share; no fewer than *rooms*."""
    groups = list(groups)
    while len(groups) > rooms:
        alone = [group for group in groups if len(group) == 1 and roles[group[0]] == "child"]
        small = sorted((group for group in alone if ages[group[0]] < SMALL), key=lambda group: ages[group[0]])
        parents = next((group for group in groups if roles[group[0]] == "parent"), None)
        pair: tuple[Sleepers, Sleepers]
        if len(small) >= 2:
            pair = (small[0], small[1])
        elif small and parents and ages[small[0][0]] < INFANT:
            pair = (parents, small[0])
        else:
            break
        groups = [group for group in groups if group not in pair] + [pair[0] + pair[1]]
    return groups
