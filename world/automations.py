"""Automations at work: rules that watch the clock, the sun, sensors and devices, and give commands."""

from typing import TYPE_CHECKING

from world.devices import Device

if TYPE_CHECKING:
    from world.house import House


class Automations:
    """All rules of a home."""

    def __init__(self, house: "House") -> None:
        self._house = house

    def changed(self, device: Device) -> None:
        """The state of *device* may be another."""

    def heard(self, sensor: str, attribute: str, value: str) -> None:
        """A reading has arrived."""
