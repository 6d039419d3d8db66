"""Floor plans: whatever home it is, all of it is drawn, within the paper, the same each time."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

import pytest

from evaluation.floor_layout import storeys
from evaluation.floor_openings import openings
from evaluation.floor_plan import floor_plan
from scenarios.box import Box, overlap, shared_wall
from scenarios.catalogue import Catalogue
from scenarios.home import Climate, Home, Room, Window
from scenarios.validating import load_home
from tests.command import QUICKSTART, SCENARIOS, said

SVG = "{http://www.w3.org/2000/svg}"
HOMES = sorted((SCENARIOS / "homes").glob("*.yaml"))


def drawn(svg: str) -> ElementTree.Element:
    return ElementTree.fromstring(svg)  # noqa: S314 - our own drawing


def titles(svg: str) -> list[str]:
    return [title.text or "" for title in drawn(svg).iter(f"{SVG}title")]


def without_boxes(home: Home) -> Home:
    rooms = {name: room.model_copy(update={"box": None}) for name, room in home.rooms.items()}
    return home.model_copy(update={"rooms": rooms})


@pytest.mark.parametrize("path", HOMES, ids=lambda path: path.stem)
@pytest.mark.parametrize("boxes", [True, False], ids=["as drawn", "laid out"])
def test_all_of_a_home_is_drawn_within_the_paper(path: Path, boxes: bool, catalogue: Catalogue) -> None:
    home = load_home(path) if boxes else without_boxes(load_home(path))
    svg = floor_plan(home, catalogue)
    told = titles(svg)
    for device, place in home.devices.items():
        assert f"{place.name} ({place.type})" in told, device
    texts = " ".join(text.text or "" for text in drawn(svg).iter(f"{SVG}text"))
    for name, room in home.rooms.items():
        assert f"{round(room.area, 1):g} m²" in texts, name
    width, height = map(float, drawn(svg).attrib["viewBox"].split()[2:])
    for rect in drawn(svg).iter(f"{SVG}rect"):
        if rect.get("class") in ("room", "wet", "bare", "open", "wall"):
            x, y, w, h = (float(rect.attrib[key]) for key in ("x", "y", "width", "height"))
            assert 0 <= x < x + w <= width
            assert 0 <= y < y + h <= height


@pytest.mark.parametrize("path", HOMES, ids=lambda path: path.stem)
def test_every_door_and_window_has_its_place(path: Path) -> None:
    home = load_home(path)
    found = [openings(home, boxes) for boxes in storeys(home).values()]
    kinds = Counter(opening.kind for one in found for opening in one.on_walls)
    assert kinds["window"] == sum(len(room.windows) for room in home.rooms.values())
    level = [
        door for door in home.doors
        if "outside" not in door and home.rooms[door[0]].storey == home.rooms[door[1]].storey
    ]  # fmt: skip
    assert kinds["door"] == len(level)
    assert not any(one.links for one in found)
    fronts = [room for door in home.doors if "outside" in door for room in door if room in home.rooms]
    assert kinds["front_door"] == sum(not home.rooms[room].open_air for room in fronts)


@pytest.mark.parametrize("path", HOMES, ids=lambda path: path.stem)
def test_doors_and_windows_of_one_wall_do_not_overlap(path: Path) -> None:
    home = load_home(path)
    for boxes in storeys(home).values():
        spans = sorted(_segments(home, boxes))
        for (wall, _, end), (other, start, _) in pairwise(spans):
            assert wall != other or start >= end - 0.01, f"{wall}: {start} before {end}"


def _segments(home: Home, boxes: Mapping[str, Box]) -> Iterator[tuple[tuple[str, float], float, float]]:
    for opening in openings(home, boxes).on_walls:
        box = boxes[opening.room]
        level = opening.side in ("north", "south")
        line = (box.along if level else box.across)[opening.side in ("south", "east")]
        yield (("level" if level else "upright", round(line, 1)), *opening.span)


@pytest.mark.parametrize("path", HOMES, ids=lambda path: path.stem)
def test_a_home_without_boxes_is_laid_out_in_full(path: Path) -> None:
    home = without_boxes(load_home(path))
    for boxes in storeys(home).values():
        indoors = [name for name in boxes if not home.rooms[name].open_air]
        for name in indoors:
            assert boxes[name].width * boxes[name].depth == pytest.approx(home.rooms[name].area)
        pairs = [(a, b) for k, a in enumerate(indoors) for b in indoors[k + 1 :]]
        assert not any(overlap(boxes[a], boxes[b]) > 0.05 for a, b in pairs)
        links = openings(home, boxes).links
        assert all(shared_wall(boxes[one], boxes[two]) is None for one, two in links)


def test_what_people_do_with_no_network_looks_otherwise(home: Home, catalogue: Catalogue) -> None:
    groups = [
        g.attrib["class"] for g in drawn(floor_plan(home, catalogue)).iter(f"{SVG}g") if "class" in g.attrib
    ]
    plain = sum(not catalogue.devices[place.type].connected for place in home.devices.values())
    assert plain > 3
    assert groups.count("device plain") == plain + 1  # and the key in the legend


def test_names_of_users_are_escaped_and_odd_homes_are_drawn(catalogue: Catalogue) -> None:
    climate = Climate(name="", mean=(10,) * 12, daily_range=(8,) * 12, cloud=(0.5,) * 12)
    den = Room(kind="garden", area=1, windows=(Window(facing="north", area=1),))
    odd = Home(name="<b>&\x00", climate=climate, rooms={"a_very_long_name_of_a_room": den},
               doors=(("outside", "a_very_long_name_of_a_room"),))  # fmt: skip
    svg = floor_plan(odd, catalogue)
    assert "&lt;b&gt;&amp;" in svg
    assert "Floor plan" in titles(svg)[0]


def test_the_same_home_gives_the_same_bytes_with_colours_for_the_dark(
    home: Home, catalogue: Catalogue
) -> None:
    svg = floor_plan(home, catalogue)
    assert svg == floor_plan(load_home(SCENARIOS / "homes" / "two_room_flat.yaml"), catalogue)
    assert "prefers-color-scheme: dark" in svg
    light, dark = svg.split("@media", 1)
    assert set(re.findall(r"(--\w+):", light)) == set(re.findall(r"(--\w+):", dark.split("} }")[0]))


def test_the_command_shows_rooms_and_draws(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "100")
    table = said("home", QUICKSTART)
    assert table.code == 0
    for word in ("bathroom", "19", "south 3.2 m²", "living_lamp", "every room can be reached"):
        assert word in table.out
    svg = tmp_path / "plan.svg"
    assert said("home", HOMES[0], "--svg", svg).code == 0
    assert drawn(svg.read_text(encoding="utf-8")).tag == f"{SVG}svg"
    assert said("home", tmp_path / "none.yaml").code == 2


def test_the_picture_in_docs_is_fresh(catalogue: Catalogue) -> None:
    picture = SCENARIOS.parent / "docs" / "floor_plan.svg"
    shown = floor_plan(load_home(SCENARIOS / "homes" / "roman_house.yaml"), catalogue)
    assert picture.read_text(encoding="utf-8") == shown, (
        "draw it again: run_sim.py home scenarios/homes/roman_house.yaml --svg docs/floor_plan.svg"
    )
