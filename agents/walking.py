"""A life by one way of a log without dates: what is done goes on as the log goes on, and as much later.

Such a log tells neither when somebody lived nor how often they do something; it tells what follows what. So
who lives by it walks through what they remember: as the routine goes on that they are in, or as another that
has come to the same, the last few actions alike (a chain of variable order: Ron, Singer & Tishby 1996). Where
it does not go on, another begins that is due after a pause. Drawn one by one from all routines of a weekday
they would lie across each other, and little would follow what it follows in the log.

A routine that would tell whose it was goes on as whatever is done in the same slot, nothing done twice; that
has its usual order again afterwards (`agents.ordering`).

Where routines are weeks apart, each is all that a log knows of a home (`sppc.stitching`). One is met in the
midst of them; and where they end, nothing is known of what came next, so another begins a week later.
"""

from bisect import bisect
from collections.abc import Iterator, Sequence, Set
from itertools import accumulate, pairwise

import numpy as np

from agents.ordering import MANY, Orders, shuffled
from agents.recombining import VARIED
from dataset.routines import Behaviour, Routine
from scenarios.chance import Chance
from sppc.memory import Memory

LOOK_BACK = 3  # actions at most that must have been the same for a routine to go on as another
CROSSED = 0.6  # of the places where all of them are
TELLING = 0.9  # of all places, to what is done in that slot, of a routine that would tell whose it was
GOES_ON = 0.5  # of the ends: a log is cut where its window ends, not where a life does
NEARLY = 2  # slots, within which a routine is as much due as another
LIKING = 1.5  # standard deviation of log₂ of how readily one takes to a type of device
SLOTS, WEEK = 8, 56  # of a day, of a week
DAYS = 28  # walked through in one go; where the next begin, one thing does not go on as another

Timed = tuple[int, Behaviour]  # slots since Monday's midnight
Place = tuple[Routine, int]
Context = tuple[int | str, ...]  # the slot of what was done last; what was done


