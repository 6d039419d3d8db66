"""Room temperatures: the analytic solution, energy conserved, seasons and climates told apart."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import numpy as np
import pytest
import yaml

from scenarios.chance import Chance
from scenarios.home import Climate, Home, Room, Window
from world.clock import HOUR, MINUTE, Clock
from world.sun import room_watts
from world.thermal import CAPACITY, FRONT_DOOR, GLASS, SLAB, VENTILATION, WALL, Target, Thermal
from world.weather import Weather

SCENARIOS = Path(__file__).parents[1] / "scenarios"
DAY = 24 * HOUR


def climate(name: str) -> Climate:
    return Climate.model_validate(
        yaml.safe_load((SCENARIOS / "climates" / f"{name}.yaml").read_text("utf-8"))
    )


def shipped(name: str, place: str = "paris") -> Home:
    raw = yaml.safe_load((SCENARIOS / "homes" / f"{name}.yaml").read_text("utf-8"))
    return Home.model_validate({**raw, "climate": climate(place)})


def cabin() -> Home:
    room = Room(kind="living", area=20, height=2.5, windows=(Window(facing="south", area=3),))
    return Home(climate=climate("paris"), rooms={"room": room}, doors=(("outside", "room"),))


WATTS_A_KELVIN = WALL * (20**0.5 * 2.5 - 3) + GLASS * 3 + SLAB * 20 + VENTILATION * 50 + FRONT_DOOR
SECONDS = CAPACITY * 20 / WATTS_A_KELVIN  # the cabin's time constant


def everywhere(home: Home, target: Target) -> list[Target | None]:
    return [target if room.kind not in {"garden", "garage"} else None for room in home.rooms.values()]


@pytest.mark.parametrize("cuts", [1, 7, 100])
def test_one_room_follows_the_analytic_step_response_however_time_is_cut(cuts: int) -> None:
    thermal = Thermal(cabin(), start=18.0)
    for _ in range(cuts):
        thermal.advance(DAY // cuts, 3.0, np.array([400.0]))
    final = 3.0 + 400.0 / WATTS_A_KELVIN
    elapsed = DAY // cuts * cuts / 1000
    assert thermal.temperature("room") == pytest.approx(
        final + (18 - final) * np.exp(-elapsed / SECONDS), abs=1e-9
    )
    assert 12 < SECONDS / 3600 < 60, "a room keeps its warmth for many hours"


def test_energy_balance_closes_over_a_week() -> None:
    """What came in by gains and heaters is either stored or was lost through the envelope."""
    home = shipped("two_room_flat")
    thermal, draws = Thermal(home, start=15.0), np.random.default_rng(3)
    targets: list[Target | None] = [Target("heat", 20.0, 900.0), None, *[Target("cool", 19.0, 300.0)] * 3]
    stored, brought, lost = thermal.temperatures.copy(), 0.0, 0.0
    capacity = CAPACITY * np.array([room.area for room in home.rooms.values()])
    for hour in range(7 * 24):
        outdoors, gains = 5 + 8 * np.sin(hour / 4), draws.uniform(0, 400, 5)
        for _ in range(60):  # loss by the trapezoidal rule: the balance must not rest on the solver's own sum
            before = thermal.temperatures.copy()
            power = thermal.advance(MINUTE, outdoors, gains, targets)
            middle = (before + thermal.temperatures) / 2
            lost += 60 * float(thermal.to_outdoors @ (middle - outdoors))
            brought += 60 * float((gains + power).sum())
    change = float(capacity @ (thermal.temperatures - stored))
    assert brought - lost == pytest.approx(change, abs=0.001 * abs(brought))


def test_long_and_short_steps_tell_the_same_story_when_a_room_is_held() -> None:
    home = shipped("two_room_flat")
    targets = everywhere(home, Target("heat", 20.0, 1000.0))
    coarse, fine = Thermal(home, 14.0), Thermal(home, 14.0)
    gains = np.full(5, 30.0)
    once = coarse.advance(12 * HOUR, 2.0, gains, targets)
    many = np.mean([fine.advance(5 * MINUTE, 2.0, gains, targets) for _ in range(144)], axis=0)
    assert coarse.temperatures == pytest.approx(fine.temperatures, abs=0.02)
    assert once.sum() == pytest.approx(many.sum(), rel=0.01)


def test_an_empty_flat_drifts_to_about_outdoors_plus_its_gains() -> None:
    thermal = Thermal(shipped("two_room_flat"), start=20.0)
    gains = np.array([20.0, 80.0, 60.0, 40.0, 0.0])
    for _ in range(30 * 24):
        thermal.advance(HOUR, 5.0, gains)
    mean = float(thermal.temperatures.mean())
    assert 5.0 + 1.0 < mean < 5.0 + 8.0
    assert gains.sum() == pytest.approx(float(thermal.to_outdoors @ (thermal.temperatures - 5.0)), rel=1e-3)


def test_heaters_hold_20_degrees_in_frost_and_too_weak_ones_do_their_utmost() -> None:
    home = shipped("two_room_flat")
    strong, weak = Thermal(home, 12.0), Thermal(home, 12.0)
    for _ in range(5 * 24):
        strong.advance(HOUR, -5.0, np.zeros(5), everywhere(home, Target("heat", 20.0, 2000.0)))
        power = weak.advance(HOUR, -5.0, np.zeros(5), everywhere(home, Target("heat", 20.0, 100.0)))
    assert strong.temperatures == pytest.approx(np.full(5, 20.0), abs=0.05)
    assert (power == 100.0).all() and weak.temperatures.max() < 10


def test_a_heater_never_cools_and_a_cooler_never_heats() -> None:
    home = shipped("two_room_flat")
    hot, cold = Thermal(home, 30.0), Thermal(home, 10.0)
    assert (hot.advance(HOUR, 30.0, np.zeros(5), everywhere(home, Target("heat", 20.0, 2000.0))) == 0).all()
    assert (cold.advance(HOUR, 10.0, np.zeros(5), everywhere(home, Target("cool", 24.0, 2000.0))) == 0).all()
    assert (hot.advance(HOUR, 30.0, np.zeros(5), everywhere(home, Target("cool", 24.0, 500.0))) == -500).all()


def test_a_heated_room_warms_the_room_next_door_first() -> None:
    home = shipped("two_room_flat")
    thermal = Thermal(home, 10.0)
    gains = np.array([2000.0 if room == "living" else 0.0 for room in thermal.rooms])
    thermal.advance(6 * HOUR, 10.0, gains)
    by_name = {room: thermal.temperature(room) for room in thermal.rooms}
    assert by_name["living"] > by_name["kitchen"] > by_name["bedroom"] > 10.0


def test_the_garden_is_as_warm_as_outdoors() -> None:
    home = shipped("family_house", "stockholm")
    thermal = Thermal(home)
    power = thermal.advance(
        HOUR, -7.0, np.full(len(home.rooms), 100.0), everywhere(home, Target("heat", 20.0, 1000.0))
    )
    assert thermal.temperature("garden") == -7.0
    assert power[thermal.rooms.index("garden")] == 0.0
    assert thermal.temperature("living") > 19


def test_no_time_changes_nothing_and_time_never_runs_back() -> None:
    thermal = Thermal(cabin(), 18.0)
    assert (thermal.advance(0, -30.0, np.array([5000.0])) == 0).all()
    assert thermal.temperature("room") == 18.0
    with pytest.raises(ValueError, match="only runs forward"):
        thermal.advance(-1, 0.0, np.zeros(1))


def month(place: str, start: date, target: Target) -> float:
    """What conditioning delivered to the flat, in kWh, in 30 days of that place's weather, lived in."""
    home = shipped("two_room_flat", place)
    weather = Weather(home.climate, home.address, Clock(start, home.address.zone), Chance(7))
    thermal, joules = Thermal(home), 0.0
    targets: Sequence[Target | None] = everywhere(home, target)
    for hour in range(30 * 24):
        above = weather.sky(hour * HOUR + HOUR // 2)
        gains = np.array([room_watts(room, above) + 50 for room in home.rooms.values()])
        joules += 3600 * thermal.advance(HOUR, weather.temperature(hour * HOUR), gains, targets).sum()
    return abs(joules) / 3.6e6


HEAT, COOL = Target("heat", 20.0, 1500.0), Target("cool", 24.0, 2500.0)


def test_january_costs_far_more_heat_than_july() -> None:
    january, july = month("paris", date(2026, 1, 1), HEAT), month("paris", date(2026, 7, 1), HEAT)
    assert 150 < january < 900
    assert july < 0.05 * january


def test_stockholm_heats_more_than_madrid_and_madrid_cools_more_than_stockholm() -> None:
    winter, summer = date(2026, 1, 1), date(2026, 7, 1)
    assert month("stockholm", winter, HEAT) > 1.4 * month("madrid", winter, HEAT)
    assert month("madrid", summer, COOL) > 2 * month("stockholm", summer, COOL)
