"""The core loop: step the house until the clock would move, think together, answer in fixed order.

Residents are SimPy processes. Whoever needs a decision waits; everybody who waits at one instant
thinks at the same time, so many homes keep a language model busy while each home's events stay in
one deterministic order. The loop knows no model, no file and no progress bar: readers take the
records it yields.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence

from world.clock import HOUR
from world.contention import Conflict
from world.event import Event
from world.house import House, Waiting
from world.mind import Decided, Decision, Mind

Record = Event | Decided | Conflict


async def live(house: House, minds: Mapping[str, Mind], until: int) -> AsyncIterator[list[Record]]:
    """Let *house* live to *until* (ms), yielding what was recorded about an hour at a time."""
    told = HOUR
    while (now := house.env.peek()) < until:
        if now >= told:
            yield house.drain()
            told = int(now) + HOUR
        house.env.pass_to(min(told, until), halt=house.undecided)
        if asked := house.waiting():
            for who, decision in zip(asked, await _decisions(asked, minds), strict=True):
                house.answer(who, decision)
    yield house.drain()


async def _decisions(asked: Sequence[Waiting], minds: Mapping[str, Mind]) -> Sequence[Decision]:
    """What everybody decides; a task of one's own is worth its while only where several think."""
    if len(asked) == 1:
        return [await minds[asked[0].body.id].decide(asked[0].observation)]
    return await asyncio.gather(*(minds[who.body.id].decide(who.observation) for who in asked))
