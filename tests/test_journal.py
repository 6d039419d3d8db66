"""The journal: what is in it survives a kill, is found by what changes a reply, and is never made up."""

import asyncio
import os
import signal
import subprocess
import sys
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from agents.gateway.chat import request_of
from agents.gateway.journal import Answer, Journal, Request, key_of
from agents.gateway.ledger import Ledger, Spent
from agents.gateway.port import Ask, MissingEntry, PortError
from agents.gateway.recorder import Call, Recorder
from scenarios.errors import UserError

ASK = Ask(purpose="plan", resident="anna", messages=(("user", "Plan!"),), max_tokens=9)
REQUEST = request_of(ASK, "small", 0.7)
ANSWER: Answer = {"text": "é", "prompt_tokens": 3, "completion_tokens": 2}


def asks(
    journal: Journal, call: Call | None = None, ledger: Ledger | None = None
) -> tuple[str, Answer, bool]:
    recorder = Recorder(journal, ledger or Ledger(), {"chat": call} if call else {})
    return asyncio.run(recorder.ask(REQUEST, purpose="plan", resident="anna"))


async def replying(_: Request) -> Answer:
    return ANSWER


def test_a_reply_survives_a_kill_right_after_it_was_stored(tmp_path: Path) -> None:
    program = (
        "import os, signal, sys; from pathlib import Path; from agents.gateway.journal import Journal\n"
        "Journal(Path(sys.argv[1])).store('k', {'a': 1}, {'text': 'paid for'})\n"
        "os.kill(os.getpid(), signal.SIGKILL)"
    )
    path = tmp_path / "journal.sqlite"
    env = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])}
    assert subprocess.run([sys.executable, "-c", program, path], env=env).returncode == -signal.SIGKILL
    with Journal(path) as journal:
        assert journal.find("k") == {"text": "paid for"}
    with Journal(path, replay=True) as journal:
        assert journal.find("k") == {"text": "paid for"}


def test_a_question_is_paid_for_once(tmp_path: Path) -> None:
    ledger = Ledger()
    with Journal(tmp_path / "j") as journal:
        key, answer, cached = asks(journal, replying, ledger)
        assert (answer, cached) == (ANSWER, False)
        assert asks(journal, replying, ledger) == (key, ANSWER, True)
    assert ledger.total == Spent(calls=1, cached=1, prompt_tokens=3, fresh_tokens=3, completion_tokens=2)
    assert ledger.summary() == {"plan": {"anna": asdict(ledger.total)}}


def test_two_who_ask_the_same_at_once_get_one_reply(tmp_path: Path) -> None:
    calls = 0

    async def slow(_: Request) -> Answer:
        nonlocal calls
        calls += 1
        await asyncio.sleep(0.01)
        return {"text": str(calls)}

    async def both(recorder: Recorder) -> set[str]:
        asked = [recorder.ask(REQUEST, purpose="plan", resident=name) for name in ("anna", "ben")]
        return {answer["text"] for _, answer, _ in await asyncio.gather(*asked)}

    with Journal(tmp_path / "j") as journal:
        assert asyncio.run(both(Recorder(journal, Ledger(), {"chat": slow}))) == {"1"}
    assert calls == 1


def test_replay_fails_loudly_on_a_missing_entry(tmp_path: Path) -> None:
    Journal(tmp_path / "j").close()
    with (
        Journal(tmp_path / "j", replay=True) as journal,
        pytest.raises(MissingEntry, match=r"anna's question about a plan"),
    ):
        asks(journal, replying)


def test_a_failure_is_replayed_but_tried_again_by_a_run_that_goes_on(tmp_path: Path) -> None:
    async def failing(_: Request) -> Answer:
        raise PortError("out of order")

    with Journal(tmp_path / "j") as journal, pytest.raises(PortError):
        asks(journal, failing)
    with Journal(tmp_path / "j", replay=True) as journal, pytest.raises(PortError, match="out of order"):
        asks(journal)
    with Journal(tmp_path / "j") as journal:
        assert asks(journal, replying)[1] == ANSWER


