"""The drift benchmark: what it reads, that the target stays unseen, how it is scored, its unhappy paths."""

import csv
import dataclasses
import json
import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from dataset.routines import Behaviour, Routines
from evaluation.drift import bench, lived
from evaluation.drift.bench import FLOORS, drift
from evaluation.drift.changes import evenly, household, lives_in
from evaluation.drift.console import as_json, show_drift
from evaluation.drift.contexts import CONTEXTS
from evaluation.drift.logs import Logs, read_logs
from evaluation.drift.protocols import Target, Training, outcome, parted
from evaluation.drift.table import Found, Row, Table
from evaluation.drift.telling import BY_ITSELF, FROM_LOG, telling, through_hub
from evaluation.predictors.data import Ints
from scenarios.automation import Trigger
from scenarios.chance import Chance
from scenarios.home import Home
from scenarios.scenario import LLM, Mind
from sppc.memory import Memory
from tests.command import ROOT, said
from tests.stub_server import sensible, stub_server

DATA = Path(os.environ.get("HOMEFOLK_DATA", ROOT / "../shared/data"))
needs_logs = pytest.mark.skipif(not DATA.is_dir(), reason="the real logs are not here (HOMEFOLK_DATA)")
METHODS = {
    "ours",
    "smartgen-gpt-4o",
    "no-adaptation",
    "flag-all",
    "unseen-value",
    "counts",
    "markov",
    "ceiling",
}
FIGURES = {"method", "mind", "protocol", "precision", "recall", "f1", "hr10", "ndcg10", "n_train"}
FILES = {
    "SmartGen/IoT_data/lu/winter/trn.pkl": 0,
    "SmartGen/IoT_data/lu/winter/split_trn.pkl": 0,
    "SmartGen/IoT_data/lu/spring/split_test.pkl": 1,
    "anomaly_detection_pipeline/attack/lu/labeled_lu_spring_attack_heater.pkl": 2,
    "anomaly_detection_pipeline/made/lu_spring_generation_SPPC_th=0.9_gpt-4o_seq_filter_true.pkl": 3,
    "SmartGen/IoT_data/lu/single/trn.pkl": 4,
    "SmartGen/IoT_data/lu/multiple/split_test.pkl": 5,
    "anomaly_detection_pipeline/attack/lu/labeled_lu_multiple_attack_tv.pkl": 6,
}
"""Of a country that there is not."""


def b(device: str, action: str, slot: int = 2, day: int = 0) -> Behaviour:
    return Behaviour(day, slot, device, f"{device}:{action}")


@pytest.fixture
def luxembourg(tmp_path: Path) -> Path:
    """A log of its own words: television and heater in winter; air conditioner and television in spring."""
    names = ["Television:switch on", "Television:setChannel", "AirConditioner:switch on", "Heater:switch on",
             "AirConditioner:switch off", "Blind:windowShade open"]  # fmt: skip
    devices = ["Television", "AirConditioner", "Heater", "Blind"]
    days = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
    words = {"dataset": "lu", "day": days, "hour_bucket": [f"({3 * it}~{3 * it + 3})" for it in range(8)],
             "device": devices, "action": names}  # fmt: skip
    numbered = {
        key: value if isinstance(value, str) else {str(at): it for at, it in enumerate(value)}
        for key, value in words.items()
    }
    (tmp_path / "vocab").mkdir()
    (tmp_path / "vocab" / "lu.json").write_text(json.dumps(numbered), encoding="utf-8")
    owner = [devices.index(name.partition(":")[0]) for name in names]
    weeks = [(day, slot) for day in range(7) for slot in (2, 6)] * 4
    contents = [
        [[(day, slot, 0), (day, slot, 1), (day, slot, 5)] for day, slot in weeks],
        [[(day, slot, 2), (day, slot, 1), (day, slot, 4)] for day, slot in weeks],
        [[(day, slot, 3), (day, slot, 1), (day, slot, 4)] for day, slot in weeks],
        [[(day, slot, 2), (day, slot, 1), (day, slot, 4)] for day, slot in weeks[:14]],
        [[(day, slot, action)] * 4 for day, slot in weeks for action in (1, 3, 5)],
        [[(day, slot, action) for action in (5, 1, 3, 5)] for day, slot in weeks],
        [[(day, slot, action) for action in (0, 1, 0, 1)] for day, slot in weeks],
    ]
    rows = [
        (content, number, pos, day, slot, owner[action], action)
        for content, sequences in enumerate(contents)
        for number, sequence in enumerate(sequences)
        for pos, (day, slot, action) in enumerate(sequence)
    ]
    columns = ("content_id", "seq_id", "pos", "day", "hour", "device", "action")
    (tmp_path / "smartgen").mkdir()
    table = pa.table(
        {name: pa.array(it, pa.int32()) for name, it in zip(columns, zip(*rows, strict=True), strict=True)}
    )
    pq.write_table(table, tmp_path / "smartgen" / "sequences.parquet")
    listed(tmp_path, FILES)
    return tmp_path


