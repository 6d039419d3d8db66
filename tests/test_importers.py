"""Logs with dates come in: what counts as a behaviour, how a day is cut, and what became of every line."""

import csv
import json
import os
import random
import tracemalloc
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from dataset.importers import ordered
from dataset.importers.activities import CATALOGUE_NAMES
from dataset.importers.casas import AT_REST, MEASURED, NO_WORD, SHAPE
from dataset.importers.home_assistant import UNMAPPED
from dataset.importers.home_assistant_actions import ACTIONS, MOMENTARY
from dataset.importers.lines import NO_TIME
from dataset.importers.report import ImportReport
from dataset.importers.timed import AS_BEFORE, AT_FIRST, TWICE
from dataset.importing import Choices, Imported, import_into, import_log
from dataset.log import Log
from dataset.manifest import Manifest, write_manifest
from dataset.routines import Behaviour, Routines
from dataset.schema import Origin
from dataset.store import write_household
from dataset.vocabulary import Vocabulary
from scenarios.catalogue import load_catalogue
from scenarios.errors import UserError
from tests.command import said
from world.event import Event, Kind

DATA = Path(os.environ.get("HOMEFOLK_DATA", Path(__file__).parents[1] / "../shared/data"))
needs_logs = pytest.mark.skipif(not DATA.is_dir(), reason="the real logs are not here (HOMEFOLK_DATA)")

NIGHT = """\
2009-10-16 22:10:00.000059 M003 ON
2009-10-16 22:10:04.5 M003 OFF
2009-10-16 22:30:00 D001 OPEN
2009-10-16 22:30:09 D001 CLOSE
2009-10-16 22:31:00 T001 21.5
2009-10-16 23:50:00.1 M003 ON Sleeping begin
2009-10-17 00:20:00 M004 ON
2009-10-17 02:00:00 M004 ON
2009-10-17 04:30:00 M004 ON
2009-10-17 08:00:00 M003 OFF Sleeping end
2009-10-17 08:00:05 M003 ON
2009-10-17 12:00:00 L004 OFF
2009-10-17 12:01:00 I006 ABSENT
"""


def casas(folder: Path, text: str | bytes) -> Imported:
    path = folder / "log.txt"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return import_log("casas", path)


def actions(routines: Routines) -> list[list[str]]:
    return [[behaviour.action for behaviour in sequence] for sequence in routines.sequences()]


def test_casas_a_night_is_one_sequence_and_the_morning_another(tmp_path: Path) -> None:
    routines, report = casas(tmp_path, NIGHT)
    first, after_four, morning, noon = routines.sequences()
    assert first[0] == Behaviour(4, 7, "MotionSensor", "MotionSensor:M003 active", 22 * 60 + 10, "")
    assert [b.action.partition(":")[2] for b in first] == [
        "M003 active", "D001 open", "D001 closed", "M003 active", "M004 active", "M004 active",
    ]  # fmt: skip
    assert [(b.day, b.slot, b.activity) for b in first[-3:]] == [
        (4, 7, "sleep"),
        (5, 0, "sleep"),
        (5, 0, "sleep"),
    ]
    assert [b.activity for b in (*after_four, *morning)] == ["sleep", ""]
    assert [b.action for b in noon] == ["Light:L004 off", "ContactSensor:I006 taken"]
    assert (report.read, report.kept, report.dropped) == (13, 10, {AT_REST: 2, MEASURED: 1})
    assert (routines.provenance, routines.weeks) == ("observed", 2 / 7)


def test_casas_disorder_is_sorted_and_counted_and_leaves_no_trace(tmp_path: Path) -> None:
    routines, report = casas(tmp_path, NIGHT)
    assert not report.noted
    shuffled = NIGHT.splitlines()
    random.Random(3).shuffle(shuffled)
    again, counted = casas(tmp_path, "\n".join(shuffled))
    assert again.digest == routines.digest
    assert (counted.read, counted.kept, counted.dropped) == (report.read, report.kept, report.dropped)
    assert counted.noted["readings stood out of the order of time and were sorted"] > 3


