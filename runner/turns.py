"""Whose turn it is to ask the model: the household that is expected to have most questions left.

A household's questions follow one another. First come, first served, those that have many are left at the
end, to be lived alone while the model is idle. How many are left is guessed from how many this one has asked
so far, and, the less of it is lived the more, from what all ask, a person: as if each had lived half a usual
life before (shrinkage; Efron and Morris, 1977, 'Stein's paradox in statistics'). It reaches no data.
"""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Callable
from heapq import heappop, heappush
from itertools import count

from agents.gateway.journal import Answer, Request
from agents.gateway.port import Gateway

USUAL = 0.5  # lives that what is usual counts as much as
MORE = 0.1  # of a life, taken for lived, and for ahead, of each: first and last questions are no rate


class Turns:
    """A gateway in front of *gateway*, *slots* questions at once; `lived` is the share that one has lived."""

    def __init__(self, gateway: Gateway, slots: int, lived: Callable[[str], float]) -> None:
        self._gateway, self._free, self._lived = gateway, slots, lived
        self._asked: Counter[str] = Counter()
        self._people: defaultdict[str, set[str]] = defaultdict(set)  # who has asked
        self._lives: defaultdict[str, float] = defaultdict(float)  # of its people, when it asked last
        self._questions, self._together = 0, 0.0  # of all, and lives
        self._waiting: list[tuple[float, int, asyncio.Future[None]]] = []
        self._numbers = count()

    async def ask(
        self, request: Request, *, purpose: str, resident: str, household: str = ""
    ) -> tuple[str, Answer, bool]:
        """The (key, answer, cached) of *request*, when it is the turn of *household*."""
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heappush(self._waiting, (-self._left(household, resident), next(self._numbers), turn))
        self._admit()
        try:
            await turn
            return await self._gateway.ask(request, purpose=purpose, resident=resident, household=household)
        finally:
            if turn.done() and not turn.cancelled():
                self._free += 1
                self._admit()

    def _left(self, household: str, resident: str) -> float:
        """How many questions *household*, of which *resident* asks one, may ask still."""
        self._people[household].add(resident)
        people, lived, before = len(self._people[household]), self._lived(household), self._lives[household]
        self._lives[household] = people * (lived + MORE)
        self._together += self._lives[household] - before
        self._questions += 1
        self._asked[household] += 1
        usual = people * self._questions / self._together
        return (self._asked[household] + USUAL * usual) / (lived + USUAL) * (1 - lived + MORE)

    def _admit(self) -> None:
        while self._free and self._waiting:
            turn = heappop(self._waiting)[2]
            if not turn.done():
                self._free -= 1
                turn.set_result(None)
