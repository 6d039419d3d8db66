"""From what a scenario says about its model to a port that minds can ask.

An endpoint (over HTTP, or embedded); its calls, made with manners and within the budget, the recorder
around them (journal, ledger), the port.
"""

import asyncio
import os
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

from agents.gateway.breaker import Breaker
from agents.gateway.budget import Purse
from agents.gateway.chat import open_chat, request_of
from agents.gateway.embedded import embedded_server, free_cores
from agents.gateway.evidence import TOP, by_json, by_letters, by_score, scored
from agents.gateway.journal import Journal, key_of
from agents.gateway.ledger import Ledger
from agents.gateway.manners import Patience, guarded
from agents.gateway.native import Native
from agents.gateway.pace import Pace
from agents.gateway.port import (
    Ask,
    Endpoint,
    EndpointDown,
    Gateway,
    PortError,
    Reply,
    Settings,
    Unreachable,
    Weighed,
)
from agents.gateway.prices import known_price
from agents.gateway.recorder import Calls, Recorder
from agents.gateway.remembered import recalled_fitness
from agents.gateway.spending import Spending
from agents.gateway.weights import find_weights
from scenarios.budget import Budget
from scenarios.errors import UserError
from scenarios.scenario import LLM

UNLIMITED = Budget()
HURRY = 5.0  # seconds that calls under way get when the user wants to stop
OPENAI = "https://api.openai.com/v1"
WEIGHT = {"score": (0.25, 0.0), "letters": (0.5, 0.3), "json": (1.0, 0.5)}
"""Of the evidence when something comes up, and when nothing does, where no probe has measured it."""
TRY = "start it (`ollama serve`, `vllm serve MODEL`), mend --base-url, or use --model embedded"


@dataclass(frozen=True, kw_only=True)
class ModelPort:
    """A model behind whatever answers requests: here the recorder, in a worker process a door to it."""

    settings: Settings
    gateway: Gateway
    temperature: float
    household: str = ""

    @property
    def model(self) -> str:
        """The identity of the model."""
        return self.settings.model

    def of(self, household: str) -> "ModelPort":
        """The port of one *household* among several."""
        return replace(self, household=household)

    async def generate(self, ask: Ask) -> Reply:
        """The model's reply to *ask*; PortError when none comes."""
        key, answer, cached = await self.gateway.ask(
            request_of(ask, self.model, self.temperature),
            purpose=ask.purpose, resident=ask.resident, household=self.household,
        )  # fmt: skip
        return Reply(key=key, cached=cached, **answer)

    async def weigh(
        self, situation: str, candidates: Sequence[str], purpose: str, resident: str, attempt: int = 0
    ) -> Weighed:
        """The evidence of *situation* for each candidate, by the method that was settled."""
        if self.settings.evidence == "score":
            return await by_score(
                self.gateway, self.model, situation, candidates,
                purpose=purpose, resident=resident, household=self.household,
            )  # fmt: skip
        weigh = by_letters if self.settings.evidence == "letters" else by_json
        return await weigh(
            self.generate, situation, candidates, purpose=purpose, resident=resident, attempt=attempt
        )


@asynccontextmanager
async def open_port(
    llm: LLM, journal: Journal, ledger: Ledger, budget: Budget = UNLIMITED
) -> AsyncIterator[ModelPort]:
    """The port of *llm*, its embedded server running if it has one; from *journal* alone in a replay."""
    if journal.replay:
        gateway = Recorder(journal, ledger, {})
        yield ModelPort(settings=_settled(journal, llm), gateway=gateway, temperature=llm.temperature)
        return
    async with open_model(llm, journal, ledger, budget) as bare:
        yield replace(bare, settings=await _settle(journal, llm, bare))


@asynccontextmanager
async def open_model(
    llm: LLM, journal: Journal, ledger: Ledger, budget: Budget = UNLIMITED, *, alone: bool = False
) -> AsyncIterator[ModelPort]:
    """The port of *llm* before anything is known of the model but what *llm* says; Unreachable at once.

    *alone*: nothing else is computed while it answers.
    """
    async with AsyncExitStack() as stack:
        endpoint = stack.enter_context(_endpoint(llm, alone=alone))
        price = known_price(llm.model, budget, at_home=endpoint.local)
        native = Native(endpoint, llm.timeout)
        try:
            await native.answers()
        except OSError as error:
            reason = getattr(error, "reason", error)
            raise Unreachable(f"no model answers at {endpoint.base_url} ({reason}): {TRY}") from None
        chat = await stack.enter_async_context(open_chat(endpoint, llm.timeout))
        purse = Purse(budget, price, stack.enter_context(Spending(journal.path)))
        breaker = Breaker(f"the model at {endpoint.base_url}", llm.outage)
        patience, pace = Patience(breaker, llm.deadline), Pace(1 if is_embedded(llm) else llm.concurrency)
        bare: Calls = {"chat": chat, "score": partial(scored, native)}
        calls = {
            name: patience.around(guarded(purse.around(call), pace, breaker)) for name, call in bare.items()
        }
        gateway = Recorder(journal, ledger, calls)
        async with _landing(gateway, patience):
            yield ModelPort(
                settings=assumed(llm, endpoint.model), gateway=gateway, temperature=llm.temperature
            )


