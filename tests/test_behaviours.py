"""BehaviorGen's view of the data: where people are and what they use a telephone for, from the same life."""

import json
from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from statistics import mean

import pytest
from typer.testing import CliRunner

from agents.behaviours import Followed
from dataset.store import read_table
from evaluation.preview import preview
from run_sim import app
from runner.course import followed_in
from runner.household import Lived
from scenarios.behaviour import HOME, WAY, everyday
from scenarios.scenario import Scenario
from tests.stories import CATALOGUE, ROOT, lived
from world.behaved import Behaved
from world.clock import MINUTE, Clock

SEOUL = ROOT / "scenarios" / "households" / "family_seoul.yaml"


@pytest.fixture(scope="module")
def seoul() -> tuple[Scenario, Lived]:
    scenario = preview(str(SEOUL), 6).scenario
    return scenario, lived(scenario, {})


def behaviours(scenario: Scenario, whole: Lived, **switches: bool) -> list[Behaved]:
    followed = followed_in(scenario.model_copy(update=switches), CATALOGUE, 0)
    followed.take(whole.events, whole.decisions)
    return followed.rows(clock_of(scenario).midnight(scenario.days))


def clock_of(scenario: Scenario) -> Clock:
    return Clock(scenario.start, scenario.home.address.zone)


def of(rows: Sequence[Behaved], person: str, domain: str) -> list[Behaved]:
    return [row for row in rows if (row.person, row.domain) == (person, domain)]


def test_an_hour_out_is_a_way_a_place_and_a_way_home(seoul: tuple[Scenario, Lived]) -> None:
    scenario, whole = seoul
    rows = of(behaviours(scenario, whole), "minjun", "mobility")
    monday = [row for row in rows if clock_of(scenario).local(row.time)[0] == 0]
    assert [(row.location, row.intent) for row in monday[:4]] == [
        (WAY, "travel"), ("work", "work"), (WAY, "go_home"), (HOME, "be_home"),
    ]  # fmt: skip
    there, work, back, home = monday[:4]
    assert there.time + there.lasts_ms == work.time and work.time + work.lasts_ms == back.time
    assert back.time + back.lasts_ms == home.time
    least, _, most = everyday().places["work"].way
    assert least * MINUTE <= there.lasts_ms <= most * MINUTE
    ways = {row.lasts_ms for row in rows if row.intent == "travel"}
    assert there.lasts_ms in ways  # the same office every day


def test_children_learn_and_those_who_fetch_them_walk_with_them(seoul: tuple[Scenario, Lived]) -> None:
    scenario, whole = seoul
    rows = behaviours(scenario, whole)
    for child in ("seoyeon", "doyun"):
        intents = Counter(row.intent for row in of(rows, child, "mobility"))
        assert intents["study"] >= 5 and intents["be_home"] >= 5
        assert of(rows, child, "phone") == []  # at ten and five years nobody has one
    assert any(row.intent == "take_along" for row in of(rows, "jiwoo", "mobility"))


def test_people_are_where_the_log_has_them(seoul: tuple[Scenario, Lived]) -> None:
    scenario, whole = seoul
    rows, out = behaviours(scenario, whole), defaultdict(list)
    for event in whole.events:
        if event.kind == "activity":
            out[event.actor].append((event.time, event.room == "outside"))
    assert {"mobility", "phone"} == {row.domain for row in rows}
    for row in rows:
        if row.domain == "mobility" and row.location not in (HOME, WAY):
            outside = [away for time, away in out[row.person] if time <= row.time][-1]
            assert outside, row
        if row.domain == "phone" and row.location == HOME and row.intent not in ("messages", "call"):
            near = {away for time, away in out[row.person] if abs(time - row.time) < 40 * MINUTE}
            before = [away for time, away in out[row.person] if time <= row.time][-1:]
            assert False in {*near, *before}, row


def test_a_telephone_goes_with_age_taste_and_hour(seoul: tuple[Scenario, Lived]) -> None:
    scenario, whole = seoul

    def uses(age: int, *tastes: str) -> Counter[str]:
        who = next(person for person in scenario.residents if person.id == "jiwoo")
        other = who.model_copy(update={"age": age, "tastes": tastes})
        residents = tuple(other if person.id == "jiwoo" else person for person in scenario.residents)
        rows = behaviours(scenario.model_copy(update={"residents": residents}), whole)
        return Counter(row.intent for row in of(rows, "jiwoo", "phone"))

    young, old, keen = uses(19), uses(70), uses(19, "gaming", "hip hop")
    assert young.total() > 1.5 * old.total()
    assert old["news"] / old.total() > young["news"] / young.total()
    assert keen["game"] + keen["music"] > young["game"] + young["music"]
    hours = [
        clock_of(scenario).local(row.time)[2] // 60
        for row in of(behaviours(scenario, whole), "jiwoo", "phone")
    ]
    assert mean(hour in range(1, 5) for hour in hours) < 0.05


def test_each_domain_is_switched_off_alone_and_nothing_else_changes(seoul: tuple[Scenario, Lived]) -> None:
    scenario, whole = seoul
    both = behaviours(scenario, whole)
    assert behaviours(scenario, whole) == both
    assert behaviours(scenario, whole, mobility=False) == [row for row in both if row.domain == "phone"]
    assert behaviours(scenario, whole, phones=False) == [row for row in both if row.domain == "mobility"]
    assert behaviours(scenario, whole, phones=False, mobility=False) == []
    off = scenario.model_copy(update={"phones": False, "mobility": False})
    assert lived(off, {}).events == whole.events


def test_rows_come_out_the_same_in_blocks(seoul: tuple[Scenario, Lived]) -> None:
    scenario, whole = seoul
    followed = followed_in(scenario, CATALOGUE, 0)
    assert isinstance(followed, Followed)
    half = len(whole.events) // 2
    followed.take(whole.events[:half], whole.decisions)
    followed.take(whole.events[half:], [])
    assert followed.rows(clock_of(scenario).midnight(scenario.days)) == behaviours(scenario, whole)


def test_the_dataset_has_them_beside_what_a_home_would_know(tmp_path: Path) -> None:
    out = tmp_path / "run"
    source = str(ROOT / "scenarios" / "households" / "single_paris.yaml")
    result = CliRunner().invoke(app, ["run", source, "--days", "3", "--mind", "habit", "--out", str(out)])
    assert result.exit_code == 0, result.output
    table = read_table(out, "behaviours").to_pylist()
    manifest = json.loads((out / "manifest.json").read_text())
    assert manifest["counts"]["behaviours"] == len(table) > 20
    assert {row["person"] for row in table} == {"hana"}
    assert [row["time"] for row in table] == sorted(row["time"] for row in table)
    for row in table:
        assert isinstance(row["local"], datetime) and row["weekday"] == row["local"].weekday()
    assert {"mobility", "phone"} == {row["domain"] for row in table}
    assert "config_name: behaviours" in (out / "README.md").read_text()
    datasets = pytest.importorskip("datasets")
    loaded = datasets.load_dataset(str(out), "behaviours", split="train", cache_dir=str(tmp_path / "cache"))
    assert loaded.num_rows == len(table)
