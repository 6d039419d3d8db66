import json
import re
import subprocess
import sys
from pathlib import Path
from textwrap import dedent

import pytest

from scenarios.catalogue import load_catalogue
from scenarios.device import Command, DeviceType
from scenarios.errors import UserError
from scenarios.including import SHIPPED
from scenarios.loading import ScenarioError, load_device_type, load_routines_file, load_scenario
from scenarios.schema import MODELS, schema, write_schemas
from scenarios.validating import LOADERS, kind_of, validate

HOME = """\
name: den
climate: {include: climates/paris.yaml}
rooms:
  living: {kind: living, area: 20}
  bedroom: {kind: bedroom}
doors:
  - [outside, living]
  - [living, bedroom]
devices:
  lamp: {type: Light, room: living}
"""

SCENARIO = """\
name: small
start: 2026-01-12
days: 3
home: {include: homes/den.yaml}
residents:
  - id: bea
    name: Bea
    bedroom: bedroom
    schedule: {wake: 6:30, bed: 22:30}
  - id: abe
    name: Abe
"""

ROUTINES = """\
provenance: authored for a test
routines:
  - name: evening
    days: daily
    steps:
      - {at: 19:00, activity: cook, minutes: 30, start: ["Light:switch on"]}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(tmp_path / "homes" / "den.yaml", HOME)
    write(tmp_path / "small.yaml", SCENARIO)
    return tmp_path


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(dedent(text), encoding="utf-8")
    return path


def problems(path: Path, overrides: dict[str, object] | None = None) -> list[str]:
    """What is wrong with a scenario, without the folder's name."""
    with pytest.raises(ScenarioError) as caught:
        load_scenario(path, overrides or {})
    return [line.removeprefix(f"{path.parent}/") for line in str(caught.value).splitlines()]


def changed(folder: Path, old: str, new: str, file: str = "small.yaml") -> Path:
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    return folder / "small.yaml"


def test_a_scenario_loads_with_its_times_words_and_includes(folder: Path) -> None:
    scenario = load_scenario(folder / "small.yaml")
    assert [resident.id for resident in scenario.residents] == ["abe", "bea"]
    schedule = scenario.residents[1].schedule
    assert schedule is not None
    assert (schedule.wake, schedule.bed) == (390, 1350)
    assert scenario.start.isoformat() == "2026-01-12"
    assert scenario.home.climate.name
    assert scenario.home.devices["lamp"].type == "Light"


def test_the_order_of_residents_does_not_matter(folder: Path) -> None:
    first = load_scenario(folder / "small.yaml")
    head, bea, abe = re.split(r"(?m)^(?=  - id)", SCENARIO)
    second = load_scenario(write(folder / "other.yaml", head + abe + bea))
    assert first == second


def test_keys_beside_an_include_come_first(folder: Path) -> None:
    path = changed(folder, "{include: homes/den.yaml}", "{include: homes/den.yaml, name: nest}")
    home = load_scenario(path).home
    assert home.name == "nest"
    assert set(home.rooms) == {"living", "bedroom"}


def test_every_problem_is_told_at_its_line_with_the_nearest_match(folder: Path) -> None:
    path = changed(folder, "schedule: {wake: 6:30, bed: 22:30}", "schedul: {wake: 6:30}")
    changed(folder, "name: Abe", "name: Abe\n    schedule:\n      wake: 25:00")
    changed(folder, "days: 3", "days: soon")
    assert problems(path) == [
        "small.yaml:3: days: expected a whole number; got 'soon'",
        "small.yaml:9: residents.0.schedul: unknown key; did you mean 'schedule'?",
        "small.yaml:13: residents.1.schedule.wake: "
        "expected a time of day from 00:00 to 23:59, such as 07:30; got '25:00'",
    ]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("type: Light", "type: Lihgt", "no device type 'Lihgt'; did you mean 'Light'?"),
        ("room: living", "room: livng", "no room 'livng'; did you mean 'living'?"),
        ("[living, bedroom]", "[living, bedrom]", "no room 'bedrom'; did you mean 'bedroom'?"),
        ("kind: living", "kind: lving", "got 'lving'; did you mean 'living'?"),
        ("area: 20", "area: .inf", "expected a finite number; got inf"),
        ("area: 20", "area: -1", "expected more than 0; got -1"),
        ("area: 20", "area: big", "expected a number; got 'big'"),
        ("  living: {", "  Living: {", "the key must be a name of lower-case letters"),
    ],
)
def test_a_mistake_in_an_included_home_is_told_in_that_file(
    folder: Path, old: str, new: str, expected: str
) -> None:
    line = next(n for n, text in enumerate(HOME.splitlines(), 1) if old in text)
    found = problems(changed(folder, old, new, "homes/den.yaml"))
    assert any(text.startswith(f"homes/den.yaml:{line}: home.") and expected in text for text in found), found


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("id: bea", "id: abe", "small.yaml:10: residents.1.id: resident 'abe' exists already"),
        ("id: bea", "id: Bea B", "small.yaml:6: residents.0.id: expected a name of lower-case letters"),
        ("name: Bea", "name: 7", "small.yaml:7: residents.0.name: expected text (put it in quotes); got 7"),
        ("bedroom: bedroom", "bedroom: attic", "small.yaml:8: residents.0.bedroom: no room 'attic'"),
        ("name: Abe", "forbidden: [Ovn]", "small.yaml:11: residents.1.forbidden.0: no device type 'Ovn'"),
        ("name: Abe", "intents: [{activity: cok}]", "no activity 'cok'; did you mean 'cook'?"),
        ("    name: Abe\n", "", "small.yaml:10: residents.1.name: missing key"),
        ("2026-01-12", "2026-02-30", "small.yaml:2: start: expected a date such as 2026-01-12"),
        ("2026-01-12", "9999-12-30", "expected less than 2150-01-01; got '9999-12-30'"),
        ("days: 3", "days: 0", "small.yaml:3: days: expected 1 or more; got 0"),
        ("days: 3", "mind: {kind: lm}", "small.yaml:3: mind.kind: expected one of habit, llm; got 'lm'"),
        ("days: 3", "mind: {deliberation: on}", "got 'on'"),
        ("days: 3", "routines: none.yaml", "small.yaml:3: routines: no file 'none.yaml'"),
        (
            "{include: homes/den.yaml}",
            "{include: homes/dn.yaml}",
            "no file 'homes/dn.yaml'; did you mean 'den",
        ),
        ("{include: homes/den.yaml}", "", "small.yaml:4: home: expected keys and values; got nothing"),
        ("{include: homes/den.yaml}", "[1]", "small.yaml:4: home: expected keys and values; got a list of 1"),
    ],
)
def test_a_mistake_in_a_scenario(folder: Path, old: str, new: str, expected: str) -> None:
    found = problems(changed(folder, old, new))
    assert any(expected in line for line in found), found


