"""Room temperatures: a linear RC network, one node a room, advanced in closed form.

    C dT/dt = -L T + g T_outdoors + n T_neighbours + gains + conditioning

C is the rooms' heat capacity (J/K), L the conductances (W/K), g and n those to outdoors and to the
neighbours' flats. One node a room stands for air and walls together, as in the simple hourly method of
ISO 13790: five minutes of airing cool it by tenths of a degree, as they do a room's walls, and not for hours.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from scenarios.home import Home
from world.clock import MINUTE
from world.envelope import AIR_HEAT, conductances
from world.network import Network, Opened

CAPACITY = 110_000.0  # J/(K m²) of floor: building class 'light' (ISO 13790, table 12)
HEATED = 20.0  # °C that neighbours keep
STEP = 30 * MINUTE  # longest time for which conditioning power is held: nobody looks more often
CLOSE = 0.005  # K from a setpoint at which conditioning is left as it is


class Target(NamedTuple):
    """Bring a room to *setpoint* °C with power from *least* to *most* watts; cooling is below 0."""

    room: int
    setpoint: float
    least: float
    most: float


class Thermal:
    """The temperatures of a home's rooms with walls. Every list follows `rooms`."""

    def __init__(self, home: Home, start: float = 20.0) -> None:
        self.rooms = tuple(sorted(room for room, plan in home.rooms.items() if not plan.open_air))
        self.temperatures = [start] * len(self.rooms)
        self.exchange = conductances(home, self.rooms)
        self.capacity = CAPACITY * np.array([home.rooms[room].area for room in self.rooms])
        boundaries = np.column_stack([self.exchange.outdoors, self.exchange.neighbours])
        self._network = Network(self.capacity, self.exchange.links, boundaries)
        self._targets: Sequence[Target] = ()
        self._watts: list[float] = []  # that the targets had in the last step
        self._opened: tuple[Opened, Opened] = ((), self._shut())  # flows of air, and what they conduct

    def advance(
        self,
        dt_ms: int,
        outdoors: float,
        gains: Sequence[float],
        targets: Sequence[Target] = (),
        fresh_air: Opened = (),
        neighbours: float = HEATED,
    ) -> list[float]:
        """Let *dt_ms* pass at constant temperatures around (°C) and *gains* (W a room); exact for any length.

        *fresh_air* is what comes through open windows, m³/h a room; empty = all shut. Returns the mean
        watts that each target delivered, negative where it cooled. Its power, held for STEP at most, is what
        brings the room to the setpoint by the step's end, as far as it suffices: the ideal load of
        building simulation, without a thermostat's phase to remember.
        """
        if dt_ms < 0:
            raise ValueError(f"time only runs forward; got a step of {dt_ms} ms")
        if not dt_ms or not self.rooms:
            return [0.0] * len(targets)
        steps = -(-dt_ms // STEP) if targets else 1
        matrix, response = self._network.step(dt_ms / steps / 1000, self._conducted(fresh_air))
        if targets != self._targets:
            self._targets, self._watts = targets, [0.0] * len(targets)
        rooms, means = len(self.rooms), []
        for _ in range(steps):
            inputs = [*self.temperatures, *gains, outdoors, neighbours]
            for (room, *_), power in zip(targets, self._watts):  # noqa: B905 - as long; checking takes its time
                inputs[rooms + room] += power
            air = np.array(inputs).dot(matrix).tolist()
            self.temperatures, self._watts = _ideal_load(air, self._watts, response, targets)
            means.append(self._watts)
        return self._watts if steps == 1 else [sum(powers) / steps for powers in zip(*means, strict=True)]

    def _shut(self) -> Opened:
        return (0.0,) * len(self.rooms)

    def _conducted(self, fresh_air: Opened) -> Opened:
        """W/K of that flow of air."""
        if self._opened[0] != fresh_air:
            self._opened = fresh_air, tuple(AIR_HEAT * flow for flow in fresh_air) or self._shut()
        return self._opened[1]


def _ideal_load(
    air: list[float], watts: Sequence[float], response: list[list[float]], targets: Sequence[Target]
) -> tuple[list[float], list[float]]:
    """The temperatures when conditioning keeps to the targets, and its watts: one Gauss-Seidel sweep.

    It starts from *air* as the *watts* before would leave it, so that mostly little is to be put right; the
    hundredths of a degree that a later room gives an earlier one, the next step does. Several heaters
    in a room come in the order of *targets*: what the first lacks, the next adds.
    """
    watts = list(watts)
    for number, (room, setpoint, least, most) in enumerate(targets):
        missing = setpoint - air[room]
        if -CLOSE < missing < CLOSE:
            continue
        warming, held = response[room], watts[number]
        wanted = held + missing / warming[room]
        if not least <= wanted <= most:
            wanted = least if wanted < least else most
        if wanted != held:
            watts[number], more = wanted, wanted - held
            air = [degrees + more * by for degrees, by in zip(air, warming)]  # noqa: B905 - twice the time
    return air, watts