def test_casas_forms_of_lines_and_annotations(tmp_path: Path) -> None:
    text = "\n".join(
        [
            '2010-11-04\t07:00:00\tM003\tON\tMeal_Preparation="begin"',
            "2010-11-04  07:01:00  D002  open",
            '2010-11-04 07:02:00 M003 ON Meal_Preparation="end"',
            "2010-11-04 07:03:00 M003 ON Control4-Motion",
            "2010-11-04 07:04:00 M003 ON Eating begin",  # never ends
            "2010-11-04 09:00:00 M003 ON",
            "2010-11-05 09:00:00 M003 ON",
            "2010-11-05 09:01:00 BATV012 9460",
            "2010-11-05 09:02:00 X1 STOP_INSTRUCT",
        ]
    )
    routines, report = casas(tmp_path, "\ufeff" + text.replace("\n", "\r\n"))
    found = [b.activity for sequence in routines.sequences() for b in sequence]
    assert found == ["cook", "cook", "cook", "", "eat", "eat", ""]
    assert report.dropped == {MEASURED: 1, NO_WORD: 1}
    assert report.noted == {
        "end in words that are no activity with begin or end": 1,
        "activities begin and never end": 1,
    }


def test_casas_the_same_line_twice_counts_once(tmp_path: Path) -> None:
    routines, report = casas(tmp_path, NIGHT + NIGHT)
    assert routines.digest == casas(tmp_path, NIGHT)[0].digest
    assert report.dropped == {AT_REST: 3, MEASURED: 2, TWICE: 11}
    assert report.kept == 10


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (b"", r"holds no behaviours: 0 lines in all"),
        (b"\n \n\n", r"holds no behaviours: 0 lines in all"),
        (b"entity_id,state\nlight.x,on\n", r"2 left out: not `date .* \(the first is number 1\)"),
        (b"2009-10-16 22:10:00 M003 OFF\n", "1 left out: a motion sensor at rest"),
        ("2009-10-16 22:10:00 M003 ON".encode("utf-16"), "is UTF-16 text; save it as UTF-8"),
        (b"PK\x03\x04...", "is a ZIP archive"),
        (b"\x1f\x8b...", "gzip; unpack it first"),
        (b"PAR1....", "is a Parquet file"),
    ],
)  # fmt: skip
def test_casas_nothing_to_read_gets_a_sentence(tmp_path: Path, text: bytes, sentence: str) -> None:
    with pytest.raises(UserError, match=sentence):
        casas(tmp_path, text)


def test_hostile_lines_are_left_out_and_counted(tmp_path: Path) -> None:
    hostile = [
        b"2009-10-16 22:10:00 M003 ON",
        b"\xff\xfe\x80 22:10:00 M003 ON",
        b"2009-10-16 22:11:00 M0\x0003 ON",
        b"A" * 5_000_000,
        b"2009-10-16 22:12:00 M003 " + b"O" * 100_000,
        b"2009-10-16 25:00:00 M003 ON",
        b"0001-01-01 00:00:00 M003 ON",
        b"9999-12-31 23:59:59 M003 ON",
        b"2009-10-16 22:10:00+02:00 M003 ON",
        b"2009-10-16 22:13:00 M003",
        b"2009-10-16 22:14:00 M003 ON",
    ]
    routines, report = casas(tmp_path, b"\n".join(hostile))
    assert [b.minute for b in next(routines.sequences())] == [1330, 1334]
    assert report.read == len(hostile)
    assert report.dropped == {
        "a line longer than 16 KiB": 2, "a line that is not UTF-8": 1, "a line with NUL bytes": 1,
        NO_TIME: 4, SHAPE: 1,
    }  # fmt: skip


