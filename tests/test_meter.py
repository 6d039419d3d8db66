"""The electricity meter: the home's is the sum of its devices', exactly."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scenarios.scenario import Happening
from tests.stories import CATALOGUE, a_house, a_person, at, habits, possible, someone, told, watch
from world.clock import HOUR, MINUTE
from world.devices import Device
from world.meter import Meter
from world.mind import Mind

KINDS = ("Light", "Television", "Oven", "Fan", "Window", "Refrigerator")


def of_devices(meter: Meter, devices: dict[str, Device]) -> int:
    return sum(meter.microjoules(device) for device in devices)


def test_the_meter_of_a_lived_in_home_is_exactly_the_sum_of_its_devices() -> None:
    house = a_house(someone())
    minds: dict[str, Mind] = dict(habits(a_person(someone())))
    watch(house, minds, at(3, "00:00"))
    assert house.meter.microjoules() == of_devices(house.meter, house.devices) > 0
    assert 3 < house.meter.total() / 1000 < 60, "kWh in three days"
    assert house.meter.watts() == pytest.approx(
        sum(it.output.watts for it in house.devices.values()), abs=0.05
    )


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 5 * HOUR), st.integers(0, len(KINDS) - 1), st.integers(0, 20)), max_size=40
    )
)
def test_whatever_is_done_the_meter_equals_its_devices_and_the_power_over_time(
    story: list[tuple[int, int, int]],
) -> None:
    now, joules = 0, 0.0
    devices = {kind: Device(kind, CATALOGUE.devices[kind], "living") for kind in KINDS}
    meter = Meter(devices.values(), lambda: now)
    for wait, number, choice in story:
        joules += sum(device.output.watts for device in devices.values()) * wait / 1000
        now += wait
        device = devices[KINDS[number]]
        names = [name for name in possible(device) if device.type.commands[name].argument is None]
        if names:
            device.apply(names[choice % len(names)])
        meter.changed(device)
        assert meter.microjoules() == of_devices(meter, devices)
    assert meter.total() * 3600 == pytest.approx(joules, rel=1e-5, abs=1e-9)


def test_a_lamp_that_burns_for_an_hour_and_a_half_counts_for_just_that() -> None:
    now = 0
    lamp = Device("lamp", CATALOGUE.devices["Light"], "living")
    meter = Meter([lamp], lambda: now)
    standby = lamp.output.watts
    lamp.apply("switch on")
    meter.changed(lamp)
    now = 90 * MINUTE
    lamp_on = lamp.output.watts
    assert meter.watts() == pytest.approx(lamp_on)
    lamp.apply("switch off")
    meter.changed(lamp)
    now += HOUR
    assert meter.energy("lamp") == pytest.approx(1.5 * lamp_on + standby)


def test_a_power_cut_stops_what_is_on_the_mains_and_only_for_as_long_as_it_lasts() -> None:
    cut = Happening.model_validate({"day": 0, "at": "10:00", "kind": "power_cut", "minutes": 120})
    house = a_house(someone(), happenings=[cut])
    watch(house, {"ann": told()}, at(0, "11:00"))
    before = house.meter.energy("refrigerator")
    assert house.meter.watts() < 1
    watch(house, {"ann": told()}, at(0, "11:59"))
    assert house.meter.energy("refrigerator") == pytest.approx(before, abs=1e-6)
    watch(house, {"ann": told()}, at(0, "14:00"))
    assert house.meter.energy("refrigerator") > before
    assert house.meter.microjoules() == of_devices(house.meter, house.devices)
