"""Device types as data, and their one interpreter."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import ValidationError

from scenarios.catalogue import load_catalogue
from scenarios.device import Argument, Attribute, Command, DeviceType
from scenarios.problems import ScenarioError
from scenarios.validating import validate
from tests.stories import possible
from world.devices import Device, Impossible, describe

TYPES = load_catalogue().devices


def device(kind: str) -> Device:
    return Device(kind.lower(), TYPES[kind], "living")


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
    assert lamp.output.lumens == 0
    lamp.apply("setLevel", "50")
    assert lamp.state["switch"] == "on"
    assert lamp.output.lumens == pytest.approx(450)
    assert lamp.output.watts == pytest.approx(5.4)
    assert describe(lamp.type.commands["setLevel"], lamp.name, "50") == "dim the bedside lamp to 50 %"


def test_a_washer_runs_its_cycle_and_reports_its_end() -> None:
    washer = device("Dryer")
    run = "dryerOperatingState setMachineState run"
    assert "would have to be run" in washer.refusal("dryerOperatingState setMachineState pause")
    programme = washer.apply(run)
    assert programme is not None
    assert programme.minutes == (45, 120)
    assert washer.output.watts > 800
    assert washer.refusal(run)
    assert washer.finish(washer.run) == "notification"
    assert washer.state["machine"] == "stop"
    assert washer.output.watts < 5
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
    assert washer.finish(washer.run) == "notification"
    assert washer.state["machine"] == "stop"


def test_a_paused_programme_is_held_and_goes_on_by_the_command_that_started_it() -> None:
    dryer = device("Dryer")
    run, pause = (f"dryerOperatingState setMachineState {word}" for word in ("run", "pause"))
    programme = dryer.apply(run)
    dryer.apply(pause)
    assert dryer.held
    assert (dryer.programme, dryer.output.watts) == (programme, 1)
    assert dryer.finish(dryer.run) is None
    assert dryer.apply(run) is None, "it goes on: no new programme"
    assert (dryer.programme, dryer.run, dryer.held) == (programme, 1, False)
    dryer.apply(pause)
    dryer.apply("dryerOperatingState setMachineState stop")
    assert dryer.programme is None
    assert dryer.apply(run) is not None, "stopped is stopped: this is another"
    assert dryer.run == 2


def test_the_oven_bakes_for_as_long_as_its_timer_says() -> None:
    oven = device("Oven")
    oven.apply("signalahead13665.programdurationv2 setProgramDuration", "55")
    oven.apply("signalahead13665.startstopprogramv2 setStartstop", "start")
    oven.apply("signalahead13665.programdurationv2 setProgramDuration", "10")  # is for the next
    assert oven.minutes == (55, 55)
    oven.apply("signalahead13665.pauseresumev2 setPauseState", "pause")
    assert oven.held
    assert oven.output.watts < 50
    oven.apply("signalahead13665.pauseresumev2 setPauseState", "resume")
    assert not oven.held
    assert oven.finish(oven.run) == ""
    assert oven.state["switch"] == "off"


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
    assert (heater.output.watts, possible(heater)) == (0, ())
    assert "offline" in heater.refusal("switch off")
    dryer = device("Dryer")
    dryer.apply("dryerOperatingState setMachineState run")
    dryer.fail("fault")
    assert dryer.held
    assert dryer.finish(dryer.run) is None
    dryer.recover("fault")
    assert dryer.output.watts > 800
    assert dryer.finish(dryer.run) == "notification"


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
        (
            {**SOUND, "draws": [{"when": {"switch": "dim"}, "watts": 1}]},
            "switch cannot be 'dim'; expected one of off, on",
        ),
        ({**SOUND, "draws": [{"scale": "switch"}]}, "scale names 'switch'"),
        ({**SOUND, "conditions": [{"mode": "heat", "setpoint": "levl", "watts": 1}]}, "did you mean 'level'"),
        ({**SOUND, "shade": "switch"}, "shade names 'switch'"),
        ({**SOUND, "shared": ["levle"]}, "'levle' is no attribute; did you mean 'level'"),
        (
            {**SOUND, "draws": [{"watts": 5}], "power": "battery"},
            "5 W from the mains, but its power is battery",
        ),
        ({**SOUND, "connected": False}, "is by device, but what is not connected reports nothing"),
        ({**SOUND, "power": "solar"}, "'mains', 'battery' or 'none'"),
        (with_command(finishes={"minutes": "level"}), "may be 0; a programme takes more than 0 minutes"),
        (with_command(finishes={"minutes": "switch"}), "minutes names 'switch', which is no number"),
        (with_command(finishes={"minutes": "levle"}), "did you mean 'level'"),
        (with_command(finishes={"minutes": [1, 2], "paused": {"switch": "of"}}), "switch cannot be 'of'"),
        (with_command(when={"level": 7}), "can never be given: nothing ever makes level 7"),
        ({**SOUND, "draws": [{"when": {"level": [3, 4]}}]}, "never counts: nothing ever makes level 3 or 4"),
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


def test_what_a_chain_of_commands_brings_about_is_reached_and_a_circle_is_not() -> None:
    words = {"values": ["a", "b", "c"], "initial": "a"}
    go = {
        "to c": {"says": "c {device}", "when": {"state": "b"}, "set": {"state": "c"}},
        "to b": {"says": "b {device}", "when": {"state": "a"}, "set": {"state": "b"}},
        "from c": {"says": "from c {device}", "when": {"state": "c"}},
    }
    DeviceType.model_validate({**SOUND, "attributes": {"state": words}, "commands": go})
    go["to b"]["when"] = {"state": "c"}
    with pytest.raises(ValidationError) as caught:
        DeviceType.model_validate({**SOUND, "attributes": {"state": words}, "commands": go})
    assert str(caught.value).count("can never be given") == 3


def test_numbers_and_words_that_people_choose_are_reached() -> None:
    argument = {"range": [0, 10]}
    kinds = {
        "set": {"says": "set {device}", "set": {"level": "$argument"}, "argument": argument},
        "at three": {"says": "use {device}", "when": {"level": 3}},
    }
    assert DeviceType.model_validate({**SOUND, "commands": kinds}).commands["at three"].when == {
        "level": (3,)
    }
    kinds["set"] = {"says": "set {device}", "step": {"level": 1}}
    assert DeviceType.model_validate({**SOUND, "commands": kinds})
    kinds["set"] = {"says": "set {device}", "finishes": {"minutes": [1, 2], "set": {"level": 3}}}
    assert DeviceType.model_validate({**SOUND, "commands": kinds})
    kinds["set"] = {"says": "set {device}", "set": {"level": 2}}
    with pytest.raises(ValueError, match="level"):
        DeviceType.model_validate({**SOUND, "commands": kinds})


def test_every_contradiction_of_a_file_is_named_with_its_line(tmp_path: Path) -> None:
    lamp = tmp_path / "lamp.yaml"
    lamp.write_text(
        """# yaml-language-server: $schema=../schema/device.json
