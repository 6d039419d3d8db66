"""A life by one way of a log without dates: what is done goes on as the log goes on, and as much later.

Such a log tells neither when somebody lived nor how often they do something; it tells what follows what. So
who lives by it walks through what they remember: as the routine goes on that they are in, or as another that
has come to the same, the last few actions alike (a chain of variable order: Ron, Singer & Tishby 1996). Where
it does not go on, another begins that is due after a pause. Drawn one by one from all routines of a weekday
they would lie across each other, and little would follow what it follows in the log.
"""

from collections.abc import Iterator, Sequence, Set
from itertools import pairwise

import numpy as np

from agents.ordering import MANY, Orders
from agents.recombining import CROSSED as TELLING
from agents.recombining import VARIED
from dataset.routines import Behaviour, Routine
from sppc.memory import Memory

LOOK_BACK = 3  # actions at most that must have been the same for a routine to go on as another
CROSSED = 0.2  # of the places where it could
GOES_ON = 0.5  # of the ends: a log is cut where its window ends, not where a life does
SLOTS, WEEK = 8, 56  # of a day, of a week
DAYS = 28  # walked through in one go; where the next begin, one thing does not go on as another

Timed = tuple[int, Behaviour]  # slots since Monday's midnight
Place = tuple[Routine, int]
Context = tuple[int | str, ...]  # the slot of what was done last; what was done, the last first


class Walk:
    """The ways through what one person remembers.

    A routine of MANY different actions would tell, word for word, whose it was.
    """

    def __init__(self, memory: Memory, pace: float = 1.0) -> None:
        """*pace*: how many times as soon as in the log a new routine is begun."""
        self._routines = [it.behaviours for it in memory.routines]
        self._starts = np.array([_slot(it[0]) for it in self._routines])
        self._pause = _pause(memory) / pace
        self._orders = Orders(memory)
        self._meetings: dict[Context, list[Place]] = {}
        for kept in memory.routines:
            for at in range(len(kept.behaviours) - 1):
                for context in _contexts(kept.behaviours[: at + 1]):
                    times = max(1, round(kept.weight))
                    self._meetings.setdefault(context, []).extend([(kept.behaviours, at)] * times)

    def days(self, rng: np.random.Generator) -> Sequence[Routine]:
        """What is done on each of the DAYS days from a Monday on."""
        days: list[list[Behaviour]] = [[] for _ in range(DAYS)]
        time = 0
        while time < DAYS * SLOTS:
            routine, time = self._begun(time, rng)
            for time, done in self._lived(routine, time, rng):  # noqa: B020  where it ends, the next begins
                if time < DAYS * SLOTS:
                    days[time // SLOTS].append(done._replace(day=time // SLOTS % 7))
        return [self._orders.anew(day, rng) for day in days]

    def _lived(self, routine: Routine, time: int, rng: np.random.Generator) -> Iterator[Timed]:
        """*routine* from *time* on; it may end as another, and go on beyond its end.

        One in which little is done twice stays so.
        """
        different = len({it.action for it in routine})
        telling, once = different >= MANY, different >= VARIED * len(routine)
        crossed = TELLING if telling else CROSSED
        lived, at, left = [routine[0]], 0, len(routine) - 1
        yield time, routine[0]
        while True:
            ends = left == 0 or at + 1 == len(routine)
            if rng.random() < (GOES_ON if left == 0 else 1.0 if ends else crossed):
                done = {it.action for it in lived} if telling and once else frozenset()
                met = self._met(lived[-1:] if telling else lived, routine, done, rng)
                if met is not None:
                    routine, at = met
                    left = left or len(routine) - at - 1
            if left == 0 or at + 1 == len(routine):
                return
            time += (_slot(routine[at + 1]) - _slot(routine[at])) % WEEK
            at, left = at + 1, left - 1
            lived.append(routine[at])
            yield time, lived[-1]

    def _met(
        self, lived: Sequence[Behaviour], now: Routine, done: Set[str], rng: np.random.Generator
    ) -> Place | None:
        """Where another routine goes on that has come to the same, with as many of the last actions alike."""
        for context in reversed([*_contexts(lived)]):
            places = [
                (routine, at)
                for routine, at in self._meetings.get(context, ())
                if routine is not now and routine[at + 1].action not in done
            ]
            if places:
                return places[int(rng.random() * len(places))]
        return None

    def _begun(self, time: int, rng: np.random.Generator) -> tuple[Routine, int]:
        """A routine that begins about a pause after *time*, and when: in a later slot."""
        pause = rng.exponential(self._pause)
        ahead = (self._starts - time - 1) % WEEK + 1
        off = np.abs(ahead - pause)
        due = np.flatnonzero(off == off.min())
        row = int(due[int(rng.random() * len(due))])
        return self._routines[row], time + int(ahead[row])


def _contexts(lived: Sequence[Behaviour]) -> Iterator[Context]:
    """What has just been done, of the last action alone to as many as count."""
    context: Context = (lived[-1].slot,)
    for done in reversed(lived[-LOOK_BACK:]):
        context = (*context, done.action)
        yield context


def _pause(memory: Memory) -> float:
    """Slots between the end of a routine and the beginning of the next, on average."""
    weeks = 0.0 if memory.weeks is None else memory.weeks
    lasts = sum(
        it.weight * sum((_slot(two) - _slot(one)) % WEEK for one, two in pairwise(it.behaviours))
        for it in memory.routines
    )
    return max(0.0, weeks * WEEK - lasts) / sum(it.weight for it in memory.routines)


def _slot(done: Behaviour) -> int:
    return done.day * SLOTS + done.slot
