"""The dataset folder: what is written, what is kept back, and what makes the digest."""

import os
import pickle
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow.parquet as pq
import pytest
import yaml

from dataset.card import write_card
from dataset.clock import day_and_slot, local, utc
from dataset.log import Log
from dataset.manifest import Manifest, is_complete, package_versions, read_manifest, write_manifest
from dataset.schema import Origin
from dataset.store import HouseholdRecord, digest_files, digest_run, part_file, read_table, write_household
from scenarios.errors import UserError
from world.contention import Conflict
from world.event import Event, Kind
from world.mind import Basis, Cause, Decided, Decision, Thought

HOUR = 3_600_000
ORIGIN = Origin(scenario="test_home", fingerprint="f" * 64, seed=7, model="tiny")


def evening(day: int) -> list[Event]:
    """A small evening: somebody comes in, turns on lamp and television, the heater reports by itself."""
    at = day * 24 * HOUR + 19 * HOUR
    person: dict[str, Any] = {"actor": "ada", "activity": "relax", "cause": "memory", "decision": day}
    lamp: dict[str, Any] = {"device": "lamp", "type": "Light"}
    television: dict[str, Any] = {"device": "tv", "type": "Television"}
    return [
        Event(time=at, kind=Kind.MOVE, room="living", **person),
        Event(time=at, kind=Kind.COMMAND, room="living", command="switch on", **lamp, **person),
        Event(time=at + 5000, kind=Kind.REFUSED, room="living", command="switch on", **lamp, **person),
        Event(
            time=at + 9000, kind=Kind.COMMAND, room="kitchen", command="setChannel", value="3",
            **television, **person,
        ),
        Event(
            time=at + 60_000, kind=Kind.REPORT, actor="", room="hall", device="heater", type="Thermostat",
            command="notification", cause="thermostat",
        ),
    ]  # fmt: skip


def decisions(days: int) -> list[Decided]:
    thought = Thought(
        question="choice", options=("a", "b"), prior=(-0.1, -2.3), evidence=(0.5, 1.0), chosen=1,
        replies=("k1",), prompt_tokens=290, completion_tokens=4, repairs=1, fallback="",
    )  # fmt: skip
    rows = []
    for day in range(days):
        decision = Decision(
            activity="relax", room="living", until=(day * 24 + 22) * HOUR, basis=Basis.CHOICE,
            reason="after work", thoughts=(thought, replace(thought, fallback="timeout")),
        )  # fmt: skip
        rows.append(
            Decided(id=day, time=(day * 24 + 19) * HOUR, resident="ada", cause=Cause.NEXT, decision=decision)
        )
    return rows


def write(folder: Path, events: Sequence[Event], index: int = 0, **changes: Any) -> HouseholdRecord:
    settings: dict[str, Any] = {
        "start": date(2026, 3, 2), "zone": "Europe/Paris", "origin": ORIGIN,
    }  # fmt: skip
    return write_household(folder, f"h{index}", index, Log.of(events, decisions(2)), **settings | changes)


def a_week() -> list[Event]:
    return [event for day in range(7) for event in evening(day)]


def test_events_hold_what_an_installation_would_log(tmp_path: Path) -> None:
    record = write(tmp_path, a_week())
    events = read_table(tmp_path, "events")
    assert (record.events, record.oracle, record.decisions, record.sequences) == (21, 35, 2, 2)
    assert not {"actor", "resident", "activity", "cause", "decision", "anomaly"} & set(events.column_names)
    assert events["id"].to_pylist() == list(range(21))  # no gap tells of an unseen event
    first = events.slice(1, 1).to_pylist()[0]
    assert first.pop("local") == datetime(2026, 3, 2, 19, 0, 9)
    assert first.pop("time") == datetime(2026, 3, 2, 18, 0, 9, tzinfo=UTC)
    assert first == {
        "id": 1, "household": "h0", "kind": "command", "device": "tv", "type": "Television",
        "room": "kitchen",
        "command": "setChannel", "value": "3",
    }  # fmt: skip


