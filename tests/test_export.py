"""Vocabularies, windows, and a run as ids."""

import json
import pickle
import re
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dataset.exporters.id_files import Arrays, Lists
from dataset.exporters.ids import REST
from dataset.exporters.mapping import read_mapping
from dataset.exporting import Choices, ExportReport, export_run
from dataset.importing import import_routines
from dataset.log import Log
from dataset.manifest import Manifest, write_manifest
from dataset.routines import Behaviour
from dataset.safe_pickle import load_numbers
from dataset.schema import Origin
from dataset.store import HouseholdRecord, digest_files, write_household
from dataset.vocabulary import SHIPPED, Vocabulary
from dataset.windows import window_rows
from scenarios.errors import UserError
from tests.stories import QUICKSTART
from world.event import BEHAVIOUR, Event, Kind

FR = Vocabulary.shipped("fr")
HOUR = 3_600_000
ORIGIN = Origin(scenario="s", fingerprint="f", seed=1)


def test_every_id_of_the_shipped_vocabulary_goes_both_ways() -> None:
    assert FR.sizes == (7, 8, 33, 222)
    for number, action in enumerate(FR.actions):
        device = action.partition(":")[0]
        behaviour = Behaviour(3, 5, device, action)
        assert FR.encode(behaviour) == (3, 5, FR.device_ids[FR.stand_ins.get(action, device)], number)
        assert FR.decode(FR.encode(behaviour)) == behaviour


def test_heater_is_thermostat_by_another_name() -> None:
    heater = Behaviour(0, 0, "Heater", "Heater:setHeaterFanMode")
    assert FR.decode(FR.encode(heater)).action == "Thermostat:setThermostatFanMode"
    assert not FR.knows("Light", "Light:setHeaterMode")


def test_what_is_missing_is_named_and_counted() -> None:
    behaviours = [Behaviour(0, 0, "Kettle", "Kettle:switch on")] * 3
    behaviours += [Behaviour(0, 0, "Light", "Light:switch on"), Behaviour(0, 0, "Light", "Light:swich on")]
    with pytest.raises(UserError) as caught:
        FR.check(behaviours)
    text = str(caught.value)
    assert text.startswith("vocabulary fr has no id for Kettle:switch on (3 rows")
    assert "Light:swich on (1 row; nearest: Light:switch on)" in text
    with pytest.raises(UserError, match=r"action 222 is not in vocabulary fr \(0\.\.221\)"):
        FR.decode((0, 0, 0, 222))
    with pytest.raises(UserError, match="no vocabulary 'de' is shipped, only an, fr, kr, sp, us"):
        Vocabulary.shipped("de")


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"device": {}}, "has no 'device'"),
        ({"action": {"0": "a", "2": "b"}}, r"ids of 'action' must be 0\.\.1"),
        (
            {"day": {str(n): d for n, d in enumerate(["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"])}},
            "Monday to Sunday",
        ),
        (None, "cannot be read as a vocabulary"),
    ],
)
def test_a_bad_vocabulary_gets_a_sentence(
    tmp_path: Path, change: dict[str, Any] | None, sentence: str
) -> None:
    content = json.loads((SHIPPED / "fr.json").read_text())
    path = tmp_path / "v.json"
    path.write_text("{" if change is None else json.dumps(content | change))
    with pytest.raises(UserError, match=sentence):
        Vocabulary.read(path)


@given(st.integers(0, 60), st.integers(1, 12), st.integers(1, 12))
def test_windows_are_whole_in_order_and_miss_only_a_rest(count: int, size: int, step: int) -> None:
    whole = [list(range(s, s + size)) for s in range(0, count, step) if s + size <= count]
    assert window_rows(count, size, step).tolist() == whole


ACTIONS = ("Light:switch on", "Television:setChannel", "Dishwasher:notification", "Light:switch off")


def home(
    folder: Path, index: int, count: int, extra: tuple[str, ...] = (), anomalous: int = -1
) -> HouseholdRecord:
    """*count* known behaviours an hour apart from Saturday 28 March 2026, and *extra* ones at the end."""
    actions = [ACTIONS[number % len(ACTIONS)] for number in range(count)] + list(extra)
    events = []
    for number, action in enumerate(actions):
        type_, command = action.split(":")
        kind = Kind.REPORT if command == "notification" else Kind.COMMAND
        done = {"room": "hall", "device": "d", "type": type_, "command": command}
        events.append(Event(time=number * HOUR, kind=Kind.MOVE, actor="ada", room="hall"))
        events.append(Event(time=number * HOUR, kind=kind, actor="ada", **done))
    record = write_household(
        folder, f"h{index:05d}", index, Log.of(events), start=date(2026, 3, 28), zone="Europe/Paris",
        origin=ORIGIN,
    )  # fmt: skip
    if anomalous >= 0:
        file = folder / "oracle" / f"part-{index:05d}.parquet"
        table = pq.read_table(file)
        marked = ["flicker" if event == anomalous else "" for event in table["event"].to_pylist()]
        place = table.column_names.index("anomaly")
        pq.write_table(table.set_column(place, "anomaly", pa.array(marked)), file)
        record = replace(record, files=digest_files(folder, index))
    return record