def test_what_befalls_the_household_concerns_residents_devices_and_days_that_exist(folder: Path) -> None:
    happening = "days: 3\nhappenings:\n  - {day: 3, at: 10:00, kind: visitor, to: [bee], device: lmp}"
    path = changed(folder, "days: 3", happening)
    assert problems(path) == [
        "small.yaml:5: happenings.0.day: day 3 comes after the last day, 2 (days count from 0)",
        "small.yaml:5: happenings.0.device: no device 'lmp'; did you mean 'lamp'?",
        "small.yaml:5: happenings.0.to.0: no resident 'bee'; did you mean 'bea'?",
    ]


def test_days_cut_short_on_the_command_line_do_not_make_happenings_wrong(folder: Path) -> None:
    path = changed(folder, "days: 3", "days: 3\nhappenings: [{day: 2, at: 10:00, kind: visitor}]")
    assert load_scenario(path, {"days": 1}).days == 1


def test_a_wrong_time_zone_and_a_mistake_of_form_are_told_together(folder: Path) -> None:
    changed(folder, "name: den", "address: {zone: Europe/Pariss}\nnam: den", "homes/den.yaml")
    found = problems(folder / "small.yaml")
    assert len(found) == 2
    assert found[0].startswith("homes/den.yaml:1: home.address.zone: ")
    assert "Europe/Paris" in found[0].replace("Europe/Pariss", "")
    assert found[1] == "homes/den.yaml:2: home.nam: unknown key; did you mean 'name'?"


def test_messages_hold_no_class_names_and_no_addresses(folder: Path) -> None:
    path = write(
        folder / "empty.yaml", "name: [1]\nhome: {rooms: 5}\nresidents: [3, {memory: x}]\nmind: no\n"
    )
    text = "\n".join(problems(path))
    assert not re.search(r"https?:|pydantic|Profile|Scenario|Mind|MemorySource|instance", text), text


def test_the_command_line_comes_first(folder: Path) -> None:
    given = {"seed": 3, "days": 9, "mind.kind": "llm", "mind.llm.model": "other", "households": None}
    scenario = load_scenario(folder / "small.yaml", given)
    assert (scenario.seed, scenario.days, scenario.households) == (3, 9, 1)
    assert (scenario.mind.kind, scenario.mind.llm.model) == ("llm", "other")


def test_a_mistake_on_the_command_line_is_told_as_such(folder: Path) -> None:
    given = {"seed": -1, "mind.kin": "llm", "routines": "none.parquet"}
    assert problems(folder / "small.yaml", given) == [
        "command line: mind.kin: unknown key; did you mean 'kind'?",
        "command line: routines: no file 'none.parquet'",
        "command line: seed: expected 0 or more; got -1",
    ]


def test_routines_are_found_beside_the_file_and_made_absolute(folder: Path) -> None:
    write(folder / "homes" / "mine.yaml", ROUTINES)
    write(folder / "people" / "abe.yaml", "id: abe\nname: Abe\nmemory: {routines: ../homes/mine.yaml}\n")
    path = changed(folder, "id: abe\n    name: Abe", "include: people/abe.yaml")
    abe = load_scenario(path).residents[0]
    assert abe.memory is not None
    assert abe.memory.routines == str((folder / "homes" / "mine.yaml").resolve())


