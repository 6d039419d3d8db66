"""Every format, read back with a reader that is not ours wherever there is one."""

import csv
import json
import os
import re
import sqlite3
import subprocess
import sys
from collections import Counter
from datetime import date, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any
from xml.etree import ElementTree
from xml.parsers import expat

import pyarrow.parquet as pq
import pytest
import yaml

from dataset.exporters.croissant import words
from dataset.exporters.home_assistant_states import entities, entity_id, shown_state
from dataset.exporters.home_assistant_statistics import hours
from dataset.exporters.tables import cell
from dataset.exporters.xes import _quoted
from dataset.exporting import Choices, export_run
from dataset.importing import Choices as Wanted
from dataset.importing import import_log
from dataset.log import Log
from dataset.manifest import Manifest, write_manifest
from dataset.schema import SCHEMAS, Origin
from dataset.splits import Splits
from dataset.store import write_household
from tests.command import said
from tests.stories import CATALOGUE, FLAT, QUICKSTART
from world.event import Event, Kind

HOSTILE = [
    '=HYPERLINK("http://x")', "+1+1", "-cmd", "@SUM(1)", "'quoted", "<script>alert(1)</script>",
    'a "b", c', "two\r\nlines", "tab\there", "\x00\x07\x1b[31m", "ünïcödé 漢字", "]]>", "&amp;", "",
    "\U0001f600", "\ufffe",
]  # fmt: skip


def rows(run: Path, table: str) -> list[dict[str, Any]]:
    return pq.read_table(run / table).to_pylist()


