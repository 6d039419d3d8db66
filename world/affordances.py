"""Affordances: the closed list of what one resident can do here and now. A mind chooses from it."""

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from scenarios.activity import ADJUST, Activity
from scenarios.device import Argument, Command, Conditioning
from scenarios.frozen import Need
from scenarios.resident import Comfort, Profile
from world.comfort import relief
from world.devices import Device, describe, holds
from world.mind import Affordance, Order
from world.rooms import where

if TYPE_CHECKING:
    from world.body import Body
    from world.house import House

A_MOMENT = 1.0  # minutes that a single command takes out of one's day
NEXT_ROOM = 0.5  # of a heater's relief is felt where its own room is not
MARGIN = 1.5  # °C within what one is at ease in, to which one sets a heater or cooler
HEATING_LIMIT = 15.0  # °C outdoors, on average these days, above which nobody heats
COOLING_LIMIT = 10.0  # °C outdoors, below which nobody turns on a fan or the air conditioner
WARM = 3.0  # °C by which the air may be past the setpoint of a heater that is still felt

Way = tuple[str, Mapping[Need, float]]  # an argument, and what the command relieves with it


def affordances(house: "House", body: "Body", need: Need | None = None) -> tuple[Affordance, ...]:
    """All activities that have a place in this home, then all commands within reach.

    With a *need*, of the commands only those that may relieve it.
    """
    return (*house.offers.doings(body), *house.offers.commands(body, need))


class Offers:
    """What a house has to offer, whatever the state of its things: worked out when it is first asked for."""

    def __init__(self, house: "House") -> None:
        self._house = house
        self._doings: dict[tuple[str, str], list[_Doing]] = {}  # by resident and room; '' = any
        self._reach: dict[tuple[str, Need | None], list[tuple[_Control, float]]] = {}
        self._controls = [
            _Control(device, name, command)
            for device in house.devices.values()
            for name, command in device.type.commands.items()
            if command.by == "person"
        ]

    def forget(self) -> None:
        """People or things are no longer what they were."""
        self._doings.clear()

    def doings(self, body: "Body") -> Iterator[Affordance]:
        """The activities that have a place in this home and all that they are about."""
        for here in ("", body.room):
            key = (body.id, here)
            if key not in self._doings:
                self._doings[key] = list(_doings(self._house, body.profile, here))
            for doing in self._doings[key]:
                if (option := doing.now()) is not None:
                    yield option

    def commands(self, body: "Body", need: Need | None) -> Iterator[Affordance]:
        """The commands within reach that are possible now."""
        key = (body.room, need)
        if key not in self._reach:
            self._reach[key] = self._within_reach(*key)
        for control, near in self._reach[key]:
            if control.device.type.type not in body.profile.forbidden:
                yield from control.now(self._house, body, near)

    def _within_reach(self, room: str, need: Need | None) -> list[tuple["_Control", float]]:
        """The commands that can be given in *room*, each with the share of its relief that is felt there."""
        near = dict.fromkeys(self._house.rooms.neighbours(room), NEXT_ROOM) | {room: 1.0}
        return [
            (it, near.get(it.device.room, 0.0))
            for it in self._controls
            if (it.device.room == room or it.device.type.reach == "home")
            and (need is None or need in it.needs)
        ]


class _Doing:
    """One activity in its room, with the devices that people begin it with."""

    def __init__(self, whole: Affordance, devices: Mapping[str, Device], requires: Iterable[str]) -> None:
        self._whole, self._requires = whole, frozenset(requires)
        self._uses = [(devices[order.device], order) for order in whole.orders]

    def now(self) -> Affordance | None:
        """One does without a device that cannot be operated now, unless the activity is all about it."""
        if not self._uses:
            return self._whole
        lacking = [(device, order) for device, order in self._uses if not _can(device, order.command)]
        if not lacking:
            return self._whole
        if any(device.type.type in self._requires for device, _ in lacking):
            return None
        orders = tuple(use[1] for use in self._uses if use not in lacking)
        return self._whole._replace(orders=orders)


def _doings(house: "House", profile: Profile, here: str) -> Iterator[_Doing]:
    """The activities that are done *here*; with '', those that have rooms of their own."""
    for name, activity in sorted(house.catalogue.activities.items()):
        if bool(here) is bool(activity.rooms or activity.outside):
            continue
        room = house.layout.room_for(activity, profile, here)
        if room is not None:
            whole = _doing(house, profile, name, activity, room)
            yield _Doing(whole, house.devices, activity.requires)


def _doing(house: "House", profile: Profile, name: str, activity: Activity, room: str) -> Affordance:
    return Affordance(
        key=name,
        text=activity.phrase if activity.outside else f"{activity.phrase} {where(room)}",
        activity=name,
        room=room,
        minutes=float(activity.minutes[1]),
        orders=house.layout.orders_for(activity.start, room, profile),
        closing=house.layout.orders_for(activity.end, room, profile),
    )


def _can(device: Device, command: str) -> bool:
    definition = device.type.commands[command]
    return definition.by == "person" and device.online and holds(definition.when, device.state)


