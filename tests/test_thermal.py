"""Room temperatures: the analytic solution, energy conserved, seasons, climates and walls told apart."""

from collections.abc import Sequence
from datetime import date
from math import exp
from pathlib import Path

import numpy as np
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from scenarios.box import Box
from scenarios.chance import Chance
from scenarios.home import Climate, Envelope, Home, Room, Window
from world.clock import HOUR, MINUTE, Clock
from world.envelope import AIR_HEAT, FABRIC, FRONT_DOOR, PARTITION, PARTY
from world.illuminance import Illuminance
from world.thermal import CAPACITY, Target, Thermal
from world.weather import Weather

SCENARIOS = Path(__file__).parents[1] / "scenarios"
DAY = 24 * HOUR


def climate(name: str) -> Climate:
    return Climate.model_validate(
        yaml.safe_load((SCENARIOS / "climates" / f"{name}.yaml").read_text("utf-8"))
    )


def shipped(name: str, place: str = "paris", **more: object) -> Home:
    raw = yaml.safe_load((SCENARIOS / "homes" / f"{name}.yaml").read_text("utf-8"))
    kept = {key: raw[key] for key in ("name", "address", "rooms", "doors")}
    return Home.model_validate({**kept, "climate": climate(place), **more})


def cabin(**envelope: object) -> Home:
    room = Room(kind="living", area=20, height=2.5, windows=(Window(facing="south", area=3),))
    home = {"climate": climate("paris"), "rooms": {"room": room}, "doors": (("outside", "room"),)}
    return Home.model_validate({**home, "envelope": Envelope.model_validate(envelope)})


FAIR = FABRIC["fair"]
TRANSMITTED = FAIR.wall * (20**0.5 * 2.5 - 3) + FAIR.glass * 3 + FAIR.slab * 40 + FAIR.door * FRONT_DOOR
WATTS_A_KELVIN = TRANSMITTED + AIR_HEAT * 25  # half an air change of 50 m³
SECONDS = CAPACITY * 20 / WATTS_A_KELVIN  # the cabin's time constant


def heaters(thermal: Thermal, setpoint: float, watts: float) -> list[Target]:
    return [Target(room, setpoint, 0.0, watts) for room in range(len(thermal.rooms))]


def coolers(thermal: Thermal, setpoint: float, watts: float) -> list[Target]:
    return [Target(room, setpoint, -watts, 0.0) for room in range(len(thermal.rooms))]


