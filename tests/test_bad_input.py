"""Whatever a user gets wrong ends in one clear sentence, exit code 2 or 1, and nothing half-written."""

import os
import pickle
import re
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from dataset.manifest import is_complete
from tests.command import ENVIRONMENT, HERMIT, SCENARIOS, SECRET, THINKER, homefolk, said
from tests.stub_server import stub_server

PERSON = SCENARIOS / "profiles" / "office_worker.yaml"
ROUTINES = """\
provenance: authored for a test
routines:
  - name: evening
    days: daily
    steps:
      - {at: 19:00, activity: cook, minutes: 30, start: ["Light:switch on"]}
"""
BOMB = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{b}: &{b} [{', '.join([f'*{a}'] * 9)}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True)
)


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("hermit.yaml").write_text(HERMIT, encoding="utf-8")
    Path("thinker.yaml").write_text(THINKER, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("days: 2", "dayz: 2", r"bad.yaml:3: dayz: .*did you mean 'days'"),
        ("name: Cleo", "name: Cleo, schedule: {wake: 25:00}", r"bad.yaml:6: .*wake: expected a time of day"),
        ("name: Cleo", "name: Cleo, bedroom: bedrom", r"bad.yaml:6: .*bedroom: .*did you mean 'bedroom'"),
        ("start: 2026-01-12", "start: 2026-02-30", r"bad.yaml:2: start: "),
        (
            "homes/two_room_flat.yaml",
            "../../../etc/hosts",
            "bad.yaml:4: .*lies outside the scenario's folder",
        ),
        ("homes/two_room_flat.yaml", "/etc/hosts", "bad.yaml:4: .*must be relative"),
        (
            "homes/two_room_flat.yaml",
            "homes/two_room_fat.yaml",
            "no file .*did you mean 'two_room_flat.yaml'",
        ),
        ("id: cleo", "id: bert", "bad.yaml:.*bert"),
        ("name: hermit", "name: [", "bad.yaml:.* is not YAML"),
        (HERMIT, BOMB, "bad.yaml:.*"),
        (HERMIT, "", "bad.yaml.*"),
    ],
)
def test_a_broken_scenario(old: str, new: str, sentence: str) -> None:
    assert old in HERMIT
    Path("bad.yaml").write_text(HERMIT.replace(old, new), encoding="utf-8")
    for command in (("bad.yaml",), ("validate", "bad.yaml")):
        refused = said(*command)
        assert refused.code == 2
        assert re.search(sentence, refused.err), refused.err
        assert refused.sentence
        assert len(refused.err) < 2000
    assert not Path("runs").exists()


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["nowhere.yaml"], "nowhere.yaml: there is no such file"),
        (["hermit.yml"], "did you mean 'hermit.yaml'"),
        (["hermit.yaml", "--days", "0"], "days: expected 1 or more; got 0"),
        (["hermit.yaml", "--seed=-1"], "seed: expected 0 or more; got -1"),
        (["hermit.yaml", "--seed", "seven"], "'--seed'.*integer"),
        (["hermit.yaml", "--mind", "hive"], "'--mind': 'hive' is not one of 'habit', 'llm'"),
        (["hermit.yaml", "--sed", "7"], "No such option: --sed .*--seed"),
        (["hermit.yaml", "more.yaml"], "unexpected extra argument"),
        (["validat", "hermit.yaml"], "no command or scenario 'validat'; did you mean 'validate'"),
        (["validate"], "Missing argument 'files'"),
        (["schema", "hause"], "no schema 'hause'"),
        (["import", "smartsens", "x", "--out", "y"], "no format 'smartsens'; did you mean 'smartsense'"),
        (["import", "smartsense", "x.pkl", "--out", "y"], "x.pkl"),
        (["import", "smartsense", "hermit.yaml", "--out", "hermit.yaml"], "is the log itself"),
        (["import", "smartsense", "hermit.yaml", "--out", "y"], "hermit.yaml is no Parquet file"),
        (["import", "smartsense", "x", "--out", "y", "--vocabulary", "xx"], "no vocabulary 'xx' is shipped"),
        (["import", "smartsense", "x", "--out", "y", "--vocabulary", "x.json"], "x.json cannot be read as a"),
        (["export", "nowhere", "--out", "y"], "nowhere has no manifest.json"),
        (["export", "nowhere", "--out", "y", "--to", "xls"], "no format 'xls'; did you mean 'xes'"),
        (["export", "nowhere", "--out", "y", "--to", "csv", "--map", "x"], "--map: csv has no such choice"),
        (
            ["export", "nowhere", "--out", "y", "--split", "house"],
            "no way to divide 'house'; did you mean 'household'",
        ),
        (
            ["export", "nowhere", "--out", "y", "--split", "time", "--gap=-1"],
            "--gap is a number of days from 0",
        ),
        (["query", "nowhere", "select 1"], "nowhere has no manifest.json"),
        (["query", "nowhere", "select 1", "--csv", "--json"], "--csv and --json exclude each other"),
        (["day", "nowhere", "--resident", "cleo"], "nowhere is no run"),
        (["day", "."], "Missing option '--resident'"),
        (["."], ". is no run: it has no scenario.json"),
        (["hermit.yaml", "--households", "999999999"], "households: expected 1000000 or less; got 999999999"),
        (["hermit.yaml", "--routines", "."], "routines: '.' is a folder; a file was expected"),
        (["hermit.yaml", "--out", "x" * 300], "File name too long"),
        (["export", "nowhere", "--out", "y", "--test", "0.3"], "--test says how --split divides"),
        (["export", "nowhere", "--out", "y", "--split", "time", "--test", "nan"], "shares from 0, together"),
        (["hermit.yaml", "--shard", "1/2"], "--shard 1/2: of 1 households at most as many parts"),
        (["home", str(PERSON)], "holds a profile; expected a home or a scenario"),
        ([str(PERSON)], "office_worker.yaml: is no scenario: it has neither home nor residents"),
        (["twin", ""], ". is no run: it has no scenario.json"),
        (["new-home", "--out", "y.yaml", "--notices", "nan"], "--notices nan: expected minutes, above 0"),
        (
            ["new-home", "--out", "y.yaml", "--seed", "-1"],
            "'--seed': Input should be greater than or equal to 0",
        ),
        (
            ["bench", "uses", "--data", ".", "--dataset", "fr", "--share", "2"],
            "--share 2: expected a part of",
        ),
    ],
)
def test_a_wrong_command(arguments: list[str], sentence: str) -> None:
    refused = said(*arguments)
    assert refused.code == 2
    assert re.search(sentence, refused.sentence), refused.err
    assert sorted(path.name for path in Path().iterdir()) == ["hermit.yaml", "thinker.yaml"]
    assert Path("hermit.yaml").read_text(encoding="utf-8") == HERMIT


