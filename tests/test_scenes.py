"""Scenes set several devices at once, and cameras tell of people: in a home lived in, and what is refused."""

from itertools import pairwise
from pathlib import Path

import pytest

from scenarios.errors import UserError
from scenarios.home import Home, Placement
from scenarios.including import SHIPPED
from scenarios.problems import ScenarioError
from scenarios.scenes import with_scenes
from scenarios.validating import load_home, load_scenes
from scenarios.writing import home_yaml
from tests.stories import CATALOGUE, FLAT, a_house, doing, events, order, someone, told, watch
from world.audit import audit
from world.clock import MINUTE
from world.event import Event, Kind

EVERYDAY = load_scenes(SHIPPED / "scenes" / "everyday.yaml")
HALF_PAST_TEN = 630 * MINUTE


def a_home(notices: float | None = 30.0) -> Home:
    """The quickstart's flat, which has a camera in the hall, with modes, an air purifier and a robot."""
    more = {
        "modes": Placement(type="None", room="hall"),
        "purifier": Placement(type="AirPurifier", room="living"),
        "robot": Placement(type="RobotCleaner", room="living"),
    }
    return with_scenes(FLAT.model_copy(update={"devices": {**FLAT.devices, **more}}), EVERYDAY, notices)


def lived(home: Home, *steps: object) -> list[Event]:
    house = a_house(someone(), home=home)
    records = events(watch(house, {"ann": told(*steps)}, HALF_PAST_TEN))
    assert audit(records, home, CATALOGUE.devices) == []
    return records


def test_one_press_sets_several_devices_and_each_is_logged() -> None:
    records = lived(
        a_home(), doing("rest", "hall", 30, order("modes", "location", "away")), doing("rest", "living", 600)
    )
    press = next(it for it in records if it.device == "modes")
    scene = [it for it in records if it.cause == "automation:leaving_mode" and it.kind is Kind.COMMAND]
    assert {it.type for it in scene} >= {"AirPurifier", "RobotCleaner", "Light"}
    assert all(0 <= it.time - press.time < MINUTE and it.actor == "" for it in scene)
    assert next(it.value for it in scene if it.type == "AirPurifier") == "turbo"


def test_a_home_takes_of_a_scene_what_it_has() -> None:
    rules = a_home().automations
    assert all({act.device for act in rule.then} <= a_home().devices.keys() for rule in rules.values())
    assert {"leaving", "leaving_mode", "arriving", "night"} <= rules.keys()
    bare = FLAT.model_copy(update={"devices": {}})
    assert with_scenes(bare, EVERYDAY).automations == {}


def test_a_home_with_scenes_can_be_written_and_read(tmp_path: Path) -> None:
    file, home = tmp_path / "home.yaml", a_home()
    file.write_text(home_yaml(home, "climates/paris.yaml", "A flat with scenes."), encoding="utf-8")
    again = load_home(file)
    assert again.automations == home.automations
    assert again.devices["hall_camera"].notices == 30.0


def test_a_camera_tells_of_people_and_then_keeps_still() -> None:
    there_and_back = [doing("rest", room, 5) for _ in range(8) for room in ("hall", "living")]
    told_of = [it.time for it in lived(a_home(), *there_and_back) if it.action == "Camera:notification"]
    assert 2 <= len(told_of) <= 4  # in eighty minutes
    assert min(b - a for a, b in pairwise(told_of)) >= 30 * MINUTE


def test_a_camera_that_is_off_or_was_not_asked_to_tells_nothing() -> None:
    walks = [doing("rest", "hall", 5), doing("rest", "living", 5), doing("rest", "hall", 5)]
    off = doing("rest", "living", 1, order("hall_camera", "switch off"))
    seen = [it.time for it in lived(a_home(), off, *walks) if it.action == "Camera:notification"]
    assert all(time < MINUTE for time in seen)  # on the way to switch it off
    assert not [it for it in lived(a_home(None), *walks) if it.action == "Camera:notification"]


@pytest.mark.parametrize(
    ("scene", "sentence"),
    [
        ("{type: Blnd, command: windowShade open}", "no device type 'Blnd'"),
        ("{type: Blind, command: windowShade opn}", "no command 'windowShade opn'"),
        ("{type: Camera, command: notification}", "no command 'notification'"),
    ],
)
def test_what_no_scene_can_do_is_said(tmp_path: Path, scene: str, sentence: str) -> None:
    file = tmp_path / "scenes.yaml"
    file.write_text(f"odd:\n  mode: away\n  then:\n    - {scene}\n    - {scene}\n", encoding="utf-8")
    with pytest.raises(UserError) as error:
        load_scenes(file)
    assert sentence in str(error.value)


def test_only_cameras_notice_people(tmp_path: Path) -> None:
    text = (SHIPPED / "homes" / "two_room_flat.yaml").read_text(encoding="utf-8")
    device = "living_lamp: {type: Light, room: living"
    assert device in text
    file = tmp_path / "home.yaml"
    file.write_text(text.replace(device, f"{device}, notices: 5"), encoding="utf-8")
    with pytest.raises(ScenarioError, match="a Light notices nobody"):
        load_home(file)
