"""The circuit breaker of an endpoint: when it answers nobody any more, the run waits instead of falling back.

After a few failures in a row, no call goes out but one now and then to see (half-open). When one succeeds,
all go on; when none does for too long, the run ends with a sentence, and goes on when the server is back.
"""

import asyncio
import time
from collections.abc import Hashable

from agents.gateway.pace import jitter
from agents.gateway.port import EndpointDown, Trouble

IN_A_ROW = 5  # failures without a success between, of two questions at least unless nothing answers at all
FIRST_LOOK, LAST_LOOK = 0.5, 30.0  # seconds until somebody tries again, doubling


class Breaker:
    """Whether the endpoint *where* may be asked; it is waited for *patience* seconds."""

    def __init__(self, where: str, patience: float) -> None:
        self._where, self._patience = where, patience
        self._failures, self._failing = 0, set[Hashable]()
        self._since = 0.0  # when it opened
        self._looking, self._look_at, self._pause = False, 0.0, FIRST_LOOK
        self._closed = asyncio.Event()
        self._closed.set()
        self._over: EndpointDown | None = None
        self.answered = time.monotonic()  # when it last did
        self._away = 0.0

    @property
    def open(self) -> bool:
        """Whether nobody is to ask but who looks."""
        return self._over is not None or not self._closed.is_set()

    @property
    def away(self) -> float:
        """Seconds for which it was waited for, in all."""
        return self._away + (time.monotonic() - self._since if not self._closed.is_set() else 0.0)

    async def passed(self) -> bool:
        """Wait until one may ask; whether one does it to see if the endpoint is back."""
        while True:
            if self._over is not None:
                raise self._over
            if not self.open:
                return False
            pause = self._look_at - time.monotonic()
            if pause <= 0 and not self._looking:
                self._looking = True
                return True
            try:
                await asyncio.wait_for(self._closed.wait(), max(pause, FIRST_LOOK / 10))
            except TimeoutError:
                continue

    def succeeded(self) -> None:
        """It answered, if only with a refusal."""
        self.answered = time.monotonic()
        self.present()

    def present(self) -> None:
        """It is there, if only to say that it is busy."""
        self._away = self.away
        self._failures = 0
        self._failing.clear()
        self._closed.set()

    def failed(self, trouble: Trouble, question: Hashable, *, looked: bool) -> None:
        """It did not."""
        if trouble.busy:
            self.present()
            return
        now = time.monotonic()
        self._failures += 1
        self._failing.add(question)
        if looked:
            self._pause = min(2 * self._pause, LAST_LOOK)
            self._look_at = now + self._pause * jitter(0.8, 1.2)
            if now - self._since > self._patience:
                self.end(f"has not answered for {now - self._since:.0f} seconds ({trouble})")
        elif not self.open and self._failures >= IN_A_ROW and (trouble.gone or len(self._failing) > 1):
            self._since, self._pause = now, FIRST_LOOK
            self._look_at = now + FIRST_LOOK
            self._closed.clear()

    def looked_away(self) -> None:
        """Whoever was to see if it is back does so no longer."""
        self._looking = False

    def end(self, why: str) -> EndpointDown:
        """Nobody asks any more: the run is over for now."""
        sentence = f"{self._where} {why}; the same command goes on from here when it answers again"
        self._over = self._over or EndpointDown(sentence)
        self.present()
        return self._over
