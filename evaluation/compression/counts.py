"""What was kept and what was lost, counted: by device, action and time, routine by routine."""

from collections import Counter
from collections.abc import Callable, Iterable
from itertools import pairwise
from typing import Any

import numpy as np

from dataset.routines import Behaviour, Routine
from evaluation.compression.coverage import BINS, Coverage, Log, share_of, steps
from scenarios.frozen import WEEKDAYS, clock_text
from sppc.clock import SLOT, Floats, hours_between
from sppc.habits import Habit
from sppc.likeness import describe
from sppc.memory import Memory
from sppc.text import line

TOP = 15  # routines told one by one
WEEK_LATER = 144.0  # hours: a longer step within a sequence is time that runs backwards, or nearly a week
ALL_DAY = 0.3  # concentration below which a habit has no time of day


def tallied(log: Log, covered: Coverage, of: Callable[[Behaviour], str]) -> list[dict[str, Any]]:
    """For each device, action, ... that *of* names: how often in the log, how much of it word for word."""
    everything, verbatim, routines = Counter[str](), Counter[str](), Counter[str]()
    kept = set(covered.kept.tolist())
    for row, (piece, times) in enumerate(zip(log.pieces.distinct, log.copies.tolist(), strict=True)):
        names = Counter(map(of, piece))
        for name, count in names.items():
            everything[name] += count * times
        if row in kept:
            verbatim.update({name: count * times for name, count in names.items()})
            routines.update(names.keys())
    return [
        {"name": name, "count": count, "verbatim": verbatim[name], "share": verbatim[name] / count,
         "routines": routines[name]}
        for name, count in sorted(everything.items(), key=lambda item: (-item[1], item[0]))
    ]  # fmt: skip


def by_weekday(behaviour: Behaviour) -> str:
    """'Mon'."""
    return WEEKDAYS[behaviour.day].capitalize()


def by_slot(behaviour: Behaviour) -> str:
    """'06-09'."""
    return f"{behaviour.slot * 3:02d}-{behaviour.slot * 3 + 3:02d}"


def rhythms(log: Log, memory: Memory) -> dict[str, Any]:
    """Share of behaviours by weekday and time of day, of the log and as the kept routines tell it, in %."""
    timed = any(behaviour.minute >= 0 for piece in log.pieces.distinct for behaviour in piece)
    lived, told = np.zeros((7, 24)), np.zeros((7, 24))
    for piece, times in zip(log.pieces.distinct, log.copies, strict=True):
        _add(lived, piece, piece[0].day, float(times))
    for kept in memory.routines:
        for day, times in enumerate(kept.days):
            _add(told, kept.behaviours, day, times)
    both = [_percent(hours if timed else hours.reshape(7, 8, 3).sum(2)) for hours in (lived, told)]
    alike = float(np.minimum(*both).sum() / 100)
    return {"log": both[0].round(2).tolist(), "memory": both[1].round(2).tolist(), "alike": round(alike, 4)}


def _add(hours: Floats, piece: Routine, weekday: int, times: float) -> None:
    """*piece*, begun on *weekday*, so many *times*."""
    for behaviour in piece:
        day = (behaviour.day - piece[0].day + weekday) % 7
        if behaviour.minute >= 0:
            hours[day, behaviour.minute // 60] += times
        else:
            first = behaviour.slot * SLOT // 60
            hours[day, first : first + SLOT // 60] += times * 60 / SLOT


def _percent(counts: Floats) -> Floats:
    return 100 * counts / max(float(counts.sum()), 1.0)


def heaviest(memory: Memory) -> list[dict[str, Any]]:
    """The kept routines that stand for the most pieces."""
    ranked = sorted(memory.routines, key=lambda kept: (-kept.weight, line(kept.behaviours)))
    return [
        {"text": line(kept.behaviours), "weight": kept.weight, "share": kept.weight / memory.pieces,
         "importance": kept.importance}
        for kept in ranked[:TOP]
    ]  # fmt: skip


def farthest(covered: Coverage) -> list[dict[str, Any]]:
    """The lost pieces least like any kept one, each with the one that stands for it."""
    pieces = covered.log.pieces.distinct
    ranked = sorted(covered.lost.tolist(), key=lambda row: (-covered.distance[row], row))
    return [
        {"text": line(pieces[row]), "times": int(covered.log.copies[row]),
         "nearest": line(pieces[covered.nearest[row]]), "distance": float(covered.distance[row])}
        for row in ranked[:TOP]
    ]  # fmt: skip


def transitions(log: Log, memory: Memory) -> dict[str, Any]:
    """Steps from one action to the next that no kept routine shows, most frequent first."""
    shown = {pair for kept in memory.routines for pair in steps(kept.behaviours)}
    counted = set(memory.transitions.graph().edges)
    lost = {pair: count for pair, count in log.transitions.items() if pair not in shown}
    ranked = sorted(lost.items(), key=lambda item: (-item[1], item[0]))
    return {
        "kinds": len(log.transitions),
        "total": log.transitions.total(),
        "lost": len(lost),
        "share": share_of(log.transitions, shown),
        "counted": share_of(log.transitions, counted),
        "rows": [{"before": a, "after": b, "count": n, "counted": (a, b) in counted} for (a, b), n in ranked],
    }


def habits(memory: Memory) -> list[dict[str, Any]]:
    """The habit of every action, most frequent first, in words."""
    ranked = sorted(memory.habits, key=lambda habit: (-habit.count, habit.name))
    return [_habit(habit) for habit in ranked]


def _habit(habit: Habit) -> dict[str, Any]:
    week = sum(habit.weekdays)
    return {
        "name": habit.name,
        "count": habit.count,
        "usual": clock_text(round(habit.minute) % 1440) if habit.concentration >= ALL_DAY else "all day",
        "spread": _spread(habit.concentration),
        "weekend": sum(habit.weekdays[5:]) / week if week else 0.0,
        "gap": habit.gap,
        "after": [{"name": name, "share": share} for name, share in habit.after],
    }


def _spread(concentration: float) -> float | None:
    """Circular standard deviation in hours (Mardia & Jupp, Directional Statistics, §2.3.1)."""
    if concentration < ALL_DAY:
        return None
    return round(abs(float(np.sqrt(-2 * np.log(concentration)))) * 12 / np.pi, 1)


def backwards(sequences: Iterable[Routine]) -> int:
    """Steps within a sequence that can only be read as nearly a week."""
    return sum(
        hours_between(before, after) > WEEK_LATER
        for sequence in sequences
        for before, after in pairwise(sequence)
    )


def yardsticks() -> dict[str, float]:
    """What a distance means: how far one routine of three actions is from some that differ from it."""

    def morning(day: int, slot: int, *actions: str) -> Routine:
        return tuple(Behaviour(day, slot, action, action) for action in actions)

    others = {
        "the same on another weekday": morning(3, 2, "a", "b", "c"),
        "the same three hours later": morning(0, 3, "a", "b", "c"),
        "one of three actions another": morning(0, 2, "a", "b", "d"),
        "other things at the same time": morning(0, 2, "x", "y", "z"),
        "nothing in common": morning(3, 6, "x", "y", "z"),
    }
    features = describe([morning(0, 2, "a", "b", "c"), *others.values()])
    return dict(zip(others, (1 - features[1:] @ features[0]).round(2).tolist(), strict=True))


def histogram(covered: Coverage) -> list[dict[str, float]]:
    """Lost pieces by distance to the nearest kept one."""
    return [
        {"from": at / BINS, "to": (at + 1) / BINS, "count": n} for at, n in enumerate(covered.histogram())
    ]