def test_routines_from_the_command_line_may_lie_anywhere(
    folder: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    write(elsewhere / "mine.yaml", ROUTINES)
    monkeypatch.chdir(elsewhere)
    assert load_scenario(folder / "small.yaml", {"routines": "mine.yaml"}).routines == str(
        elsewhere / "mine.yaml"
    )


def test_authored_routines_speak_of_the_catalogue(folder: Path) -> None:
    path = changed(folder, "days: 3", "routines: mine.yaml")
    write(folder / "mine.yaml", ROUTINES.replace("switch on", "swich on").replace("cook", "cok"))
    assert problems(path) == [
        "mine.yaml:6: routines.0.steps.0.activity: no activity 'cok'; did you mean 'cook'?",
        "mine.yaml:6: routines.0.steps.0.start.0: "
        "no action 'Light:swich on'; did you mean 'Light:switch on'?",
    ]


@pytest.mark.parametrize("text", ["", "# nothing\n", ROUTINES[: ROUTINES.index("routines")], ROUTINES[:-12]])
def test_an_empty_or_truncated_routines_file_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(UserError, match=r"routines|empty|YAML"):
        load_routines_file(write(tmp_path / "cut.yaml", text))


def test_a_device_type_of_the_scenario_counts_as_known(folder: Path) -> None:
    device = """\
        type: Fountain
        label: the fountain
        attributes: {switch: {values: [on, off], initial: off}}
        commands: {switch on: {says: "start {device}", set: {switch: on}}}
        """
    path = write(folder / "fountain.yaml", device)
    assert load_device_type(path).commands["switch on"].set == {"switch": "on"}
    changed(folder, "type: Light", "type: Fountain", "homes/den.yaml")
    changed(folder, "days: 3", "device_types: [{include: fountain.yaml}]\nroutines: mine.yaml")
    write(folder / "mine.yaml", ROUTINES.replace("Light:", "Fountain:"))
    scenario = load_scenario(folder / "small.yaml")
    assert "Fountain:switch on" in load_catalogue(scenario.device_types).actions()


def test_the_catalogue_knows_actions_and_tells_polling_apart() -> None:
    catalogue = load_catalogue()
    assert "Light:switch on" in catalogue.actions()
    assert catalogue.polling() < catalogue.actions()
    assert load_catalogue() is catalogue
    asks = DeviceType(type="Gauge", label="the gauge", commands={"refresh": Command(by="poll")})
    assert load_catalogue((asks,)).polling() == catalogue.polling() | {"Gauge:refresh"}


SHIPPED_YAML = sorted(SHIPPED.rglob("*.yaml"))


@pytest.mark.parametrize("path", SHIPPED_YAML, ids=lambda path: str(path.relative_to(SHIPPED)))
def test_every_shipped_file_is_valid_and_names_its_schema_in_the_first_line(path: Path) -> None:
    first = path.read_text(encoding="utf-8").splitlines()[0]
    match = re.fullmatch(r"# yaml-language-server: \$schema=(\S+)", first)
    assert match, f"{path}: {first}"
    named = (path.parent / match[1]).resolve()
    assert named.parent == SHIPPED / "schema"
    assert named.exists()
    assert validate(path) == named.stem == kind_of(path)


@pytest.mark.parametrize("name", MODELS)
def test_the_committed_schemas_are_fresh(name: str, tmp_path: Path) -> None:
    write_schemas(tmp_path)
    fresh = (tmp_path / f"{name}.json").read_text(encoding="utf-8")
    committed = (SHIPPED / "schema" / f"{name}.json").read_text(encoding="utf-8")
    assert fresh == committed, "run python -c 'from scenarios.schema import write_schemas; write_schemas()'"
    assert name in LOADERS


def test_a_schema_lets_an_include_stand_for_required_keys() -> None:
    profile = schema("scenario")["$defs"]["Profile"]
    assert profile["anyOf"] == [{"required": ["id", "name"]}, {"required": ["include"]}]
    assert "include" in profile["properties"]
    assert schema("profile")["$defs"]["Schedule"]["properties"]["wake"]["default"] == "07:00"
    with pytest.raises(UserError, match="did you mean 'scenario'"):
        schema("scenaro")


def test_loading_is_light(folder: Path) -> None:
    code = (
        "import json, sys; from pathlib import Path; from scenarios.loading import load_scenario\n"
        "load_scenario(Path(sys.argv[1])); print(json.dumps(sorted(sys.modules)))"
    )
    command = [sys.executable, "-c", code, str(folder / "small.yaml")]
    done = subprocess.run(command, cwd=SHIPPED.parent, capture_output=True, text=True, check=True)
    heavy = {"numpy", "torch", "pyarrow", "langgraph", "simpy", "networkx", "astral", "typer"}
    assert not heavy & set(json.loads(done.stdout))
