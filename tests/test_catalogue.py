"""The shipped catalogue: every type can be operated, and draws what such things draw."""

import json
import os
from collections import deque
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from scenarios.catalogue import load_catalogue
from scenarios.device import Command, DeviceType, State
from scenarios.loading import load_device_type
from tests.stories import possible
from world.devices import Device, describe

ROOT = Path(__file__).parents[1]
FILES = sorted((ROOT / "scenarios" / "devices").rglob("*.yaml"))
TYPES = load_catalogue().devices
COMMANDS = [(kind.type, command) for kind in TYPES.values() for command in kind.commands]
PLAIN = ("Window", "Shower", "Bathtub", "WashBasin", "Hob", "CookerHood", "Radiator")

kinds = pytest.mark.parametrize("kind", sorted(TYPES))


def device(kind: str) -> Device:
    return Device(kind, TYPES[kind], "living")


def arguments(command: Command) -> tuple[str, ...]:
    if command.argument is None:
        return ("",)
    if command.argument.range is not None:
        return tuple(f"{number:g}" for number in command.argument.range)
    return command.argument.values or ()


def reach(kind: str, command: str) -> Device | None:
    """A device on which *command* was carried out after as few others as possible; None: it never can be."""
    frontier: deque[State] = deque([device(kind).state])
    seen: set[tuple[Any, ...]] = set()
    while frontier:
        some = device(kind)
        some.state = dict(frontier.popleft())
        definition = some.type.commands[command]
        if not some.refusal(command, arguments(definition)[0], definition.by):
            some.apply(command, arguments(definition)[0], definition.by)
            return some
        for name in possible(some):
            for text in arguments(some.type.commands[name]):
                other = device(kind)
                other.state = dict(some.state)
                other.apply(name, text)
                if (key := tuple(other.state.values())) not in seen:
                    seen.add(key)
                    frontier.append(other.state)
    return None


def sound(some: Device) -> bool:
    attributes = some.type.attributes
    return some.state.keys() == attributes.keys() and all(
        attributes[name].admits(value) for name, value in some.state.items()
    )


# Files


def test_every_file_is_named_after_its_type_and_names_its_schema() -> None:
    for path in FILES:
        first, *_ = path.read_text(encoding="utf-8").splitlines()
        schema = os.path.relpath(ROOT / "scenarios" / "schema" / "device.json", path.parent)
        assert first == f"# yaml-language-server: $schema={schema}", path
        assert path.stem.replace("_", "") == load_device_type(path).type.replace("_", "").lower()
    assert len(FILES) == len(TYPES)


# What can be done


@pytest.mark.parametrize(("kind", "command"), COMMANDS)
def test_every_command_can_be_carried_out_from_some_reachable_state(kind: str, command: str) -> None:
    some = reach(kind, command)
    assert some is not None
    assert sound(some)


@kinds
def test_what_people_can_do_reads_like_english_and_sets_words_apart(kind: str) -> None:
    some = device(kind)
    commands = some.type.commands.values()
    words = [describe(command, some.name) for command in commands if command.by == "person"]
    assert len(set(words)) == len(words)
    assert all(some.type.label in text and "{" not in text for text in words)
    assert some.type.label.startswith("the ")


@kinds
def test_default_arguments_are_always_accepted(kind: str) -> None:
    some = device(kind)
    for seed in range(20):
        for name, command in some.type.commands.items():
            text = some.default_argument(name, np.random.default_rng(seed))
            assert command.argument is not None or text == ""
            if command.argument is not None:
                assert command.argument.admits(text if command.argument.range is None else float(text))


@kinds
def test_what_is_switched_on_can_be_switched_off(kind: str) -> None:
    """From wherever one is, a few commands or the end of the programme lead to the least power."""
    some = device(kind)
    least = some.output.watts
    for name in some.type.commands:
        after = reach(kind, name)
        assert after is not None
        while after.programme is not None:
            after.finish(after.run)
        assert _comes_down_to(after, least), f"{kind}: nothing ends what {name!r} began"


def _comes_down_to(some: Device, least: float) -> bool:
    """Whether at most two commands bring the power down to *least* watts."""
    states = [dict(some.state)]
    for _ in range(3):
        if any(_watts(some.type, state) <= least for state in states):
            return True
        states = [state for before in states for state in _after(some.type, before)]
    return False


def _after(kind: DeviceType, state: State) -> list[State]:
    found: dict[tuple[Any, ...], State] = {}
    for name, command in kind.commands.items():
        for text in arguments(command):
            some = device(kind.type)
            some.state = dict(state)
            if not some.refusal(name, text, command.by):
                some.apply(name, text, command.by)
                found[tuple(some.state.values())] = some.state
    return list(found.values())


def _watts(kind: DeviceType, state: State) -> float:
    some = device(kind.type)
    some.state = dict(state)
    return some.output.watts


@pytest.mark.parametrize("kind", [name for name in sorted(TYPES) if "switch toggle" in TYPES[name].commands])
def test_toggling_twice_changes_nothing(kind: str) -> None:
    some = device(kind)
    before = dict(some.state)
    some.apply("switch toggle")
    assert some.state != before
    some.apply("switch toggle")
    assert some.state == before


@kinds
def test_relief_changes_something(kind: str) -> None:
    """A remedy that leaves the device as it was would be none."""
    for name, command in TYPES[kind].commands.items():
        assert not command.relieves or command.set or command.step or command.toggle, f"{kind}: {name}"


# What it is


