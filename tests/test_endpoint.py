"""An endpoint that garbles, refuses or dawdles one reply in twenty each, over real HTTP by ChatOpenAI."""

import json
import sqlite3
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from command import THINKER, homefolk
from stub_server import Stub, of_hash, sensible, stub_server

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
        said = homefolk("moody.yaml", "--base-url", stub.url, "--out", "run", "--json", cwd=tmp_path)
        behaved = [fate(body) for body in stub.asked]
    assert said.code == 0, said.err
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
    assert said.summary["llm"]["fallbacks"] == fell
    assert said.summary["llm"]["thoughts"] == len(thoughts)
