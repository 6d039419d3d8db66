"""The one way to a model: the journal first, then the call, its reply stored before it is used.

Failures are kept too, so that a replay falls back where the run did; a run that goes on tries again.
"""

import asyncio
from collections.abc import Awaitable, Callable
from weakref import WeakValueDictionary

from agents.journal import Answer, Journal, Request, key_of
from agents.ledger import Ledger, Spent
from agents.port import MissingEntry, PortError

Call = Callable[[], Awaitable[Answer]]
FAILED = "failed"


class Recorder:
    """Journal and ledger around every call; at most `at_once` calls on their way."""

    def __init__(self, journal: Journal, ledger: Ledger, at_once: int) -> None:
        self.journal, self.ledger = journal, ledger
        self._room = asyncio.Semaphore(at_once)
        self._asking: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._read: dict[str, dict[str, str]] = {}  # the last prompt by resident and purpose

    async def ask(
        self, request: Request, call: Call | None, *, purpose: str, resident: str
    ) -> tuple[str, Answer, bool]:
        """The (key, answer, cached) of *request*; one question is never asked twice at once."""
        key = key_of(request)
        lock = self._asking.setdefault(key, asyncio.Lock())
        async with lock:
            if (known := self._known(key)) is not None:
                self.ledger.record(purpose, resident, Spent(cached=1))
                return key, known, True
            if self.journal.replay or call is None:
                raise MissingEntry(
                    f"{self.journal.path}: no reply to {resident or 'nobody'}'s question about a {purpose} "
                    f"(entry {key[:12]}): the scenario, the routines or the program is not what was recorded"
                )
            async with self._room:
                return key, await self._called(key, request, call, purpose, resident), False

    def _known(self, key: str) -> Answer | None:
        found = self.journal.find(key)
        if found is not None and FAILED in found:
            if self.journal.replay:
                raise PortError(found[FAILED])
            return None
        return found

    async def _called(self, key: str, request: Request, call: Call, purpose: str, resident: str) -> Answer:
        try:
            answer = await call()
        except PortError as error:
            self.journal.store(key, request, {FAILED: str(error)})
            self.ledger.record(purpose, resident, Spent(calls=1, failed=1))
            raise
        self.journal.store(key, request, answer)
        tokens = {name: int(answer.get(name, 0)) for name in ("prompt_tokens", "completion_tokens")}
        fresh = self._fresh(request, purpose, resident, tokens["prompt_tokens"])
        self.ledger.record(purpose, resident, Spent(calls=1, fresh_tokens=fresh, **tokens))
        return answer

    def _fresh(self, request: Request, purpose: str, resident: str, tokens: int) -> int:
        """Of *tokens*, those behind what the prompt shares with the last ones of the resident, by letters.

        A server that caches prefixes reads only these.
        """
        prompt = "\n".join(f"{role}: {text}" for role, text in request["messages"])
        read = self._read.setdefault(resident, {})
        shared = max((_shared(prompt, before) for before in read.values()), default=0)
        read[purpose] = prompt
        return round(tokens * (1 - shared / max(1, len(prompt))))


def _shared(one: str, two: str) -> int:
    """How many letters both begin with."""
    pairs = zip(one, two, strict=False)
    return next((n for n, (a, b) in enumerate(pairs) if a != b), min(len(one), len(two)))
