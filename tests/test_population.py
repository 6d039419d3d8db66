"""Populations: households by their index alone, in the shares of the tables; lived and read back."""

import asyncio
import json
import re
from collections import Counter
from math import sqrt
from pathlib import Path

import pytest

from evaluation.diary import diary
from evaluation.reading import read_run
from runner.household import whole_life
from runner.personas import Personas
from scenarios.beds import bed_findings
from scenarios.catalogue import load_catalogue
from scenarios.chance import Chance
from scenarios.coherence import profile_findings
from scenarios.loading import load_scenario
from scenarios.population_census import census
from scenarios.population_draw import draw, household
from scenarios.population_rooms import bedrooms
from scenarios.problems import ScenarioError
from scenarios.resident import Profile
from scenarios.scenario import PopulationScenario, Scenario
from tests.command import ROOT, SCENARIOS, said

SHIPPED = SCENARIOS / "population.yaml"
CATALOGUE = load_catalogue()
MANY = 2000
LIKELY = 3.9  # standard deviations; one in ten thousand lies outside, of some seventy counts

TOWN = """\
name: town
seed: 5
start: 2026-03-02
days: 1
households: 3
population:
  table: {table}
  cities: [{city: oslo}, {city: madrid, weight: 3}]
"""
FAMILIES = """\
# one row a household of a made-up census
weight,type,roles,ages,occupations,rooms,city
2,couple,partner;partner,30-40;30-40,office_worker;,2-3,
1,family,parent;parent;child;child,34;36;7;4,,4,oslo
"""


@pytest.fixture(scope="module")
def europe() -> PopulationScenario:
    scenario = load_scenario(SHIPPED)
    assert isinstance(scenario, PopulationScenario)
    return scenario


def town(folder: Path, rows: str = FAMILIES, text: str = TOWN) -> Path:
    (folder / "rows.csv").write_text(rows, encoding="utf-8")
    (folder / "town.yaml").write_text(text.replace("{table}", "rows.csv"), encoding="utf-8")
    return folder / "town.yaml"


def loaded(path: Path) -> PopulationScenario:
    scenario = load_scenario(path)
    assert isinstance(scenario, PopulationScenario)
    return scenario


def complaints(path: Path) -> list[str]:
    with pytest.raises(ScenarioError) as caught:
        load_scenario(path)
    return [str(one).removeprefix(f"{path.parent}/") for one in caught.value.problems]


def test_a_household_is_the_same_alone_or_in_the_fleet(europe: PopulationScenario) -> None:
    alone = household(europe, 73_412)
    for index in (3, 9, 1):
        household(europe, index)
    million = europe.model_copy(update={"households": 1_000_000, "first": 40})
    assert household(million, 73_412) == alone
    assert household(europe, 73_413).residents != alone.residents
    assert household(europe.model_copy(update={"seed": 8}), 73_412) != alone


@pytest.mark.parametrize("table", ["europe", "united_states", "korea"])
def test_marginals_are_those_of_the_tables(table: str, tmp_path: Path) -> None:
    path = tmp_path / "town.yaml"
    path.write_text(TOWN.replace("{table}", f"populations/{table}.csv"), encoding="utf-8")
    counts = census(loaded(path), MANY)
    told = [row for row in counts if row.expected is not None]
    assert {row.of for row in told} == {"household types", "cities", "occupations", "chronotypes"}
    for row in told:
        of_all = sum(other.count for other in counts if other.of == row.of)
        expected = row.expected or 0.0
        spread = sqrt(expected * (1 - expected) / of_all)
        if row.of != "occupations":  # whoever is left to mind small children works by day: no binomial
            assert abs(row.share - expected) <= LIKELY * spread, row
        else:
            assert abs(row.share - expected) <= LIKELY * spread + 0.02, row


def test_ages_are_within_the_rows_and_parents_old_enough(europe: PopulationScenario) -> None:
    rows = {row.type: row for row in europe.population.table}
    for index in range(MANY):
        drawn = draw(europe.population, Chance(1).branch(index))
        for member, ages in zip(drawn.members, rows[drawn.type].ages, strict=True):
            assert ages.holds(member.age)
        parents = [it.age for it in drawn.members if it.role == "parent"]
        children = [it.age for it in drawn.members if it.role == "child"]
        assert all(parent - child >= 18 for parent in parents for child in children), drawn


def test_everybody_has_a_bed_and_shares_it_with_nobody_they_would_not(europe: PopulationScenario) -> None:
    for index in range(80):
        home = household(europe, index)
        people = {who.id: who for who in home.residents}
        assert not list(bed_findings(home.home, home.residents))
        for who in home.residents:
            assert who.bedroom in bedrooms(home.home)
            assert not list(profile_findings(who, CATALOGUE.activities)), who
            for other in (people[it] for it in people if it != who.id and people[it].bedroom == who.bedroom):
                kind = next(it.kind for it in who.relationships if it.to == other.id)
                assert (
                    kind == "partner"
                    or (kind == "sibling" and max(who.age, other.age) < 10)
                    or min(who.age, other.age) < 3
                ), (who, other)


