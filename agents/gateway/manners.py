"""How an endpoint is asked: at its pace, not while it is away, and again as long as that may help.

A question whose tries are used up, or whose deadline is over, gets no answer, and its mind falls back on
habit. An endpoint that answers nobody is another matter: it is waited for, while no deadline runs.
"""

import asyncio
import time

from agents.gateway.breaker import Breaker
from agents.gateway.journal import Answer, Request
from agents.gateway.pace import Pace, jitter
from agents.gateway.port import PortError, Trouble
from agents.gateway.recorder import Call

TRIES = 6  # at one question, not counting those at which the endpoint is busy, or away
OUTAGES = 3  # that one question is held through: perhaps it is what brings the server down
FIRST_WAIT, LONGEST_WAIT = 0.5, 20.0  # seconds before another try, doubling


def guarded(call: Call, pace: Pace, breaker: Breaker) -> Call:
    """*call*, made when there is room and the endpoint is there; both learn what comes of it."""

    async def once(request: Request) -> Answer:
        async with pace.slot():
            looks = await breaker.passed()
            began = time.monotonic()
            try:
                answer = await call(request)
            except Trouble as trouble:
                pace.troubled(trouble, began)
                breaker.failed(trouble, id(request), looked=looks)
                trouble.outage, trouble.looked = breaker.open, looks
                raise
            except PortError:
                breaker.succeeded()
                raise
            finally:
                if looks:
                    breaker.looked_away()
            breaker.succeeded()
            pace.served(request, time.monotonic() - began)
            return answer

    return once


class Patience:
    """Retries for all calls of one endpoint, each question's over after *deadline* seconds."""

    def __init__(self, breaker: Breaker, deadline: float, first_wait: float = FIRST_WAIT) -> None:
        self._breaker, self._deadline, self._first_wait = breaker, deadline, first_wait
        self._ended = False  # the run is closing

    def end(self) -> None:
        """No more tries, and no more waiting for an endpoint that is away."""
        self._ended = True
        if self._breaker.open:
            self._breaker.end("is not answering")

    def around(self, call: Call) -> Call:
        """*call*, tried again as long as that may help."""

        async def patient(request: Request) -> Answer:
            began, away = time.monotonic(), self._breaker.away
            tries = failures = outages = 0
            while True:
                try:
                    return await call(request)
                except Trouble as trouble:
                    if trouble.outage:
                        outages += not trouble.looked
                        if outages < OUTAGES:
                            continue
                    tries, failures = tries + 1, failures + (not trouble.busy)
                    given_up = outages >= OUTAGES or failures >= TRIES
                    await self._before_another(trouble, tries, began + self._breaker.away - away, given_up)

        return patient

    async def _before_another(self, trouble: Trouble, tries: int, began: float, given_up: bool) -> None:
        """Wait as long as the endpoint asks for, else longer every time; or give up."""
        wait = min(LONGEST_WAIT, self._first_wait * 2.0 ** (tries - 1)) * jitter(0.5, 1.0)
        late = max(wait, trouble.wait or 0.0) > began + self._deadline - time.monotonic()
        if late and trouble.busy and self._breaker.answered < began:
            raise self._breaker.end(f"asks for more patience than mind.llm.deadline allows ({trouble})")
        if late or given_up or self._ended:
            raise PortError(str(trouble))
        await asyncio.sleep(wait)
