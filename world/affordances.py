"""Affordances: the closed list of what one resident can do here and now. A mind chooses from it."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from scenarios.activity import ADJUST
from scenarios.device import ARGUMENT, Command
from scenarios.frozen import Need
from world.devices import Device, describe, holds
from world.mind import Affordance, Order
from world.rooms import where

if TYPE_CHECKING:
    from world.body import Body
    from world.house import House

A_MOMENT = 1.0  # minutes that a single command takes out of one's day
NEXT_ROOM = 0.5  # of a heater's relief is felt where its own room is not
LIVEABLE = (17.0, 24.0)  # °C within which people set a thermostat
NUDGE = 2.0  # °C by which people move a thermostat
WARM = 3.0  # °C by which the air may be past the setpoint of a heater that is still felt

Way = tuple[str, Mapping[Need, float]]  # an argument, and what the command relieves with it


def affordances(house: "House", body: "Body") -> tuple[Affordance, ...]:
    """All activities that have a place in this home, then all commands within reach."""
    return (*_activities(house, body), *_commands(house, body))


def _activities(house: "House", body: "Body") -> Iterator[Affordance]:
    """One does without a device that cannot be operated now, unless the activity is all about it."""
    for name, activity in sorted(house.catalogue.activities.items()):
        room = house.layout.room_for(activity, body.profile, body.room)
        if room is None:
            continue
        start = house.layout.orders_for(activity.start, room, body.profile)
        orders = tuple(order for order in start if order.command in house.devices[order.device].possible())
        lacking = {house.devices[order.device].type.type for order in start if order not in orders}
        if not lacking & set(activity.requires):
            yield Affordance(
                key=name,
                text=activity.phrase if activity.outside else f"{activity.phrase} {where(room)}",
                activity=name,
                room=room,
                minutes=float(activity.minutes[1]),
                orders=orders,
                closing=house.layout.orders_for(activity.end, room, body.profile),
            )


def _commands(house: "House", body: "Body") -> Iterator[Affordance]:
    near = dict.fromkeys(house.rooms.neighbours(body.room), NEXT_ROOM) | {body.room: 1.0}
    for device in _at_hand(house, body):
        air = house.physics.temperature(device.room, house.now)
        for command in device.possible():
            for argument, relieves in _ways(device, device.type.commands[command], air):
                yield _command(device, command, argument, relieves, body.room, near.get(device.room, 0.0))


def _at_hand(house: "House", body: "Body") -> list[Device]:
    return [
        device
        for device in house.devices.values()
        if device.type.type not in body.profile.forbidden
        and (device.room == body.room or device.type.reach == "home")
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
        relieves={need: near * relief for need, relief in relieves.items() if near * relief},
    )


def _ways(device: Device, command: Command, air: float) -> list[Way]:
    """The arguments with which a person would give the command, and what each relieves.

    A setpoint goes up or down by a little, within what people live in, and is felt unless the air is long
    past it; switching on what is on relieves nobody.
    """
    for part in device.type.conditions:
        if command.argument and command.set.get(part.setpoint) == ARGUMENT:
            setpoint = float(device.state[part.setpoint])
            past = air - setpoint if part.mode == "heat" else setpoint - air
            felt = past < WARM and holds(part.when, {**device.state, **command.set})
            relief = max(command.relieves.values(), default=1.0) if felt else 0.0
            return [way for way in _nudges(setpoint, relief) if command.argument.admits(float(way[0]))]
    changes = any(device.state[name] != value for name, value in command.set.items())
    return [("", command.relieves if changes else {})]


def _nudges(setpoint: float, relief: float) -> list[Way]:
    coolest, warmest = LIVEABLE
    warmer, cooler = min(warmest, setpoint + NUDGE), max(coolest, setpoint - NUDGE)
    ways: list[Way] = []
    if warmer > setpoint:
        ways.append((f"{warmer:g}", {"cold": relief}))
    if cooler < setpoint:
        ways.append((f"{cooler:g}", {"hot": relief}))
    return ways
