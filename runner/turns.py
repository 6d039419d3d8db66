"""Whose turn it is to ask the model: the household that is expected to have most questions left.

A household's questions follow one another. First come, first served, those that have many are left at the
end, to be lived alone while the model is idle. So each is heard once before any other twice; from then on how
many are left is guessed from how many it has asked so far, and, the less of it is lived the more, from what
all ask: as if each had lived some of a usual life before (shrinkage; Efron and Morris, 1977, 'Stein's paradox
in statistics'). It reaches no data.
"""

import asyncio
import math
from collections import Counter
from collections.abc import Callable
from heapq import heappop, heappush
from itertools import count

from agents.gateway.journal import Answer, Request
from agents.gateway.port import Gateway

USUAL = 0.35  # of a life: what is usual counts as much
HARDLY = 0.1  # of a life, taken for lived of each: what the first ones ask at once is no rate


class Turns:
    """A gateway in front of *gateway*, *slots* questions at once; `lived` is the share that one has lived."""

    def __init__(self, gateway: Gateway, slots: int, lived: Callable[[str], float]) -> None:
        self._gateway, self._free, self._lived = gateway, slots, lived
        self._asked: Counter[str] = Counter()
        self._heard: dict[str, float] = {}  # share of its life that each had lived when it asked last
        self._questions, self._lives = 0, 0.0  # of all together
        self._waiting: list[tuple[float, int, asyncio.Future[None]]] = []
        self._numbers = count()

    async def ask(
        self, request: Request, *, purpose: str, resident: str, household: str = ""
    ) -> tuple[str, Answer, bool]:
        """The (key, answer, cached) of *request*, when it is the turn of *household*."""
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
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
        """How many questions *household*, which asks one, may ask still; no end of them of a new one."""
        lived, before = self._lived(household), self._heard.get(household, -HARDLY)
        self._heard[household] = lived
        self._questions, self._lives = self._questions + 1, self._lives + lived - before
        self._asked[household] += 1
        if self._asked[household] == 1:
            return math.inf
        usual = self._questions / self._lives
        return (self._asked[household] + USUAL * usual) / (lived + USUAL) * (1 - lived)

    def _admit(self) -> None:
        while self._free and self._waiting:
            turn = heappop(self._waiting)[2]
            if not turn.done():
                self._free -= 1
                turn.set_result(None)