def test_oracle_tells_everything_and_meets_the_events(tmp_path: Path) -> None:
    write(tmp_path, a_week())
    oracle, events = read_table(tmp_path, "oracle").to_pylist(), read_table(tmp_path, "events").to_pylist()
    assert [row["event"] for row in oracle[:6]] == [None, 0, None, 1, 2, None]
    for row in oracle:
        if row["event"] is not None:
            seen = events[row["event"]]
            assert (seen["time"], seen["device"], seen["command"]) == (
                row["time"],
                row["device"],
                row["command"],
            )
    assert oracle[3]["room"] == "kitchen"
    assert {row["actor"] for row in oracle} == {"ada", ""}
    assert oracle[-1]["time_ms"] == 6 * 24 * HOUR + 19 * HOUR + 60_000


def test_decisions_keep_the_thinking(tmp_path: Path) -> None:
    write(tmp_path, a_week())
    row = read_table(tmp_path, "decisions").to_pylist()[1]
    assert (row["resident"], row["cause"], row["basis"], row["fallback"]) == (
        "ada",
        "next",
        "choice",
        "timeout",
    )
    assert (row["prompt_tokens"], row["completion_tokens"], row["repairs"]) == (580, 8, 2)
    assert row["thoughts"][0]["options"] == ["a", "b"]
    assert row["thoughts"][0]["evidence"] == [0.5, 1.0]
    assert row["until"] - row["time"] == timedelta(hours=3)


def test_sequences_are_windows_of_ten(tmp_path: Path) -> None:
    write(tmp_path, a_week())
    first, second = read_table(tmp_path, "sequences").to_pylist()
    assert first["action"][:4] == [
        "Light:switch on", "Television:setChannel", "Thermostat:notification", "Light:switch on",
    ]  # fmt: skip
    assert first["day"] == [0, 0, 0, 1, 1, 1, 2, 2, 2, 3]
    assert set(first["slot"]) == {6}
    assert second["device"][0] == "Television"
    assert second["start"] == datetime(2026, 3, 5, 18, 0, 9, tzinfo=UTC)


def test_a_log_gives_back_its_events_and_is_small_however_it_was_filled() -> None:
    weeks, taken = a_week() * 300, decisions(2)
    whole, bit_by_bit = Log.of(weeks, taken), Log()
    for first in range(0, len(weeks), 999):
        bit_by_bit.take(weeks[first : first + 999], taken if not first else [])
    for log in (whole, bit_by_bit):
        assert list(log) == list(log) == weeks
        assert [event.kind for event in log] == [event.kind for event in weeks]  # of the enumeration again
        assert log.events().num_rows == len(weeks)
        assert log.decisions().column("id").to_pylist() == [0, 1]
    assert len(pickle.dumps(whole)) < 10 * len(weeks)  # a tuple of as many fields takes 150 bytes
    assert list(Log()) == [] and Log().events().num_rows == Log().decisions().num_rows == 0


def test_conflicts_are_a_table(tmp_path: Path) -> None:
    shower = Conflict(
        time=8 * HOUR, resident="bob", others=("ada",), resource="bathroom", kind="room", policy="wait",
        wait_ms=90_000, outcome="waited", decision=1,
    )  # fmt: skip
    record = write_household(
        tmp_path, "h0", 0, Log.of(a_week(), decisions(2)), [shower],
        start=date(2026, 3, 2), zone="Europe/Paris", origin=ORIGIN,
    )  # fmt: skip
    (row,) = read_table(tmp_path, "conflicts").to_pylist()
    assert record.conflicts == manifest_of(record).counts["conflicts"] == 1
    assert row == {
        "household": "h0", "time": datetime(2026, 3, 2, 7, tzinfo=UTC), "resident": "bob",
        "with_": ["ada"], "resource": "bathroom", "kind": "room", "policy": "wait",
        "wait_ms": 90_000, "outcome": "waited",
        "decision": 1, "said": [],
    }  # fmt: skip


def test_every_part_says_where_it_comes_from(tmp_path: Path) -> None:
    write(tmp_path, evening(0))
    for name in ("events", "oracle", "decisions", "conflicts", "sequences"):
        file = pq.ParquetFile(part_file(tmp_path, name, 0))
        metadata = file.schema_arrow.metadata
        assert metadata[b"homefolk.fingerprint"] == b"f" * 64
        assert metadata[b"homefolk.seed"] == b"7"
        assert file.metadata.num_rows == 0 or file.metadata.row_group(0).column(0).compression == "ZSTD"


