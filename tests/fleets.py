"""What stories about fleets share: a street of homes, its runs side by side, and what they leave behind."""

import asyncio
import os
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from evaluation.console import watch
from runner.run import Job
from runner.start import started
from tests.command import HERMIT, THINKER, said

TABLES = ("events", "oracle", "decisions", "conflicts", "sequences", "behaviours", "done")
FULL = bool(os.environ.get("HOMEFOLK_CHAOS"))  # the long form
full_only = pytest.mark.skipif(not FULL, reason="HOMEFOLK_CHAOS=1 runs the long form")


def street(folder: Path, households: int = 6, scenario: str = HERMIT, days: int = 1) -> Path:
    """A scenario of some homes that are alike."""
    path = folder / "street.yaml"
    text = scenario.replace("days: 2", f"days: {days}") + f"households: {households}\n"
    lines = [line for line in text.splitlines() if "day: 1" not in line or days > 1]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def thinking_street(folder: Path, households: int = 4) -> Path:
    """The same with a model to ask."""
    return street(folder, households, THINKER)


def lived(scenario: Path, out: Path, *options: object) -> dict[str, Any]:
    """The summary of a run."""
    command = said(scenario, "--out", out, "--json", *options)
    assert command.code == 0, command.err
    return command.summary


def contents(folder: Path) -> dict[str, bytes]:
    """Every file of the tables, by its path."""
    files = [it for name in TABLES for it in (folder / name).glob("*")]
    return {it.relative_to(folder).as_posix(): it.read_bytes() for it in sorted(files)}


def here(scenario: Path, out: Path, change: Callable[[Job], Job] = lambda job: job) -> dict[str, Any]:
    """The summary of a run in this process, its job *changed* by the test."""
    with started(scenario, {}, out, "go_on", lambda _: None) as job:
        return asyncio.run(watch(change(job)))


def children(process: int) -> list[int]:
    """The processes that *process* has started, and theirs."""
    try:
        found = [int(it) for it in Path(f"/proc/{process}/task/{process}/children").read_text().split()]
    except OSError:
        return []
    return [it for child in found for it in (child, *children(child))]


def alive(processes: Sequence[int]) -> list[int]:
    """Those of *processes* that still run."""
    return [it for it in processes if _state(it) not in ("", "Z")]


def _state(process: int) -> str:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return ""


def eventually(happened: Callable[[], Any], seconds: float = 60.0) -> Any:
    """Wait for what *happened*, and return it."""
    end = time.monotonic() + seconds
    while not (found := happened()):
        assert time.monotonic() < end, "it never came to pass"
        time.sleep(0.02)
    return found