def test_more_sensors_than_a_home_has(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dataset.importers.codebook.MOST_CODES", 100)
    lines = (f"2009-10-16 22:10:00 M{number} ON" for number in range(101))
    with pytest.raises(UserError, match="more than 100 different sensors"):
        casas(tmp_path, "\n".join(lines))


def a_year(count: int, seed: int = 5) -> list[str]:
    """A made-up CASAS log with ties, silences, and activities."""
    chance, time, lines = random.Random(seed), datetime(2011, 1, 1), []
    for _ in range(count):
        time += timedelta(seconds=chance.choice([0, 0, 1, 40, 4000, 20_000]))
        sensor, value = chance.choice(
            [("M1", "ON"), ("M2", "ON"), ("M2", "OFF"), ("D1", "OPEN"), ("T1", "20")]
        )
        note = chance.choice(["", "", "", " Sleep begin", " Sleep end", " Cook begin", " Cook end"])
        lines.append(f"{time} {sensor} {value}{note}")
    return lines


@pytest.mark.parametrize(("run", "block"), [(7, 3), (100, 10), (64, 1000), (1, 1)])
def test_neither_runs_nor_blocks_nor_the_way_in_change_what_comes_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, run: int, block: int
) -> None:
    lines = a_year(600)
    whole, report = casas(tmp_path, "\n".join(lines))
    assert report.dropped[TWICE] > 10
    chance = random.Random(1)
    chance.shuffle(lines)
    (tmp_path / "other name.txt").write_text("\n".join(lines))
    monkeypatch.setattr(ordered, "RUN", run)
    monkeypatch.setattr(ordered, "BLOCK", block)
    monkeypatch.setattr("dataset.importers.timed.ROWS", block)
    out = tmp_path / "out.parquet"
    counted = import_into(out, "casas", tmp_path / "other name.txt")
    written = Routines.read(out)
    assert written.digest == whole.digest
    assert list(written.sequences()) == list(whole.sequences())
    assert (counted.read, counted.kept, counted.dropped) == (report.read, report.kept, report.dropped)


def test_a_sequence_has_an_end_even_where_silence_never_comes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dataset.importers.cutting.LONGEST_SEQUENCE", 40)
    text = "\n".join(f"2011-01-01 12:{n // 60:02}:{n % 60:02} M{n % 2} ON" for n in range(100))
    lengths = [len(sequence) for sequence in casas(tmp_path, text).routines.sequences()]
    assert lengths == [40, 40, 20]
    monkeypatch.setattr(ordered, "BLOCK", 7)
    monkeypatch.setattr(ordered, "RUN", 30)
    assert [len(sequence) for sequence in casas(tmp_path, text).routines.sequences()] == lengths


def test_a_clock_without_battery_does_not_make_thirty_years(tmp_path: Path) -> None:
    routines, _ = casas(tmp_path, "1971-01-01 00:00:01 M003 ON\n" + NIGHT)
    assert routines.weeks == (1 + 7 + 1) / 7


def test_a_report_that_does_not_add_up_is_refused() -> None:
    with pytest.raises(ValueError, match="does not add up"):
        ImportReport(10, 8, {"lost": 1})


# --- van Kasteren --------------------------------------------------------------------------------


SENSORS = """\
house,start_unix,duration_s,sensor_id,sensor,start
A,0,3,24,Hall-Bedroom door,2008-02-25 07:20:14
A,0,1,14,Toilet Flush,2008-02-25 07:21:00
A,0,1,4,,2008-02-25 07:30:00
B,0,9.5,28,PIR keuken,2009-07-21 13:30:12
"""
DONE = """\
house,start_unix,duration_s,activity_id,activity,start
A,0,90,4,use-toilet,2008-02-25 07:20:30
A,0,bad,4,use-toilet,2008-02-25 07:40:30
"""


