"""Whose turn it is to ask the model: the household that is expected to have most questions left.

A household's questions follow one another. First come, first served, those that have many are left at the
end, to be lived alone while the model is idle. How many are left is guessed from how many were asked so far,
so that every household is heard early, and who turns out to ask much goes ahead. It reaches no data.
"""

import asyncio
from collections import Counter
from collections.abc import Callable
from heapq import heappop, heappush
from itertools import count

from agents.gateway.journal import Answer, Request
from agents.gateway.port import Gateway

SOON = 0.1  # share of a life; of a household that has hardly lived its questions tell little
MARGIN = 1 / 3  # of a life, by which who asks much is put before who is only behind: the guess may be too low


class Turns:
    """A gateway in front of *gateway*, *slots* questions at once; `lived` is the share that one has lived."""

    def __init__(self, gateway: Gateway, slots: int, lived: Callable[[str], float]) -> None:
        self._gateway, self._free, self._lived = gateway, slots, lived
        self._asked: Counter[str] = Counter()
        self._waiting: list[tuple[float, int, asyncio.Future[None]]] = []
        self._numbers = count()

    async def ask(
        self, request: Request, *, purpose: str, resident: str, household: str = ""
    ) -> tuple[str, Answer, bool]:
        """The (key, answer, cached) of *request*, when it is the turn of *household*."""
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._asked[household] += 1
        heappush(self._waiting, (-self._left(household), next(self._numbers), turn))
        self._admit()
        try:
            await turn
            return await self._gateway.ask(request, purpose=purpose, resident=resident, household=household)
        finally:
            if turn.done() and not turn.cancelled():
                self._free += 1
                self._admit()

    def _left(self, household: str) -> float:
        """How many questions *household* may ask still."""
        lived = self._lived(household)
        return self._asked[household] / (lived + SOON) * (1 - lived + MARGIN)

    def _admit(self) -> None:
        while self._free and self._waiting:
            turn = heappop(self._waiting)[2]
            if not turn.done():
                self._free -= 1
                turn.set_result(None)
