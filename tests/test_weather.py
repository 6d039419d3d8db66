"""Weather around a climate's normals: seasons, days and nights, hours that differ, spells, damp."""

from collections.abc import Sequence
from datetime import date
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from scenarios.chance import Chance
from scenarios.home import Address, Climate
from scenarios.scenario import Happening
from scenarios.validating import load_climate
from tests.stories import SUMMER, a_house, someone
from tests.test_sun import PLACES
from world.clock import HOUR, MINUTE, Clock
from world.vapour import saturation
from world.weather import RAMP, Spell, Weather, spells_of

CLIMATES = {
    file.stem: load_climate(file)
    for file in sorted((Path(__file__).parents[1] / "scenarios" / "climates").glob("*.yaml"))
}
SOUTH = {"sydney", "sao_paulo", "cape_town"}
TROPICS = {"singapore"}
YEARS = 20


def weather(
    name: str = "paris", seed: int = 7, start: date = date(2026, 1, 1), spells: Sequence[Spell] = ()
) -> Weather:
    address = PLACES[name]
    return Weather(CLIMATES[name], address, Clock(start, address.zone), Chance(seed), spells)


def hours(of: Weather, first: int, days: int) -> np.ndarray:
    return np.array([of.temperature(hour * HOUR) for hour in range(first * 24, (first + days) * 24)])


@cache
def julies(name: str) -> np.ndarray:
    """Temperature, cloud, humidity and vapour of twenty Julies: year x day x hour x 4."""
    return np.array(
        [
            [
                [of.temperature(ms), of.cloud(ms), of.humidity(ms), of.vapour(ms)]
                for ms in range(of._clock.midnight(0), of._clock.midnight(31), HOUR)
            ]
            for of in (weather(name, start=date(2000 + year, 7, 1)) for year in range(YEARS))
        ]
    ).reshape(YEARS, 31, 24, 4)


@pytest.mark.parametrize("name", sorted(CLIMATES))
def test_every_climate_is_plausible(name: str) -> None:
    it = CLIMATES[name]
    coldest, warmest = it.mean.index(min(it.mean)), it.mean.index(max(it.mean))
    if name not in TROPICS:
        assert max(it.mean) - min(it.mean) > 6
        assert (coldest in (5, 6, 7) and warmest in (11, 0, 1)) is (name in SOUTH)
        assert (coldest in (11, 0, 1) and warmest in (5, 6, 7)) is (name not in SOUTH)
    assert max(abs(a - b) for a, b in zip(it.mean, (*it.mean[1:], it.mean[0]), strict=True)) < 8
    assert -25 < min(it.mean) < max(it.mean) < 38
    assert 3 < min(it.daily_range) < max(it.daily_range) < 17
    assert 0.5 < min(it.spread) < max(it.spread) < 6
    assert 0.15 < min(it.humidity) < max(it.humidity) < 0.93
    vapour = [humidity * saturation(mean) for humidity, mean in zip(it.humidity, it.mean, strict=True)]
    assert 2 < min(vapour) < max(vapour) < 26  # g/m³
    assert "general knowledge" in it.source


def test_there_are_climates_of_both_hemispheres_and_of_all_kinds() -> None:
    assert len(CLIMATES) >= 16
    assert set(CLIMATES) > SOUTH
    januaries = [it.mean[0] for it in CLIMATES.values()]
    assert min(januaries) < -2 and max(januaries) > 25


@pytest.mark.parametrize("name", ["paris", "stockholm", "singapore", "sydney"])
def test_twenty_years_come_near_the_normals(name: str) -> None:
    july, it = julies(name), CLIMATES[name]
    daily = july.mean(axis=2)
    assert daily[..., 0].mean() == pytest.approx(it.mean[6], abs=0.4)
    assert daily[..., 0].std() == pytest.approx(it.spread[6], rel=0.15)
    assert np.ptp(july[..., 0], axis=2).mean() == pytest.approx(it.daily_range[6], abs=0.8)
    assert daily[..., 1].mean() == pytest.approx(it.cloud[6], abs=0.03)
    assert daily[..., 2].mean() == pytest.approx(it.humidity[6], abs=0.03)


def test_days_lean_on_the_day_before_and_years_do_not_lean_on_each_other() -> None:
    means = julies("paris")[..., 0].mean(axis=2)
    assert 0.6 < np.corrcoef(means[:, :-1].ravel(), means[:, 1:].ravel())[0, 1] < 0.85
    assert abs(np.corrcoef(means[:-1].ravel(), means[1:].ravel())[0, 1]) < 0.2


