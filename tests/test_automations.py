"""Rules of a home at work: when they fire, what they do, when they keep still."""

from datetime import date
from typing import Any

import pytest

from scenarios.automation import Automation
from scenarios.home import Placement
from scenarios.scenario import Happening
from tests.stories import (
    CATALOGUE,
    FLAT,
    SUMMER,
    WINTER,
    ZONE,
    a_house,
    at,
    doing,
    events,
    order,
    someone,
    told,
    watch,
)
from world.audit import audit
from world.automations import HUB
from world.clock import MINUTE, Clock
from world.event import Event, Kind
from world.house import House
from world.timeline import Process

ON, OFF = "switch on", "switch off"
DAY = 24 * 60 * MINUTE


def rule(when: Any, *then: Any, **more: Any) -> Automation:
    """*when* one trigger or several; *then* '(device, command, value)' or an act in full."""
    triggers = when if isinstance(when, list) else [when]
    names = ("device", "command", "value")
    acts = [it if isinstance(it, dict) else dict(zip(names, it, strict=False)) for it in then]
    return Automation.model_validate({"when": triggers, "then": acts, **more})


def a_home_with(**rules: Automation) -> Any:
    return FLAT.model_copy(update={"automations": rules})


def turned(device: str, attribute: str = "switch", becomes: str = "on", **more: Any) -> dict[str, Any]:
    return {"device": device, "attribute": attribute, "becomes": becomes, **more}


def done(house: House, until: int, *steps: Any, start: date = WINTER) -> list[str]:
    """What rules did while ann took her *steps*: '07:30 lamp: living_lamp switch on'."""
    records = events(watch(house, {who: told(*steps) for who in house.bodies}, until))
    assert audit(records, house.layout.home, CATALOGUE.devices) == []
    return [_said(event, start) for event in records if event.cause.startswith("automation:")]


def _said(event: Event, start: date) -> str:
    assert event.actor == "" and event.decision == -1
    moment = Clock(start, ZONE).at(event.time)
    refused = " refused: " + event.value if event.kind is Kind.REFUSED else ""
    given = f" {event.value}" if event.value and not refused else ""
    what = f"{event.device} {event.command}{given}{refused}"
    return f"{moment:%H:%M} {event.cause.removeprefix('automation:')}: {what}"


ASLEEP = doing("sleep", "bedroom", 1e6, asleep=True)


def test_a_schedule_keeps_to_the_clock_and_its_days() -> None:
    home = a_home_with(
        tea=rule({"at": "16:30"}, ("coffee_machine", ON), provided=[{"days": "tue,wed"}]),
        dim=rule({"at": "07:05"}, ("living_lamp", "setLevel", 40)),
    )
    assert done(a_house(someone(), home=home), 3 * DAY, ASLEEP) == [
        "07:05 dim: living_lamp setLevel 40",
        "07:05 dim: living_lamp setLevel 40",
        "16:30 tea: coffee_machine switch on",
        "07:05 dim: living_lamp setLevel 40",
        "16:30 tea: coffee_machine switch on",
    ]


@pytest.mark.parametrize(
    ("start", "times"),
    [
        (date(2026, 3, 28), ["02:30", "03:30", "02:30"]),  # on the 29th the clock jumps from 02:00 to 03:00
        (date(2026, 10, 24), ["02:30", "02:30", "02:30"]),  # on the 25th 02:30 comes twice
    ],
)
def test_a_schedule_fires_once_on_days_of_23_and_25_hours(start: date, times: list[str]) -> None:
    house = a_house(someone(), home=a_home_with(x=rule({"at": "02:30"}, ("oven", OFF))), start=start)
    said = done(house, at(3, "00:00", start), ASLEEP, start=start)
    assert [line[:5] for line in said] == times


def test_the_sun_fires_rules_earlier_in_summer() -> None:
    home = a_home_with(
        up=rule({"sun": "sunrise"}, ("bedroom_blind", "windowShade open")),
        down=rule({"sun": "sunset", "offset": 30}, ("bedroom_blind", "windowShade close")),
    )
    winter = done(a_house(someone(), home=home), DAY, ASLEEP)
    summer = done(a_house(someone(), home=home, start=SUMMER), DAY, ASLEEP, start=SUMMER)
    assert [line[:5] for line in winter] == ["08:46", "17:41"]  # the almanac, with refraction: 08:41, 17:17
    assert [line[:5] for line in summer] == ["06:07", "22:15"]  # 06:02, 21:50


