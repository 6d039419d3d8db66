"""Who sleeps where: how many a room has beds for, and which bedroom falls to whom."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from scenarios.frozen import Finding
from scenarios.home import Home, Room
from scenarios.resident import Profile

COT = 3  # years; below, a cot in anybody's bedroom does
CHILD = 13  # up to this age a person sleeps in a child's room where there is one
NARROW, WIDE = 7.0, 14.0  # m²: below, a room for one; from, a bunk more


def beds(room: Room) -> int:
    """For how many people *room* has beds: a bedroom for two, and a sofa in the living room."""
    if room.beds is not None:
        return room.beds
    if room.kind in ("bedroom", "child"):
        return 1 + (room.area >= NARROW) + (room.kind == "child" and room.area >= WIDE)
    return 1 if room.kind == "living" else 0


def bedrooms(home: Home, residents: Sequence[Profile]) -> Mapping[str, str]:
    """The room in which each resident sleeps, by id: where the profile says, else where a bed is free.

    Partners share, small children sleep with a parent or sibling, others have a room to themselves as
    long as there is one.
    """
    given = {who.id: who.bedroom for who in residents if who.bedroom in home.rooms and who.bedroom}
    for who in sorted((it for it in residents if it.id not in given), key=lambda it: (-it.age, it.id)):
        if room := _room_for(who, home, residents, given):
            given[who.id] = room
    return given


def bed_findings(home: Home, residents: Sequence[Profile]) -> Iterator[Finding]:
    """Where more people sleep than there are beds."""
    room_for = {name: beds(room) for name, room in home.rooms.items()}
    sleepers = [who for who in residents if who.age >= COT]
    most = sum(room_for.values()) or len(home.rooms)
    if len(sleepers) > most:
        there = ", ".join(f"{name} {n}" for name, n in sorted(room_for.items()) if n) or "none"
        said = f"{len(sleepers)} residents need a bed, but the home has {most} ({there})"
        yield (), f"{said}; choose a larger home, or say `beds:` of a room"
        return
    taken: Counter[str] = Counter()
    for number, who in enumerate(residents):
        if who.bedroom in room_for and who.age >= COT:
            taken[who.bedroom] += 1
            if taken[who.bedroom] == max(1, room_for[who.bedroom]) + 1:
                most = max(1, room_for[who.bedroom])
                said = f"{who.bedroom!r} has beds for {most}; choose another room, or say `beds:` of it"
                yield (number, "bedroom"), said


def _room_for(who: Profile, home: Home, everybody: Sequence[Profile], given: Mapping[str, str]) -> str | None:
    close = {it.to for it in who.relationships if it.kind == "partner"}
    close |= {
        it.id for it in everybody for tie in it.relationships if (tie.to, tie.kind) == (who.id, "partner")
    }
    if shared := next((given[other] for other in sorted(close) if other in given), None):
        return shared
    taken = Counter(given[it.id] for it in everybody if it.id in given and it.age >= COT)
    wanted = ("child", "bedroom", "living") if who.age <= CHILD else ("bedroom", "child", "living")
    free = [
        (taken[name] > 0, wanted.index(room.kind), -room.area, name)
        for name, room in home.rooms.items()
        if room.kind in wanted and taken[name] < beds(room)
    ]
    if who.age < COT:
        free = [(False, *it[1:]) for it in free]
    # a sofa is the last resort, even before a bed beside somebody who is no partner
    return min(free, key=lambda it: (it[1] == 2, *it))[3] if free else None
