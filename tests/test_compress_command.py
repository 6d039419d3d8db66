"""`compress`: a memory within a budget, the text of it, and a report that says what was kept and lost."""

import json
import pickle
import re
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from dataset.routines import Behaviour, Routine, Routines
from evaluation.compression.coverage import SLOW, Log, coverage, skipped
from evaluation.compression.page import html
from runner.memories import chance_of
from scenarios.catalogue import load_catalogue
from scenarios.errors import UserError
from scenarios.resident import MemorySource
from sppc.compress import METHOD, check, pieces_of
from sppc.memory import Memory
from sppc.patterns import read
from sppc.selection import METHODS
from sppc.split import split
from sppc.text import tokens
from tests.command import HERMIT, SCENARIOS, said
from world.mind import Cause, Observation

CATALOGUE = load_catalogue()
POLLING = min(CATALOGUE.polling())
BUDGET = 120
FILES = {"memory.json", "kept.txt", "report.json"}
OFFICE = SCENARIOS / "routines" / "office_worker.yaml"


def did(day: int, clock: str, action: str) -> Behaviour:
    minute = int(clock[:2]) * 60 + int(clock[3:])
    return Behaviour(day, minute // 180, action.partition(":")[0], action, minute)


def week() -> list[Routine]:
    """Mornings and evenings of a week, one odd night, and what the home asks itself."""
    days = [
        (
            did(day, f"07:{day * 4:02d}", "Light:switch on"),
            did(day, "07:45", "Light:switch off"),
            did(day, "19:00", "Television:switch on"),
            did(day, f"2{day % 3}:30", "Television:switch off"),
        )
        for day in range(7)
    ]
    odd = (did(2, "02:00", "GarageDoor:doorControl open"), did(2, "02:20", "GarageDoor:doorControl close"))
    return [*days, *days[:5], odd, (did(3, "12:00", POLLING),), (did(3, "13:00", POLLING), *days[3])]


def written(path: Path, sequences: Sequence[Routine], weeks: float | None = 2.0) -> Path:
    Routines.of(sequences, source="a week", provenance="observed", weeks=weeks).write(path)
    return path


@pytest.fixture(scope="module")
def compressed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The log, and the folder that it was compressed into."""
    folder = tmp_path_factory.mktemp("compress")
    log = written(folder / "week.parquet", week())
    told = said("compress", log, "--budget", BUDGET, "--out", folder / "out", "--report")
    assert told.code == 0, told.err
    return log, folder / "out"


@pytest.fixture(scope="module")
def found(compressed: tuple[Path, Path]) -> dict[str, Any]:
    return dict(json.loads((compressed[1] / "report.json").read_text(encoding="utf-8")))


def test_the_memory_is_the_one_a_run_makes(compressed: tuple[Path, Path], tmp_path: Path) -> None:
    log, out = compressed
    scenario = HERMIT.replace("days: 2", "days: 1").replace(
        "name: Cleo}", f"name: Cleo, memory: {{routines: week.parquet, budget: {BUDGET}}}}}"
    )
    (tmp_path / "week.parquet").write_bytes(log.read_bytes())
    (tmp_path / "hermit.yaml").write_text(scenario, encoding="utf-8")
    assert said("run", tmp_path / "hermit.yaml", "--out", tmp_path / "run").code == 0
    assert (out / "memory.json").read_bytes() == (tmp_path / "run" / "memory" / "cleo.json").read_bytes()


def test_the_memory_serves(compressed: tuple[Path, Path]) -> None:
    memory = Memory.from_json((compressed[1] / "memory.json").read_text(encoding="utf-8"))
    now = Observation(
        time=0, weekday=0, minute=19 * 60, resident="ada", room="living", cause=Cause.NEXT,
        recent=("Television:switch on",),
    )  # fmt: skip
    foreseen = memory.recall(now)
    assert max(foreseen, key=lambda action: foreseen[action]) == "Television:switch off"


def test_the_text_is_what_memory_holds_within_the_budget(compressed: tuple[Path, Path]) -> None:
    _, out = compressed
    text = (out / "kept.txt").read_text(encoding="utf-8")
    memory = Memory.from_json((out / "memory.json").read_text(encoding="utf-8"))
    behaving = Routines.of(week(), source="", provenance="observed").without(CATALOGUE.polling())
    times = Counter(split([*behaving.sequences()]))
    assert read(text) == {kept.behaviours: times[kept.behaviours] for kept in memory.routines}
    assert 0 < tokens(text) <= BUDGET


def test_the_same_command_gives_the_same_bytes(compressed: tuple[Path, Path], tmp_path: Path) -> None:
    log, out = compressed
    assert said("compress", log, "--budget", BUDGET, "--out", tmp_path / "b", "--report").code == 0
    names = {path.name for path in out.iterdir()}
    assert names == FILES | {"report.html", "coverage.svg"}
    assert [name for name in names if (out / name).read_bytes() != (tmp_path / "b" / name).read_bytes()] == []


def test_what_went_in_is_all_accounted_for(found: dict[str, Any]) -> None:
    sums = {row["says"]: row for row in found["sums"]}
    sequences, behaviours = sums["sequences read"], sums["behaviours read"]
    assert sequences["in"] == 15
    assert sequences["out"] == {"nothing but status polling": 1, "cut into pieces": 14}
    assert behaviours["in"] == 56 and behaviours["out"] == {"status polling": 2, "in pieces": 54}
    assert all(row["in"] == sum(row["out"].values()) for row in found["sums"])
    counts = found["counts"]
    assert counts["lost"] + counts["verbatim"] == counts["pieces"] and counts["lost"] > 0
    assert sum(row["count"] for row in found["devices"]) == 54
    assert sum(row["count"] for row in found["actions"]) == 54
    assert sum(row["count"] for row in found["weekdays"]) == sum(row["count"] for row in found["slots"]) == 54
    assert sum(row["count"] for row in found["coverage"]["histogram"]) == counts["lost"]
    assert sum(map(sum, found["rhythm"]["log"])) == pytest.approx(100, abs=1)
    assert sum(map(sum, found["rhythm"]["memory"])) == pytest.approx(100, abs=1)


def test_every_method_is_held_against_the_one_asked_for(found: dict[str, Any]) -> None:
    rows = {row["name"]: row for row in found["methods"]}
    assert set(rows) == set(METHODS) - SLOW and set(found["skipped"]) == SLOW
    assert all(row["tokens"] <= BUDGET and row["kept"] > 0 for row in rows.values())
    mine = rows[METHOD]
    assert (mine["kept"], mine["tokens"]) == (found["counts"]["kept"], found["counts"]["tokens_after"])
    assert mine["mean"] == found["coverage"]["mean"]
    assert mine["verbatim"] == found["counts"]["verbatim"] / found["counts"]["pieces"]
    for row in rows.values():
        assert row["curve"] == sorted(row["curve"]) and row["curve"][-1] == 1
        assert row["curve"][0] >= round(row["verbatim"], 4) and 0 <= row["mean"] <= row["farthest"] <= 1


def test_what_is_far_from_all_that_is_kept_is_told_first() -> None:
    morning, later = (did(0, "07:00", "Light:switch on"),), (did(0, "07:40", "Light:switch on"),)
    night = (did(3, "02:00", "GarageDoor:doorControl open"),)
    log = Routines.of([morning, morning, later, night], source="", provenance="observed")
    covered = coverage(Log(pieces_of(log, frozenset(), chance_of(log))), np.array([0]))
    assert covered.verbatim == 2 and covered.lost.tolist() == [1, 2]
    assert covered.distance[0] == 0 < covered.distance[1] < 0.2 < 0.9 < covered.distance[2]
    assert covered.mean == pytest.approx(covered.distance.sum() / 4)
    assert covered.within(0.5) == 0 and covered.within(0.75) == covered.distance[1]
    assert sum(covered.histogram()) == 2 and covered.curve()[0] == 0.5


def test_the_page_needs_no_script_no_network_and_no_sight(compressed: tuple[Path, Path]) -> None:
    page = (compressed[1] / "report.html").read_text(encoding="utf-8")
    assert "<script" not in page and "onclick" not in page
    assert set(re.findall(r"https?://[^\"<\s]+", page)) == {"http://www.w3.org/2000/svg"}
    assert "prefers-color-scheme: dark" in page and '<html lang="en">' in page
    for target in re.findall(r'href="#(\w+)"', page):
        assert f'id="{target}"' in page
    for svg in re.findall(r"<svg.*?</svg>", page, flags=re.DOTALL):
        assert 'role="img"' in svg and "aria-label=" in svg and "<desc>" in svg
    assert page.count('role="region"') == page.count('tabindex="0"') > 8
    picture = ElementTree.fromstring((compressed[1] / "coverage.svg").read_bytes())  # noqa: S314
    assert METHOD in "".join(picture.itertext())


def test_the_terminal_tells_it_in_short(
    compressed: tuple[Path, Path], found: dict[str, Any], tmp_path: Path
) -> None:
    log, _ = compressed
    told = said(
        "compress", log, "--budget", BUDGET, "--out", tmp_path / "a", "--method", "random", "--seed", 5
    )
    assert told.code == 0 and not told.err
    rows = json.loads((tmp_path / "a" / "report.json").read_text(encoding="utf-8"))["methods"]
    by_seed = [next(row for row in them if row["name"] == "random") for them in (rows, found["methods"])]
    assert by_seed[0] != by_seed[1]
    lines = told.out.splitlines()
    assert "56 behaviours in 15 sequences" in lines[0]
    assert "random keeps" in lines[1]
    assert {line.split()[0] for line in lines} >= set(METHODS) - SLOW
    assert set(lines[-3:]) == {str(tmp_path / "a" / name) for name in FILES}
    assert max(map(len, lines[-10:-3])) <= 80


def test_what_fits_is_kept_whole_and_untrained(tmp_path: Path) -> None:
    one = written(tmp_path / "one.parquet", [(did(0, "07:00", "Light:switch on"),) * 3], weeks=None)
    told = said("compress", one, "--out", tmp_path / "out", "--report")
    assert told.code == 0 and "nothing is lost" in told.out
    found = json.loads((tmp_path / "out" / "report.json").read_text(encoding="utf-8"))
    assert found["methods"] == [] and found["lost"] == [] and found["coverage"]["farthest"] == 0
    assert found["devices"] == [{"name": "Light", "count": 3, "verbatim": 3, "share": 1, "routines": 1}]
    assert (tmp_path / "out" / "kept.txt").read_text(encoding="utf-8").startswith("Light: a=on\n")
    assert "Everything fits the budget" in (tmp_path / "out" / "report.html").read_text(encoding="utf-8")


def test_one_device_is_enough_to_choose_from(tmp_path: Path) -> None:
    blinks = [(did(day, f"{hour:02d}:00", "Light:switch on"),) for day in range(7) for hour in (7, 20)]
    told = said(
        "compress", written(tmp_path / "a.parquet", blinks), "--budget", 20, "--out", tmp_path / "out"
    )
    assert told.code == 0 and f"{METHOD} keeps" in told.out


def test_what_compares_every_two_pieces_is_kept_from_long_logs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sppc.compress.MOST_PAIRWISE", 10)
    monkeypatch.setattr("evaluation.compression.coverage.MOST_PAIRWISE", 10)
    log = Routines.of(week(), source="a week", provenance="observed")
    pieces = pieces_of(log, CATALOGUE.polling(), chance_of(log))
    assert skipped(Log(pieces), METHOD) == ["ssc_as_published", "ssc_repaired"]
    with pytest.raises(UserError, match="ssc_repaired compares every piece with every other"):
        check(pieces, BUDGET, "ssc_repaired")


def test_authored_routines_are_compressed_too(tmp_path: Path) -> None:
    told = said("compress", OFFICE, "--budget", 5000, "--out", tmp_path / "out")
    assert told.code == 0 and "nobody lived them" in told.out and "No device" not in told.out


def test_hostile_names_stay_text(tmp_path: Path) -> None:
    evil = "Door:<script>alert('x')</script>\n\x1b[31m"
    log = written(tmp_path / "a.parquet", [(did(0, "07:00", evil), did(0, "07:01", "Light:switch on"))])
    told = said("compress", log, "--out", tmp_path / "out", "--report")
    assert told.code == 0 and "\x1b" not in told.out
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "<script" not in page and "\x1b" not in page
    memory = Memory.from_json((tmp_path / "out" / "memory.json").read_text(encoding="utf-8"))
    assert memory.routines[0].behaviours[0].action == evil
    kept = (tmp_path / "out" / "kept.txt").read_text(encoding="utf-8")
    assert "\x1b" not in kept and read(kept) == {memory.routines[0].behaviours: 1}


def test_what_may_be_wrong_with_a_log_is_said(tmp_path: Path) -> None:
    backwards = (did(4, "18:00", "curtain_kr:opened"), did(4, "09:00", "Light:switch on"))
    told = said("compress", written(tmp_path / "a.parquet", [backwards]), "--out", tmp_path / "out")
    assert told.code == 0
    assert "can do 1 action of this log (curtain_kr:opened; 50.0% of behaviours)" in told.out
    assert "1 step within a sequence can only be read as nearly a week" in told.out


def bent(change: Callable[[pa.Table], pa.Table]) -> Callable[[Path], None]:
    """A routines file after *change*."""

    def write(path: Path) -> None:
        written(path, week())
        pq.write_table(change(pq.read_table(path)), path)

    return write


class Bomb:
    def __reduce__(self) -> tuple[Callable[..., Any], tuple[str]]:
        return Path.touch, (Path("exploded"),)  # type: ignore[return-value]


def with_note(note: bytes, value: bytes) -> Callable[[Path], None]:
    return bent(lambda table: table.replace_schema_metadata({**(table.schema.metadata or {}), note: value}))


def with_column(name: str, values: pa.Array) -> Callable[[Path], None]:
    return bent(lambda table: table.set_column(table.column_names.index(name), name, values))


N = sum(map(len, week()))
LATIN_1 = pa.Array.from_buffers(
    pa.string(), N,
    [None, pa.py_buffer(np.arange(0, 2 * N + 1, 2, dtype=np.int32)), pa.py_buffer(b"\xff\xfe" * N)],
)  # fmt: skip
BAD: dict[str, tuple[str, Callable[[Path], object]]] = {
    "is no Parquet file": ("a.parquet", lambda path: path.write_bytes(b"PAR1" + bytes(1000))),
    r"is empty \(0 bytes\)": ("b.parquet", lambda path: path.write_bytes(b"")),
    "a.pkl is no Parquet file": ("a.pkl", lambda path: path.write_bytes(pickle.dumps(Bomb()))),
    "does not exist": ("c.parquet", lambda path: None),
    "or is no file": ("d", lambda path: path.mkdir()),
    "holds no routines": ("e.parquet", lambda path: written(path, [])),
    "all 2 behaviours are status polling": (
        "f.parquet", lambda path: written(path, [(did(3, "12:00", POLLING),) * 2]),
    ),
    "is no routines file": ("g.parquet", lambda path: pq.write_table(pa.table({"a": [1]}), path)),
    "action has missing values": (
        "h.parquet", with_column("action", pa.array([None] + ["x"] * (N - 1)).dictionary_encode()),
    ),
    "day holds double": ("i.parquet", with_column("day", pa.array([0.5] * N))),
    "slot 9 is outside": ("j.parquet", with_column("slot", pa.array([9] * N))),
    "Invalid UTF8": ("k.parquet", with_column("device", LATIN_1)),
    "empty or out of order": ("l.parquet", with_column("seq_id", pa.array([*range(N)][::-1]))),
    "provenance 'heard'": ("m.parquet", with_note(b"homefolk.provenance", b"heard")),
    "weeks nan": ("n.parquet", with_note(b"homefolk.weeks", b"nan")),
    "mine.yaml.*expected": ("mine.yaml", lambda path: path.write_text("routines: 3\n", encoding="utf-8")),
}  # fmt: skip


@pytest.mark.parametrize("sentence", BAD)
def test_bad_routines_get_a_sentence_and_leave_nothing(tmp_path: Path, sentence: str) -> None:
    name, make = BAD[sentence]
    make(tmp_path / name)
    told = said("compress", tmp_path / name, "--out", tmp_path / "out", "--report")
    assert told.code == 2
    assert re.search(sentence, told.sentence), told.err
    assert not (tmp_path / "out").exists() and not Path("exploded").exists()


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--method", "informativ"), "no selection method 'informativ'; did you mean 'informative'?"),
        (("--method", "best"), "no selection method 'best'; there is exact_duplicates, "),
        (("--budget", "3"), "a memory of 3 tokens holds no routine; the shortest needs "),
        (("--budget", "0"), "'--budget': Input should be greater than or equal to 1"),
        (("--budget", "many"), "'--budget': Input should be a valid integer"),
        (("--seed", "x"), "'--seed': Input should be a valid integer"),
    ],
)
def test_bad_options_get_a_sentence(
    compressed: tuple[Path, Path], tmp_path: Path, arguments: tuple[str, str], sentence: str
) -> None:
    told = said("compress", compressed[0], "--out", tmp_path / "out", *arguments)
    assert told.code == 2 and sentence in told.sentence
    assert not (tmp_path / "out").exists()


def test_other_peoples_files_are_safe(compressed: tuple[Path, Path], tmp_path: Path) -> None:
    log, _ = compressed
    told = said("compress", log, "--out", log.parent)
    assert told.code == 2 and "choose a folder of its own" in told.sentence
    told = said("compress", log, "--out", log)
    assert told.code == 2 and "is a file" in told.sentence
    assert log.read_bytes()[:4] == b"PAR1"


def test_an_earlier_compression_gives_way_whole(tmp_path: Path) -> None:
    one = written(tmp_path / "one.parquet", [(did(0, "07:00", "Light:switch on"),)])
    two = written(tmp_path / "two.parquet", [(did(1, "08:00", "Light:switch off"),)])
    assert said("compress", one, "--out", tmp_path / "out", "--report").code == 0
    assert said("compress", two, "--out", tmp_path / "out").code == 0
    assert {path.name for path in (tmp_path / "out").iterdir()} == FILES
    assert "off" in (tmp_path / "out" / "kept.txt").read_text(encoding="utf-8")
    assert said("compress", tmp_path / "none.parquet", "--out", tmp_path / "out").code == 2
    assert {path.name for path in (tmp_path / "out").iterdir()} == FILES


def test_the_help_names_what_there_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "160")
    told = said("compress", "--help").out
    assert [name for name in METHODS if name not in told] == []
    assert f"[default: {METHOD}]" in told
    assert f"[default: {MemorySource.model_fields['budget'].default}]" in told


def test_long_tables_are_cut_and_say_so(found: dict[str, Any]) -> None:
    rows = [{"name": f"D{n}", "count": 1, "verbatim": 0, "share": 0.0, "routines": 0} for n in range(99)]
    page = html({**found, "devices": rows})
    assert "D39<" in page and "D40<" not in page and "And 59 more in report.json" in page
