"""Plain JSON over HTTP, for the calls of a llama.cpp server that OpenAI's interface does not have."""

import asyncio
import json
from collections.abc import Mapping
from typing import Any
from urllib.error import HTTPError
from urllib.request import HTTPRedirectHandler, ProxyHandler, Request, build_opener

from agents.gateway.port import Endpoint, PortError, Trouble

MOST_KNOWN = 4096  # answers
MOST_BYTES = 16_000_000  # of an answer; a longer one is cut off, so it is no JSON
MOST_WORDS = 200  # letters of an error


class Native:
    """The server behind *endpoint*, addressed by its own paths."""

    def __init__(self, endpoint: Endpoint, timeout: float) -> None:
        self._root = endpoint.base_url.removesuffix("/").removesuffix("/v1")
        self._endpoint, self._timeout = endpoint, timeout
        self._opener = build_opener(*([_Stay(), ProxyHandler({})] if endpoint.local else [_Stay()]))
        self._known: dict[str, dict[str, Any]] = {}

    async def look_up(self, path: str, body: Mapping[str, Any], expected: str) -> dict[str, Any]:
        """As `post`, for what is the same whenever it is asked."""
        asked = path + json.dumps(body)
        if asked not in self._known:
            if len(self._known) > MOST_KNOWN:
                self._known.clear()
            self._known[asked] = await self.post(path, body, expected)
        return self._known[asked]

    async def post(self, path: str, body: Mapping[str, Any], expected: str) -> dict[str, Any]:
        """The JSON object that the server answers, with its field *expected*; else PortError."""
        try:
            text = await self._fetched(path, json.dumps(body).encode())
            answer = json.loads(text)
        except OSError as error:
            raise _trouble(self._sentence(path, error), error) from None
        except (ValueError, RecursionError) as error:
            raise PortError(self._sentence(path, error)) from None
        if not isinstance(answer, dict) or expected not in answer:
            raise PortError(f"{path}: the server answers without {expected!r}; it does not score text")
        return answer

    def _sentence(self, path: str, error: Exception) -> str:
        return f"{path}: {type(error).__name__}: {self._endpoint.hushed(str(error))[:MOST_WORDS]}"

    async def answers(self) -> None:
        """Return if any HTTP server answers at the base URL; OSError if none does."""
        try:
            await self._fetched("/v1/models", None)
        except HTTPError:
            return

    async def _fetched(self, path: str, body: bytes | None) -> bytes:
        """The answer, waited for even by who is cancelled: llama.cpp cannot be stopped while it answers."""
        fetching = asyncio.ensure_future(asyncio.to_thread(self._fetch, path, body))
        try:
            return await asyncio.shield(fetching)
        except asyncio.CancelledError:
            await asyncio.wait([fetching])
            raise

    def _fetch(self, path: str, body: bytes | None) -> bytes:
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {self._endpoint.api_key}"}
        request = Request(self._root + path, body, headers)  # noqa: S310 - the address is the user's own
        with self._opener.open(request, timeout=self._timeout) as response:
            return bytes(response.read(MOST_BYTES))


class _Stay(HTTPRedirectHandler):
    """Follows no redirect: the key is for whom the user named, and nobody else."""

    def redirect_request(self, *_: Any) -> None:
        """Refuse."""


def _trouble(words: str, error: OSError) -> PortError:
    """What went wrong, by whose fault."""
    if isinstance(error, HTTPError):
        return Trouble(words) if error.code >= 500 else PortError(words)
    late = isinstance(getattr(error, "reason", error), TimeoutError)
    return Trouble(words, gone=not late, paid=True)
