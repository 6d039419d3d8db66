"""How far weather strays from normal: autoregressive values of variance 1, from day to day and hour to hour.

Every draw is named by its calendar date, and is forgotten after MEMORY steps: so any day can be asked
first, and the same date strays the same way in two runs that start on different dates.
"""

from collections.abc import Sequence
from functools import cache, lru_cache
from math import sqrt
from operator import mul
from typing import NamedTuple

from scenarios.chance import Chance
from world.clock import Clock

HOURS = 24  # parts of a local day, however long daylight saving makes it
MEMORY = 24  # days, or hours, after which an innovation is forgotten: 0.75²⁴ = 0.001

PERSISTENCE = (
    0.75,
    0.4,
    0.4,
)  # from one day to the next: temperature (0.7 to 0.8 at mid-latitudes), cloud, damp
GUST_PERSISTENCE, PATCH_PERSISTENCE = 0.85, 0.8  # from one hour to the next, of temperature and of cloud


class _Draws(NamedTuple):
    """Standard normal innovations of one date."""

    days: Sequence[float]  # temperature, cloud, damp
    gusts: Sequence[float]  # of temperature, hour by hour
    patches: Sequence[float]  # of cloud, hour by hour


class Strays:
    """Of one address. *chance* is the weather's own branch."""

    def __init__(self, clock: Clock, chance: Chance) -> None:
        self._clock, self._chance = clock, chance
        self._draws = lru_cache(maxsize=2 * MEMORY)(self._draw)

    def of_day(self, day: int) -> list[float]:
        """Temperature, cloud and damp of a whole day."""
        past = zip(*[self._draws(day - age).days for age in range(MEMORY)], strict=True)
        return [sum(map(mul, _weights(rho), drawn)) for rho, drawn in zip(PERSISTENCE, past, strict=True)]

    def of_hours(self, day: int) -> tuple[list[float], list[float]]:
        """Temperature and cloud of the 25 hours from midnight to midnight; the last begins the next day."""
        yesterday, today, tomorrow = (self._draws(day + step) for step in (-1, 0, 1))
        return (
            _wander([*yesterday.gusts, *today.gusts, tomorrow.gusts[0]], GUST_PERSISTENCE),
            _wander([*yesterday.patches, *today.patches, tomorrow.patches[0]], PATCH_PERSISTENCE),
        )

    def _draw(self, day: int) -> _Draws:
        drawn = self._chance.rng(self._clock.date_of(day).isoformat()).standard_normal(3 + 2 * HOURS).tolist()
        return _Draws(drawn[:3], drawn[3 : 3 + HOURS], drawn[3 + HOURS :])


def _wander(line: Sequence[float], persistence: float) -> list[float]:
    """The values of the second day of a *line* of innovations: each the last one faded, and what is new."""
    value = sum(map(mul, _weights(persistence), line[HOURS:0:-1]))
    values, newest, forgotten = [value], _weights(persistence)[0], persistence**MEMORY
    for hour in range(HOURS + 1, len(line)):
        value = persistence * value + newest * (line[hour] - forgotten * line[hour - MEMORY])
        values.append(value)
    return values


@cache
def _weights(persistence: float) -> tuple[float, ...]:
    """Of the latest innovation, the one before it, and so on; their squares add up to 1."""
    newest = sqrt((1 - persistence**2) / (1 - persistence ** (2 * MEMORY)))
    return tuple(newest * persistence**age for age in range(MEMORY))
