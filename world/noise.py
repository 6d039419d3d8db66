"""Noise in the rooms, dB(A): devices, the street through open windows, people who talk, the rooms next door.

Sources add up as energies: two of 50 dB(A) make 53.
"""

from collections.abc import Callable, Iterable, Mapping
from math import log10

from scenarios.home import OPEN_AIR, Home
from world.devices import Device

QUIET = 28.0  # dB(A) indoors with everything off and the windows shut
STREET = 50.0  # in the open air
TALK = 55.0  # of people in company (ISO 9921: relaxed speech, at one metre)
DOOR = 20.0  # dB that a door between two rooms keeps out

Awake = Callable[[str], int]
"""Room -> how many people are awake in it."""


def energy(level: float) -> float:
    """Sound energy at that level, as multiples of that at 0 dB."""
    return float(10.0 ** (level / 10))


class Noise:
    """The noise in all rooms of a home."""

    def __init__(self, home: Home, devices: Iterable[Device]) -> None:
        self._quiet = {
            name: energy(STREET if room.kind in OPEN_AIR else QUIET) for name, room in home.rooms.items()
        }
        self._next_door: Mapping[str, list[str]] = {
            room: sorted({end for door in home.doors if room in door for end in door} - {room, "outside"})
            for room in home.rooms
        }
        self._loud: dict[str, list[Device]] = {room: [] for room in home.rooms}
        self._devices = dict.fromkeys(home.rooms, 0.0)  # energies
        for device in devices:
            if any(draw.noise for draw in device.type.draws):
                self._loud[device.room].append(device)
                self.changed(device)

    def changed(self, device: Device) -> None:
        """*device* is louder or quieter than before."""
        loud = self._loud[device.room]
        self._devices[device.room] = sum([energy(it.noise()) for it in loud if it.noise()])

    def level(self, room: str, awake: Awake) -> float:
        """What is heard in *room*, dB(A)."""
        heard = self._quiet[room] + self._made(room, awake)
        for other in self._next_door[room]:
            heard += self._made(other, awake) * MUFFLED
        return 10 * log10(heard)

    def _made(self, room: str, awake: Awake) -> float:
        """By the devices and the company in *room*."""
        return self._devices[room] + (TALKING if awake(room) > 1 else 0.0)


TALKING, MUFFLED = energy(TALK), energy(-DOOR)
