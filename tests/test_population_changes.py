"""Life events of a population: to whom they happen, that they can be, and what a run says of them."""

import json
from collections import Counter
from collections.abc import Mapping
from math import sqrt
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from evaluation.diary import diary
from scenarios.change_checks import change_findings
from scenarios.course import Life, lives_of
from scenarios.loading import load_scenario
from scenarios.population_census import census
from scenarios.population_draw import Settled, household, settle
from scenarios.population_people import keeps_odd_hours
from scenarios.problems import ScenarioError
from scenarios.scenario import PopulationScenario
from tests.command import SCENARIOS, said

FEW, MANY = 20, 80
LIKELY = 3.3  # standard deviations
TOWN = """\
name: town
seed: 5
start: 2026-03-02
days: {days}
households: 2
population:
  cities: [{{city: oslo}}, {{city: madrid}}]
  table:
    - {{type: couple, roles: partner;partner, ages: 25-40;25-40, rooms: 2-4}}
    - {{type: family, roles: parent;parent;child, ages: 30-45;30-45;1-8, rooms: 4-5}}
    - {{type: single, roles: single, ages: 25-80, rooms: "1"}}
changes:
"""
SHIFT = (
    "{kind: new_shift, share: 0.5, day: 2, occupations: [office_worker, teacher, shop_assistant, homemaker], "
    'profile: {memory: null, extends: [bedtime], schedule: {wake: "14:30", bed: "08:25", free_days: sat, '
    'free_wake: "14:30", free_bed: "08:25", away: [{days: mon-fri, leave: "20:25", back: "07:35"}]}}}'
)
BABY = "{kind: new_baby, day: 3, households: [couple, single], ages: 25-40, profile: {archetype: baby}}"
EVERYTHING = (
    "{kind: illness, share: 0.3, day: 2-20, lasts: 3-6}",
    "{kind: holiday, share: 0.4, day: 3-9, lasts: 4-6}",
    "{kind: holiday, share: 0.4, day: 8-14, lasts: 4-6, ages: 30-60}",
    "{kind: visitor, share: 0.5, day: 4, lasts: 3, profile: {archetype: retired, role: friend}}",
    "{kind: new_device, share: 0.5, day: 7, device: Dishwasher}",
    "{kind: moving_in, share: .5, day: 6, households: single, profile: {archetype: barista, role: partner}}",
    "{kind: moving_out, share: 0.3, day: 12, roles: [partner, parent]}",
    "{kind: new_habits, share: 0.5, day: 5, ages: 25-40, gradual: 8, profile: {health: {naps: 3}}}",
    BABY,
    SHIFT,
)


def town(folder: Path, *changes: str, days: int = 30) -> Path:
    path = folder / "town.yaml"
    path.write_text(TOWN.format(days=days) + "".join(f"  - {it}\n" for it in changes), encoding="utf-8")
    return path


def loaded(path: Path) -> PopulationScenario:
    scenario = load_scenario(path)
    assert isinstance(scenario, PopulationScenario)
    return scenario


def told(one: Settled) -> list[tuple[str, int, int | None, tuple[str, ...]]]:
    return [(it.kind, it.day, it.until, it.concerns) for it in one.scenario.changes]


@pytest.fixture(scope="module")
def lively(tmp_path_factory: pytest.TempPathFactory) -> list[Settled]:
    """Households of a town in which everything may happen."""
    scenario = loaded(town(tmp_path_factory.mktemp("town"), *EVERYTHING))
    return [settle(scenario, index) for index in range(FEW)]


def test_what_happens_is_drawn_by_index_and_moves_nothing_else(tmp_path: Path) -> None:
    ill, away = EVERYTHING[:2]
    both = loaded(town(tmp_path, ill, away))
    quiet = both.model_copy(update={"changes": ()})
    one_kind, alone = loaded(town(tmp_path, ill)), settle(both, 7341)
    assert told(settle(both.model_copy(update={"households": 10**6, "first": 40}), 7341)) == told(alone)
    for index in range(8):
        one, before = household(both, index), household(quiet, index)
        assert (one.home, one.residents) == (before.home, before.residents)
        first = settle(one_kind, index)
        assert [it for it in told(settle(both, index)) if it[0] == "illness"] == told(first)
    drawn = {str(told(settle(both, index))) for index in range(8)}
    assert len(drawn) > 4


