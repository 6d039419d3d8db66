"""Affordances: the closed list of what one resident can do here and now. A mind chooses from it."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from scenarios.activity import ADJUST, Activity
from scenarios.device import ARGUMENT, Command
from scenarios.frozen import Need
from world.devices import Device, describe
from world.mind import Affordance, Order

if TYPE_CHECKING:
    from world.body import Body
    from world.house import House

A_MOMENT = 1.0  # minutes that a single command takes out of one's day
NEXT_ROOM = 0.5  # of a heater's relief is felt where its own room is not
LIVEABLE = (17.0, 24.0)  # °C within which people set a thermostat
NUDGE = 2.0  # °C by which people move a thermostat


def affordances(house: "House", body: "Body") -> tuple[Affordance, ...]:
    """All activities that have a place in this home, then all commands within reach."""
    return (*_activities(house, body), *_commands(house, body))


def _activities(house: "House", body: "Body") -> list[Affordance]:
    offered = []
    for name, activity in sorted(house.catalogue.activities.items()):
        room = house.layout.room_for(activity, body.profile, body.room)
        if room is not None:
            offered.append(_activity(house, name, activity, room))
    return offered


def _activity(house: "House", name: str, activity: Activity, room: str) -> Affordance:
    where = "" if room == "outside" else f" in the {room.replace('_', ' ')}"
    return Affordance(
        key=name,
        text=activity.phrase + where,
        activity=name,
        room=room,
        minutes=float(activity.minutes[1]),
        orders=house.layout.orders_for(activity.start, room),
        closing=house.layout.orders_for(activity.end, room),
    )


def _commands(house: "House", body: "Body") -> list[Affordance]:
    near = dict.fromkeys(house.rooms.neighbours(body.room), NEXT_ROOM) | {body.room: 1.0}
    return [
        _command(device, command, argument, relieves, body.room, near.get(device.room, 0.0))
        for device in house.devices.values()
        if device.online
        and device.type.type not in body.profile.forbidden
        and (device.room == body.room or device.type.reach == "home")
        for command in device.possible()
        for argument, relieves in _ways(device, device.type.commands[command])
    ]


def _command(
    device: Device, command: str, argument: str, relieves: Mapping[Need, float], room: str, near: float
) -> Affordance:
    return Affordance(
        key=f"{device.id}:{command}:{argument}",
        text=describe(device.type.commands[command], device.name, argument),
        activity=ADJUST,
        room=room,
        minutes=A_MOMENT,
        orders=(Order(device.id, command, argument),),
        relieves={need: near * relief for need, relief in relieves.items() if near},
    )


def _ways(device: Device, command: Command) -> list[tuple[str, Mapping[Need, float]]]:
    """The arguments with which a person would give the command, and what each relieves.

    A setpoint goes up or down by a little, within what people live in; switching on what is on
    relieves nobody.
    """
    for part in device.type.conditions:
        if command.set.get(part.setpoint) == ARGUMENT:
            return _nudges(float(device.state[part.setpoint]), max(command.relieves.values(), default=1.0))
    changes = any(device.state[name] != value for name, value in command.set.items())
    return [("", command.relieves if changes else {})]


def _nudges(setpoint: float, relief: float) -> list[tuple[str, Mapping[Need, float]]]:
    coolest, warmest = LIVEABLE
    warmer, cooler = min(warmest, setpoint + NUDGE), max(coolest, setpoint - NUDGE)
    ways: list[tuple[str, Mapping[Need, float]]] = []
    if warmer > setpoint:
        ways.append((f"{warmer:g}", {"cold": relief}))
    if cooler < setpoint:
        ways.append((f"{cooler:g}", {"hot": relief}))
    return ways
