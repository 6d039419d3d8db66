"""The LLM port: the one seam between a mind and a model.

Minds see `Port`; how a reply comes about (HTTP, journal, ledger, which model) is wrapped behind it.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol
from urllib.parse import urlsplit

from agents.gateway.journal import Answer, Request
from scenarios.errors import RunFailed, UserError

Evidence = Literal["score", "letters", "json"]
Plans = Literal["choose", "write"]
Schema = Mapping[str, Any]
SECRET = 8  # characters that a key has at least


@dataclass(frozen=True, kw_only=True)
class Ask:
    """One request for generated text. `attempt` tells a repeated question from its first asking."""

    purpose: str  # what it is booked under: 'plan', 'visitor', 'repair', ...
    resident: str
    messages: tuple[tuple[str, str], ...]  # (role, text); the part that never changes comes first
    schema: Schema | None = None  # JSON schema that the reply must obey
    max_tokens: int
    attempt: int = 0
    letters: int = 0  # ask for the log-probabilities of so many tokens at the first position


@dataclass(frozen=True, kw_only=True)
class Reply:
    """What came back, raw: whether it makes sense is for the reader to judge."""

    key: str  # its place in the journal
    text: str
    prompt_tokens: int
    completion_tokens: int
    cached: bool = False  # served by the journal
    finish: str = "stop"  # 'length' = cut off
    letters: Mapping[str, float] | None = None  # token -> log-probability at the first position


def json_in(text: str) -> Any:
    """What a reply says in JSON, from its first brace to its last: small models like to chat around it.

    Raises ValueError where there is none, or one nested deeper than anybody means.
    """
    try:
        return json.loads(text[text.find("{") : text.rfind("}") + 1])
    except RecursionError as error:
        raise ValueError("nested too deeply") from error


@dataclass(frozen=True, kw_only=True)
class Weighed:
    """How much the situation speaks for each candidate, in nats, centred on 0."""

    evidence: tuple[float, ...]
    replies: tuple[str, ...] = ()  # journal keys
    prompt_tokens: int = 0
    completion_tokens: int = 0


class Port(Protocol):
    """A model that minds can ask."""

    @property
    def model(self) -> str:
        """The identity of the model."""
        ...

    async def generate(self, ask: Ask) -> Reply:
        """The model's reply to *ask*."""
        ...

    async def weigh(
        self, situation: str, candidates: Sequence[str], purpose: str, resident: str, attempt: int = 0
    ) -> Weighed:
        """The evidence of *situation* for each of *candidates*, actions written to follow 'to'."""
        ...


class Gateway(Protocol):
    """What answers requests: the recorder, or a door to the one in another process."""

    async def ask(
        self, request: Request, *, purpose: str, resident: str, household: str = ""
    ) -> tuple[str, Answer, bool]:
        """The (key, answer, cached) of *request*, plain JSON both; PortError when no answer comes."""
        ...


@dataclass(frozen=True, kw_only=True)
class Endpoint:
    """Where an OpenAI-compatible server listens. The key is never shown."""

    model: str
    base_url: str  # with its '/v1'
    api_key: str = field(default="none", repr=False)

    @property
    def local(self) -> bool:
        """Whether it listens on this machine, where no proxy stands between."""
        return urlsplit(self.base_url).hostname in ("127.0.0.1", "localhost", "::1")

    def hushed(self, text: str) -> str:
        """*text* without the key, which some servers repeat to whoever asks. Shorter ones are no secret."""
        return text if len(self.api_key) < SECRET else text.replace(self.api_key, "***")


@dataclass(frozen=True, kw_only=True)
class Settings:
    """How one run uses its model, settled once and kept in the journal."""

    model: str  # identity, with the digest of the weights where there are any
    evidence: Evidence
    plans: Plans
    weight: float  # of the evidence against the prior, when something comes up
    routine_weight: float  # when nothing does


class PortError(Exception):
    """A question got no answer, and the message says why. A mind falls back."""

    paid = False  # the server may have done the work all the same


class Trouble(PortError):
    """One try failed by the endpoint's fault, not by the question's; another may succeed."""

    def __init__(
        self, message: str, *, wait: float | None = None, busy: bool = False, gone: bool = False,
        paid: bool = False,
    ) -> None:  # fmt: skip
        super().__init__(message)
        self.wait = wait  # seconds that the server asks for
        self.busy = busy  # it is there, and asks for patience
        self.gone = gone  # nothing answers at all
        self.paid = paid
        self.outage = self.looked = False  # the endpoint is away; this try was to see if it still is


class Malformed(PortError):
    """A reply came that cannot be read; asking once more may help."""

    def __init__(self, message: str, replies: Sequence[Reply] = ()) -> None:
        super().__init__(message)
        self.replies = tuple(replies)  # what it cost


class EndpointDown(RunFailed):
    """The endpoint answers nobody any more, or nobody with this key; the run goes on when it does again."""

    paid = False


class Unreachable(UserError):
    """No model answers at the address given."""


class MissingEntry(RunFailed):
    """A replay asked for a reply that the journal does not hold."""