def run_of(folder: Path, *records: HouseholdRecord) -> Path:
    """The run in *folder*, complete."""
    settings = {"scenario": {"name": "s", "start": "2026-03-28", "days": 3}}
    manifest = Manifest(origin=ORIGIN, settings=settings, households=records, packages={}, tokens={})
    write_manifest(folder, manifest)
    (folder / "scenario.json").write_text(json.dumps({"scenario": QUICKSTART.model_dump(mode="json")}))
    return folder


def exported(run: Path, to: str, out: Path, **choices: Any) -> ExportReport:
    return export_run(run, to, out, Choices(**choices))


def test_a_run_becomes_valid_ids_and_comes_back(tmp_path: Path) -> None:
    run = run_of(tmp_path / "run", home(tmp_path / "run", 0, 47), home(tmp_path / "run", 1, 25))
    report = exported(run, "smartguard", tmp_path / "out")
    assert report.written == {"windows": 6, "behaviours": 60}
    assert report.left_out == {REST: 12}
    ids = np.load(tmp_path / "out" / "smartguard.npy", allow_pickle=False)
    assert ids.shape == (6, 40)
    blocks = ids.reshape(-1, 4)
    assert ((blocks >= 0) & (blocks < np.array(FR.sizes))).all()
    routines, imported = import_routines("smartguard", tmp_path / "out" / "smartguard.parquet", FR)
    assert imported.kept == 60
    first = next(routines.sequences())
    assert [b.action for b in first[:4]] == list(ACTIONS)
    assert [FR.decode(tuple(row)) for row in blocks[:10].tolist()] == list(first)
    last_of_first_home = list(routines.sequences())[3]
    # 29 March has no hour 02: 39 hours after Saturday's midnight the clock shows Sunday 16:00
    assert (last_of_first_home[9].day, last_of_first_home[9].slot) == (6, 5)
    assert list(routines.sequences())[4][0][:2] == (5, 0)  # no window spans two homes


@pytest.mark.parametrize(
    ("form", "shape"), [("smartsense", (10, 5)), ("smartguard", (40,)), ("smartgen", None)]
)
def test_upstream_and_import_read_the_same(flat_run: Path, tmp_path: Path, form: str, shape: Any) -> None:
    out = tmp_path / "out"
    report = exported(flat_run, form, out, vocabulary=FR)
    table = pq.read_table(out / f"{form}.parquet")
    lists = pickle.loads((out / f"{form}.pkl").read_bytes())  # ours, as upstream's code opens it
    assert len(lists) == report.written["sequences" if shape is None else "windows"]
    if shape is not None:
        array = np.load(out / f"{form}.npy", allow_pickle=False)
        assert array.shape == (len(lists), *shape)
        assert array.tolist() == lists
    columns = ("day", "hour", "device", "control", "action") if form == "smartsense" else NEEDED
    flat = [it for sequence in lists for it in np.ravel(sequence).tolist()]
    assert flat == np.stack([np.asarray(table[name]) for name in columns], axis=1).ravel().tolist()
    from_parquet = import_routines(form, out / f"{form}.parquet", FR)
    from_pickle = import_routines(form, out / f"{form}.pkl", FR)
    assert from_parquet.routines.digest == from_pickle.routines.digest
    events = pq.read_table(flat_run / "events").to_pylist()
    behaviours = [it for it in events if it["kind"] in BEHAVIOUR and FR.knows(it["type"], action(it))]
    rows = {it["id"]: action(it) for it in behaviours}
    named = [rows[event] for event in table["event"].to_pylist()]
    assert [FR.actions[number] for number in table["action"].to_pylist()] == named
    assert [b.action for sequence in from_parquet.routines.sequences() for b in sequence] == named
    whole = len(behaviours) if shape is None else len(behaviours) // 10 * 10
    assert named == list(rows.values())[:whole]


NEEDED = ("day", "hour", "device", "action")


def action(event: dict[str, Any]) -> str:
    return f"{event['type']}:{event['command']}"


def test_a_window_with_an_anomaly_is_labelled(tmp_path: Path) -> None:
    run = run_of(tmp_path / "run", home(tmp_path / "run", 0, 40, anomalous=17))
    exported(run, "smartguard", tmp_path / "out")
    table = pq.read_table(tmp_path / "out" / "smartguard.parquet")
    assert set(zip(table["seq_id"].to_pylist(), table["label"].to_pylist(), strict=True)) == {
        (0, 0), (1, 1), (2, 0), (3, 0),
    }  # fmt: skip
    _, imported = import_routines("smartguard", tmp_path / "out" / "smartguard.parquet", FR)
    assert (imported.kept, imported.dropped) == (30, {"labelled anomalous": 10})


