"""The command line as a newcomer meets it: quick help, one JSON line, a diary, real logs in and ids out."""

import json
import os
import pickle
import resource
import subprocess
import sys
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from dataset.vocabulary import Vocabulary
from tests.command import HERMIT, QUICKSTART, ROOT, SCENARIOS, homefolk, said

DATA = Path(os.environ.get("HOMEFOLK_DATA", ROOT / "../shared/data"))
FR = Vocabulary.shipped("fr")
HEAVY = ("torch", "langgraph", "langchain_openai", "openai", "pyarrow", "simpy", "networkx", "numpy")


@pytest.mark.parametrize(
    "arguments",
    [["--help"], ["run", "--help"], ["schema"], ["validate", str(QUICKSTART)]],
    ids=lambda it: it[0],
)
def test_what_must_be_quick_loads_nothing_heavy(tmp_path: Path, arguments: list[str]) -> None:
    loaded = "import atexit\natexit.register(lambda: print(*sys.modules, file=sys.stderr))"
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    told = homefolk(*arguments, cwd=tmp_path, before=loaded)
    assert told.code == 0
    assert told.out
    assert not set(HEAVY) & set(told.err.split())
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before < 3


def test_help_tells_every_option_and_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "120")
    told = said("run", "--help").out
    for option in (
        "--out", "--seed", "--days", "--mind", "--deliberation", "--model", "--base-url", "--routines",
        "--replay", "--json",
    ):  # fmt: skip
        assert option in told
    commands = said().out
    assert commands == said("--help").out == said("-h").out
    there = (
        "run", "validate", "schema", "import", "compress", "export", "day", "home", "new-home", "check-model",
    )  # fmt: skip
    for command in there:
        assert f" {command} " in commands


def test_every_shipped_file_is_sound() -> None:
    files = sorted(path for path in SCENARIOS.rglob("*.yaml"))
    told = said("validate", *files)
    assert told.code == 0, told.err
    assert len(told.out.splitlines()) == len(files) > 40


def test_validate_goes_on_after_a_broken_file(tmp_path: Path) -> None:
    broken = tmp_path / "broken.yaml"
    broken.write_text(HERMIT.replace("days", "dais"), encoding="utf-8")
    told = said("validate", broken, QUICKSTART)
    assert told.code == 2
    assert "dais" in told.err
    assert told.out.endswith("quickstart.yaml: a sound scenario\n")


def test_schema_is_json() -> None:
    assert json.loads(said("schema", "home").out)["title"] == "Home"


def test_json_is_all_there_is_on_stdout_and_paths_are_whole(tmp_path: Path) -> None:
    (tmp_path / "hermit.yaml").write_text(HERMIT, encoding="utf-8")
    out = tmp_path / ("long" * 30) / "[bold]:smile:"
    told = homefolk("hermit.yaml", "--out", out, "--json", cwd=tmp_path)
    assert told.summary["run"] == str(out)
    for line in (f"dataset     {out}", f"timeline    {out}/timeline.svg", f"report      {out}/report.html"):
        assert line in told.err.splitlines()
    quiet = homefolk("hermit.yaml", "--out", out, cwd=tmp_path)
    assert not quiet.out


def test_a_diary_of_a_day_may_be_cut_off_by_a_pipe(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("hermit.yaml").write_text(HERMIT, encoding="utf-8")
    assert said("hermit.yaml", "--out", "lived").code == 0
    diary = said("day", "lived", "--resident", "cleo", "--day", 1).out
    assert "Cleo, Tuesday 13 January 2026" in diary.splitlines()[0]
    assert len(diary.splitlines()) > 8
    assert said("day", "lived", "--resident", "Bert").out != diary
    command = f"{sys.executable} {ROOT / 'run_sim.py'} day lived --resident cleo | head -n 1"
    piped = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=True)
    assert piped.stdout.startswith("Cleo, Monday")
    assert not piped.stderr


def ids(day: int, hour: int, *actions: str) -> list[int]:
    return [
        number
        for action in actions
        for number in (day, hour, FR.device_ids[action.split(":")[0]], FR.action_ids[action])
    ]


def a_log() -> list[list[int]]:
    """SmartGuard's form: a made-up household of FR's devices, ten behaviours a sequence."""
    morning = ["Light:switch on", "Blind:windowShade open", "Television:switch on", "Television:switch off"]
    evening = ["Light:switch on", "Television:switch on", "Blind:windowShade close", "Television:switch off"]
    return [
        ids(day, hour, *habit, *habit, "Light:switch off", "Light:switch on")
        for day in range(7)
        for hour, habit in ((2, morning), (6, evening))
    ]


def lived_from(
    log: Path, form: str, days: int, options: tuple[str, ...] = ()
) -> tuple[dict[str, int], np.ndarray]:
    """The summary of *days* in fr_home from the routines in *log*, and the ids that came out."""
    told = said("import", form, log, "--out", "routines.parquet", *options)
    assert told.code == 0, told.err
    assert told.out.startswith("routines.parquet: ")
    assert " behaviours" in told.out
    run = said(
        SCENARIOS / "fr_home.yaml",
        "--routines",
        "routines.parquet",
        "--days",
        days,
        "--out",
        "lived",
        "--json",
    )
    assert run.code == 0, run.err
    told = said("export", "lived", "--to", "smartguard", "--vocabulary", "fr", "--out", "ids")
    assert told.code == 0, told.err
    return run.summary, np.load("ids/smartguard.npy", allow_pickle=False)


def all_valid(exported: np.ndarray) -> bool:
    behaviours = exported.reshape(-1, 4)
    return bool(((behaviours >= 0) & (behaviours < np.array(FR.sizes))).all())


def test_a_log_comes_in_is_remembered_and_goes_out_in_its_own_form(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("log.pkl").write_bytes(pickle.dumps(a_log()))
    summary, exported = lived_from(Path("log.pkl"), "smartguard", 7)
    assert (summary["days"], summary["invalid_executed"]) == (7, 0)
    assert exported.shape[1] == 40
    assert len(exported)
    assert all_valid(exported)
    done = {FR.actions[action] for action in exported.reshape(-1, 4)[:, 3]}
    assert "Television:switch on" in done
    assert pq.read_table("ids/smartguard.parquet").num_rows == 10 * len(exported)
    again = said("import", "smartguard", "ids/smartguard.parquet", "--out", "again.parquet")
    assert again.code == 0, again.err
    assert Path("again.parquet").is_file()
    assert (
        "seeds nobody" in said(QUICKSTART, "--mind", "habit", "--routines", "again.parquet", "--days", 1).err
    )


@pytest.mark.skipif(not DATA.is_dir(), reason="the real logs are not here (HOMEFOLK_DATA)")
def test_a_week_from_the_real_logs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    log = next(iter(sorted((DATA / "raw_10x5").rglob("*fr*tr*n*.parquet"))))
    summary, exported = lived_from(log, "smartsense", 7)
    assert (summary["days"], summary["invalid_executed"]) == (7, 0)
    assert len(exported) > 5
    assert all_valid(exported)
