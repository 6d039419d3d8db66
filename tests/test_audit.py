"""The audit: replaying a household's log on fresh devices."""

from pathlib import Path
from typing import Any

import pytest

from scenarios.device import DeviceType
from scenarios.home import Climate, Home, Placement, Room
from scenarios.loading import load_device_type
from world.audit import audit
from world.event import Event, Kind

DEVICES = Path(__file__).parent.parent / "scenarios" / "devices"
TYPES: dict[str, DeviceType] = {
    kind.type: kind
    for name in ("light", "dryer", "washer")
    for kind in [load_device_type(DEVICES / f"{name}.yaml")]
}
RUN = "dryerOperatingState setMachineState run"
MINUTE = 60_000
YEAR = (10.0,) * 12

HOME = Home(
    climate=Climate(name="mild", mean=YEAR, daily_range=YEAR, cloud=(0.5,) * 12),
    rooms={"living": Room(kind="living"), "laundry": Room(kind="laundry")},
    doors=(("outside", "living"), ("living", "laundry")),
    devices={
        "lamp": Placement(type="Light", room="living"),
        "dryer": Placement(type="Dryer", room="laundry"),
        "washer": Placement(type="Washer", room="laundry"),
    },
)


def move(minute: float, room: str) -> Event:
    return Event(time=int(minute * MINUTE), kind=Kind.MOVE, actor="ann", room=room)


def event(minute: float, device: str, command: str, kind: Kind = Kind.COMMAND, **more: str) -> Event:
    place = HOME.devices[device]
    actor = "ann" if kind is Kind.COMMAND else ""
    row: dict[str, Any] = {"actor": actor, "type": place.type, "room": place.room, **more}
    return Event(time=int(minute * MINUTE), kind=kind, device=device, command=command, **row)


CLEAN = (
    move(0, "living"),
    event(1, "lamp", "switch on"),
    event(2, "lamp", "setLevel", value="40"),
    event(3, "lamp", "refresh refresh", Kind.REPORT, cause="hub"),
    Event(time=4 * MINUTE, kind=Kind.REFUSED, actor="ann", room="living", device="lamp", command="fly"),
    move(5, "laundry"),
    event(6, "dryer", RUN),
    event(7, "washer", "washerOperatingState setMachineState run"),
    event(66, "dryer", "notification", Kind.REPORT, cause="programme"),
    event(67, "washer", "notification", Kind.REPORT, cause="programme"),
    event(68, "dryer", RUN),
    event(69, "dryer", "dryerOperatingState setMachineState pause"),
    event(70, "dryer", "device_fault", Kind.HAPPENING, value="the dryer has no power"),
    event(80, "dryer", "device_fault", Kind.HAPPENING, value="works again"),
    event(90, "dryer", RUN),
)


def faults(*events: Event) -> list[str]:
    return audit(sorted(events, key=lambda event: event.time), HOME, TYPES)


def test_a_sound_log_passes() -> None:
    assert faults(*CLEAN) == []


@pytest.mark.parametrize(
    ("planted", "said"),
    [
        (event(1.5, "lamp", "setLevel", value="400"), "a number from 1 to 100"),
        (event(1.5, "lamp", "setLevel"), "a number from 1 to 100"),
        (event(1.5, "lamp", "swich off"), "did you mean 'switch off'"),
        (event(1.5, "dryer", RUN), "ann is in 'living', out of reach of 'laundry'"),
        (event(1.5, "lamp", "switch off")._replace(room="laundry"), "stands in 'living'"),
        (event(1.5, "lamp", "switch off")._replace(type="Switch"), "is Light"),
        (event(1.5, "lamp", "switch off")._replace(device="lmap"), "did you mean 'lamp'"),
        (event(1.5, "lamp", "refresh refresh"), "is by poll"),
        (event(1.5, "lamp", "switch off", Kind.REPORT), "is by person"),
        (event(10, "dryer", RUN), "would have to be stop or pause"),
        (event(75, "dryer", RUN), "offline"),
        (event(69.5, "dryer", "notification", Kind.REPORT, cause="programme"), "stands still"),
        (event(3, "lamp", "", Kind.HAPPENING, cause="programme"), "none runs"),
    ],
)
def test_a_planted_impossible_event_is_found_and_no_other(planted: Event, said: str) -> None:
    found = faults(*CLEAN, planted)
    assert len(found) == 1
    assert said in found[0]
    assert found[0].startswith(f"{planted.time} ms")


def test_a_rule_reaches_everywhere_but_what_it_commands_must_be_possible() -> None:
    by_rule = event(1.5, "dryer", RUN, actor="", cause="automation:laundry_hour")
    assert faults(CLEAN[0], by_rule) == []
    assert "out of reach" in faults(CLEAN[0], by_rule._replace(actor="ann"))[0]
    assert "would have to be stop or pause" in faults(CLEAN[0], by_rule, by_rule)[0]
    refused = by_rule._replace(kind=Kind.REFUSED, value="the dryer has machine run")
    assert faults(CLEAN[0], by_rule, refused) == []


def test_programmes_keep_their_times_and_their_words() -> None:
    start = event(0, "dryer", RUN)
    early = event(20, "dryer", "notification", Kind.REPORT, cause="programme")
    silent = event(60, "dryer", "", Kind.REPORT, cause="programme")
    assert "took 20.0 minutes; expected 45 to 120" in faults(start, early)[0]
    assert "expected 'notification'" in faults(start, silent)[0]
    assert "should have ended 80.0 minutes before" in faults(start, event(200, "dryer", "switch on"))[0]


def test_time_does_not_run_backwards() -> None:
    assert "comes after" in audit([CLEAN[2], CLEAN[1]], HOME, TYPES)[0]
