"""The embedded model for real: one server for the whole file, few calls."""

import asyncio
import importlib.util
import json
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from agents.gateway.chat import open_chat, request_of
from agents.gateway.connect import ModelPort, open_port
from agents.gateway.embedded import embedded_server
from agents.gateway.evidence import choice_schema, scored
from agents.gateway.journal import Journal
from agents.gateway.ledger import Ledger
from agents.gateway.native import Native
from agents.gateway.port import Ask, Endpoint, Settings, Weighed
from agents.gateway.recorder import Recorder
from agents.gateway.weights import find_weights
from agents.probe import situations
from agents.probe.comparing import comparison
from agents.probe.fitness import evidence_of
from scenarios.errors import UserError
from scenarios.scenario import LLM

pytestmark = pytest.mark.skipif(
    importlib.util.find_spec("xllamacpp") is None, reason="the extra 'embedded' is not installed"
)
ACTIONS = ("turn on the fan", "turn on the heater", "go to sleep")
COLD = "It is five in the afternoon in January. The room is only 14 degrees and Omar is cold."


@pytest.fixture(scope="module")
def endpoint() -> Iterator[Endpoint]:
    weights = find_weights()
    with embedded_server(weights.path, weights.model, threads=1) as served:
        yield served


def port_on(endpoint: Endpoint, journal: Journal, ledger: Ledger) -> ModelPort:
    settings = Settings(
        model=endpoint.model, evidence="score", plans="choose", weight=0.6, routine_weight=0.3
    )
    gateway = Recorder(journal, ledger, {"score": partial(scored, Native(endpoint, 60.0))})
    return ModelPort(settings=settings, gateway=gateway, temperature=0.7)


def weigh(endpoint: Endpoint, path: Path, situation: str = COLD) -> tuple[Weighed, Ledger]:
    with Journal(path) as journal:
        ledger = Ledger()
        port = port_on(endpoint, journal, ledger)
        return asyncio.run(port.weigh(situation, ACTIONS, "choice", "omar")), ledger


def test_a_reply_obeys_its_schema_and_repeats(endpoint: Endpoint) -> None:
    """On a fresh server, as after a kill, and on one with the beginning of the prompt in its cache."""

    async def reply(served: Endpoint, text: str) -> dict[str, object]:
        ask = Ask(
            purpose="choice", resident="omar", messages=(("user", text),),
            schema=choice_schema(ACTIONS), max_tokens=40,
        )  # fmt: skip
        async with open_chat(served, 60.0) as chat:
            answer = await chat(request_of(ask, "small", 0.7))
            answer.pop("cached_tokens")  # paid less for, and not stored
            return answer

    question = f"{COLD} What should he do?"
    asyncio.run(reply(endpoint, "It is five in the afternoon in July."))
    reply_here = asyncio.run(reply(endpoint, question))
    assert json.loads(str(reply_here["text"]))["action"] in ACTIONS
    with embedded_server(find_weights().path, "small", threads=1) as fresh:
        assert asyncio.run(reply(fresh, question)) == reply_here


def test_the_cold_speaks_for_the_heater(endpoint: Endpoint, tmp_path: Path) -> None:
    weighed, ledger = weigh(endpoint, tmp_path / "first")
    assert max(weighed.evidence) == weighed.evidence[1]
    assert sum(weighed.evidence) == pytest.approx(0)
    assert len(set(weighed.replies)) == len(ACTIONS)
    assert ledger.total.calls == 2 * len(ACTIONS)


def test_what_was_asked_before_does_not_change_a_score(endpoint: Endpoint, tmp_path: Path) -> None:
    """So that a run which goes on after a kill, with an empty cache, gets the replies it would have had."""
    weighed, _ = weigh(endpoint, tmp_path / "first", "It is five in the afternoon in July.")
    weigh(endpoint, tmp_path / "second", "It is five in the morning.")
    again, _ = weigh(endpoint, tmp_path / "third", "It is five in the afternoon in July.")
    assert again == weighed


def test_the_journal_serves_a_choice_for_nothing(endpoint: Endpoint, tmp_path: Path) -> None:
    weighed, _ = weigh(endpoint, tmp_path / "j")
    again, ledger = weigh(endpoint, tmp_path / "j")
    assert again == weighed
    assert (ledger.total.calls, ledger.total.cached) == (0, 2 * len(ACTIONS))


def test_scores_know_more_than_chance(endpoint: Endpoint, tmp_path: Path) -> None:
    """One situation of each cause; guessing is right in .18 of all, this model was in .50."""
    some = situations()[6::18]
    with Journal(tmp_path / "j") as journal:
        found = asyncio.run(evidence_of(port_on(endpoint, journal, Ledger()), "score", some))
    chance, _, scored, _ = comparison({"score": found}, some)
    assert scored.right[0] > chance.right[0] + 0.1


def test_a_run_is_replayed_without_server_or_weights(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))

    async def once(journal: Journal) -> tuple[Settings, Weighed]:
        async with open_port(LLM(), journal, Ledger()) as port:
            return port.settings, await port.weigh(COLD, ACTIONS[:2], "choice", "omar")

    with Journal(tmp_path / "j") as journal:
        lived = asyncio.run(once(journal))
    monkeypatch.setattr("agents.gateway.connect.embedded_server", None)
    monkeypatch.setattr("agents.gateway.connect.find_weights", None)
    with Journal(tmp_path / "j", replay=True) as journal:
        assert asyncio.run(once(journal)) == lived
    assert (lived[0].evidence, lived[0].plans) == ("score", "choose")


def test_a_truncated_model_is_named_in_a_sentence(tmp_path: Path) -> None:
    part = tmp_path / "part.gguf"
    with find_weights().path.open("rb") as whole:
        part.write_bytes(whole.read(1 << 20))
    with pytest.raises(UserError, match=r"part\.gguf: llama\.cpp cannot load"), embedded_server(part, "part"):
        pass


def test_who_has_not_the_key_gets_nothing(endpoint: Endpoint) -> None:
    """On loopback alone, with a key of its own; only whether it lives is told to everybody."""
    root = endpoint.base_url.removesuffix("/v1")
    assert root.startswith("http://127.0.0.1:")
    assert len(endpoint.api_key) == 32 and endpoint.api_key not in repr(endpoint)
    for path in ("/v1/chat/completions", "/completion", "/tokenize", "/v1/models", "/props", "/slots"):
        for key in ("", "none", endpoint.api_key[:-1]):
            headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
            with pytest.raises(HTTPError) as refused:
                body = b'{"prompt": "x", "content": "x", "messages": []}'
                urlopen(Request(root + path, body, headers))  # noqa: S310
            assert refused.value.code == 401, path
