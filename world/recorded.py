"""Recorded weather, read from a file, in the shape of a day's hours; what it lacks comes from the climate."""

from bisect import bisect_right
from collections.abc import Sequence
from functools import lru_cache

from scenarios.weather_file import Hour
from world.anomalies import HOURS
from world.clock import HOUR, Clock
from world.normals import Hours, Normals
from world.sun import Sun, cloud_under
from world.vapour import saturation

LOW_SUN = 8.0  # degrees: below, the sun's radiation says little about the clouds
NIGHT = 24  # rows to look back, and then ahead, for an hour in which it said something


class Recorded:
    """The weather of a *record* that is in order of time; *usual* gives what it does not hold."""

    def __init__(self, record: Sequence[Hour], usual: Normals, sun: Sun, clock: Clock) -> None:
        self._record, self._usual, self._sun, self._clock = record, usual, sun, clock
        self._times = [hour.utc - clock.epoch for hour in record]
        self._seen = lru_cache(maxsize=4 * NIGHT)(self._through_clouds)

    def hours(self, day: int) -> Hours:
        """The weather of *day*, counted from the clock's start."""
        usual = self._usual.hours(day)
        width = (usual.end - usual.start) / HOURS
        places = [self._place(usual.start + part * width) for part in range(HOURS + 1)]
        temperature = [
            one + (two - one) * share
            for one, two, share in (
                (self._record[row].temperature, self._record[row + 1].temperature, share)
                for row, share in places
            )
        ]
        cloud = [self._mix(self._cloud(row), self._cloud(row + 1), share) for row, share in places]
        damp = [self._mix(self._record[r].humidity, self._record[r + 1].humidity, s) for r, s in places]
        return usual._replace(
            temperature=temperature,
            cloud=[usual.cloud[part] if it is None else it for part, it in enumerate(cloud)],
            vapour=[
                saturation(here) * (min(1.0, vapour / saturation(there)) if it is None else it)
                for here, there, vapour, it in zip(
                    temperature, usual.temperature, usual.vapour, damp, strict=True
                )
            ],
        )

    def _place(self, ms: float) -> tuple[int, float]:
        """The row before an instant, and how far towards the next it lies; the ends go on."""
        row = min(max(bisect_right(self._times, ms) - 1, 0), len(self._times) - 2)
        start, end = self._times[row], self._times[row + 1]
        return row, min(1.0, max(0.0, (ms - start) / (end - start)))

    @staticmethod
    def _mix(one: float | None, two: float | None, share: float) -> float | None:
        if one is None or two is None:
            return one if share < 0.5 else two
        return one + (two - one) * share

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
