"""Device types as data, and their one interpreter."""

import json
import os
from collections import deque
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from scenarios.device import Argument, Attribute, Command, DeviceType, State
from scenarios.loading import load_device_type
from world.devices import Device, Impossible, describe

ROOT = Path(__file__).parent.parent
FILES = sorted((ROOT / "scenarios" / "devices").glob("*.yaml"))
TYPES = {kind.type: kind for kind in map(load_device_type, FILES)}
DATA = Path(os.environ.get("HOMEFOLK_DATA", ROOT / ".." / "shared" / "data"))
COMMANDS = [(kind.type, command) for kind in TYPES.values() for command in kind.commands]


def device(kind: str) -> Device:
    return Device(kind.lower(), TYPES[kind], "living")


def arguments(command: Command) -> tuple[str, ...]:
    if command.argument is None:
        return ("",)
    if command.argument.range is not None:
        return tuple(f"{number:g}" for number in command.argument.range)
    return command.argument.values or ()


def moves(kind: DeviceType) -> list[tuple[str, str]]:
    return [(name, text) for name, command in kind.commands.items() for text in arguments(command)]


def sound(some: Device) -> bool:
    attributes = some.type.attributes
    return some.state.keys() == attributes.keys() and all(
        attributes[name].admits(value) for name, value in some.state.items()
    )


# The catalogue


def test_every_file_is_named_after_its_type_and_names_its_schema() -> None:
    for path in FILES:
        first, *_ = path.read_text(encoding="utf-8").splitlines()
        assert first == "# yaml-language-server: $schema=../schema/device.json", path
        assert path.stem.replace("_", "") == load_device_type(path).type.lower()


def test_the_catalogue_covers_every_french_action() -> None:
    vocabulary = DATA / "vocab" / "fr.json"
    if not vocabulary.exists():
        pytest.skip("no real logs here")
    known = {f"{kind}:{command}" for kind, command in COMMANDS}
    wanted = set(json.loads(vocabulary.read_text(encoding="utf-8"))["action"].values())
    assert len(wanted) == 222
    assert wanted - known == set()


@pytest.mark.parametrize(("kind", "command"), COMMANDS)
def test_every_command_can_be_carried_out_from_some_reachable_state(kind: str, command: str) -> None:
    seen: set[tuple[Any, ...]] = set()
    frontier: deque[State] = deque([device(kind).state])
    while frontier:
        some = device(kind)
        some.state = dict(frontier.popleft())
        by = some.type.commands[command].by
        text = arguments(some.type.commands[command])[0]
        if not some.refusal(command, text, by):
            some.apply(command, text, by)
            assert sound(some)
            return
        for name in some.possible():
            other = device(kind)
            other.state = dict(some.state)
            other.apply(name, arguments(some.type.commands[name])[0])
            if (key := tuple(other.state.values())) not in seen:
                seen.add(key)
                frontier.append(other.state)
    pytest.fail(f"{kind}:{command} can never be carried out")


@pytest.mark.parametrize("kind", sorted(TYPES))
def test_what_people_can_do_reads_like_english_and_sets_words_apart(kind: str) -> None:
    some = device(kind)
    commands = some.type.commands.values()
    words = [describe(command, some.name) for command in commands if command.by == "person"]
    assert len(set(words)) == len(words)
    assert all(some.type.label in text and "{" not in text for text in words)


@pytest.mark.parametrize("kind", sorted(TYPES))
@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_no_sequence_leaves_the_declared_state(kind: str, data: st.DataObject) -> None:
    some = device(kind)
    steps = data.draw(st.lists(st.sampled_from(moves(some.type)), max_size=30))
    for name, text in steps:
        by = some.type.commands[name].by
        before, running = dict(some.state), some.programme
        if some.refusal(name, text, by):
            with pytest.raises(Impossible):
                some.apply(name, text, by)
            assert (some.state, some.programme) == (before, running)
            continue
        if some.apply(name, text, by) is not None and data.draw(st.booleans()):
            assert some.finish(some.run) is not None
        assert sound(some)
        assert min(some.watts(), some.watts() - some.heat_watts(), some.lumens(), some.noise()) >= 0
        assert some.watts() == pytest.approx(fresh_watts(some))


def fresh_watts(some: Device) -> float:
    """The same state, measured without anything remembered."""
    other = device(some.type.type)
    other.state = dict(some.state)
    return other.watts()


