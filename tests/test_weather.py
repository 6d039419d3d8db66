"""Weather and sun: seasons, days and nights, the same seed the same sky."""

from datetime import UTC, date
from functools import cache
from pathlib import Path

import astral
import astral.sun
import numpy as np
import pytest
import yaml

from scenarios.chance import Chance
from scenarios.home import Address, Climate, Room, Window
from world.clock import HOUR, Clock
from world.sun import Sun, room_lux, room_watts, sky
from world.weather import Weather

CLIMATES = Path(__file__).parents[1] / "scenarios" / "climates"
ADDRESSES = {
    "paris": Address(),
    "madrid": Address(latitude=40.42, longitude=-3.70, zone="Europe/Madrid"),
    "stockholm": Address(latitude=59.35, longitude=18.05, zone="Europe/Stockholm"),
    "seoul": Address(latitude=37.56, longitude=126.98, zone="Asia/Seoul"),
}


@cache
def climate(name: str) -> Climate:
    return Climate.model_validate(yaml.safe_load((CLIMATES / f"{name}.yaml").read_text(encoding="utf-8")))


def weather(name: str = "paris", seed: int = 7, start: date = date(2026, 1, 1)) -> Weather:
    address = ADDRESSES[name]
    return Weather(climate(name), address, Clock(start, address.zone), Chance(seed).branch("weather"))


def hours(of: Weather, first: int, days: int) -> np.ndarray:
    return np.array([of.temperature(hour * HOUR) for hour in range(first * 24, (first + days) * 24)])


@pytest.mark.parametrize("name", sorted(ADDRESSES))
def test_months_of_many_years_come_near_the_normals(name: str) -> None:
    januaries = np.mean([hours(weather(name, seed), 0, 31).mean() for seed in range(12)])
    julies = np.mean([hours(weather(name, seed), 181, 31).mean() for seed in range(12)])
    assert januaries == pytest.approx(climate(name).mean[0], abs=2.0)
    assert julies == pytest.approx(climate(name).mean[6], abs=1.5)
    assert julies > januaries + 10


def test_days_differ_but_lean_on_the_day_before() -> None:
    means = np.array([hours(weather(seed=seed), 0, 31).reshape(31, 24).mean(axis=1) for seed in range(12)])
    assert 2.0 < means.std() < 5.0
    assert 0.5 < np.corrcoef(means[:, :-1].ravel(), means[:, 1:].ravel())[0, 1] < 0.95


def test_it_is_coldest_around_sunrise_and_warmest_in_mid_afternoon() -> None:
    july = hours(weather(), 181, 31).reshape(31, 24)
    assert np.median(july.argmin(axis=1)) in (5, 6)
    assert np.median(july.argmax(axis=1)) in (15, 16)
    assert (july.max(axis=1) - july.min(axis=1)).mean() == pytest.approx(
        climate("paris").daily_range[6], abs=2
    )


def test_temperature_never_jumps() -> None:
    of = weather()
    course = np.array([of.temperature(ms) for ms in range(0, 40 * 24 * HOUR, HOUR // 4)])
    assert np.abs(np.diff(course)).max() < 1.5


def test_same_seed_same_weather_in_whatever_order_days_are_asked() -> None:
    forward, backward = weather(), weather()
    asked = [day * 24 * HOUR + 7 * HOUR for day in range(60)]
    assert [forward.temperature(ms) for ms in asked] == [backward.temperature(ms) for ms in asked[::-1]][::-1]
    assert [forward.cloud(ms) for ms in asked] == [backward.cloud(ms) for ms in asked]
    assert hours(weather(seed=8), 0, 5).tolist() != hours(forward, 0, 5).tolist()


def test_a_date_has_the_same_weather_whenever_the_run_began() -> None:
    late = weather(start=date(2026, 1, 11))
    assert hours(late, 0, 5).tolist() == pytest.approx(hours(weather(), 10, 5).tolist())


@pytest.mark.parametrize("name", sorted(ADDRESSES))
def test_the_sun_stands_where_astral_says(name: str) -> None:
    address, clock = ADDRESSES[name], Clock(date(2026, 1, 1), ADDRESSES[name].zone)
    there, sun = astral.Observer(address.latitude, address.longitude), Sun(address, clock)
    for hour in range(5, 365 * 24, 97):
        elevation, azimuth = sun.position(hour * HOUR)
        moment = clock.at(hour * HOUR).astimezone(UTC)
        assert elevation == pytest.approx(
            astral.sun.elevation(there, moment, with_refraction=False), abs=0.05
        )
        assert (azimuth - astral.sun.azimuth(there, moment) + 180) % 360 == pytest.approx(180, abs=0.1)
    assert sun.sunrise(100) == pytest.approx(  # astral's includes refraction and the sun's radius
        (astral.sun.sunrise(there, clock.date_of(100), tzinfo=address.zone).timestamp() * 1000 - clock.epoch),
        abs=HOUR / 4,
    )


def test_at_the_polar_circle_the_sun_may_not_rise_and_the_weather_goes_on() -> None:
    north = Address(latitude=66, longitude=25.7, zone="Europe/Helsinki")
    of = Weather(climate("stockholm"), north, Clock(date(2026, 6, 1), north.zone), Chance(1))
    assert of.sun.position(of.sun.sunrise(20))[0] == pytest.approx(0, abs=1.0)
    assert np.isfinite(hours(of, 0, 40)).all()


def test_daylight_falls_with_the_sun_and_with_clouds() -> None:
    heights = [60, 30, 10, 1, 0, -3, -6, -12, -18]
    lux = [sky(height, 0.0, 0.0).lux for height in heights]
    assert lux == sorted(lux, reverse=True)
    assert 80_000 < lux[0] < 120_000 and 2 < lux[6] < 6 and lux[8] < 0.01
    assert sky(0.001, 0.0, 0.3).lux == pytest.approx(sky(-0.001, 0.0, 0.3).lux, rel=0.01)
    assert sky(40, 0.0, 1.0).lux < sky(40, 0.0, 0.5).lux < sky(40, 0.0, 0.0).lux


def test_the_morning_sun_shines_into_the_east_room_and_not_into_the_west_room() -> None:
    east, west, blind_wall = (
        Room(kind="bedroom", area=12, windows=(Window(facing="east", area=2),)),
        Room(kind="bedroom", area=12, windows=(Window(facing="west", area=2),)),
        Room(kind="bathroom", area=12),
    )
    morning = sky(25, 95, 0.1)
    assert room_watts(east, morning) > 3 * room_watts(west, morning) > 0
    assert room_lux(east, morning) > 3 * room_lux(west, morning) > 20
    assert room_lux(blind_wall, morning) == room_watts(blind_wall, morning) == 0
    assert room_lux(east, morning, 0.1) == pytest.approx(room_lux(east, morning) / 10)
    assert room_lux(Room(kind="garden", area=80), morning) == morning.lux
    assert room_watts(east, sky(-5, 95, 0.1)) == 0


def test_bad_climates_and_addresses_are_refused() -> None:
    with pytest.raises(ValueError, match="did you mean 'Europe/Paris'"):
        Address(zone="Europe/Pari")
    good = climate("paris").model_dump()
    with pytest.raises(ValueError, match="less than or equal to 1"):
        Climate.model_validate(good | {"cloud": (75.0,) * 12})
    with pytest.raises(ValueError, match="at least 12 items"):
        Climate.model_validate(good | {"mean": (5.0,) * 11})
