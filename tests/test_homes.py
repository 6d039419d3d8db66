"""Homes as they are built: what cannot be is named at its line; the shipped ones are places to live in."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from scenarios.activity import LEAVE
from scenarios.box import Box, gap, outer_walls, overlap, shared_wall
from scenarios.catalogue import Catalogue
from scenarios.cities import CITIES
from scenarios.home import OPEN_AIR, Home, Room, Window
from scenarios.plan import walls_outdoors
from scenarios.problems import ScenarioError
from scenarios.resident import Profile
from scenarios.validating import load_home
from tests.stories import a_house, doing, let_it_be, someone, told, watch
from world.clock import HOUR
from world.layout import Layout
from world.rooms import Rooms

SCENARIOS = Path(__file__).parents[1] / "scenarios"
SHIPPED = {path.stem: load_home(path) for path in sorted((SCENARIOS / "homes").glob("*.yaml"))}
every_home = pytest.mark.parametrize("home", SHIPPED.values(), ids=SHIPPED.keys())

COTTAGE = """\
name: cottage
climate: {include: climates/paris.yaml}
rooms:
  hall: {kind: hall, box: {x: 0, y: 0, width: 2, depth: 4}}
  living:
    kind: living
    box: {x: 2, y: 0, width: 5, depth: 4}
    windows:
      - {facing: south, area: 3}
  bedroom: {kind: bedroom, box: {x: 0, y: 4, width: 2, depth: 4}}
  attic: {kind: bedroom, storey: 1, box: {x: 0, y: 0, width: 3, depth: 3}}
  cellar: {kind: storage, storey: -1}
doors:
  - [outside, hall]
  - [hall, living]
  - [hall, bedroom]
  - [hall, attic]
  - [hall, cellar]
devices:
  lock: {type: SmartLock, room: hall}
  sensor: {type: ContactSensor, room: hall, watches: [outside, hall]}