def kasteren(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        (folder / f"{name}.csv").write_text(text)
    return folder


def test_kasteren_sensors_and_activities_of_one_house(tmp_path: Path) -> None:
    folder = kasteren(tmp_path, sensors=SENSORS, activities=DONE)
    routines, report = import_log("kasteren", folder, Choices(household="A"))
    (found,) = routines.sequences()
    assert [(b.action, b.activity, b.minute) for b in found] == [
        ("ContactSensor:Hall-Bedroom door open", "", 440),
        ("Activity:use_toilet", "use_toilet", 440),
        ("LeakSensor:Toilet Flush flows", "use_toilet", 441),
        ("ContactSensor:sensor 4 open", "", 450),
    ]
    assert (report.read, report.kept, report.dropped) == (6, 4, {"of another house": 1, NO_TIME: 1})
    alone = import_log("kasteren", folder / "activities.csv").routines
    assert actions(alone) == [["Activity:use_toilet"]]


def test_kasteren_what_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"holds neither sensors\.csv nor activities\.csv"):
        import_log("kasteren", tmp_path)
    folder = kasteren(tmp_path, sensors=SENSORS)
    with pytest.raises(UserError, match="holds 2 houses; choose one: --household A"):
        import_log("kasteren", folder)
    with pytest.raises(UserError, match="no house 'C'; there is A, B"):
        import_log("kasteren", folder, Choices(household="C"))
    kasteren(tmp_path, sensors="a,b\n1,2\n")
    with pytest.raises(
        UserError, match="first line must name the columns house, duration_s, start; it lacks"
    ):
        import_log("kasteren", folder)
    with pytest.raises(UserError, match="does not exist"):
        import_log("kasteren", tmp_path / "none.csv")


# --- Home Assistant ------------------------------------------------------------------------------


def history(*rows: Sequence[str]) -> str:
    return "\n".join(",".join(row) for row in (("entity_id", "state", "last_changed"), *rows))


ROWS = [
    ("light.kitchen", "off", "2024-05-01T04:00:00.000Z"),
    ("light.kitchen", "on", "2024-05-01T04:59:30.000Z"),
    ("light.kitchen", "unavailable", "2024-05-01T05:10:00+00:00"),
    ("light.kitchen", "on", "2024-05-01T05:11:00+00:00"),
    ("light.kitchen", "off", "2024-05-01T07:30:00+02:00"),
    ("sensor.power", "12.5", "2024-05-01T05:00:00Z"),
    ("weather.home", "sunny", "2024-05-01T05:00:00Z"),
    ("cover.bedroom", "closed", "2024-05-01T04:00:00Z"),
    ("cover.bedroom", "opening", "2024-05-01T05:00:00Z"),
    ("cover.bedroom", "open", "2024-05-01T05:00:20Z"),
    ("binary_sensor.hall_motion", "off", "2024-05-01T04:00:00Z"),
    ("binary_sensor.hall_motion", "on", "2024-05-01T05:01:00Z"),
    ("binary_sensor.hall_motion", "off", "2024-05-01T05:02:00Z"),
    ("binary_sensor.hall_motion", "on", "2024-05-01T05:03:00Z"),
    ("button.gate", "unknown", "2024-05-01T04:00:00Z"),
    ("button.gate", "2024-05-01T05:04:00", "2024-05-01T05:04:00Z"),
    ("button.gate", "2024-05-01T05:05:00", "2024-05-01T05:05:00Z"),
    ("light.kitchen", "blue", "2024-05-01T06:00:00Z"),
    ("nonsense", "on", "2024-05-01T06:00:00Z"),
]


