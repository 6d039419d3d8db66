"""In which order much is done in little time: as one thing readily follows another, each day anew.

Where many different things are done within one slot of a log, on different devices, another day has them in
another order: of AN's pairs that are there twice, about every third has both. So that order is lived anew,
each time. What readily follows what is told by the whole log: of the few routines that one person remembers
the order is theirs, and would tell whose they were. Of FR's pairs every fourth has both, and hardly any where
many things are done: there the order stays.

Unless lives are wanted to learn from beside the log: they have any order that it leaves open, few things too.
"""

from bisect import bisect
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import accumulate, combinations, groupby

import numpy as np

from dataset.routines import Behaviour, Routine
from sppc.memory import Memory
from sppc.transitions import at_once

MANY = 6  # different actions within a slot
VARIED = 0.8  # different actions a behaviour: what repeats itself has an order


class Orders:
    """What comes after what, and which of two actions comes first in what one person remembers.

    To be given away, a slot in which less than MANY different things are done keeps its order.
    """

    def __init__(self, memory: Memory, *, private: bool = True) -> None:
        self._free = _many if private else _two
        self._drawn = self._followed if private else self._overtaken
        self._after = memory.common or at_once(kept.behaviours for kept in memory.routines)
        self._before: Counter[tuple[str, str]] = Counter()
        for kept in memory.routines:
            for slot in filter(self._free, _slots(kept.behaviours)):
                pairs = {(one.action, two.action) for one, two in combinations(slot, 2)}
                self._before.update(dict.fromkeys(pairs, max(1, round(kept.weight))))

    def anew(self, day: Sequence[Behaviour], rng: np.random.Generator) -> Routine:
        """*day* with each slot's behaviours in one of the orders that they have."""
        return tuple(
            done for slot in _slots(day) for done in (self._drawn(slot, rng) if self._free(slot) else slot)
        )

    def _followed(self, slot: Sequence[Behaviour], rng: np.random.Generator) -> list[Behaviour]:
        """It begins as it did; then each as readily as it follows what was done last (Laplace's rule)."""
        order, left = [slot[0]], list(slot[1:])
        while left:
            after = self._after.get(order[-1].action, {})
            ranges = [*accumulate(after.get(it.action, 0) + 1 for it in left)]
            order.append(left.pop(bisect(ranges, rng.random() * ranges[-1], hi=len(left) - 1)))
        return order

    def _overtaken(self, slot: Sequence[Behaviour], rng: np.random.Generator) -> list[Behaviour]:
        """Each overtakes those before it one by one, as likely as it comes first; a device's keep theirs."""
        order: list[Behaviour] = []
        for done in slot:
            at = len(order)
            while (
                at and order[at - 1].device != done.device and rng.random() < self._first(done, order[at - 1])
            ):
                at -= 1
            order.insert(at, done)
        return order

    def _first(self, one: Behaviour, two: Behaviour) -> float:
        """Probability that *one* comes before *two*: Laplace's rule of succession."""
        first, second = self._before[one.action, two.action], self._before[two.action, one.action]
        return (first + 1) / (first + second + 2)


def _slots(routine: Sequence[Behaviour]) -> Iterator[list[Behaviour]]:
    """What is done in each slot of a day, one after the other."""
    return (list(done) for _, done in groupby(routine, lambda it: (it.day, it.slot)))


def _two(slot: Sequence[Behaviour]) -> bool:
    return len(slot) > 1


def _many(slot: Sequence[Behaviour]) -> bool:
    different = len({it.action for it in slot})
    return different >= MANY and different >= VARIED * len(slot)
