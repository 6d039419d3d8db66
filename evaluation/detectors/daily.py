"""Whole days: decline shows in none of its moments, but in when a day begins, what is left on, who stays in.

A day is as odd as the figures of it that stand out most from those of normal days, in standard deviations.
The floors count: how much is logged on a day, and how much of it in which slot.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from evaluation.detectors.windows import Floats
from scenarios.home import Home
from scenarios.sensing import WORDS
from world.clock import Clock
from world.event import BEHAVIOUR, OBSERVABLE, Event

MORNING, NIGHT = 4 * 60, 5 * 60  # minutes of the day: nobody gets up before, it is night until
MOST = 3  # figures that decide
SLOT = 180
ENDS = ("off", "close", "lock")
Figures = Callable[[Sequence[Event], Home, Clock], Sequence[float]]


class Days(NamedTuple):
    """What is normal: mean and spread of each figure of a day."""

    figures: Figures
    mean: Floats
    spread: Floats

    def score(self, days: Iterable[Sequence[Event]], home: Home, clock: Clock) -> Floats:
        """How odd each day is. (D,)."""
        known = np.array([self.figures(day, home, clock) for day in days], np.float64)
        far = np.sort(np.abs(known - self.mean) / self.spread, axis=1)
        odd: Floats = far[:, -MOST:].mean(1)
        return odd


def fit(days: Iterable[Sequence[Event]], home: Home, clock: Clock, figures: Figures) -> Days:
    """From normal days."""
    known = np.array([figures(day, home, clock) for day in days], np.float64)
    spread = np.maximum(known.std(0), 0.05 * np.abs(known).mean(0) + 1e-6)
    return Days(figures, known.mean(0), spread)


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
    """When people are first and last seen, how still and how restless they are, what is left on."""
    seen = [(clock.local(it.time)[2], it.room) for it in day if _moves(it)]
    minutes = [minute for minute, _ in seen]
    up = [minute for minute in minutes if minute >= MORNING] or [24 * 60]
    stays = [after - before for before, after in pairwise(up)] or [0]
    doors = sum("outside" in (home.devices[it.device].watches or ()) for it in day)
    asleep = sum(home.rooms[room].kind == "bedroom" for minute, room in seen if minute >= MORNING)
    return [
        up[0], up[-1], sum(minute < NIGHT for minute in minutes), max(stays), len(seen),
        sum(a != b for (_, a), (_, b) in pairwise(seen)), doors, asleep / max(1, len(seen)),
        sum(it.kind in BEHAVIOUR for it in day), _longest_on(day), sum(pause > 30 for pause in stays),
    ]  # fmt: skip


FIGURES: Mapping[str, Figures] = {"events a day": amount, "events by slot": by_slot, "rhythm": rhythm}


def _moves(event: Event) -> bool:
    return event.command == "motion" and event.value == WORDS["motion"][-1]


def _longest_on(day: Sequence[Event]) -> float:
    """The longest time for which anything was on, open or unlocked until that was ended, minutes."""
    since: dict[str, int] = {}
    longest = 0
    for event in day:
        if event.kind not in BEHAVIOUR:
            continue
        if event.command.endswith(ENDS):
            longest = max(longest, event.time - since.pop(event.device, event.time))
        else:
            since.setdefault(event.device, event.time)
    return longest / 60_000
