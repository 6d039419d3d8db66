"""`run_sim.py evaluate`: what it says of honest data and of cheats, on runs and logs of other runs."""

import json
import shutil
from collections.abc import Callable, Iterable
from dataclasses import asdict, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from bench.chromium import LAPTOP, PHONE, PROGRAM, chromium
from dataset.importing import Choices, import_log
from dataset.manifest import read_manifest
from dataset.parquet import read_parquet, write_parquet
from dataset.routines import Routines
from dataset.store import digest_files, part_file
from dataset.windows import sequence_columns
from evaluation.measures.table import MEASURES
from evaluation.proof import seen
from tests.command import SCENARIOS, said
from tests.written import Page

LOGGED, LOGGED_DAYS = 6, 5  # households and days of the log
LIVED, DAYS = 20, 2  # of the run
ALONE = """\
name: alone
start: 2026-03-02
days: 6
households: 6
home: {include: homes/two_room_flat.yaml}
residents:
  - {include: profiles/office_worker.yaml, id: anna, name: Anna}
mind: {kind: habit}
"""


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return a_run(tmp_path_factory.mktemp("runs") / "lived", LIVED, DAYS, seed=7)


@pytest.fixture(scope="module")
def other(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run that stands for a real street: its log is the real log."""
    return a_run(tmp_path_factory.mktemp("runs") / "other", LOGGED, LOGGED_DAYS, seed=11)


@pytest.fixture(scope="module")
def log(other: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("logs") / "street.parquet"
    sequences = [it for number in range(LOGGED) for it in a_log(other, f"h{number:05d}").sequences()]
    Routines.of(sequences, source="a street", provenance="observed").write(file)
    return file


@pytest.fixture(scope="module")
def honest(lived: Path, log: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What is said of honest data; the page is beside it."""
    folder = tmp_path_factory.mktemp("honest") / "lived"
    shutil.copytree(lived, folder)
    return {**evaluated(folder, "--real", log, "--effort", "quick"), "folder": folder}


def a_run(out: Path, households: int, days: int, seed: int) -> Path:
    more = ("--households", households, "--days", days, "--seed", seed)
    told = said(SCENARIOS / "population.yaml", *more, "--out", out)
    assert told.code == 0, told.err
    return out


def a_log(run: Path, household: str) -> Routines:
    return import_log("homefolk", run, Choices(household=household)).routines


def evaluated(run: Path, *more: object) -> dict[str, Any]:
    told = said("evaluate", run, *more)
    assert told.code == 0, told.err
    return dict(json.loads((run / "report.json").read_text(encoding="utf-8")))


def answers(found: dict[str, Any]) -> dict[str, str]:
    return {it["use"]: it["answer"] for it in found["verdict"]["judgements"]}


def why(found: dict[str, Any], use: str) -> str:
    return str(next(it["says"] for it in found["verdict"]["judgements"] if it["use"] == use))


# --- honest data -----------------------------------------------------------------------------------------


def test_honest_data_are_judged_use_by_use(honest: dict[str, Any]) -> None:
    told = answers(honest)
    assert told["the files are what the run wrote"] == "yes"
    assert told["training on its labels of who and what"] == "yes"
    assert told["studying rhythms of the day"] == "yes"
    assert told["studying how people differ"] == "not known"  # two days are too few
    assert told["publishing without giving a real log away"] == "partly"  # there is no control
    assert not honest["beside"]["likeness"]["gate"]["this dataset"]["leaks"]
    assert honest["beside"]["likeness"]["gate"]["copies"]["leaks"]


def test_every_figure_stands_beside_floors_and_ceiling(honest: dict[str, Any]) -> None:
    beside = honest["beside"]
    rows = beside["likeness"]["rows"]
    assert set(rows) == {"this dataset", "real sequences", "copies", "Markov chain", "independent draws"}
    assert all(set(MEASURES) <= set(row) for row in rows.values())
    assert rows["independent draws"]["transitions"]["value"] > rows["real sequences"]["transitions"]["value"]
    for what in ("predictors", "detectors"):
        assert set(beside["utility"][what]) == set(rows)
    first = {row: own["Markov chain"]["HR@1"] for row, own in beside["utility"]["predictors"].items()}
    assert first["real sequences"] > first["independent draws"] + 0.1


def test_networks_judge_and_learn_too(lived: Path, log: Path, tmp_path: Path) -> None:
    short = tmp_path / "short.parquet"
    sequences = [it[:5] for it in Routines.read(log).sequences()][:40]
    Routines.of(sequences, source="openings", provenance="observed").write(short)
    beside = evaluated(shutil.copytree(lived, tmp_path / "run"), "--real", short)["beside"]
    assert beside["likeness"]["judges"] == ["logistic regression", "sequence model"]
    told = beside["likeness"]["rows"]["independent draws"]["told apart by sequence model"]
    assert 0.5 < told["value"] <= 1.0
    assert "sequence model (GRU)" in beside["utility"]["predictors"]["this dataset"]
    assert all(set(it["nats"]) == set(beside["utility"]["predictors"]) for it in beside["utility"]["losses"])


def test_the_page_is_whole_accessible_and_loads_nothing(honest: dict[str, Any]) -> None:
    html = (honest["folder"] / "report.html").read_text(encoding="utf-8")
    page = Page(html)
    assert page.loads == [] and "<script" not in html
    assert set(page.links) <= set(page.ids) and len(page.ids) == len(set(page.ids))
    assert html.count("<table>") == html.count("<caption>")
    pictures = html.count("<svg")
    assert pictures >= 8 and html.count('role="img"') == pictures
    assert html.index("What these data are good for") < html.index("<svg") < html.index("<table>")


@pytest.mark.skipif(not PROGRAM, reason="no Chromium here")
def test_the_page_fits_a_laptop_and_a_telephone_and_the_keyboard(honest: dict[str, Any]) -> None:
    with chromium() as page:
        for size in (LAPTOP, PHONE):
            page.size(*size)
            page.open(honest["folder"] / "report.html")
            assert page.run("document.documentElement.scrollWidth") <= size[0]
        assert page.run(UNREACHABLE) == [] and page.run(UNNAMED) == []
        levels = page.run("[...document.querySelectorAll('h1, h2, h3')].map((it) => +it.tagName[1])")
        assert levels[0] == 1 and all(after - before <= 1 for before, after in pairwise(levels))
        page.key("Tab", "Tab")
        assert page.run("document.activeElement.textContent") == "Skip to the verdict"
        assert page.logged == []


UNREACHABLE = """[...document.querySelectorAll('.wide')]
    .filter((it) => it.tabIndex !== 0 || !it.getAttribute('aria-label')).map((it) => it.outerHTML)"""
UNNAMED = """[...document.querySelectorAll('svg[role=img]')]
    .filter((it) => !it.getAttribute('aria-label') && !it.getAttribute('aria-labelledby'))
    .map((it) => it.outerHTML)"""


def test_the_command_says_the_verdict_and_where_the_page_is(lived: Path) -> None:
    told = said("evaluate", lived)
    assert told.code == 0 and str(lived / "report.html") in told.out
    assert "anything about real homes: no real log" in told.out
    as_json = said("evaluate", lived, "--json")
    assert as_json.summary["judgements"][0]["answer"] == "yes"


# --- cheats ----------------------------------------------------------------------------------------------

Change = Callable[[pa.Table, pa.Table], tuple[pa.Table, pa.Table]]


def cheated(lived: Path, folder: Path, change: Change) -> Path:
    """A run that a program wrote which cheats: every table and digest of it agrees."""
    shutil.copytree(lived, folder)
    for index in range(LIVED):
        files = [part_file(folder, name, index) for name in ("events", "oracle")]
        tables = change(*(read_parquet(file) for file in files))
        for file, table in zip(files, tables, strict=True):
            write_parquet(file, table)
        windows(folder, index)
    sealed(folder)
    return folder


def windows(folder: Path, index: int) -> None:
    file = part_file(folder, "sequences", index)
    schema, events = read_parquet(file).schema, read_parquet(part_file(folder, "events", index))
    columns = sequence_columns(events)
    columns["household"] = [f"h{index:05d}"] * len(columns["start"])
    arrays = [pa.array(columns[it.name]).cast(it.type) for it in schema]
    write_parquet(file, pa.Table.from_arrays(arrays, schema=schema))


def sealed(folder: Path) -> None:
    """Give the manifest the digests of the files as they are."""
    manifest = read_manifest(folder)
    records = [
        asdict(replace(it, files=digest_files(folder, int(it.household[1:])))) for it in manifest.households
    ]
    content = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    content["households"] = records
    (folder / "manifest.json").write_text(json.dumps(content), encoding="utf-8")


def with_columns(table: pa.Table, **columns: Iterable[Any]) -> pa.Table:
    for name, values in columns.items():
        field = table.schema.field(name)
        array = values if isinstance(values, pa.ChunkedArray) else pa.array(values, field.type)
        table = table.set_column(table.schema.get_field_index(name), field, array)
    return table


def test_one_household_in_twenty_that_is_the_logs_fails_the_gate(
    lived: Path, other: Path, log: Path, tmp_path: Path
) -> None:
    folder = shutil.copytree(lived, tmp_path / "copies")
    for name in ("events", "oracle", "decisions", "conflicts", "sequences", "behaviours"):
        table = read_parquet(part_file(other, name, 2))
        named = with_columns(table, household=[f"h{4:05d}"] * table.num_rows)
        write_parquet(part_file(folder, name, 4), named)
    shutil.copy(other / "households" / "h00002.json", folder / "households" / "h00004.json")
    sealed(folder)
    found = evaluated(folder, "--real", log, "--effort", "quick")
    assert answers(found)["the files are what the run wrote"] == "yes"
    assert answers(found)["publishing without giving a real log away"] == "no"
    assert "fails the gate" in why(found, "publishing without giving a real log away")


def test_shuffled_hours_are_named(lived: Path, log: Path, tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    what = ("kind", "device", "type", "room", "command", "value")

    def change(events: pa.Table, oracle: pa.Table) -> tuple[pa.Table, pa.Table]:
        order = pa.array(rng.permutation(events.num_rows))
        seen = np.flatnonzero(np.asarray(pc.is_valid(oracle["event"])))
        row = np.arange(oracle.num_rows)
        row[seen] = seen[np.asarray(order)]
        mixed = oracle.take(pa.array(row))
        who = ("actor", "activity", "cause")
        return (
            with_columns(events, **{it: events[it].take(order) for it in what}),
            with_columns(oracle, **{it: mixed[it] for it in (*what, *who)}),
        )

    found = evaluated(cheated(lived, tmp_path / "hours", change))
    assert answers(found)["the files are what the run wrote"] == "yes"
    assert answers(found)["studying rhythms of the day"] == "no"
    assert "Hours look shuffled" in why(found, "studying rhythms of the day")


def test_of_a_run_too_large_for_memory_households_spread_over_it_are_read(
    lived: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = shutil.copytree(lived, tmp_path / "large")
    events = read_manifest(folder).counts["events"]
    monkeypatch.setattr(seen, "MOST_ROWS", events // 3 + 1)
    torn = part_file(folder, "events", 1)  # which is not read, and must be as it was all the same
    write_parquet(torn, read_parquet(torn).slice(1))
    found = evaluated(folder)
    assert (found["about"]["read"], found["about"]["events"]) == (len(range(0, LIVED, 3)), events)
    assert 0 < found["about"]["rows"] < events
    assert f"{events:,} observable events from" in found["verdict"]["what"]
    assert "7 households, spread evenly, were read" in found["verdict"]["what"]
    assert found["trust"]["changed"] == ["h00001"]
    assert "in the 7 households that were read" in (folder / "report.html").read_text(encoding="utf-8")


def test_a_household_given_out_for_all_is_named(lived: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(lived, tmp_path / "clones")
    for index in range(1, LIVED):
        for name in ("events", "oracle", "decisions", "conflicts", "sequences", "behaviours"):
            table = read_parquet(part_file(folder, name, 0))
            named = with_columns(table, household=[f"h{index:05d}"] * table.num_rows)
            write_parquet(part_file(folder, name, index), named)
        shutil.copy(folder / "households" / "h00000.json", folder / "households" / f"h{index:05d}.json")
    sealed(folder)
    found = evaluated(folder)
    assert f"{LIVED} households are copies of each other" in why(found, "the files are what the run wrote")
    assert found["verdict"]["in short"].startswith("Do not trust these files")


def test_one_resident_cloned_to_all_by_other_chance_is_named(other: Path, tmp_path: Path) -> None:
    honest = shutil.copytree(other, tmp_path / "honest")
    assert answers(evaluated(honest))["studying how people differ"] == "yes"
    (tmp_path / "alone.yaml").write_text(ALONE, encoding="utf-8")
    assert said(tmp_path / "alone.yaml", "--out", tmp_path / "run").code == 0
    found = evaluated(tmp_path / "run")
    assert answers(found)["the files are what the run wrote"] == "yes"
    assert answers(found)["studying how people differ"] == "no"
    assert "as if one resident were given out for all" in why(found, "studying how people differ")


@pytest.mark.parametrize("column", ["value", "time"])
def test_labels_that_show_through_are_named(lived: Path, tmp_path: Path, column: str) -> None:
    def change(events: pa.Table, oracle: pa.Table) -> tuple[pa.Table, pa.Table]:
        seen = np.flatnonzero(np.asarray(pc.is_valid(oracle["event"])))
        actors = np.array(oracle["actor"].to_pylist(), dtype=object)
        if column == "value":
            marked = np.array(oracle["value"].to_pylist(), dtype=object)
            marked[actors != ""] = [f"{sum(map(ord, it)) % 97}" for it in actors[actors != ""]]
            return (
                with_columns(events, value=marked[seen].tolist()),
                with_columns(oracle, value=marked.tolist()),
            )
        digit = np.array([sum(map(ord, it)) % 997 for it in actors])
        later = {
            name: np.asarray(oracle[name]).astype("datetime64[ms]").astype(np.int64) // 1000 * 1000 + digit
            for name in ("time",)
        }["time"]
        wall = np.asarray(events["local"]).astype("datetime64[ms]").astype(np.int64) // 1000 * 1000
        return (
            with_columns(events, time=later[seen].tolist(), local=(wall + digit[seen]).tolist()),
            with_columns(oracle, time=later.tolist()),
        )

    found = evaluated(cheated(lived, tmp_path / column, change))
    use = "training on its labels of who and what"
    assert answers(found)[use] == "no"
    assert "a model would learn to cheat" in why(found, use)
    assert [it["column"] for it in found["trust"]["marks"] if it["label"] == "actor"] or column == "value"


def test_tables_changed_after_the_run_are_named(lived: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(lived, tmp_path / "changed")
    file = part_file(folder, "events", 3)
    events = read_parquet(file)
    write_parquet(file, with_columns(events, command=["switch off"] * events.num_rows))
    found = evaluated(folder)
    says = why(found, "the files are what the run wrote")
    assert "h00003 were changed after the run" in says and "rows of events are not the oracle's" in says


# --- bad input -------------------------------------------------------------------------------------------


def test_a_log_of_another_vocabulary_is_named_and_a_mapping_offered(lived: Path, tmp_path: Path) -> None:
    from dataset.routines import Behaviour

    foreign = tmp_path / "foreign.parquet"
    one = (Behaviour(0, 2, "lampara", "lampara:encender"), Behaviour(0, 2, "lampara", "lampara:apagar"))
    Routines.of([one] * 30, source="a casa", provenance="observed").write(foreign)
    told = said("evaluate", lived, "--real", foreign)
    assert told.code == 2
    assert "foreign.parquet has another vocabulary: it has no action of this run's Light (" in told.sentence
    assert "rows)" in told.sentence and "--map FILE" in told.sentence
    stands = tmp_path / "map.json"
    stands.write_text(
        json.dumps({"Light:switch on": "lampara:encender", "Light:switch off": "lampara:apagar"}),
        encoding="utf-8",
    )
    again = said("evaluate", lived, "--real", foreign, "--map", stands, "--effort", "quick")
    assert again.code == 0, again.err


def test_what_cannot_be_compared_is_one_sentence(lived: Path, log: Path, tmp_path: Path) -> None:
    few = tmp_path / "few.parquet"
    Routines.of(list(Routines.read(log).sequences())[:3], source="few", provenance="observed").write(few)
    told = said("evaluate", lived, "--real", few)
    assert told.code == 2 and "holds 3 sequences besides status polling; 20 at least" in told.sentence
    told = said("evaluate", lived, "--real", log, "--source", log)
    assert told.code == 2 and "give a log that the run has not seen" in told.sentence
    told = said("evaluate", lived, "--source", log)
    assert told.code == 2 and "--real, which is missing" in told.sentence
    folder = shutil.copytree(lived, tmp_path / "part", ignore=shutil.ignore_patterns("manifest.json"))
    told = said("evaluate", folder, "--real", log)
    assert told.code == 2 and "it is no complete run" in told.sentence
    told = said("evaluate", tmp_path, "--real", log)
    assert told.code == 2 and "no manifest.json" in told.sentence
    empty = tmp_path / "empty.parquet"
    empty.touch()
    told = said("evaluate", lived, "--real", empty)
    assert told.code == 2 and "is empty (0 bytes)" in told.sentence
