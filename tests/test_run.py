"""A run comes to the same end whatever comes between: twice, in another order, killed, stopped, crowded."""

import asyncio
import re
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from agents.gateway.native import Native
from agents.gateway.port import Endpoint
from dataset.manifest import is_complete, read_manifest
from tests.command import HERMIT, QUICKSTART, THINKER, ended, homefolk, said, start
from tests.stub_server import stub_server

KEYS = {
    "run", "digest", "households", "residents", "days", "events", "decisions", "seconds", "llm",
    "damaged", "invalid_executed", "invalid_proposed",
}  # fmt: skip
LLM_KEYS = {
    "model",
    "calls",
    "cached",
    "prompt_tokens",
    "completion_tokens",
    "thoughts",
    "fallbacks",
    "ledger",
}


@pytest.fixture
def hermit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "hermit.yaml").write_text(HERMIT, encoding="utf-8")
    return tmp_path


@pytest.fixture
def thinker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "thinker.yaml").write_text(THINKER, encoding="utf-8")
    return tmp_path


def test_the_same_command_again_says_complete_and_elsewhere_gives_the_same_digest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    command = (QUICKSTART, "--mind", "habit", "--days", 7, "--seed", 7, "--json")
    first = homefolk(*command, cwd=tmp_path)
    assert first.code == 0, first.err
    assert first.summary.keys() == KEYS
    assert first.summary["llm"].keys() == LLM_KEYS
    assert first.summary["seconds"] > 0
    folder = tmp_path / first.summary["run"]
    assert folder.parent == tmp_path / "runs"
    assert read_manifest(folder).digest == first.summary["digest"]
    again = said(*command)
    assert (again.code, "is complete already" in again.err) == (0, True)
    assert again.summary == {**first.summary, "seconds": 0.0}
    elsewhere = said(*command, "--out", "elsewhere")
    assert elsewhere.summary["digest"] == first.summary["digest"]
    assert not list(tmp_path.rglob("*.tmp"))


def test_order_in_the_files_does_not_matter_and_the_seed_does(hermit: Path) -> None:
    lived = said("hermit.yaml", "--json").summary
    home = (QUICKSTART.parent / "homes" / "two_room_flat.yaml").read_text(encoding="utf-8")
    head, tail = re.split(r"(?m)^(?=rooms:)", home)
    blocks = re.split(r"(?m)^(?=\w+:)", tail)
    turned = "".join(
        _upside_down(block) if block.startswith(("rooms:", "devices:")) else block for block in blocks
    )
    assert turned != tail
    (hermit / "turned_home.yaml").write_text(head + turned, encoding="utf-8")
    lines = HERMIT.replace("homes/two_room_flat.yaml", "turned_home.yaml").splitlines()
    (hermit / "turned.yaml").write_text("\n".join([*lines[:-2], lines[-1], lines[-2]]), encoding="utf-8")
    turned_round = said("turned.yaml", "--json", "--out", "turned").summary
    assert turned_round["digest"] == lived["digest"]
    assert said("hermit.yaml", "--json", "--seed", 8).summary["digest"] != lived["digest"]


def _upside_down(block: str) -> str:
    """A YAML mapping with its entries in the opposite order."""
    key, *lines = block.splitlines(keepends=True)
    entries = re.findall(r"(?m)^  \w+:.*\n(?:(?:   .*)?\n)*", "".join(lines))
    return key + "".join(reversed(entries))


def test_the_folder_itself_is_an_argument(hermit: Path) -> None:
    first = said("hermit.yaml", "--out", "lived", "--json").summary
    whole = said("lived", "--json")
    assert whole.code == 0
    assert whole.summary["digest"] == first["digest"]
    for name in ("manifest.json", "events/part-00000.parquet"):
        (hermit / "lived" / name).unlink()
    assert said("lived", "--json").summary["digest"] == first["digest"], "it goes on from what is left"
    assert "without seed, out" in said("lived", "--seed", 3, "--out", "x").sentence


def test_several_households_are_lived_apart(hermit: Path) -> None:
    (hermit / "street.yaml").write_text(HERMIT + "households: 3\n", encoding="utf-8")
    street = said("street.yaml", "--json").summary
    assert (street["households"], street["residents"]) == (3, 6)
    records = read_manifest(Path(street["run"])).households
    assert len({record.digest for record in records}) == 3
    assert sum(record.events for record in records) == street["events"]


def test_what_was_not_drawn_is_drawn_when_the_command_is_given_again(hermit: Path) -> None:
    folder = Path(said("hermit.yaml", "--json").summary["run"])
    manifest = (folder / "manifest.json").read_bytes()
    for name in ("timeline.svg", "report.html"):
        (folder / name).unlink()
    assert said("hermit.yaml").code == 0
    assert (folder / "timeline.svg").read_text(encoding="utf-8").startswith("<svg")
    assert (folder / "report.html").stat().st_size > 1000
    assert (folder / "manifest.json").read_bytes() == manifest


DIE_AT_FLUSH = """
import os, signal
left, fsync = {moment}, os.fsync
def dying(file):
    global left
    left -= 1
    fsync(file) if left else os.kill(os.getpid(), signal.SIGKILL)
os.fsync = dying
"""


