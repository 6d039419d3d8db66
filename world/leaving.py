"""What the last one does before going out or to bed: windows shut, off with what only people need.

A reflex, as with light: no mind is asked. Without it a cooler once switched on would run all summer.
"""

from typing import TYPE_CHECKING

from world.devices import Device
from world.mind import Order

if TYPE_CHECKING:
    from world.body import Body
    from world.house import House

COMPANY = frozenset({"fan", "media_player"})
"""Home Assistant's domains of what serves whoever is in the room."""
OFF = ("switch off", "turn off")
MILD = 15.0  # °C outdoors, above which windows stay open overnight


def left_on(house: "House", body: "Body", *, out: bool) -> list[Order]:
    """Orders that *body*, going out or else to bed, gives if nobody else is left to need those things.

    The nearest first. Overnight the rooms where people sleep are left alone.
    """
    at_home = [other for other in house.bodies.values() if other.at_home and not other.small]
    others = [other for other in at_home if other is not body]
    if others and (out or not all(other.asleep for other in others)):
        return []
    kept = set() if out else {other.room for other in others} | {body.profile.bedroom or body.room}
    airy = not out and house.physics.outdoors(house.env.now) > MILD
    orders = [
        Order(device.id, command)
        for device in house.devices.values()
        if device.room not in kept
        and (command := _end(device, airy=airy, tended=device.id in house.automations.tends))
        and not device.refusal(command)
    ]
    return sorted(
        orders, key=lambda it: (house.rooms.walk_ms(body.room, house.devices[it.device].room), it.device)
    )


def _end(device: Device, *, airy: bool, tended: bool) -> str:
    """The command that ends what *device* does for people; '' where there is nothing to end."""
    if "close" in device.type.commands and not device.type.connected and device.output.fresh_air:
        return "" if airy else "close"
    active = device.conditioning()
    serves = device.type.domain in COMPANY or (active is not None and active[0].mode == "cool")
    if device.type.domain == "light":
        serves = device.output.lumens > 0 and not tended
    on = device.state.get("switch") == "on"
    return next((it for it in OFF if it in device.type.commands), "") if serves and on else ""