@pytest.mark.parametrize("cuts", [1, 7, 100])
def test_one_room_follows_the_analytic_step_response_however_time_is_cut(cuts: int) -> None:
    thermal = Thermal(cabin(), start=18.0)
    for _ in range(cuts):
        thermal.advance(DAY // cuts, 3.0, [400.0])
    final = 3.0 + 400.0 / WATTS_A_KELVIN
    elapsed = DAY // cuts * cuts / 1000
    assert thermal.temperatures == pytest.approx([final + (18 - final) * exp(-elapsed / SECONDS)], abs=1e-9)
    assert 12 < SECONDS / 3600 < 60, "a room keeps its warmth for many hours"


def test_an_open_window_shortens_the_time_constant_by_exactly_the_air_it_lets_in() -> None:
    thermal, conducted = Thermal(cabin(), start=20.0), WATTS_A_KELVIN + AIR_HEAT * 200
    thermal.advance(2 * HOUR, 0.0, [0.0], fresh_air=(200.0,))
    assert thermal.temperatures == pytest.approx([20 * exp(-7200 * conducted / (CAPACITY * 20))], abs=1e-9)


def test_five_minutes_of_airing_in_frost_chill_a_room_for_a_while_and_not_for_hours() -> None:
    thermal = Thermal(cabin(), start=20.0)
    thermal.advance(5 * MINUTE, -5.0, [0.0], fresh_air=(250.0,))
    assert 19.0 < thermal.temperatures[0] < 19.8


def test_airing_a_night_in_summer_cools_more_than_shut_windows_do() -> None:
    shut, aired = Thermal(shipped("two_room_flat"), 27.0), Thermal(shipped("two_room_flat"), 27.0)
    shut.advance(8 * HOUR, 17.0, [0.0] * 5)
    aired.advance(8 * HOUR, 17.0, [0.0] * 5, fresh_air=(0.0, 150.0, 0.0, 0.0, 150.0))
    assert all(one < other for one, other in zip(aired.temperatures, shut.temperatures, strict=True))
    assert aired.temperatures[4] < shut.temperatures[4] - 2


def test_energy_balance_closes_over_three_weeks_with_windows_and_setpoints_in_the_weather_of_paris() -> None:
    """What came in by gains and conditioning is either stored or was lost to outdoors and neighbours."""
    home = shipped("two_room_flat", envelope={"shared": 0.5})
    weather = Weather(home.climate, home.address, Clock(date(2026, 3, 1), home.address.zone), Chance(7))
    thermal, draws = Thermal(home, start=15.0), np.random.default_rng(3)
    start, around = np.array(thermal.temperatures), thermal.exchange
    targets = [Target(1, 21.0, 0.0, 900.0), Target(1, 19.0, 0.0, 500.0), Target(3, 20.0, -300.0, 0.0)]
    stored, brought, lost = 0.0, 0.0, 0.0
    for hour in range(21 * 24):
        outdoors, gains = weather.temperature(hour * HOUR), draws.uniform(0, 400, 5)
        opened = draws.choice([0.0, 180.0], 5) if hour % 7 == 0 else np.zeros(5)
        leaving = around.outdoors + AIR_HEAT * opened
        for _ in range(60):  # loss by the trapezoidal rule: the balance must not rest on the solver's own sum
            before = np.array(thermal.temperatures)
            power = thermal.advance(MINUTE, outdoors, gains.tolist(), targets, tuple(opened.tolist()), 20.0)
            middle = (before + thermal.temperatures) / 2
            lost += 60 * float(leaving @ (middle - outdoors) + around.neighbours @ (middle - 20.0))
            brought += 60 * (float(gains.sum()) + sum(power))
    stored = float(thermal.capacity @ (thermal.temperatures - start))
    assert brought > 1e8
    assert brought - lost == pytest.approx(stored, abs=0.001 * brought)


@settings(max_examples=40, deadline=None)
@given(
    start=st.floats(-10, 40),
    outdoors=st.floats(-30, 45),
    watts=st.lists(st.floats(0, 3000), min_size=5, max_size=5),
    opened=st.lists(st.sampled_from([0.0, 60.0, 400.0]), min_size=5, max_size=5),
    minutes=st.integers(1, 3000),
)
def test_cutting_a_step_in_two_changes_nothing_whatever_the_weather_and_the_windows(
    start: float, outdoors: float, watts: list[float], opened: list[float], minutes: int
) -> None:
    home = shipped("two_room_flat", envelope={"shared": 0.7, "insulation": "poor"})
    whole, halves = Thermal(home, start), Thermal(home, start)
    whole.advance(2 * minutes * MINUTE, outdoors, watts, (), tuple(opened))
    for _ in range(2):
        halves.advance(minutes * MINUTE, outdoors, watts, (), tuple(opened))
    assert whole.temperatures == pytest.approx(halves.temperatures, abs=1e-6)


def test_long_and_short_steps_tell_the_same_story_when_a_room_is_held() -> None:
    home = shipped("two_room_flat")
    coarse, fine = Thermal(home, 14.0), Thermal(home, 14.0)
    targets, gains = heaters(coarse, 20.0, 1000.0), [30.0] * 5
    once = coarse.advance(12 * HOUR, 2.0, gains, targets)
    many = np.mean([fine.advance(5 * MINUTE, 2.0, gains, targets) for _ in range(144)], axis=0)
    assert coarse.temperatures == pytest.approx(fine.temperatures, abs=0.02)
    assert sum(once) == pytest.approx(many.sum(), rel=0.01)


def test_an_empty_flat_drifts_to_about_outdoors_plus_its_gains() -> None:
    thermal = Thermal(shipped("two_room_flat"), start=20.0)
    gains = [20.0, 80.0, 60.0, 40.0, 0.0]
    for _ in range(60 * 24):
        thermal.advance(HOUR, 5.0, gains)
    assert 5.0 + 1.0 < np.mean(thermal.temperatures) < 5.0 + 8.0
    out = thermal.exchange.outdoors + thermal.exchange.neighbours
    assert sum(gains) == pytest.approx(float(out @ (np.array(thermal.temperatures) - 5.0)), rel=1e-3)


def test_heaters_hold_20_degrees_in_frost_and_too_weak_ones_do_their_utmost() -> None:
    home = shipped("two_room_flat")
    strong, weak = Thermal(home, 12.0), Thermal(home, 12.0)
    for _ in range(5 * 24):
        strong.advance(HOUR, -5.0, [0.0] * 5, heaters(strong, 20.0, 2000.0))
        power = weak.advance(HOUR, -5.0, [0.0] * 5, heaters(weak, 20.0, 50.0))
    assert strong.temperatures == pytest.approx([20.0] * 5, abs=0.01)
    assert power == pytest.approx([50.0] * 5)
    assert max(weak.temperatures) < 10


def test_two_heaters_in_a_room_add_up_and_the_lower_setpoint_leaves_the_rest_to_the_other() -> None:
    both = [Target(0, 21.0, 0.0, 400.0), Target(0, 18.0, 0.0, 400.0)]
    thermal = Thermal(cabin(), 10.0)
    assert thermal.advance(15 * MINUTE, 0.0, [0.0], both) == [400.0, 400.0], "cold: both do their utmost"
    for _ in range(20 * 24):
        first, second = thermal.advance(HOUR, 0.0, [0.0], both)
    assert 18.0 * WATTS_A_KELVIN > 400.0, "the first alone could not hold 18 °C"
    assert thermal.temperatures == pytest.approx([18.0], abs=0.01)
    assert (first, second) == pytest.approx((400.0, 18.0 * WATTS_A_KELVIN - 400.0), abs=5)


def test_a_heater_never_cools_and_a_cooler_never_heats() -> None:
    home = shipped("two_room_flat")
    hot, cold = Thermal(home, 30.0), Thermal(home, 10.0)
    assert hot.advance(HOUR, 30.0, [0.0] * 5, heaters(hot, 20.0, 2000.0)) == [0.0] * 5
    assert cold.advance(HOUR, 10.0, [0.0] * 5, coolers(cold, 24.0, 2000.0)) == [0.0] * 5
    assert hot.advance(HOUR, 30.0, [0.0] * 5, coolers(hot, 24.0, 500.0)) == [-500.0] * 5


def test_a_heated_room_warms_the_room_next_door_first() -> None:
    thermal = Thermal(shipped("two_room_flat"), 10.0)
    thermal.advance(6 * HOUR, 10.0, [2000.0 if room == "living" else 0.0 for room in thermal.rooms])
    by_name = dict(zip(thermal.rooms, thermal.temperatures, strict=True))
    assert by_name["living"] > by_name["kitchen"] > by_name["bedroom"] > 10.0


def test_rooms_in_the_open_air_have_no_walls_to_keep_anything() -> None:
    assert "garden" not in Thermal(shipped("family_house", "stockholm")).rooms


def test_no_time_changes_nothing_and_time_never_runs_back() -> None:
    thermal = Thermal(cabin(), 18.0)
    assert thermal.advance(0, -30.0, [5000.0], heaters(thermal, 20.0, 10.0)) == [0.0]
    assert thermal.temperatures == [18.0]
    with pytest.raises(ValueError, match="only runs forward"):
        thermal.advance(-1, 0.0, [0.0])


def lost_by(home: Home) -> float:
    """W/K from the whole home to outdoors."""
    return float(Thermal(home).exchange.outdoors.sum())


def test_the_better_the_insulation_the_less_is_lost() -> None:
    poor, fair, good = (lost_by(cabin(insulation=grade)) for grade in ("poor", "fair", "good"))
    assert poor > 1.5 * fair > 2 * good


def test_a_leaky_home_loses_by_its_air_changes_alone() -> None:
    assert lost_by(cabin(air_changes=2)) - lost_by(cabin()) == pytest.approx(AIR_HEAT * 1.5 * 50)


def test_heated_neighbours_keep_an_unheated_flat_warm_in_winter() -> None:
    alone, among = (Thermal(shipped("two_room_flat", envelope={"shared": it})) for it in (0.0, 0.9))
    for _ in range(30):
        alone.advance(DAY, 3.0, [0.0] * 5)
        among.advance(DAY, 3.0, [0.0] * 5)
    assert max(alone.temperatures) < 4
    assert 11 < min(among.temperatures) < max(among.temperatures) < 20


def two_storeys(low: Box | None, high: Box | None) -> Home:
    area = {"area": 20.0}
    rooms = {
        "below": {"kind": "living", "box": low, **({} if low else area)},
        "above": {"kind": "bedroom", "storey": 1, "box": high, **({} if high else area)},
        "attic": {"kind": "storage", "storey": 2, **area},
    }
    doors = (("outside", "below"), ("outside", "above"), ("outside", "attic"))
    return Home.model_validate({"climate": climate("paris"), "rooms": rooms, "doors": doors})


@pytest.mark.parametrize(
    ("low", "high", "floor"),
    [
        (Box(x=0, y=0, width=5, depth=4), Box(x=3, y=0, width=5, depth=4), 8.0),
        (Box(x=0, y=0, width=5, depth=4), Box(x=9, y=0, width=5, depth=4), 0.0),
        (None, None, 20.0),
    ],
)
def test_rooms_above_each_other_share_the_floor_between_them(
    low: Box | None, high: Box | None, floor: float
) -> None:
    thermal = Thermal(two_storeys(low, high))
    above, attic, below = range(3)
    assert thermal.exchange.links[above, below] == pytest.approx(PARTY * floor)
    assert thermal.exchange.links[attic, below] == 0


@pytest.mark.parametrize("shared", [0.0, 1.0])
def test_a_floor_plan_gives_the_walls_between_rooms_to_outdoors_and_to_neighbours(shared: float) -> None:
    box = {"width": 5.0, "depth": 4.0}
    rooms = {
        "a": {"kind": "living", "box": {"x": 0, "y": 0, **box}},
        "b": {"kind": "bedroom", "box": {"x": 5, "y": 0, **box}},
    }
    home = {"climate": climate("paris"), "rooms": rooms, "doors": (("outside", "a"), ("outside", "b"))}
    exchange = Thermal(Home.model_validate({**home, "envelope": {"shared": shared}})).exchange
    assert exchange.links[0, 1] == pytest.approx(PARTITION * 4 * 2.5), "no door, so the wall alone"
    walls, slabs = 14 * 2.5, 40
    lost = (1 - shared) * (FAIR.wall * walls + FAIR.slab * slabs) + FAIR.door * FRONT_DOOR + AIR_HEAT * 25
    assert exchange.outdoors == pytest.approx([lost, lost])
    assert exchange.neighbours == pytest.approx([shared * PARTY * (walls + slabs)] * 2)


def month(place: str, start: date, setpoint: float, watts: float) -> float:
    """What conditioning delivered to the flat, in kWh, in 30 days of that place's weather, lived in."""
    home = shipped("two_room_flat", place)
    weather = Weather(home.climate, home.address, Clock(start, home.address.zone), Chance(7))
    thermal, light, joules = Thermal(home), Illuminance(home, ()), 0.0
    targets: Sequence[Target] = (heaters if watts > 0 else coolers)(thermal, setpoint, abs(watts))
    for hour in range(30 * 24):
        light.follow(weather.course(hour * HOUR).sky)
        gains = [sun + 50 for sun in light.sun(thermal.rooms, hour % 24 * 6 + 3)]
        joules += 3600 * sum(thermal.advance(HOUR, weather.temperature(hour * HOUR), gains, targets))
    return abs(joules) / 3.6e6


HEAT, COOL = (20.0, 1500.0), (24.0, -2500.0)


def test_january_costs_far_more_heat_than_july() -> None:
    january, july = month("paris", date(2026, 1, 1), *HEAT), month("paris", date(2026, 7, 1), *HEAT)
    assert 150 < january < 1200
    assert july < 0.05 * january


def test_stockholm_heats_more_than_madrid_and_madrid_cools_more_than_stockholm() -> None:
    winter, summer = date(2026, 1, 1), date(2026, 7, 1)
    assert month("stockholm", winter, *HEAT) > 1.4 * month("madrid", winter, *HEAT)
    assert month("madrid", summer, *COOL) > 2 * month("stockholm", summer, *COOL)