def test_clouds_come_and_go_within_a_day_and_the_next_hour_leans_on_the_last() -> None:
    cloud = julies("paris")[..., 1]
    assert 0 <= cloud.min() < 0.1 and 0.95 < cloud.max() <= 1
    assert 0.08 < cloud.std(axis=2).mean() < 0.25
    assert 0.08 < cloud.mean(axis=2).std() < 0.35
    course = cloud.reshape(YEARS, -1)
    assert 0.85 < np.corrcoef(course[:, :-1].ravel(), course[:, 1:].ravel())[0, 1] < 0.98


def test_nothing_jumps_not_even_at_midnight() -> None:
    for name in ("paris", "delhi"):
        of = weather(name)
        steps = range(0, 120 * 24 * HOUR, 15 * MINUTE)  # over the change to summer time
        for course, most in (
            (np.array([of.temperature(ms) for ms in steps]), 1.2),
            (np.array([of.vapour(ms) for ms in steps]), 0.8),
            (np.array([of.cloud(ms) for ms in steps]), 0.2),
        ):
            jumps = np.abs(np.diff(course))
            assert jumps.max() < most
            midnights = [round(of._clock.midnight(day) / (15 * MINUTE)) - 1 for day in range(1, 120)]
            assert jumps[midnights].mean() < 2 * jumps.mean()


def test_an_hour_is_a_few_tenths_off_the_smooth_course() -> None:
    of = weather()
    nights = np.array([[of.temperature((day * 24 + hour) * HOUR) for hour in range(5)] for day in range(90)])
    bends = np.diff(nights, n=2, axis=1)  # a smooth course has next to none
    assert 0.15 < bends.std() < 0.6


def test_it_is_coldest_around_sunrise_and_warmest_in_mid_afternoon() -> None:
    july = julies("paris")[..., 0].reshape(-1, 24)
    assert np.median(july.argmin(axis=1)) in (5, 6)
    assert np.median(july.argmax(axis=1)) in (15, 16, 17)


def test_the_air_dries_as_the_day_warms_though_it_holds_the_same_vapour() -> None:
    july = julies("paris")
    damp, vapour = july[..., 2], july[..., 3]
    assert damp[..., 5].mean() > damp[..., 16].mean() + 0.15
    assert (vapour.std(axis=2) / vapour.mean(axis=2)).mean() < 0.06
    assert damp.min() > 0 and damp.max() <= 1
    assert np.corrcoef(july[..., 1].mean(axis=2).ravel(), damp.mean(axis=2).ravel())[0, 1] > 0.4


def test_vapour_at_saturation_is_what_tables_say() -> None:
    tables = {-10: 2.36, 0: 4.85, 10: 9.40, 20: 17.3, 30: 30.3}  # g/m³ over water
    assert {at: saturation(at) for at in tables} == pytest.approx(tables, rel=0.01)


def test_same_seed_same_weather_in_whatever_order_days_are_asked() -> None:
    forward, backward = weather(), weather()
    asked = [day * 24 * HOUR + 7 * HOUR for day in range(60)]
    assert [forward.temperature(ms) for ms in asked] == [backward.temperature(ms) for ms in asked[::-1]][::-1]
    assert [forward.sky(ms) for ms in asked] == [backward.sky(ms) for ms in asked]
    assert hours(weather(seed=8), 0, 5).tolist() != hours(forward, 0, 5).tolist()


def test_a_date_has_the_same_weather_whenever_the_run_began() -> None:
    early, late = weather(), weather(start=date(2026, 1, 11))
    for hour in range(5 * 24):
        now, then = hour * HOUR, (hour + 240) * HOUR
        for name in ("temperature", "cloud", "vapour", "humidity"):
            assert getattr(late, name)(now) == pytest.approx(getattr(early, name)(then))


def test_days_of_daylight_saving_have_their_weather_too() -> None:
    of = weather(start=date(2026, 3, 29))  # 23 hours
    later = weather(start=date(2026, 3, 30))
    assert of.temperature(23 * HOUR - 1) == pytest.approx(later.temperature(0), abs=0.01)
    assert of.cloud(23 * HOUR) == pytest.approx(later.cloud(0))
    assert of.temperature(25 * HOUR) == pytest.approx(later.temperature(2 * HOUR))


def test_at_the_polar_circle_the_sun_may_not_rise_and_the_weather_goes_on() -> None:
    north = Address(latitude=66, longitude=25.7, zone="Europe/Helsinki")
    for start in (date(2026, 6, 1), date(2026, 12, 1)):
        of = Weather(CLIMATES["stockholm"], north, Clock(start, north.zone), Chance(1))
        assert np.isfinite(hours(of, 0, 40)).all()
    assert of.sun.position(of.sun.noon(20))[0] < 2


