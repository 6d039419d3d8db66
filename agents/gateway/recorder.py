"""The one way to a model: the journal first, then the call, its reply stored before it is used.

A request is plain JSON and names by its `method` which call answers it, so it can come from another process.
Failures are kept too, by household, so that a replay falls back where the run did. A household that is lived
again tries again; one whose life is written keeps its failures, whatever others get for the same question.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress

from agents.gateway.journal import Answer, Journal, Request, key_of
from agents.gateway.keeping import Keeper
from agents.gateway.ledger import Ledger, Spent
from agents.gateway.port import MissingEntry, PortError
from agents.gateway.prefixes import Prefixes

Call = Callable[[Request], Awaitable[Answer]]
Calls = Mapping[str, Call]  # by method: 'chat', 'score'
FAILED = "failed"


class Recorder:
    """Journal and ledger around every call. Without calls it only replays."""

    def __init__(self, journal: Journal, ledger: Ledger, calls: Calls) -> None:
        self.journal, self.ledger, self._calls = journal, ledger, calls
        self._under_way: dict[str, asyncio.Task[Answer]] = {}
        self._failed: dict[tuple[str, str], str] = {}  # since this process began, by question and household
        self._prefixes, self._keeper = Prefixes(), Keeper(journal)

    async def ask(
        self, request: Request, *, purpose: str, resident: str, household: str = ""
    ) -> tuple[str, Answer, bool]:
        """The (key, answer, cached) of *request*; one question is never asked twice at once."""
        key = key_of(request)
        if (reason := self._failure(key, household)) is not None:
            raise PortError(reason)
        if (known := self.journal.find(key, household)) is not None:
            self._recovered(key, household)
            self.ledger.record(purpose, resident, Spent(cached=1))
            return key, known, True
        asking = self._under_way.get(key)
        shared = asking is not None
        if asking is None:
            asking = self._begun(key, request, purpose, household, resident)
        try:
            # Whoever is cancelled leaves the call to end: it is paid for, and the journal wants it.
            answer = await asyncio.shield(asking)
        except PortError as error:
            self._fails(key, household, str(error))
            raise PortError(str(error)) from None
        self._recovered(key, household)
        if shared:
            self.ledger.record(purpose, resident, Spent(cached=1))
        return key, answer, shared

    async def landed(self, seconds: float | None = None) -> None:
        """Wait until every call under way has ended and is stored, *seconds* at most; then leave the rest."""
        while self._under_way:
            _, late = await asyncio.wait(self._under_way.values(), timeout=seconds)
            for asking in late:
                asking.cancel()
            seconds = None

    def _begun(
        self, key: str, request: Request, purpose: str, household: str, resident: str
    ) -> asyncio.Task[Answer]:
        if self.journal.replay or request["method"] not in self._calls:
            raise MissingEntry(
                f"{self.journal.path}: no reply to {resident or 'nobody'}'s question about a {purpose} "
                f"(entry {key[:12]}): the scenario, the routines or the program is not what was recorded"
            )
        asking = asyncio.create_task(self._called(key, request, purpose, (household, resident)))
        self._under_way[key] = asking
        asking.add_done_callback(lambda _: self._under_way.pop(key))
        asking.add_done_callback(_looked_at)
        return asking

    async def _called(self, key: str, request: Request, purpose: str, who: tuple[str, str]) -> Answer:
        try:
            answer = await self._calls[request["method"]](request)
        except PortError:
            self.ledger.record(purpose, who[1], Spent(calls=1, failed=1))
            raise
        await self._keeper.keep(key, request, answer)
        tokens = {name: int(answer.get(name, 0)) for name in ("prompt_tokens", "completion_tokens")}
        fresh = self._prefixes.fresh(request, purpose, who, tokens["prompt_tokens"])
        self.ledger.record(purpose, who[1], Spent(calls=1, fresh_tokens=fresh, **tokens))
        return answer

    def _failure(self, key: str, household: str) -> str | None:
        """Why *household* got no answer: in this life of it, or when it was recorded."""
        if self.journal.replay:
            found = self.journal.find(key_of(_failing(key, household)))
            return None if found is None else found.get(FAILED)
        return self._failed.get((key, household))

    def _fails(self, key: str, household: str, reason: str) -> None:
        self._failed[key, household] = reason
        request = _failing(key, household)
        self.journal.store(key_of(request), request, {FAILED: reason})

    def _recovered(self, key: str, household: str) -> None:
        """An earlier life of *household* may have got no answer; this one did."""
        if self.journal.replay:
            return
        request = _failing(key, household)
        failing = key_of(request)
        if (found := self.journal.find(failing)) is not None and FAILED in found:
            self.journal.store(failing, request, {})


def _failing(key: str, household: str) -> Request:
    """Under which the journal keeps that *household* got no answer to the question *key*."""
    return {"method": FAILED, "question": key, "household": household}


def _looked_at(asking: asyncio.Task[Answer]) -> None:
    """Nobody may be left who waits for it; its error is no news then."""
    with suppress(asyncio.CancelledError):
        asking.exception()
