"""How anomalies operate devices: with the commands of their kind, under their label."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from scenarios.anomaly_kinds import KINDS
from world.anomaly.window import Window
from world.devices import Device
from world.mind import Order

if TYPE_CHECKING:
    from world.house import House


def device_of(house: "House", window: Window, part: int = 0) -> Device:
    """The device that is *part* of it."""
    return house.devices[window.devices[part]]


def commands_of(house: "House", window: Window, part: int = 0) -> Sequence[str]:
    """Its commands: on, off; open, close; lock, unlock."""
    return KINDS[window.kind].parts[part].way(device_of(house, window, part).type)


def give(house: "House", window: Window, command: str, part: int = 0) -> None:
    """Give a command that nobody at home gives."""
    device = device_of(house, window, part)
    house.command(device, Order(device.id, command), window.origin)
