"""Homes and their floor plans: the shipped ones are whole, ways are short, lost rooms are refused."""

import json
import os
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml

from scenarios.home import Home
from world.rooms import Rooms

SCENARIOS = Path(__file__).parents[1] / "scenarios"
HOMES = sorted(path.stem for path in (SCENARIOS / "homes").glob("*.yaml"))
DATA = Path(os.environ.get("HOMEFOLK_DATA", SCENARIOS.parents[1] / "shared" / "data"))


def raw(name: str) -> dict[str, Any]:
    home = yaml.safe_load((SCENARIOS / "homes" / f"{name}.yaml").read_text(encoding="utf-8"))
    climate = (SCENARIOS / home["climate"]["include"]).read_text(encoding="utf-8")
    return {**home, "climate": yaml.safe_load(climate)}


def shipped(name: str) -> Home:
    return Home.model_validate(raw(name))


@pytest.mark.parametrize("name", HOMES)
def test_shipped_homes_can_be_entered_slept_washed_and_cooked_in(name: str) -> None:
    home = shipped(name)
    kinds = {room.kind for room in home.rooms.values()}
    assert {"bathroom", "kitchen"} <= kinds and kinds & {"bedroom", "living"}
    assert "SmartLock" in {home.devices[device].type for device in home.devices}
    types = {place.type for place in home.devices.values()}
    assert types >= {"Light", "Refrigerator", "Shower"} and types & {"Thermostat", "AirConditioner"}
    assert all(place.name for place in home.devices.values())
    assert len({place.name for place in home.devices.values()}) == len(home.devices)
    first = (SCENARIOS / "homes" / f"{name}.yaml").read_text(encoding="utf-8").splitlines()[0]
    assert first == "# yaml-language-server: $schema=../schema/home.json"


@pytest.mark.parametrize("name", HOMES)
def test_every_room_can_be_walked_to_from_every_other_and_as_fast_back(name: str) -> None:
    home = shipped(name)
    rooms = Rooms(home)
    for one in (*home.rooms, "outside"):
        assert rooms.path(one, one) == (one,) and rooms.walk_ms(one, one) == 0
        for two in set(home.rooms) - {one}:
            path = rooms.path(one, two)
            assert path[0] == one and path[-1] == two
            assert all(b in rooms.neighbours(a) for a, b in pairwise(path))
            assert 1_000 < rooms.walk_ms(one, two) == rooms.walk_ms(two, one) < 60_000


def test_a_longer_way_takes_longer() -> None:
    rooms = Rooms(shipped("family_house"))
    assert rooms.path("kitchen", "bedroom") == ("kitchen", "hall", "landing", "bedroom")
    assert (
        rooms.walk_ms("hall", "landing")
        < rooms.walk_ms("hall", "bedroom")
        < rooms.walk_ms("kitchen", "bedroom")
    )
    assert rooms.entry == ("hall", "garage", "garden")


def test_walking_time_grows_with_the_size_of_the_rooms() -> None:
    home = shipped("two_room_flat")
    vast = Home.model_validate(
        {
            **raw("two_room_flat"),
            "rooms": {
                name: room.model_copy(update={"area": 400.0, "box": None})
                for name, room in home.rooms.items()
            },
        }
    )
    assert Rooms(vast).walk_ms("hall", "bedroom") > 3 * Rooms(home).walk_ms("hall", "bedroom")
    # 6 m² and 13 m²: half of each side at 1.2 m/s, and a second for the door
    expected = (6**0.5 + 13**0.5) / 2 / 1.2 + 1
    assert Rooms(home).walk_ms("hall", "bedroom") == round(1000 * expected)


def test_the_order_of_a_file_decides_no_way() -> None:
    data = raw("fr_home")
    turned = {**data, "rooms": dict(reversed(data["rooms"].items())), "doors": data["doors"][::-1]}
    one, two = Rooms(shipped("fr_home")), Rooms(Home.model_validate(turned))
    names = [*data["rooms"], "outside"]
    assert [one.path(a, b) for a in names for b in names] == [two.path(a, b) for a in names for b in names]


def test_the_fr_home_holds_every_device_type_of_the_fr_logs() -> None:
    vocabulary = DATA / "vocab" / "fr.json"
    if not vocabulary.is_file():
        pytest.skip("no real logs here")
    wanted = set(json.loads(vocabulary.read_text(encoding="utf-8"))["device"].values())
    assert {place.type for place in shipped("fr_home").devices.values()} >= wanted


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (
            {"doors": [["outside", "hall"], ["hall", "living"]]},
            "no way from outside to kitchen, bedroom, bathroom",
        ),
        ({"doors": [["outside", "hal"]]}, "'hal', which is no room of this home; did you mean 'hall'"),
        ({"devices": {"lamp": {"type": "Light", "room": "living_room"}}}, "'lamp' stands in 'living_room'"),
        ({"rooms": {"outside": {"kind": "hall"}}}, "call the room otherwise"),
    ],
)
def test_homes_that_do_not_hang_together_are_refused(change: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        Home.model_validate({**raw("two_room_flat"), **change})
