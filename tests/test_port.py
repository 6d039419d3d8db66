"""The port against a real HTTP server that behaves well, badly, or not at all."""

import asyncio
import json
import socket
from pathlib import Path

import pytest

from agents.gateway.chat import open_chat, request_of
from agents.gateway.connect import WEIGHT, open_port
from agents.gateway.journal import Answer, Journal
from agents.gateway.ledger import Ledger
from agents.gateway.port import (
    Ask,
    Endpoint,
    EndpointDown,
    MissingEntry,
    PortError,
    Settings,
    Trouble,
    Unreachable,
    Weighed,
)  # fmt: skip
from agents.gateway.remembered import recalled_fitness
from agents.gateway.weights import RECOMMENDED, Source, download, find_weights
from agents.probe import held_out, situations
from agents.probe.fitness import check_model, plan_sense
from scenarios.errors import RunFailed, UserError
from scenarios.scenario import LLM
from tests.stub_server import Stub, stub_server

SECRET = "sk-very-secret"
ACTIONS = ("turn on the fan", "turn on the heater", "go to sleep")
SCHEMA = {
    "type": "object", "properties": {"action": {"type": "string", "enum": list(ACTIONS)}},
    "required": ["action"], "additionalProperties": False,
}  # fmt: skip
ASK = Ask(purpose="choice", resident="anna", messages=(("user", "What now?"),), schema=SCHEMA, max_tokens=20)


@pytest.fixture(autouse=True)
def _own_cache_and_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("OPENAI_API_KEY", SECRET)


def chat(stub: Stub, ask: Ask = ASK, timeout: float = 5.0) -> Answer:
    async def once() -> Answer:
        endpoint = Endpoint(model="stub", base_url=stub.url, api_key=SECRET)
        async with open_chat(endpoint, timeout) as door:
            return await door(request_of(ask, "stub", 0.7))

    return asyncio.run(once())