def test_nobody_is_anybody_elses_clone(europe: PopulationScenario) -> None:
    adults = [who for index in range(80) for who in household(europe, index).residents if who.age >= 18]
    office = [who for who in adults if who.memory and "office_worker" in who.memory.routines]
    assert len(office) > 25
    assert len({_ways(who) for who in office}) == len(office)
    assert len({who.chronotype for who in office}) > 10


def _ways(who: Profile) -> str:
    return who.model_copy(
        update={"id": "x", "name": "", "age": 1, "bedroom": None, "relationships": ()}
    ).model_dump_json()


def test_small_children_are_never_left_alone_by_their_parents_hours(europe: PopulationScenario) -> None:
    seen = 0
    for index in range(100):
        home = household(europe, index)
        minders = [who for who in home.residents if who.minds_others]
        for child in (who for who in home.residents if who.care != "none"):
            seen += 1
            for day in range(7):
                for minute in range(0, 1440, 30):
                    if not _is_out(child, day, minute):
                        assert not all(_is_out(who, day, minute) for who in minders), (index, day, minute)
    assert seen > 20


def _is_out(who: Profile, day: int, minute: int) -> bool:
    plans = who.schedule.away if who.schedule else ()
    return any(
        (day in it.days and it.leave <= minute < (it.back if it.back > it.leave else 1440))
        or ((day - 1) % 7 in it.days and it.back <= it.leave and minute < it.back)
        for it in plans
    )


def test_a_week_of_ten_households_is_possible(europe: PopulationScenario) -> None:
    scenario, personas = europe.model_copy(update={"days": 7}), Personas(CATALOGUE)

    for index in range(10):
        one = household(scenario, index)
        lived = asyncio.run(whole_life(one, CATALOGUE, personas.of(one), None, index))
        assert len(lived.events) > 500
        assert lived.impossible(one, CATALOGUE) == []


def test_alone_and_in_the_fleet_the_same_bytes_and_read_back(tmp_path: Path) -> None:
    path = town(tmp_path)
    assert said(path, "--out", tmp_path / "all").code == 0
    assert said(path, "--households", "1..1", "--out", tmp_path / "one").code == 0
    for table in ("events", "oracle", "decisions", "conflicts", "sequences"):
        files = [tmp_path / run / table / "part-00001.parquet" for run in ("all", "one")]
        assert files[0].read_bytes() == files[1].read_bytes(), table
    records = [json.loads((tmp_path / run / "manifest.json").read_text()) for run in ("all", "one")]
    assert records[1]["households"] == records[0]["households"][1:2]
    run = read_run(tmp_path / "all")
    drawn = [household(loaded(path), index) for index in range(3)]
    assert [run.of(log).scenario.home for log in run.logs] == [it.home for it in drawn]
    who = drawn[2].residents[0]
    assert who.name in diary(tmp_path / "all", who.id, 0, "h00002").splitlines()[0]
    assert "3 households" in (tmp_path / "all" / "report.html").read_text(encoding="utf-8")


def test_a_run_cut_short_goes_on_from_its_folder(tmp_path: Path) -> None:
    path = town(tmp_path)
    assert said(path, "--out", tmp_path / "run").code == 0
    digest = json.loads((tmp_path / "run" / "manifest.json").read_text())["digest"]
    for name in ("manifest.json", "events/part-00002.parquet", "households/h00002.json"):
        (tmp_path / "run" / name).unlink()
    assert said(tmp_path / "run").code == 0  # the scenario's own file is not asked for
    assert json.loads((tmp_path / "run" / "manifest.json").read_text())["digest"] == digest


def test_a_census_of_ones_own(tmp_path: Path) -> None:
    scenario = loaded(town(tmp_path))
    homes = [household(scenario, index) for index in range(60)]
    families = [home for home in homes if len(home.residents) == 4]
    assert 10 <= len(families) <= 30  # a third
    assert all(home.home.climate.name == "Oslo" for home in families)
    assert {tuple(sorted(who.age for who in home.residents)) for home in families} == {(4, 7, 34, 36)}
    couples = [home for home in homes if len(home.residents) == 2]
    assert all(any("office_worker" in str(who.memory) for who in home.residents) for home in couples)
    assert Counter(home.home.address.zone for home in couples)["Europe/Madrid"] > len(couples) / 2


