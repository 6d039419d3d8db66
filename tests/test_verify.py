"""`verify` derives a run again and says whether it comes out: what is changed in it, and where."""

import json
import shutil
import sqlite3
import sys
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from dataset.manifest import read_manifest
from dataset.store import part_file
from runner.provenance import hashes
from tests.command import HERMIT, QUICKSTART, THINKER, homefolk, said
from tests.stub_server import stub_server

NO_NETWORK = """
sys.addaudithook(lambda name, _: os._exit(99) if name in ("socket.connect", "socket.getaddrinfo") else None)
"""
"""Python that ends the process at the first thought of a network."""
NO_POWERS = (
    "import ctypes\nctypes.CDLL(None).capset((ctypes.c_uint32 * 2)(0x20080522), (ctypes.c_uint32 * 6)())\n"
)
"""Python by which even root minds what may be written (Linux; for others there is nothing to give up)."""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three households with a model that is switched off since."""
    folder = tmp_path_factory.mktemp("made")
    folder.chmod(0o755)
    street = THINKER.replace("days: 2", "days: 2\nhouseholds: 2")
    (folder / "thinker.yaml").write_text(street, encoding="utf-8")
    with stub_server("json") as stub:
        run = said(folder / "thinker.yaml", "--base-url", stub.url, "--out", folder / "run")
    assert run.code == 0, run.err
    return folder / "run"


@pytest.fixture
def run(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy to break."""
    monkeypatch.chdir(tmp_path)
    shutil.copytree(made, tmp_path / "run")
    return Path("run")


def edited(run: Path, name: str, change: Callable[[list[dict[str, Any]]], object], index: int = 1) -> None:
    """As if somebody had changed rows of the table *name* afterwards."""
    file = part_file(run, name, index)  # type: ignore[arg-type]
    table = pq.read_table(file)
    rows = table.to_pylist()
    change(rows)
    pq.write_table(pa.Table.from_pylist(rows, table.schema), file)


def test_a_run_comes_out_again_where_nothing_can_be_written_or_asked(made: Path, tmp_path: Path) -> None:
    before = {file: file.stat().st_mtime_ns for file in made.rglob("*")}
    for file in (made, *before):
        file.chmod(0o555)
    powerless = NO_POWERS if sys.platform == "linux" else ""
    try:
        told = homefolk("verify", made, cwd=tmp_path, before=NO_NETWORK + powerless)
        written = homefolk(
            QUICKSTART, "--mind", "habit", "--out", made / "other", cwd=tmp_path, before=powerless
        )
    finally:
        for file in (made, *before):
            file.chmod(0o755)
    assert (written.code, "cannot be written to (Permission denied)" in written.sentence) == (2, True)
    assert told.code == 0, told.err
    assert "comes out again, every table the same (2 households" in told.out
    assert {file: file.stat().st_mtime_ns for file in made.rglob("*")} == before


def test_what_was_changed_is_named(run: Path) -> None:
    edited(run, "events", lambda rows: rows[3].update(value="on\u202e<b>"))
    told = said("verify", "run")
    assert told.code == 1
    assert (
        "run does not come out again: events of h00001: row 3, value: 'on\\u202e<b>' in the run, "
        in told.sentence
    )
    assert told.sentence.endswith("derived again")
    edited(run, "oracle", lambda rows: rows.pop(), 0)
    first = said("verify", "run").sentence
    assert "oracle of h00000: " in first and " rows in the run, " in first


@pytest.mark.parametrize("table", ["decisions", "conflicts", "sequences", "behaviours"])
def test_no_table_is_left_out(run: Path, table: str) -> None:
    file = part_file(run, table, 0)  # type: ignore[arg-type]
    file.write_bytes(file.read_bytes()[:-9])
    told = said("verify", "run")
    assert (
        told.code,
        f"{table} of h00000: run/{table}/part-00000.parquet is no Parquet file" in told.err,
    ) == (1, True)


def test_a_manifest_that_says_something_else_is_noticed(run: Path) -> None:
    file = run / "manifest.json"
    text = file.read_text(encoding="utf-8")
    for there, forged in (
        ('"fallbacks": 0', '"fallbacks": 2'),
        ('"seed": 7', '"seed": 9'),
        ('"executed": 0', '"executed": 1'),
    ):
        file.write_text(text.replace(there, forged), encoding="utf-8")
        told = said("verify", "run")
        assert told.code == 1
        assert f"{file} is not what the run wrote (there → derived again): " in told.sentence
    file.write_text(text.replace('"schema": "', '"schema": "0.'), encoding="utf-8")
    assert "is of version 0." in said("verify", "run").sentence
    file.write_text(text[:-50], encoding="utf-8")
    assert "manifest.json is damaged" in said("verify", "run").sentence
    file.unlink()
    assert "it is no complete run" in said("verify", "run").sentence


