"""Whether people who live together do so: from the log and the profiles alone, whatever was planned.

Each returns how often it looked and a sentence for whatever offends.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple, Protocol

from scenarios.frozen import clock_text
from scenarios.kin import LED, charges
from scenarios.resident import Profile
from world.clock import HOUR, MINUTE, Clock
from world.event import Event, Kind

Looked = tuple[int, list[str]]

OUTSIDE = "outside"
MEALS = ("breakfast with ", "lunch with ", "dinner with ")
SIT = 3 * MINUTE  # that those who have a meal together are at least at the table with another
ROUND_THE_HOUSE = MINUTE  # outside, from one room to another, as from a garage to the hall
GROWN_UP = 16  # years from which somebody works at night
NIGHT = (19 * 60, 11 * 60)  # a shift that begins after the one and ends before the other is at night
BY_DAY = 4 * HOUR  # that a night worker sleeps at least between shift and evening


class Stretch(NamedTuple):
    """Somebody at something in a room."""

    who: str
    activity: str
    room: str
    start: int
    end: int
    decision: int


class Reasoned(Protocol):
    """A decision with its reason, be it of a mind or of a dataset."""

    @property
    def reason(self) -> str:
        """Why."""
        ...


def stretches(events: Iterable[Event], end: int) -> dict[str, list[Stretch]]:
    """What everybody does, each until the next begins; walking about is part of it."""
    begun: dict[str, list[Event]] = defaultdict(list)
    for event in events:
        if event.kind is Kind.ACTIVITY:
            begun[event.actor].append(event)
    return {
        who: [
            Stretch(who, one.activity, one.room, one.time, until, one.decision)
            for one, until in zip(mine, [*(it.time for it in mine[1:]), end], strict=True)
        ]
        for who, mine in begun.items()
    }


def left_alone(events: Sequence[Event], residents: Sequence[Profile], clock: Clock, end: int) -> Looked:
    """Small children at home with nobody who looks after them."""
    begun = {it.actor for it in events if it.kind is Kind.ACTIVITY and it.time == 0}
    minders, where = charges(residents), {it.id: "" if it.id in begun else OUTSIDE for it in residents}
    moves = [(it.time, it.actor, it.room) for it in events if it.kind is Kind.MOVE]
    looked, wrong = 0, []
    for (time, who, room), (later, _, _) in pairwise([(0, "", ""), *moves, (end, "", "")]):
        where[who] = room
        for child, those in minders.items():
            looked += 1
            alone = where[child] != OUTSIDE and all(where[it] == OUTSIDE for it in those)
            if alone and later - time > ROUND_THE_HOUSE:
                wrong.append(
                    f"{_at(clock, time)}: {child} is alone at home for {(later - time) / MINUTE:.1f} min"
                )
    return looked, wrong


def by_itself(events: Iterable[Event], residents: Sequence[Profile]) -> Looked:
    """Small children who operate devices."""
    small = {person.id for person in residents if person.age < LED and charges(residents)}
    by_hand = [it for it in events if it.kind in (Kind.COMMAND, Kind.DEED) and it.actor in small]
    return len(small), [f"{it.time} ms: {it.actor} operates {it.device}" for it in by_hand]


def at_table(events: Iterable[Event], decisions: Mapping[int, Reasoned], clock: Clock, end: int) -> Looked:
    """Meals fixed with others at which somebody sits without any of those who come."""
    meals: dict[tuple[str, int], list[Stretch]] = defaultdict(list)
    for mine in stretches(events, end).values():
        for stretch in mine:
            decision = decisions.get(stretch.decision)
            reason = decision.reason if decision else ""
            if reason.startswith(MEALS) and stretch.activity in ("eat", "breakfast"):
                meals[reason.split()[0], clock.local(stretch.start)[0]].append(stretch)
    looked, wrong = 0, []
    for (meal, day), sat in sorted(meals.items()):
        people = sorted({stretch.who for stretch in sat})
        looked += len(people) if len(people) > 1 else 0
        wrong += [
            f"day {day}: {who} has {meal} without the others"
            for who in (people if len(people) > 1 else ())
            if not any(_together(one, two) for one in sat for two in sat if one.who == who != two.who)
        ]
    return looked, wrong


def _together(one: Stretch, two: Stretch) -> bool:
    return one.room == two.room and min(one.end, two.end) - max(one.start, two.start) >= min(
        SIT, one.end - one.start
    )


def by_day(events: Iterable[Event], residents: Sequence[Profile], clock: Clock, end: int) -> Looked:
    """People who work at night and do not sleep by day."""
    done, looked, wrong = stretches(events, end), 0, []
    for person in (it for it in residents if it.age >= GROWN_UP):
        mine = done.get(person.id, [])
        for start, back in _nights(mine, clock):
            looked += 1
            asleep = sum(
                max(0, min(it.end, back + 14 * HOUR) - max(it.start, back))
                for it in mine
                if it.activity in ("sleep", "nap")
            )
            if asleep < BY_DAY and back + 14 * HOUR < end:
                wrong.append(
                    f"{_at(clock, start)}: {person.id} works at night and sleeps {asleep / HOUR:.1f} h"
                )
    return looked, wrong


def _nights(done: Sequence[Stretch], clock: Clock) -> Iterator[tuple[int, int]]:
    """Hours away that lie in the night."""
    for it in done:
        from_, to = clock.local(it.start)[2], clock.local(it.end)[2]
        long = it.end - it.start > 6 * HOUR
        if it.activity == "away" and long and from_ >= NIGHT[0] and to <= NIGHT[1]:
            yield it.start, it.end


def brought(events: Iterable[Event], residents: Sequence[Profile]) -> Looked:
    """Small children who pass the door without anybody about."""
    small, looked, wrong = charges(residents), 0, []
    where, since = dict[str, str](), dict[str, int]()
    for event in (it for it in events if it.kind is Kind.MOVE):
        before, where[event.actor] = where.get(event.actor, ""), event.room
        since[event.actor] = event.time
        crossed = OUTSIDE in (before, event.room)
        if event.actor in small and crossed:
            looked += 1
            gone = [since[it] for it in small[event.actor] if where.get(it) == OUTSIDE]
            nobody = len(gone) == len(small[event.actor])
            if event.room == OUTSIDE and nobody and event.time - max(gone, default=0) > ROUND_THE_HOUSE:
                wrong.append(f"{event.time} ms: {event.actor} goes out alone")
            if before == OUTSIDE and nobody:
                wrong.append(f"{event.time} ms: {event.actor} comes in to nobody")
    return looked, wrong


def _at(clock: Clock, time: int) -> str:
    day, _, minute = clock.local(time)
    return f"day {day}, {clock_text(minute)}"
