"""The same habits at other hours: a log of people knows only the clock, and is lived by a shifted one.

Whoever begins to work at night does before work what they did before work, not what they did at seven. Moving
a log as a whole keeps order, pauses and frequencies.
"""

from collections.abc import Collection

from dataset.routines import Behaviour, Routine, Routines
from sppc.clock import DAY, SLOT, histogram, quietest

SLOTS = DAY // SLOT


def shifted(log: Routines, minutes: int) -> Routines:
    """*log* in which everything is done *minutes* later (below 0: earlier); by the slot where it has none."""
    moved = [later(routine, minutes) for routine in log.sequences()]
    hours = f"{abs(minutes) / 60:.1f} hours {'later' if minutes > 0 else 'earlier'}"
    return Routines.of(moved, source=f"{log.source}, {hours}", provenance=log.provenance, weeks=log.weeks)


def later(routine: Routine, minutes: int) -> Routine:
    """*routine* with everything *minutes* later; by the slot where it has none."""
    return tuple(_moved(done, minutes) for done in routine)


def way_round(minutes: int) -> int:
    """*minutes* from one time of the day to another, by the shorter way round the clock."""
    return (minutes + DAY // 2) % DAY - DAY // 2


def rises(log: Routines, polling: Collection[str], hours: float) -> int:
    """The minute of the day at which those in *log* get up, if they sleep *hours* where it is quietest."""
    done = (it for routine in log.sequences() for it in routine if it.action not in polling)
    return round(quietest(histogram(done), hours) + 60 * hours) % DAY


def _moved(done: Behaviour, minutes: int) -> Behaviour:
    if done.minute >= 0:
        days, minute = divmod(done.minute + minutes, DAY)
        return done._replace(day=(done.day + days) % 7, minute=minute, slot=minute // SLOT)
    days, slot = divmod(done.slot + round(minutes / SLOT), SLOTS)
    return done._replace(day=(done.day + days) % 7, slot=slot)
