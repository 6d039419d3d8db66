"""Weather: monthly normals, a daily cycle, and day-to-day anomalies drawn from the tree of chance.

Every draw is named by its calendar date, so any day can be asked first, and the same day has the same
weather in two runs that start on different dates.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, exp, log, pi, sqrt

from scenarios.chance import Chance
from scenarios.home import Address, Climate
from world.clock import HOUR, Clock
from world.sun import Sky, Sun, sky

PERSISTENCE = 0.75  # of temperature anomalies from one day to the next; 0.7 to 0.8 at mid-latitudes
CLOUD_PERSISTENCE = 0.4
CLOUD_SPREAD = 1.4  # of cloud cover, in logits
MEMORY = 24  # days after which an anomaly is forgotten: 0.75²⁴ = 0.001
AFTERNOON = int(2.5 * HOUR)  # from solar noon to the warmest moment
CLEAR_SKY = 0.6  # how much wider the daily range grows under a clear sky


@dataclass(frozen=True, slots=True)
class _Day:
    low: float  # °C around sunrise
    high: float  # °C in mid-afternoon
    cloud: float  # share 0..1
    sunrise: int
    peak: int


@dataclass(frozen=True, slots=True)
class _Ramp:
    """From one extreme of the temperature to the next."""

    start: int
    end: int
    middle: float
    half: float


class Weather:
    """The weather at one address, asked for any instant in any order. *chance* is its own branch."""

    def __init__(self, climate: Climate, address: Address, clock: Clock, chance: Chance) -> None:
        self.sun = Sun(address, clock)
        self._climate, self._clock, self._chance = climate, clock, chance
        self._innovations: dict[int, tuple[float, float]] = {}
        self._days: dict[int, _Day] = {}
        self._ramp = _Ramp(0, 0, 0.0, 0.0)
        self._sky: tuple[int, Sky] | None = None

    def temperature(self, ms: int) -> float:
        """Outdoors, in °C: half cosines between sunrise and mid-afternoon (de Wit et al. 1978)."""
        ramp = self._ramp
        if not ramp.start <= ms < ramp.end:
            ramp = self._ramp = self._find_ramp(ms)
        return ramp.middle - ramp.half * cos(pi * (ms - ramp.start) / (ramp.end - ramp.start))

    def cloud(self, ms: int) -> float:
        """Cloud cover of that day, 0..1."""
        return self._day(self._clock.local(ms)[0]).cloud

    def sky(self, ms: int) -> Sky:
        """Sun and daylight at that instant; the last answer is kept, for all rooms ask at once."""
        if self._sky is None or self._sky[0] != ms:
            self._sky = ms, sky(*self.sun.position(ms), self.cloud(ms))
        return self._sky[1]

    def _find_ramp(self, ms: int) -> _Ramp:
        today = self._clock.local(ms)[0]
        days = [self._day(today + step) for step in (-1, 0, 1)]
        turns = [turn for day in days for turn in ((day.sunrise, day.low), (day.peak, day.high))]
        after = next(index for index, (time, _) in enumerate(turns) if time > ms)
        (start, one), (end, two) = turns[after - 1], turns[after]
        return _Ramp(start, end, (one + two) / 2, (two - one) / 2)

    def _day(self, day: int) -> _Day:
        found = self._days.get(day)
        if found is None:
            found = self._days[day] = self._draw(day)
        return found

    def _draw(self, day: int) -> _Day:
        climate = self._climate
        mean, spread, width, usual = (
            self._normal(day, months)
            for months in (climate.mean, climate.spread, climate.daily_range, climate.cloud)
        )
        usual = min(0.98, max(0.02, usual))
        logit = log(usual / (1 - usual)) + CLOUD_SPREAD * self._anomaly(day, 1, CLOUD_PERSISTENCE)
        cloud = 1 / (1 + exp(-logit))
        mean += spread * self._anomaly(day, 0, PERSISTENCE)
        half = max(0.0, width * (1 + CLEAR_SKY * (usual - cloud)) / 2)
        noon = self.sun.noon(day)
        return _Day(mean - half, mean + half, cloud, self.sun.sunrise(day), noon + AFTERNOON)

    def _normal(self, day: int, months: Sequence[float]) -> float:
        """A monthly normal on one day: Catmull-Rom spline through the middles of the months."""
        today = self._clock.date_of(day)
        month, share = divmod(today.month - 1 + (today.day - 0.5) / 30.44 - 0.5, 1)
        a, b, c, d = (months[int(month + step) % 12] for step in (-1, 0, 1, 2))
        return b + share / 2 * (c - a + share * (2 * a - 5 * b + 4 * c - d + share * (3 * (b - c) + d - a)))

    def _anomaly(self, day: int, part: int, persistence: float) -> float:
        """A standard AR(1) value: yesterday's fades, today's innovation comes in, variance stays 1."""
        past = sum(persistence**age * self._innovation(day - age)[part] for age in range(MEMORY))
        return past * sqrt((1 - persistence**2) / (1 - persistence ** (2 * MEMORY)))

    def _innovation(self, day: int) -> tuple[float, float]:
        """Normal draws of one date, for temperature and cloud."""
        found = self._innovations.get(day)
        if found is None:
            draws = self._chance.rng(self._clock.date_of(day).isoformat()).standard_normal(2)
            found = self._innovations[day] = float(draws[0]), float(draws[1])
        return found