def test_a_rule_follows_what_a_person_switches() -> None:
    home = a_home_with(
        film=rule(turned("television"), ("living_lamp", "setLevel", 20), ("living_blind", "switch off"))
    )
    steps = [
        doing("watch", "living", 60, order("television", ON, after=10)),
        doing("watch", "living", 60, order("television", ON)),  # on already: no change, no trigger
        doing("watch", "living", 60, order("television", OFF), order("television", ON, after=5)),
    ]
    assert done(a_house(someone(), home=home), 4 * 60 * MINUTE, *steps) == [
        "00:10 film: living_lamp setLevel 20",
        "00:10 film: living_blind switch off",
        "02:05 film: living_lamp setLevel 20",
        "02:05 film: living_blind switch off",
    ]


def test_numbers_trigger_where_they_cross() -> None:
    home = a_home_with(
        loud=rule({"device": "television", "attribute": "volume", "above": 40}, ("living_lamp", ON))
    )
    volume = ["30", "60", "70", "20", "50"]
    orders = [order("television", "setVolume", level, after=10 * n) for n, level in enumerate(volume)]
    said = done(a_house(someone(), home=home), 60 * MINUTE, doing("x", "living", 60, *orders))
    assert [line[:5] for line in said] == ["00:10", "00:40"]


def test_lasting_starts_anew_when_it_stops() -> None:
    home = a_home_with(forgotten=rule(turned("oven", lasting=1800), ("oven", OFF)))
    step = doing(
        "bake", "kitchen", 120, order("oven", ON), order("oven", OFF, after=20), order("oven", ON, after=40)
    )
    assert [line[:5] for line in done(a_house(someone(), home=home), 3 * 60 * MINUTE, step)] == ["01:10"]


def test_conditions_must_all_hold() -> None:
    def lamp(*conditions: Any) -> Automation:
        return rule({"at": "21:00"}, ("hall_lamp", ON), provided=list(conditions))

    tv = {"device": "television", "attribute": "switch", "equals": "off"}
    home = a_home_with(
        night=lamp({"after": "20:00", "before": "06:00"}, {"sun": "down"}, tv, {"home": "occupied"}),
        late=lamp({"after": "21:30"}),
        early=lamp({"before": "21:00"}),
        by_day=lamp({"sun": "up"}),
        watched=lamp(tv | {"equals": "on"}),
        gone=lamp({"home": "empty"}),
        loud=lamp({"device": "television", "attribute": "volume", "above": 15}),
        quiet=lamp({"device": "television", "attribute": "volume", "below": 16}),
    )
    assert [line[6:] for line in done(a_house(someone(), home=home), DAY, ASLEEP)] == [
        "night: hall_lamp switch on", "quiet: hall_lamp switch on",
    ]  # fmt: skip


def test_the_home_notices_when_the_last_one_goes_and_the_first_one_comes() -> None:
    home = a_home_with(
        away=rule({"home": "empty"}, ("front_door_lock", "lock lock")),
        long=rule({"home": "empty", "lasting": 3600}, ("living_heater", "setHeatingSetpoint", 16)),
        back=rule({"home": "occupied"}, ("living_heater", "setHeatingSetpoint", 20)),
    )
    house = a_house(someone("ann"), someone("bob"), home=home)
    minds = {
        "ann": told(doing("read", "living", 60), doing("out", "outside", 120), doing("read", "living", 600)),
        "bob": told(doing("read", "living", 30), doing("out", "outside", 50), doing("read", "living", 10),
                    doing("out", "outside", 600)),
    }  # fmt: skip
    said = [
        _said(event, WINTER)
        for event in events(watch(house, minds, 5 * 60 * MINUTE))
        if event.cause.startswith("automation:")
    ]
    assert said == [
        "01:00 away: front_door_lock lock lock",
        "01:20 back: living_heater setHeatingSetpoint 20",
        "01:30 away: front_door_lock lock lock",
        "02:30 long: living_heater setHeatingSetpoint 16",
        "03:00 back: living_heater setHeatingSetpoint 20",
    ]