def test_it_happens_to_the_share_that_was_asked_for(tmp_path: Path) -> None:
    scenario = loaded(
        town(
            tmp_path, EVERYTHING[0], "{kind: holiday, share: 0.25, day: 3, lasts: 3, households: [family]}",
            "{kind: new_shift, share: 0.6, day: 3, occupations: [office_worker], profile: {age: 44}}",
        )
    )  # fmt: skip
    rows = {it.name: it for it in census(scenario, MANY) if it.of == "changes"}
    assert [*rows] == ["0: illness", "1: holiday", "2: new_shift"]
    for row in rows.values():
        assert row.expected is not None and row.count > 1
        about = row.count / row.share
        assert abs(row.share - row.expected) <= LIKELY * sqrt(row.expected * (1 - row.expected) / about), row
    for one in (settle(scenario, index) for index in range(FEW)):
        for change in one.scenario.changes:
            if change.kind == "holiday":
                assert (one.drawn.type, change.who, change.until) == ("family", (), 5)
            if change.kind == "new_shift":
                assert one.members[change.who[0]].profile == "office_worker"
            if change.kind == "illness":
                assert 2 <= change.day <= 20 and 3 <= (change.until or 0) - change.day + 1 <= 6


def test_what_happens_can_be(lively: list[Settled]) -> None:
    kinds: Counter[str] = Counter()
    for one in lively:
        kinds.update(it.kind for it in one.scenario.changes)
        assert not list(change_findings(one.scenario))
        lives = lives_of(one.scenario)
        odd = [_at_odd_hours(one, lives, day) for day in range(-2, 30)]
        assert not any(odd) or odd[0], one.scenario.first  # the tables' own hours, as people keep them
    assert len(kinds) == 9, kinds


def _at_odd_hours(one: Settled, lives: Mapping[str, Life], day: int) -> bool:
    here = [life.on(day) for life in lives.values() if life.sleeps_here(day)]
    minders = [who for who in here if who.minds_others]
    if any(who.care != "none" for who in here):
        assert minders, (one.scenario.first, day)
        return all(map(keeps_odd_hours, minders))
    return False


def test_somebody_stays_with_a_baby_whom_a_name_a_bed_and_parents_await(lively: list[Settled]) -> None:
    seen = 0
    for one in lively:
        born = next((it for it in one.scenario.changes if it.kind == "new_baby"), None)
        if born is None or born.profile is None:
            continue
        seen += 1
        assert one.drawn.type in ("couple", "single")
        assert born.profile["name"] in one.drawn.city.names and born.joins not in one.members
        assert born.profile["bedroom"] in one.scenario.home.rooms
        assert {it["kind"] for it in born.profile["relationships"]} == {"child"}
        carer = next(it for it in one.scenario.changes if it.text.endswith("stays with the baby"))
        then = lives_of(one.scenario)[carer.who[0]].on(born.day)
        assert then.health.night_care > 0
    assert seen > 3


def test_children_are_in_care_while_new_hours_take_out_all_who_could_mind_them(tmp_path: Path) -> None:
    at_home = "parent_at_home, developer_at_home, freelancer, homemaker"
    early = (
        f"{{kind: new_shift, day: 4, roles: [parent], occupations: [{at_home}], profile: {{schedule: "
        "{wake: '06:30', bed: '22:30', away: [{days: mon-fri, leave: '08:00', back: '16:00'}]}}}"
    )
    scenario, seen = loaded(town(tmp_path, early)), 0
    for index in range(MANY):
        one = settle(scenario, index)
        for change in one.scenario.changes:
            if change.text.endswith("has other hours in care"):
                seen += 1
                life = lives_of(one.scenario)[change.who[0]]
                assert life.on(0).age < 10 and life.on(4).schedule != life.on(0).schedule
    assert seen > 2


