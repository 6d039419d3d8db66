"""What fails in a home, and for whom: the power, the network, the heating, two things at once."""

from datetime import date

import pytest
from pydantic import ValidationError

from scenarios.scenario import Happening
from tests.stories import (
    FLAT,
    REST,
    a_house,
    account,
    at,
    doing,
    events,
    let_it_be,
    order,
    someone,
    told,
    watch,
)
from world.audit import audit
from world.clock import HOUR
from world.event import Kind
from world.mind import Cause


def befalls(time: str, kind: str, **more: object) -> Happening:
    return Happening.model_validate({"day": 0, "at": time, "kind": kind, **more})


def test_a_power_cut_stops_the_mains_and_not_the_batteries() -> None:
    house = a_house(someone(), happenings=[befalls("00:10", "power_cut", minutes=60)])
    try_things = doing(
        "receive_visitor", "hall", 50,
        order("hall_lamp", "switch on", after=20), order("front_door_lock", "lock unlock", after=21),
    )  # fmt: skip
    records = watch(house, {"ann": told(try_things, power_cut=let_it_be)}, 2 * HOUR)
    tried = [(event.kind, event.device) for event in events(records) if event.device and event.actor]
    assert (Kind.REFUSED, "hall_lamp") in tried
    assert (Kind.COMMAND, "front_door_lock") in tried
    assert audit(events(records), FLAT, house.catalogue.devices) == []


def test_whoever_is_awake_notices_a_power_cut() -> None:
    house = a_house(someone(), happenings=[befalls("00:10", "power_cut")])
    mind = told(doing("wrap_up", "bedroom", 600), power_cut=let_it_be)
    watch(house, {"ann": mind}, HOUR)
    assert [(seen.cause, seen.about) for seen in mind.asked[1:]] == [(Cause.POWER_CUT, "the power goes out")]


def test_everything_works_again_afterwards() -> None:
    house = a_house(someone(), happenings=[befalls("00:10", "power_cut", minutes=20)])
    watch(house, {"ann": told(REST, power_cut=let_it_be)}, HOUR)
    assert all(device.online for device in house.devices.values())
    assert house.outages == 0


def test_a_device_that_fails_in_a_power_cut_needs_both_to_end() -> None:
    cut = befalls("00:10", "power_cut", minutes=30)
    fault = befalls("00:20", "device_fault", device="television", minutes=60)
    for until, works in ((15, False), (45, False), (85, True)):
        house = a_house(someone(), happenings=[cut, fault])
        watch(
            house,
            {"ann": told(REST, power_cut=let_it_be, device_fault=let_it_be)},
            at(0, "00:00") + until * 60_000,
        )
        assert house.devices["television"].online is works


def test_two_faults_of_one_device_end_with_the_second() -> None:
    faults = [befalls("00:10", "device_fault", device="television", minutes=minutes) for minutes in (20, 40)]
    house = a_house(someone(), happenings=faults)
    watch(house, {"ann": told(REST, device_fault=let_it_be)}, at(0, "00:40"))
    assert not house.devices["television"].online


def test_without_network_what_is_far_is_out_of_reach() -> None:
    house = a_house(someone(), happenings=[befalls("00:10", "network_outage", minutes=60)])
    by_app = doing(
        "wrap_up", "bedroom", 40,
        order("living_heater", "setHeatingSetpoint", "22", after=20),
        order("bedroom_heater", "setHeatingSetpoint", "22", after=21),
    )  # fmt: skip
    records = watch(house, {"ann": told(by_app, network_outage=let_it_be)}, HOUR)
    assert account(records, Kind.REFUSED, Kind.COMMAND)[:2] == [
        "00:20 ann refused living_heater setHeatingSetpoint the network is down",
        "00:21 ann command bedroom_heater setHeatingSetpoint 22",
    ]


def test_a_broken_boiler_lets_the_home_cool() -> None:
    def after_a_night(*happenings: Happening) -> float:
        house = a_house(someone(), happenings=happenings, start=date(2026, 1, 12))
        watch(house, {"ann": told(REST, need=let_it_be)}, 12 * HOUR)
        return house.physics.temperature("living", house.now)

    assert after_a_night(befalls("00:30", "heating_fault", minutes=1440)) < after_a_night() - 0.5


@pytest.mark.parametrize(
    ("kind", "more", "said"),
    [
        ("device_fault", {}, "names its device"),
        ("sensor_failure", {}, "names its device"),
        ("power_cut", {"device": "television"}, "nothing else names one"),
        ("device_fault", {"device": "television", "fails": "stuck"}, "only a sensor_failure says how"),
        ("power_cut", {"degrees": 5}, "degrees belong to"),
        ("powercut", {}, "Input should be"),
    ],
)
def test_a_happening_that_makes_no_sense_is_refused(kind: str, more: dict[str, object], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        befalls("00:10", kind, **more)
