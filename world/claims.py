"""Who holds what: rooms with so many places, devices for one person at a time. Knows no clock.

Whoever asks names everything they need at once and gets all of it or nothing. Requests that cannot be met
yet wait in the order in which they came.

No deadlock. A deadlock needs a circle of people each of whom holds something while waiting for more
(Coffman, Elphick & Shoshani 1971, "System deadlocks", condition 2). Nobody here does: `ask` refuses whoever
holds or waits already, so those who wait hold nothing, and those who hold wait for nothing.

No starvation. A request waits only while of some resource the places held, together with those that
earlier requests wait for, are all there are. Of the earliest request no other is ahead, so it waits for
holders alone, and what they give back nobody later may take as long as it is needed here: it is granted at
the latest when all who hold now have given back. Then the next is the earliest, and so on.
"""

from collections import Counter
from collections.abc import Collection, Mapping
from typing import Literal, NamedTuple


class Resource(NamedTuple):
    """Something that two may want at once."""

    kind: Literal["room", "device"]
    name: str


Wanted = frozenset[Resource]
NOTHING: Wanted = frozenset()


class Claims:
    """The places of each resource, who holds them, and who waits."""

    def __init__(self, places: Mapping[Resource, int]) -> None:
        self._places = dict(places)
        self._holders: dict[Resource, list[str]] = {resource: [] for resource in places}
        self._held: dict[str, Wanted] = {}
        self._queue: dict[str, Wanted] = {}  # whoever asked first stands first

    def ask(self, who: str, wanted: Wanted) -> bool:
        """Ask for all of *wanted*; whether it was granted at once. Otherwise *who* waits for their turn."""
        if who in self._held or who in self._queue:
            raise ValueError(f"{who} asks while holding or waiting: nobody may hold and wait")
        if unknown := wanted - self._places.keys():
            raise ValueError(f"nobody can hold {sorted(unknown)}")
        if self._queue or self._short(wanted, {}):
            self._queue[who] = wanted
            return who in self._grant()
        self._hold(who, wanted)
        return True

    def leave(self, who: str) -> list[str]:
        """Give back what *who* holds, or stop waiting; those whose turn it is now, first come first."""
        for resource in self._held.pop(who, NOTHING):
            self._holders[resource].remove(who)
        self._queue.pop(who, None)
        return self._grant() if self._queue else []

    def could_swap(self, who: str, wanted: Wanted) -> bool:
        """Whether *who*, leaving and asking for *wanted* behind all who wait, would have it at once."""
        queued = Counter(resource for ask in self._queue.values() for resource in ask)
        return all(
            len(self._holders[it]) - (it in self.held(who)) + queued[it] < self._places[it] for it in wanted
        )

    def held(self, who: str) -> Wanted:
        """What *who* holds."""
        return self._held.get(who, NOTHING)

    def holders(self, resource: Resource) -> tuple[str, ...]:
        """Who holds *resource*, those who got it first first."""
        return tuple(self._holders[resource])

    def waiting(self) -> tuple[str, ...]:
        """Who waits for their turn, in the order in which they asked."""
        return tuple(self._queue)

    def obstacles(self, who: str) -> dict[Resource, tuple[str, ...]]:
        """What *who* waits for, and who has it or is to have it before."""
        ahead: dict[Resource, list[str]] = {}
        for other, wanted in self._queue.items():
            if other == who:
                return {it: (*self._holders[it], *ahead.get(it, ())) for it in self._short(wanted, ahead)}
            for resource in wanted:
                ahead.setdefault(resource, []).append(other)
        return {}

    def _grant(self) -> list[str]:
        """Give whoever waits all they asked for, as far as it goes without passing anybody by."""
        granted: list[str] = []
        ahead: dict[Resource, list[str]] = {}
        for who, wanted in list(self._queue.items()):
            if self._short(wanted, ahead):
                for resource in wanted:
                    ahead.setdefault(resource, []).append(who)
                continue
            self._hold(who, self._queue.pop(who))
            granted.append(who)
        return granted

    def _hold(self, who: str, wanted: Wanted) -> None:
        self._held[who] = wanted
        for resource in wanted:
            self._holders[resource].append(who)

    def _short(self, wanted: Wanted, ahead: Mapping[Resource, Collection[str]]) -> list[Resource]:
        """Of what there are not enough places, sorted."""
        return sorted(
            it for it in wanted if len(self._holders[it]) + len(ahead.get(it, ())) >= self._places[it]
        )