def listed(folder: Path, files: dict[str, int]) -> None:
    with (folder / "smartgen" / "files.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["path", "content_id", "dataset"])
        writer.writerows([path, content, "lu"] for path, content in files.items())


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Two households for a fortnight, and detectors that count."""
    monkeypatch.setattr(lived, "TWINS", 1)
    monkeypatch.setattr(lived, "HOUSEHOLDS", 2)
    monkeypatch.setattr(lived, "DAYS", 14)
    monkeypatch.setattr(bench, "LEARNED", FLOORS["markov"])
    yield


def test_a_country_never_seen_has_every_row_under_both_protocols(luxembourg: Path, short: None) -> None:
    told: list[str] = []
    table = drift(luxembourg, "lu", "spring", Mind(), [7], told.append)
    assert {(row.method, row.protocol) for row in table.rows} == {
        (method, protocol) for method in METHODS for protocol in ("published", "fair")
    }
    assert {row.mind for row in table.rows if row.method == "ours"} == {"habit"}
    assert all(set(dataclasses.asdict(row)) == FIGURES for row in table.rows)
    assert _row(table.rows, "flag-all").f1 == pytest.approx(2 / 3, abs=1e-4)
    assert _row(table.rows, "flag-all").hr10 is None
    assert _row(table.rows, "ceiling").f1 == 1.0
    assert any("by its rule" in it for it in told)
    again = drift(luxembourg, "lu", "spring", Mind(), [7], told.append)
    assert again == table


def test_several_live_in_a_country_never_seen(luxembourg: Path, short: None) -> None:
    logs = read_logs(luxembourg, "lu", CONTEXTS["multiple"])
    made = lived.lived(logs, "lu", CONTEXTS["multiple"], Mind(), 7, lambda _: None)
    assert len(made) > 3
    assert all(len({*sequence[:, 2].tolist()}) >= 3 for sequence in made)
    table = drift(luxembourg, "lu", "multiple", Mind(), [7], lambda _: None)
    assert {row.method for row in table.rows} == METHODS - {"smartgen-gpt-4o"}


def test_each_seed_is_its_own_run_and_rows_are_their_means(luxembourg: Path, short: None) -> None:
    both, one = (drift(luxembourg, "lu", "spring", Mind(), it, lambda _: None) for it in ([7, 8], [8]))
    assert both.by_seed[8] == one.by_seed[8]
    told = as_json(both)
    assert told["seeds"] == [7, 8]
    assert told["by_seed"]["8"] == as_json(one)["by_seed"]["8"]
    foreseen = [_row(it.rows, "ours").hr10 for it in both.by_seed.values()]
    assert _row(both.rows, "ours").hr10 == pytest.approx(np.mean([it for it in foreseen if it is not None]))


def test_a_mean_is_of_the_seeds_that_have_the_figure(capsys: pytest.CaptureFixture[str]) -> None:
    row = Row(method="ours", mind="habit", protocol="fair", precision=None, recall=0.0, f1=0.0, hr10=None,
              ndcg10=None, n_train=9)  # fmt: skip
    other = dataclasses.replace(row, precision=0.5, recall=1.0, f1=0.8)
    found = {seed: Found(rows=(it,), floors_on_synthetic={}) for seed, it in enumerate((row, other))}
    table = Table(dataset="lu", context="spring", by_seed=found)
    mean = table.rows[0]
    assert (mean.precision, mean.recall, mean.f1, mean.hr10, mean.n_train) == (0.5, 0.5, 0.4, None, 9)
    assert table.range_of(mean, "f1") == (0.0, 0.8)
    assert table.range_of(mean, "hr10") is None
    show_drift(table)
    shown = capsys.readouterr().out
    assert "means over 2 seeds" in shown
    assert "least and most" in shown


def test_a_model_lives_it_and_how_often_it_will_be_asked_is_said_before(
    luxembourg: Path, short: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lived, "DAYS", 8)
    told: list[str] = []
    with stub_server("letters") as stub:
        stub.reply = sensible
        mind = Mind(kind="llm", llm=LLM(model="stub", base_url=stub.url))
        table = drift(luxembourg, "lu", "spring", mind, [7], told.append)
    assert {row.mind for row in table.rows if row.method == "ours"} == {"llm"}
    said = next(it for it in told if "will be asked" in it)
    expected = int(said.split("about ")[1].split(" times")[0].replace(",", ""))
    assert 0.5 * expected < stub.calls / lived.HOUSEHOLDS < 2 * expected


def test_where_nothing_was_released_the_row_is_left_out_and_said(luxembourg: Path, short: None) -> None:
    listed(luxembourg, {path: content for path, content in FILES.items() if content != 3})
    told: list[str] = []
    table = drift(luxembourg, "lu", "spring", Mind(), [7], told.append)
    assert {row.method for row in table.rows} == METHODS - {"smartgen-gpt-4o"}
    assert "SmartGen released no gpt-4o set of lu/spring: without that row" in told


def test_nothing_of_the_target_reaches_ours(luxembourg: Path, short: None) -> None:
    logs = read_logs(luxembourg, "lu", CONTEXTS["spring"])
    nobody_else = Logs(logs.vocabulary, logs.source, [], [], [], None)
    made = [
        lived.lived(it, "lu", CONTEXTS["spring"], Mind(), 7, lambda _: None) for it in (logs, nobody_else)
    ]
    assert made[0]
    assert [it.tolist() for it in made[0]] == [it.tolist() for it in made[1]]


def test_all_that_ours_holds_keeps_the_rule_of_its_context(luxembourg: Path, short: None) -> None:
    logs = read_logs(luxembourg, "lu", CONTEXTS["spring"])
    made = lived.lived(logs, "lu", CONTEXTS["spring"], Mind(), 7, lambda _: None)
    assert len(made)
    for sequence in made:
        types = {logs.vocabulary.devices[device] for device in sequence[:, 2]}
        assert "AirConditioner" in types
        assert not types & {"Heater", "Thermostat"}


def test_the_rules_are_those_of_the_released_files() -> None:
    tv, cool, heat = b("Television", "on"), b("AirConditioner", "switch on"), b("Thermostat", "switch on")
    assert CONTEXTS["spring"].holds((tv, cool))
    assert not CONTEXTS["spring"].holds((tv,))
    assert not CONTEXTS["spring"].holds((cool, heat))
    assert CONTEXTS["night"].holds((b("Light", "on", slot=7), b("Light", "off", slot=0)))
    assert not CONTEXTS["night"].holds((b("Light", "on", slot=7), b("Light", "off", slot=2)))
    assert CONTEXTS["multiple"].holds((tv, cool, heat))
    assert not CONTEXTS["multiple"].holds((tv, cool, tv))


def test_what_is_done_besides_is_told_as_seldom_as_the_log_tells_it() -> None:
    lamp, tv = b("Light", "switch on"), b("Television", "setChannel")
    logged, lived = [(tv,)] * 9 + [(lamp,)], [(lamp, tv._replace(activity=FROM_LOG))] * 90
    tells = telling(lived, logged, (lamp.action, tv.action))
    day = (lamp, tv._replace(activity=FROM_LOG)) * 500
    told = [it.device for it in tells.told(day, Chance(1))]
    assert told.count("Television") == 500  # what comes out of the log is told
    assert told.count("Light") == pytest.approx(500 / 9, rel=0.3)


def test_a_scene_is_told_but_for_what_the_log_never_tells_of_a_device_that_it_knows() -> None:
    channel, off = b("Television", "setChannel"), b("Television", "switch off", slot=3)
    shut = b("Blind", "windowShade close")
    share = through_hub([channel.action] * 99, {channel.action, off.action, shut.action})
    assert share[off.action] == pytest.approx(2 / 101)
    assert share[channel.action] == share[shut.action] == 1.0


def test_a_camera_that_repeats_itself_is_told_once_unless_the_log_repeats_it() -> None:
    notice, tv = b("Camera", "notification"), b("Television", "setChannel")
    by_itself, from_log = notice._replace(activity=BY_ITSELF), tv._replace(activity=FROM_LOG)
    for logged, told in (([(notice,), (tv,)], 3), ([(notice, notice), (tv,)], 4)):
        tells = telling([(from_log,)], logged, (notice.action, tv.action))
        assert len(tells.told([by_itself, by_itself, from_log, by_itself], Chance(1))) == told


def test_whoever_moves_in_uses_every_device_of_the_home_as_much() -> None:
    tv, blind, fan = (b("Television", "setChannel"),), (b("Blind", "windowShade open"),), (b("Fan", "on"),)
    log = Routines.of([tv] * 90 + [blind, fan], source="", provenance="observed")
    done = [it.device for whole in evenly(log, {"Television", "Blind"}).sequences() for it in whole]
    assert done.count("Television") == done.count("Blind") == 30
    assert "Fan" not in done


@pytest.fixture
def pastimes() -> Routines:
    """A log of two ways of life, of a home's modes, and of a few devices that are hardly used."""
    ways = [
        (b(device, action, slot, day),) * 2
        for device, action, slots in (
            ("Television", "setChannel", (5, 6, 7)),
            ("NetworkAudio", "switch on", (1, 2, 3)),
            ("None", "location", (0, 4)),
        )
        for day in range(7)
        for slot in slots
    ]
    rare = [(b(device, "switch on"),) for device in ("Blind", "Fan", "Light", "Projector")]
    return Routines.of([*ways, *rare], source="", provenance="observed")


def test_several_live_each_by_a_way_of_the_log_and_one_by_all_of_the_homes_devices(
    pastimes: Routines,
) -> None:
    lives = lives_in("multiple", pastimes, Chance(1))
    living = household(lives, 0)
    uses = [_devices(it) for it in living.memories.values()]
    assert len(uses) == 4
    assert uses[-1] == living.types
    assert {"Television"} in uses[:-1]
    assert {"NetworkAudio"} in uses[:-1]
    assert len(household(lives_in("night", pastimes, Chance(1)), 0).memories) == 1


def test_a_homes_mode_is_nobodys_habit_where_several_live(pastimes: Routines) -> None:
    several, alone = (lives_in(it, pastimes, Chance(1)) for it in ("multiple", "night"))
    assert "None" in alone.types
    assert "None" not in several.types
    assert not any("None" in _devices(it) for it in household(several, 0).memories.values())


def test_homes_of_several_have_what_their_people_use_and_some_of_the_rest(pastimes: Routines) -> None:
    lives = lives_in("multiple", pastimes, Chance(1))
    homes = [household(lives, index) for index in range(40)]
    for rare in ("Blind", "Fan", "Light", "Projector"):
        assert 8 < sum(rare in it.types for it in homes) < 38
    assert all(_devices(memory) <= it.types for it in homes for memory in it.memories.values())


def _devices(memory: Memory) -> set[str]:
    return {it.device for routine in memory.routines for it in routine.behaviours}


@needs_logs
def test_each_home_has_its_scenes_at_hours_of_its_own_and_none_by_a_mode_that_no_log_tells() -> None:
    context = CONTEXTS["multiple"]
    setting = lived.Setting(read_logs(DATA, "fr", context), context, "paris", 7)
    moments = [
        _moments(setting.with_scenes(setting.home({"Blind", "Light", "Television"}, it), it)) for it in (0, 1)
    ]
    hours = [{it.at for it in begins if it.at is not None} for begins in moments]
    assert hours[0]
    assert hours[0] != hours[1]
    assert all(it.home is not None for begins in moments for it in begins if it.at is None)


def _moments(home: Home) -> list[Trigger]:
    return [it for rule in home.automations.values() for it in rule.when]


def test_the_threshold_is_fixed_on_validation_and_copies_of_training_pass() -> None:
    calm = [np.array([(0, 2, 0, 0), (0, 2, 0, 1)], np.int64)] * 20
    odd = [np.array([(0, 2, 0, 4), (0, 2, 0, 5)], np.int64)] * 20
    test = Target(calm, odd, (7, 8, 1, 6), CONTEXTS["spring"])
    for protocol in ("published", "fair"):
        found = outcome(FLOORS["unseen-value"], Training(calm, calm), test, protocol, Chance(1))
        assert found.anomalous.all()
        assert not found.normal.any()


def test_smartgen_holds_nothing_out_of_multiple_and_we_do_where_it_is_fair() -> None:
    sequences: list[Ints] = [np.array([(0, 0, 0, it)], np.int64) for it in range(10)]
    published, fair = (parted(sequences, it, CONTEXTS["multiple"], Chance(1)) for it in ("published", "fair"))
    assert len(published.train) == len(published.held) == 10
    assert (len(fair.train), len(fair.held)) == (8, 2)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--dataset", "xx", "--context", "spring"), "no dataset 'xx'; there is lu"),
        (("--dataset", "lu", "--context", "sprng"), "no context 'sprng'"),
        (("--dataset", "lu", "--context", "night"), "lists no source log of lu/night"),
    ],
)
def test_what_is_not_there_is_one_sentence(
    luxembourg: Path, arguments: tuple[str, ...], sentence: str
) -> None:
    found = said("bench", "drift", "--data", luxembourg, *arguments, "--json")
    assert (found.code, found.out) == (2, "")
    assert sentence in found.err
    assert len(found.err.strip().splitlines()) == 1


@pytest.mark.parametrize("gone", ["smartgen/files.csv", "smartgen/sequences.parquet", "vocab/lu.json"])
def test_a_missing_file_is_named(luxembourg: Path, gone: str) -> None:
    (luxembourg / gone).unlink()
    found = said("bench", "drift", "--data", luxembourg, "--dataset", "lu", "--context", "spring")
    assert found.code == 2
    assert Path(gone).name in found.err


@needs_logs
@pytest.mark.parametrize(
    ("context", "sizes"),
    [("spring", (1728, 88, 88, 125)), ("night", (319, 952, 952, 27)), ("multiple", (1993, 90, 90, 52))],
)
def test_of_fr_the_files_of_the_published_table_are_read(context: str, sizes: tuple[int, ...]) -> None:
    logs = read_logs(DATA, "fr", CONTEXTS[context])
    assert logs.smartgen is not None
    assert tuple(len(it) for it in (logs.pieces, logs.target, logs.attack, logs.smartgen)) == sizes


def _row(rows: tuple[Row, ...], method: str) -> Row:
    return next(row for row in rows if row.method == method and row.protocol == "fair")
