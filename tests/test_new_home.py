"""Homes made up: sound whatever size, city and vocabulary, always the same, and people live there."""

from datetime import date
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dataset.vocabulary import Vocabulary
from scenarios.activity import LEAVE
from scenarios.building import LARGEST, SMALLEST, generate
from scenarios.catalogue import load_catalogue
from scenarios.chance import Chance
from scenarios.cities import CITIES
from scenarios.errors import UserError
from scenarios.home import Climate, Home
from scenarios.resident import Profile
from scenarios.scenario import Scenario
from scenarios.validating import load_climate, load_home
from scenarios.writing import home_yaml
from tests.command import SCENARIOS, said
from tests.stories import CATALOGUE, lived
from world.layout import Layout
from world.rooms import Rooms

VOCABULARIES = ("fr", "sp", "us", "kr", "an")
SIZES = range(SMALLEST, LARGEST + 1)


@cache
def climate(city: str) -> Climate:
    return load_climate(SCENARIOS / "climates" / f"{city}.yaml")


@cache
def types(vocabulary: str) -> frozenset[str]:
    return Vocabulary.shipped(vocabulary).device_types


def made(vocabulary: str, size: int, city: str = "paris", seed: int = 7) -> Home:
    return generate(types(vocabulary), size, climate(city), CITIES[city], Chance(seed))


homes = st.builds(
    made,
    st.sampled_from(VOCABULARIES),
    st.sampled_from(SIZES),
    st.sampled_from(sorted(CITIES)),
    st.integers(0, 2**32),
)