@pytest.mark.parametrize("kind", sorted(TYPES))
@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_default_arguments_are_always_accepted(kind: str, seed: int) -> None:
    some, rng = device(kind), np.random.default_rng(seed)
    for name, command in some.type.commands.items():
        text = some.default_argument(name, rng)
        if command.argument is None:
            assert text == ""
            continue
        value = text if command.argument.range is None else float(text)
        assert command.argument.admits(value)


# The interpreter


@pytest.mark.parametrize("kind", [name for name in sorted(TYPES) if "switch toggle" in TYPES[name].commands])
def test_toggling_twice_changes_nothing(kind: str) -> None:
    some = device(kind)
    before = dict(some.state)
    some.apply("switch toggle")
    assert some.state != before
    some.apply("switch toggle")
    assert some.state == before


def test_a_lamp_gives_light_in_proportion_to_its_level() -> None:
    lamp = Device("lamp", TYPES["Light"], "living", "the bedside lamp")
    assert lamp.lumens() == 0
    lamp.apply("setLevel", "50")
    assert lamp.state["switch"] == "on"
    assert lamp.lumens() == pytest.approx(450)
    assert lamp.watts() == pytest.approx(5.4)
    assert describe(lamp.type.commands["setLevel"], lamp.name, "50") == "dim the bedside lamp to 50 %"


def test_a_washer_runs_its_cycle_and_reports_its_end() -> None:
    washer = device("Dryer")
    run = "dryerOperatingState setMachineState run"
    assert "would have to be run" in washer.refusal("dryerOperatingState setMachineState pause")
    programme = washer.apply(run)
    assert programme is not None
    assert programme.minutes == (45, 120)
    assert washer.watts() > 800
    assert washer.refusal(run)
    assert washer.finish(washer.run) == "notification"
    assert washer.state["machine"] == "stop"
    assert washer.watts() < 5
    assert washer.finish(washer.run) is None


def test_stopping_supersedes_a_programme_and_starting_again_numbers_it_anew() -> None:
    washer = device("Washer")
    washer.apply("washerOperatingState setMachineState run")
    first = washer.run
    washer.apply("washerOperatingState setMachineState stop")
    assert washer.finish(first) is None
    washer.apply("washerOperatingState setMachineState run")
    assert washer.finish(first) is None
    assert washer.state["machine"] == "run"
    washer.apply("act")  # wakes a display that is awake: the wash goes on
    assert washer.finish(washer.run) == ""
    assert washer.state["machine"] == "stop"


def test_a_programme_starts_only_where_its_argument_says_so() -> None:
    oven = device("Oven")
    start = "signalahead13665.startstopprogramv2 setStartstop"
    assert oven.apply(start, "stop") is None
    assert oven.apply(start, "start") is not None
    assert oven.apply(start, "stop") is None
    assert oven.programme is None


def test_steps_stop_at_the_end_of_the_range() -> None:
    cooler = device("AirConditioner")
    for _ in range(20):
        cooler.apply("temperatureDown")
    assert cooler.state["coolingSetpoint"] == 16


@pytest.mark.parametrize(
    ("kind", "command", "argument", "said"),
    [
        ("Light", "swich on", "", "did you mean 'switch on'"),
        ("Light", "setLevel", "", "a number from 1 to 100"),
        ("Light", "setLevel", "0", "a number from 1 to 100"),
        ("Light", "setLevel", "nan", "a number from 1 to 100"),
        ("Light", "setLevel", "bright", "got 'bright'"),
        ("Light", "setColor", "1", "one of white"),
        ("Light", "switch on", "1", "takes no value"),
        ("Light", "refresh refresh", "", "status polling"),
        ("Fan", "notification", "", "reported by the device itself"),
        (
            "NetworkAudio",
            "mediaPlayback pause",
            "",
            "the speaker has playback stopped; it would have to be playing or paused",
        ),
    ],
)
def test_refusals_say_why(kind: str, command: str, argument: str, said: str) -> None:
    some = device(kind)
    before = dict(some.state)
    assert said in some.refusal(command, argument)
    with pytest.raises(Impossible):
        some.apply(command, argument)
    assert some.state == before


def test_a_broken_device_neither_obeys_nor_works_nor_reports() -> None:
    heater = device("Thermostat")
    part = heater.conditioning()
    assert part is not None
    assert (part[0].mode, part[1]) == ("heat", 19.5)
    heater.fail("fault")
    assert heater.conditioning() is None
    assert (heater.watts(), heater.possible()) == (0, ())
    assert "offline" in heater.refusal("switch off")
    dryer = device("Dryer")
    dryer.apply("dryerOperatingState setMachineState run")
    dryer.fail("fault")
    assert dryer.finish(dryer.run) == ""


