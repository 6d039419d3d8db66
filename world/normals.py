"""Weather drawn around a climate's monthly normals: days that stray, a daily cycle, unequal hours."""

from collections.abc import Sequence
from functools import lru_cache
from math import cos, exp, log, pi, sqrt
from typing import NamedTuple

from scenarios.chance import Chance
from scenarios.home import Climate
from world.clock import HOUR, Clock
from world.sun import Sun
from world.vapour import saturation
from world.weather_strays import HOURS, Strays

AFTERNOON = int(2.5 * HOUR)  # from solar noon to the warmest moment
CLEAR_SKY = 0.6  # how much wider the daily range grows under a clear sky

CLOUD_SPREAD = 1.4  # of a day's cloud cover, in logits
HUMIDITY_SPREAD = 0.55  # of a day's relative humidity, in logits
WITH_CLOUD = 0.7  # correlation of the two

GUST = 0.4  # °C: standard deviation of an hour's temperature around the smooth daily cycle
PATCH = 0.9  # of an hour's cloud cover around the day's, in logits

USUAL_CLOUD = (0.02, 0.98)
USUAL_HUMIDITY = (0.05, 0.97)


class Hours(NamedTuple):
    """A local day cut in 24: 25 values each, from its midnight to the next."""

    start: int  # ms
    end: int
    temperature: Sequence[float]  # °C
    cloud: Sequence[float]  # share 0..1
    vapour: Sequence[float]  # g/m³, also where the air cannot hold as much


class _Day(NamedTuple):
    sunrise: int  # ms, the coldest moment
    low: float  # °C
    peak: int  # ms, the warmest moment
    high: float
    cloud: float  # logit of the cloud cover around noon
    vapour: float  # g/m³ around noon


class Normals:
    """Weather of a climate. *chance* is its own branch."""

    def __init__(self, climate: Climate, sun: Sun, clock: Clock, chance: Chance) -> None:
        self._climate, self._sun, self._clock = climate, sun, clock
        self._strays = Strays(clock, chance)
        self._days = lru_cache(maxsize=8)(self._day)

    def hours(self, day: int) -> Hours:
        """The weather of *day*, counted from the clock's start."""
        days = [self._days(day + step) for step in (-1, 0, 1)]
        start, end = self._clock.midnight(day), self._clock.midnight(day + 1)
        moments = [start + (end - start) * part / HOURS for part in range(HOURS + 1)]
        gusts, patches = self._strays.of_hours(day)
        return Hours(
            start,
            end,
            [one + GUST * gust for one, gust in zip(_cycle(days, moments), gusts, strict=True)],
            [
                _share(level + PATCH * patch)
                for level, patch in zip(_between(*(it.cloud for it in days)), patches, strict=True)
            ],
            _between(*(it.vapour for it in days)),
        )

    def _day(self, day: int) -> _Day:
        climate = self._climate
        mean, spread, width, cloud, humidity = (
            self._normal(day, months)
            for months in (climate.mean, climate.spread, climate.daily_range, climate.cloud, climate.humidity)
        )
        warmth, cover, damp = self._strays.of_day(day)
        damp = WITH_CLOUD * cover + sqrt(1 - WITH_CLOUD**2) * damp
        overcast = _logit(cloud, USUAL_CLOUD, CLOUD_SPREAD**2 + PATCH**2) + CLOUD_SPREAD * cover
        humidity = _share(_logit(humidity, USUAL_HUMIDITY, HUMIDITY_SPREAD**2) + HUMIDITY_SPREAD * damp)
        mean += spread * warmth
        half = max(0.0, width * (1 + CLEAR_SKY * (cloud - _share(overcast))) / 2)
        low, high = mean - half, mean + half
        peak = self._sun.noon(day) + AFTERNOON
        return _Day(self._sun.sunrise(day), low, peak, high, overcast, humidity * _holds(low, mean, high))

    def _normal(self, day: int, months: Sequence[float]) -> float:
        """A monthly normal on one day: Catmull-Rom spline through the middles of the months."""
        today = self._clock.date_of(day)
        month, share = divmod(today.month - 1 + (today.day - 0.5) / 30.44 - 0.5, 1)
        a, b, c, d = (months[int(month + step) % 12] for step in (-1, 0, 1, 2))
        return b + share / 2 * (c - a + share * (2 * a - 5 * b + 4 * c - d + share * (3 * (b - c) + d - a)))


def _cycle(days: Sequence[_Day], moments: Sequence[float]) -> list[float]:
    """Temperatures: half cosines between sunrise and mid-afternoon (de Wit et al. 1978)."""
    turns = [turn for day in days for turn in ((day.sunrise, day.low), (day.peak, day.high))]
    values, after = [], 1
    for moment in moments:
        while turns[after][0] <= moment:
            after += 1
        (start, one), (end, two) = turns[after - 1], turns[after]
        values.append((one + two) / 2 - (two - one) / 2 * cos(pi * (moment - start) / (end - start)))
    return values


def _between(before: float, today: float, after: float) -> list[float]:
    """25 values of a day on straight lines from noon to noon."""
    noon = HOURS // 2
    morning = [before + (today - before) * (part + noon) / HOURS for part in range(noon)]
    return morning + [today + (after - today) * part / HOURS for part in range(noon + 1)]


def _holds(low: float, mean: float, high: float) -> float:
    """g/m³ that make 100 % relative humidity on average over a day: the harmonic mean of what air can hold.

    Three-point Chebyshev quadrature of the half-cosine cycle.
    """
    return 1 / (0.25 / saturation(low) + 0.5 / saturation(mean) + 0.25 / saturation(high))


def _logit(usual: float, limits: tuple[float, float], variance: float) -> float:
    """The centre around which logits of that variance have shares of the *usual* mean (MacKay 1992)."""
    usual = min(limits[1], max(limits[0], usual))
    return log(usual / (1 - usual)) * sqrt(1 + pi / 8 * variance)


def _share(logit: float) -> float:
    return 1 / (1 + exp(-logit))
