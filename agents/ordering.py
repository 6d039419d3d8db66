"""In which order much is done in little time: each day anew.

Where many different things are done within one slot of a log, on different devices, another day has them in
another order: of AN's pairs that are there twice, about every third has both. So that order is lived anew. To
follow what readily follows what would tell whose log it was, so lives that are given away have any order. Of
FR's pairs every fourth has both, and hardly any where many things are done: there the order stays.

Lives to learn from beside the log keep apart what it keeps apart; they have any order that it leaves open, of
few things, too.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import combinations, groupby

import numpy as np

from dataset.routines import Behaviour, Routine
from sppc.memory import Memory

MANY = 6  # different actions within a slot
VARIED = 0.8  # different actions a behaviour: what repeats itself has an order


def shuffled(day: Sequence[Behaviour], rng: np.random.Generator) -> Routine:
    """*day* to be given away: slots of MANY different things in any order; each device's own keep theirs."""
    return tuple(done for slot in _slots(day) for done in (_dealt(slot, rng) if _many(slot) else slot))


class Orders:
    """Which of two actions comes first in what one person remembers, and how often."""

    def __init__(self, memory: Memory) -> None:
        self._before: Counter[tuple[str, str]] = Counter()
        for kept in memory.routines:
            for slot in _slots(kept.behaviours):
                pairs = {(one.action, two.action) for one, two in combinations(slot, 2)}
                self._before.update(dict.fromkeys(pairs, max(1, round(kept.weight))))

    def anew(self, day: Sequence[Behaviour], rng: np.random.Generator) -> Routine:
        """*day* with each slot's behaviours in one of the orders that they have; a device's keep theirs."""
        return tuple(done for slot in _slots(day) for done in self._overtaken(slot, rng))

    def _overtaken(self, slot: Sequence[Behaviour], rng: np.random.Generator) -> list[Behaviour]:
        """Each overtakes those before it one by one, as long as it is as likely to come first."""
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


def _dealt(slot: Sequence[Behaviour], rng: np.random.Generator) -> list[Behaviour]:
    own = {it.device: iter([one for one in slot if one.device == it.device]) for it in slot}
    return [next(own[slot[at].device]) for at in rng.permutation(len(slot))]


def _slots(routine: Sequence[Behaviour]) -> Iterator[list[Behaviour]]:
    """What is done in each slot of a day, one after the other."""
    return (list(done) for _, done in groupby(routine, lambda it: (it.day, it.slot)))


def _many(slot: Sequence[Behaviour]) -> bool:
    different = len({it.action for it in slot})
    return different >= MANY and different >= VARIED * len(slot)
