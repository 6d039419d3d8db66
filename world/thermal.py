"""Room temperatures: a linear RC network, one node a room, advanced in closed form.

    C dT/dt = -L T + g T_outdoors + gains + conditioning

C is the rooms' heat capacity (J/K), L the conductances among rooms and to outdoors (W/K), g the latter
alone. Between two calls the inputs are constant, so each step is exact: x(t+h) = Phi x(t) + Psi b,
with Phi and Psi from one eigen-decomposition. Values of construction are those of ISO 13790 for a
light, fairly insulated building.
"""

from collections.abc import Sequence
from functools import lru_cache
from math import ceil, sqrt
from operator import mul
from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from scenarios.home import OPEN_AIR, Home, Room
from world.clock import MINUTE

Floats = npt.NDArray[np.float64]
Limit = tuple[int, float, float, float]  # a room's number, setpoint, least and most watts

CAPACITY = 110_000.0  # J/(K m²) of floor: building class 'light' (ISO 13790, table 12)
WALL, GLASS = 0.6, 1.6  # W/(m² K)
SLAB = 0.2  # W/(K m²) of floor: roof, ground and thermal bridges together
VENTILATION = 0.5 / 3600 * 1200  # W/(K m³): half an air change an hour
FRONT_DOOR = 4.0  # W/K: 2 m² at 2 W/(m² K)
BETWEEN = 40.0  # W/K between joined rooms: 10 m² of partition, and the air that passes the door
STEP = 15 * MINUTE  # longest time for which conditioning power is held
SWEEPS = (
    2  # over the rooms that are held: a neighbour's share is some percent, so this misses by millikelvins
)


class Target(NamedTuple):
    """Hold a room at *setpoint* °C with at most *watts*."""

    mode: Literal["heat", "cool"]
    setpoint: float
    watts: float


class Thermal:
    """The temperatures of a home's rooms. Every array follows `rooms`, the home's own order.

    Rooms in the open air are as warm as outdoors, whatever is done to them.
    """

    def __init__(self, home: Home, start: float = 20.0) -> None:
        self.rooms = tuple(home.rooms)
        self._number = {room: number for number, room in enumerate(self.rooms)}
        indoors = [room for room in self.rooms if home.rooms[room].kind not in OPEN_AIR]
        self._indoors = np.array([self._number[room] for room in indoors], dtype=int)
        self.temperatures = np.full(len(self.rooms), start)
        self._capacity = CAPACITY * np.array([home.rooms[room].area for room in indoors])
        self.to_outdoors, conductance = _conductances(home, indoors)
        # C^-1/2 L C^-1/2 is symmetric, so its eigenvectors are real and orthonormal.
        root = np.sqrt(self._capacity)
        self._decay, vectors = np.linalg.eigh(conductance / np.outer(root, root))
        self._from_modes, self._to_modes = vectors / root[:, None], vectors.T * root
        self._propagators = lru_cache(maxsize=8)(self._integrate)  # callers mostly keep to one step

    def temperature(self, room: str) -> float:
        """Of the air in *room*, in °C."""
        return float(self.temperatures[self._number[room]])

    def advance(
        self, dt_ms: int, outdoors: float, gains: Floats, targets: Sequence[Target | None] | None = None
    ) -> Floats:
        """Let *dt_ms* pass at constant *outdoors* (°C) and *gains* (W a room); exact for any length.

        Returns the mean watts that conditioning delivered to each room, negative where it cooled. Its
        power, held for STEP at most, is what brings the room to the setpoint by the step's end, as far
        as it suffices: the ideal load of building simulation, without a thermostat's phase to remember.
        """
        if dt_ms < 0:
            raise ValueError(f"time only runs forward; got a step of {dt_ms} ms")
        delivered = np.zeros(len(self.rooms))
        if dt_ms:
            held = self._held(targets or ())
            steps = ceil(dt_ms / STEP) if held else 1
            phi, response, rows = self._propagators(dt_ms / steps)
            drift = response.dot(gains[self._indoors] + self.to_outdoors * outdoors)
            air, power = self.temperatures[self._indoors], np.zeros(len(self._indoors))
            for _ in range(steps):
                air = phi.dot(air) + drift
                if held:
                    watts = np.array(_ideal_load(air.tolist(), rows, held))
                    air += response.dot(watts)
                    power += watts
            delivered[self._indoors] = power / steps
            self.temperatures[:] = outdoors
            self.temperatures[self._indoors] = air
        return delivered

    def _integrate(self, step_ms: float) -> tuple[Floats, Floats, list[list[float]]]:
        """(Phi, the warming by each watt held during the step, the same as lists), for that many ms."""
        fade = np.expm1(-self._decay * step_ms / 1000)
        phi = (self._from_modes * (1 + fade)) @ self._to_modes
        psi = (self._from_modes * (-fade / self._decay)) @ self._to_modes
        response: Floats = psi / self._capacity
        return phi, response, response.tolist()

    def _held(self, targets: Sequence[Target | None]) -> list[Limit]:
        """The limits of every indoor room that has a target."""
        held = []
        for number, room in enumerate(self._indoors if targets else ()):
            if target := targets[room]:
                mode, setpoint, watts = target
                held.append((number, setpoint, *((0.0, watts) if mode == "heat" else (-watts, 0.0))))
        return held


def _ideal_load(free: list[float], response: list[list[float]], held: Sequence[Limit]) -> list[float]:
    """Watts within their limits that end the step at the setpoints: projected Gauss-Seidel iteration.

    Plain numbers, because a handful of rooms is too few for numpy to gain anything.
    """
    watts = [0.0] * len(free)
    for _ in range(SWEEPS):
        for room, setpoint, least, most in held:
            row = response[room]
            missing = setpoint - free[room] - sum(map(mul, row, watts))
            watts[room] = min(most, max(least, watts[room] + missing / row[room]))
    return watts


def _conductances(home: Home, rooms: Sequence[str]) -> tuple[Floats, Floats]:
    """(to outdoors, L) in W/K; doors to the open air are front doors."""
    number = {room: i for i, room in enumerate(rooms)}
    to_outdoors = np.array([_envelope(home.rooms[room]) for room in rooms])
    between = np.zeros((len(rooms), len(rooms)))
    for door in sorted({frozenset(door) for door in home.doors}, key=sorted):
        inside = [number[room] for room in door if room in number]
        if len(inside) == 2:
            between[inside, inside[::-1]] = BETWEEN
        elif len(door) == 2:
            to_outdoors[inside] += FRONT_DOOR
    return to_outdoors, np.diag(between.sum(axis=1) + to_outdoors) - between


def _envelope(room: Room) -> float:
    """W/K from a room to outdoors. Each way its windows face is an outer wall as wide as the room."""
    facades = len({window.facing for window in room.windows})
    glass = sum(window.area for window in room.windows)
    wall = max(0.0, facades * sqrt(room.area) * room.height - glass)
    return WALL * wall + GLASS * glass + SLAB * room.area + VENTILATION * room.area * room.height