def test_what_no_network_knows_is_plain() -> None:
    plain = [kind.type for kind in TYPES.values() if not kind.connected and not kind.senses]
    assert sorted(plain) == sorted(PLAIN)
    for kind in PLAIN:
        assert TYPES[kind].commands
        assert all(command.by == "person" for command in TYPES[kind].commands.values())


@pytest.mark.parametrize(
    ("kind", "power"),
    [
        *(
            (kind, "battery")
            for kind in (
                "SmartLock", "ContactSensor", "MotionSensor", "LeakSensor", "SmokeDetector", "LightSensor",
                "RemoteController", "MultiFunctionalSensor", "DoorBell", "locker",
            )
        ),
        *((kind, "none") for kind in ("Window", "Shower", "Bathtub", "WashBasin")),
        *((kind, "mains") for kind in ("Light", "Television", "Washer", "Hob", "CookerHood", "ac", "kettle")),
    ],
)  # fmt: skip
def test_what_a_power_cut_stops(kind: str, power: str) -> None:
    assert TYPES[kind].power == power


def test_one_uses_it_or_all_feel_it() -> None:
    exclusive = {kind.type for kind in TYPES.values() if kind.exclusive}
    assert exclusive >= {
        "Washer",
        "Dryer",
        "Oven",
        "Computer",
        "Shower",
        "washing_machine",
        "hair_dryer",
    }
    assert TYPES["Thermostat"].shared == ("heatingSetpoint", "coolingSetpoint")
    assert TYPES["Television"].shared == ("channel", "inputSource")
    assert not exclusive & {"Light", "Thermostat", "Television", "Refrigerator", "Window", "SmartLock"}


def test_a_window_airs_the_room_and_lets_the_street_in() -> None:
    window = device("Window")
    assert (window.output.fresh_air, window.output.noise, window.output.watts) == (0, 0, 0)
    assert possible(window) == ("open", "tilt")
    window.apply("tilt")
    assert (window.output.fresh_air, window.output.noise) == (60, 45)
    window.apply("open")
    assert (window.output.fresh_air, window.output.noise) == (300, 52)
    window.apply("close")
    assert (window.output.fresh_air, window.output.noise) == (0, 0)


@pytest.mark.parametrize(
    ("kind", "command", "least", "most"),
    [
        ("Shower", "turn on", 2000, 3000),
        ("Bathtub", "fill", 500, 1000),
        ("Hob", "turn on", 500, 1500),
        ("Humidifier", "switch on", 150, 600),
        ("deerma_humidifier", "on", 150, 400),
        ("dehumidifier", "on", -600, -200),  # 12 litres a day
        ("AirConditioner", "switch on", -1500, -300),
    ],
)
def test_what_wets_and_dries_the_air(kind: str, command: str, least: float, most: float) -> None:
    some = device(kind)
    assert some.output.moisture == 0
    some.apply(command)
    assert least <= some.output.moisture <= most


@pytest.mark.parametrize(
    ("kind", "command", "least", "most"),
    [
        ("Vent", "switch on", 60, 300),
        ("CookerHood", "turn on", 200, 600),
        ("bathheater", "exhaust_on", 80, 250),
    ],
)
def test_fans_that_blow_outdoors(kind: str, command: str, least: float, most: float) -> None:
    some = device(kind)
    some.apply(command)
    assert least <= some.output.fresh_air <= most


# Energy. Ranges: EU energy labels 2019/2014 (washers), 2019/2017 (dishwashers), 65/2014 (ovens), 392/2012
# (dryers), 2019/2016 (refrigerators), kWh a cycle or a day, from the best to the worst that is sold.

RUN = "OperatingState setMachineState run"


@pytest.mark.parametrize(
    ("kind", "commands", "least", "most"),
    [
        ("Washer", (f"washer{RUN}",), 0.25, 1.1),
        ("washing_machine", ("wash",), 0.25, 1.1),
        ("Dishwasher", ("start",), 0.45, 1.4),
        ("dishwasher", ("wash",), 0.45, 1.4),
        ("Dryer", (f"dryer{RUN}",), 0.6, 2.5),
        ("ClothingCareMachine", (f"dryer{RUN}",), 0.4, 2.0),
        ("Microwave", ("switch on",), 0.015, 0.2),
        ("kettle", ("heat",), 0.04, 0.2),  # a litre from 15 to 100 °C takes 0.1
    ],
)
def test_a_cycle_takes_the_energy_that_is_printed_on_such_machines(
    kind: str, commands: tuple[str, ...], least: float, most: float
) -> None:
    some = device(kind)
    for command in commands:
        some.apply(command)
    shortest, longest = (some.output.watts * minutes / 60_000 for minutes in some.minutes)
    assert least <= shortest <= longest <= most
    idle = device(kind).output.watts
    assert idle <= 2, "standby regulation 2023/826 allows little"
    some.finish(some.run)
    assert some.output.watts == idle


def test_an_hour_of_baking_and_a_day_of_cooling() -> None:
    oven = device("Oven")
    oven.apply("signalahead13665.programdurationv2 setProgramDuration", "45")
    oven.apply("signalahead13665.startstopprogramv2 setStartstop", "start")
    assert 0.6 <= oven.output.watts * oven.minutes[0] / 60_000 <= 1.1
    for kind in ("Refrigerator", "refrigerator"):
        assert 0.3 <= device(kind).output.watts * 24 / 1000 <= 1.1


# The real vocabularies


def test_a_french_home_can_be_made_of_it() -> None:
    names = json.loads((ROOT / "dataset" / "vocabularies" / "fr.json").read_text(encoding="utf-8"))
    assert set(names["device"].values()) <= TYPES.keys()
