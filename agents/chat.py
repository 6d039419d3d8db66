"""Generated text, by ChatOpenAI from any OpenAI-compatible endpoint.

Structured replies are asked for with `response_format` and judged by their reader: a malformed one
keeps its raw text and its usage. Retries are ours, bounded, their waits fixed.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

from agents.journal import Answer, Request
from agents.port import Ask, Endpoint, PortError

WAITS = (0.6, 1.1, 2.3, 4.2)  # seconds before each further try: doubling, with a fixed jitter
LONGEST_WAIT = 60.0  # seconds; a server that asks for more is taken as refusing


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

    def __init__(self, client: Any, api_key: str, waits: tuple[float, ...] = WAITS) -> None:
        self._client, self._key, self._waits = client, api_key, waits

    async def __call__(self, request: Request) -> Answer:
        """The raw answer to *request*: text, finish, tokens, letters. PortError when no try succeeds."""
        from openai import OpenAIError

        bound = self._client.bind(**_parameters(request))
        for wait in (*self._waits, None):
            try:
                return _answer(await bound.ainvoke(request["messages"]))
            except OpenAIError as error:
                if (cut := _cut_short(error)) is not None:
                    return cut
                pause = None if wait is None else _pause(error, wait)
                if pause is None:
                    raise PortError(self._sentence(error)) from None
                await asyncio.sleep(pause)
            except (TypeError, ValueError, AttributeError, KeyError, IndexError) as error:
                raise PortError(
                    f"the endpoint's answer is no chat completion ({type(error).__name__}); "
                    "is the base URL right, with its /v1?"
                ) from None
        raise AssertionError("unreachable")

    def _sentence(self, error: Exception) -> str:
        words = " ".join(str(error).replace(self._key, "***").split())
        return f"{type(error).__name__}: {words[:200]}"


@asynccontextmanager
async def open_chat(
    endpoint: Endpoint, timeout: float, waits: tuple[float, ...] = WAITS
) -> AsyncIterator[Chat]:
    """A `Chat` with *endpoint* whose connections are its own; *timeout* in seconds a call."""
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
        yield Chat(client, endpoint.api_key, waits)


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
    return {
        "text": refusal or str(message.content),
        "finish": "refusal" if refusal else message.response_metadata.get("finish_reason") or "stop",
        "prompt_tokens": usage.get("input_tokens", 0),
        "completion_tokens": usage.get("output_tokens", 0),
        "letters": _first_position(message.response_metadata.get("logprobs")),
    }


def _first_position(logprobs: Mapping[str, Any] | None) -> dict[str, float] | None:
    content = (logprobs or {}).get("content")
    if not content:
        return None
    return {top["token"]: float(top["logprob"]) for top in content[0]["top_logprobs"]}


def _cut_short(error: Exception) -> Answer | None:
    """The openai client raises on a structured reply cut off by length; its text and usage are kept."""
    completion = getattr(error, "completion", None)
    if completion is None:
        return None
    usage = completion.usage
    return {
        "text": completion.choices[0].message.content or "",
        "finish": "length",
        "prompt_tokens": usage.prompt_tokens if usage else 0,
        "completion_tokens": usage.completion_tokens if usage else 0,
        "letters": None,
    }


def _pause(error: Exception, wait: float) -> float | None:
    """Seconds to wait before another try, or None when another would fail alike."""
    from openai import APIConnectionError, APIStatusError

    if isinstance(error, APIConnectionError):  # time-outs too
        return wait
    if not isinstance(error, APIStatusError) or error.code == "insufficient_quota":
        return None
    if error.status_code != 429:
        return wait if error.status_code in (408, 409) or error.status_code >= 500 else None
    asked = error.response.headers.get("retry-after", "")
    pause = float(asked) if asked.replace(".", "", 1).isdigit() else wait
    return pause if pause <= LONGEST_WAIT else None