def test_a_torn_file_is_not_what_was_written(tmp_path: Path) -> None:
    record = write(tmp_path, evening(0))
    assert record.files == digest_files(tmp_path, 0) == write(tmp_path / "again", evening(0)).files
    whole = part_file(tmp_path, "conflicts", 0).read_bytes()
    for torn in (whole[:-1], whole[:-9] + b"x" + whole[-8:], b""):
        part_file(tmp_path, "conflicts", 0).write_bytes(torn)
        assert digest_files(tmp_path, 0) != record.files
    part_file(tmp_path, "conflicts", 0).unlink()
    assert digest_files(tmp_path, 0) == ""


def digest_household(events: Sequence[Event]) -> str:
    with TemporaryDirectory() as folder:
        return write(Path(folder), events).digest


def test_the_digest_sees_every_field_and_nothing_else(tmp_path: Path) -> None:
    events = evening(0)
    base = digest_household(events)
    assert base == digest_household(list(events)) == write(tmp_path, events).digest
    changed = [
        events[0]._replace(time=events[0].time - 1), events[0]._replace(room="hall"),
        events[0]._replace(actor="bob"), events[0]._replace(activity="read"),
        events[0]._replace(cause="intent"), events[0]._replace(decision=9),
    ]  # fmt: skip
    digests = {digest_household([event, *events[1:]]) for event in changed}
    digests |= {digest_household(events[:-1]), digest_household([*events, events[-1]])}
    assert len(digests | {base}) == 9
    assert digest_household([]) != base


def test_the_digest_is_the_same_for_ever() -> None:
    assert digest_household(evening(0)) == DIGEST_OF_AN_EVENING
    assert digest_run(["a", "b"]) != digest_run(["b", "a"])


DIGEST_OF_AN_EVENING = "3403be2757b1bed001f17d12a456c32ac18e2bd902b60f8d97ca001c5e4516e6"


def test_households_are_parts_of_one_table(tmp_path: Path) -> None:
    write(tmp_path, a_week(), 0)
    write(tmp_path, evening(0), 1)
    events = read_table(tmp_path, "events")
    assert events.num_rows == 24
    assert events["household"].to_pylist()[-1] == "h1"


def test_nothing_happened_is_written_too(tmp_path: Path) -> None:
    record = write(tmp_path, [])
    assert (record.events, record.oracle, record.sequences) == (0, 0, 0)
    assert read_table(tmp_path, "oracle").num_rows == 0


def test_events_that_go_back_in_time_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="go back in time"):
        write(tmp_path, evening(1) + evening(0))
    assert not list(tmp_path.iterdir())


def test_reading_a_folder_that_is_no_run(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="holds no events/part"):
        read_table(tmp_path, "events")
    write(tmp_path, evening(0))
    path = part_file(tmp_path, "events", 0)
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(UserError, match="truncated or damaged"):
        read_table(tmp_path, "events")


def test_a_killed_writer_leaves_no_file_that_looks_complete(tmp_path: Path) -> None:
    code = """
import os, sys
from pathlib import Path
import pyarrow.parquet as pq
from dataset.routines import Behaviour, Routines
whole = pq.ParquetWriter.close
def die(writer):
    whole(writer)
    os.kill(os.getpid(), 9)  # after the last byte, before the file takes its place
pq.ParquetWriter.close = die
rows = [(Behaviour(0, 0, "Light", "Light:switch on"),)]
Routines.of(rows, source="", provenance="observed").write(Path(sys.argv[1]) / "part-00000.parquet")
"""
    root = Path(__file__).parent.parent
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path)], cwd=root, check=False)
    assert done.returncode == -9
    assert not list(tmp_path.glob("*.parquet"))