def test_a_day_or_a_resident_that_the_run_does_not_have() -> None:
    assert said("hermit.yaml", "--out", "lived").code == 0
    assert "no resident 'cleoo'; did you mean 'cleo'" in said("day", "lived", "--resident", "cleoo").sentence
    for day in (2, -1):
        refused = said("day", "lived", "--resident", "Cleo", f"--day={day}")
        assert refused.code == 2
        assert f"day {day} is not in this run: it has days 0 to 1" in refused.sentence
    assert "no household 'h7'" in said("day", "lived", "--resident", "cleo", "--household", "h7").sentence
    Path("lived/manifest.json").unlink()
    assert "it is no complete run" in said("export", "lived", "--out", "ids").sentence
    assert not Path("ids").exists()


def test_routines_that_are_none() -> None:
    pq.write_table(pa.table({"x": [1]}), "other.parquet")
    Path("empty.parquet").write_bytes(b"")
    Path("cut.parquet").write_bytes(Path("other.parquet").read_bytes()[:-20])
    Path("evil.parquet").write_bytes(pickle.dumps({"a": 1}))
    Path("typo.yaml").write_text(ROUTINES.replace("switch on", "switch onn"), encoding="utf-8")
    for file, sentence in (
        ("none.parquet", "no file 'none.parquet'"),
        ("other.parquet", "other.parquet is no routines file; make one with `run_sim.py import"),
        ("empty.parquet", "empty.parquet is empty"),
        ("cut.parquet", "cut.parquet is no Parquet file, or it is truncated"),
        ("evil.parquet", "evil.parquet is no Parquet file"),
        ("typo.yaml", "typo.yaml:6: .*Light:switch onn.*did you mean 'Light:switch on'"),
    ):
        refused = said("hermit.yaml", "--routines", file)
        assert refused.code == 2
        assert re.search(sentence, refused.sentence), refused.err
    assert not Path("runs").exists()


class Evil:
    def __reduce__(self) -> tuple[object, ...]:
        return os.mkdir, ("owned",)


