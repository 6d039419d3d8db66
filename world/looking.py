"""What people look at before they reach: is it so already, does somebody else here still need it.

Without it, each of two who watch television would switch it on, and the first to rise switch it off.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from world.devices import Device
from world.light import is_so
from world.mind import Order

if TYPE_CHECKING:
    from world.body import Body
    from world.house import House


def needless(house: "House", body: "Body", order: Order) -> bool:
    """Whether what *order* brings about is so already, or would end what somebody else here is still at."""
    device = house.devices[order.device]
    if is_so(device, order.command) or _wakes(house, body, device, order):
        return True
    kind = device.type.type
    if f"{kind}:{order.command}" not in house.layout.endings:
        return False
    return any(kind in house.layout.uses(other.activity) for other in _others(house, body, device.room))


def _wakes(house: "House", body: "Body", device: Device, order: Order) -> bool:
    """Whether *order* raises a blind over somebody else who sleeps."""
    if not device.type.shade or device.type.commands[order.command].set.get(device.type.shade) == 0:
        return False
    return any(it is not body and it.asleep and it.room == device.room for it in house.bodies.values())


def goes_on(house: "House", body: "Body", ends: Order) -> "Body | None":
    """Who else is at what *ends* would end, and will end it in their turn."""
    for other in _others(house, body, body.room):
        ending = (end for _, end in house.layout.meanwhile(other.activity, other.room))
        if not other.small and ends in ending:
            return other
    return None


def _others(house: "House", body: "Body", room: str) -> Iterator["Body"]:
    """Who else is up in *room*, and does not only follow somebody there."""
    for other in house.bodies.values():
        if other is not body and other.room == room and not (other.asleep or other.follows):
            yield other