def test_killed_while_writing_it_never_looks_complete_and_goes_on_to_the_same_end(hermit: Path) -> None:
    whole = said("hermit.yaml", "--json", "--out", "whole").summary
    folder = hermit / "killed"
    for moment in (1, 7, 13):  # of the flushes: first of scenario.json, last of manifest.json
        process = homefolk(
            "hermit.yaml", "--out", folder, cwd=hermit, before=DIE_AT_FLUSH.format(moment=moment)
        )
        assert process.code == -signal.SIGKILL, (moment, process.err)
        assert not is_complete(folder)
        for part in folder.rglob("*.parquet"):
            pq.read_table(part)
        for text in (*folder.glob("*.json"), *folder.glob("README.md")):
            assert text.read_text(encoding="utf-8").endswith("\n")
    assert list(folder.rglob(".*.tmp")), "the last one died with a file half-written"
    assert said("hermit.yaml", "--json", "--out", folder).summary["digest"] == whole["digest"]
    assert not list(folder.rglob(".*.tmp"))


def test_killed_while_thinking_it_pays_no_call_twice(thinker: Path) -> None:
    with stub_server("slow") as stub:
        stub.pause = 0.05
        command = ("thinker.yaml", "--base-url", stub.url, "--json", "--out")
        whole = said(*command, "whole").summary
        paid = len(stub.asked)
        assert whole["llm"]["calls"] == paid > 8
        stub.asked.clear()
        stub.pause = 0.25  # nobody finishes before the signal comes, however busy the machine
        for moment, by in ((paid // 3, signal.SIGKILL), (2 * paid // 3, signal.SIGINT)):
            process = start(*command, "killed", cwd=thinker)
            wait_for(process, lambda moment=moment: stub.calls >= moment)
            process.send_signal(by)
            stopped = ended(process)
            assert not is_complete(thinker / "killed")
        assert (stopped.code, stopped.sentence) == (130, "stopped; the same command goes on from here")
        rest = said(*command, "killed").summary
        again = len(stub.asked)
    assert rest["digest"] == whole["digest"]
    assert rest["llm"]["cached"] >= paid // 3
    on_their_way = 2 * 2  # each time, of two residents at most
    assert paid <= again <= paid + on_their_way


def test_who_is_stopped_waits_for_the_answer_on_its_way() -> None:
    """llama.cpp hangs when it is stopped while it answers."""

    async def stopped() -> float:
        asking = asyncio.create_task(native.post("/completion", {}, "content"))
        while not stub.calls:
            await asyncio.sleep(0.005)
        begun = time.perf_counter()
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking
        return time.perf_counter() - begun

    with stub_server("slow") as stub:
        stub.pause = 0.8
        native = Native(Endpoint(model="stub", base_url=stub.url), timeout=5)
        assert asyncio.run(stopped()) > 0.2
    assert stub.calls == 1


def wait_for(process: "subprocess.Popen[str]", happened: Callable[[], bool]) -> None:
    while not happened():
        assert process.poll() is None, process.communicate()
        time.sleep(0.01)


def test_what_habit_weighs_alone_is_no_thought_of_a_model(tmp_path: Path) -> None:
    lived = said(str(QUICKSTART), "--mind", "habit", "--days", "2", "--out", str(tmp_path / "run"), "--json")
    assert lived.summary["llm"]["thoughts"] == 0
    rows = pq.read_table(tmp_path / "run" / "decisions").to_pylist()
    assert any(thought["question"] == "choice" for row in rows for thought in row["thoughts"])


def test_a_run_goes_on_with_a_server_that_has_moved(thinker: Path) -> None:
    with stub_server(*["json"] * 4, "400") as stub:
        broken = said("thinker.yaml", "--base-url", stub.url, "--out", "lived")
    assert broken.code == 1
    assert broken.sentence.startswith("the run failed: h00000: ")
    assert "fell back to habit" in broken.sentence
    assert not is_complete(thinker / "lived")
    with stub_server("json") as stub:
        moved = said("thinker.yaml", "--base-url", stub.url, "--out", "lived", "--json")
    assert moved.code == 0, moved.err
    assert moved.summary["llm"]["fallbacks"] == 0
    assert moved.summary["llm"]["cached"] >= 2


@pytest.mark.parametrize("workers", [1, 2])
def test_two_runs_do_not_write_into_one_folder(thinker: Path, workers: int) -> None:
    with stub_server("slow") as stub:
        command = ("thinker.yaml", "--base-url", stub.url, "--out", "lived", "--workers", workers)
        first = start(*command, cwd=thinker)
        wait_for(first, lambda: stub.calls > 0)
        second = said(*command)
        first.kill()
        ended(first)
    assert second.code == 2
    assert second.sentence.startswith("another run is writing into lived")


def test_a_folder_of_something_else_is_left_alone(hermit: Path) -> None:
    (hermit / "photos").mkdir()
    (hermit / "photos" / "cat.jpg").write_bytes(b"cat")
    refused = said("hermit.yaml", "--out", "photos")
    assert (refused.code, "holds something else (cat.jpg)" in refused.sentence) == (2, True)
    assert [entry.name for entry in Path("photos").iterdir()] == ["cat.jpg"]
    (hermit / "file").write_text("mine", encoding="utf-8")
    assert "is a file" in said("hermit.yaml", "--out", "file").sentence
    assert said("hermit.yaml", "--out", "lived").code == 0
    other = said("hermit.yaml", "--seed", 8, "--days", 3, "--out", "lived")
    assert other.code == 2
    assert other.err.splitlines()[:3] == [
        "lived holds another run; before → now:", "  scenario.seed: 7 → 8", "  scenario.days: 2 → 3",
    ]  # fmt: skip
    (hermit / "lived" / "scenario.json").write_text("[1]", encoding="utf-8")
    assert "scenario.json is damaged" in said("hermit.yaml", "--out", "lived").sentence
    assert "scenario.json is damaged" in said("lived").sentence
    assert "photos is no run" in said("photos").sentence
