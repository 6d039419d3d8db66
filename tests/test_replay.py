"""A replay tells whether a run comes out again from its journal alone: no call, the same digest."""

import shutil
import sqlite3
from pathlib import Path

import pytest

from tests.command import HERMIT, SECRET, THINKER, said
from tests.stub_server import stub_server

NOWHERE = "http://127.0.0.1:9/v1"


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a scenario, and the run that a stub server's model made of it, now switched off."""
    folder = tmp_path_factory.mktemp("lived")
    (folder / "thinker.yaml").write_text(THINKER, encoding="utf-8")
    with stub_server("json") as stub:
        run = said(folder / "thinker.yaml", "--base-url", stub.url, "--out", folder / "run", "--json")
    assert run.code == 0, run.err
    assert run.summary["llm"]["calls"] == stub.calls
    return folder


@pytest.fixture
def run(lived: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy to break."""
    monkeypatch.chdir(tmp_path)
    shutil.copytree(lived, tmp_path, dirs_exist_ok=True)
    return tmp_path / "run"


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_without_a_server_the_same_digest_comes_out_and_nothing_changes(run: Path) -> None:
    before = contents(run)
    made = said("./run", "--json").summary
    for command in (("thinker.yaml", "--base-url", NOWHERE, "--out", "run"), ("./run",)):
        again = said(*command, "--replay", "--json")
        assert again.code == 0, again.err
        assert again.summary["digest"] == made["digest"]
        assert (again.summary["llm"]["calls"], again.summary["llm"]["prompt_tokens"]) == (0, 0)
        assert again.summary["llm"]["cached"] > 8
        for same in ("events", "decisions", "invalid_executed", "invalid_proposed"):
            assert again.summary[same] == made[same]
        assert again.summary["llm"]["thoughts"] == made["llm"]["thoughts"]
    assert contents(run) == before


def test_a_missing_reply_fails_loudly(run: Path) -> None:
    with sqlite3.connect(run / "journal.sqlite") as journal:
        journal.execute(
            "DELETE FROM replies WHERE key IN (SELECT key FROM replies WHERE request LIKE '%rings%')"
        )
    before = contents(run)
    missing = said("./run", "--replay")
    assert missing.code == 1
    assert "no reply to bert's question about a visitor " in missing.sentence
    assert contents(run) == before, "the run itself is as it was"


def test_another_scenario_is_no_replay(run: Path) -> None:
    broken = said("thinker.yaml", "--replay", "--out", "run", "--seed", 9)
    assert (broken.code, "scenario.seed: 7 → 9" in broken.err) == (2, True)


@pytest.mark.parametrize("keep", [0, 100, 4096, 20_000])
def test_a_truncated_journal_gets_one_sentence(run: Path, keep: int) -> None:
    journal = run / "journal.sqlite"
    journal.write_bytes(journal.read_bytes()[:keep])
    broken = said("./run", "--replay")
    assert broken.code == 2
    assert "journal.sqlite" in broken.sentence
    assert "restore the file, or run in a new folder" in broken.sentence


def test_a_falsified_reply_gets_one_sentence(run: Path) -> None:
    with sqlite3.connect(run / "journal.sqlite") as journal:
        journal.execute("UPDATE replies SET answer = replace(answer, 'e', 'a')")
    assert "is damaged" in said("./run", "--replay").sentence


def test_habit_replays_too_and_what_was_never_lived_does_not(run: Path) -> None:
    Path("hermit.yaml").write_text(HERMIT, encoding="utf-8")
    nothing = said("hermit.yaml", "--replay", "--out", "habit")
    assert (nothing.code, "holds no run to replay" in nothing.sentence) == (2, True)
    assert not Path("habit").exists()
    first = said("hermit.yaml", "--out", "habit", "--json").summary
    again = said("hermit.yaml", "--out", "habit", "--json", "--replay").summary
    assert (again["digest"], again["llm"]["calls"]) == (first["digest"], 0)
    (run / "journal.sqlite").unlink()
    assert "no journal to replay" in said("./run", "--replay").sentence


def test_a_stopped_run_replays_as_far_as_its_journal_reaches(run: Path) -> None:
    (run / "manifest.json").unlink()
    before = contents(run)
    assert said("./run", "--replay", "--json").code == 0
    assert contents(run) == before, "a replay completes nothing"


def test_no_key_is_in_any_file(lived: Path) -> None:
    for name, content in contents(lived).items():
        assert SECRET.encode() not in content, name
