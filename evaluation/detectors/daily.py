"""Whole days: decline shows in none of its moments, but in when a day begins, what is left on, who stays in.

A day is as odd as the figures of it that stand out most from those of normal days, working days and weekends
apart, in standard deviations; or those of the days up to it, since decline is slow and chance is not.
The floors count: how much is logged on a day, and how much of it in which slot.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from evaluation.detectors.windows import Floats, Integers
from scenarios.home import Home
from scenarios.sensing import WORDS
from world.clock import Clock
from world.event import BEHAVIOUR, OBSERVABLE, Event

MORNING, NIGHT = 4 * 60, 5 * 60  # minutes of the day: nobody gets up before, it is night until
MOST = 3  # figures that decide
SLOT = 180
SATURDAY, WEEK = 5, 7
ENDS = ("off", "close", "lock", "closed")
RESTING = ("bedroom", "living")  # where one sits or lies still for long
Figures = Callable[[Sequence[Event], Home, Clock], Sequence[float]]
Life = Sequence[Sequence[Event]]
"""The days of one life, one after the other."""


class Watch(NamedTuple):
    """Which figures of a day are looked at, and of how many days up to it."""

    figures: Figures
    days: int = 1


class Days(NamedTuple):
    """What is normal: the mean of each figure on working days and at weekends, and how far off they are."""

    watch: Watch
    mean: Floats  # (2, K)
    spread: Floats  # (K,)

    def score(self, life: Life, home: Home, clock: Clock) -> Floats:
        """How odd each day is. (D,)."""
        known, free = _read(self.watch, life, home, clock)
        far = np.sort(np.abs(_lately(known - self.mean[free], self.watch.days)) / self.spread, axis=1)
        odd: Floats = far[:, -MOST:].mean(1)
        return odd


def fit(lives: Sequence[Life], home: Home, clock: Clock, watch: Watch) -> Days:
    """From the normal days of some lives."""
    read = [_read(watch, life, home, clock) for life in lives]
    known, free = (np.concatenate(part) for part in zip(*read, strict=True))
    every = known.mean(0)
    mean = np.array([known[free == it].mean(0) if (free == it).any() else every for it in (0, 1)])
    off = np.concatenate([_lately(figures - mean[it], watch.days) for figures, it in read])
    return Days(watch, mean, np.maximum(off.std(0), 0.05 * np.abs(known).mean(0) / watch.days**0.5 + 1e-6))


def _read(watch: Watch, life: Life, home: Home, clock: Clock) -> tuple[Floats, Integers]:
    """The figures of each day, (D, K), and whether it is of a weekend, (D,)."""
    known = np.array([watch.figures(day, home, clock) for day in life], np.float64)
    free = [clock.local(day[0].time)[1] >= SATURDAY if day else False for day in life]
    return known, np.array(free, np.int64)


def _lately(off: Floats, days: int) -> Floats:
    """The mean of each day and of those before it, so many in all. (D, K)."""
    return np.array([off[max(0, day + 1 - days) : day + 1].mean(0) for day in range(len(off))])


def split(events: Iterable[Event], clock: Clock, days: int) -> list[list[Event]]:
    """What was observed on each day."""
    found: list[list[Event]] = [[] for _ in range(days)]
    for event in events:
        day = clock.local(event.time)[0]
        if event.kind in OBSERVABLE and day < days:
            found[day].append(event)
    return found


def amount(day: Sequence[Event], home: Home, clock: Clock) -> Sequence[float]:
    """How much is logged."""
    return [float(len(day))]


def by_slot(day: Sequence[Event], home: Home, clock: Clock) -> Sequence[float]:
    """How much is logged in each three hours."""
    slots = [clock.local(it.time)[2] // SLOT for it in day]
    return [float(slots.count(slot)) for slot in range(8)]


def rhythm(day: Sequence[Event], home: Home, clock: Clock) -> Sequence[float]:
    """When people are first and last seen, how still and how restless they are and where, what is left on."""
    seen = [(clock.local(it.time)[2], it.room) for it in day if _moves(it)]
    minutes = [minute for minute, _ in seen]
    up = [minute for minute in minutes if minute >= MORNING] or [24 * 60]
    stays = [after - before for before, after in pairwise(up)] or [0]
    doors = sum("outside" in (home.devices[it.device].watches or ()) for it in day)
    asleep = sum(home.rooms[room].kind == "bedroom" for minute, room in seen if minute >= MORNING)
    still = [
        after - before
        for (before, room), (after, _) in pairwise(seen)
        if before >= MORNING and home.rooms[room].kind not in RESTING
    ]
    on = _times_on(day)
    return [
        up[0], up[-1], sum(minute < NIGHT for minute in minutes), max(stays), len(seen),
        sum(a != b for (_, a), (_, b) in pairwise(seen)), doors, asleep / max(1, len(seen)),
        sum(it.kind in BEHAVIOUR for it in day), max(on, default=0.0), sum(pause > 30 for pause in stays),
        sum(on), max(still, default=0), sum(pause > 20 for pause in still),
    ]  # fmt: skip


WATCHES: Mapping[str, Watch] = {
    "events a day": Watch(amount),
    "events by slot": Watch(by_slot),
    "rhythm": Watch(rhythm),
    "rhythm of a week": Watch(rhythm, WEEK),
}


def _moves(event: Event) -> bool:
    return event.command == "motion" and event.value == WORDS["motion"][-1]


def _times_on(day: Sequence[Event]) -> Sequence[float]:
    """For how long things were on, open or unlocked until that was ended, minutes."""
    since: dict[str, int] = {}
    found = []
    for event in day:
        word = event.value if event.command == "contact" else event.command
        if event.kind not in BEHAVIOUR and event.command != "contact":
            continue
        if word.endswith(ENDS):
            found.append((event.time - since.pop(event.device, event.time)) / 60_000)
        else:
            since.setdefault(event.device, event.time)
    return found
