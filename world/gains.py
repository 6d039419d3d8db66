"""What people and devices give to the air of the rooms: heat, water, CO₂; and what windows let in.

Rates change at instants, whenever somebody moves or a device is operated; over a step they are averaged
exactly, so that nothing given off between two steps is lost.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

from world.devices import DEAD, Device, Output
from world.network import Opened

Rates = tuple[float, float, float]
"""Heat in W, water in g/h, CO₂ in ppm m³/h (a litre an hour is 1000)."""

AWAKE: Rates = (80.0, 50.0, 20_000.0)
ASLEEP: Rates = (60.0, 40.0, 13_000.0)
"""Of a person: sensible heat and vapour after ASHRAE Fundamentals ch. 18, breath after ASTM D6245."""


class Person(Protocol):
    """Somebody who is somewhere."""

    id: str
    room: str
    asleep: bool


class Gains:
    """What each of *rooms* is given. Every list follows them; what is elsewhere warms nobody."""

    def __init__(self, rooms: Sequence[str], devices: Iterable[Device]) -> None:
        self._rooms: Mapping[str, int] = {room: number for number, room in enumerate(rooms)}
        self._count = len(rooms)
        self._rates = [0.0] * (3 * self._count)
        self._owed = [0.0] * (3 * self._count)  # rate x ms by which this step's start differed from now
        self._since, self._owing = 0, False
        self.awake: Counter[str] = Counter()  # how many people are, in each room
        self.places: dict[str, tuple[str, bool]] = {}  # where each person is, and whether asleep
        self._given: dict[str, Output] = {}  # by each device
        self._flows: dict[str, tuple[int, float]] = {}  # through each open window: room, m³/h
        self.fresh_air: Opened = ()  # m³/h a room through open windows; empty = all are shut
        for device in devices:
            if device.type.draws and device.room in self._rooms:
                self._given[device.id] = DEAD
                self.changed(device, 0)

    def changed(self, device: Device, now: int) -> None:
        """From *now* on *device* gives off what it now says."""
        output, before = device.output, self._given.get(device.id)
        if before is None or before is output:
            return
        self._given[device.id], room = output, self._rooms[device.room]
        heat, water = output.heat - before.heat, output.moisture - before.moisture
        if water:
            self._give(room, heat, water, 0.0, now)
        elif heat:
            self._rates[room] += heat
            self._owed[room] -= heat * (now - self._since)
            self._owing = True
        if output.fresh_air != before.fresh_air:
            self._flows[device.id] = room, output.fresh_air
            self.fresh_air = self._through_windows()

    def moved(self, person: Person, now: int) -> None:
        """From *now* on *person* is in that room, awake or asleep."""
        room, asleep = here = person.room, person.asleep
        before = self.places.get(person.id)
        if here == before:
            return
        self.places[person.id] = here
        if before is not None:
            self.awake[before[0]] -= not before[1]
            if before[0] in self._rooms:
                heat, water, breath = ASLEEP if before[1] else AWAKE
                self._give(self._rooms[before[0]], -heat, -water, -breath, now)
        self.awake[room] += not asleep
        if room in self._rooms:
            self._give(self._rooms[room], *(ASLEEP if asleep else AWAKE), now)

    def means(self, now: int) -> tuple[list[float], list[float], list[float]]:
        """(W, g/h, ppm m³/h) a room, averaged since the last call, which must be some time ago."""
        rates, rooms = self._rates, self._count
        if self._owing:
            span = now - self._since
            rates = [rate + owed / span for rate, owed in zip(rates, self._owed)]  # noqa: B905 - as long
            self._owed, self._owing = [0.0] * (3 * rooms), False
        self._since = now
        return rates[:rooms], rates[rooms : 2 * rooms], rates[2 * rooms :]

    def _through_windows(self) -> Opened:
        flows = [0.0] * self._count
        for room, flow in self._flows.values():
            flows[room] += flow
        return tuple(flows) if any(flows) else ()

    def _give(self, room: int, heat: float, water: float, breath: float, now: int) -> None:
        rates, owed, rooms, late = self._rates, self._owed, self._count, now - self._since
        rates[room] += heat
        owed[room] -= heat * late
        room += rooms
        rates[room] += water
        owed[room] -= water * late
        room += rooms
        rates[room] += breath
        owed[room] -= breath * late
        self._owing = True