type: Lamp
label: the lamp
power: battery
shared: [levle]
attributes:
  switch: {values: [off, on], initial: off}
  level: {range: [0, 10], initial: 5}
commands:
  on:
    says: turn on {device}
    set: {swich: on}
  pulse:
    says: pulse {device}
    finishes: {minutes: level}
draws:
  - {when: {switch: on}, watts: 5}
""",
        encoding="utf-8",
    )
    with pytest.raises(ScenarioError) as caught:
        validate(lamp)
    found = {one.line: (one.where, one.message) for one in caught.value.problems}
    assert {problem.file for problem in caught.value.problems} == {str(lamp)}
    assert found == {
        5: ("shared.0", "'levle' is no attribute; did you mean 'level'?"),
        10: ("commands.on", "'swich' is no attribute; did you mean 'switch'?"),
        13: (
            "commands.pulse",
            "minutes names 'level', which may be 0; a programme takes more than 0 minutes",
        ),
        17: ("draws.0", "draws 5 W from the mains, but its power is battery"),
    }


def test_a_command_that_can_never_be_given_is_named_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "lamp.yaml"
    lamp = {**SOUND, "commands": {**SOUND["commands"], "dim": {"says": "dim {device}", "when": {"level": 3}}}}
    schema = "# yaml-language-server: $schema=../schema/device.json\n"
    file.write_text(schema + yaml.safe_dump(lamp, sort_keys=False), encoding="utf-8")
    line = file.read_text(encoding="utf-8").splitlines().index("  dim:") + 1
    with pytest.raises(ScenarioError) as caught:
        validate(file)
    assert str(caught.value) == (
        f"{file}:{line}: commands.dim: can never be given: nothing ever makes level 3"
    )
