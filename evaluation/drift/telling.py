"""What of a life an installation like the log's tells: a lamp switched at the wall tells nobody.

What people do because they did it in the log is told, as it was there. What they do besides is told as seldom
as the log tells it, wherever the source was lived, too. What a scene sets goes through the hub, so it is told
unless the log knows that device well and never this of it: a television that is never logged as switched off
is not switched off through the hub. What no log repeats without something between is told once.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from itertools import pairwise

from dataset.routines import Behaviour, Routine
from evaluation.uses.made import MEMORY, besides
from scenarios.chance import Chance

BY_ITSELF = "by itself"
"""In the place of an activity: a rule or a camera did it."""
FROM_LOG = MEMORY
"""In the place of an activity: somebody did it because they did it in the log."""


@dataclass(frozen=True)
class Telling:
    """How likely each action is told, by why it is done; 1 where it is not named."""

    besides: Mapping[str, float]  # what people do
    scenes: Mapping[str, float]  # what is done by itself
    repeated: Set[str]  # actions that the log tells twice in a row

    def told(self, life: Sequence[Behaviour], chance: Chance) -> Routine:
        """What is told of *life*."""
        rng, told = chance.rng(), list[Behaviour]()
        for done in life:
            alone = done.activity == BY_ITSELF
            if alone and told and told[-1].action == done.action and done.action not in self.repeated:
                continue
            share = 1.0 if done.activity == FROM_LOG else self._shares(alone).get(done.action, 1.0)
            if rng.random() < share:
                told.append(done)
        return tuple(told)

    def _shares(self, alone: bool) -> Mapping[str, float]:
        return self.scenes if alone else self.besides


def telling(lived: Sequence[Routine], logged: Sequence[Routine], actions: Iterable[str]) -> Telling:
    """As *logged* tells what was *lived* in the same context; *actions* are all that have a name."""
    repeated = {one.action for whole in logged for one, two in pairwise(whole) if one.action == two.action}
    done = [it.action for whole in logged for it in whole]
    return Telling(besides(lived, logged), through_hub(done, {*actions}), repeated)


def through_hub(done: Iterable[str], actions: Collection[str]) -> Mapping[str, float]:
    """Action -> its share of what its type of device was *done* with, by an even share; 1 at most.

    Shares by the rule of succession (Laplace 1774): a type that the log hardly knows may do anything.
    """
    counts, known = Counter(done), Counter(map(_type, actions))
    types = Counter(map(_type, counts.elements()))
    return {
        it: min(1.0, (counts[it] + 1) / (types[_type(it)] + known[_type(it)]) * known[_type(it)])
        for it in sorted(actions)
    }


def _type(action: str) -> str:
    return action.partition(":")[0]
