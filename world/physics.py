"""The physical side of a house: weather, sun, room temperatures and light.

Temperatures advance in steps between events; light follows the sun, the blinds and the lamps at once.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence

import numpy as np

from scenarios.chance import Chance
from scenarios.device import DeviceType
from scenarios.home import Home
from world.clock import Clock
from world.devices import Device
from world.sun import room_lux, room_watts
from world.thermal import Target, Thermal
from world.weather import Weather

PERSON_WATTS = 80.0  # sensible heat of a person at rest (ASHRAE Fundamentals, ch. 18)
UTILISATION = 0.5  # share of a lamp's lumens that reaches where people look


class Physics:
    """What it is like in a room now."""

    def __init__(self, home: Home, devices: Mapping[str, Device], clock: Clock, chance: Chance) -> None:
        self.weather = Weather(home.climate, home.address, clock, chance)
        self._home = home
        rooms = dict(sorted(home.rooms.items()))  # the order in the file must not reach the last digits
        self._thermal = Thermal(home.model_copy(update={"rooms": rooms}))
        held = {room: [device for device in devices.values() if device.room == room] for room in home.rooms}
        self._warm = _those(held, lambda kind: any(draw.watts for draw in kind.draws))
        self._lamps = _those(held, lambda kind: any(draw.lumens for draw in kind.draws))
        self._shades = _those(held, lambda kind: bool(kind.shade))
        self._conditioners = _those(held, lambda kind: bool(kind.conditions))
        self._time, self._sky = 0, self.weather.sky(0)  # of the last step
        self.heating_faults = 0  # while one lasts, nothing heats

    def outdoors(self, now: int) -> float:
        """Air temperature outdoors, °C."""
        return self.weather.temperature(now)

    def temperature(self, room: str, now: int) -> float:
        """Air temperature where somebody is, °C, as of the last step."""
        return self.outdoors(now) if room == "outside" else self._thermal.temperature(room)

    def lux(self, room: str, now: int) -> float:
        """Light in a room, daylight and lamps together, lux."""
        sky = self.weather.sky(now)
        if room == "outside":
            return sky.lux
        plan = self._home.rooms[room]
        lamps = sum(device.lumens() for device in self._lamps[room])
        return room_lux(plan, sky, self._uncovered(room)) + UTILISATION * lamps / plan.area

    def daylight(self, room: str, now: int) -> float:
        """Light in a room at home with the lamps off and the blinds open, lux."""
        return room_lux(self._home.rooms[room], self.weather.sky(now))

    def advance(self, now: int, people: Iterable[str]) -> None:
        """Let the air of all rooms warm or cool up to *now*; *people* are the rooms they are in."""
        gains = np.array([self._gains(room) for room in self._thermal.rooms])
        for room in people:
            if room != "outside":
                gains[self._thermal.rooms.index(room)] += PERSON_WATTS
        self._thermal.advance(now - self._time, self.outdoors(now), gains, self._targets())
        self._time, self._sky = now, self.weather.sky(now)

    def _gains(self, room: str) -> float:
        sun = room_watts(self._home.rooms[room], self._sky, self._uncovered(room))
        return sun + sum(device.heat_watts() for device in self._warm[room])

    def _uncovered(self, room: str) -> float:
        return min((device.daylight() for device in self._shades[room]), default=1.0)

    def _targets(self) -> Sequence[Target | None]:
        return [self._target(room) for room in self._thermal.rooms]

    def _target(self, room: str) -> Target | None:
        """What conditions the room now: where a heater and a cooler are both on, the one that is needed."""
        active = [it for device in self._conditioners[room] if (it := device.conditioning())]
        wanted = {part.mode: Target(part.mode, setpoint, part.watts) for part, setpoint in active}
        heat, cool = wanted.get("heat") if not self.heating_faults else None, wanted.get("cool")
        if heat is None or cool is None:
            return heat or cool
        between = (heat.setpoint + cool.setpoint) / 2
        return heat if self._thermal.temperature(room) < between else cool


def _those(
    held: Mapping[str, Sequence[Device]], suits: Callable[[DeviceType], bool]
) -> Mapping[str, Sequence[Device]]:
    """The devices of a kind in each room."""
    return {room: [device for device in devices if suits(device.type)] for room, devices in held.items()}