def test_home_assistant_changes_of_state_are_behaviours_on_the_clock_of_the_home(tmp_path: Path) -> None:
    path = tmp_path / "history.csv"
    path.write_text(history(*ROWS))
    routines, report = import_log("home-assistant", path, Choices(zone="Europe/Paris"))
    (found,) = routines.sequences()
    assert [(b.minute, b.action) for b in found] == [
        (419, "Light:switch on"),
        (420, "Blind:windowShade open"),
        (421, "MotionSensor:hall_motion active"),
        (423, "MotionSensor:hall_motion active"),
        (425, "Button:push"),
        (450, "Light:switch off"),
    ]
    assert found[0][:2] == (2, 2)
    assert report.read == len(ROWS)
    assert report.dropped == {
        AT_FIRST: 4, AS_BEFORE: 2, UNMAPPED: 2, "no entity_id such as light.kitchen": 1,
        "a measurement, nobody's behaviour": 1, "a sensor at rest, nobody's behaviour": 1,
        "a state that is not known (unavailable)": 2,
    }  # fmt: skip
    assert report.unmapped == {"weather": 1, "light.blue": 1}
    assert "; without a mapping: light.blue (1), weather (1)" in str(report)


def as_json(rows: Iterable[Sequence[str]], *, minimal: bool) -> Any:
    """As the history API answers: a list an entity."""
    entities: dict[str, list[dict[str, Any]]] = {}
    for entity, state, changed in rows:
        entry = {"state": state, "last_changed": changed}
        if not minimal or entity not in entities:
            entry = {"entity_id": entity, **entry, "attributes": {"friendly_name": "[{,}]"}}
        entities.setdefault(entity, []).append(entry)
    return list(entities.values())


@pytest.mark.parametrize("minimal", [False, True])
@pytest.mark.parametrize("piece", [1, 50, 2**18])
def test_home_assistant_json_and_csv_are_one_log(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, minimal: bool, piece: int
) -> None:
    monkeypatch.setattr("dataset.importers.state_json.PIECE", piece)
    (tmp_path / "h.csv").write_text(history(*ROWS))
    (tmp_path / "h.json").write_text(json.dumps(as_json(ROWS, minimal=minimal), indent=1))
    (left, first), (right, second) = (
        import_log("home-assistant", tmp_path / f"h.{it}") for it in ("csv", "json")
    )
    assert left.digest == right.digest
    assert (first.dropped, first.unmapped) == (second.dropped, second.unmapped)
    assert first.noted["times are shown in UTC, for want of a --zone"] == len(ROWS)


def test_home_assistant_device_classes_decide_before_names(tmp_path: Path) -> None:
    states = [("off", "2024-05-01T05:00:00Z"), ("on", "2024-05-01T05:01:00Z")]
    entity = {"entity_id": "binary_sensor.lumi_4f", "attributes": {"device_class": "door"}}
    (tmp_path / "h.json").write_text(
        json.dumps([[{**entity, "state": state, "last_changed": time} for state, time in states]])
    )
    routines = import_log("home-assistant", tmp_path / "h.json").routines
    assert actions(routines) == [["ContactSensor:lumi_4f open"]]


@pytest.mark.parametrize(
    "text",
    [
        '[[{"entity_id": "light.x", "state": "on"',
        '[[{"entity_id": "light.x", "state": "on", "last_changed": "2024-05-01T05:00:00Z"}]',
        '[[{"a": ' + "[" * 200_000,
        '[["light.x"]]',
        '[{"a": nul}]',
        '[[{"a": "\x00"}]]',
    ],
)
def test_home_assistant_broken_json_gets_a_sentence(tmp_path: Path, text: str) -> None:
    (tmp_path / "h.json").write_text(text)
    with pytest.raises(UserError, match=r"is no JSON of Home Assistant's history.*at character"):
        import_log("home-assistant", tmp_path / "h.json")