def test_homes_of_ones_own_are_drawn_by_beds_and_zone(tmp_path: Path) -> None:
    homes = "  homes:\n" + "".join(
        f"    - {{include: homes/{name}.yaml}}\n" for name in ("studio", "madrid_flat", "family_house")
    )
    scenario = loaded(town(tmp_path, text=TOWN + homes))
    for index in range(30):
        one = household(scenario, index)
        if len(one.residents) == 4:
            assert one.home.name != "studio"
        elif one.home.address.zone == "Europe/Madrid":
            assert one.home == scenario.population.homes[1]


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        (
            "weight,type",
            "share,type",
            "rows.csv:2: share: the shares sum to 3.000, not 1 (or call the column weight)",
        ),
        ("weight,type", "wait,type", "rows.csv:2: unknown column 'wait'; did you mean 'weight'?"),
        (
            "office_worker;,",
            "office_werker;,",
            "rows.csv:3: population.table.0.occupations: no profile "
            "'office_werker'; did you mean 'office_worker'?",
        ),
        (",4,oslo", ",4,olso", "rows.csv:4: population.table.1.city: no city 'olso'; did you mean 'oslo'?"),
        (
            "34;36;7;4",
            "34;36;7",
            "rows.csv:4: population.table.1: ages has 3 entries for 4 roles; expected one a person",
        ),
        (
            "34;36;7;4",
            "34;36;7;vier",
            "rows.csv:4: population.table.1.ages.3: expected a number or a range such as 28-45; got 'vier'",
        ),
        (
            "34;36;7;4",
            "34;36;7;130",
            "rows.csv:4: population.table.1.ages: no occupation is given for the age of 130",
        ),
        (
            "parent;parent;child;child",
            "parent;parent;child;chid",
            "rows.csv:4: population.table.1.roles.3: "
            "expected one of single, partner, parent, child, grandparent, flatmate; got 'chid'; "
            "did you mean 'child'?",
        ),
        ("2,couple", "-2,couple", "rows.csv:3: population.table.0.weight: expected more than 0; got '-2'"),
        (",4,oslo", ",4", "rows.csv:4: has 6 cells; the header has 7"),
        (
            "partner;partner,30-40;30-40,office_worker;",
            "flatmate;flatmate;flatmate;flatmate;flatmate;flatmate,20;20;20;20;20;20,",
            "rows.csv:3: population.table.0.roles: 6 people who need 6 rooms to sleep in; the "
            "largest home has 5",
        ),
    ],
)
def test_what_is_wrong_in_a_table_is_named_at_its_line(
    tmp_path: Path, old: str, new: str, sentence: str
) -> None:
    assert FAMILIES.count(old) == 1
    assert sentence in complaints(town(tmp_path, FAMILIES.replace(old, new)))


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        (
            "home: {include: homes/studio.yaml}\n",
            "town.yaml:6: home: a scenario has either "
            "a population, or a home "
            "and residents; leave one of them out",
        ),
        (
            "weather: w.csv\n",
            "town.yaml:6: weather: is of one place, and a population lives in several; leave it out",
        ),
        (
            "happenings: [{day: 0, at: 07:00, kind: message, to: [ann], text: hi}]\n",
            "town.yaml:9: happenings.0.to: names 'to', but no two households of a population are alike",
        ),
        (
            "  devices: [Televison]\n",
            "town.yaml:9: population.devices.0: no device type 'Televison'; did you mean 'Television'?",
        ),
        (
            "  chronotypes: nowhere.csv\n",
            "town.yaml:9: population.chronotypes: no file 'nowhere.csv'",
        ),
        (
            "  homes: [{include: homes/studio.yaml}]\n",
            "rows.csv:4: population.table.1.roles: 4 people who need 2 "
            "rooms to sleep in; the largest home has 1",
        ),
    ],
)
def test_what_a_scenario_of_a_population_cannot_say(tmp_path: Path, more: str, sentence: str) -> None:
    assert sentence in complaints(town(tmp_path, text=TOWN + more))


def test_commands_speak_of_a_population(tmp_path: Path) -> None:
    path = town(tmp_path)
    shown = json.loads(said("population", path, "--count", 30, "--json").out)
    assert shown["households"] == 30 and {row["of"] for row in shown["counts"]} >= {"household types", "ages"}
    assert "couple" in said("population", path, "--count", 30).out
    assert "living" in said("home", path).out
    assert "no population" in said("population", ROOT / "scenarios" / "quickstart.yaml").sentence
    for wrong in ("0", "5..3", "few", "1-2"):
        assert "such as 100, or which" in said(path, "--households", wrong).sentence


def test_one_home_is_its_own_household() -> None:
    one = load_scenario(SCENARIOS / "quickstart.yaml")
    assert isinstance(one, Scenario) and household(one, 5) is one


def test_the_scenario_and_the_census_of_the_guide_are_sound(tmp_path: Path) -> None:
    guide = (ROOT / "docs" / "population.md").read_text(encoding="utf-8")
    scenario, *_ = re.findall(r"```yaml\n(.*?)```", guide, flags=re.DOTALL)
    (rows,) = re.findall(r"```csv\n(.*?)```", guide, flags=re.DOTALL)
    (tmp_path / "town.yaml").write_text(scenario, encoding="utf-8")
    assert loaded(tmp_path / "town.yaml").households == 1000
    assert (
        len(
            household(
                loaded(town(tmp_path, rows, scenario.replace("populations/europe.csv", "rows.csv"))), 3
            ).residents
        )
        > 1
    )