@given(homes)
@settings(max_examples=100, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
def test_a_made_up_home_can_be_built_and_lived_in(home: Home) -> None:
    again = Home.model_validate(home.model_dump())  # overlaps, doors, windows and ways are checked there
    assert again == home
    assert {place.type for place in home.devices.values()} <= load_catalogue().devices.keys()
    kinds = [room.kind for room in home.rooms.values()]
    assert {"living", "kitchen", "bathroom", "hall"} <= set(kinds)
    rooms = Rooms(home)
    for name, room in home.rooms.items():
        passed = {home.rooms[step].kind for step in rooms.path("outside", name)[1:-1]}
        assert not passed & {"garage", "garden", "balcony", "bathroom", "bedroom", "child"}, name
        if room.kind in ("living", "bedroom", "child", "office", "kitchen"):
            assert room.windows, name
        if room.box and not room.open_air and room.kind != "hall":
            assert min(room.box.width, room.box.depth) >= 0.9, name
    assert (
        "outside",
        Layout(home, CATALOGUE).room_for(CATALOGUE.activities[LEAVE], _bea(), "outside"),
    ) in home.doors


def _bea() -> Profile:
    return Profile(id="bea", name="Bea")


@pytest.mark.parametrize("vocabulary", VOCABULARIES)
@pytest.mark.parametrize("size", SIZES)
def test_every_device_type_of_a_vocabulary_has_its_place(vocabulary: str, size: int) -> None:
    home = made(vocabulary, size)
    assert {place.type for place in home.devices.values()} >= types(vocabulary)
    names = [place.name for place in home.devices.values()]
    assert len(set(names)) == len(names)
    lights = {place.room for place in home.devices.values() if place.type == "Light"}
    if vocabulary != "an":
        assert lights == {name for name, room in home.rooms.items() if not room.open_air}


@pytest.mark.parametrize("size", SIZES)
def test_size_counts_the_rooms_to_live_and_sleep_in(size: int) -> None:
    kinds = [room.kind for room in made("fr", size).rooms.values()]
    assert sum(kind in ("living", "bedroom", "child", "office") for kind in kinds) == size


def test_larger_homes_have_more_floor_storeys_and_gardens() -> None:
    def share(size: int, kind: str) -> float:
        return (
            sum(any(room.kind == kind for room in made("fr", size, seed=s).rooms.values()) for s in range(30))
            / 30
        )

    floor = [
        sum(room.area for room in made("fr", size).rooms.values() if not room.open_air) for size in SIZES
    ]
    assert floor[0] < 65 < 150 < floor[-1]
    assert share(2, "garden") == 0 < share(4, "garden") < share(8, "garden") == 1
    assert any(room.storey for room in made("fr", 8).rooms.values())
    assert not any(room.storey for room in made("fr", 2).rooms.values())


def test_the_living_room_looks_to_the_sun_on_both_halves_of_the_earth() -> None:
    for city, way in (("oslo", "south"), ("sydney", "north")):
        for seed in range(20):
            assert made("fr", 3, city, seed).rooms["living"].windows[0].facing == way


def test_the_same_seed_gives_the_same_home_and_another_one_another() -> None:
    assert made("fr", 5) == made("fr", 5)
    assert len({home_yaml(made("fr", 5, seed=seed), "climates/paris.yaml", "") for seed in range(10)}) == 10


def test_another_device_type_moves_no_wall_and_no_other_device() -> None:
    few = generate(types("fr") - {"Siren"}, 5, climate("paris"), CITIES["paris"], Chance(3))
    more = generate(types("fr"), 5, climate("paris"), CITIES["paris"], Chance(3))
    assert few.rooms == more.rooms
    assert few.doors == more.doors
    assert {name: place for name, place in more.devices.items() if place.type != "Siren"} == few.devices


@pytest.mark.parametrize(
    ("vocabulary", "size", "city"), [("fr", 1, "seoul"), ("kr", 3, "delhi"), ("us", 7, "phoenix")]
)
def test_two_days_pass_in_a_made_up_home_with_nothing_impossible(
    vocabulary: str, size: int, city: str
) -> None:
    home = made(vocabulary, size, city, seed=11)
    people = [
        {"id": "ann", "name": "Ann", "schedule": {"wake": "06:40", "bed": "22:40"}},
        {
            "id": "bob",
            "name": "Bob",
            "schedule": {"away": [{"days": "mon-fri", "leave": "08:10", "back": "17:30"}]},
        },
    ]
    scenario = Scenario.model_validate(
        {
            "name": "made_up",
            "start": date(2026, 1, 12),
            "days": 2,
            "home": home.model_dump(),
            "residents": people,
        }
    )
    life = lived(scenario, {})
    assert life.impossible(scenario, CATALOGUE) == []
    happened = life.events
    assert len(happened) > 150
    assert {event.actor for event in happened} >= {"ann", "bob"}
    assert len({event.room for event in happened}) >= min(4, len(home.rooms))


def test_the_command_writes_a_home_that_is_read_as_it_was_made(tmp_path: Path) -> None:
    out = tmp_path / "home.yaml"
    told = said(
        "new-home", "--vocabulary", "kr", "--size", 4, "--climate", "seoul", "--seed", 5, "--out", out
    )
    assert told.code == 0
    assert told.out.startswith(f"{out}: ")
    lines = out.read_text(encoding="utf-8").splitlines()
    assert lines[0] == "# yaml-language-server: $schema=../schema/home.json"
    assert "--vocabulary kr --size 4 --climate seoul --seed 5" in lines[1]
    assert max(map(len, lines)) <= 120
    assert load_home(out) == made("kr", 4, "seoul", 5)
    assert said("validate", out).code == said("home", out).code == 0


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--size", 9], "size 9: expected 1 (a studio) to 8 rooms to live and sleep in"),
        (["--size", 0], "size 0: expected 1"),
        (["--climate", "seol"], "no city 'seol'; did you mean 'seoul'?"),
        (["--vocabulary", "de"], "no vocabulary 'de' is shipped"),
    ],
)
def test_mistakes_get_a_sentence_and_no_file(tmp_path: Path, arguments: list[object], sentence: str) -> None:
    told = said("new-home", *arguments, "--out", tmp_path / "home.yaml")
    assert told.code == 2
    assert sentence in told.sentence
    assert not any(tmp_path.iterdir())


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    out = tmp_path / "home.yaml"
    out.write_text("precious", encoding="utf-8")
    told = said("new-home", "--out", out)
    assert told.code == 2
    assert "exists already" in told.sentence
    assert out.read_text(encoding="utf-8") == "precious"


def test_an_unknown_size_is_refused_by_the_function_too() -> None:
    with pytest.raises(UserError, match="size 9"):
        made("fr", 9)
