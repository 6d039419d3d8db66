"""Rooms that exchange heat, or air, with each other and with what lies around: a network, solved exactly.

    C dx/dt = -(L + diag(opened)) x + inputs

C is what the rooms hold, L what flows among them and to the boundaries, opened the further exchange
through open windows. While inputs are constant a step of any length is exact: x(t+h) = Phi x(t) + R inputs.
"""

from functools import lru_cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Opened = tuple[float, ...]
"""A room: further exchange with the first boundary."""

CONFIGURATIONS, STEPS = 64, 256  # of windows, and lengths of steps under them, that are remembered


class Step(NamedTuple):
    """One step. [x, inputs of the rooms, values at the boundaries] times `matrix` is x at its end."""

    matrix: Floats
    response: list[list[float]]  # to a unit of input in each room; symmetric


class Network:
    """The network; its time unit is that of capacity over exchange (J/K and W/K: seconds)."""

    def __init__(self, capacity: Floats, links: Floats, boundaries: Floats) -> None:
        """*links* from room to room; a column of *boundaries* for outdoors, and each further boundary."""
        self._root, self._boundaries = np.sqrt(capacity), boundaries
        self._closed = np.diag(links.sum(axis=1) + boundaries.sum(axis=1)) - links
        self._modes = lru_cache(CONFIGURATIONS)(self._find_modes)
        self.step = lru_cache(STEPS)(self._find_step)  # callers mostly keep to one length

    def _find_modes(self, opened: Opened) -> tuple[Floats, Floats]:
        """(decay of each mode, modes to rooms). C^-1/2 L C^-1/2 is symmetric, so they are orthonormal."""
        exchange = self._closed + np.diag(opened)
        decay, vectors = np.linalg.eigh(exchange / np.outer(self._root, self._root))
        return decay, vectors / self._root[:, None]

    def _find_step(self, length: float, opened: Opened) -> Step:
        decay, to_rooms = self._modes(opened)
        fade = np.expm1(-decay * length)
        phi = (to_rooms * (1 + fade)) @ to_rooms.T * self._root**2
        response = (to_rooms * (-fade / decay)) @ to_rooms.T
        boundaries = self._boundaries.copy()
        boundaries[:, 0] += opened
        return Step(np.concatenate([phi.T, response, boundaries.T @ response]), response.tolist())
