"""How many calls are on their way to an endpoint at once: as many as it bears, found out as TCP does.

Additive increase, multiplicative decrease (Chiu and Jain, 1989; Jacobson, 1988): a round of good replies
allows one call more, a 429, a 503 or a time-out takes a third away, once for all calls that were under way
together. While replies take twice as long as at their best, nothing is added: the server is queueing.
"""

import asyncio
import time
from collections import deque
from collections.abc import AsyncIterator, Hashable
from contextlib import asynccontextmanager
from secrets import SystemRandom

from agents.gateway.journal import Request
from agents.gateway.port import Trouble

LESS = 2 / 3  # of the calls at once after a sign of too many
HEALTHY = 2.0  # times the best latency of the same kind of call
FRESH = 0.2  # weight of the newest latency in the running mean
FORGETTING = 1.001  # by which the best latency fades a call: servers change

LONGEST_PAUSE = 60.0  # seconds for all, whatever one reply asks for

jitter = SystemRandom().uniform  # of waits only; nothing that reaches data


class Pace:
    """The slots of one endpoint, never more than *most*."""

    def __init__(self, most: int) -> None:
        self._most, self._limit, self._busy = most, float(most), 0
        self._waiting: deque[asyncio.Future[None]] = deque()
        self._cut = self._not_before = 0.0  # when it was slowed down; before when it asked not to be called
        self._latency: dict[Hashable, tuple[float, float]] = {}  # of each kind of call: usual, best

    @property
    def limit(self) -> int:
        """How many calls may be on their way now."""
        return int(self._limit)

    @asynccontextmanager
    async def slot(self) -> AsyncIterator[None]:
        """Room for one call, when there is some and the endpoint has no other wish."""
        if self._busy < self.limit and not self._waiting:
            self._busy += 1
        else:
            await self._turn()
        try:
            while (pause := self._not_before - time.monotonic()) > 0:
                await asyncio.sleep(pause * jitter(1.0, 1.1))
            yield
        finally:
            self._busy -= 1
            self._admit()

    async def _turn(self) -> None:
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self._busy -= 1
                self._admit()
            raise

    def _admit(self) -> None:
        while self._waiting and self._busy < self.limit:
            turn = self._waiting.popleft()
            if not turn.done():
                self._busy += 1
                turn.set_result(None)

    def served(self, request: Request, seconds: float) -> None:
        """A reply to *request* took *seconds*."""
        kind = (request["method"], request.get("max_tokens"), request.get("letters"))
        usual, best = self._latency.get(kind, (seconds, seconds))
        usual += FRESH * (seconds - usual)
        best = min(best * FORGETTING, usual)
        self._latency[kind] = (usual, best)
        if usual <= HEALTHY * best:
            self._limit = min(float(self._most), self._limit + 1 / self._limit)

    def troubled(self, trouble: Trouble, began: float) -> None:
        """A call that *began* then (monotonic seconds) failed."""
        now = time.monotonic()
        if trouble.busy and trouble.wait:
            self._not_before = max(self._not_before, now + min(trouble.wait, LONGEST_PAUSE))
        if not trouble.gone and began >= self._cut:
            self._limit, self._cut = max(1.0, self._limit * LESS), now
