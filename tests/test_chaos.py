"""Killed -9 wherever it may be, a run comes to the same bytes, and pays for no reply twice.

`HOMEFOLK_CHAOS` says how many kills; `make chaos` takes 50.
"""

import json
import os
import random
import sqlite3
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from fleets import full_only

from agents.gateway.journal import Journal
from tests.command import THINKER
from tests.killing import Running
from tests.stub_server import Stub, stub_server

KILLS = int(os.environ.get("HOMEFOLK_CHAOS", "5"))
STREET = THINKER.replace("days: 2", "days: 1\nhouseholds: 2").partition("  - {day: 1")[0]
OWN = ("journal.sqlite", "journal.spent", ".homefolk")
"""Of one folder alone: in which order replies came, what was spent in vain, who holds the lock."""


@pytest.fixture
def stub() -> Iterator[Stub]:
    with stub_server("slow") as server:
        server.pause = 0.02
        yield server


@pytest.fixture
def street(tmp_path: Path) -> Path:
    (tmp_path / "street.yaml").write_text(STREET, encoding="utf-8")
    return tmp_path


Question = tuple[Any, ...]


def asked(body: dict[str, Any]) -> Question:
    messages = tuple((it["role"], it["content"]) for it in body["messages"])
    return (messages, body["seed"], body["max_tokens"], bool(body.get("logprobs")))


def kept(run: Path) -> set[Question]:
    """Every question whose reply is in the journal, each whole: what is half-written is not in it."""
    file = run / "journal.sqlite"
    if not file.is_file():
        return set()
    with Journal(file) as journal:
        rows = [json.loads(request) for (request,) in journal._db.execute("SELECT request FROM replies")]
        assert all(journal.find(key) is not None for (key,) in journal._db.execute("SELECT key FROM replies"))
    return {
        (tuple(map(tuple, it["messages"])), it["attempt"], it["max_tokens"], bool(it["letters"]))
        for it in rows
        if it["method"] == "chat"
    }


def contents(run: Path) -> dict[str, bytes]:
    files = (it for it in run.rglob("*") if it.is_file() and it.name not in OWN)
    return {it.relative_to(run).as_posix(): it.read_bytes() for it in files}


def replies(run: Path) -> list[tuple[str, ...]]:
    with sqlite3.connect(run / "journal.sqlite") as journal:
        return journal.execute("SELECT * FROM replies ORDER BY key").fetchall()


@dataclass
class Bill:
    """What the server was asked, and how often it may have been."""

    stub: Stub
    survived: Counter[Question] = field(default_factory=Counter)
    seen: int = 0

    def settle(self, run: Path) -> None:
        """After a process has ended: what came in since then was not answered before; what is kept now is."""
        before, self.answered = getattr(self, "answered", set()), kept(run)
        since = [asked(body) for body in self.stub.asked[self.seen :]]
        self.seen += len(since)
        assert not before & set(since), "paid twice: it was in the journal"
        for question in set(map(asked, self.stub.asked)) - self.answered:
            self.survived[question] += 1  # on its way when the kill came

    def check(self) -> None:
        """A call on its way at a kill may be made once more for each such kill; no other call is."""
        for question, times in Counter(map(asked, self.stub.asked)).items():
            assert times <= 1 + self.survived[question]


def kill_somewhere(
    chance: random.Random, command: tuple[object, ...], at: Path, stub: Stub, whole: "Whole"
) -> bool:
    """Kill a process of the run *command* at a random moment; False if it came to its end before."""
    way = chance.choice(("touch", "call", "time"))
    if way == "touch":
        return Running(command, at, last=chance.randrange(1, whole.touches)).ended().code < 0
    process = Running(command, at)
    if way == "call":
        due = stub.calls + chance.randrange(1, whole.calls)
        while stub.calls < due and process.process.is_alive():
            time.sleep(0.002)
        time.sleep(chance.uniform(0, 2 * stub.pause))
    else:
        time.sleep(chance.uniform(0, whole.seconds))
    process.kill()
    return process.ended().code < 0


@dataclass(frozen=True)
class Whole:
    """The run that nothing interrupts."""

    files: dict[str, bytes]
    replies: list[tuple[str, ...]]
    calls: int
    touches: int
    seconds: float


def undisturbed(command: tuple[object, ...], at: Path, run: Path, stub: Stub) -> Whole:
    began = time.monotonic()
    ended = Running(command, at).ended()
    assert ended.code == 0, ended.said
    whole = Whole(contents(run), replies(run), stub.calls, ended.touches, time.monotonic() - began)
    assert len(set(map(asked, stub.asked))) == stub.calls > 8
    return whole


@pytest.mark.parametrize("workers", [1, pytest.param(2, marks=full_only)])
def test_killed_anywhere_it_ends_in_the_same_bytes_and_no_reply_is_paid_twice(
    street: Path, stub: Stub, workers: int
) -> None:
    """Workers import for seconds, so that they get a tenth of the kills; those of the parent alone."""
    chance, kills, runs = random.Random(KILLS), 0, 0
    command = ("street.yaml", "--base-url", stub.url, "--out", "lived", "--workers", workers)
    whole = undisturbed(command, street, street / "lived", stub)
    while kills < (KILLS if workers == 1 else max(1, KILLS // 10)):
        runs += 1
        (street / "lived").rename(street / f"before-{runs}")
        stub.asked.clear()
        bill = Bill(stub)
        while kill_somewhere(chance, command, street, stub, whole):
            kills += 1
            bill.settle(street / "lived")
        ended = Running(command, street).ended()
        assert ended.code == 0, ended.said
        bill.settle(street / "lived")
        bill.check()
        assert contents(street / "lived") == whole.files
        assert replies(street / "lived") == whole.replies