def test_a_failure_is_the_failure_of_one_household_whatever_others_get(tmp_path: Path) -> None:
    """As a run is that is killed between two households which ask the same: its replay ends alike."""

    async def ask(journal: Journal, household: str, *calls: Call) -> str:
        recorder = Recorder(journal, Ledger(), dict(zip(["chat"], calls, strict=False)))
        try:
            _, answer, _ = await recorder.ask(REQUEST, purpose="plan", resident="anna", household=household)
            again = await recorder.ask(REQUEST, purpose="plan", resident="ben", household=household)
            assert again[1] == answer
        except PortError as error:
            with pytest.raises(PortError):  # nor does it get one later in the same life
                await recorder.ask(REQUEST, purpose="plan", resident="ben", household=household)
            return str(error)
        return str(answer["text"])

    async def failing(_: Request) -> Answer:
        raise PortError("out of order")

    with Journal(tmp_path / "j") as journal:
        assert asyncio.run(ask(journal, "first", failing)) == "out of order"
        assert asyncio.run(ask(journal, "third", failing)) == "out of order"
        assert asyncio.run(ask(journal, "second", replying)) == "é"
        assert asyncio.run(ask(journal, "third", replying)) == "é"  # lived again
    with Journal(tmp_path / "j", replay=True) as journal:
        told = {name: asyncio.run(ask(journal, name)) for name in ("first", "second", "third")}
    assert told == {"first": "out of order", "second": "é", "third": "é"}


def test_a_call_that_nobody_waits_for_any_more_is_still_stored(tmp_path: Path) -> None:
    async def slow(_: Request) -> Answer:
        await asyncio.sleep(0.05)
        return ANSWER

    async def leaving(journal: Journal) -> None:
        recorder = Recorder(journal, Ledger(), {"chat": slow})
        asking = asyncio.create_task(recorder.ask(REQUEST, purpose="plan", resident="anna"))
        await asyncio.sleep(0.01)
        asking.cancel()
        await recorder.landed()

    with Journal(tmp_path / "j") as journal:
        asyncio.run(leaving(journal))
        assert journal.find(key_of(REQUEST)) == ANSWER


def test_the_key_covers_what_changes_a_reply_and_nothing_else() -> None:
    same = [replace(ASK, resident="ben"), replace(ASK, purpose="repair")]
    other = [
        replace(ASK, attempt=1), replace(ASK, max_tokens=8), replace(ASK, schema={"type": "object"}),
        replace(ASK, messages=(("user", "Plan?"),)), replace(ASK, letters=5),
    ]  # fmt: skip
    key = key_of(REQUEST)
    assert {key_of(request_of(ask, "small", 0.7)) for ask in same} == {key}
    others = [request_of(ask, "small", 0.7) for ask in other]
    others += [request_of(ASK, "large", 0.7), request_of(ASK, "small", 0.6)]
    assert len({key, *map(key_of, others)}) == 8
    assert {"timeout", "concurrency", "base_url", "api_key"}.isdisjoint(REQUEST)


def test_a_truncated_journal_is_named_in_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "j"
    with Journal(path) as journal:
        for number in range(200):
            journal.store(f"{number:064}", {"n": number}, {"text": "x" * 400})
    path.write_bytes(path.read_bytes()[:20_000])
    with pytest.raises(UserError, match=r"j: (damaged|the journal)"), Journal(path) as journal:
        [journal.find(f"{number:064}") for number in range(200)]


def test_a_file_that_is_no_journal_and_an_entry_that_was_changed(tmp_path: Path) -> None:
    (tmp_path / "text").write_text("hello " * 200)
    with pytest.raises(UserError, match="no journal"):
        Journal(tmp_path / "text")
    with pytest.raises(UserError, match="no journal to replay"):
        Journal(tmp_path / "none", replay=True)
    with Journal(tmp_path / "j") as journal:
        journal.store("k", {}, {"text": "true"})
        journal._db.execute('UPDATE replies SET answer = \'{"text":"forged"}\'')
        journal._db.commit()
        with pytest.raises(UserError, match="entry k is damaged"):
            journal.find("k")