def test_home_assistant_other_bad_input(tmp_path: Path) -> None:
    path = tmp_path / "h"
    path.write_text(history(*ROWS))
    with pytest.raises(UserError, match="no time zone 'Europe/Pari'; did you mean 'Europe/Paris'"):
        import_log("home-assistant", path, Choices(zone="Europe/Pari"))
    path.write_text(history(ROWS[0]))
    with pytest.raises(UserError, match="1 left out: the state at the beginning"):
        import_log("home-assistant", path)
    path.write_bytes(b'[[{"a": "\xff"}]]')
    with pytest.raises(UserError, match="not UTF-8"):
        import_log("home-assistant", path)
    path.write_text(history(ROWS[0], ROWS[1], ('"light.x', "on", "y"), ('"light.y"', '"a,b"', ROWS[0][2])))
    assert import_log("home-assistant", path).report.dropped == {
        AT_FIRST: 1, UNMAPPED: 1, "not 3 fields as in the first line": 1,
    }  # fmt: skip


def test_every_action_of_the_table_is_in_the_catalogue() -> None:
    known = load_catalogue().actions()
    named = {*MOMENTARY.values(), *(action for states in ACTIONS.values() for action in states.values())}
    missing = {action for action in named if action and "{}" not in action and action not in known}
    types = {action.partition(":")[0] for action in named if action}
    assert not missing
    assert types <= {*load_catalogue().devices}
    assert {*CATALOGUE_NAMES.values()} - {""} <= {*load_catalogue().activities}


# --- our own runs --------------------------------------------------------------------------------


def an_evening(day: int) -> list[Event]:
    at = (day * 24 + 19) * 3_600_000
    person: dict[str, Any] = {"actor": "ada", "activity": "relax", "room": "living"}
    return [
        Event(time=at, kind=Kind.MOVE, **person),
        Event(time=at, kind=Kind.COMMAND, device="lamp", type="Light", command="switch on", **person),
        Event(at + 1, Kind.READING, "", "hall", "eye", "MotionSensor", "motion", "active"),
        Event(at + 9000, Kind.COMMAND, device="tv", type="Television", command="setChannel", **person),
        Event(at + 60_000, Kind.REPORT, "", "hall", "heater", "Thermostat", "notification"),
    ]


def a_run(folder: Path, households: Sequence[int] = (0,)) -> Path:
    origin = Origin(scenario="test", fingerprint="f" * 64, seed=7)
    week = Log.of([event for day in range(7) for event in an_evening(day)], [])
    records = [
        write_household(folder, f"h{n}", n, week, start=date(2026, 3, 2), zone="Europe/Paris", origin=origin)
        for n in households
    ]
    settings = {"scenario": {"days": 7}}
    made = Manifest(origin=origin, settings=settings, households=tuple(records), packages={}, tokens={})
    write_manifest(folder, made)
    return folder


def test_a_run_of_ours_with_and_without_what_the_oracle_knows(tmp_path: Path) -> None:
    run = a_run(tmp_path / "run")
    routines, report = import_log("homefolk", run)
    assert (routines.provenance, routines.weeks, len(routines), report.kept) == ("simulated", 1.0, 7, 21)
    assert report.dropped == {"a sensor's reading, nobody's behaviour": 7}
    first = next(routines.sequences())
    assert [(b.day, b.minute, b.action, b.activity) for b in first] == [
        (0, 1140, "Light:switch on", ""),
        (0, 1140, "Television:setChannel", ""),
        (0, 1141, "Thermostat:notification", ""),
    ]
    told = import_log("homefolk", run, Choices(activities=True)).routines
    assert [b.activity for b in next(told.sequences())] == ["relax", "relax", ""]


def test_runs_of_ours_that_cannot_be_read(tmp_path: Path) -> None:
    run = a_run(tmp_path / "run", households=(0, 1))
    with pytest.raises(UserError, match="holds 2 households; choose one: --household h0"):
        import_log("homefolk", run)
    with pytest.raises(UserError, match="no household 'h5'"):
        import_log("homefolk", run, Choices(household="h5"))
    assert import_log("homefolk", run, Choices(household="h1")).routines.source == "homefolk run h1"
    part = run / "events" / "part-00000.parquet"
    part.write_bytes(part.read_bytes()[:-30])
    with pytest.raises(UserError, match="truncated or damaged"):
        import_log("homefolk", run, Choices(household="h0"))
    (run / "manifest.json").unlink()
    with pytest.raises(UserError, match="is no complete run"):
        import_log("homefolk", run)


