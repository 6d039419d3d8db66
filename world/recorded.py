"""Recorded weather, read from a file, in the shape of a day's hours; what it lacks comes from the climate."""

from bisect import bisect_right
from collections.abc import Callable, Sequence
from functools import lru_cache

from scenarios.weather_file import Hour
from world.clock import HOUR, Clock
from world.normals import Hours, Normals
from world.sun import Sun, cloud_under
from world.vapour import saturation
from world.weather_strays import HOURS

LOW_SUN = 8.0  # degrees: below, the sun's radiation says little about the clouds
NIGHT = 24  # rows to look back, and then ahead, for an hour in which it said something


class Recorded:
    """The weather of a *record* that is in order of time; *usual* gives what it does not hold."""

    def __init__(self, record: Sequence[Hour], usual: Normals, sun: Sun, clock: Clock) -> None:
        self._record, self._sun, self._clock = record, sun, clock
        self._times = [hour.utc - clock.epoch for hour in record]
        self._usual = lru_cache(maxsize=1)(usual.hours)
        self._seen = lru_cache(maxsize=4 * NIGHT)(self._through_clouds)

    def hours(self, day: int) -> Hours:
        """The weather of *day*, counted from the clock's start."""
        start, end = self._clock.midnight(day), self._clock.midnight(day + 1)
        places = [self._place(start + (end - start) * part / HOURS) for part in range(HOURS + 1)]
        rows = [(self._record[row], self._record[row + 1], share) for row, share in places]
        warmth = [one.temperature + (two.temperature - one.temperature) * share for one, two, share in rows]
        cloud = _filled(
            [_mix(self._cloud(row), self._cloud(row + 1), share) for row, share in places],
            lambda: self._usual(day).cloud,
        )
        damp = _filled(
            [_mix(one.humidity, two.humidity, share) for one, two, share in rows],
            lambda: _humidity(self._usual(day)),
        )
        vapour = [saturation(celsius) * share for celsius, share in zip(warmth, damp, strict=True)]
        return Hours(start, end, warmth, cloud, vapour)

    def _place(self, ms: float) -> tuple[int, float]:
        """The row before an instant, and how far towards the next it lies; the ends go on."""
        row = min(max(bisect_right(self._times, ms) - 1, 0), len(self._times) - 2)
        start, end = self._times[row], self._times[row + 1]
        return row, min(1.0, max(0.0, (ms - start) / (end - start)))

    def _cloud(self, row: int) -> float | None:
        """Cloud cover of a row: as written, or as the radiation of the nearest hour by day tells."""
        hour = self._record[row]
        if hour.cloud is not None or hour.radiation is None:
            return hour.cloud
        back = range(row, max(row - NIGHT, -1), -1)
        ahead = range(row + 1, min(row + NIGHT, len(self._record)))
        found = (self._seen(near) for near in (*back, *ahead))
        return next((cloud for cloud in found if cloud is not None), None)

    def _through_clouds(self, row: int) -> float | None:
        """The cloud cover that lets through the mean radiation of the hour before the row's time."""
        radiation = self._record[row].radiation
        elevation = self._sun.position(self._times[row] - HOUR // 2)[0]
        return None if radiation is None or elevation < LOW_SUN else cloud_under(radiation, elevation)


def _mix(one: float | None, two: float | None, share: float) -> float | None:
    if one is None or two is None:
        return one if share < 0.5 else two
    return one + (two - one) * share


def _filled(found: Sequence[float | None], usual: Callable[[], Sequence[float]]) -> Sequence[float]:
    """What was *found*, and the *usual* where nothing was."""
    if None not in found:
        return [it for it in found if it is not None]
    return [other if it is None else it for it, other in zip(found, usual(), strict=True)]


def _humidity(hours: Hours) -> list[float]:
    pairs = zip(hours.vapour, hours.temperature, strict=True)
    return [min(1.0, vapour / saturation(celsius)) for vapour, celsius in pairs]
