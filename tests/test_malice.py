"""Models that answer anything at all: nobody crashes, nothing impossible is done, every fallback says why.

HOMEFOLK_CHAOS=N takes N times two thousand replies instead of two hundred.
"""

import asyncio
import json
import os
from collections import Counter
from pathlib import Path
from random import Random
from typing import Any

from agents import negotiation
from agents.gateway.chat import _sound, open_chat, request_of
from agents.gateway.connect import ModelPort
from agents.gateway.journal import Answer, Journal, Request
from agents.gateway.ledger import Ledger
from agents.gateway.port import Ask, Endpoint, EndpointDown, Evidence, PortError, Settings
from agents.gateway.recorder import Recorder
from agents.thinking import Thinking
from runner.household import Lived, whole_life
from scenarios.scenario import Deliberation, Scenario
from sppc.memory import Memory
from tests.malice import NASTY, WHOLE, letters, malicious, spoilt
from tests.stories import CATALOGUE
from tests.stub_server import Stub, stub_server
from world.event import Event
from world.mind import Basis, Talk

CHAOS = int(os.environ.get("HOMEFOLK_CHAOS", "0"))
REPLIES = 2000 * CHAOS or 200
Way = tuple[Deliberation, Evidence]
WAYS: tuple[Way, ...] = (
    ("interrupts", "letters"), ("every_action", "json"), ("interrupts", "json"), ("daily_plan", "json"),
)  # fmt: skip


class Liar:
    """A model that answers malice, and remembers to which kind of question."""

    def __init__(self, seed: int) -> None:
        self.draw, self.asked = Random(seed), Counter[str]()

    async def __call__(self, request: Request) -> Answer:
        said = malicious(request, self.draw)
        self.asked[kind(request)] += 1
        return {
            "text": _sound(said), "finish": self.draw.choice(["stop", "length", "content_filter", ""]),
            "prompt_tokens": 9, "completion_tokens": self.draw.choice([0, 9, 10**9]),
            "letters": letters(self.draw) if request["letters"] else None,
        }  # fmt: skip


def kind(request: Request) -> str:
    fields = (request["schema"] or {}).get("properties", {"letter": 0})
    return "repair" if request["attempt"] else next(iter(fields))


async def life(
    scenario: Scenario, memories: dict[str, Memory], liar: Liar, way: Way, journal: Journal
) -> Lived:
    settings = Settings(model="liar", evidence=way[1], plans="write", weight=1.0, routine_weight=1.0)
    gateway = Recorder(journal, Ledger(), {"chat": liar})
    thinking = Thinking(
        port=ModelPort(settings=settings, gateway=gateway, temperature=0.7), deliberation=way[0], writes=True,
        weight=1.0, routine_weight=1.0,
    )  # fmt: skip
    return await whole_life(scenario, CATALOGUE, memories, thinking, 0)


def quarrelsome(scenario: Scenario, seed: int, days: int) -> Scenario:
    """Two who never agree on a temperature."""
    anna, ben = scenario.residents
    people = (
        anna.model_copy(update={"comfort": anna.comfort.model_copy(update={"temperature": (23.0, 24.0)})}),
        ben.model_copy(update={"comfort": ben.comfort.model_copy(update={"temperature": (16.0, 18.0)})}),
    )
    return scenario.model_copy(update={"residents": people, "seed": seed, "days": days})


def check(scenario: Scenario, lived: Lived) -> None:
    """What holds whatever a model says."""
    assert lived.impossible(scenario, CATALOGUE) == []
    assert all(isinstance(it, Event) for it in lived.events)
    for decided in lived.decisions:
        decision = decided.decision
        assert decision.reason
        assert decision.activity in {*CATALOGUE.activities, "potter"}
        assert decision.said is None or decision.said.words.isprintable()
        for thought in decision.thoughts:
            if not thought.asked:
                continue
            assert (
                thought.fallback == "" or decision.basis is not Basis.CHOICE or thought.question != "choice"
            )
            assert len(thought.fallback) < 1000
            assert -1 <= thought.chosen < max(1, len(thought.options))
            (thought.fallback + decision.reason).encode()