def test_a_clock_far_from_the_sun_still_has_weather() -> None:
    for longitude in (-170.0, 170.0):
        address = Address(latitude=40, longitude=longitude, zone="Europe/Paris")
        of = Weather(CLIMATES["rome"], address, Clock(date(2026, 6, 1), address.zone), Chance(1))
        assert np.isfinite(hours(of, 0, 10)).all()


def a_spell(kind: str = "heat_wave", **about: object) -> Spell:
    happening = {"day": 3, "at": "08:00", "kind": kind, "minutes": 4 * 1440, **about}
    clock = Clock(date(2026, 7, 1), "Europe/Paris")
    (spell,) = spells_of([Happening.model_validate(happening)], clock)
    return spell


def difference(spell: Spell, what: str = "temperature") -> np.ndarray:
    """What the spell makes of twelve days of July, hour by hour."""
    plain, struck = weather(start=date(2026, 7, 1)), weather(start=date(2026, 7, 1), spells=[spell])
    times = range(0, 12 * 24 * HOUR, HOUR)
    return np.array([getattr(struck, what)(ms) - getattr(plain, what)(ms) for ms in times])


def test_a_heat_wave_raises_exactly_its_window() -> None:
    begin, end = 3 * 24 + 8, 7 * 24 + 8
    warmer = difference(a_spell(degrees=9))
    assert (warmer[: begin + 1] == 0).all() and (warmer[end:] == 0).all()
    assert warmer[begin + 12 : end - 11] == pytest.approx(9)
    assert (np.diff(warmer[begin : begin + 13]) > 0).all()
    assert np.abs(np.diff(warmer)).max() < 1.3


def test_a_cold_spell_cools_and_leaves_the_clouds() -> None:
    assert difference(a_spell("cold_spell", degrees=6)).min() == pytest.approx(-6)
    assert not difference(a_spell("cold_spell"), "cloud").any()


def test_a_heat_wave_clears_the_sky_and_dries_the_air() -> None:
    wave = a_spell()
    cloud, damp = difference(wave, "cloud"), difference(wave, "humidity")
    inside = slice(3 * 24 + 20, 6 * 24 + 20)
    assert (cloud <= 0).all() and cloud[inside].mean() < -0.05
    assert damp[inside].mean() < -0.1
    assert not cloud[: 3 * 24 + 9].any()


def test_a_spell_of_an_hour_is_short_and_one_of_a_fortnight_has_half_a_day_of_ramp() -> None:
    short, long = a_spell(minutes=60), a_spell(minutes=14 * 1440)
    assert short.strength(short.start + HOUR // 4) == short.strength(short.end - HOUR // 4) == 1
    assert long.strength(long.start + RAMP // 2) == pytest.approx(0.5)
    assert long.strength(long.start) == long.strength(long.end) == 0


def test_spells_add_up_and_other_happenings_are_none() -> None:
    visit = Happening.model_validate({"day": 3, "at": "08:00", "kind": "visitor"})
    assert not spells_of([visit], Clock(date(2026, 7, 1), "Europe/Paris"))
    wave = a_spell(degrees=5)
    both = weather(start=date(2026, 7, 1), spells=[wave, wave])
    one = weather(start=date(2026, 7, 1), spells=[wave])
    assert both.temperature(5 * 24 * HOUR) == pytest.approx(one.temperature(5 * 24 * HOUR) + 5)


def test_a_scenarios_heat_wave_reaches_the_house_it_befalls() -> None:
    wave = Happening.model_validate(
        {"day": 2, "at": "08:00", "kind": "heat_wave", "degrees": 7, "minutes": 2 * 1440}
    )
    spared, struck = a_house(someone(), start=SUMMER), a_house(someone(), happenings=[wave], start=SUMMER)
    for hour, degrees in ((0, 0), (2 * 24 + 8, 0), (3 * 24 + 8, 7), (4 * 24 + 8, 0)):
        assert struck.physics.outdoors(hour * HOUR) == pytest.approx(
            spared.physics.outdoors(hour * HOUR) + degrees
        )


def test_bad_climates_and_addresses_are_refused() -> None:
    with pytest.raises(ValueError, match="did you mean 'Europe/Paris'"):
        Address(zone="Europe/Pari")
    good = CLIMATES["paris"].model_dump()
    for wrong, why in (
        ({"cloud": (75.0,) * 12}, "less than or equal to 1"),
        ({"mean": (5.0,) * 11}, "at least 12 items"),
        ({"humidity": (80.0,) * 12}, "less than or equal to 1"),
        ({"humidity": (0.0,) * 12}, "greater than 0"),
    ):
        with pytest.raises(ValueError, match=why):
            Climate.model_validate(good | wrong)
