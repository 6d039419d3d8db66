"""Whose turn it is to ask the model: the household that is furthest behind in its life.

First come, first served, families whose questions follow one from another are left at the end, to be lived
alone while the model is idle. So slots go by simulated time; who asks when reaches no data.
"""

import asyncio
from collections.abc import Callable
from heapq import heappop, heappush
from itertools import count

from agents.journal import Answer, Request
from agents.port import Gateway


class Turns:
    """A gateway in front of *gateway*, *slots* questions at once; `lived` tells how far a household is."""

    def __init__(self, gateway: Gateway, slots: int, lived: Callable[[str], float]) -> None:
        self._gateway, self._free, self._lived = gateway, slots, lived
        self._waiting: list[tuple[float, int, asyncio.Future[None]]] = []
        self._numbers = count()

    async def ask(
        self, request: Request, *, purpose: str, resident: str, household: str = ""
    ) -> tuple[str, Answer, bool]:
        """The (key, answer, cached) of *request*, when it is the turn of *household*."""
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heappush(self._waiting, (self._lived(household), next(self._numbers), turn))
        self._admit()
        try:
            await turn
            return await self._gateway.ask(request, purpose=purpose, resident=resident, household=household)
        finally:
            if turn.done() and not turn.cancelled():
                self._free += 1
                self._admit()

    def _admit(self) -> None:
        while self._free and self._waiting:
            turn = heappop(self._waiting)[2]
            if not turn.done():
                self._free -= 1
                turn.set_result(None)
