"""The sun and its light: where it stands, what clouds leave of it."""

from datetime import UTC, date

import astral
import astral.sun
import numpy as np
import pytest

from scenarios.home import Address
from world.clock import HOUR, Clock
from world.sun import Sun, cloud_under, sky

PLACES = {
    "paris": Address(),
    "stockholm": Address(latitude=59.35, longitude=18.05, zone="Europe/Stockholm"),
    "seoul": Address(latitude=37.56, longitude=126.98, zone="Asia/Seoul"),
    "singapore": Address(latitude=1.35, longitude=103.82, zone="Asia/Singapore"),
    "sydney": Address(latitude=-33.87, longitude=151.21, zone="Australia/Sydney"),
    "delhi": Address(latitude=28.61, longitude=77.21, zone="Asia/Kolkata"),
}


def sun_over(name: str) -> tuple[Sun, Clock]:
    clock = Clock(date(2026, 1, 1), PLACES[name].zone)
    return Sun(PLACES[name], clock), clock


@pytest.mark.parametrize("name", sorted(PLACES))
def test_the_sun_stands_where_astral_says(name: str) -> None:
    sun, clock = sun_over(name)
    there = astral.Observer(PLACES[name].latitude, PLACES[name].longitude)
    for hour in range(5, 365 * 24, 97):
        elevation, azimuth = sun.position(hour * HOUR)
        moment = clock.at(hour * HOUR).astimezone(UTC)
        assert elevation == pytest.approx(
            astral.sun.elevation(there, moment, with_refraction=False), abs=0.05
        )
        if abs(elevation) < 85:  # near the zenith a degree of azimuth is nothing
            expected = astral.sun.azimuth(there, moment)
            assert (azimuth - expected + 180) % 360 == pytest.approx(180, abs=0.6)
    rises = astral.sun.sunrise(there, clock.date_of(100), tzinfo=PLACES[name].zone)
    assert sun.sunrise(100) == pytest.approx(  # astral's includes refraction and the sun's radius
        rises.timestamp() * 1000 - clock.epoch, abs=HOUR / 4
    )


def test_at_noon_the_sun_stands_in_the_south_in_the_north_and_in_the_north_in_the_south() -> None:
    for name, south in (("paris", True), ("sydney", False)):
        sun, _ = sun_over(name)
        azimuth = sun.position(sun.noon(80))[1] % 360
        assert (azimuth == pytest.approx(180, abs=1)) is south
        longest = max(range(365), key=lambda day: sun.noon(day) - sun.sunrise(day))
        assert (160 < longest < 185) is south  # in June


@pytest.mark.parametrize("name", sorted(PLACES))
def test_a_day_at_once_is_its_instants_one_by_one(name: str) -> None:
    sun, clock = sun_over(name)
    times = np.arange(clock.midnight(87), clock.midnight(88), HOUR / 6)
    elevations, azimuths = sun.positions(times)
    for at, *stands in zip(times, elevations, azimuths, strict=True):
        assert stands == pytest.approx(sun.position(int(at)), abs=1e-6)


def test_daylight_falls_with_the_sun_and_with_clouds() -> None:
    heights = [60, 30, 10, 1, 0, -3, -6, -12, -18]
    lux = [sky(height, 0.0, 0.0).lux for height in heights]
    assert lux == sorted(lux, reverse=True)
    assert 80_000 < lux[0] < 120_000 and 2 < lux[6] < 6 and lux[8] < 0.01
    assert sky(0.001, 0.0, 0.3).lux == pytest.approx(sky(-0.001, 0.0, 0.3).lux, rel=0.01)
    assert sky(40, 0.0, 1.0).lux < sky(40, 0.0, 0.5).lux < sky(40, 0.0, 0.0).lux


@pytest.mark.parametrize("cloud", [0.0, 0.3, 0.7, 1.0])
def test_what_the_clouds_leave_of_the_sun_tells_how_many_there_are(cloud: float) -> None:
    assert cloud_under(sky(35, 0.0, cloud).total, 35) == pytest.approx(cloud, abs=1e-4)
    assert cloud_under(5000, 35) == 0  # a pyranometer among white clouds
    assert cloud_under(0, 35) == 1
