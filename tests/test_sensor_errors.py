"""Sensors that err: every candidate is emitted or lost for one cause, and the manifest can be reconciled."""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from dataset.log import Log
from dataset.manifest import Manifest, added_up, read_manifest, write_manifest
from dataset.schema import Origin
from dataset.store import read_table, write_household
from scenarios.errors import UserError
from tests.sensing import befalling, day, failing, sensing_house, told_or_lost, words
from tests.stories import QUICKSTART, WINTER, doing, events, lived, told
from world.clock import MINUTE
from world.event import Event, Kind
from world.loop import Record
from world.mind import Mind

HOUR = 60 * MINUTE
DOOR: dict[str, object] = {"quantity": "contact", "watches": ["hall", "living"]}
ORIGIN = Origin(scenario="s", fingerprint="f" * 64, seed=7)


def to_and_fro(times: int = 230, minutes: float = 3) -> dict[str, Mind]:
    """Ann passes the door between hall and living room again and again, all day."""
    rooms = ["living", "bedroom"] * times
    return {"ann": told(*[doing("potter", room, minutes) for room in rooms])}


def a_day(
    sensor: Mapping[str, object], *happenings: Mapping[str, object]
) -> tuple[list[Record], dict[str, int]]:
    house = sensing_house({"s": sensor}, happenings=happenings)
    records = day(house, to_and_fro())
    return records, house.sensors.ledger()["s"][str(sensor["quantity"])]


def causes(records: list[Record]) -> Counter[str]:
    return Counter(row.cause for row in told_or_lost(records, "s") if row.kind is Kind.LOST)


def reconciled(ledger: Mapping[str, int]) -> bool:
    fates = {name: count for name, count in ledger.items() if name not in ("candidates", "false_triggers")}
    return ledger["candidates"] == sum(fates.values())


def test_a_failure_shows_in_the_log_and_not_in_the_truth() -> None:
    sound, _ = a_day(DOOR)
    broken, ledger = a_day(DOOR, failing("s", "10:00", 120))
    window = range(10 * HOUR + 1000, 12 * HOUR)
    dark = [row for row in told_or_lost(broken, "s") if row.time in window]
    assert len(dark) > 20
    assert {(row.kind, row.cause) for row in dark} == {(Kind.LOST, "failure")}
    assert words(told_or_lost(broken, "s")) == words(told_or_lost(sound, "s"))  # candidates are all there
    others = [[row for row in told_or_lost(log, "s") if row.time not in window] for log in (sound, broken)]
    assert others[0] == others[1]  # and what came after was not touched
    assert ledger["failure"] == len(dark)
    assert reconciled(ledger)


def test_a_stuck_contact_says_nothing_new() -> None:
    records, ledger = a_day(DOOR, failing("s", "10:00", 120, "stuck"))
    assert causes(records) == {"stuck": ledger["stuck"]}
    assert reconciled(ledger)


def test_a_stuck_thermometer_repeats_itself() -> None:
    warm = {"quantity": "temperature", "every": 900, "change": 0.1, "heartbeat": 3600, "resolution": 0.01}
    records, ledger = a_day({**warm, "error": 0.3}, failing("s", "10:00", 600, "stuck"))
    rows = told_or_lost(records, "s")
    repeated = [row for row in rows if row.kind is Kind.READING and row.cause == "stuck"]
    assert len(repeated) >= 1
    assert len(set(words(repeated))) == 1
    assert causes(records)["stuck"] > 5
    assert reconciled(ledger)


def test_overlapping_failures_end_one_by_one() -> None:
    records, _ = a_day(DOOR, failing("s", "10:00", 60), failing("s", "10:30", 60, "stuck"))
    lost = [row for row in told_or_lost(records, "s") if row.kind is Kind.LOST]
    assert {row.cause for row in lost if row.time < 11 * HOUR} == {"failure"}
    assert {row.cause for row in lost if row.time >= 11 * HOUR} == {"stuck"}
    assert all(10 * HOUR <= row.time <= 11.5 * HOUR for row in lost)