def plain(value: Any) -> Any:
    """A value as JSON has it."""
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%dT%H:%M:%S}.{value.microsecond // 1000:03}" + ("Z" if value.tzinfo else "")
    if isinstance(value, dict):
        return {key: plain(it) for key, it in value.items()}
    return [plain(it) for it in value] if isinstance(value, list) else value


def test_json_lines_come_back(flat_run: Path, tmp_path: Path) -> None:
    export_run(flat_run, "jsonl", tmp_path / "out")
    for table in SCHEMAS:
        lines = (tmp_path / "out" / f"{table}.jsonl").read_text(encoding="utf-8").splitlines()
        assert [json.loads(line) for line in lines] == [plain(row) for row in rows(flat_run, table)]


def test_csv_comes_back(flat_run: Path, tmp_path: Path) -> None:
    export_run(flat_run, "csv", tmp_path / "out")
    for table, schema in SCHEMAS.items():
        with (tmp_path / "out" / f"{table}.csv").open(encoding="utf-8", newline="") as file:
            found = list(csv.reader(file))
        assert found[0] == schema.names
        expected = [
            [
                "" if it is None else json.dumps(plain(it), separators=(",", ":"), ensure_ascii=False)
                if isinstance(it, bool | list) else str(plain(it)) for it in row.values()
            ]
            for row in rows(flat_run, table)
        ]  # fmt: skip
        assert found[1:] == expected


@pytest.mark.parametrize("text", HOSTILE)
def test_no_cell_is_a_formula_and_every_text_comes_back(text: str) -> None:
    shown = cell(text)
    assert not shown.startswith(("=", "+", "-", "@", "\t", "\r"))
    assert shown.removeprefix("'") == text or shown == text
    assert cell("-3.5") == "-3.5"


@pytest.mark.parametrize("text", HOSTILE)
def test_whatever_a_name_holds_the_xml_is_sound(text: str) -> None:
    found = ElementTree.fromstring(f"<a key={_quoted(text)}/>").get("key")  # noqa: S314 - ours
    unfit = {ord(it): "\ufffd" for it in "\x00\x07\x1b\ufffe"}
    assert found == text.translate(unfit)


def read_xes(path: Path) -> dict[str, list[dict[str, str]]]:
    """Case -> events, by a parser that takes no document type; the structure is that of IEEE 1849."""
    checker = expat.ParserCreate()
    checker.StartDoctypeDeclHandler = lambda *_: pytest.fail("a document type")
    checker.Parse(path.read_bytes(), True)
    log = ElementTree.parse(path).getroot()  # noqa: S314 - ours
    space = "{http://www.xes-standard.org/}"
    assert log.tag == f"{space}log" and float(log.get("xes.version", "")) == 1849.2016
    order = ["extension", "global", "classifier", "string", "trace"]
    tags = [child.tag.removeprefix(space) for child in log]
    assert [order.index(tag) for tag in tags] == sorted(order.index(tag) for tag in tags)
    prefixes = {child.get("prefix") for child in log.iter(f"{space}extension")}
    names = [
        child.get("name", "") for tag in ("extension", "classifier") for child in log.iter(f"{space}{tag}")
    ]
    assert all(re.fullmatch(r"[A-Za-z_][\w.-]*", name) for name in names), "an NCName"
    for scope in ("trace", "event"):
        (declared,) = [it for it in log.iter(f"{space}global") if it.get("scope") == scope]
        keys = {it.get("key") for it in declared}
        for element in log.iter(f"{space}{scope}"):
            assert keys - {"lifecycle:transition"} <= {it.get("key") for it in element}
    cases = {}
    for trace in log.iter(f"{space}trace"):
        name = trace[0].get("value")
        assert name is not None and trace[0].get("key") == "concept:name" and name not in cases
        cases[name] = [{str(it.get("key")): str(it.get("value")) for it in event} for event in trace[1:]]
        assert {key.partition(":")[0] for event in cases[name] for key in event if ":" in key} <= prefixes
    return cases


def test_xes_holds_every_event_and_every_activity(flat_run: Path, tmp_path: Path) -> None:
    export_run(flat_run, "xes", tmp_path / "out")
    cases = read_xes(tmp_path / "out" / "events.xes")
    assert sorted(cases) == [f"h00000 2026-01-{day}" for day in (12, 13, 14)]
    found = [
        (datetime.fromisoformat(it["time:timestamp"]), it["device"], it.get("value", ""))
        for events in cases.values()
        for it in events
    ]
    assert found == [(it["time"], it["device"], it["value"]) for it in rows(flat_run, "events")]
    assert all(it["time:timestamp"].endswith("+01:00") for events in cases.values() for it in events)

    people = read_xes(tmp_path / "out" / "activities.xes")
    begun = [it for it in rows(flat_run, "oracle") if it["kind"] == "activity"]
    starts = Counter(
        (it["org:resource"], datetime.fromisoformat(it["time:timestamp"]), it["concept:name"])
        for events in people.values() for it in events if it["lifecycle:transition"] == "start"
    )  # fmt: skip
    assert starts == Counter((it["actor"], it["time"], it["activity"]) for it in begun)
    for events in people.values():
        assert all(a["time:timestamp"] <= b["time:timestamp"] for a, b in pairwise(events))
        for start, end in pairwise(events):
            if (start["lifecycle:transition"], end["lifecycle:transition"]) == ("start", "complete"):
                assert start["concept:name"] == end["concept:name"]


def test_pm4py_reads_the_log(flat_run: Path, tmp_path: Path) -> None:
    pm4py = pytest.importorskip("pm4py")
    export_run(flat_run, "xes", tmp_path / "out")
    frame = pm4py.read_xes(str(tmp_path / "out" / "events.xes"))
    assert len(frame) == len(rows(flat_run, "events"))
    assert frame["case:concept:name"].nunique() == 3


def test_casas_comes_back_with_its_activities(street_run: Path, tmp_path: Path) -> None:
    export_run(street_run, "casas", tmp_path / "out")
    homes = {it.stem: json.loads(it.read_text()) for it in sorted(street_run.glob("households/*.json"))}
    for home in homes:
        lines = [it.split("\t") for it in (tmp_path / "out" / f"{home}.txt").read_text().splitlines()]
        with (tmp_path / "out" / f"{home}.sensors.csv").open() as file:
            legend = {row["sensor"]: row for row in csv.DictReader(file)}
        events = pq.read_table(street_run / "events" / f"part-{home[1:]}.parquet").to_pylist()
        assert [datetime.fromisoformat(line[0]) for line in lines] == [it["local"] for it in events]
        assert [legend[line[1]]["device"] for line in lines] == [it["device"] for it in events]
        assert all(len(line) in (3, 4) and not set(line[2]) & set(" \t\n") for line in lines)
        motion = [line[2] for line in lines if line[1].startswith("M")]
        assert motion == [
            {"active": "ON", "inactive": "OFF"}[it["value"]] for it in events if it["command"] == "motion"
        ]
        open_: set[str] = set()
        for mark in (line[3] for line in lines if len(line) == 4):
            activity, _, end = mark.rpartition(" ")
            assert (activity in open_) == (end == "end"), "what ends began, and once"
            (open_.remove if end == "end" else open_.add)(activity)
        assert not open_
    home = next(name for name, it in homes.items() if len(it["residents"]) == 1)
    activities_of_one(street_run, tmp_path / "out" / f"{home}.txt", int(home[1:]))


def activities_of_one(run: Path, log: Path, index: int) -> None:
    """Where somebody lives alone, each line between two marks is labelled with what the oracle says."""
    imported = import_log("casas", log)
    table = imported.routines.table
    labels = [it for it in table["activity"].to_pylist() if it]
    assert len(labels) > 30
    oracle = pq.read_table(run / "oracle" / f"part-{index:05d}.parquet").to_pylist()
    begun = {it["activity"] for it in oracle if it["kind"] == "activity"}
    assert set(labels) <= begun | {"away", "breakfast", "cook"}
    marked = [line.split("\t") for line in log.read_text().splitlines()]
    spans = [it for it in oracle if it["kind"] == "activity"]
    events = pq.read_table(run / "events" / f"part-{index:05d}.parquet")
    current, expected = "", []
    for line, number in zip(marked, events["id"].to_pylist(), strict=True):
        time = next(it["time_ms"] for it in oracle if it["event"] == number)
        under_way = [it["activity"] for it in spans if it["time_ms"] <= time]
        mark = line[3].rpartition(" ") if len(line) == 4 else ("", "", "")
        current = mark[0] if mark[2] == "begin" else current
        if current:
            expected.append((current, under_way[-1]))
        current = "" if mark[2] == "end" else current
    assert len(expected) > 50
    assert all(marked == true for marked, true in expected)


def test_home_assistant_reads_its_own_database(flat_run: Path, tmp_path: Path) -> None:
    export_run(flat_run, "homeassistant", tmp_path / "out")
    home = tmp_path / "out" / "h00000"
    with (home / "history.csv").open(encoding="utf-8", newline="") as file:
        history = list(csv.DictReader(file))
    base = sqlite3.connect(f"file:{home / 'home-assistant_v2.db'}?mode=ro", uri=True)
    assert base.execute("pragma integrity_check").fetchall() == [("ok",)]
    assert base.execute("pragma foreign_key_check").fetchall() == []
    states = base.execute(
        "select m.entity_id, s.state, coalesce(last_changed_ts, last_updated_ts), last_updated_ts, "
        "shared_attrs from states s join states_meta m using (metadata_id) "
        "join state_attributes a on a.attributes_id = s.attributes_id order by state_id"
    ).fetchall()
    changed = [it for it in states if it[2] == it[3]]
    told = [datetime.fromisoformat(it["last_changed"]).timestamp() for it in history]
    assert [it[2] for it in changed] == pytest.approx(told, abs=1e-3)
    assert [(it[0], it[1]) for it in changed] == [(it["entity_id"], it["state"]) for it in history]
    assert {json.loads(it[4])["friendly_name"] for it in states} >= {"the living-room lamp"}
    assert base.execute("select schema_version from schema_changes").fetchall() == [(42,)]
    for name in {it["entity_id"] for it in history}:
        own = [it["state"] for it in history if it["entity_id"] == name]
        assert all(a != b for a, b in pairwise(own)), "a state that is no change"
        assert len(name) <= 255 and name == name.lower() and "__" not in name


def test_home_assistant_comes_back_through_import(flat_run: Path, tmp_path: Path) -> None:
    export_run(flat_run, "homeassistant", tmp_path / "out")
    log = tmp_path / "out" / "h00000" / "history.csv"
    imported = import_log("home-assistant", log, Wanted(zone="Europe/Paris"))
    back = Counter(imported.routines.table["action"].to_pylist())
    same, state = Counter[str](), dict[str, str]()
    for event in rows(flat_run, "events"):  # a switch that is on already is not switched on
        if event["type"] in ("Light", "SmartPlug", "SmartLock", "Blind"):
            before = state.get(event["device"], {"SmartLock": "lock lock", "Blind": "windowShade open"}.get(
                event["type"], "switch off"))  # fmt: skip
            if event["kind"] == "command" and event["command"] != before:
                same[f"{event['type']}:{event['command']}"] += 1
                state[event["device"]] = event["command"]
    assert same.total() > 100
    assert {name: count for name, count in back.items() if name in same} == same
    told = ["inactive", *(it["value"] for it in rows(flat_run, "events") if it["device"] == "hall_motion")]
    motions = sum(pair == ("inactive", "active") for pair in pairwise(told))  # where a report was lost, fewer
    assert back["MotionSensor:hall_motion active"] == motions > 50


def test_every_device_type_has_an_entity_with_a_state_of_home_assistant() -> None:
    states = {
        "light": {"on", "off"}, "switch": {"on", "off"}, "fan": {"on", "off"}, "lock": {"locked", "unlocked"},
        "cover": {"open", "closed"}, "valve": {"open", "closed"}, "humidifier": {"on", "off"},
        "climate": {"off", "heat", "cool", "auto", "dry", "fan_only"}, "siren": {"on", "off"},
        "media_player": {"on", "off", "idle", "playing", "paused"}, "remote": {"on", "off"},
        "vacuum": {"cleaning", "docked", "idle", "paused", "returning"}, "camera": {"idle", "recording"},
        "alarm_control_panel": {"disarmed", "armed_home", "armed_away"},
    }  # fmt: skip
    for kind in CATALOGUE.devices.values():
        domain = "switch" if kind.domain in ("binary_sensor", "device_tracker") else kind.domain
        for name, attribute in kind.attributes.items():
            for value in attribute.values or attribute.range or ():
                state = {key: it.initial for key, it in kind.attributes.items()} | {name: value}
                shown = shown_state(kind, state)
                assert not shown or domain not in states or shown in states[domain], (
                    kind.type,
                    name,
                    value,
                    shown,
                )


def test_entity_ids_are_unlike_one_another_and_sound() -> None:
    taken: set[str] = set()
    made = [
        entity_id("light", name, taken)
        for name in ("A lamp!", "a_lamp", "a__lamp_", "", "x" * 300, "x" * 400)
    ]
    assert made[:4] == ["light.a_lamp", "light.a_lamp_2", "light.a_lamp_3", "light.device"]
    assert len(set(made)) == 6 and max(map(len, made)) <= 255
    known = entities(FLAT, CATALOGUE)
    assert len({it.entity_id for it in known.values()}) == len(known)
    assert known["coffee_machine", "power"].entity_id == "sensor.coffee_machine_power"
    assert known["coffee_machine", ""].entity_id == "switch.coffee_machine"


def test_hourly_statistics_weigh_by_time() -> None:
    found = list(hours([(3600.0, 10.0), (5400.0, 20.0), (9000.0, 0.0)]))
    assert found[0] == (3600, 15.0, 10.0, 20.0, None, None)
    assert found[1] == (7200, pytest.approx(20 * 1800 / 3600), 0.0, 20.0, None, None)
    assert [it[4:] for it in hours([(0.0, 5.0), (4000.0, 9.0)], counts=True)] == [(5.0, 0.0), (9.0, 4.0)]


def test_croissant_describes_every_column_and_its_files(flat_run: Path, tmp_path: Path) -> None:
    assert {table: tuple(of) for table, of in words().items()} == {
        table: tuple(schema.names) for table, schema in SCHEMAS.items()
    }
    export_run(flat_run, "croissant", tmp_path / "out", Choices(license="cc-by-4.0"))
    described = json.loads((tmp_path / "out" / "croissant.json").read_text())
    files = {it["@id"]: it for it in described["distribution"]}
    for records in described["recordSet"]:
        table = pq.read_table(tmp_path / "out" / f"{records['name']}.parquet")
        assert [field["name"] for field in records["field"]] == table.column_names
        assert all(field["source"]["fileObject"]["@id"] in files for field in records["field"])
        assert table.num_rows == len(rows(flat_run, records["name"]))
    said_ = json.loads(pq.read_table(tmp_path / "out" / "decisions.parquet")["thoughts"][2].as_py())
    assert said_ == rows(flat_run, "decisions")[2]["thoughts"]


def test_mlcroissant_takes_it_and_reads_the_records(flat_run: Path, tmp_path: Path) -> None:
    croissant = pytest.importorskip("mlcroissant")
    export_run(flat_run, "croissant", tmp_path / "out", Choices(license="cc-by-4.0"))
    data = croissant.Dataset(str(tmp_path / "out" / "croissant.json"))
    assert not data.metadata.ctx.issues.errors
    found = list(data.records("events"))
    assert [it["events/device"].decode() for it in found] == [it["device"] for it in rows(flat_run, "events")]


LOAD = """\
import sys
from datasets import get_dataset_config_names, load_dataset
folder, cache = sys.argv[1:]
for name in get_dataset_config_names(folder):
    whole, streamed = load_dataset(folder, name, cache_dir=cache), load_dataset(folder, name, streaming=True)
    for split in whole:
        assert list(whole[split]) == list(streamed[split]), (name, split)
        print(name, split, whole[split].num_rows)
"""


def test_the_hub_folder_opens_whole_and_streamed(street_run: Path, tmp_path: Path) -> None:
    splits = Splits(by="household", validation=0.25, test=0.25)
    export_run(street_run, "hf", tmp_path / "out", Choices(license="cc-by-4.0", splits=splits))
    done = subprocess.run(
        [sys.executable, "-c", LOAD, str(tmp_path / "out"), str(tmp_path / "cache")],
        env={**os.environ, "HF_HUB_OFFLINE": "1", "HF_HOME": str(tmp_path / "hf")},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    told = [line.split() for line in done.stdout.splitlines()]
    counts = Counter[str]()
    for table, _, count in told:
        counts[table] += int(count)
    assert counts == {table: len(found) for table in SCHEMAS if (found := rows(street_run, table))}
    assert {split for table, split, _ in told if table == "events"} == {"train", "validation", "test"}


def test_the_card_is_what_the_hub_reads(street_run: Path, tmp_path: Path) -> None:
    hub = pytest.importorskip("huggingface_hub")
    from datasets.utils.metadata import MetadataConfigs

    splits = Splits(by="time", validation=0.25, test=0.25, gap=0)
    export_run(street_run, "hf", tmp_path / "out", Choices(license="cc-by-4.0", splits=splits))
    card = hub.DatasetCard.load(tmp_path / "out" / "README.md")
    assert (card.data.license, card.data.pretty_name) == ("cc-by-4.0", "Homefolk population")
    assert card.data.size_categories in (["n<1K"], ["1K<n<10K"])
    configs = MetadataConfigs.from_dataset_card_data(card.data)
    assert configs.get_default_config_name() == "events"
    assert [it["split"] for it in configs["events"]["data_files"]] == ["train", "validation", "test"]
    for config in configs.values():
        assert all((tmp_path / "out" / it["path"]).is_file() for it in config["data_files"])
    assert yaml.safe_load(card.data.to_yaml()) == card.data.to_dict()
    for chapter in ("Splits", "Figures", "Provenance", "Intended use", "Limits", "Licence"):
        assert f"# {chapter}\n" in card.content


def test_export_from_the_command_line(street_run: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    told = said("export", street_run, "--to", "casas", "--split", "household", "--out", out)
    assert told.code == 0, told.err
    assert told.out.startswith(f"{out}: ")
    kept = {it.name: len(list(it.glob("*.txt"))) for it in out.iterdir() if it.is_dir()}
    assert kept == {"train": 2, "validation": 1, "test": 1}


def test_hostile_words_go_through_every_format(tmp_path: Path) -> None:
    """A device type of one's own may be called anything, and a value may be anybody's words."""
    run, events = tmp_path / "run", []
    for number, word in enumerate([it for it in HOSTILE if it] * 3):
        done = {"room": "hall", "device": "living_lamp", "type": word, "command": word, "value": word}
        events.append(Event(time=number * 1000, kind=Kind.COMMAND, actor="anna", **done))
        felt = done | {"device": "living_thermometer", "command": "temperature"}
        events.append(Event(time=number * 1000, kind=Kind.READING, actor="", **felt))
    origin = Origin(scenario="s", fingerprint="f", seed=1)
    record = write_household(
        run, "h00000", 0, Log.of(events), start=date(2026, 1, 12), zone="Europe/Paris", origin=origin
    )
    settings = {"scenario": {"start": "2026-01-12", "days": 1, "about": HOSTILE[5]}}
    write_manifest(
        run, Manifest(origin=origin, settings=settings, households=(record,), packages={}, tokens={})
    )
    (run / "scenario.json").write_text(json.dumps({"scenario": QUICKSTART.model_dump(mode="json")}))
    for form in ("hf", "jsonl", "csv", "croissant", "casas", "xes", "homeassistant"):
        report = export_run(run, form, tmp_path / form)
        assert any("leak: h00000, events.type" in line for line in report.remarks)
        assert all(line.isprintable() for line in str(report).splitlines())
    assert rows(run, "events") == pq.read_table(tmp_path / "hf" / "events.parquet").to_pylist()
    read_xes(tmp_path / "xes" / "events.xes")
    with (tmp_path / "csv" / "events.csv").open(encoding="utf-8", newline="") as file:
        assert [cell(it["value"]) for it in rows(run, "events")] == [
            it["value"] for it in csv.DictReader(file)
        ]
    lines = (tmp_path / "casas" / "h00000.txt").read_text(encoding="utf-8").split("\n")
    assert len(lines) == len(events) + 1
    card = (tmp_path / "hf" / "README.md").read_text(encoding="utf-8")
    assert "| &#60;script&#62;" in card
    assert "<script>" not in card
    assert yaml.safe_load(card.split("---\n")[1])["configs"][0]["config_name"] == "events"
