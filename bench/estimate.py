"""How near `run_sim.py estimate` comes: five shipped scenarios, estimated, then lived against a stub server.

The server answers on loopback as a good model might, with plans of all lengths, and counts four letters a
token; which of the possible things it chooses is its own. What is compared is what it was asked and what it
wrote.
"""

import argparse
import asyncio
import json
import sys
import tempfile
from pathlib import Path
from typing import Any

from agents.gateway.prices import cost, shipped_prices
from evaluation.console import watch
from runner.estimate import COUNTS, Estimate, estimate
from runner.start import started
from scenarios.frozen import clock_text, minute_of_day
from scenarios.loading import load_scenario
from tests.stub_server import of_hash, sensible, stub_server

SCENARIOS = {
    "quickstart": {"households": 4},
    "family": {"days": 7, "households": 2},
    "population": {"households": 12, "days": 4},
    "households/shift_couple_sao_paulo": {},
    "households/flat_share_berlin": {"days": 28},
}
"""With what is changed of each, so that all are lived in some minutes."""
PRICE = shipped_prices().models["gpt-4o-mini"]
WHY = ["because", "it", "is", "what", "one", "does", "at", "this", "hour", "of", "such", "a", "day"]


def talkative(body: dict[str, Any]) -> str:
    """As `sensible`, but plans have 6 to 14 steps, with reasons of all lengths."""
    if "response_format" not in body:
        return "A"
    reply = json.loads(sensible(body))
    if not (steps := reply.get("steps")):
        return json.dumps(reply)
    draw = int(of_hash(body) * 2**20)
    count, first, last = 6 + draw % 9, minute_of_day(steps[0]["at"]), minute_of_day(steps[-1]["at"])
    every = (last - first) % 1440 // count
    reply["steps"] = [
        {
            "at": clock_text(first + number * every),
            "activity": steps[number % len(steps)]["activity"],
            "minutes": 20,
            "why": " ".join(WHY[: 1 + draw * (number + 1) % len(WHY)]),
        }
        for number in range(count)
    ]
    return json.dumps(reply)


def overrides(name: str, url: str) -> dict[str, Any]:
    """The scenario *name* with a model that writes plans and gives letters, at *url*."""
    llm = {"model": "stub", "base_url": url, "plans": "write", "evidence": "letters", "concurrency": 32}
    about = {"mind.kind": "llm", "mind.deliberation": "interrupts", **SCENARIOS[name]}
    return about | {f"mind.llm.{key}": value for key, value in llm.items()}


def compared(name: str, **changed: int) -> tuple[Estimate, dict[str, float]]:
    """What was thought, and what it was; `days`, `households` and `seed` may be *changed*."""
    path = Path(__file__).parents[1] / "scenarios" / f"{name}.yaml"
    with stub_server("letters") as stub, tempfile.TemporaryDirectory() as folder:
        stub.reply, stub.letters_a_token = talkative, 4
        about = overrides(name, stub.url) | changed
        thought = asyncio.run(estimate(load_scenario(path, about)))
        with started(path, about, Path(folder) / "run", "go_on", lambda _: None) as job:
            spent = asyncio.run(watch(job))["llm"]
    ledger = [counts for people in spent["ledger"].values() for counts in people.values()]
    return thought, {key: sum(counts[key] for counts in ledger) for key in COUNTS}


def money(figures: dict[str, float]) -> float:
    """At the shipped prices of gpt-4o-mini, all prefixes cached."""
    read, fresh = figures["prompt_tokens"], figures["fresh_tokens"]
    return cost(PRICE, round(read), round(read - fresh), round(figures["completion_tokens"]))


def main() -> int:
    """All five, or those that are named."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", default=list(SCENARIOS))
    parser.add_argument("--seed", type=int, help="of other lives than the shipped ones")
    options, worst = parser.parse_args(), 0.0
    changed = {} if options.seed is None else {"seed": options.seed}
    print("scenario | estimated in s | of | estimated (from to) | was | off by")
    for name in options.names:
        thought, was = compared(name, **changed)
        likely = {key: it[0] for key, it in thought.figures.items()}
        for key, figure in thought.figures.items():
            off = figure[0] / was[key] - 1
            worst = max(worst, abs(off))
            shown = f"{figure[0]:,.0f} ({figure[1]:,.0f} to {figure[2]:,.0f})"
            print(f"{name} | {thought.seconds:.1f} | {key} | {shown} | {was[key]:,} | {off:+.1%}", flush=True)
        off = money(likely) / money(was) - 1
        worst = max(worst, abs(off))
        print(f"{name} | | money | {money(likely):.4f} | {money(was):.4f} | {off:+.1%}", flush=True)
    print(f"worst: {worst:.1%}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
