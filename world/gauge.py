"""Sensors of levels: temperature, humidity, light, air, noise, power."""

from collections.abc import Callable
from math import ceil, log10

from world.clock import MINUTE
from world.event import NOBODY, Origin
from world.sensor import Sensor, later

PERIOD = 15 * MINUTE  # the house looks at all levels at once; each gauge tells its own at a moment of its own


class Gauge:
    """A level that is reported when it has moved enough, or been silent long enough."""

    def __init__(self, sensor: Sensor, read: Callable[[], float]) -> None:
        self.sensor, self._read = sensor, read
        sensing, draws = sensor.sensing, sensor.draws
        self._bias = sensing.bias * draws.normal()
        self._phase = round(PERIOD * draws.uniform())
        self._step = sensing.resolution or 0.01
        self._decimals = max(0, ceil(-log10(self._step)))
        self._limits = (-100.0, 100.0) if sensing.quantity == "temperature" else (0.0, 100.0)
        if sensing.quantity not in ("temperature", "humidity"):
            self._limits = (0.0, 1e9)
        self._due = 0  # ms of the next look
        self._level: float | None = None  # as last told
        self._told = 0  # ms

    def look(self, now: int) -> None:
        """The regular look, once it is due."""
        if now >= self._due:
            self._due = now + round(1000 * self.sensor.sensing.every)
            self.measure(now, NOBODY, self._phase)

    def measure(self, now: int, origin: Origin, wait: int = 0) -> None:
        """Take the level; tell it, *wait* ms later, where there is reason to."""
        sensing = self.sensor.sensing
        level = self._read() + self._bias
        if sensing.error:
            level += sensing.error * self.sensor.draws.normal()
        beat = bool(sensing.heartbeat) and now - self._told >= 1000 * sensing.heartbeat
        if self._level is None or beat or abs(level - self._level) >= sensing.change:
            self._level, self._told = level, now
            delay, word = wait + self.sensor.delay(), self._word(level)
            later(self.sensor.env, delay, lambda: self.sensor.tell_level(word, origin, heartbeat=beat))

    def _word(self, level: float) -> str:
        least, most = self._limits
        return f"{round(min(most, max(least, level)) / self._step) * self._step:.{self._decimals}f}"
