"""Many households at once: who is to be lived, who is being lived, who is done, and who failed.

Households in one process are tasks that wait for the model together, as many as keep it busy. However they
are spread, each is a function of its index, so nothing here reaches the data.
"""

import asyncio
import gc
import traceback
from collections import Counter, deque
from collections.abc import Coroutine, Iterable, Set
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from agents.gateway.connect import is_embedded
from agents.gateway.port import Gateway
from runner.done import Done, done_file, is_whole, read_done
from runner.single import HouseholdFailed, Run, live_one
from scenarios.errors import RunFailed, UserError
from world.clock import HOUR

STOPS = (UserError, RunFailed, OSError, MemoryError)  # for all: another household would fare alike
TRIES = 3  # of a household whose worker dies
SUSPECT = 2  # deaths after which a household is lived while no other such one is: which of them is it?
FILL = 8  # households under way for each call that the model takes at once: most wait for their turn
LULL, LONG = 0.01, 2.0  # seconds in which nobody has anything to do; after which it is their turn anyway
TIDY = 16  # households from one tidying up to the next
MOST = 512  # of them: each takes some megabytes


class Desk(Protocol):
    """Where those who live households get them from, and report: the `Fleet`, or a line to it."""

    async def take(self) -> int | None:
        """The index of a household to live; None when there is nothing left to do."""
        ...

    def note(self, index: int, now: int, events: int) -> None:
        """Household *index* has come to *now* (ms) and made so many observable *events*."""
        ...

    async def finish(self, index: int, events: int) -> None:
        """Household *index* is done: its record is written."""
        ...

    async def fail(self, index: int, why: str) -> None:
        """Household *index* could not be lived."""
        ...


@dataclass(frozen=True, kw_only=True)
class Progress:
    """How far a run is."""

    households: int
    done: int
    failed: int
    under_way: tuple[tuple[str, float], ...]  # (household, days lived)
    share: float  # of the whole run
    events: int
    calls: int = 0
    tokens: int = 0


class Fleet:
    """The desk itself: in the parent of a run. *indices* are handed out in their order, but those done."""

    def __init__(self, run: Run, indices: Iterable[int]) -> None:
        self.indices = tuple(indices)
        self.failed: dict[int, str] = {}
        self.damaged: list[int] = []  # done once, but what was written is not there as it was
        self._days = run.scenario.days
        self._under_way: dict[int, tuple[float, int]] = {}  # days, events
        self._deaths: Counter[int] = Counter()
        self._suspects: deque[int] = deque()  # who was there whenever a worker died: one at a time
        self._changed = asyncio.Condition()
        self._waiting: deque[int] = deque()
        self._done = self._events = 0
        for index in self.indices:
            done = read_done(run.out, index, run.origin)
            if done is None or not is_whole(run.out, done):
                self._waiting.append(index)
                self.damaged += [index] if done_file(run.out, index).exists() else []
            else:
                self._done, self._events = self._done + 1, self._events + done.record.events

    @property
    def waiting(self) -> int:
        """How many households nobody has taken."""
        return len(self._waiting)

    @property
    def settled(self) -> int:
        """How many households are done or have failed."""
        return self._done + len(self.failed)

    @property
    def under_way(self) -> Set[int]:
        """Who is being lived."""
        return self._under_way.keys()

    async def take(self) -> int | None:
        """The next household; waits while one that is under way may come back."""
        async with self._changed:
            await self._changed.wait_for(lambda: self._ready() or not self._under_way)
            queue = self._ready()
            if not queue:
                return None
            index = queue.popleft()
            self._under_way[index] = (0.0, 0)
            return index

    def _ready(self) -> deque[int]:
        suspected = any(self._deaths[index] >= SUSPECT for index in self._under_way)
        return self._suspects if self._suspects and not suspected and not self._waiting else self._waiting

    def note(self, index: int, now: int, events: int) -> None:
        """How far household *index* is."""
        self._under_way[index] = (now / (24 * HOUR), events)

    def lived(self, household: str) -> float:
        """The share of its days that *household* has lived; of nobody, none."""
        days, _ = self._under_way.get(int(household.removeprefix("h") or -1), (0.0, 0))
        return min(1.0, days / self._days)

    async def finish(self, index: int, events: int) -> None:
        """Household *index* is done."""
        self._done, self._events = self._done + 1, self._events + events
        await self._leave(index)

    async def fail(self, index: int, why: str) -> None:
        """Household *index* failed; the others go on."""
        self.failed[index] = why
        await self._leave(index)

    async def lose(self, index: int) -> None:
        """Whoever lived household *index* is gone: another one begins it anew, but not for ever."""
        self._deaths[index] += 1
        if self._deaths[index] == TRIES:
            await self.fail(index, f"its worker died, {TRIES} times")
            return
        (self._suspects if self._deaths[index] >= SUSPECT else self._waiting).appendleft(index)
        await self._leave(index)

    async def _leave(self, index: int) -> None:
        async with self._changed:
            del self._under_way[index]
            self._changed.notify_all()

    def progress(self) -> Progress:
        """How far all are together."""
        now = self._under_way
        lived = sum(min(1.0, days / self._days) for days, _ in now.values())
        return Progress(
            households=len(self.indices),
            done=self._done,
            failed=len(self.failed),
            under_way=tuple((f"h{index:05d}", days) for index, (days, _) in now.items()),
            share=(self.settled + lived) / max(1, len(self.indices)),
            events=self._events + sum(events for _, events in now.values()),
        )


