"""An endpoint that garbles, refuses or dawdles one reply in twenty each, over real HTTP by ChatOpenAI."""

import json
import sqlite3
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from agents.gateway import breaker as breaking
from agents.gateway import manners
from dataset.manifest import read_manifest
from tests.command import THINKER, homefolk, said
from tests.stub_server import Stub, of_hash, sensible, stub_server

DEAD = manners.TRIES + 2  # calls
MALFORMED, REFUSED, SLOW = 0.05, 0.10, 0.15  # up to which share
NEWS = """\
  - {day: 3, at: 10:00, kind: message, text: "a message: the concert is off"}
  - {day: 5, at: 10:00, kind: message, text: "a message: the train is late"}
  - {day: 8, at: 18:00, kind: visitor, text: a friend rings the doorbell, minutes: 30}
"""


def fate(body: Mapping[str, Any]) -> str:
    """What the stub does with a question: it hangs on the question alone, whoever asks first."""
    share = of_hash(dict(body))
    return (
        "nonsense"
        if share < MALFORMED
        else "refusal"
        if share < REFUSED
        else "slow"
        if share < SLOW
        else "text"
    )


def moody(stub: Stub) -> None:
    """Bad as `fate` has it; what is slow the first time times out, and is answered the next time."""
    met: set[str] = set()

    def decide(body: dict[str, Any]) -> str:
        question, known = json.dumps(body["messages"]) + str(body["seed"]), len(met)
        met.add(question)
        return "text" if fate(body) == "slow" and len(met) == known else fate(body)

    stub.decide, stub.reply, stub.pause = decide, sensible, 1.2


def verdicts(run: Path) -> dict[str, str]:
    """What the stub did with each question of the journal, by key."""
    with sqlite3.connect(run / "journal.sqlite") as journal:
        rows = [
            (key, json.loads(asked)) for key, asked in journal.execute("SELECT key, request FROM replies")
        ]
    return {
        key: fate({"messages": [{"role": role, "content": text} for role, text in asked["messages"]],
                   "seed": asked["attempt"]})
        for key, asked in rows
        if asked["method"] == "chat"
    }  # fmt: skip


@pytest.mark.parametrize(
    ("deliberation", "days", "at_least"), [("every_action", 2, 50), ("interrupts", 10, 8)]
)
def test_the_rate_of_fallbacks_is_what_the_endpoint_made_it(
    tmp_path: Path, deliberation: str, days: int, at_least: int
) -> None:
    scenario = THINKER.replace("days: 2", f"days: {days}").replace("interrupts", deliberation)
    scenario = scenario.replace(
        "plans: choose", "plans: write, evidence: json, timeout: 0.8, most_fallbacks: 0.5"
    )
    (tmp_path / "moody.yaml").write_text(scenario + (NEWS if days > 2 else ""), encoding="utf-8")
    with stub_server() as stub:
        moody(stub)
        command = homefolk("moody.yaml", "--base-url", stub.url, "--out", "run", "--json", cwd=tmp_path)
        behaved = [fate(body) for body in stub.asked]
    assert command.code == 0, command.err
    assert {"nonsense", "refusal", "slow"} <= set(behaved) or deliberation == "interrupts"
    decisions = pq.read_table(next((tmp_path / "run" / "decisions").glob("*.parquet"))).to_pylist()
    assert all(it["reason"] for it in decisions)  # every decision is explained
    thoughts = [thought for it in decisions for thought in it["thoughts"] if thought["replies"]]
    assert len(thoughts) >= at_least
    found = verdicts(tmp_path / "run")
    fell = 0
    for thought in thoughts:
        bad = [found[key] in ("nonsense", "refusal") for key in thought["replies"]]
        assert thought["repairs"] == len(bad) - 1 == int(bad[0])
        assert bool(thought["fallback"]) == bad[-1]
        assert bad[-1] or thought["chosen"] >= 0 or thought["question"] in ("plan", "reflection")
        fell += bad[-1]
    assert command.summary["llm"]["fallbacks"] == fell
    assert command.summary["llm"]["thoughts"] == len(thoughts)


def test_a_server_that_dies_and_returns_leaves_no_trace_in_the_data(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """More often than one question is tried; nobody falls back, and the bytes are those of a quiet day."""
    monkeypatch.setattr(manners, "LONGEST_WAIT", 0.1)
    monkeypatch.setattr(breaking, "LAST_LOOK", 0.5)
    scenario = tmp_path / "thinker.yaml"
    scenario.write_text(THINKER.replace("plans: choose", "plans: write, evidence: json"), encoding="utf-8")
    with stub_server() as stub:
        stub.reply = sensible
        assert said(scenario, "--base-url", stub.url, "--out", tmp_path / "quiet").code == 0
        asked = stub.calls
        stub.decide = lambda _: "hang_up" if 4 < stub.calls - asked <= 4 + DEAD else "text"
        assert said(scenario, "--base-url", stub.url, "--out", tmp_path / "shaken").code == 0
    assert stub.calls == 2 * asked + DEAD
    assert read_manifest(tmp_path / "quiet").digest == read_manifest(tmp_path / "shaken").digest


def test_a_server_that_stays_away_ends_the_run_which_goes_on_when_it_is_back(tmp_path: Path) -> None:
    scenario, run = tmp_path / "thinker.yaml", tmp_path / "run"
    scenario.write_text(
        THINKER.replace("plans: choose", "plans: write, evidence: json, outage: 0.5"), encoding="utf-8"
    )
    with stub_server() as stub:
        stub.reply = sensible
        stub.decide = lambda _: "hang_up" if stub.calls > 4 else "text"
        ended = said(scenario, "--base-url", stub.url, "--out", run)
        assert ended.code == 1
        assert "has not answered for" in ended.err
        assert "the same command goes on from here when it answers again" in ended.err
        stub.decide, before = None, stub.calls
        stub.behaviours = ["text"]
        rest = said(scenario, "--base-url", stub.url, "--out", run)
        assert rest.code == 0, rest.err
    assert stub.calls > before
    assert not any(
        kind["fallbacks"] for people in read_manifest(run).tokens.values() for kind in people.values()
    )