class Walk:
    """The ways through what one person remembers.

    A routine of MANY different actions in a moment would tell, word for word, whose it was.
    """

    def __init__(self, memory: Memory, pace: float, own: Chance, *, private: bool = True) -> None:
        """*pace*: how many times as soon as in the log a new routine is begun; *own* draws what one likes.

        What is not *private* hides nothing: no routine goes on as another before it ends.
        """
        self._routines = [it.behaviours for it in memory.routines]
        self._starts = np.array([_slot(it[0]) for it in self._routines])
        self._streams = _pause(memory) > WEEK
        self._pause = _pause(memory) / pace
        self._private = private
        self._ordered = self._streams and private  # a home's weeks stand for themselves
        self._anew = shuffled if private else Orders(memory).anew
        kinds = sorted({done.device for routine in self._routines for done in routine})
        self._liked = {it: 2.0 ** (LIKING * own.rng("liked", it).standard_normal()) for it in kinds}
        self._favour = np.array([_mean([self._liked[it.device] for it in done]) for done in self._routines])
        self._meetings: dict[Context, list[Place]] = {}
        for kept in memory.routines:
            for at in range(len(kept.behaviours) - 1):
                times = max(1, round(kept.weight))
                lived = kept.behaviours[max(0, at + 1 - LOOK_BACK) : at + 1]
                for alike in range(len(lived) + 1):
                    context = _context(lived, alike)
                    self._meetings.setdefault(context, []).extend([(kept.behaviours, at)] * times)

    def days(self, rng: np.random.Generator) -> Sequence[Routine]:
        """What is done on each of the DAYS days from a Monday on."""
        days: list[list[Behaviour]] = [[] for _ in range(DAYS)]
        place, time = self._midst(rng) if self._streams else self._begun(0, rng)
        while time < DAYS * SLOTS:
            for time, done in self._lived(place, time, rng):  # noqa: B020  where it ends, the next begins
                if time < DAYS * SLOTS:
                    days[time // SLOTS].append(done._replace(day=time // SLOTS % 7))
            place, time = self._begun(time, rng)
        return [tuple(day) if self._ordered else self._anew(day, rng) for day in days]

    def _lived(self, place: Place, time: int, rng: np.random.Generator) -> Iterator[Timed]:
        """A routine from *place* and *time* on; it may end as another, and go on beyond its end.

        A telling one stays as long as it is, and one in which little is done twice stays so.
        """
        routine, at = place
        different = len({it.action for it in routine})
        telling, once = different >= MANY and not self._streams, different >= VARIED * len(routine)
        lived, left = [routine[at]], len(routine) - at - 1
        yield time, routine[at]
        while True:
            ends = left == 0 or at + 1 == len(routine)
            crossed = (TELLING if telling else CROSSED) if self._private else 0.0
            if rng.random() < (GOES_ON if left == 0 else 1.0 if ends else crossed):
                done = {it.action for it in lived} if telling and once else frozenset()
                met = self._met(lived, self._alike(telling, ends), routine, done, rng)
                if met is not None:
                    routine, at = met
                    left = left if telling and left else len(routine) - at - 1
            if left == 0 or at + 1 == len(routine):
                return
            time += (_slot(routine[at + 1]) - _slot(routine[at])) % WEEK
            at, left = at + 1, left - 1
            lived.append(routine[at])
            yield time, lived[-1]

    def _alike(self, telling: bool, ends: bool) -> Sequence[int]:
        """How many of the last actions may be alike where a routine goes on as another, the most first."""
        if telling:
            return (1,) if not self._private else (1, 0) if ends else (0,)
        return range(LOOK_BACK, 0, -1) if ends and not self._ordered else (LOOK_BACK,)

    def _met(
        self,
        lived: Sequence[Behaviour],
        alike: Sequence[int],
        now: Routine,
        done: Set[str],
        rng: np.random.Generator,
    ) -> Place | None:
        """Where another routine goes on that has come to the same, as many of the last actions *alike*.

        With what one likes more readily than with other things.
        """
        for many in alike:
            known = self._meetings.get(_context(lived, many), ()) if many <= len(lived) else ()
            places = [
                (routine, at)
                for routine, at in known
                if routine is not now and routine[at + 1].action not in done
            ]
            if places:
                ranges = [*accumulate(self._liked[routine[at + 1].device] for routine, at in places)]
                return places[bisect(ranges, rng.random() * ranges[-1], hi=len(places) - 1)]
        return None

    def _midst(self, rng: np.random.Generator) -> tuple[Place, int]:
        """Something that one is met at, and when in the first week."""
        places = [(routine, at) for routine in self._routines for at in range(len(routine))]
        routine, at = places[int(rng.random() * len(places))]
        return (routine, at), _slot(routine[at])

    def _begun(self, time: int, rng: np.random.Generator) -> tuple[Place, int]:
        """A routine that begins about a pause after *time*, and when: in a later slot.

        What one likes is begun more readily than what is as much due.
        """
        ahead = (self._starts - time - 1) % WEEK + 1
        if self._streams:
            late = ahead % WEEK
            due = np.flatnonzero(late >= min(late.max(), WEEK - SLOTS))
        else:
            off = np.abs(ahead - rng.exponential(self._pause))
            due = np.flatnonzero(off <= off.min() + NEARLY)
        ranges = np.cumsum(self._favour[due])
        row = int(due[int(np.searchsorted(ranges, rng.random() * ranges[-1], side="right"))])
        return (self._routines[row], 0), time + int(ahead[row])


def _context(lived: Sequence[Behaviour], alike: int) -> Context:
    """The slot, and the last so many actions."""
    return (lived[-1].slot, *(it.action for it in lived[len(lived) - alike :]))


def _pause(memory: Memory) -> float:
    """Slots between the end of a routine and the beginning of the next, on average."""
    weeks = 0.0 if memory.weeks is None else memory.weeks
    lasts = sum(
        it.weight * sum((_slot(two) - _slot(one)) % WEEK for one, two in pairwise(it.behaviours))
        for it in memory.routines
    )
    return max(0.0, weeks * WEEK - lasts) / sum(it.weight for it in memory.routines)


def _mean(factors: Sequence[float]) -> float:
    """Geometric."""
    return float(np.exp(np.mean(np.log(factors))))


def _slot(done: Behaviour) -> int:
    return done.day * SLOTS + done.slot
