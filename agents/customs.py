"""Customs: where one person does what, and with which commands. Home and memory settle them for good."""

from bisect import bisect
from collections.abc import Sequence, Set
from functools import cached_property
from typing import NamedTuple

from dataset.routines import ACTIVITY_ONLY, END, Behaviour
from scenarios.activity import SLEEP, Activity
from scenarios.chance import Chance
from scenarios.resident import Profile
from scenarios.tastes import leanings
from sppc.memory import Memory
from world.layout import Layout
from world.mind import Order

LEANING = 1.5  # standard deviation of log₂ of how readily people pass their time so


class Custom(NamedTuple):
    """One's way with an activity."""

    room: str
    begin: tuple[Order, ...]
    finish: tuple[Order, ...]


class Deed(NamedTuple):
    """One way to do again what was done: an activity, its room, and the command where there is one."""

    activity: str
    room: str
    order: Order | None
    ends: bool = False  # it is over then, without a command


class Customs:
    """The customs of one person, each worked out when it is first asked for."""

    def __init__(self, profile: Profile, memory: Memory | None, layout: Layout) -> None:
        self._profile, self._memory, self._layout = profile, memory, layout
        self._bedroom = layout.bedroom(profile)
        self._customs: dict[str, Custom | None] = {}
        self._deeds: dict[tuple[str, str, str], Sequence[Deed]] = {}
        self._usual: dict[int, Sequence[tuple[str, Activity]]] = {}  # by the part of the day

    def custom(self, name: str) -> Custom | None:
        """How this person does the activity *name*; None where the home has no place for it."""
        if name not in self._customs:
            self._customs[name] = self._settled(name, self._layout.catalogue.activities[name])
        return self._customs[name]

    def deeds(self, done: Behaviour) -> Sequence[Deed]:
        """The ways to do again what was *done*, one for each device that may be meant; none, or some."""
        key = (done.device, done.action, done.activity)
        if key not in self._deeds:
            self._deeds[key] = self._meant(*key)
        return self._deeds[key]

    @cached_property
    def pastimes(self) -> Sequence[tuple[str, Activity]]:
        """What to pass the time with, as far as this home has a place for it and the person a taste."""
        leans = leanings(self._profile.tastes)
        weights = {
            name: (activity.idle_at(self._profile.age) + leans.get(name, 0.0)) * self._readily(name)
            for name, activity in sorted(self._layout.catalogue.activities.items())
            if self._room(activity)
        }
        known = self._layout.catalogue.activities
        return [(name, _weighing(known[name], idle)) for name, idle in weights.items() if idle]

    def _readily(self, name: str) -> float:
        """How many times as readily as others this person passes the time so.

        A log tells nothing of pastimes but of those that operate what it knows; of these it tells all.
        """
        if self.told(name):
            return 0.0
        own = self.own
        return 1.0 if own is None else float(2.0 ** (LEANING * own.rng("pastime", name).standard_normal()))

    def told(self, name: str) -> bool:
        """Whether a log of real people tells when this is done: it knows the devices that it takes."""
        if self._memory is None or not self._profile.lives_by_log:
            return False
        custom = self.custom(name)
        orders = (*custom.begin, *custom.finish) if custom else ()
        return any(self._layout.home.devices[it.device].type in self._known for it in orders)

    @cached_property
    def _known(self) -> Set[str]:
        """The types of devices that memory tells of."""
        routines = self._memory.routines if self._memory else ()
        return {it.device for kept in routines for it in kept.behaviours}

    @cached_property
    def own(self) -> Chance | None:
        """What sets somebody apart who lives by a way of life in a log, whatever the seed of the run."""
        source = self._profile.memory
        return None if source is None or source.like is None else Chance(0).branch("like", repr(source.like))

    def pastimes_at(self, minute: int) -> Sequence[tuple[str, Activity]]:
        """Those that people usually do at this *minute* of the day; they change at few."""
        part = bisect(self._turns, minute)
        if part not in self._usual:
            self._usual[part] = [it for it in self.pastimes if it[1].usual_at(minute)]
        return self._usual[part]

    @cached_property
    def _turns(self) -> Sequence[int]:
        """The minutes at which a pastime becomes usual, or ceases to be."""
        hours = [hours for _, activity in self.pastimes for hours in activity.between]
        return sorted({turn for opens, closes in hours for turn in (opens, closes + 1)})

    def _settled(self, name: str, activity: Activity) -> Custom | None:
        room = self._room(activity)
        if room is None:
            return None
        begin, finish = self._memory.actions_for(name) if self._memory else ((), ())
        return Custom(
            room,
            self._layout.orders_for(begin or activity.start, room, self._profile),
            self._layout.orders_for(finish or activity.end, room, self._profile),
        )

    def _room(self, activity: Activity) -> str | None:
        return self._layout.room_for(activity, self._profile, self._bedroom)

    def _meant(self, device: str, action: str, activity: str) -> Sequence[Deed]:
        name = activity or self._layout.activity_of(device)
        known = self._layout.catalogue.activities.get(name)
        if known is None or name == SLEEP or device in self._profile.forbidden:
            return ()
        if device == ACTIVITY_ONLY or (activity and not self._layout.devices_of(device)):
            room = self._room(known)
            ends = device == ACTIVITY_ONLY and action.endswith(f" {END}")
            return () if room is None else (Deed(name, room, None, ends),)
        rooms = [self._layout.home.devices[it].room for it in self._layout.devices_of(device)]
        if self.own is not None and rooms:  # a log names the type: of several, one always means the same
            rooms = [rooms[int(self.own.uniform("device", device) * len(rooms))]]
        return [self._with_device(action, name, known, usual, bool(activity)) for usual in rooms]

    def _with_device(self, action: str, name: str, activity: Activity, usual: str, labelled: bool) -> Deed:
        layout = self._layout
        room = layout.room_for(activity, self._profile, usual) or usual
        order = layout.order_for(action, room if labelled else usual)
        assert order is not None  # noqa: S101  the home has a device of that type
        if not layout.reachable(order, room):
            room = layout.home.devices[order.device].room
        looks_first = labelled and not self._profile.lives_by_log  # a real log is done again as it is
        return Deed(name, room, order._replace(unless_so=True) if looks_first else order)


def _weighing(activity: Activity, idle: float) -> Activity:
    return activity if activity.idle == idle else activity.model_copy(update={"idle": idle})
