"""The same habits at other hours: what somebody knows by the clock, lived by a shifted clock.

Whoever begins to work at night does before work what they did before work, not what they did at seven. A log
of real people knows only the clock; moving it as a whole keeps order, pauses and frequencies.
"""

from collections.abc import Iterable
from dataclasses import replace

from dataset.routines import Behaviour
from sppc.clock import BIN, BINS, DAY, SLOT
from sppc.habits import Habit
from sppc.memory import Kept, Memory
from sppc.transitions import Context, Followers

SLOTS = DAY // SLOT


def shifted(memory: Memory, minutes: int) -> Memory:
    """*memory* in which everything is done *minutes* later (or, below 0, earlier); slots by the nearest."""
    return replace(
        memory,
        source=f"{memory.source}, {abs(minutes)} minutes {'later' if minutes > 0 else 'earlier'}",
        routines=tuple(_kept(kept, minutes) for kept in memory.routines),
        habits=tuple(_habit(habit, minutes) for habit in memory.habits),
        activities=tuple(_habit(habit, minutes) for habit in memory.activities),
        transitions=replace(memory.transitions, followers=_followers(memory.transitions.followers, minutes)),
    )


def _kept(kept: Kept, minutes: int) -> Kept:
    behaviours = tuple(_behaviour(behaviour, minutes) for behaviour in kept.behaviours)
    days = (behaviours[0].day - kept.behaviours[0].day) % 7
    rolled = kept.days[-days:] + kept.days[:-days] if days else kept.days
    return replace(kept, behaviours=behaviours, days=rolled)


def _behaviour(done: Behaviour, minutes: int) -> Behaviour:
    if done.minute >= 0:
        days, minute = divmod(done.minute + minutes, DAY)
        return done._replace(day=(done.day + days) % 7, minute=minute, slot=minute // SLOT)
    day, slot = _slot(done.day, done.slot, minutes)
    return done._replace(day=day, slot=slot)


def _slot(day: int, slot: int, minutes: int) -> tuple[int, int]:
    days, slot = divmod(slot + round(minutes / SLOT), SLOTS)
    return (day + days) % 7, slot


def _habit(habit: Habit, minutes: int) -> Habit:
    bins = round(minutes / BIN) % BINS
    clock = habit.clock[-bins:] + habit.clock[:-bins] if bins else habit.clock
    return replace(habit, minute=(habit.minute + minutes) % DAY, clock=clock)


def _followers(followers: Iterable[Followers], minutes: int) -> tuple[Followers, ...]:
    moved = (it._replace(context=_context(it.context, minutes)) for it in followers)
    return tuple(sorted(moved, key=lambda it: tuple(map(str, it.context))))


def _context(context: Context, minutes: int) -> Context:
    """(after what, in which slot[, on which weekday]) by the new clock."""
    match context:
        case (after, int(slot), int(day)):
            day, slot = _slot(day, slot, minutes)
            return (after, slot, day)
        case (after, int(slot)):
            return (after, _slot(0, slot, minutes)[1])
    return context
