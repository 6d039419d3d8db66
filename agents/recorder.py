"""The one way to a model: the journal first, then the call, its reply stored before it is used.

A request is plain JSON and names by its `method` which call answers it, so it can come from another process.
Failures are kept too, so that a replay falls back where the run did; a run that goes on tries again.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from weakref import WeakValueDictionary

from agents.journal import Answer, Journal, Request, key_of
from agents.ledger import Ledger, Spent
from agents.port import MissingEntry, PortError

Call = Callable[[Request], Awaitable[Answer]]
Calls = Mapping[str, Call]  # by method: 'chat', 'score'
FAILED = "failed"


class Recorder:
    """Journal and ledger around every call; at most `at_once` on their way. Without calls it only replays."""

    def __init__(self, journal: Journal, ledger: Ledger, calls: Calls, at_once: int = 1) -> None:
        self.journal, self.ledger, self._calls = journal, ledger, calls
        self._room = asyncio.Semaphore(at_once)
        self._asking: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._read: dict[tuple[str, str], dict[str, str]] = {}  # the last prompts of a resident, by purpose

    async def ask(
        self, request: Request, *, purpose: str, resident: str, household: str = ""
    ) -> tuple[str, Answer, bool]:
        """The (key, answer, cached) of *request*; one question is never asked twice at once."""
        key = key_of(request)
        lock = self._asking.setdefault(key, asyncio.Lock())
        async with lock:
            if (known := self._known(key)) is not None:
                self.ledger.record(purpose, resident, Spent(cached=1))
                return key, known, True
            if self.journal.replay or request["method"] not in self._calls:
                raise MissingEntry(
                    f"{self.journal.path}: no reply to {resident or 'nobody'}'s question about a {purpose} "
                    f"(entry {key[:12]}): the scenario, the routines or the program is not what was recorded"
                )
            async with self._room:
                return key, await self._called(key, request, purpose, (household, resident)), False

    def _known(self, key: str) -> Answer | None:
        found = self.journal.find(key)
        if found is not None and FAILED in found:
            if self.journal.replay:
                raise PortError(found[FAILED])
            return None
        return found

    async def _called(self, key: str, request: Request, purpose: str, who: tuple[str, str]) -> Answer:
        resident = who[1]
        try:
            answer = await self._calls[request["method"]](request)
        except PortError as error:
            self.journal.store(key, request, {FAILED: str(error)})
            self.ledger.record(purpose, resident, Spent(calls=1, failed=1))
            raise
        self.journal.store(key, request, answer)
        tokens = {name: int(answer.get(name, 0)) for name in ("prompt_tokens", "completion_tokens")}
        fresh = self._fresh(request, purpose, who, tokens["prompt_tokens"])
        self.ledger.record(purpose, resident, Spent(calls=1, fresh_tokens=fresh, **tokens))
        return answer

    def _fresh(self, request: Request, purpose: str, who: tuple[str, str], tokens: int) -> int:
        """Of *tokens*, those behind what the prompt shares with the last ones of the resident, by letters.

        A server that caches prefixes reads only these.
        """
        prompt = "\n".join(f"{role}: {text}" for role, text in request["messages"])
        read = self._read.setdefault(who, {})
        shared = max((_shared(prompt, before) for before in read.values()), default=0)
        read[purpose] = prompt
        return round(tokens * (1 - shared / max(1, len(prompt))))


def _shared(one: str, two: str) -> int:
    """How many letters both begin with."""
    same, most = 0, min(len(one), len(two))
    while same < most:
        middle = (same + most + 1) // 2
        same, most = (middle, most) if one[:middle] == two[:middle] else (same, middle - 1)
    return same
