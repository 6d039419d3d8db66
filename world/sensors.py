"""Sensors: what the home tells of itself, late, rounded, noisy, and sometimes not at all."""

from typing import TYPE_CHECKING

from scenarios.chance import Chance
from world.devices import Device
from world.event import NOBODY, Origin

if TYPE_CHECKING:
    from world.body import Body
    from world.house import House


class Sensors:
    """All sensors of a home."""

    def __init__(self, house: "House", chance: Chance) -> None:
        self._house, self._chance = house, chance

    def moved(self, body: "Body", before: str) -> None:
        """*body* has come from the room *before* into another."""

    def stirred(self, body: "Body") -> None:
        """*body* has moved without leaving the room."""

    def changed(self, device: Device, origin: Origin = NOBODY) -> None:
        """The state of *device* may be another."""

    def sample(self) -> None:
        """Look at all levels that are due; the air of the rooms has just been brought up to date."""

    def fail(self, sensor: str, how: str) -> None:
        """Begin to fail: 'dead' or 'stuck'; '' ends it."""
