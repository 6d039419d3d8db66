"""The time line of a home: SimPy's environment, with a shorter way from one instant to the next.

What happens at an instant costs microseconds, so what SimPy does in between counts: here the time is a plain
attribute, what nobody else waits for is no `simpy.Timeout`, and one loop takes whatever is due.
"""

from collections.abc import Callable, Generator, Sized
from heapq import heappop, heappush
from typing import Any

import simpy
from simpy.events import NORMAL

Act = Callable[["Later"], None]
Process = Generator["Later", Any, Any]


class Later:
    """What is to come: an event that never fails, for a process to yield or for acts to be called at."""

    __slots__ = ("callbacks",)
    callbacks: list[Act] | None
    _ok = True
    _value: Any = None  # what the process that yields it is sent


class Answer(Later):
    """What is to come when somebody gives it."""

    __slots__ = ("_value",)


class Timeline(simpy.Environment):
    """The events of one home, in the order of their times (ms); at one instant, as they were announced."""

    now: int = 0  # hides SimPy's property, which would be asked for a thousand times a day

    def start(self, process: Process) -> simpy.Process:
        """Let a process begin now."""
        return simpy.Process(self, process)  # type: ignore[arg-type]

    def later(self, delay: int, act: Act) -> None:
        """Have *act* called *delay* ms from now."""
        event = Later()
        event.callbacks = [act]
        heappush(self._queue, (self.now + delay, NORMAL, next(self._eid), event))  # type: ignore[misc]

    def pause(self, delay: int) -> Later:
        """What a process yields to go on *delay* ms from now."""
        pause = Later()
        pause.callbacks = []
        heappush(self._queue, (self.now + delay, NORMAL, next(self._eid), pause))  # type: ignore[misc]
        return pause

    def expect(self) -> Answer:
        """What a process yields to go on when it has been answered."""
        event = Answer()
        event.callbacks = []
        return event

    def answer(self, event: Answer, value: object) -> None:
        """Let it happen now."""
        event._value = value
        heappush(self._queue, (self.now, NORMAL, next(self._eid), event))  # type: ignore[misc]

    def pass_to(self, until: int, halt: Sized = ()) -> None:
        """Let all happen that is due before *until*, or to the end of an instant at which *halt* fills."""
        queue = self._queue
        while queue and queue[0][0] < until:
            now, _, _, event = heappop(queue)
            self.now = self._now = now  # type: ignore[assignment]  # every delay is a whole number
            acts, event.callbacks = event.callbacks, None  # type: ignore[assignment]  # as SimPy has it
            for act in acts:
                act(event)
            if not event._ok and not hasattr(event, "_defused"):
                raise event._value
            if halt and not (queue and queue[0][0] == now):
                return

    def step(self) -> None:
        """SimPy's own step, for `run`."""
        self.now = self.peek()  # type: ignore[assignment]
        super().step()
