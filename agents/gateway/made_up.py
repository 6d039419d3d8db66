"""A model that is none: replies as long as real ones, made up at once, to find out what a scenario will ask.

Each answer hangs on the question and a salt alone. Tokens are counted as four letters of a prompt, and for
what is written by the form asked for (TYPICAL). It agrees with habit about what is best to do.
"""

import json
import math
import re
from collections.abc import Mapping
from hashlib import blake2b
from typing import Any

from agents.gateway import evidence
from agents.gateway.journal import Answer, Request, key_of
from agents.gateway.ledger import Ledger, Spent
from agents.gateway.prefixes import Prefixes
from scenarios.frozen import clock_text

LETTERS_A_TOKEN = 4.0  # of English prompts; tokenisers of today have 3.5 to 4.5
TYPICAL = {"plan": (150, 260, 450), "insight": (15, 25, 50), "words": (12, 20, 40), "action": (6, 9, 16)}
"""Tokens written, by what the reply holds: few, usual, many. A plan has 6 to 16 steps of 25 to 28 tokens."""
BEST = "B"  # of lettered options: A is to carry on, then come those that habit likes, the dearest first
UNKNOWN = f"«{evidence.UNKNOWN}»"
FEWEST, MOST = 6, 16  # steps of a plan, as the prompt wants them
USUAL = ("breakfast", "shower", "tidy", "read", "relax", "cook", "eat", "dishes")


class DryRun:
    """A gateway that asks nobody: counts what would be asked, by household and day, in `ledgers`."""

    def __init__(self, salt: int = 0) -> None:
        self.day, self._salt = 0, salt
        self.ledgers: dict[tuple[str, int], Ledger] = {}
        self._known: dict[str, Answer] = {}
        self._prefixes = Prefixes()

    async def ask(
        self, request: Request, *, purpose: str, resident: str, household: str = ""
    ) -> tuple[str, Answer, bool]:
        """The (key, answer, cached) of *request*, as the recorder would have it."""
        key = key_of(request)
        ledger = self.ledgers.setdefault((household, self.day), Ledger())
        if key in self._known:
            ledger.record(purpose, resident, Spent(cached=1))
            return key, self._known[key], True
        answer = self._known[key] = made_up(request, self._salt)
        read, wrote = answer["prompt_tokens"], answer["completion_tokens"]
        fresh = self._prefixes.fresh(request, purpose, (household, resident), read)
        ledger.record(
            purpose, resident, Spent(calls=1, prompt_tokens=read, fresh_tokens=fresh, completion_tokens=wrote)
        )
        return key, answer, False


def made_up(request: Request, salt: int = 0) -> Answer:
    """A sound reply to *request*; another *salt* gives another one."""
    draw = int.from_bytes(blake2b(f"{salt} {key_of(request)}".encode(), digest_size=8).digest(), "big")
    read = round(sum(len(text) for _, text in request["messages"]) / LETTERS_A_TOKEN)
    if request["method"] == "score":
        wrote = max(1, round(len(request["text"]) / LETTERS_A_TOKEN))
        nats = -1.0 - draw % 1000 / 4000
        return {"logprobs": [nats] * wrote, "prompt_tokens": read, "completion_tokens": wrote}
    text, kind = _reply(request, draw)
    letters = {letter: -1.5 - (draw >> 8 * n) % 256 / 512 for n, letter in enumerate("ABC")}
    if UNKNOWN not in request["messages"][-1][1]:
        letters[BEST] += 1.0
    return {
        "text": text,
        "finish": "stop",
        "prompt_tokens": read,
        "completion_tokens": min(TYPICAL[kind][1], request["max_tokens"]) if kind else 1,
        "letters": letters if request["letters"] else None,
    }


def _reply(request: Request, draw: int) -> tuple[str, str]:
    """What is written, and its kind; one letter where no form is asked for."""
    fields = (request["schema"] or {}).get("properties", {})
    if "steps" in fields:
        enum = fields["steps"]["items"]["properties"]["activity"]["enum"]
        steps = _steps(enum, str(request["messages"]), FEWEST + draw % (MOST - FEWEST + 1))
        return json.dumps({"steps": steps}), "plan"
    if "insight" in fields:
        return json.dumps({"insight": "The days have been much alike."}), "insight"
    said = {name: rule["enum"][draw % len(rule["enum"])] for name, rule in fields.items() if "enum" in rule}
    if "words" in fields:
        return json.dumps({**said, "words": "Shall we?"}), "words"
    return (json.dumps(said), "action") if said else ("A", "")


def _steps(activities: list[str], asked: str, steps: int) -> list[Mapping[str, Any]]:
    """A plan that can be lived: things to do, evenly from waking to bed."""
    found = re.findall(r"wakes at (\d\d):(\d\d), goes to bed at (\d\d):(\d\d)", asked)
    if not found:
        return []
    wake, wake_minute, bed, bed_minute = map(int, found[-1])
    first, hours = wake * 60 + wake_minute, (bed * 60 + bed_minute - wake * 60 - wake_minute) % 1440
    every = max(1, math.floor((hours - 60) / steps))
    usual = [name for name in USUAL if name in activities] or activities
    return [
        {
            "at": clock_text(first + 15 + n * every),
            "activity": usual[n % len(usual)],
            "minutes": 20,
            "why": "as usual",
        }
        for n in range(min(steps, 4 * len(usual)))
    ]