def test_commands_wait_for_one_another_and_a_rule_at_work_does_not_start_again() -> None:
    home = a_home_with(
        wake=rule(
            turned("bedroom_lamp"),
            {"device": "bedroom_lamp", "command": "setLevel", "value": 30},
            {"device": "bedroom_lamp", "command": "setLevel", "value": "100", "wait": 1200},
        )
    )
    step = doing("rest", "bedroom", 100, order("bedroom_lamp", ON), order("bedroom_lamp", OFF, after=5),
                 order("bedroom_lamp", ON, after=10))  # fmt: skip
    assert done(a_house(someone(), home=home), 100 * MINUTE, step) == [
        "00:00 wake: bedroom_lamp setLevel 30",
        "00:20 wake: bedroom_lamp setLevel 100",
    ]


def test_a_rule_settles_before_it_fires_again() -> None:
    home = a_home_with(x=rule(turned("oven"), ("kitchen_lamp", ON), settle=1800))
    orders = [order("oven", (ON, OFF)[n % 2], after=10 * n) for n in range(7)]
    said = done(a_house(someone(), home=home), 2 * 60 * MINUTE, doing("bake", "kitchen", 90, *orders))
    assert [line[:5] for line in said] == ["00:00", "00:40"]


@pytest.mark.parametrize("kind", ["network_outage", "power_cut"])
def test_nothing_fires_while_the_hub_is_cut_off(kind: str) -> None:
    home = a_home_with(
        clock=rule([{"at": f"0{hour}:00"} for hour in (1, 2, 3, 4)], ("living_blind", "windowShade close")),
        act=rule({"at": "00:59"}, ("hall_lamp", ON), {"device": "hall_lamp", "command": OFF, "wait": 3600}),
    )
    cut = Happening.model_validate({"day": 0, "at": "01:30", "kind": kind, "minutes": 100})
    said = done(a_house(someone(), home=home, happenings=[cut]), 5 * 60 * MINUTE, ASLEEP)
    assert said == [
        "00:59 act: hall_lamp switch on",
        "01:00 clock: living_blind windowShade close",
        "01:59 act: hall_lamp switch off refused: the network is down",
        "04:00 clock: living_blind windowShade close",
    ]


def test_what_a_device_refuses_is_written_down_as_the_rules_doing() -> None:
    run = "washerOperatingState setMachineState pause"
    home = a_home_with(x=rule({"at": "01:00"}, ("washer", run), ("hall_lamp", ON)))
    broken = Happening.model_validate(
        {"day": 0, "at": "00:30", "kind": "device_fault", "device": "hall_lamp", "minutes": 60}
    )
    said = done(a_house(someone(), home=home, happenings=[broken]), 2 * 60 * MINUTE, ASLEEP)
    assert said[0].startswith(f"01:00 x: washer {run} refused: the washing machine has machine stop")
    assert said[1:] == ["01:00 x: hall_lamp switch on refused: the hall lamp is offline"]


def test_a_programme_that_ends_fires_rules() -> None:
    run = "washerOperatingState setMachineState run"
    home = a_home_with(green=rule(turned("washer", "machine", "stop"), ("living_lamp", "setColor", "green")))
    step = doing("wash", "bathroom", 10, order("washer", run))
    said = done(a_house(someone(), home=home), 4 * 60 * MINUTE, step, ASLEEP)
    assert [line[6:] for line in said] == ["green: living_lamp setColor green"]
    assert "00:40" <= said[0][:5] <= "01:51"


def sensing_home(**rules: Automation) -> Any:
    """The flat with a thermometer and a button."""
    more = {
        "thermometer": Placement(type="TemperatureSensor", room="living"),
        "knob": Placement(type="Button", room="living"),
    }
    return FLAT.model_copy(update={"automations": rules, "devices": {**FLAT.devices, **more}})


def heard(home: Any, *readings: tuple[float, str, str, str]) -> list[str]:
    """What rules do when readings (minute, sensor, quantity, word) arrive, and no others."""
    house = a_house(someone(), home=home)
    for sensor in ("hall_motion", "thermometer"):
        house.sensors.fail(sensor, "dead")

    def arrive() -> Process:
        for minute, *reading in readings:
            yield house.env.pause(round(minute * MINUTE) - house.now)
            house.automations.heard(*reading)

    house.env.start(arrive())
    return done(house, 120 * MINUTE, ASLEEP)