@asynccontextmanager
async def _landing(gateway: Recorder, patience: Patience) -> AsyncIterator[None]:
    """Let calls under way end and be stored, whatever ends the run; after Ctrl-C for a moment only."""
    try:
        yield
    except asyncio.CancelledError:
        patience.end()
        await gateway.landed(HURRY)
        raise
    finally:
        patience.end()
        await gateway.landed()


def is_embedded(llm: LLM) -> bool:
    """Whether the model runs in this process: 'embedded', or the path of a GGUF file."""
    return llm.base_url is None and (llm.model == "embedded" or llm.model.endswith(".gguf"))


async def has_letters(port: ModelPort) -> bool:
    """Whether the endpoint gives log-probabilities, by one cheap call; Unreachable if it cannot chat."""
    question = (("system", "Answer with one letter."), ("user", "A or B?"))
    ask = Ask(purpose="probe", resident="", messages=question, max_tokens=1, letters=TOP)
    try:
        return (await port.generate(ask)).letters is not None
    except (PortError, EndpointDown):
        pass
    plain = Ask(purpose="probe", resident="", messages=question, max_tokens=1)
    try:
        await port.generate(plain)
    except (PortError, EndpointDown) as error:
        raise Unreachable(f"{port.model} does not answer ({error}): {TRY}") from None
    return False


@contextmanager
def _endpoint(llm: LLM, *, alone: bool) -> Iterator[Endpoint]:
    if is_embedded(llm):
        weights = find_weights(None if llm.model == "embedded" else Path(llm.model))
        with embedded_server(weights.path, weights.model, free_cores() if alone else None) as endpoint:
            yield endpoint
        return
    key = os.environ.get("OPENAI_API_KEY", "")
    if llm.base_url is None and not key:
        raise UserError(f"{llm.model} at OpenAI needs OPENAI_API_KEY in the environment, others --base-url")
    if llm.base_url is not None and not _is_address(llm.base_url):
        raise UserError(f"base_url {llm.base_url!r}: expected an address such as http://localhost:11434/v1")
    yield Endpoint(model=llm.model, base_url=(llm.base_url or OPENAI).rstrip("/"), api_key=key or "none")


def _is_address(text: str) -> bool:
    """Whether *text* names a host over HTTP, and a port that can be one."""
    try:
        parts = urlsplit(text)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def assumed(llm: LLM, model: str) -> Settings:
    """How *model* is used, as *llm* says; for the rest as was measured of it, or is safe for its kind."""
    measured = recalled_fitness(model)
    small = is_embedded(llm)
    evidence = llm.evidence
    if evidence == "auto":
        evidence = measured.evidence if measured else ("score" if small else "letters")
    plans = llm.plans
    if plans == "auto":
        plans = measured.plans if measured else ("choose" if small else "write")
    fitted = measured is not None and measured.evidence == evidence
    weight, routine = (measured.weight, measured.routine_weight) if measured and fitted else WEIGHT[evidence]
    if llm.weight is not None:
        weight = routine = llm.weight
    return Settings(model=model, evidence=evidence, plans=plans, weight=weight, routine_weight=routine)


async def _settle(journal: Journal, llm: LLM, bare: ModelPort) -> Settings:
    """The settings that the journal keeps; on the first opening, those of *bare* if it can."""
    request = _settings_request(llm)
    if journal.find(key_of(request)) is not None:
        settled = _settled(journal, llm)
        if settled.model != bare.model:
            raise UserError(
                f"{journal.path}: this run was begun with {settled.model}, now the model is {bare.model}; "
                "go on with the same weights, or run in a new folder"
            )
        return settled
    settings = bare.settings
    lettered = is_embedded(llm) or await has_letters(bare)
    if llm.evidence == "auto" and settings.evidence == "letters" and not lettered:
        weight, routine = WEIGHT["json"] if llm.weight is None else (llm.weight, llm.weight)
        settings = replace(settings, evidence="json", weight=weight, routine_weight=routine)
    journal.store(key_of(request), request, asdict(settings))
    return settings


def _settled(journal: Journal, llm: LLM) -> Settings:
    found = journal.find(key_of(_settings_request(llm)))
    if found is None:
        raise UserError(f"{journal.path}: nothing recorded with model {llm.model!r} and these settings")
    return Settings(**found)


def _settings_request(llm: LLM) -> dict[str, object]:
    return {
        "method": "settings",
        "model": Path(llm.model).name if is_embedded(llm) else llm.model,
        "evidence": llm.evidence,
        "plans": llm.plans,
        "weight": llm.weight,
    }
