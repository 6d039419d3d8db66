"""Humidity and CO₂: the analytic solution, mass kept, and what showers, sleepers, windows do to the air."""

from math import exp

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scenarios.home import Home
from tests.stories import FLAT, SUMMER, a_house, at, someone
from world.air import DRY, FRESH, Air
from world.clock import HOUR, MINUTE
from world.envelope import air_flows
from world.event import NOBODY
from world.house import House
from world.mind import Order
from world.vapour import saturation

CABIN = Home.model_validate(
    {
        "climate": FLAT.climate,
        "rooms": {"room": {"kind": "living", "area": 20}},
        "doors": [["outside", "room"]],
    }
)
VOLUME, LEAK = 50.0, 25.0  # m³; m³/h at half an air change
ROOMS = tuple(sorted(FLAT.rooms))
BEDROOM, BATHROOM = ROOMS.index("bedroom"), ROOMS.index("bathroom")


def only(room: int, rate: float) -> list[float]:
    return [rate if number == room else 0.0 for number in range(len(ROOMS))]


def give(house: House, device: str, command: str, argument: str = "") -> None:
    assert house.command(house.devices[device], Order(device, command, argument), NOBODY)


def pass_time(house: House, until: int) -> None:
    """Let the air of an otherwise still house follow, the tick at *until* included; nobody decides."""
    house.env.run(until=until + 1)


@pytest.mark.parametrize("cuts", [1, 6, 60])
def test_one_room_follows_the_analytic_step_response_however_time_is_cut(cuts: int) -> None:
    air = Air(CABIN, ("room",), outdoors=5.0)
    for _ in range(cuts):
        air.advance(HOUR // cuts, 8.0, [50.0], [20_000.0], [20.0])
    fade = exp(-LEAK / VOLUME)
    final = FRESH + 20_000 / LEAK
    assert air.co2 == pytest.approx([final + (600 - final) * fade], abs=1e-9)
    assert air.vapour == pytest.approx([10.0 + (5.0 - 10.0) * fade], abs=1e-9)


def test_an_open_window_clears_the_air_by_exactly_the_flow_it_lets_in() -> None:
    air = Air(CABIN, ("room",), outdoors=5.0)
    air.advance(5 * MINUTE, 5.0, [0.0], [0.0], [20.0], (300.0,))
    assert air.co2 == pytest.approx([FRESH + (600 - FRESH) * exp(-(LEAK + 300) / VOLUME / 12)])


@settings(max_examples=12, deadline=None)
@given(
    water=st.lists(st.floats(0, 60), min_size=len(ROOMS), max_size=len(ROOMS)),
    breath=st.lists(st.floats(0, 60_000), min_size=len(ROOMS), max_size=len(ROOMS)),
    outdoors=st.floats(1, 6),
    opened=st.lists(st.sampled_from([0.0, 60.0, 300.0]), min_size=len(ROOMS), max_size=len(ROOMS)),
)
def test_what_is_given_off_is_in_the_rooms_or_has_gone_outdoors(
    water: list[float], breath: list[float], outdoors: float, opened: list[float]
) -> None:
    air, flows = Air(FLAT, ROOMS, outdoors=6.0), air_flows(FLAT, ROOMS).outdoors + np.array(opened)
    volumes = np.array([FLAT.rooms[room].area * FLAT.rooms[room].height for room in ROOMS])
    start, gone, around = np.array([air.vapour, air.co2]), np.zeros(2), np.array([[outdoors], [FRESH]])
    for _ in range(180):  # half an hour; what leaves by the trapezoidal rule
        past = np.array([air.vapour, air.co2])
        air.advance(MINUTE // 6, outdoors, water, breath, [22.0] * len(ROOMS), tuple(opened))
        middle = (past + np.array([air.vapour, air.co2])) / 2
        gone += ((middle - around) @ flows) / 360
    stored, given_off = (
        (np.array([air.vapour, air.co2]) - start) @ volumes,
        np.array([sum(water), sum(breath)]) / 2,
    )
    assert np.all(np.abs(stored + gone - given_off) <= 0.001 * (np.abs(gone) + given_off + 1))


def test_vapour_condenses_where_the_air_can_hold_no_more() -> None:
    air, held = Air(FLAT, ROOMS, outdoors=6.0), saturation(22.0)
    for _ in range(4):
        air.advance(15 * MINUTE, 6.0, only(BATHROOM, 2600.0), only(BATHROOM, 0.0), [22.0] * len(ROOMS))
        assert max(air.vapour) <= held
    assert air.humidity(BATHROOM, 22.0) == pytest.approx(100.0)
    assert air.humidity(BEDROOM, 22.0) < 90


def test_a_dehumidifier_takes_what_is_there_and_stops_in_dry_air() -> None:
    air = Air(CABIN, ("room",), outdoors=12.0)
    for _ in range(96):
        air.advance(15 * MINUTE, 4.0, [-600.0], [0.0], [22.0])
        assert air.vapour[0] > 0
    assert air.humidity(0, 22.0) == pytest.approx(DRY, abs=10)


@pytest.mark.parametrize(("opening", "least", "most"), [("close", 900, 2500), ("tilt", 550, 950)])
def test_two_sleepers_use_up_the_air_of_a_shut_bedroom(opening: str, least: float, most: float) -> None:
    house = a_house(someone("ann"), someone("ben"))
    for body in house.bodies.values():
        body.asleep = True
    if opening != "close":
        give(house, "bedroom_window", opening)
    pass_time(house, at(0, "07:00"))
    assert least < house.physics.co2("bedroom") < most


def test_a_shower_makes_the_bathroom_damp_and_two_hours_later_it_is_dry_again() -> None:
    house = a_house(someone())
    pass_time(house, at(0, "06:00"))
    usual = house.physics.humidity("bathroom")
    give(house, "shower", "turn on")
    house.env.run(until=at(0, "06:10"))
    give(house, "shower", "turn off")
    pass_time(house, at(0, "06:30"))
    assert house.physics.humidity("bathroom") > usual + 20
    assert house.physics.humidity("bathroom") <= 100
    pass_time(house, at(0, "08:15"))
    assert house.physics.humidity("bathroom") < usual + 12


def test_winter_air_is_dry_indoors_and_summer_air_is_not() -> None:
    winter, summer = a_house(someone()), a_house(someone(), start=SUMMER)
    for house in (winter, summer):
        pass_time(house, at(2, "12:00"))
    assert winter.physics.humidity("living") < 45 < summer.physics.humidity("living")


def test_the_air_outside_is_that_of_the_weather() -> None:
    house = a_house(someone())
    assert house.physics.co2("outside") == FRESH
    assert house.physics.humidity("outside") == pytest.approx(100 * house.physics.weather.humidity(0))
