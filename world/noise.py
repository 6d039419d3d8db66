"""Noise in the rooms, dB(A): devices, the street through open windows, people who talk, the rooms next door.

Sources add up as energies: two of 50 dB(A) make 53.
"""

from collections.abc import Iterable, Mapping
from math import log10

from scenarios.home import OPEN_AIR, Home
from world.devices import Device

QUIET = 28.0  # dB(A) indoors with everything off and the windows shut
STREET = 50.0  # in the open air
TALK = 55.0  # of people in company (ISO 9921: relaxed speech, at one metre)
DOOR = 20.0  # dB that a door between two rooms keeps out

Awake = Mapping[str, int]
"""How many people are awake in each room."""


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
        self._devices[device.room] = sum([energy(it.output.noise) for it in loud if it.output.noise])

    def level(self, room: str, awake: Awake) -> float:
        """What is heard in *room*, dB(A)."""
        devices = self._devices
        here, heard = devices[room] + (TALKING if awake[room] > 1 else 0.0), 0.0
        for other in self._next_door[room]:
            heard += devices[other] + (TALKING if awake[other] > 1 else 0.0)
        return 10 * log10(self._quiet[room] + here + heard * MUFFLED)


TALKING, MUFFLED = energy(TALK), energy(-DOOR)
