"""The air of the rooms: water vapour (g/m³) and carbon dioxide (ppm), by a balance a room in closed form.

    V dc/dt = flows from next door and outdoors + what people and devices give off

Rooms are well mixed and exchange air through doors, leaks and open windows (`world.envelope`). Vapour above
saturation condenses on the panes and is gone; nothing is stored in walls and furniture.
"""

from collections.abc import Sequence

import numpy as np

from scenarios.home import Home
from world.clock import HOUR
from world.envelope import air_flows
from world.network import Network, Opened
from world.vapour import saturation

FRESH = 420.0  # ppm of CO₂ outdoors
LIVED_IN = 600.0  # ppm at the start
DRY = 30.0  # % below which a dehumidifier takes nothing, and twice which it takes what it is rated for


class Air:
    """Vapour and CO₂ in a home's rooms with walls. Every list follows *rooms*."""

    def __init__(self, home: Home, rooms: Sequence[str], outdoors: float) -> None:
        """*outdoors* is the vapour there at the start, g/m³, and indoors too as far as the air holds it."""
        self.vapour = [outdoors] * len(rooms)
        self.co2 = [LIVED_IN] * len(rooms)
        flows = air_flows(home, rooms)
        volumes = np.array([home.rooms[room].area * home.rooms[room].height for room in rooms])
        self._network = Network(volumes, flows.links, flows.outdoors[:, None])
        self._shut = (0.0,) * len(rooms)

    def humidity(self, room: int, celsius: float) -> float:
        """Relative humidity of a room at that temperature, %."""
        return 100 * self.vapour[room] / saturation(celsius)

    def advance(
        self,
        dt_ms: int,
        outdoors: float,
        moisture: Sequence[float],
        co2: Sequence[float],
        celsius: Sequence[float],
        fresh_air: Opened = (),
    ) -> None:
        """Let *dt_ms* pass at constant vapour *outdoors* (g/m³).

        People and devices give off *moisture* (g/h) and *co2* (ppm m³/h: a litre an hour is 1000); *celsius*
        are the rooms' temperatures at the end; *fresh_air* is what comes through open windows, m³/h.
        """
        if not dt_ms or not self.vapour:
            return
        if min(moisture) < 0:  # a dehumidifier
            rooms = range(len(self.vapour))
            moisture = list(map(self._taken, rooms, moisture, celsius))
        matrix = self._network.step(dt_ms / HOUR, fresh_air or self._shut).matrix
        both = np.array([*self.vapour, *moisture, outdoors, *self.co2, *co2, FRESH]).reshape(2, -1)
        self.vapour, self.co2 = both.dot(matrix).tolist()
        if max(self.vapour) > saturation(min(celsius)):
            self.vapour = [min(held, saturation(at)) for held, at in zip(self.vapour, celsius, strict=True)]

    def _taken(self, room: int, rate: float, celsius: float) -> float:
        """What comes into a room at that *rate* (g/h): where it is below 0, less is taken from drier air."""
        if rate >= 0:
            return rate
        return rate * min(1.0, max(0.0, self.humidity(room, celsius) / DRY - 1))
