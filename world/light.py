"""Light as a reflex: whoever needs it reaches for it, whoever leaves an empty room switches it off.

No mind is asked: this is how daylight and season reach the log without a prompt.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from world.devices import Device
from world.mind import Order
from world.physics import Physics, Still

if TYPE_CHECKING:
    from world.body import Body
    from world.house import House

Remedy = tuple[float, Device, str]  # how much of the darkness it relieves; the command

DAYLIGHT = 200.0  # lux in the room; where the sky gives less, nobody opens a blind to see better
EVENING = 18 * 60  # minute of the day from which nobody opens a blind for light
WARM = 25.0  # °C in the room above which nobody lets the sun in
TIDY = 0.9  # chance that the last one out of a room switches its lamps off


def lamp_wanted(house: "House", body: "Body") -> Order | None:
    """What to reach for when the room is too dark for what *body* does; None when it is light enough.

    While it is day, the blind before the lamp, unless the sun is shut out; over somebody who sleeps, neither.
    """
    room, now = body.room, house.now
    if not body.lux or house.physics.lux(room, now) >= body.lux:
        return None
    shut_out = house.clock.local(now)[2] >= EVENING or house.physics.temperature(room, now) > WARM
    ways = [
        (bool(device.type.shade), relief, device.id, command)
        for relief, device, command in house.remedies[room]
        if not (shut_out and device.type.shade)
        and _helps(device, house.physics, now)
        and device.type.type not in body.profile.forbidden
        and not device.refusal(command)
    ]
    if not ways or any(other.asleep for other in house.bodies.values() if other.room == room):
        return None
    return Order(*max(ways)[2:])


def remedies(devices: Iterable[Device]) -> list[Remedy]:
    """The commands against darkness that are given without thinking of a value."""
    return [
        (command.relieves["dark"], device, name)
        for device in devices
        for name, command in device.type.commands.items()
        if "dark" in command.relieves and command.argument is None
    ]


def _helps(device: Device, physics: Physics | Still, now: int) -> bool:
    """A blind helps if it is down while it is day, a lamp if it is not lit yet."""
    if device.type.shade:
        return device.daylight() <= 0.5 and physics.daylight(device.room, now) > DAYLIGHT
    return device.output.lumens == 0


def lamps_on(house: "House", room: str) -> list[Order]:
    """Orders that switch off every lamp that burns in *room*, but for those that do so by themselves."""
    return [
        Order(device.id, "switch off")
        for device in house.lamps.get(room, ())
        if device.output.lumens > 0 and not device.refusal("switch off")
    ]


def is_so(device: Device, command: str) -> bool:
    """Whether what *command* brings about is the case already."""
    state, wanted = device.state, device.type.commands[command].set
    return bool(wanted) and all(state[name] == value for name, value in wanted.items())