def nobody() -> Stub:
    """An address at which nothing listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return Stub(url=f"http://127.0.0.1:{free.getsockname()[1]}/v1")


def weigh(
    path: Path, stub: Stub, situation: str = "It is cold.", *, replay: bool = False, **said: object
) -> Weighed:
    llm = LLM.model_validate({"model": "stub", "base_url": stub.url, **said})

    async def once() -> Weighed:
        with Journal(path, replay=replay) as journal:
            async with open_port(llm, journal, Ledger()) as port:
                return await port.weigh(situation, ACTIONS, "choice", "anna")

    return asyncio.run(once())


def test_a_schema_goes_out_and_an_obedient_reply_comes_back() -> None:
    with stub_server("json") as stub:
        answer = chat(stub)
        chat(stub)  # a second event loop
    assert json.loads(answer["text"]) == {"action": ACTIONS[0]}
    assert (answer["prompt_tokens"], answer["completion_tokens"], answer["finish"]) == (40, 5, "stop")
    sent = stub.asked[0]
    assert sent["max_tokens"] == sent["max_completion_tokens"] == 20
    assert sent["response_format"]["json_schema"]["schema"] == SCHEMA


@pytest.mark.parametrize(
    ("behaviour", "text", "finish"),
    [
        ("nonsense", "{make coffee make coffee", "stop"),
        ("refusal", "I would rather not.", "refusal"),
        ("cut", '{"action": "tur', "length"),
    ],
)
def test_malformed_replies_keep_text_and_usage(behaviour: str, text: str, finish: str) -> None:
    with stub_server(behaviour) as stub:
        answer = chat(stub)
    assert (answer["text"], answer["finish"], answer["prompt_tokens"]) == (text, finish, 40)
    assert stub.calls == 1


@pytest.mark.parametrize(
    ("behaviour", "busy", "paid"), [("429", True, False), ("500", False, False), ("slow", False, True)]
)
def test_what_another_try_may_mend_is_told_apart(behaviour: str, busy: bool, paid: bool) -> None:
    with stub_server(behaviour) as stub, pytest.raises(Trouble) as caught:
        chat(stub, timeout=0.2 if behaviour == "slow" else 30.0)
    assert (caught.value.busy, caught.value.paid, caught.value.gone) == (busy, paid, False)
    assert caught.value.wait == (0.05 if busy else None)


def test_a_server_that_hangs_up_is_gone_and_may_want_its_money_where_it_had_begun() -> None:
    with stub_server("hang_up") as stub, pytest.raises(Trouble) as caught:
        chat(stub)
    assert (caught.value.gone, caught.value.paid) == (True, True)
    with pytest.raises(Trouble) as caught:
        chat(nobody())
    assert (caught.value.gone, caught.value.paid) == (True, False)


@pytest.mark.parametrize(("behaviour", "error"), [("401", EndpointDown), ("html", PortError)])
def test_it_gives_up_in_a_sentence_without_the_key(behaviour: str, error: type[Exception]) -> None:
    with stub_server(behaviour) as stub, pytest.raises(error) as caught:
        chat(stub)
    assert not isinstance(caught.value, Trouble)
    assert SECRET not in str(caught.value) and "\n" not in str(caught.value)
    assert SECRET not in repr(Endpoint(model="m", base_url="u", api_key=SECRET))


def test_letters_are_corrected_for_the_fondness_for_a(tmp_path: Path) -> None:
    with stub_server("letters") as stub:
        weighed = weigh(tmp_path / "j", stub)
        calls = stub.calls
        assert weigh(tmp_path / "j", stub) == weighed
        assert stub.calls == calls  # nothing is paid for twice
    assert max(weighed.evidence) == weighed.evidence[1] > 0
    assert sum(weighed.evidence) == pytest.approx(0)


def test_without_letters_a_json_choice_and_its_replay_without_a_server(tmp_path: Path) -> None:
    with stub_server("json") as stub:
        weighed = weigh(tmp_path / "j", stub)
    assert weighed.evidence == pytest.approx((2.0, -1.0, -1.0))
    assert weigh(tmp_path / "j", stub, replay=True) == weighed
    with pytest.raises(MissingEntry, match="anna's question about a choice"):
        weigh(tmp_path / "j", stub, "It is hot.", replay=True)
    with pytest.raises(UserError, match="nothing recorded"):
        weigh(tmp_path / "j", stub, replay=True, model="other")


def test_a_choice_that_names_no_option_is_an_error_of_the_port(tmp_path: Path) -> None:
    with stub_server("nonsense") as stub, pytest.raises(PortError, match="none of the options"):
        weigh(tmp_path / "j", stub)


def test_nobody_answers(tmp_path: Path) -> None:
    with pytest.raises(Unreachable, match=r"no model answers at .*try|ollama"):
        weigh(tmp_path / "j", nobody())


@pytest.mark.parametrize("behaviour", ["html", "401"])
def test_an_endpoint_that_is_no_endpoint_is_found_out_at_once(behaviour: str, tmp_path: Path) -> None:
    with stub_server(behaviour) as stub, pytest.raises(Unreachable, match="does not answer") as caught:
        weigh(tmp_path / "j", stub)
    assert SECRET not in str(caught.value)


def test_openai_without_a_key_and_an_address_that_is_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(UserError, match="http://localhost"):
        weigh(tmp_path / "j", Stub(url="localhost:8000"))
    monkeypatch.delenv("OPENAI_API_KEY")
    with pytest.raises(UserError, match="OPENAI_API_KEY"):
        weigh(tmp_path / "j", Stub(), base_url=None)


def test_check_model_says_what_a_model_is_fit_for() -> None:
    with stub_server("json") as stub:
        llm = LLM(model="stub", base_url=stub.url)
        fitness = asyncio.run(check_model(llm, situations()[::9], held_out()[:4]))
    assert [it.way for it in fitness.ways] == ["random", "prior", "json", "prior x json"]
    assert (fitness.situations, fitness.steps, fitness.json_valid) == (12, 4, 1.0)
    assert (fitness.evidence, fitness.plans) == ("json", "choose")
    assert recalled_fitness("stub") == fitness
    assert "weighed by json" in fitness.sentence()
    assert fitness.table().count("\n") == 4


def test_a_run_weighs_as_measured_unless_the_scenario_says_otherwise(tmp_path: Path) -> None:
    def settled(path: Path, **said: object) -> Settings:
        async def once() -> Settings:
            llm = LLM.model_validate({"model": "stub", "base_url": stub.url, **said})
            with Journal(path) as journal:
                async with open_port(llm, journal, Ledger()) as port:
                    return port.settings

        return asyncio.run(once())

    with stub_server("json") as stub:
        llm = LLM(model="stub", base_url=stub.url)
        before = settled(tmp_path / "a")
        fitness = asyncio.run(check_model(llm, situations()[::9], held_out()[:4]))
        measured, said = settled(tmp_path / "b"), settled(tmp_path / "c", weight=2.5)
    assert (before.weight, before.routine_weight) == WEIGHT["json"]
    assert (measured.weight, measured.routine_weight) == (fitness.weight, fitness.routine_weight)
    assert measured.weight != before.weight
    assert (said.weight, said.routine_weight) == (2.5, 2.5)


def test_plan_sense_tells_a_day_from_twelve_coffees() -> None:
    def plan(*steps: tuple[str, str]) -> str:
        return json.dumps({"steps": [{"at": at, "activity": activity} for at, activity in steps]})

    day = plan(("07:00", "get up"), ("07:30", "have breakfast"), ("09:00", "work"), ("12:30", "have lunch"),
               ("19:00", "have dinner"), ("23:00", "go to bed"))  # fmt: skip
    assert plan_sense(day) == 1.0
    assert plan_sense(plan(*[("03:00", "have lunch")] * 12)) < 0.1
    assert plan_sense("make coffee") == plan_sense(plan(("07:00", "get up"))) == 0.0


def test_weights_that_are_none(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no such file"):
        find_weights(tmp_path / "none.gguf")
    (tmp_path / "text.gguf").write_text("hello")
    with pytest.raises(UserError, match="not a GGUF file"):
        find_weights(tmp_path / "text.gguf")


def test_a_download_without_a_network_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    nowhere = Source(repo="a/b", file="c.gguf", name="C", licence="none", gigabytes=0.1)
    monkeypatch.setattr(Source, "url", lambda self, revision: "http://127.0.0.1:9/c.gguf")
    with pytest.raises(RunFailed, match=r"without a network, put a GGUF file at"):
        download(nowhere, tmp_path, lambda done, size: None)
    assert list(tmp_path.glob("*.gguf")) == []
    assert RECOMMENDED.licence == "Apache-2.0"
