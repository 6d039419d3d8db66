"""Cameras that tell when they see somebody, as their apps do, and then keep still for a while."""

from typing import TYPE_CHECKING

from world.clock import MINUTE
from world.devices import Device
from world.event import Origin
from world.mind import Order

if TYPE_CHECKING:
    from world.house import House

NOTICE = "notification"  # the report that a camera makes
CAUSE = "notices"


class Watcher:
    """A camera; it looks only while it is on, and reports nobody again before *rest* minutes have passed."""

    def __init__(self, house: "House", device: Device, rest: float) -> None:
        self._house, self._device, self._rest = house, device, round(rest * MINUTE)
        self._ready = 0  # ms

    def move(self, origin: Origin, now: int) -> None:
        """Somebody moves in its room."""
        device = self._device
        if now < self._ready or self._house.outages or not device.online:
            return
        if device.state["switch"] == "on":
            self._ready = now + self._rest
            self._house.command(device, Order(device.id, NOTICE), origin._replace(cause=CAUSE))