def test_of_some_households_of_a_larger_run_the_one_asked_for_is_read(tmp_path: Path) -> None:
    run = a_run(tmp_path / "shard", households=(2, 5))
    assert import_log("homefolk", run, Choices(household="h5")).routines.source == "homefolk shard h5"


# --- the command ---------------------------------------------------------------------------------


def test_the_command_writes_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("night.txt").write_text(NIGHT)
    told = said("import", "casas", "night.txt", "--out", "made/night.parquet")
    assert told.out.startswith("made/night.parquet: 10 behaviours of 13 lines, 1 left out: a measurement")
    assert Routines.read(Path("made/night.parquet")).digest == casas(tmp_path, NIGHT).routines.digest
    Path("empty.txt").write_text("")
    for arguments, sentence in (
        (("casas", "empty.txt"), "empty.txt holds no behaviours: 0 lines in all"),
        (("casas", "none.txt"), "none.txt does not exist"),
        (("casa", "night.txt"), "no format 'casa'; did you mean 'casas'?"),
        (("casas", "night.txt", "--zone", "UTC"), "--zone: casas has no such choice"),
        (("casas", "night.txt", "--vocabulary", "us"), "--vocabulary: casas has no such choice"),
    ):
        refused = said("import", *arguments, "--out", "out.parquet")
        assert (refused.code, sentence in refused.sentence) == (2, True), refused.err
    assert "is the log itself" in said("import", "casas", "night.txt", "--out", "night.txt").sentence
    assert sorted(path.name for path in Path("made").iterdir()) == ["night.parquet"]
    assert not Path("out.parquet").exists()


def test_memory_stays_flat(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten times the log, and the same memory, as Python and numpy count it."""

    def peak(count: int) -> int:
        path = tmp_path / f"{count}.txt"
        path.write_text(
            "\n".join(f"{datetime(2011, 1, 1) + timedelta(seconds=n)} M{n % 9} ON" for n in range(count))
        )
        tracemalloc.start()
        import_into(tmp_path / "out.parquet", "casas", path)
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return most

    for size in ("ordered.RUN", "ordered.BLOCK", "timed.ROWS"):
        monkeypatch.setattr(f"dataset.importers.{size}", 1000)
    peak(2000)  # what is imported late
    assert peak(20_000) < 1.5 * peak(2000)


# --- the real ones -------------------------------------------------------------------------------


@needs_logs
@pytest.mark.parametrize(("house", "rows", "twice"), [("A", 1488, 0), ("B", 19187, 16), ("C", 22934, 0)])
def test_the_real_houses_come_in_row_by_row(house: str, rows: int, twice: int) -> None:
    routines, report = import_log("kasteren", DATA / "kasteren", Choices(household=house))
    assert report.kept == rows - twice
    assert report.dropped.get(TWICE, 0) == twice
    found: Counter[str] = Counter()
    for sequence in routines.sequences():
        found.update(b.action.partition(":")[0] for b in sequence if b.device == "Activity")
    with (DATA / "kasteren" / "activities.csv").open() as file:
        annotated = sum(row["house"] == house for row in csv.DictReader(file))
    assert found["Activity"] == annotated


@needs_logs
def test_a_log_in_the_words_of_another_country_is_told_its_own() -> None:
    path = DATA / "raw_10x5" / "fr_trn.parquet"
    for name in ("an", "kr", "sp", "us"):
        sentence = "of 30,950 rows fit: an 165, fr 30,950, kr 555, sp 21,604, us 17,564; try --vocabulary fr"
        with pytest.raises(UserError, match=sentence):
            import_log("smartsense", path, Choices(vocabulary=Vocabulary.shipped(name)))
