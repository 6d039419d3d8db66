"""Replies stored off the event loop, as many together as came while the disk was busy with those before."""

import asyncio

from agents.gateway.journal import Answer, Journal, Request


class Keeper:
    """Who waits for a reply waits until it is on the disk; nobody else does."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._entries: list[tuple[str, Request, Answer]] = []
        self._next: asyncio.Task[None] | None = None  # will store what is collected
        self._busy: asyncio.Task[None] | None = None  # stores what was

    async def keep(self, key: str, request: Request, answer: Answer) -> None:
        """Store *answer*; on return it is on the disk."""
        self._entries.append((key, request, answer))
        if self._next is None:
            self._next = asyncio.create_task(self._store(self._busy))
        await asyncio.shield(self._next)

    async def _store(self, before: asyncio.Task[None] | None) -> None:
        if before is not None:
            await asyncio.wait([before])
        entries, self._entries = self._entries, []
        self._busy, self._next = self._next, None
        await asyncio.to_thread(self._journal.store_all, entries)