"""


def cottage(tmp_path: Path, *changes: tuple[str, str]) -> Path:
    text = COTTAGE
    for old, new in changes:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    path = tmp_path / "cottage.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def complaints(tmp_path: Path, *changes: tuple[str, str]) -> list[str]:
    path = cottage(tmp_path, *changes)
    with pytest.raises(ScenarioError) as caught:
        load_home(path)
    return [str(one).removeprefix(f"{path.parent}/") for one in caught.value.problems]


def test_the_cottage_is_sound_and_a_room_has_the_area_of_its_box(tmp_path: Path) -> None:
    home = load_home(cottage(tmp_path))
    assert home.rooms["living"].area == 20
    assert home.rooms["cellar"].area == 12
    assert home.rooms["cellar"].box is None


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        (
            "{x: 2, y: 0, width: 5, depth: 4}", "{x: 1.5, y: 0, width: 5, depth: 4}",
            "cottage.yaml:7: rooms.living.box: overlaps 'hall' by 2.0 m²; rooms lie side by side",
        ),
        (
            "{x: 2, y: 0, width: 5, depth: 4}", "{x: 2.6, y: 0, width: 5, depth: 4}",
            "cottage.yaml:15: doors.1: 'hall' and 'living' do not touch: they are 0.6 m apart",
        ),
        (
            "{x: 2, y: 0, width: 5, depth: 4}", "{x: 2, y: 4, width: 5, depth: 4}",
            "cottage.yaml:15: doors.1: 'hall' and 'living' touch only at a corner",
        ),
        (
            "{x: 2, y: 0, width: 5, depth: 4}", "{x: 2, y: 3.5, width: 5, depth: 4}",
            "cottage.yaml:15: doors.1: 'hall' and 'living' share 0.50 m of wall; a door needs 0.7 m",
        ),
        (
            "facing: south, area: 3", "facing: west, area: 3",
            "cottage.yaml:9: rooms.living.windows.0: faces west, where 'hall' lies along the whole wall",
        ),
        (
            "facing: south, area: 3", "facing: east, area: 11",
            "cottage.yaml:9: rooms.living.windows.0: 11 m² of glass need 4.4 m of outer wall to the east; "
            "there are 4.0",
        ),
        (
            "    kind: living", "    kind: living\n    area: 25",
            "cottage.yaml:5: rooms.living: area 25 m² is not that of the box, 5 × 4 m = 20.0 m²; "
            "leave the area out",
        ),
        (
            "  - [hall, attic]\n", "",
            "cottage.yaml:11: rooms.attic: no way from outside to attic: add a door",
        ),
        (
            "storey: 1", "storey: 2",
            "cottage.yaml:17: doors.3: 'hall' and 'attic' are 2 storeys apart; stairs lead one up or down",
        ),
        (
            "[hall, cellar]", "[hall, hall]\n  - [hall, cellar]",
            "cottage.yaml:18: doors.4: leads from 'hall' to itself",
        ),
        (
            "width: 5, depth: 4", "width: 5, depth: -4",
            "cottage.yaml:7: rooms.living.box.depth: expected more than 0; got -4",
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_built_is_named_at_its_line(tmp_path: Path, old: str, new: str, sentence: str) -> None:
    assert complaints(tmp_path, (old, new)) == [sentence]


@pytest.mark.parametrize("watches", ["[outside, living]", "lok"])
def test_a_sensor_watches_a_door_or_a_device_of_its_home(tmp_path: Path, watches: str) -> None:
    (told,) = complaints(tmp_path, ("watches: [outside, hall]", f"watches: {watches}"))
    assert told.startswith("cottage.yaml:21: devices.sensor")
    home = load_home(cottage(tmp_path)).model_dump()
    home["devices"]["sensor"]["watches"] = "lok" if watches == "lok" else ("outside", "living")
    with pytest.raises(ValueError, match=r"door from 'outside' to 'living'|no device of this home"):
        Home.model_validate(home)


def test_all_that_is_wrong_is_told_at_once(tmp_path: Path) -> None:
    told = complaints(
        tmp_path,
        ("{x: 0, y: 4, width: 2, depth: 4}", "{x: 0, y: 6, width: 2, depth: 4}"),
        ("facing: south, area: 3", "facing: west, area: 3"),
        ("  - [hall, cellar]\n", ""),
    )
    assert [line.split(": ")[1] for line in told] == ["rooms.living.windows.0", "rooms.cellar", "doors.2"]


def test_a_scenario_names_the_file_and_line_of_an_unreachable_room(tmp_path: Path) -> None:
    from scenarios.loading import load_scenario

    cottage(tmp_path, ("  - [hall, attic]\n", ""))
    scenario = tmp_path / "lost.yaml"
    scenario.write_text(
        "name: lost\nstart: 2026-01-12\nhome: {include: cottage.yaml}\nresidents: [{id: bea, name: Bea}]\n",
        encoding="utf-8",
    )
    with pytest.raises(ScenarioError, match=r"cottage\.yaml:11: home\.rooms\.attic: no way from outside"):
        load_scenario(scenario)


def test_a_room_in_the_middle_has_no_door_to_outside(tmp_path: Path) -> None:
    around = [(0, 3, 9, 3), (0, -3, 9, 3), (-3, 0, 3, 3), (9, 0, 3, 3)]
    rooms = {
        f"side_{number}": Room(kind="storage", box=Box(x=x, y=y, width=w, depth=d))
        for number, (x, y, w, d) in enumerate(around)
    }
    rooms["middle"] = Room(kind="hall", box=Box(x=0, y=0, width=9, depth=3))
    doors = [("outside", "middle"), *(("middle", name) for name in rooms if name != "middle")]
    with pytest.raises(ValueError, match=r"'middle' has no outer wall of 0\.7 m for a door to outside"):
        Home.model_validate({**_any_climate(), "rooms": rooms, "doors": doors})


def test_windows_between_two_points_of_the_compass_lie_in_either_wall() -> None:
    hall = Room(kind="hall", box=Box(x=0, y=4, width=4, depth=2))
    corner = Room(
        kind="living", box=Box(x=0, y=0, width=4, depth=4), windows=(Window(facing="south_west", area=3),)
    )
    doors = [("outside", "hall"), ("hall", "living")]
    home = Home.model_validate({**_any_climate(), "rooms": {"hall": hall, "living": corner}, "doors": doors})
    assert home.rooms["living"].windows[0].facing == "south_west"


def _any_climate() -> dict[str, Any]:
    return {"climate": SHIPPED["studio"].climate}


def test_geometry_of_two_boxes() -> None:
    one = Box(x=0, y=0, width=4, depth=3)
    assert overlap(one, Box(x=3, y=1, width=4, depth=3)) == pytest.approx(2)
    assert overlap(one, Box(x=4, y=0, width=4, depth=3)) == 0
    assert shared_wall(one, Box(x=4.01, y=1, width=4, depth=5)) == ("east", (1, 3))
    assert shared_wall(one, Box(x=1, y=3, width=2, depth=2)) == ("south", (1, 3))
    assert shared_wall(one, Box(x=4, y=3, width=2, depth=2)) is None
    assert gap(one, Box(x=7, y=7, width=1, depth=1)) == pytest.approx(5)
    walls = outer_walls(one, [Box(x=1, y=3, width=2, depth=2), Box(x=4, y=0, width=1, depth=3)])
    assert walls["south"] == ((0, 1), (3, 4))
    assert walls["east"] == ()
    assert walls["north"] == ((0, 4),)


def test_there_are_homes_for_many_kinds_of_people() -> None:
    assert len(SHIPPED) >= 14
    assert len({home.address.zone for home in SHIPPED.values()}) >= 11
    indoors = [_indoors(home) for home in SHIPPED.values()]
    assert min(indoors) < 30 and max(indoors) > 150
    assert {home.envelope.insulation for home in SHIPPED.values()} == {"poor", "fair", "good"}
    tall = {name for name, home in SHIPPED.items() if len({room.storey for room in home.rooms.values()}) > 1}
    assert tall >= {"family_house", "london_terrace", "roman_house"}
    assert all("garden" in SHIPPED[name].rooms for name in tall)


def _indoors(home: Home) -> float:
    return sum(room.area for room in home.rooms.values() if not room.open_air and room.kind != "garage")


@every_home
def test_every_room_of_a_shipped_home_is_drawn(home: Home) -> None:
    assert all(room.box for room in home.rooms.values())
    for one, two in _stairs(home):
        here, there = home.rooms[one].box, home.rooms[two].box
        assert here and there and overlap(here, there) > 2, "stairs lead straight up"


def _stairs(home: Home) -> Iterator[tuple[str, str]]:
    for one, two in home.doors:
        if "outside" not in (one, two) and home.rooms[one].storey != home.rooms[two].storey:
            yield one, two


@every_home
def test_people_walk_through_no_odd_room(home: Home) -> None:
    """To bed, table and bath one crosses no garage, garden or wet room; to bathe, nobody's bedroom."""
    rooms = Rooms(home)
    for name, room in home.rooms.items():
        passed = {home.rooms[step].kind for step in rooms.path("outside", name)[1:-1]}
        shopping = {"garage"} if room.kind in ("kitchen", "laundry") else set()
        if room.kind not in OPEN_AIR:
            assert not passed & {"garage", *OPEN_AIR, "bathroom", "toilet"} - shopping, f"{name}: {passed}"
    baths = [name for name, room in home.rooms.items() if room.kind == "bathroom"]
    for bedroom in (name for name, room in home.rooms.items() if room.kind in ("bedroom", "child")):
        ways = [{home.rooms[step].kind for step in rooms.path(bedroom, bath)[1:-1]} for bath in baths]
        assert any(not way & {"bedroom", "child", "garage", *OPEN_AIR} for way in ways), bedroom


