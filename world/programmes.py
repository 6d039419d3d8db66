"""Programmes that run on devices: how long each has run, and when it ends by itself."""

from typing import TYPE_CHECKING

from scenarios.chance import Chance
from world.clock import MINUTE
from world.devices import Device
from world.event import Origin
from world.timeline import Process

if TYPE_CHECKING:
    from world.house import House

RUNS_ON = "runs on"  # what befalls a device whose programme does not end in its time


class Stopwatch:
    """Milliseconds that the programme number `run` of a device has run, but for the time it stood still."""

    __slots__ = ("_ran", "_since", "anomaly", "began", "longer", "run")

    def __init__(self, run: int, began: int) -> None:
        self.run, self.began = run, began
        self.longer, self.anomaly = 0, ""  # ms beyond its time, because of what
        self._ran, self._since = 0, -1  # -1: stands still

    def turn(self, on: bool, now: int) -> bool:
        """Let it go or stop it at *now*; whether it goes only since then."""
        goes = self._since >= 0
        if goes and not on:
            self._ran, self._since = self.ran(now), -1
        elif on and not goes:
            self._since = now
        return on and not goes

    def ran(self, now: int) -> int:
        """How long it has run, ms."""
        return self._ran + (now - self._since if self._since >= 0 else 0)


class Stopwatches:
    """One for each device whose programme has begun and not ended."""

    def __init__(self) -> None:
        self._running: dict[str, Stopwatch] = {}

    def of(self, device: Device) -> Stopwatch | None:
        """The stopwatch of the device's programme; None where none has begun."""
        return self._running.get(device.id)

    def follow(self, device: Device, now: int) -> Stopwatch | None:
        """Take note of a programme that began, stopped, went on or was given up; one that goes only now."""
        if device.programme is None:
            self._running.pop(device.id, None)
            return None
        watch = self._running.get(device.id)
        if watch is None or watch.run != device.run:
            watch = self._running[device.id] = Stopwatch(device.run, now)
        return watch if watch.turn(not device.held, now) else None


class Programmes:
    """Ends every programme of a house in its time."""

    def __init__(self, house: "House", chance: Chance) -> None:
        self._house, self._chance = house, chance
        self._watches = Stopwatches()

    def follow(self, device: Device, now: int) -> None:
        """The device may have begun a programme, or gone on with one: see to its end."""
        if watch := self._watches.follow(device, now):
            self._house.env.start(self._end(device, watch))

    def overrun(self, device: Device, longer: int, origin: Origin) -> None:
        """The programme that runs on *device* will not end in its time, but so many ms later."""
        if watch := self._watches.of(device):
            watch.longer, watch.anomaly = longer, origin.anomaly
            self._house.befall(device, RUNS_ON, origin)

    def _end(self, device: Device, watch: Stopwatch) -> Process:
        while watch.ran(self._house.env.now) < (length := self._length(device, watch)):
            yield self._house.env.pause(length - watch.ran(self._house.env.now))
            if watch.ran(self._house.env.now) < length:
                return  # it stood still meanwhile, and has another process since it goes on
        if self._watches.of(device) is watch and (emitted := device.finish(watch.run)) is not None:
            self._house.ended(device, emitted, watch.anomaly)

    def _length(self, device: Device, watch: Stopwatch) -> int:
        """How long the programme takes in all, ms; the same whenever it is asked."""
        least, most = device.minutes
        draw = self._chance.uniform(device.id, "programme", watch.began)
        return round((least + (most - least) * draw) * MINUTE) + watch.longer
