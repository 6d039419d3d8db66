"""An independent check, from the log and the conflicts alone, of who was where and had what with whom."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from scenarios.device import DeviceType
from scenarios.home import Home
from world.contention import Conflict, limits
from world.event import Event, Kind
from world.mind import Basis

_SENSED = (Kind.READING, Kind.LOST)
_BY_HAND = (Kind.COMMAND, Kind.DEED)


@dataclass(slots=True)
class _Use:
    """A device in somebody's hands: from their first command of a step to the last event of that step."""

    who: str
    decision: int
    start: int
    end: int


def crowding(
    events: Iterable[Event],
    home: Home,
    types: Mapping[str, DeviceType],
    conflicts: Iterable[Conflict],
    asleep: Collection[str],
) -> list[str]:
    """One sentence for every place and device that more people had at once than can, unless they shared it.

    Whoever does something in a room has a place in it until they leave; *asleep* are the activities that
    take none. Passing through is no doing.
    """
    shared = {(it.resource, it.decision) for it in conflicts if it.outcome == "shared"}
    return [
        *_crowds(_of_people(events), limits(home), shared, asleep),
        *_double_uses(_of_people(events), home, types, shared),
    ]


def _of_people(events: Iterable[Event]) -> Iterator[Event]:
    """But for what sensors tell of them, late."""
    return (event for event in events if event.actor and event.kind not in _SENSED)


def _crowds(
    events: Iterable[Event],
    places: Mapping[str, int],
    shared: Collection[tuple[str, int]],
    asleep: Collection[str],
) -> Iterator[str]:
    busy: dict[str, dict[str, int]] = {room: {} for room in places}  # who, since which decision
    for event in events:
        if event.kind is Kind.MOVE or (event.kind is Kind.ACTIVITY and event.activity in asleep):
            for people in busy.values():
                people.pop(event.actor, None)
        elif event.kind is Kind.ACTIVITY and event.room in busy:
            people = busy[event.room]
            if event.actor in people:
                continue
            people[event.actor] = event.decision
            sharing = sum((event.room, decision) in shared for decision in people.values())
            if len(people) - sharing > places[event.room]:  # who asked second may come first
                yield (
                    f"{event.time} ms, {event.room}: {', '.join(sorted(people))} are at something there; "
                    f"there is room for {places[event.room]}"
                )


def _double_uses(
    events: Iterable[Event],
    home: Home,
    types: Mapping[str, DeviceType],
    shared: Collection[tuple[str, int]],
) -> Iterator[str]:
    exclusive = {name for name, place in home.devices.items() if types[place.type].exclusive}
    for device, uses in sorted(_uses(events, exclusive).items()):
        for one, two in pairwise(sorted(uses, key=lambda use: (use.start, use.who))):
            together = {(device, one.decision), (device, two.decision)} & set(shared)
            if one.who != two.who and two.start <= one.end and not together:
                yield f"{two.start} ms, {device}: {two.who} operates it, which {one.who} has in use"


def _uses(events: Iterable[Event], exclusive: Collection[str]) -> dict[str, list[_Use]]:
    """Who had each device when; a step ends where its person's next one begins."""
    uses: dict[str, list[_Use]] = defaultdict(list)
    current: dict[str, dict[str, _Use]] = defaultdict(dict)  # person -> device -> use
    for event in events:
        mine = current[event.actor]
        if any(use.decision != event.decision for use in mine.values()):
            mine.clear()
        for use in mine.values():
            use.end = event.time
        by_hand = event.kind in _BY_HAND and event.cause != Basis.REFLEX  # the last one out switches off
        if by_hand and event.device in exclusive and event.device not in mine:
            use = _Use(event.actor, event.decision, event.time, event.time)
            mine[event.device] = use
            uses[event.device].append(use)
    return uses