def test_clocks_jump_where_daylight_saving_does() -> None:
    hours = np.arange(48) * HOUR  # from Saturday's midnight; on Sunday 29 March 2026 the clock skips 02 h
    wall = local(utc(hours, date(2026, 3, 28), "Europe/Paris"), "Europe/Paris")
    midnight = datetime(2026, 3, 28, tzinfo=ZoneInfo("Europe/Paris")).astimezone(UTC)
    expected = [
        (midnight + timedelta(hours=h)).astimezone(ZoneInfo("Europe/Paris")).replace(tzinfo=None)
        for h in range(48)
    ]
    assert wall.tolist() == expected
    assert expected[26].hour == 3
    day, slot = day_and_slot(wall)
    assert (day.tolist(), slot.tolist()) == ([t.weekday() for t in expected], [t.hour // 3 for t in expected])


def manifest_of(*records: HouseholdRecord) -> Manifest:
    return Manifest(
        origin=ORIGIN, settings={"days": 7, "mind": "llm"}, households=records,
        packages=package_versions(["numpy", "no-such-package"]), tokens={"prompt": 580},
    )  # fmt: skip


def test_the_manifest_is_the_mark_of_a_complete_run(tmp_path: Path) -> None:
    manifest = manifest_of(write(tmp_path, a_week()), write(tmp_path, evening(0), 1))
    assert not is_complete(tmp_path)
    path = write_manifest(tmp_path, manifest)
    text = path.read_text()
    assert is_complete(tmp_path)
    assert read_manifest(tmp_path) == manifest
    assert write_manifest(tmp_path, manifest).read_text() == text
    assert manifest.counts["events"] == 24
    assert list(manifest.packages) == ["numpy"]
    path.write_text(text.replace(manifest.digest, "0" * 64))
    with pytest.raises(UserError, match="digest does not follow"):
        read_manifest(tmp_path)
    path.write_text(text[:-40])
    with pytest.raises(UserError, match="is damaged"):
        read_manifest(tmp_path)


LOAD = """
import sys
from datasets import load_dataset
folder, cache, *names = sys.argv[1:]
rows = {}
for name in (None, *names):
    rows[name] = load_dataset(folder, name, split="train", cache_dir=cache)
print({name: (table.num_rows, len(table.column_names)) for name, table in rows.items()})
print(rows[None][1]["command"], rows["oracle"][1]["actor"], rows["sequences"][0]["day"])
print(rows["decisions"][0]["thoughts"][0]["options"] if "decisions" in rows else "none")
"""


@pytest.mark.parametrize("taken", [2, 0])
def test_the_folder_opens_with_datasets_offline(tmp_path: Path, taken: int) -> None:
    folder = tmp_path / "run"
    records = [
        write_household(
            folder, f"h{index}", index, Log.of(a_week(), decisions(taken)), start=date(2026, 3, 2),
            zone="Europe/Paris", origin=ORIGIN,
        )
        for index in range(2)
    ]  # fmt: skip
    write_card(folder, manifest_of(*records), about="A test: two homes.")
    write_manifest(folder, manifest_of(*records))
    offline = {"HF_DATASETS_OFFLINE": "1", "HF_HUB_OFFLINE": "1", "HF_HOME": str(tmp_path / "hf")}
    names = [name for name, rows in manifest_of(*records).counts.items() if rows and name != "events"]
    done = subprocess.run(
        [sys.executable, "-c", LOAD, str(folder), str(tmp_path / "cache"), *names],
        env={**os.environ, **offline}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    counts, row, options = done.stdout.splitlines()
    decided: dict[str | None, Any] = (
        {"decisions": (2 * taken, 17)} if taken else {}
    )  # the library cannot load what has no rows
    assert counts == str({None: (42, 10), "oracle": (70, 16), **decided, "sequences": (4, 6)})
    assert row == "setChannel ada [0, 0, 0, 1, 1, 1, 2, 2, 2, 3]"
    assert options == ("['a', 'b']" if taken else "none")


def test_the_card_says_what_is_inside(tmp_path: Path) -> None:
    counts = {"candidates": 9, "emitted": 7, "drop_out": 2, "false_triggers": 1}
    manifest = manifest_of(write(tmp_path, a_week()))
    manifest = replace(manifest, sensors={"eye": {"motion": counts}, "other": {"motion": counts}})
    text = write_card(tmp_path, manifest, about="One home.", license="cc-by-4.0").read_text()
    front = yaml.safe_load(text.split("---\n")[1])
    assert front["license"] == "cc-by-4.0"
    assert [config["config_name"] for config in front["configs"] if config.get("default")] == ["events"]
    assert "| Light:switch on | 7 | 33.3% |" in text
    assert "| motion | 18 | 14 | 4 | 2 |" in text
    assert "From 2026-03-02 to 2026-03-08" in text
    assert manifest.digest in text
    assert "$" not in text
    assert "not to be given away" not in text.lower()


def test_the_card_warns_of_what_hides_nothing(tmp_path: Path) -> None:
    manifest = manifest_of(write(tmp_path, a_week()))
    people = [{"memory": None}, {"memory": {"routines": "own", "private": False}}]
    for scenario in ({"private": False}, {"residents": people}):
        open_ = replace(manifest, settings={"scenario": scenario})
        assert "**Not to be given away.**" in write_card(tmp_path, open_, about="One home.").read_text()