@every_home
def test_coats_are_put_on_at_the_front_door(home: Home, catalogue: Catalogue) -> None:
    somebody = Profile(id="bea", name="Bea")
    room = Layout(home, catalogue).room_for(catalogue.activities[LEAVE], somebody, "outside")
    assert ("outside", room) in home.doors


@every_home
def test_rooms_to_live_in_have_daylight_from_their_own_walls(home: Home) -> None:
    for name, room in home.rooms.items():
        if room.kind in ("living", "bedroom", "child"):
            assert sum(window.area for window in room.windows) > 0.08 * room.area, name
        for window in room.windows:
            walls = walls_outdoors(home.rooms, name)
            assert any(walls[side] for side in window.facing.split("_")), name  # type: ignore[index]


@every_home
def test_devices_stand_where_such_devices_belong(home: Home, catalogue: Catalogue) -> None:
    types = {place.type for place in home.devices.values()}
    assert {"Window", "Shower", "Hob", "WashBasin", "MotionSensor", "ContactSensor"} <= types
    assert len({place.name for place in home.devices.values()}) == len(home.devices)
    for name, room in home.rooms.items():
        here = {place.type for place in home.devices.values() if place.room == name}
        if room.windows and room.kind not in ("hall", "garage"):
            assert "Window" in here, name
        if room.kind == "bathroom":
            assert "Shower" in here, name
    contacts = [place.watches for place in home.devices.values() if place.type == "ContactSensor"]
    assert any(isinstance(watches, tuple) and "outside" in watches for watches in contacts)
    assert all(place.type in catalogue.devices for place in home.devices.values())


def test_every_climate_has_its_city() -> None:
    climates = {path.stem for path in (SCENARIOS / "climates").glob("*.yaml")}
    assert climates == set(CITIES)


@pytest.mark.parametrize("name", ["family_house", "london_terrace", "roman_house", "studio"])
def test_no_room_in_which_people_do_things_is_icy_in_january(name: str) -> None:
    home = SHIPPED[name]
    house = a_house(someone(), home=home)
    watch(house, {"ann": told(doing("wrap_up", "bathroom", 1e5), need=let_it_be)}, 4 * 24 * HOUR)
    heated = [key for key, room in home.rooms.items() if room.kind not in ("garage", "garden", "balcony")]
    assert {key for key in heated if house.physics.temperature(key, house.now) < 14} == set()