def test_a_reply_that_was_changed_or_lost_is_noticed(run: Path) -> None:
    with sqlite3.connect(run / "journal.sqlite") as journal:
        journal.execute("UPDATE replies SET answer = replace(answer, 'e', 'a') WHERE request LIKE '%rings%'")
    assert "is damaged" in said("verify", "run").sentence
    with sqlite3.connect(run / "journal.sqlite") as journal:
        journal.execute("DELETE FROM replies WHERE request LIKE '%rings%'")
    assert "no reply to" in said("verify", "run").sentence
    (run / "journal.sqlite").unlink()
    assert "no journal to replay" in said("verify", "run").sentence


def test_the_manifest_says_what_shaped_the_run(run: Path) -> None:
    manifest = read_manifest(run)
    assert manifest.hashes.keys() == {"scenario", "profiles", "catalogue", "prompts", "code", "replies"}
    assert len(set(manifest.hashes.values())) == 6
    assert manifest.origin.model == "stub"
    assert {"numpy", "pyarrow", "langgraph"} <= manifest.packages.keys()
    Path("hermit.yaml").write_text(HERMIT, encoding="utf-8")
    assert said("hermit.yaml", "--out", "habit").code == 0
    habit = read_manifest(Path("habit"))
    assert "replies" not in habit.hashes
    same = {name for name, digest in habit.hashes.items() if digest == manifest.hashes[name]}
    assert same == {"profiles", "catalogue", "prompts", "code"}


def test_a_reply_counts_though_nothing_came_of_it(run: Path) -> None:
    """Replies are part of the manifest by what they say, not by what was made of them."""
    with sqlite3.connect(run / "journal.sqlite") as journal:
        rows = journal.execute("SELECT key, answer FROM replies WHERE request LIKE '%rings%'").fetchall()
        key, answer = next((key, answer) for key, answer in rows if '"prompt_tokens":40' in answer)
        other = answer.replace('"finish":"stop"', '"finish":"eos"')
        check_sum = sha256(f"{key}{other}".encode()).hexdigest()
        journal.execute("UPDATE replies SET answer = ?, check_sum = ? WHERE key = ?", (other, check_sum, key))
    told = said("verify", "run")
    assert (told.code, "hashes.replies" in told.sentence) == (1, True)


def test_what_people_remember_is_part_of_the_run(flat_run: Path, tmp_path: Path) -> None:
    shutil.copytree(flat_run, tmp_path / "run")
    remembered = next((tmp_path / "run" / "memory").glob("*.json"))
    remembered.write_text(remembered.read_text(encoding="utf-8") + " ", encoding="utf-8")
    told = said("verify", tmp_path / "run")
    assert (told.code, "hashes.memory" in told.err) == (1, True), told.err


def test_a_program_that_changed_since_is_told_and_need_not_matter(made: Path, run: Path) -> None:
    settings, manifest = (
        json.loads((run / name).read_bytes()) for name in ("scenario.json", "manifest.json")
    )
    settings["code"]["world/loop.py"] = "0" * 12
    manifest |= {"settings": settings, "hashes": {**manifest["hashes"], **hashes(settings)}}
    (run / "scenario.json").write_text(json.dumps(settings), encoding="utf-8")
    (run / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    told = said("verify", "run")
    assert (told.code, told.err.splitlines()[0]) == (0, "since it was made: code: world/loop.py changed")
    again = said(
        made.parent / "thinker.yaml", "--base-url", "http://127.0.0.1:9/v1", "--out", run, "--replay"
    )
    assert again.code == 0, again.err
    edited(run, "events", lambda rows: rows[3].update(value="-"))
    assert said("verify", "run").err.splitlines()[-2:] == [
        "since it was made (before → now):", "  code: world/loop.py changed",
    ]  # fmt: skip


def test_habit_is_simulated_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("hermit.yaml").write_text(HERMIT, encoding="utf-8")
    assert said("hermit.yaml", "--out", "run").code == 0
    assert said("verify", "run").code == 0
    edited(Path("run"), "events", lambda rows: rows[0].update(command="dance"), 0)
    assert "row 0, command: 'dance' in the run" in said("verify", "run").sentence
    assert "photos" in said("verify", "photos").sentence
