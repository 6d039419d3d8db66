"""Splits without leakage, and what would leak."""

import json
import shutil
from collections.abc import Callable
from datetime import date, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dataset.exporters.source import Source, opened
from dataset.exporting import Choices, export_run
from dataset.leaks import leaks
from dataset.manifest import read_manifest
from dataset.schema import SCHEMAS, TableName
from dataset.splits import People, Splits, Whole
from scenarios.errors import UserError

BY = ("household", "time", "person")
HALVES = {"validation": 0.25, "test": 0.25}


def by(source: Source, name: TableName) -> list[dict[str, Any]]:
    return [row for household in source.households() for row in household.table(name).to_pylist()]


@pytest.mark.parametrize("how", BY)
def test_no_row_is_in_two_splits_and_none_is_made_up(street_run: Path, how: Any) -> None:
    parts = opened(street_run, Splits(by=how, gap=0, **HALVES))
    whole = opened(street_run)[""]
    assert list(parts) == ["train", "validation", "test"]
    for name in SCHEMAS:
        if name == "sequences":
            continue
        everything = [json.dumps(row, default=str) for row in by(whole, name)]
        found = [json.dumps(row, default=str) for it in parts.values() for row in by(it, name)]
        assert len(found) == len(set(found)) or len(set(everything)) < len(everything)
        assert set(found) <= set(everything)
        if how == "household":
            assert sorted(found) == sorted(everything)


def test_no_household_is_in_two_splits(street_run: Path) -> None:
    parts = opened(street_run, Splits(by="household", **HALVES))
    homes = {name: {row["household"] for row in by(it, "events")} for name, it in parts.items()}
    assert {name: len(it) for name, it in homes.items()} == {"train": 2, "validation": 1, "test": 1}
    assert len(set.union(*homes.values())) == 4


def test_days_are_apart_by_the_gap_and_nothing_crosses(street_run: Path) -> None:
    parts = opened(street_run, Splits(by="time", validation=0, test=0.3, gap=1))
    days = {name: sorted({row["local"].date() for row in by(it, "events")}) for name, it in parts.items()}
    first = date(2026, 3, 2)
    assert [it.toordinal() - first.toordinal() for it in days["train"]] == [0, 1]
    assert [it.toordinal() - first.toordinal() for it in days["test"]] == [3]
    border = datetime(2026, 3, 4, tzinfo=ZoneInfo("Europe/Paris"))
    assert all(row["until"] < border for row in by(parts["train"], "decisions"))
    assert all(row["time"] >= border for row in by(parts["test"], "decisions"))
    nights = [it for it in by(opened(street_run)[""], "decisions") if it["time"] < border <= it["until"]]
    assert nights, "somebody sleeps over midnight"