class _Control:
    """One command of one device, and how people use it."""

    def __init__(self, device: Device, name: str, command: Command) -> None:
        self.device, self._name, self._command = device, name, command
        self._part = _sets(device, command)
        self._airs = any(draw.fresh_air for draw in device.type.draws)
        self.needs = frozenset(command.relieves) if self._part is None else frozenset(("cold", "hot"))
        self._cools = any(part.mode == "cool" for part in device.type.conditions)
        if self._cools:
            self.needs |= {"cold"}  # by ending it
        self._made: dict[tuple[str, ...], Affordance] = {}

    def now(self, house: "House", body: "Body", near: float) -> Iterator[Affordance]:
        """The ways in which *body* would give it; *near* is the share of its relief that is felt there."""
        device = self.device
        when = self._command.when
        if not device.online or (when and not holds(when, device.state)):
            return
        for argument, relieves in self._ways(house, body.profile.comfort):
            key = (body.room, argument, *relieves)
            option = None if self._airs else self._made.get(key)
            if option is None:
                option = self._made[key] = self._offer(argument, relieves, body.room, near)
            yield option

    def _ways(self, house: "House", comfort: Comfort) -> list[Way]:
        """The arguments with which a person would give the command, and what each relieves.

        Who sets a temperature sets what they like; switching on what is on relieves nobody.
        """
        device, command = self.device, self._command
        if self._part is not None:
            return self._as_liked(house, self._part, comfort)
        if self._cools and self._ends_cooling():
            return [("", {"cold": 1.0})]
        if not command.relieves or command.set.items() <= device.state.items():
            return [("", {})]
        if not self._airs:
            return [("", command.relieves if self._in_season(house) else {})]
        air, outdoors = _air_of(house, device)
        return [("", relief(device, command, air, outdoors))]

    def _in_season(self, house: "House") -> bool:
        """Nobody turns on the heating in summer, or what cools in winter."""
        physics, relieves = house.physics, self._command.relieves
        cools = self._cools or self.device.type.domain == "fan"
        if cools and "hot" in relieves and physics.outdoors(house.env.now) < COOLING_LIMIT:
            return False
        return "cold" not in relieves or physics.season <= HEATING_LIMIT

    def _ends_cooling(self) -> bool:
        active = self.device.conditioning()
        if active is None or active[0].mode != "cool" or self._command.argument is not None:
            return False
        return not holds(active[0].when, {**self.device.state, **self._command.set})

    def _as_liked(self, house: "House", part: Conditioning, comfort: Comfort) -> list[Way]:
        """A setpoint goes to what one likes, and no further; it is felt in its season, while it is active."""
        device, command = self.device, self._command
        setpoint, liked = float(device.state[part.setpoint]), _liked(part, command.argument, comfort)
        if liked is None:
            return []
        heats, on = part.mode == "heat", holds(part.when, device.state)
        more = liked > setpoint if heats else liked < setpoint
        if on and liked == setpoint:
            return []
        air, outdoors = _air_of(house, device)
        past = air - setpoint if heats else setpoint - air  # then it rests, and nobody feels it turned down
        season = house.physics.season <= HEATING_LIMIT if heats else outdoors >= COOLING_LIMIT
        felt = season and holds(part.when, {**device.state, **command.set})
        if not felt or not (more or not on or past < WARM):
            return [(f"{liked:g}", {})]
        need: Need = "cold" if heats is (more or not on) else "hot"
        return [(f"{liked:g}", {need: max(command.relieves.values(), default=1.0)})]

    def _offer(self, argument: str, relieves: Mapping[Need, float], room: str, near: float) -> Affordance:
        device = self.device
        return Affordance(
            key=f"{device.id}:{self._name}:{argument}",
            text=describe(self._command, device.name, argument),
            activity=ADJUST,
            room=room,
            minutes=A_MOMENT,
            orders=(Order(device.id, self._name, argument),),
            relieves={need: near * share for need, share in relieves.items() if near * share},
        )


def _air_of(house: "House", device: Device) -> tuple[float, float]:
    """The temperatures of its room and outdoors, °C."""
    now = house.env.now
    return house.physics.temperature(device.room, now), house.physics.outdoors(now)


def _sets(device: Device, command: Command) -> Conditioning | None:
    """The heating or cooling whose setpoint the command sets; where several set it, people use the first."""
    for part in device.type.conditions:
        ways = (it for it in device.type.commands.values() if part.setpoint in it.given)
        if next(ways, None) is command:
            return part
    return None


def _liked(part: Conditioning, argument: Argument | None, comfort: Comfort) -> float | None:
    """What one sets it to, °C: what one likes, or as near to it as it goes; None where it takes no number."""
    if argument is None or argument.range is None:
        return None
    coolest, warmest = comfort.temperature
    liked = coolest + MARGIN if part.mode == "heat" else warmest - MARGIN
    least, most = argument.range
    return min(most, max(least, argument.step * round(liked / argument.step)))