def test_relief_is_relief() -> None:
    """What is said to help against cold and heat does act on the room afterwards."""
    heater = device("Thermostat")
    heater.apply("setMode", "cool")
    heater.apply("setHeatingSetpoint", "22")
    assert heater.conditioning() is not None
    assert [part.mode for part, _ in [heater.conditioning() or pytest.fail("does nothing")]] == ["heat"]
    cooler = device("AirConditioner")
    assert cooler.conditioning() is None
    cooler.apply("switch on")
    active = cooler.conditioning()
    assert active is not None
    assert (active[0].mode, active[1]) == ("cool", 24)


def test_a_blind_lets_in_its_share_of_daylight() -> None:
    blind = device("Blind")
    blind.apply("windowShadeLevel setShadeLevel", "30")
    assert blind.daylight() == pytest.approx(0.3)
    assert device("Light").daylight() == 1


# Files that contradict themselves

SOUND: dict[str, Any] = {
    "type": "Lamp",
    "label": "the lamp",
    "attributes": {
        "switch": {"values": ["off", "on"], "initial": "off"},
        "level": {"range": [0, 10], "initial": 5},
    },
    "commands": {"on": {"says": "turn on {device}", "set": {"switch": "on"}}, "beep": {"by": "device"}},
}


def with_command(**parts: Any) -> dict[str, Any]:
    return {**SOUND, "commands": {**SOUND["commands"], "go": {"says": "work {device}", **parts}}}


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        (with_command(set={"swich": "on"}), "did you mean 'switch'"),
        (with_command(when={"switch": ["on", "dim"]}), "switch cannot be 'dim'; expected one of off, on"),
        (with_command(when={"switch": []}), "at least 1 item"),
        (with_command(set={"level": 11}), "expected a number from 0 to 10"),
        (with_command(set={"level": "5"}), "expected a number from 0 to 10"),
        (with_command(set={"level": "$argument"}), "takes no argument"),
        (with_command(set={"level": "$argument"}, argument={"range": [0, 11]}), "'level' is a number"),
        (with_command(set={"switch": "$argument"}, argument={"values": ["on", "dim"]}), "'switch' is one of"),
        (with_command(argument={"range": [0, 1], "values": ["a"]}), "give either"),
        (with_command(argument={}), "give either"),
        (with_command(argument={"range": [0, 10], "usual": [5, 12]}), "usual"),
        (with_command(toggle="level"), "exactly two values"),
        (with_command(toggle="lever"), "did you mean 'level'"),
        (with_command(step={"switch": 1}), "is no number"),
        (with_command(says="work"), "{device}"),
        (with_command(relieves={"bored": 1}), "'cold', 'hot', 'dark', 'noisy'"),
        (with_command(finishes={"minutes": [5, 2]}), "in order"),
        (with_command(finishes={"minutes": [1, 2], "emits": "bep"}), "did you mean 'beep'"),
        (with_command(finishes={"minutes": [1, 2], "emits": "on"}), "by: device"),
        (with_command(finishes={"minutes": [1, 2], "set": {"level": "$argument"}}), "level cannot be"),
        ({**SOUND, "draws": [{"when": {"switch": "dim"}, "watts": 1}]}, "draw 1: switch cannot be"),
        ({**SOUND, "draws": [{"scale": "switch"}]}, "draw 1: scale names 'switch'"),
        ({**SOUND, "conditions": [{"mode": "heat", "setpoint": "levl", "watts": 1}]}, "did you mean 'level'"),
        ({**SOUND, "shade": "switch"}, "shade names 'switch'"),
        ({**SOUND, "domain": "lamp"}, "domain"),
        ({**SOUND, "matter": "256"}, "matter"),
    ],
)
def test_a_type_that_contradicts_itself_is_refused(broken: dict[str, Any], said: str) -> None:
    DeviceType.model_validate(SOUND)
    with pytest.raises(ValidationError) as caught:
        DeviceType.model_validate(broken)
    assert said in str(caught.value)


def test_initial_values_lie_within_their_attribute() -> None:
    with pytest.raises(ValidationError, match="initial 'of' is not one of off, on"):
        Attribute(values=("off", "on"), initial="of")
    with pytest.raises(ValidationError, match="range is"):
        Argument(range=(5, 5))
    assert Command(says="see {device}", when={"switch": "on"}).when == {"switch": ("on",)}