@pytest.mark.parametrize(
    ("kind", "power", "cause"),
    [
        ("network_outage", "battery", "network"),
        ("power_cut", "battery", "network"),
        ("power_cut", "mains", "offline"),
    ],
)
def test_outages_take_the_reports_with_them(kind: str, power: str, cause: str) -> None:
    records, ledger = a_day({**DOOR, "power": power}, befalling(kind, "10:00", 90))
    lost = [row for row in told_or_lost(records, "s") if row.kind is Kind.LOST]
    assert len(lost) > 10
    assert {row.cause for row in lost} == {cause}
    assert all(10 * HOUR <= row.time <= 11.5 * HOUR for row in lost)
    assert reconciled(ledger)


def test_drop_out_keeps_near_its_setting() -> None:
    records, ledger = a_day({**DOOR, "drop_out": 0.3})
    assert ledger["candidates"] > 600
    assert abs(ledger["drop_out"] / ledger["candidates"] - 0.3) < 0.06
    assert causes(records) == {"drop_out": ledger["drop_out"]}


def test_a_battery_grows_weak_and_dies() -> None:
    house = sensing_house({"s": {**DOOR, "battery_days": 1.0}}, seed=11)
    rows = told_or_lost(day(house, to_and_fro(600), 60), "s")
    read = [row.time for row in rows if row.kind is Kind.READING]
    lost = [row.time for row in rows if row.kind is Kind.LOST]
    assert {row.cause for row in rows if row.kind is Kind.LOST} == {"battery"}
    dies = max(read)
    assert dies < 45 * HOUR
    assert any(time < dies for time in lost)  # weak before
    assert all(time > dies - 5 * HOUR for time in lost)


def test_batteries_die_one_after_the_other() -> None:
    sensors = {f"s{n}": {**DOOR, "battery_days": 30.0} for n in range(12)}
    ends = [it._dies for sensors in sensing_house(sensors).sensors._sensors.values() for it in sensors]
    assert len(set(ends)) == 12
    assert max(ends) - min(ends) > 10 * 24 * HOUR