def test_readings_fire_rules_when_they_change() -> None:
    motion = ("hall_motion", "motion")
    home = sensing_home(
        light=rule(turned(*motion, "active"), ("hall_lamp", ON)),
        dark=rule(turned(*motion, "inactive", lasting=120), ("hall_lamp", OFF)),
    )
    words = ["active", "active", "inactive", "active", "inactive", "inactive"]
    assert heard(home, *((n, *motion, word) for n, word in enumerate(words, 1))) == [
        "00:01 light: hall_lamp switch on",
        "00:04 light: hall_lamp switch on",
        "00:07 dark: hall_lamp switch off",
    ]


def test_the_first_level_heard_is_no_change() -> None:
    warm = ("thermometer", "temperature")
    home = sensing_home(
        fan=rule({"device": warm[0], "attribute": warm[1], "above": 25}, ("bedroom_fan", ON)),
        cold=rule(
            {"at": "00:30"},
            ("living_heater", ON),
            provided=[{"device": warm[0], "attribute": warm[1], "below": 20}],
        ),
    )
    levels = [(1, *warm, "26.5"), (2, *warm, "24"), (3, *warm, "25"), (4, *warm, "25.1"), (20, *warm, "19.5")]
    assert heard(home, *levels) == ["00:04 fan: bedroom_fan switch on", "00:30 cold: living_heater switch on"]
    assert heard(home) == []  # of a thermometer that never spoke nothing is known


def test_every_push_of_a_button_counts() -> None:
    push = ("knob", "button", "pushed")
    home = sensing_home(x=rule(turned(*push), ("living_lamp", "switch toggle"), settle=1))
    assert [line[:5] for line in heard(home, (1, *push), (2, *push), (3, *push))] == [
        "00:01",
        "00:02",
        "00:03",
    ]


def test_a_reading_that_is_lost_triggers_nothing() -> None:
    home = a_home_with(light=rule(turned("hall_motion", "motion", "active"), ("living_lamp", ON)))
    steps = [doing("fetch", room, 5) for room in ("kitchen", "bedroom") * 20]
    records = events(watch(a_house(someone(), home=home, seed=1), {"ann": told(*steps)}, 4 * 60 * MINUTE))
    told_of = [it for it in records if it.device == "hall_motion" and it.kind is Kind.READING]
    changes = [
        it.time for before, it in zip([None, *told_of], told_of, strict=False)
        if it.value == "active" and (before is None or before.value != "active")
    ]  # fmt: skip
    assert any(it.device == "hall_motion" and it.kind is Kind.LOST for it in records)
    assert [it.time for it in records if it.cause == "automation:light"] == [time + HUB for time in changes]


def test_a_dead_sensor_leaves_the_dark() -> None:
    home = a_home_with(light=rule(turned("hall_motion", "motion", "active"), ("living_lamp", ON)))
    dead = Happening.model_validate(
        {"day": 0, "at": "00:00", "kind": "sensor_failure", "device": "hall_motion", "minutes": 600}
    )
    steps = [doing("fetch", room, 5) for room in ("kitchen", "bedroom") * 20]
    assert done(a_house(someone(), home=home), 3 * 60 * MINUTE, *steps) != []
    assert done(a_house(someone(), home=home, happenings=[dead]), 3 * 60 * MINUTE, *steps) == []


def test_people_leave_alone_the_lamp_that_goes_off_by_itself_and_count_its_light() -> None:
    motion = ("hall_motion", "motion")
    home = a_home_with(
        light=rule(turned(*motion, "active"), ("hall_lamp", ON)),
        dark=rule(turned(*motion, "inactive", lasting=60), ("hall_lamp", OFF)),
    )
    steps = [doing("fetch", room, 20) for room in ("kitchen", "bedroom") * 10]

    def by_hand(home: Any) -> int:
        records = events(watch(a_house(someone(), home=home), {"ann": told(*steps)}, 5 * 60 * MINUTE))
        return sum(it.device == "hall_lamp" and it.actor == "ann" for it in records)

    assert by_hand(home) == 0


def test_a_home_without_rules_lives_as_before() -> None:
    idle = a_home_with(never=rule({"at": "03:00"}, ("oven", OFF), provided=[{"home": "empty"}]))
    lives = [
        events(watch(a_house(someone(), home=home), {"ann": told(doing("read", "living", 300))}, DAY))
        for home in (FLAT, idle)
    ]
    assert lives[0] == lives[1]
