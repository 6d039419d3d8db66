"""Light as a reflex: whoever needs it reaches for it, whoever leaves an empty room switches it off.

No mind is asked: this is how daylight and season reach the log without a prompt.
"""

from typing import TYPE_CHECKING

from world.devices import Device
from world.mind import Order

if TYPE_CHECKING:
    from world.body import Body
    from world.house import House

TIDY = 0.9  # chance that the last one out of a room switches its lamps off


def lamp_wanted(house: "House", body: "Body") -> Order | None:
    """What to reach for when the room is too dark for what *body* does; None when it is light enough."""
    activity, now = house.catalogue.activities.get(body.activity), house.now
    if activity is None or not body.at_home or house.physics.lux(body.room, now) >= activity.lux:
        return None
    if any(other.asleep for other in house.bodies.values() if other.room == body.room):
        return None
    daylight = house.physics.is_day(now)
    remedies = [
        (relief, device.id, command)
        for device in house.devices_in(body.room)
        if device.type.type not in body.profile.forbidden
        for relief, command in _remedies(device, daylight)
    ]
    return Order(*max(remedies)[1:]) if remedies else None


def _remedies(device: Device, daylight: bool) -> list[tuple[float, str]]:
    """Commands against darkness: a blind helps while it is day, a lamp only if it is not lit yet."""
    if device.type.shade and (not daylight or device.daylight() > 0.5):
        return []
    if not device.type.shade and device.lumens() > 0:
        return []
    commands = device.type.commands
    return [
        (commands[name].relieves["dark"], name)
        for name in device.possible()
        if "dark" in commands[name].relieves and commands[name].argument is None
    ]


def lamps_on(house: "House", room: str) -> list[Order]:
    """Orders that switch off every lamp that burns in *room*."""
    return [
        Order(device.id, "switch off")
        for device in house.devices_in(room)
        if device.type.domain == "light" and device.lumens() > 0 and not device.refusal("switch off")
    ]