def test_a_cool_down_keeps_back_the_same_word_and_what_ends_it() -> None:
    eye = {"quantity": "motion", "room": "living", "hold": 20, "cool_down": 600}
    records, ledger = a_day(eye)
    assert ledger["cool_down"] > 20
    assert reconciled(ledger)
    read = [row for row in told_or_lost(records, "s") if row.kind is Kind.READING]
    assert words(read) == ["active", "inactive"] * (len(read) // 2)
    began = [row.time for row in read if row.value == "active"]
    assert all(two - one >= 600_000 for one, two in pairwise(began))


def test_false_triggers_are_told_apart_in_the_truth_alone() -> None:
    records, ledger = a_day(
        {"quantity": "contact", "false_triggers": 20}
    )  # the front door, which nobody passes
    false = [it for it in events(records) if it.device == "s"]
    assert {(row.kind, row.cause, row.actor) for row in false} == {(Kind.READING, "false_trigger", "")}
    assert words(false[:2]) == ["open", "closed"]
    assert ledger == {"false_triggers": len(false)}
    assert 10 <= len(false) / 2 <= 35


def test_everything_at_once_can_be_reconciled_with_the_log() -> None:
    eye = {
        "quantity": "motion", "room": "living", "coverage": 0.7, "hold": 30, "cool_down": 60, "drop_out": 0.1,
        "jitter": 0.3, "false_triggers": 8, "battery_days": 3,
    }  # fmt: skip
    events_ = (
        failing("s", "08:00", 60),
        befalling("network_outage", "13:00", 45),
        befalling("power_cut", "15:00", 30),
    )
    records, ledger = a_day(eye, *events_)
    assert reconciled(ledger)
    rows = told_or_lost(records, "s")
    assert Counter({k: v for k, v in ledger.items() if k in causes(records)}) == causes(records)
    assert ledger["emitted"] == sum(row.kind is Kind.READING for row in rows)
    assert ledger["candidates"] == len(rows) + ledger.get("in_flight", 0)
    assert {"failure", "network", "drop_out"} <= causes(records).keys()


def test_what_is_on_its_way_at_the_end_is_counted() -> None:
    house = sensing_house({"s": {**DOOR, "latency": 3600}})
    records = day(house, to_and_fro(20), 1)
    ledger = house.sensors.ledger()["s"]["contact"]
    assert ledger["in_flight"] == ledger["candidates"] > 0
    assert not told_or_lost(records, "s")


# --- the dataset -------------------------------------------------------------------------------------------


def write(folder: Path, rows: list[Event], **changes: Any) -> Manifest:
    record = write_household(folder, "h0", 0, Log.of(rows), start=WINTER, zone="Europe/Paris", origin=ORIGIN)
    manifest = Manifest(origin=ORIGIN, settings={}, households=(record,), packages={}, tokens={})
    manifest = replace(manifest, **changes)
    write_manifest(folder, manifest)
    return manifest


def test_readings_meet_the_truth_by_id_and_fill_no_window(tmp_path: Path) -> None:
    records, _ = a_day({**DOOR, "drop_out": 0.2})
    write(tmp_path, events(records))
    log, truth = read_table(tmp_path, "events").to_pylist(), read_table(tmp_path, "oracle").to_pylist()
    readings = [row for row in log if row["kind"] == "reading"]
    assert len(readings) > 300
    joined = {row["event"]: row for row in truth if row["event"] is not None}
    assert all(joined[row["id"]]["actor"] == "ann" for row in readings)
    assert all(joined[row["id"]]["time"] == row["time"] for row in log)
    lost = [row for row in truth if row["kind"] == "lost"]
    assert {(row["cause"], row["event"]) for row in lost} == {("drop_out", None)}
    done = [row for row in log if row["kind"] in ("command", "report")]
    assert read_table(tmp_path, "sequences").num_rows == len(done) // 10


def test_the_manifest_holds_the_ledgers_and_refuses_those_that_do_not_add_up(tmp_path: Path) -> None:
    records, ledger = a_day({**DOOR, "drop_out": 0.2})
    ledgers = {"s": {"contact": ledger}}
    manifest = write(tmp_path, events(records), sensors=ledgers)
    assert read_manifest(tmp_path) == manifest
    content = json.loads((tmp_path / "manifest.json").read_text())
    content["sensors"]["s"]["contact"]["emitted"] -= 1
    (tmp_path / "manifest.json").write_text(json.dumps(content))
    with pytest.raises(UserError, match="of sensor 's', candidates for contact do not add up"):
        read_manifest(tmp_path)
    content["sensors"]["s"] = [1]
    (tmp_path / "manifest.json").write_text(json.dumps(content))
    with pytest.raises(UserError, match="is damaged"):
        read_manifest(tmp_path)


def test_ledgers_of_households_add_up() -> None:
    one = {"eye": {"motion": {"candidates": 3, "emitted": 2, "battery": 1}}}
    two = {"eye": {"motion": {"candidates": 2, "emitted": 2, "false_triggers": 1}}, "door": {"contact": {}}}
    assert added_up([one, two]) == {
        "door": {"contact": {}},
        "eye": {"motion": {"battery": 1, "candidates": 5, "emitted": 4, "false_triggers": 1}},
    }
    assert added_up([]) == {}


def test_a_household_that_has_lived_brings_its_ledger() -> None:
    habit = QUICKSTART.mind.model_copy(update={"kind": "habit"})
    whole = lived(QUICKSTART.model_copy(update={"days": 1, "mind": habit}), {})
    assert whole.sensors["hall_motion"]["motion"]["emitted"] > 0
    told_ = sum(event.kind is Kind.READING for event in whole.events)
    counts = [ledger for quantities in whole.sensors.values() for ledger in quantities.values()]
    assert told_ == sum(it.get("emitted", 0) + it.get("false_triggers", 0) for it in counts)
    assert all(reconciled({"candidates": 0, **it}) for it in counts)