def at_once(run: Run) -> int:
    """How many households under way keep the model busy; without one, each keeps a core busy."""
    return 1 if run.model is None else min(MOST, FILL * slots(run))


def slots(run: Run) -> int:
    """How many questions the model takes at once."""
    llm = run.scenario.mind.llm
    return 1 if is_embedded(llm) else llm.concurrency


async def crew(run: Run, desk: Desk, gateway: Gateway | None, size: int) -> None:
    """Live what *desk* hands out, *size* households at a time, until nothing is left."""
    door = asyncio.Lock()
    await together(_hand(run, desk, gateway, door) for _ in range(size))


async def together(work: Iterable[Coroutine[Any, Any, None]]) -> None:
    """All of *work* at once; the first error ends it all."""
    try:
        async with asyncio.TaskGroup() as group:
            for it in work:
                group.create_task(it)
    except BaseExceptionGroup as errors:
        raise errors.exceptions[0] from None


async def _hand(run: Run, desk: Desk, gateway: Gateway | None, door: asyncio.Lock) -> None:
    while (index := await desk.take()) is not None:
        await _lull(gateway, door)
        try:
            async for step in live_one(run, index, gateway):
                if isinstance(step, Done):
                    await desk.finish(index, step.record.events)
                    _tidy(index)
                    continue
                desk.note(index, step.now, step.observable)
                await (_lull(gateway, door) if step.over else asyncio.sleep(0))  # the others' turn
        except STOPS:
            raise
        except HouseholdFailed as error:
            await desk.fail(index, str(error))
        except Exception as error:  # a mistake of ours that this household alone may meet
            await desk.fail(index, _where(error))


async def _lull(gateway: Gateway | None, door: asyncio.Lock) -> None:
    """Homes are built and written one by one, which takes a while: those that have a reply go first."""
    if gateway is None:
        return
    async with door:
        loop = asyncio.get_running_loop()
        began = now = loop.time()
        while now - began < LONG:
            await asyncio.sleep(LULL)
            now, before = loop.time(), now
            if now - before < 2 * LULL:
                return


def _tidy(index: int) -> None:
    """Houses refer to themselves in circles; the collector, spared elsewhere, finds them now and then."""
    if index % TIDY == 0:
        gc.collect()


def _where(error: Exception) -> str:
    """What went wrong, and in which line."""
    last = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__}: {error} ({Path(last.filename).name}:{last.lineno})"
