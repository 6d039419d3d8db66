"""Where things are done: which room suits an activity, which device an action means there."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cached_property

from scenarios.activity import ADJUST, Activity
from scenarios.catalogue import Catalogue
from scenarios.home import Home
from scenarios.resident import Profile
from world.mind import Order

CHILD = 13  # up to this age a person prefers a child's room to sleep in


class Layout:
    """A home and its catalogue, asked for places. Knows nothing that changes."""

    def __init__(self, home: Home, catalogue: Catalogue) -> None:
        self.home, self.catalogue = home, catalogue
        self._bedrooms: dict[str, str] = {}
        self._meanwhile: dict[tuple[str, str], list[tuple[Order, Order]]] = {}
        self._uses: dict[str, frozenset[str]] = {}

    def without(self, devices: Collection[str]) -> "Layout":
        """The same home in which *devices* are not yet."""
        kept = {name: place for name, place in self.home.devices.items() if name not in devices}
        return Layout(self.home.model_copy(update={"devices": kept}), self.catalogue)

    @cached_property
    def _by_type(self) -> Mapping[str, list[str]]:
        found: dict[str, list[str]] = {}
        for name, placement in sorted(self.home.devices.items()):
            found.setdefault(placement.type, []).append(name)
        return found

    @cached_property
    def _meant(self) -> Mapping[str, str]:
        activities = self.catalogue.activities.items()
        return {kind: name for name, activity in activities for kind in activity.devices}

    def activity_of(self, device_type: str) -> str:
        """The activity that using such a device means, where nothing else is known."""
        return self._meant.get(device_type, ADJUST)

    def devices_of(self, device_type: str) -> list[str]:
        """The ids of all devices of one type, sorted."""
        return self._by_type.get(device_type, [])

    def device_for(self, device_type: str, room: str) -> str | None:
        """The device of that type in *room*, else the first at home, else None."""
        devices = self.devices_of(device_type)
        here = [name for name in devices if self.home.devices[name].room == room]
        return next(iter(here or devices), None)

    def bedroom(self, person: Profile) -> str:
        """Where *person* sleeps."""
        if person.bedroom:
            return person.bedroom
        if person.id not in self._bedrooms:
            self._bedrooms[person.id] = self._bedroom_by_age(person)
        return self._bedrooms[person.id]

    def _bedroom_by_age(self, person: Profile) -> str:
        kinds = ("child", "bedroom") if person.age <= CHILD else ("bedroom", "child")
        for kind in (*kinds, "living"):
            if rooms := self._rooms(kind):
                return rooms[0]
        return min(self.home.rooms)

    def room_for(self, activity: Activity, person: Profile, here: str) -> str | None:
        """The room where *person* does *activity*; None when this home has no place for it."""
        return next(self.rooms_for(activity, person, here), None)

    def rooms_for(self, activity: Activity, person: Profile, here: str) -> Iterator[str]:
        """All rooms that would do, the best first; none for what is not for *person*."""
        if not self._is_for(activity, person):
            return
        if activity.outside:
            yield "outside"
            return
        suitable = (room for kind in activity.rooms for room in self._rooms_for(kind, person, activity))
        for room in suitable if activity.rooms else (here,):
            if all(self._stands(kind, room) for kind in activity.requires):
                yield room

    def _is_for(self, activity: Activity, person: Profile) -> bool:
        known = self.catalogue.activities
        from_, to = activity.ages
        return from_ <= person.age <= to and all(known.get(name) is not activity for name in person.avoids)

    def order_for(self, action: str, room: str) -> Order | None:
        """'Light:switch on' as an order to the device meant in *room*; None when the home has none."""
        device_type, _, command = action.partition(":")
        device = self.device_for(device_type, room)
        return None if device is None else Order(device, command)

    def orders_for(self, actions: Sequence[str], room: str, person: Profile) -> tuple[Order, ...]:
        """The orders for several actions, but for what is not at home, out of reach or not for *person*.

        People look first: nobody closes a blind that is down.
        """
        return tuple(
            order._replace(unless_so=True)
            for action in actions
            if action.partition(":")[0] not in person.forbidden
            and (order := self.order_for(action, room))
            and self.reachable(order, room)
        )

    @cached_property
    def endings(self) -> frozenset[str]:
        """The actions with which people end what they have begun: 'Television:switch off'."""
        return frozenset(end for activity in self.catalogue.activities.values() for end in activity.end)

    def uses(self, activity: str) -> frozenset[str]:
        """The types of devices that people operate when they do *activity*."""
        if activity not in self._uses:
            known = self.catalogue.activities.get(activity)
            actions = (*known.start, *known.end) if known else ()
            self._uses[activity] = frozenset(action.partition(":")[0] for action in actions)
        return self._uses[activity]

    def meanwhile(self, activity: str, room: str) -> Sequence[tuple[Order, Order]]:
        """(what starts it, what ends it) of what runs in *room* as long as *activity* is done there."""
        found = self._meanwhile.get((activity, room))
        if found is None:
            known = self.catalogue.activities.get(activity)
            found = [
                (start, end)
                for first, last in (known.meanwhile if known else ())
                if (start := self.order_for(first, room)) and (end := self.order_for(last, room))
                if self.home.devices[start.device].room == room
            ]
            self._meanwhile[activity, room] = found
        return found

    def reachable(self, order: Order, room: str) -> bool:
        """Whether the device is operated from *room*."""
        placement = self.home.devices[order.device]
        return placement.room == room or self.catalogue.devices[placement.type].reach == "home"

    def _stands(self, device_type: str, room: str) -> bool:
        return any(self.home.devices[name].room == room for name in self.devices_of(device_type))

    def _rooms_for(self, kind: str, person: Profile, activity: Activity) -> list[str]:
        """One's own bedroom comes for any; a child's room is open to those who see to the child, too."""
        own = self.bedroom(person)
        if kind == "bedroom":
            return [own]
        if kind == "child" and (self.home.rooms[own].kind == "child" or not activity.with_child):
            return [own] if self.home.rooms[own].kind == "child" else []
        return self._rooms(kind)

    def _rooms(self, kind: str) -> list[str]:
        return self._by_kind.get(kind, [])

    @cached_property
    def _by_kind(self) -> Mapping[str, list[str]]:
        found: dict[str, list[str]] = {}
        for name, room in sorted(self.home.rooms.items()):
            found.setdefault(room.kind, []).append(name)
        return found