def test_a_run_tells_to_whom_and_when(tmp_path: Path) -> None:
    path = town(tmp_path, *(it.replace("day: 2-20", "day: 1-2") for it in EVERYTHING[:1]), BABY, days=5)
    assert said(path, "--out", tmp_path / "all").code == 0
    assert said(path, "--households", "1..1", "--out", tmp_path / "some").code == 0
    manifest, part = (json.loads((tmp_path / it / "manifest.json").read_text()) for it in ("all", "some"))
    assert part["changes"] == [it for it in manifest["changes"] if it["household"] != "h00000"]
    assert part["households"] == manifest["households"][1:]
    rows = pq.read_table(tmp_path / "all" / "oracle").to_pylist()
    begun = {
        (it["household"], it["command"], it["actor"])
        for it in rows
        if it["cause"] == "change" and it["value"] not in ("is over", "has come about")
    }
    assert begun == {(it["household"], it["kind"], who) for it in manifest["changes"] for who in it["who"]}
    born = next(it for it in manifest["changes"] if it["kind"] == "new_baby")
    lived = diary(tmp_path / "all", born["who"][0], born["day"] + 1, born["household"])
    assert "takes a nap" in lived
    assert "| new baby | 1 |" in (tmp_path / "all" / "README.md").read_text(encoding="utf-8")
    (tmp_path / "all" / "manifest.json").unlink()
    assert said(tmp_path / "all").code == 0  # it goes on by itself, and is what it was
    assert json.loads((tmp_path / "all" / "manifest.json").read_text()) == manifest


def test_the_shipped_one_is_sound() -> None:
    scenario = loaded(SCENARIOS / "changing_population.yaml")
    assert {it.kind for it in scenario.changes} >= {
        "illness",
        "holiday",
        "new_shift",
        "new_baby",
        "moving_out",
    }
    assert len({it.kind for index in range(8) for it in household(scenario, index).changes}) >= 5


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ("{kind: illness, day: 3}", "changes.0: an illness needs `lasts`"),
        ("{kind: holiday, day: 25-40, lasts: 4}", "changes.0.day: day 40 comes after the last day, 29"),
        ("{kind: holiday, day: 3, lasts: 0}", "changes.0.lasts: expected a day or more; got 0"),
        ("{kind: holiday, share: 1.5, day: 3, lasts: 4}", "changes.0.share: expected 1 or less; got 1.5"),
        (
            "{kind: holiday, day: 3, lasts: 4, households: [famly]}",
            "changes.0.households: no household type 'famly'; did you mean 'family'?",
        ),
        (
            "{kind: moving_out, day: 3, occupations: [office_werker]}",
            "changes.0.occupations: no profile 'office_werker'; did you mean 'office_worker'?",
        ),
        ("{kind: moving_out, day: 3, roles: [child], ages: 30}", "changes.0: is about nobody"),
        ("{kind: new_device, day: 3, device: Hobb}", "changes.0.device: no device type 'Hobb'"),
        (
            "{kind: visitor, day: 3, lasts: 3, profile: {archetype: retired, name: Otto}}",
            "changes.0.profile.name: names 'name', but no two households of a population are alike",
        ),
        (
            "{kind: new_shift, day: 3, ages: 1, "
            "profile: {schedule: {away: [{days: mon, leave: '08:00', back: '14:30'}]}}}",
            "changes.0.profile.schedule.away.0: at 1 years nobody goes to 'work'",
        ),
        (
            "{kind: new_shift, day: 3, occupations: [office_worker], "
            "profile: {schedule: {wake: '07:00', away: [{days: mon, leave: '06:00', back: '14:30'}]}}}",
            "changes.0.profile.schedule.wake: asleep until 07:00, but at 06:00 it is time to leave for work",
        ),
        ("{kind: new_habits, day: 3, who: ann, profile: {tastes: [tea]}}", "changes.0.who: unknown key"),
    ],
)
def test_what_cannot_be_is_named_at_its_line(tmp_path: Path, change: str, sentence: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        load_scenario(town(tmp_path, change))
    assert any(f"town.yaml:13: {sentence}" in str(it) for it in caught.value.problems), str(caught.value)
