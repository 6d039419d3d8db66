"""What is known only to the slot is not lived word for word: one routine goes on as another that meets it.

Where a log has no minutes, memory holds sequences as they were logged, and to live them again as they are
would give away whose they were (`evaluation.privacy` finds it). Routines that do the same in the same slot
cross there, as one does today what began like yesterday (crossover, Holland 1975).
"""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from dataset.routines import Behaviour, Routine
from sppc.memory import Kept

CROSSED = 0.6  # of the places where routines meet
VARIED = 0.8  # different actions a behaviour, from which on a routine does not repeat itself

Meeting = tuple[str, int]  # action, slot
Crossings = Mapping[Meeting, Sequence[tuple[Routine, int]]]
"""Where in which routines something is done that another goes on from."""


def crossings(kept: Sequence[Kept]) -> Crossings:
    """All places of *kept* routines without minutes that something follows, as often as they are lived."""
    found: dict[Meeting, list[tuple[Routine, int]]] = {}
    for routine in kept:
        for place, done in enumerate(routine.behaviours[:-1]):
            if done.minute < 0:
                times = max(1, round(sum(routine.days)))
                found.setdefault((done.action, done.slot), []).extend([(routine.behaviours, place)] * times)
    return found


def recombined(routine: Routine, met: Crossings, rng: np.random.Generator) -> Routine:
    """*routine* as it is lived today: as long as it is, unless it comes to what nothing ever followed.

    One in which little is done twice stays so.
    """
    once = len({it.action for it in routine}) >= VARIED * len(routine)
    lived, now, place = [routine[0]], routine, 0
    for draw in rng.random((len(routine) - 1, 2)).tolist():
        if draw[0] < CROSSED or place + 1 == len(now):
            done = {it.action for it in lived} if once else set()
            ways = [*_ways_on(now[place], met, done)]
            now, place = ways[int(draw[1] * len(ways))] if ways else (now, place)
        place += 1
        if place >= len(now):
            break
        lived.append(_as_late(now, place, lived[-1]))
    return tuple(lived)


def _ways_on(done: Behaviour, met: Crossings, not_again: set[str]) -> Iterator[tuple[Routine, int]]:
    """The routines that meet here and go on with something else than what is done with."""
    for routine, place in met.get((done.action, done.slot), ()):
        if routine[place + 1].action not in not_again:
            yield routine, place


def _as_late(routine: Routine, place: int, before: Behaviour) -> Behaviour:
    """What comes next, as many days after what came before as it is in *routine*."""
    later = (routine[place].day - routine[place - 1].day) % 7
    return routine[place]._replace(day=(before.day + later) % 7)
