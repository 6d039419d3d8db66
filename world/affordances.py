"""Affordances: the closed list of what one resident can do here and now. A mind chooses from it."""

from typing import TYPE_CHECKING

from scenarios.activity import ADJUST, Activity
from scenarios.device import ARGUMENT, Command
from world.devices import Device, describe
from world.mind import Affordance, Order

if TYPE_CHECKING:
    from world.body import Body
    from world.house import House

A_MOMENT = 1.0  # minutes that a single command takes out of one's day
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
    return [
        _command(device, command, body.room)
        for device in house.devices.values()
        if device.online
        and device.type.type not in body.profile.forbidden
        and (device.room == body.room or device.type.reach == "home")
        for command in device.possible()
    ]


def _command(device: Device, command: str, room: str) -> Affordance:
    argument = _helpful_argument(device, command)
    definition = device.type.commands[command]
    return Affordance(
        key=f"{device.id}:{command}",
        text=describe(definition, device.name, argument),
        activity=ADJUST,
        room=room,
        minutes=A_MOMENT,
        orders=(Order(device.id, command, argument),),
        relieves=definition.relieves if argument or _changes(device, definition) else {},
    )


def _changes(device: Device, command: Command) -> bool:
    """Whether the command would change anything: switching on what is on relieves nobody."""
    return any(device.state[name] != value for name, value in command.set.items())


def _helpful_argument(device: Device, command: str) -> str:
    """For a command that moves a setpoint: a few degrees in the direction that its device works."""
    for part in device.type.conditions:
        if device.type.commands[command].set.get(part.setpoint) == ARGUMENT:
            low, high = device.type.attributes[part.setpoint].range or (5.0, 35.0)
            moved = float(device.state[part.setpoint]) + (NUDGE if part.mode == "heat" else -NUDGE)
            return f"{min(high, max(low, moved)):g}"
    return ""
