"""Vocabularies, windows, and a run as ids."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dataset.export import export_smartguard
from dataset.importing import import_routines
from dataset.log import Log
from dataset.routines import Behaviour
from dataset.schema import Origin
from dataset.store import write_household
from dataset.vocabulary import SHIPPED, Vocabulary
from dataset.windows import window_rows, windows
from scenarios.errors import UserError
from world.event import Event, Kind

FR = Vocabulary.shipped("fr")
HOUR = 3_600_000


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
    behaviours = [Behaviour(0, 0, "Light", str(number)) for number in range(count)]
    found = [[int(b.action) for b in window] for window in windows(behaviours, size, step)]
    assert found == [list(range(s, s + size)) for s in range(0, count, step) if s + size <= count]
    assert window_rows(count, size, step).tolist() == found


ACTIONS = ("Light:switch on", "Television:setChannel", "Dishwasher:notification", "Light:switch off")


def home(folder: Path, index: int, count: int, extra: tuple[str, ...] = ()) -> None:
    """*count* known behaviours an hour apart from Saturday 28 March 2026, and *extra* ones at the end."""
    actions = [ACTIONS[number % len(ACTIONS)] for number in range(count)] + list(extra)
    events = []
    for number, action in enumerate(actions):
        type_, command = action.split(":")
        kind = Kind.REPORT if command == "notification" else Kind.COMMAND
        events.append(Event(time=number * HOUR, kind=Kind.MOVE, actor="ada", room="hall"))
        events.append(
            Event(
                time=number * HOUR,
                kind=kind,
                actor="ada",
                room="hall",
                device="d",
                type=type_,
                command=command,
            )
        )
    write_household(
        folder, f"h{index}", index, Log.of(events), start=date(2026, 3, 28), zone="Europe/Paris",
        origin=Origin(scenario="s", fingerprint="f", seed=1),
    )  # fmt: skip


def test_a_run_becomes_valid_ids_and_comes_back(tmp_path: Path) -> None:
    home(tmp_path / "run", 0, 47)
    home(tmp_path / "run", 1, 25)
    report = export_smartguard(tmp_path / "run", FR, tmp_path / "out")
    assert (report.windows, report.rest, report.unknown) == (6, 12, {})
    ids = np.load(tmp_path / "out" / "smartguard.npy", allow_pickle=False)
    assert ids.shape == (6, 40)
    blocks = ids.reshape(-1, 4)
    assert ((blocks >= 0) & (blocks < np.array(FR.sizes))).all()
    table = pq.read_table(tmp_path / "out" / "smartguard.parquet")
    assert table.column_names == ["seq_id", "pos", "day", "hour", "device", "action"]
    routines, imported = import_routines("smartguard", report.files[0], FR)
    assert imported.kept == 60
    first = next(routines.sequences())
    assert [b.action for b in first[:4]] == list(ACTIONS)
    assert [FR.decode(tuple(row)) for row in blocks[:10].tolist()] == list(first)
    last_of_first_home = list(routines.sequences())[3]
    # 29 March has no hour 02: 39 hours after Saturday's midnight the clock shows Sunday 16:00
    assert (last_of_first_home[9].day, last_of_first_home[9].slot) == (6, 5)
    assert list(routines.sequences())[4][0][:2] == (5, 0)  # no window spans two homes


def test_what_the_vocabulary_lacks_is_left_out_and_said(tmp_path: Path) -> None:
    home(tmp_path / "run", 0, 10, extra=("Kettle:boil", "Kettle:boil", "Light:juggle"))
    report = export_smartguard(tmp_path / "run", FR, tmp_path / "out")
    assert (report.windows, report.rest) == (1, 0)
    assert report.unknown == {"Kettle:boil": 2, "Light:juggle": 1}
    assert "vocabulary fr has no id for Kettle:boil (2 rows" in str(report)


def test_a_device_without_an_id_keeps_its_known_action_out_too(tmp_path: Path) -> None:
    home(tmp_path / "run", 0, 20)
    without_dishwasher = Vocabulary("x", tuple(d for d in FR.devices if d != "Dishwasher"), FR.actions)
    report = export_smartguard(tmp_path / "run", without_dishwasher, tmp_path / "out")
    assert (report.windows, report.rest, report.unknown) == (1, 5, {"Dishwasher:notification": 5})


def test_a_run_without_a_window_is_refused(tmp_path: Path) -> None:
    home(tmp_path / "run", 0, 0, extra=("Kettle:boil",) * 12)
    with pytest.raises(UserError, match=r"no window in vocabulary fr: Kettle:boil \(12 rows"):
        export_smartguard(tmp_path / "run", FR, tmp_path / "out")
    assert not (tmp_path / "out").exists()