def test_no_reply_makes_anybody_crash_or_do_the_impossible(
    quickstart: Scenario, memories: dict[str, Memory], tmp_path: Path
) -> None:
    asked, fallbacks, seed = Counter[str](), Counter[str](), 0
    while asked.total() < REPLIES or seed < 3:
        deliberation, _ = way = WAYS[seed % len(WAYS)]
        days = 9 if deliberation in ("interrupts", "daily_plan") else 1
        scenario, liar = quarrelsome(quickstart, seed, days), Liar(seed)
        with Journal(tmp_path / f"{seed}.sqlite") as journal:
            lived = asyncio.run(life(scenario, memories, liar, way, journal))
        check(scenario, lived)
        fallbacks.update(thought.fallback[:40] for _, thought in lived.thoughts if thought.fallback)
        asked += liar.asked
        seed += 1
    assert fallbacks.total() > REPLIES / 10
    assert len(fallbacks) > 5  # each says what was wrong
    assert {"steps", "repair", "action", "insight", "letter"} <= set(asked), asked


def test_no_reply_puts_words_into_the_wrong_mouth() -> None:
    """Those who talk something over; a life seldom has them."""
    answers = ("agree", "compromise", "refuse")
    talk = Talk("the heater", "ben", asks=False, wanted="19", current="22", between="20.5", answers=answers)
    fields = {"answer": {"enum": list(answers)}, "words": {"type": "string"}}
    request = {
        "method": "chat", "schema": {"properties": fields}, "messages": [["user", "?"]],
        "max_tokens": 80, "letters": 0,
    }  # fmt: skip
    draw, good = Random(7), 0
    for _ in range(REPLIES):
        answer, words, problem = negotiation.read(_sound(malicious(request, draw)), talk)
        assert (answer in answers) != bool(problem)
        assert len(words) <= negotiation.LONGEST
        assert words == " ".join(words.split())
        good += not problem
    assert REPLIES / 10 < good < REPLIES


ASK = Ask(purpose="plan", resident="anna", messages=(("user", "What now?"),), max_tokens=20, letters=3)
CHOICE: dict[str, Any] = {
    "index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": "go to sleep"},
    "logprobs": {"content": [{"token": "A", "logprob": -0.1, "bytes": None, "top_logprobs": [
        {"token": "A", "logprob": -0.1, "bytes": None}]}]},
}  # fmt: skip
BODY: dict[str, Any] = {
    "id": "1", "object": "chat.completion", "created": 0, "model": "stub", "choices": [CHOICE],
    "usage": {"prompt_tokens": 4, "completion_tokens": 5, "total_tokens": 9},
}  # fmt: skip


def bodies(count: int) -> list[bytes]:
    """Chat completions that are none, or with one value that is wrong somewhere."""
    draw = Random(7)
    wrong = [json.dumps(spoilt(BODY, draw)).encode(errors="replace") for _ in range(count)]
    odd: tuple[Any, ...] = (None, [], {"prompt_tokens": "4"}, {"prompt_tokens": -9})
    usage = [json.dumps({**BODY, "usage": it}).encode() for it in odd]
    texts = [text.encode(errors="replace") for text in (*WHOLE, *NASTY)]
    return [*wrong, *usage, *texts, b"\xff\xfe\x00", b"\x80" * 50, json.dumps(BODY).encode()[:-9]]


def test_no_body_of_a_reply_over_http_is_more_than_an_error_of_the_port(tmp_path: Path) -> None:
    wanted = bodies(400 * CHAOS or 30)
    with stub_server() as stub, Journal(tmp_path / "j") as journal:
        stub.raw = lambda _: wanted[min(stub.calls, len(wanted)) - 1]
        answers = asyncio.run(ask_often(stub, len(wanted), journal))
    assert any(isinstance(it, dict) for it in answers)
    assert any(isinstance(it, PortError) for it in answers)


async def ask_often(stub: Stub, times: int, journal: Journal) -> list[Answer | PortError | EndpointDown]:
    found: list[Answer | PortError | EndpointDown] = []
    endpoint = Endpoint(model="stub", base_url=stub.url, api_key="sk-none")
    async with open_chat(endpoint, 20.0) as door:
        for number in range(times):
            try:
                answer = await door(request_of(ASK, "stub", 0.7))
            except (PortError, EndpointDown) as error:
                str(error).encode()
                found.append(error)
                continue
            journal.store(f"{number:064}", {}, answer)  # it can be stored, and read
            assert journal.find(f"{number:064}") == answer
            assert 0 <= answer["prompt_tokens"] <= 10**9
            found.append(answer)
    return found
