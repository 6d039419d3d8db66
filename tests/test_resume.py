"""The same command goes on; what would mix two runs is refused in words; nothing torn is taken for data."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from agents.gateway.journal import Journal, copy_replies
from dataset.manifest import is_complete
from dataset.store import part_file
from scenarios.errors import UserError
from tests.command import HERMIT, THINKER, homefolk, said
from tests.stub_server import Stub, stub_server


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("hermit.yaml").write_text(HERMIT.replace("days: 2", "days: 1"), encoding="utf-8")
    Path("thinker.yaml").write_text(THINKER, encoding="utf-8")


@pytest.fixture
def stub() -> Iterator[Stub]:
    with stub_server("json") as server:
        yield server


def was_made_by(run: Path, change: Callable[[dict[str, Any]], None]) -> None:
    """As if *run* had been begun by the program that *change* makes of ours."""
    file = run / "scenario.json"
    settings = json.loads(file.read_text(encoding="utf-8"))
    change(settings)
    file.write_text(json.dumps(settings), encoding="utf-8")


def older(settings: dict[str, Any]) -> None:
    settings["prompts"]["plan.md"] = "0" * 12
    settings["catalogue"]["Samovar"] = "1" * 12
    del settings["code"]["world/loop.py"]
    settings["code"] |= {"agents/turn.py": "2" * 12, "agents/oracle.py": "3" * 12}


def test_there_must_be_something_to_resume() -> None:
    nothing = said("hermit.yaml", "--out", "lived", "--resume")
    assert (nothing.code, "lived holds no run to resume; make it once without" in nothing.sentence) == (
        2,
        True,
    )
    assert not Path("lived").exists()
    run = Path(said("hermit.yaml", "--json").summary["run"])
    (run / "manifest.json").unlink()
    assert said("hermit.yaml", "--resume").code == 0
    assert (run / "manifest.json").is_file()
    other = said("hermit.yaml", "--seed", 9, "--resume")
    assert other.code == 2
    assert other.err.splitlines()[1:] == [f"{run} holds another run; before → now:", "  scenario.seed: 7 → 9"]
    assert "--resume and --fork exclude each other" in said("hermit.yaml", "--resume", "--fork").sentence


def test_what_differs_is_told_by_name() -> None:
    run = Path(said("hermit.yaml", "--json", "--out", "lived").summary["run"])
    text = Path("hermit.yaml").read_text(encoding="utf-8")
    Path("hermit.yaml").write_text(text.replace("name: Cleo}", "name: Cleopatra}"), encoding="utf-8")
    told = said("hermit.yaml", "--out", "lived", "--resume").err.splitlines()
    assert told[:2] == [
        "lived holds another run; before → now:", '  scenario.residents.cleo.name: "Cleo" → "Cleopatra"',
    ]  # fmt: skip
    Path("hermit.yaml").write_text(text.replace("  - {id: bert, name: Bert}\n", ""), encoding="utf-8")
    told = said("hermit.yaml", "--out", "lived", "--resume").err.splitlines()
    assert len(told) == 15 and told[-2].startswith("  and "), "a diff is no flood"
    assert '  scenario.residents.bert.id: "bert" → nothing' in told
    Path("hermit.yaml").write_text(text, encoding="utf-8")
    was_made_by(run, older)
    assert said("hermit.yaml", "--out", "lived").err.splitlines() == [
        "lived holds the same run made by another version of Homefolk; before → now:",
        "  catalogue: Samovar gone",
        "  prompts: plan.md changed",
        "  code: agents/turn.py changed; world/loop.py new; agents/oracle.py gone",
        "choose another folder with --out, or let --fork begin anew beside it; this one is left as it is",
    ]
    assert "is complete already" in said("lived").err, "of what is complete nothing is asked"
    (run / "manifest.json").unlink()
    assert "made by another version" in said("lived").err


def test_the_name_of_a_run_is_what_was_asked_for() -> None:
    """So that a changed program is noticed, instead of begun anew, and paid anew, without a word."""
    run = Path(said("hermit.yaml", "--json").summary["run"])
    was_made_by(run, older)
    assert said("hermit.yaml").err.startswith(f"{run} holds the same run made by another version")
    assert said("hermit.yaml", "--fork", "--json").summary["run"] == f"{run}-2"


def test_a_fork_begins_beside_and_pays_for_what_is_new_alone(stub: Stub) -> None:
    command = ("thinker.yaml", "--base-url", stub.url, "--out", "lived")
    first = said(*command, "--json").summary
    paid = stub.calls
    before = {file: file.read_bytes() for file in Path("lived").rglob("*") if file.is_file()}
    Path("thinker.yaml").write_text(
        THINKER.replace("the parcel comes", "the plumber comes"), encoding="utf-8"
    )
    assert said(*command).code == 2
    forked = said(*command, "--fork", "--json")
    assert forked.code == 0, forked.err
    assert forked.summary["run"] == "lived-2"
    assert 0 < stub.calls - paid < paid / 2, "what was asked before is not asked again"
    assert {file: file.read_bytes() for file in Path("lived").rglob("*") if file.is_file()} == before
    again = said(*command, "--fork", "--json").summary
    assert (again["run"], again["digest"]) == ("lived-2", forked.summary["digest"]), (
        "the same command goes on"
    )
    Path("thinker.yaml").write_text(THINKER.replace("the parcel", "the piano"), encoding="utf-8")
    assert said(*command, "--fork", "--json").summary["run"] == "lived-3"
    Path("thinker.yaml").write_text(THINKER, encoding="utf-8")
    assert said(*command, "--fork", "--json").summary["digest"] == first["digest"], "it is lived already"
    assert not Path("lived-4").exists()
    assert "--fork wants the scenario" in said("lived", "--fork").sentence


def test_what_a_fork_takes_over_is_answers_alone(tmp_path: Path) -> None:
    """Not failures, nor how the last run settled to use its model."""
    with Journal(tmp_path / "old") as journal:
        journal.store("a", {"method": "chat"}, {"text": "paid"})
        journal.store("b", {"method": "chat"}, {"failed": "out of order"})
        journal.store("c", {"method": "settings"}, {"model": "small"})
        copy_replies(tmp_path / "old", tmp_path / "new")  # while it is open, as a kill leaves it
    with Journal(tmp_path / "new") as journal:
        assert [journal.find(key) for key in "abc"] == [{"text": "paid"}, None, None]
    (tmp_path / "old").write_bytes(b"x" * 5000)
    with pytest.raises(UserError, match="old: damaged, or no journal"):
        copy_replies(tmp_path / "old", tmp_path / "third")
    assert not (tmp_path / "third").exists()


def test_what_is_torn_is_lived_again_and_nothing_else(tmp_path: Path) -> None:
    street = HERMIT.replace("days: 2", "days: 1\nhouseholds: 5")
    Path("street.yaml").write_text(street, encoding="utf-8")
    whole = said("street.yaml", "--out", "lived", "--json").summary
    assert whole["damaged"] == []
    run = Path("lived")
    written = {file: file.read_bytes() for file in run.rglob("*") if file.is_file()}
    (run / "manifest.json").unlink()
    torn = part_file(run, "oracle", 1)
    torn.write_bytes(torn.read_bytes()[:-1])
    record = run / "done" / "h00002.json"
    record.write_text(
        record.read_text(encoding="utf-8").replace('"executed": 0', '"executed": 7'), encoding="utf-8"
    )
    (run / "done" / "h00003.json").write_text("[" * 100_000, encoding="utf-8")
    before = {file: file.stat().st_mtime_ns for file in run.rglob("*.*") if file.is_file()}
    again = said("street.yaml", "--out", "lived", "--json")
    assert again.summary["digest"] == whole["digest"]
    assert again.summary["damaged"] == ["h00001", "h00002", "h00003"]
    assert "damaged     h00001, h00002, h00003: not as written, so lived again" in again.err
    assert {file: file.read_bytes() for file in run.rglob("*") if file.is_file()} == written
    untouched = [file for file in before if "00000" in file.name or "00004" in file.name]
    assert len(untouched) == 14
    assert all(file.stat().st_mtime_ns == before[file] for file in untouched)


NO_ROOM = """
import resource, signal
resource.setrlimit(resource.RLIMIT_FSIZE, ({size}, {size}))
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
"""


@pytest.mark.parametrize(("size", "file"), [(3_000, "scenario.json"), (40_000, "part-00000.parquet")])
def test_a_full_disk_ends_in_a_sentence_and_the_run_goes_on_when_there_is_room(
    size: int, file: str, tmp_path: Path
) -> None:
    fortnight = ("hermit.yaml", "--days", "14", "--out", "lived")  # tables larger than its scenario
    full = homefolk(*fortnight, cwd=tmp_path, before=NO_ROOM.format(size=size))
    assert (full.code, file in full.sentence, "File too large" in full.sentence) == (1, True, True)
    assert not is_complete(Path("lived"))
    assert not list(Path("lived").rglob(".*.tmp")), "what could not be finished is cleared away"
    whole = said(*fortnight[:3], "--out", "whole", "--json").summary
    assert said(*fortnight, "--json").summary["digest"] == whole["digest"]