@pytest.mark.parametrize("how", BY)
def test_windows_are_made_of_the_rows_of_their_own_split(street_run: Path, how: Any) -> None:
    for part in opened(street_run, Splits(by=how, gap=0, **HALVES)).values():
        for household in part.households():
            events = household.behaviours().to_pylist()
            actions = [f"{it['type']}:{it['command']}" for it in events]
            windows = household.table("sequences")
            assert windows.schema.names == SCHEMAS["sequences"].names
            starts = {it["time"] for it in events}
            assert {it.as_py() for it in windows["start"]} <= starts
            flat = [it for window in windows["action"].to_pylist() for it in window]
            if how != "person":  # one's windows follow another's
                assert flat == actions[: len(actions) // 10 * 10]


def test_a_person_is_in_one_split_with_everything_they_did(street_run: Path) -> None:
    parts = opened(street_run, Splits(by="person", **HALVES))
    people = [set(it.split.told()) for it in parts.values()]
    assert len(set.union(*people)) == sum(map(len, people)) == 5
    for part in parts.values():
        own = set(part.split.told())
        for name, column in (("oracle", "actor"), ("decisions", "resident"), ("behaviours", "person")):
            assert {f"{it['household']}/{it[column]}" for it in by(part, name)} <= own  # type: ignore[arg-type]
        actors = {(it["household"], it["event"]): it["actor"] for it in by(opened(street_run)[""], "oracle")}
        events = by(part, "events")
        assert events
        assert {f"{it['household']}/{actors[it['household'], it['id']]}" for it in events} <= own


def test_a_conflict_of_people_of_two_splits_is_in_none(flat_run: Path) -> None:
    rows = pq.read_table(flat_run / "conflicts")
    assert rows.num_rows
    read: Callable[[TableName], pa.Table] = lambda name: pq.read_table(flat_run / name)  # noqa: E731
    for people in ({"anna"}, {"ben"}):
        split = People(frozenset(("h00000", it) for it in people))
        assert split.of("conflicts", "h00000", read).num_rows == 0
    both = People(frozenset({("h00000", "anna"), ("h00000", "ben")}))
    assert both.of("conflicts", "h00000", read).num_rows == rows.num_rows


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 60), st.floats(0, 0.6), st.floats(0, 0.39), st.integers(0, 3), st.integers(0, 9))
def test_shares_are_kept_or_refused(count: int, validation: float, test: float, gap: int, seed: int) -> None:
    residents = {f"h{number:05d}": ("a", "b") for number in range(count)}
    zones = dict.fromkeys(residents, "Europe/Paris")
    first = np.datetime64("2026-03-02", "D")
    for how, units in (("household", count), ("person", 2 * count), ("time", count)):
        splits = Splits(by=how, validation=validation, test=test, gap=gap)  # type: ignore[arg-type]
        try:
            parts = splits.divide(residents, zones, first, count, seed=seed)
        except UserError as error:
            assert "wants at least" in str(error)
            assert count < 10
            continue
        if how == "time":
            spans = [[np.datetime64(day) for day in it.told()] for it in parts.values()]
            assert all(a[1] + gap < b[0] for a, b in pairwise(spans))
            assert spans[0][0] == first and spans[-1][1] == first + count - 1
        else:
            told = [unit for it in parts.values() for unit in it.told()]
            assert len(told) == len(set(told)) == units
        assert list(parts) == [
            it for it, share in (("train", 1), ("validation", validation), ("test", test)) if share
        ]


def test_another_household_moves_few(street_run: Path) -> None:
    zones = {f"h{number:05d}": "UTC" for number in range(100)}
    some = dict(list(zones.items())[:99])
    splits, first = Splits(by="household"), np.datetime64("2026-03-02", "D")
    before, after = (
        splits.divide(dict.fromkeys(it, ()), it, first, 7, seed=1) for it in (some, zones)
    )  # fmt: skip
    moved = [home for home in some if [n for n, it in before.items() if it.wants(home)]
             != [n for n, it in after.items() if it.wants(home)]]  # fmt: skip
    assert len(moved) <= 2


@pytest.mark.parametrize(
    ("splits", "sentence"),
    [
        ({"by": "time", "gap": 3}, "--split time wants at least 3 days beside the gaps, and there are 0"),
        ({"by": "household", "validation": 0.5, "test": 0.4}, None),
        ({"by": "household", "validation": 0.5, "test": 0.5}, "together below 1"),
        ({"by": "household", "test": -0.1}, "shares from 0"),
    ],
)
def test_splits_that_make_no_sense(street_run: Path, splits: dict[str, Any], sentence: str | None) -> None:
    if sentence is None:
        assert len(opened(street_run, Splits(**splits))) == 3
        return
    with pytest.raises(UserError, match=sentence):
        opened(street_run, Splits(**splits))


