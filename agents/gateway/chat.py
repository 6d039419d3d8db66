"""Generated text, by ChatOpenAI from any OpenAI-compatible endpoint: one try, and what came of it.

Structured replies are asked for with `response_format` and judged by their reader: a malformed one
keeps its raw text and its usage. What failed is told apart by whose fault it is; others try again.
"""

import asyncio
import math
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from agents.gateway.journal import Answer, Request
from agents.gateway.port import Ask, Endpoint, EndpointDown, PortError, Trouble

LONGEST_REPLY = 100_000  # characters that are kept of one; none that was asked for is as long
MOST_TOKENS = 10**9  # that a server is believed
SHUT = frozenset({401, 402, 404})  # no key, no credit, no such model: nobody will get an answer


def request_of(ask: Ask, model: str, temperature: float) -> Request:
    """What determines the reply to *ask*, and nothing else."""
    return {
        "method": "chat",
        "model": model,
        "messages": [list(message) for message in ask.messages],
        "schema": ask.schema,
        "temperature": 0.0 if ask.letters else temperature,
        "max_tokens": ask.max_tokens,
        "letters": ask.letters,
        "attempt": ask.attempt,
    }


class Chat:
    """A door to one endpoint. Belongs to the event loop it was opened in."""

    def __init__(self, client: Any, endpoint: Endpoint, timeout: float) -> None:
        self._client, self._endpoint, self._timeout = client, endpoint, timeout

    async def __call__(self, request: Request) -> Answer:
        """The raw answer to *request*: text, finish, tokens, letters. Trouble where another try may help."""
        from openai import OpenAIError

        bound = self._client.bind(**_parameters(request))
        try:
            async with asyncio.timeout(self._timeout):
                return self._kept(_answer(await bound.ainvoke(request["messages"])))
        except TimeoutError:
            raise Trouble(f"timed out after {self._timeout:g} seconds", paid=True) from None
        except OpenAIError as error:
            if (cut := _cut_short(error)) is not None:
                return self._kept(cut)
            raise _failure(error, self._sentence(error), self._endpoint) from None
        except (TypeError, ValueError, AttributeError, LookupError, RecursionError, OverflowError) as error:
            raise Unreadable(
                f"the endpoint's answer is no chat completion ({type(error).__name__}); "
                "is the base URL right, with its /v1?"
            ) from None

    def _kept(self, answer: Answer) -> Answer:
        """The answer as it may be stored."""
        return {**answer, **{name: self._endpoint.hushed(answer[name]) for name in ("text", "finish")}}

    def _sentence(self, error: Exception) -> str:
        words = " ".join(self._endpoint.hushed(str(error)).split())
        return f"{type(error).__name__}: {words[:200]}"


class Unreadable(PortError):
    """An answer came and is none; whatever it is, it may have to be paid for."""

    paid = True


@asynccontextmanager
async def open_chat(endpoint: Endpoint, timeout: float) -> AsyncIterator[Chat]:
    """A `Chat` with *endpoint* whose connections are its own; *timeout* in seconds a try."""
    from langchain_openai import ChatOpenAI
    from openai import DefaultAsyncHttpxClient

    async with DefaultAsyncHttpxClient(trust_env=not endpoint.local, timeout=timeout) as http:
        client = ChatOpenAI(
            model=endpoint.model,
            base_url=endpoint.base_url,
            api_key=lambda: endpoint.api_key,
            timeout=timeout,
            max_retries=0,
            use_responses_api=False,
            http_async_client=http,
        )
        yield Chat(client, endpoint, timeout)


def _parameters(request: Request) -> dict[str, Any]:
    """Compatible servers differ in the name of the limit, so it goes out under both."""
    parameters: dict[str, Any] = {
        "temperature": request["temperature"],
        "seed": request["attempt"],
        "max_completion_tokens": request["max_tokens"],
        "extra_body": {"max_tokens": request["max_tokens"]},
    }
    if request["letters"]:
        parameters |= {"logprobs": True, "top_logprobs": request["letters"]}
    if request["schema"] is not None:
        form = {"name": "reply", "schema": request["schema"], "strict": True}
        parameters["response_format"] = {"type": "json_schema", "json_schema": form}
    return parameters


def _answer(message: Any) -> Answer:
    usage = message.usage_metadata or {}
    refusal = message.additional_kwargs.get("refusal")
    finish = message.response_metadata.get("finish_reason")
    return {
        "text": _sound(refusal or message.content),
        "finish": "refusal" if refusal else _sound(finish or "stop"),
        "prompt_tokens": _count(usage.get("input_tokens")),
        "completion_tokens": _count(usage.get("output_tokens")),
        "cached_tokens": _count((usage.get("input_token_details") or {}).get("cache_read")),
        "letters": _first_position(message.response_metadata.get("logprobs")),
    }


def _sound(text: object) -> str:
    """As text that can be stored: no half characters, no books."""
    return str(text)[:LONGEST_REPLY].encode(errors="replace").decode()


def _count(said: object) -> int:
    return min(said, MOST_TOKENS) if isinstance(said, int) and said > 0 else 0


def _first_position(logprobs: Mapping[str, Any] | None) -> dict[str, float] | None:
    content = (logprobs or {}).get("content")
    if not content:
        return None
    tops = {_sound(top["token"]): float(top["logprob"]) for top in content[0]["top_logprobs"]}
    return {token: nats for token, nats in tops.items() if math.isfinite(nats)}


def _cut_short(error: Exception) -> Answer | None:
    """The openai client raises on a structured reply cut off by length; its text and usage are kept."""
    completion = getattr(error, "completion", None)
    if completion is None:
        return None
    usage = completion.usage
    return {
        "text": _sound(completion.choices[0].message.content or ""),
        "finish": "length",
        "prompt_tokens": _count(usage.prompt_tokens if usage else 0),
        "completion_tokens": _count(usage.completion_tokens if usage else 0),
        "letters": None,
    }


def _failure(error: Exception, words: str, endpoint: Endpoint) -> Exception:
    """Whose fault it is that no answer came: the endpoint's for now, for good, or the question's."""
    from openai import APIConnectionError, APIStatusError

    if isinstance(error, APIConnectionError):
        causes = {type(cause).__name__ for cause in _causes(error)}
        refused = bool(causes & {"ConnectError", "ConnectTimeout"})  # httpx; else it may be at work on it
        return Trouble(words, gone=refused or "APITimeoutError" not in causes, paid=not refused)
    if not isinstance(error, APIStatusError):
        return Unreadable(words)
    status = error.status_code
    if status in SHUT or error.code == "insufficient_quota":
        return EndpointDown(f"{endpoint.base_url} refuses ({words}); mend that, and the same command goes on")
    if status not in (408, 409, 429) and status < 500:
        return PortError(words)
    wait = asked_wait(error.response.headers)
    return Trouble(words, wait=wait, busy=status == 429 or (status == 503 and wait is not None))


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__


def asked_wait(headers: Mapping[str, str]) -> float | None:
    """Seconds that a server asks to wait for: a number, or a date, read by its own clock if it tells."""
    asked = headers.get("retry-after", "").strip()
    try:
        seconds = float(asked)
    except ValueError:
        try:
            now = headers.get("date")
            today = parsedate_to_datetime(now) if now else datetime.now(UTC)
            seconds = (parsedate_to_datetime(asked) - today).total_seconds()
        except (ValueError, TypeError):
            return None
    return max(0.0, seconds) if math.isfinite(seconds) else None
