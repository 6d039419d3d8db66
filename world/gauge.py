"""Sensors of levels: temperature, humidity, light, air, noise, power."""

from collections.abc import Callable
from math import ceil, inf, log10
from typing import Final

from world.clock import MINUTE
from world.event import NOBODY, Origin
from world.sensor import Sensor

PERIOD = 30 * MINUTE  # the house looks at all levels at once; each gauge tells its own at a moment of its own
LIMITS: Final = {"temperature": (-60.0, 100.0), "humidity": (0.0, 100.0)}


class Gauge:
    """A level that is reported when it has moved enough, or been silent long enough."""

    def __init__(self, sensor: Sensor, read: Callable[[], float], *, prompt: bool = False) -> None:
        """*prompt*: it is told of every change, so that nothing it finds may wait."""
        self.sensor, self._read = sensor, read
        sensing, draws = sensor.sensing, sensor.draws
        self.every = round(1000 * sensing.every)
        self._change, self._error = sensing.change, sensing.error
        self._heartbeat = 1000 * sensing.heartbeat or inf
        self._bias = sensing.bias * draws.normal()
        self._phase = 0 if prompt else int(PERIOD * draws.uniform())
        self._step = sensing.resolution or 0.01
        self._decimals = max(0, ceil(-log10(self._step)))
        self._limits = LIMITS.get(sensing.quantity, (0.0, inf))
        self._level = inf  # as last told
        self._told = 0  # ms

    def look(self, now: int) -> None:
        """The regular look; what it finds is told at this gauge's own moment before the next."""
        self.measure(now, NOBODY, self._phase)

    def measure(self, now: int, origin: Origin, wait: int = 0) -> None:
        """Take the level; tell it, *wait* ms later, where there is reason to."""
        level, delay = self._read() + self._bias, wait + self.sensor.delay()  # drawn at every look alike
        if self._error:
            level += self._error * self.sensor.draws.normal()
        beat = now - self._told >= self._heartbeat
        if abs(level - self._level) >= self._change or beat:
            self._level, self._told = level, now
            word = self._word(level)
            self.sensor.env.later(delay, lambda _: self._tell(word, origin, beat, now + delay))

    def _tell(self, word: str, origin: Origin, beat: bool, now: int) -> None:
        if not (beat and self.sensor.repeat(now)):
            self.sensor.tell(word, origin, now)

    def _word(self, level: float) -> str:
        least, most = self._limits
        return f"{round(min(most, max(least, level)) / self._step) * self._step:.{self._decimals}f}"