def test_exported_splits_do_not_share_a_household(street_run: Path, tmp_path: Path) -> None:
    export_run(street_run, "smartguard", tmp_path / "out", Choices(splits=Splits(by="household", **HALVES)))
    homes = [
        set(pq.read_table(it)["household"].to_pylist())
        for it in sorted((tmp_path / "out").glob("*/*.parquet"))
    ]
    assert len(homes) == 3 and all(homes)
    assert sum(map(len, homes)) == len(set.union(*homes)) == 4
    told = json.loads((tmp_path / "out" / "export.json").read_text())["splits"]
    assert sorted(home for it in told.values() for home in it) == sorted(set.union(*homes))


def told(run: Path) -> list[str]:
    return [str(leak) for leak in leaks(Source(run, read_manifest(run), Whole()))]


def test_what_a_run_shows_leaks_nothing(flat_run: Path, street_run: Path) -> None:
    assert told(flat_run) == []
    assert told(street_run) == []


def _texts(name: str, new: Callable[[pa.Table], Any]) -> Callable[[pa.Table], pa.Table]:
    return lambda table: table.set_column(table.column_names.index(name), name, new(table))


def _sometimes(table: pa.Table, column: str, text: str) -> Any:
    """*text* in the place of what the third command says."""
    third = np.flatnonzero(np.asarray(pc.equal(table["kind"], "command")))[2]
    values = table[column].to_pylist()
    values[third] = text
    return pa.array(values, pa.string())


PLANTED = {
    "a column with who": (
        lambda it: it.append_column("actor", pa.array(["anna"] * it.num_rows)),
        "events: 'actor'",
    ),
    "a column with why": (
        lambda it: it.append_column("decision", pa.array(range(it.num_rows))),
        "'decision'",
    ),
    "ids that skip": (_texts("id", lambda it: pa.array(np.arange(it.num_rows) * 2, pa.int32())), "events.id"),
    "a resident as a device": (
        _texts("device", lambda it: _sometimes(it, "device", "anna_lamp")),
        "names a resident",
    ),
    "a resident in a value": (
        _texts("value", lambda it: _sometimes(it, "value", "for Anna")),
        "names a resident",
    ),
    "a decision in a value": (
        _texts("value", lambda it: _sometimes(it, "value", "17")),
        "'17' is nothing that",
    ),
    "an activity in a value": (
        _texts("value", lambda it: _sometimes(it, "value", "cook")),
        "'cook' is nothing",
    ),
    "a cause in a command": (
        _texts("command", lambda it: _sometimes(it, "command", "memory")),
        "is no command",
    ),
    "an oracle's row": (_texts("kind", lambda it: _sometimes(it, "kind", "deed")), "is not observable"),
    "where somebody is": (_texts("room", lambda it: _sometimes(it, "room", "outside")), "is not where"),
    "a label in a type": (_texts("type", lambda it: _sometimes(it, "type", "anomaly")), "is not the type"),
}


@pytest.mark.parametrize("leak", PLANTED)
def test_a_planted_leak_is_found(flat_run: Path, tmp_path: Path, leak: str) -> None:
    run = tmp_path / "run"
    shutil.copytree(flat_run, run)
    part = run / "events" / "part-00000.parquet"
    plant, sentence = PLANTED[leak]
    pq.write_table(plant(pq.read_table(part)), part)
    found = told(run)
    assert found
    assert any(sentence in line for line in found), found


def test_a_device_named_after_somebody_is_told(flat_run: Path, tmp_path: Path) -> None:
    run = tmp_path / "run"
    shutil.copytree(flat_run, run)
    scenario = (run / "scenario.json").read_text()
    (run / "scenario.json").write_text(scenario.replace('"living_lamp"', '"anna_lamp"'))
    part = run / "events" / "part-00000.parquet"
    table = pq.read_table(part)
    renamed = pc.replace_substring(table["device"], "living_lamp", "anna_lamp")
    pq.write_table(table.set_column(table.column_names.index("device"), "device", renamed), part)
    (line,) = told(run)
    assert "events.device: 'anna_lamp' names a resident" in line
