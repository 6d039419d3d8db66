"""Full disks, servers that die, clocks that jump: a run ends in a sentence, or comes out right."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from dataset.atomic import write_text
from dataset.manifest import is_complete, read_manifest
from tests.command import HERMIT, THINKER, Said, homefolk, said
from tests.stub_server import Stub, stub_server

DAY = (
    THINKER.replace("days: 2", "days: 1")
    .partition("  - {day: 1")[0]
    .replace("plans: choose", "plans: choose, outage: 1")
)


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("hermit.yaml").write_text(HERMIT, encoding="utf-8")
    Path("day.yaml").write_text(DAY, encoding="utf-8")


@pytest.fixture
def stub() -> Iterator[Stub]:
    with stub_server("json") as server:
        yield server


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 4 MiB."""
    at = tmp_path / "disk"
    at.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(at)]
    if sys.platform != "linux" or os.getuid() != 0 or subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("only root mounts a small disk")
    yield at
    subprocess.run(["umount", "--lazy", str(at)], check=True)


def once(stub: Stub, *options: object) -> Said:
    return said("day.yaml", "--base-url", stub.url, "--json", *options)


FULL = ("No space left on device", "database or disk is full", "disk I/O error")
"""As the system and SQLite put it, the latter with the file's name."""


def test_a_disk_that_fills_up_ends_the_run_and_room_lets_it_go_on(small_disk: Path, stub: Stub) -> None:
    whole = once(stub, "--out", "whole").summary
    paid = stub.calls
    ballast, out = small_disk / "ballast", small_disk / "run"
    stub.asked.clear()
    for room in (20, 100, 170):  # KiB: for a lock, for a scenario, for some replies
        ballast.write_bytes(b"x" * 1024 * (4096 - 8 - room - used(out)))
        full = once(stub, "--out", out)
        assert (full.code, "Traceback" in full.err) == (1, False)
        assert any(words in full.err for words in FULL), full.err
        assert not is_complete(out)
        ballast.unlink()
    rest = once(stub, "--out", out)
    assert rest.code == 0, rest.err
    assert rest.summary["digest"] == whole["digest"]
    assert paid <= stub.calls <= paid + 3 * 2, "what found no room, of two residents at most, is asked again"


def test_a_read_only_disk_is_named_before_anything_is_asked_and_what_is_on_it_can_be_verified(
    small_disk: Path, stub: Stub
) -> None:
    digest = once(stub, "--out", small_disk / "run").summary["digest"]
    asked = stub.calls
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    refused = once(stub, "--out", small_disk / "new")
    assert refused.code == 2
    assert refused.sentence == (
        f"{small_disk / 'new'} cannot be written to (Read-only file system); choose another --out"
    )
    assert stub.calls == asked
    with pytest.raises(OSError, match="Read-only file system") as why:
        write_text(small_disk / "run" / "report.json", "{}")
    assert why.value.filename == str(small_disk / "run" / "report.json")
    checked = said("verify", small_disk / "run")
    assert (checked.code, digest[:16] in checked.out) == (0, True)


def used(folder: Path) -> int:
    return sum(-(-file.stat().st_size // 4096) * 4 for file in folder.rglob("*") if file.is_file())


def test_a_server_that_dies_is_waited_for_and_nobody_falls_back(stub: Stub) -> None:
    Path("day.yaml").write_text(DAY.replace("outage: 1", "outage: 60"), encoding="utf-8")
    whole = once(stub, "--out", "whole").summary
    paid, stub.asked[:] = stub.calls, []
    stub.decide = lambda _: "hang_up" if 5 <= stub.calls < 13 else "json"
    again = once(stub, "--out", "again")
    assert again.code == 0, again.err
    assert again.summary["digest"] == whole["digest"]
    assert again.summary["llm"]["fallbacks"] == 0
    assert stub.calls == paid + 8, "none but those on which it hung up were asked twice"


def test_a_server_that_stays_away_ends_the_run_which_goes_on_when_it_is_back(stub: Stub) -> None:
    whole = once(stub, "--out", "whole").summary
    paid, stub.asked[:] = stub.calls, []
    stub.decide = lambda _: "hang_up" if stub.calls >= 7 else "json"
    away = once(stub, "--out", "again")
    assert (away.code, "the same command goes on from here when it answers again" in away.sentence) == (
        1,
        True,
    )
    assert not is_complete(Path("again"))
    answered, stub.decide = 6, None
    before = stub.calls
    back = once(stub, "--out", "again")
    assert back.code == 0, back.err
    assert (back.summary["digest"], stub.calls - before) == (whole["digest"], paid - answered)


JUMPING = """
import time
real, jumps = time.time, iter(range(10**9))
time.time = lambda: real() + (-1) ** next(jumps) * 4e8 * (next(jumps) % 3)
time.time_ns = lambda: int(time.time() * 1e9)
"""


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "America/St_Johns"])
def test_a_clock_that_jumps_changes_nothing(
    stub: Stub, monkeypatch: pytest.MonkeyPatch, zone: str, tmp_path: Path
) -> None:
    """By twelve years to and fro, and in another zone than the home's."""
    whole = once(stub, "--out", "whole").summary
    monkeypatch.setenv("TZ", zone)
    jumped = homefolk("day.yaml", "--base-url", stub.url, "--out", "jumped", cwd=tmp_path, before=JUMPING)
    assert jumped.code == 0, jumped.err
    assert read_manifest(Path("jumped")).digest == whole["digest"]
    names = {file.relative_to("jumped") for file in Path("jumped").rglob("*.parquet")}
    assert names and all(
        (Path("jumped") / it).read_bytes() == (Path("whole") / it).read_bytes() for it in names
    )