def test_what_the_vocabulary_lacks_is_left_out_said_and_can_be_mapped(tmp_path: Path) -> None:
    lacking = ("Kettle:switch on", "Kettle:switch on", "Light:juggle")
    run = run_of(tmp_path / "run", home(tmp_path / "run", 0, 17, extra=lacking))
    report = exported(run, "smartguard", tmp_path / "out")
    assert report.written["windows"] == 1
    assert report.left_out == {REST: 7, "without an id in vocabulary fr": 3}
    assert "vocabulary fr has no id for Kettle:switch on (2 rows" in str(report)
    assert "Light:juggle (1 row" in str(report)
    draft = json.loads((tmp_path / "out" / "map.json").read_text())
    assert sorted(draft) == ["Kettle:switch on", "Light:juggle"]
    assert set(draft.values()) <= {*FR.actions, ""}

    mapping = tmp_path / "map.json"
    mapping.write_text(json.dumps({"Kettle": "SmartPlug", "Light:juggle": "Light:setColor"}))
    report = exported(run, "smartguard", tmp_path / "mapped", map=mapping)
    assert (report.written["windows"], report.left_out) == (2, {})
    assert "no id" not in str(report)
    ids = np.load(tmp_path / "mapped" / "smartguard.npy")[1].reshape(-1, 4)
    names = ["SmartPlug:switch on", "SmartPlug:switch on", "Light:setColor"]
    assert [FR.actions[number] for number in ids[-3:, 3]] == names

    mapping.write_text(json.dumps({"Kettle": "", "Light:juggle": ""}))
    report = exported(run, "smartguard", tmp_path / "silenced", map=mapping)
    assert report.left_out == {REST: 7, "the mapping says so": 3}
    assert not (tmp_path / "silenced" / "map.json").exists()


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("{", "JSON was expected"),
        ("[]", "an object was expected"),
        ('{"Kettle": 3}', "an object was expected"),
        ('{"Kettle": "SmartPlog"}', "no device of vocabulary fr; did you mean 'SmartPlug'"),
        (
            '{"Kettle:switch on": "Light:swich on"}',
            "no action of vocabulary fr; did you mean 'Light:switch on'",
        ),
    ],
)
def test_a_bad_mapping_gets_a_sentence(tmp_path: Path, text: str, sentence: str) -> None:
    (tmp_path / "map.json").write_text(text)
    with pytest.raises(UserError, match=re.escape(sentence)):
        read_mapping(tmp_path / "map.json", FR)


def test_a_device_without_an_id_keeps_its_known_action_out_too(tmp_path: Path) -> None:
    run = run_of(tmp_path / "run", home(tmp_path / "run", 0, 20))
    without = Vocabulary("x", tuple(d for d in FR.devices if d != "Dishwasher"), FR.actions)
    report = exported(run, "smartguard", tmp_path / "out", vocabulary=without)
    assert report.written["windows"] == 1
    assert report.left_out == {REST: 5, "without an id in vocabulary x": 5}


def test_a_run_without_a_window_is_refused_and_leaves_nothing(tmp_path: Path) -> None:
    run = run_of(tmp_path / "run", home(tmp_path / "run", 0, 0, extra=("Kettle:boil",) * 12))
    with pytest.raises(
        UserError, match=r"no window: vocabulary fr has no id for Kettle:boil \(12 rows.*--map"
    ):
        exported(run, "smartguard", tmp_path / "out")
    assert sorted(it.name for it in tmp_path.iterdir()) == ["run"]


def test_files_of_ids_hold_nothing_but_what_was_written(tmp_path: Path) -> None:
    with Arrays(tmp_path / "a.npy", (4,)) as arrays, Lists(tmp_path / "a.pkl") as lists:
        pass
    assert np.load(tmp_path / "a.npy").shape == (0, 4)
    assert pickle.loads((tmp_path / "a.pkl").read_bytes()) == []
    numbers = np.arange(4 * 20_000).reshape(-1, 4)
    with Arrays(tmp_path / "a.npy", (4,)) as arrays, Lists(tmp_path / "a.pkl") as lists:
        for block in np.split(numbers, 4):
            arrays.add(block, np.ones(len(block), dtype=np.int64))
            lists.add(block, np.ones(len(block), dtype=np.int64))
    assert (np.load(tmp_path / "a.npy") == numbers).all()
    assert pickle.loads((tmp_path / "a.pkl").read_bytes()) == numbers.tolist()
    assert load_numbers(tmp_path / "a.pkl") == numbers.tolist()
