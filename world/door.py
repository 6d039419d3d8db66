"""The front door as a reflex: nobody passes it locked; who comes in, or leaves the home empty, locks it.

No mind is asked. Who lives by a real log does with locks what the log has, and nothing else.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

from world.devices import Device
from world.mind import Decision, Order

if TYPE_CHECKING:
    from world.body import Body
    from world.house import House


class Lock(NamedTuple):
    """One lock of the door, and what opens and shuts it."""

    device: Device
    opens: Order
    shuts: Order


def locks(devices: Iterable[Device]) -> list[Lock]:
    """The locks among *devices*."""
    found = []
    for device in devices:
        ways = {command.set.get("lock"): name for name, command in device.type.commands.items()}
        if device.type.domain == "lock" and {"locked", "unlocked"} <= ways.keys():
            opens, shuts = (Order(device.id, ways[state]) for state in ("unlocked", "locked"))
            found.append(Lock(device, opens, shuts))
    return found


def to_unlock(house: "House", body: "Body") -> list[Order]:
    """What *body* has to unlock before it passes; while the network is down there is a key."""
    return [lock.opens for lock in _at_hand(house, body) if lock.device.state["lock"] == "locked"]


def to_lock(house: "House", body: "Body", decision: Decision) -> list[Order]:
    """What *body*, just come in, or gone out as the last, locks where *decision* says nothing of it."""
    if not body.at_home and any(other.at_home for other in house.bodies.values()):
        return []
    meant = {order.device for order in decision.orders}
    return [
        lock.shuts
        for lock in _at_hand(house, body)
        if lock.device.state["lock"] == "unlocked" and lock.device.id not in meant
    ]


def _at_hand(house: "House", body: "Body") -> Iterable[Lock]:
    """The locks that *body* may operate now."""
    if house.outages or body.small or body.profile.lives_by_log:
        return ()
    return (lock for lock in house.locks if _obeys(lock.device, body))


def _obeys(device: Device, body: "Body") -> bool:
    return device.online and device.type.type not in body.profile.forbidden