def test_a_pickle_with_code_is_not_run() -> None:
    Path("evil.pkl").write_bytes(pickle.dumps([[Evil()]]))
    refused = said("import", "smartguard", "evil.pkl", "--out", "routines.parquet")
    assert refused.code == 2
    assert "evil.pkl" in refused.sentence
    assert not Path("owned").exists()
    assert not Path("routines.parquet").exists()


@pytest.mark.parametrize(
    ("behaviour", "code", "sentence"),
    [
        ("html", 2, "does not answer .*no chat completion"),
        ("401", 2, r"does not answer .*401.*\*\*\*"),
        ("nonsense", 1, "the run failed: h00000: .* fell back to habit, .*mind.llm.most_fallbacks = 0.25"),
        ("refusal", 1, "the run failed: .* fell back to habit"),
        ("cut", 1, "the run failed: .* fell back to habit"),
    ],
)
def test_an_endpoint_that_answers_nonsense(behaviour: str, code: int, sentence: str) -> None:
    with stub_server(behaviour) as stub:
        command = ("thinker.yaml", "--base-url", stub.url, "--out", "lived")
        failed = said(*command)
        assert failed.code == code
        assert re.search(sentence, failed.sentence), failed.err
        assert not is_complete(Path("lived"))
        assert not list(Path("lived").rglob("*.parquet"))
    assert not leaked(Path("lived"))


def test_a_plan_of_nonsense_is_sent_back_once_and_given_up() -> None:
    Path("writer.yaml").write_text(THINKER.replace("plans: choose", "plans: write"), encoding="utf-8")
    with stub_server("nonsense") as stub:
        assert said("writer.yaml", "--base-url", stub.url).code == 1
    talks = ["-".join(message["role"] for message in body["messages"]) for body in stub.asked]
    assert set(talks) == {"system-user", "system-user-assistant-user"}


def test_no_endpoint_and_no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(ENVIRONMENT, "OPENAI_API_KEY", "")
    for options, sentence in (
        (["--base-url", "http://127.0.0.1:9/v1"], "no model answers at http://127.0.0.1:9/v1 .*refused"),
        (["--base-url", "ftp://models"], "base_url 'ftp://models': expected an address such as"),
        (["--base-url", "http://[::bad"], r"base_url 'http://\[::bad': expected an address such as"),
        (["--model", "gpt-5"], "gpt-5 at OpenAI needs OPENAI_API_KEY in the environment"),
        (["--model", "none.gguf"], "none.gguf: no such file"),
        (["--model", "hermit.yaml.gguf"], "hermit.yaml.gguf: no such file"),
    ):
        refused = said("thinker.yaml", *options)
        assert refused.code == 2
        assert re.search(sentence, refused.sentence), refused.err
    assert "no model answers" in said("check-model", "--base-url", "http://127.0.0.1:9/v1").sentence


def leaked(folder: Path) -> list[Path]:
    """Files that the key from the environment got into."""
    return [path for path in folder.rglob("*") if path.is_file() and SECRET.encode() in path.read_bytes()]


def test_a_folder_that_cannot_be_written_to() -> None:
    Path("file").write_text("mine", encoding="utf-8")
    for out in ("/proc/homefolk", "file/below"):
        refused = said("hermit.yaml", "--out", out)
        assert refused.code == 2
        assert re.search(f"{out} cannot be (written|used)|is a file", refused.sentence), refused.err
    exported = said("import", "smartsense", "hermit.yaml", "--out", "file/below.parquet")
    assert exported.code == 2
    assert exported.sentence == "file/below.parquet cannot be written: file is no folder"
    assert Path("file").read_text(encoding="utf-8") == "mine"
    os.mkfifo("pipe")  # as root, /dev/null would be replaced
    plan = said("home", "hermit.yaml", "--svg", "pipe")
    assert (plan.code, plan.sentence) == (2, "pipe is no plain file; a file to write was expected")
    assert not Path("pipe").is_file()


def test_a_terminal_that_lacks_a_letter_gets_its_number(here: Path) -> None:
    shown = homefolk("home", "hermit.yaml", cwd=here, before="sys.stdout.reconfigure(encoding='ascii')")
    assert shown.code == 0
    assert "m\\xb2" in shown.out


def test_a_mistake_of_ours_keeps_its_traceback(here: Path) -> None:
    bug = (
        "import scenarios.validating as v\ndef broken(path): raise RuntimeError('a bug')\nv.validate = broken"
    )
    failed = homefolk("validate", "hermit.yaml", cwd=here, before=bug)
    assert failed.code == 1
    assert "Traceback" in failed.err
    assert failed.err.rstrip().endswith("RuntimeError: a bug")
