"""Habits: when something is usually done, how often, how long, and what comes before and after."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import NamedTuple

import numpy as np

from dataset.routines import ACTIVITY_ONLY, Behaviour, Routine
from sppc.clock import circular_mean, histogram, hours_between, mean_direction, minute_of
from sppc.split import is_closing
from sppc.transitions import MOST_ACTIONS, commonest

FADED = 0.1  # times; what counts less is as good as never
USUAL = 0.5  # an action belongs to an activity when it comes with this share of its occurrences


@dataclass(frozen=True)
class Habit:
    """Statistics of one action or one activity."""

    name: str
    count: float
    weekdays: tuple[float, ...]  # Monday first: times a week where the weeks are known, else times in all
    minute: float  # circular mean time of day
    concentration: float  # 0 = all round the clock, 1 = always at that minute
    clock: tuple[float, ...]  # how often in each half hour of the day
    gap: float | None  # typical minutes to what is done next; None = always the last of its sequence
    lasts: float | None  # typical minutes from its first to its last action; None = unknown
    after: tuple[tuple[str, float], ...]  # the three things it most often follows, with their share


class Use(NamedTuple):
    """With which actions somebody habitually begins and ends an activity."""

    activity: str
    start: tuple[str, ...]
    end: tuple[str, ...]


class _Doing(NamedTuple):
    name: str
    first: Behaviour
    minutes: float | None


def action_habits(sequences: Sequence[Routine], weeks: float | None) -> tuple[Habit, ...]:
    """The habit of each action, alphabetically; of the MOST_ACTIONS most frequent."""
    return _habits([[_Doing(b.action, b, None) for b in sequence] for sequence in sequences], weeks)


def activity_habits(sequences: Sequence[Routine], weeks: float | None) -> tuple[Habit, ...]:
    """The habit of each labelled activity, alphabetically; none where the log carries no labels."""
    return _habits([[_doing(o) for o in occurrences(sequence)] for sequence in sequences], weeks)


def occurrences(sequence: Routine) -> list[Routine]:
    """The times an activity is done, each its behaviours.

    Another time begins when one of its actions comes again after something else, or after more than an hour.
    """
    found: list[list[Behaviour]] = []
    current: dict[str, list[Behaviour]] = {}
    for at, behaviour in enumerate(sequence):
        if not behaviour.activity:
            continue
        under_way = current.get(behaviour.activity, [])
        if not under_way or _begins_again(behaviour, under_way, sequence[at - 1]):
            under_way = current[behaviour.activity] = []
            found.append(under_way)
        under_way.append(behaviour)
    return [tuple(behaviours) for behaviours in found]


def _begins_again(behaviour: Behaviour, under_way: Sequence[Behaviour], previous: Behaviour) -> bool:
    if all(b.action != behaviour.action for b in under_way):
        return False
    return previous.activity != behaviour.activity or hours_between(under_way[-1], behaviour) > 1


def uses(sequences: Sequence[Routine]) -> tuple[Use, ...]:
    """How each labelled activity is usually begun and ended, alphabetically."""
    seen: dict[str, list[tuple[tuple[str, ...], tuple[str, ...]]]] = defaultdict(list)
    for sequence in sequences:
        for occurrence in occurrences(sequence):
            seen[occurrence[0].activity].append(_start_and_end(occurrence))
    known = commonest({activity: float(len(times)) for activity, times in seen.items()}, MOST_ACTIONS)
    return tuple(
        Use(activity, _usual([s for s, _ in seen[activity]]), _usual([e for _, e in seen[activity]]))
        for activity in sorted(dict(known))
    )


def _habits(sequences: Sequence[Sequence[_Doing]], weeks: float | None) -> tuple[Habit, ...]:
    done: dict[str, list[_Doing]] = defaultdict(list)
    gaps: dict[str, list[float]] = defaultdict(list)
    after: dict[str, Counter[str]] = defaultdict(Counter)
    for sequence in sequences:
        for doing in sequence:
            done[doing.name].append(doing)
        for doing, then in pairwise(sequence):
            gaps[doing.name].append(60 * hours_between(doing.first, then.first))
            after[then.name][doing.name] += 1
    known = commonest({name: float(len(them)) for name, them in done.items()}, MOST_ACTIONS)
    return tuple(
        _habit(name, done[name], gaps[name], after[name], weeks or 1.0) for name in sorted(dict(known))
    )


def _habit(
    name: str, done: Sequence[_Doing], gaps: Sequence[float], after: Counter[str], weeks: float
) -> Habit:
    minute, concentration = circular_mean(minute_of(doing.first) for doing in done)
    lengths = [doing.minutes for doing in done if doing.minutes is not None]
    ranked = sorted(after.items(), key=lambda item: (-item[1], item[0]))
    days = Counter(doing.first.day for doing in done)
    return Habit(
        name=name,
        count=float(len(done)),
        weekdays=tuple(round(days[day] / weeks, 6) for day in range(7)),
        minute=minute,
        concentration=concentration,
        clock=tuple(histogram(doing.first for doing in done).round(3).tolist()),
        gap=float(median(gaps)) if gaps else None,
        lasts=float(median(lengths)) if lengths else None,
        after=tuple((before, round(count / after.total(), 6)) for before, count in ranked[:3]),
    )


def merged(
    before: Sequence[Habit], now: Sequence[Habit], fade: float, weeks_before: float, weeks: float
) -> tuple[Habit, ...]:
    """Habits of both, what was *before* counted *fade* times; FADED ones go.

    Counts, hours and the mean time are as if counted together. Typical minutes are the mean of both, and of
    what is followed only the three that each knew count. *weeks_before* are faded weeks; *now* holds sums.
    """
    known, new = {h.name: h for h in before}, {h.name: h for h in now}
    both = {name: _merged(known.get(name), new.get(name), fade, weeks_before, weeks) for name in known | new}
    alive = commonest(
        {name: habit.count for name, habit in both.items() if habit.count >= FADED}, MOST_ACTIONS
    )
    return tuple(both[name] for name in sorted(dict(alive)))


def _merged(before: Habit | None, now: Habit | None, fade: float, weeks_before: float, weeks: float) -> Habit:
    parts = [(habit, of) for habit, of in ((before, fade), (now, 1.0)) if habit is not None]
    counts = [habit.count * of for habit, of in parts]
    minute, concentration = mean_direction(
        [(habit.minute, habit.concentration) for habit, _ in parts], counts
    )
    days = [np.array(habit.weekdays) * (weeks_before if habit is before else 1.0) for habit, _ in parts]
    after: Counter[str] = Counter()
    for (habit, _), count in zip(parts, counts, strict=True):
        after.update({name: share * count for name, share in habit.after})
    return Habit(
        name=parts[0][0].name,
        count=round(sum(counts), 3),
        weekdays=tuple((np.sum(days, 0) / weeks).round(6).tolist()),
        minute=minute,
        concentration=concentration,
        clock=tuple(np.sum([np.array(habit.clock) * of for habit, of in parts], 0).round(3).tolist()),
        gap=_mean([habit.gap for habit, _ in parts], counts),
        lasts=_mean([habit.lasts for habit, _ in parts], counts),
        after=tuple((name, round(n / sum(counts), 6)) for name, n in commonest(after, 3)),
    )


def _mean(values: Sequence[float | None], weights: Sequence[float]) -> float | None:
    known = [(value, weight) for value, weight in zip(values, weights, strict=True) if value is not None]
    if not known:
        return None
    return round(sum(value * weight for value, weight in known) / sum(weight for _, weight in known), 3)


def _doing(occurrence: Routine) -> _Doing:
    known = len(occurrence) > 1 and all(b.minute >= 0 for b in occurrence)
    minutes = 60 * hours_between(occurrence[0], occurrence[-1]) if known else None
    return _Doing(occurrence[0].activity, occurrence[0], minutes)


def _start_and_end(occurrence: Routine) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The start is the first half of the time; without minutes, all but what closes later on."""
    first, last = occurrence[0], occurrence[-1]
    if all(b.minute >= 0 for b in occurrence):
        half = hours_between(first, last) / 2
        ends = [hours_between(first, b) > half for b in occurrence]
    else:
        ends = [at > 0 and is_closing(b.action) for at, b in enumerate(occurrence)]
    parts: tuple[list[str], list[str]] = ([], [])
    for behaviour, is_end in zip(occurrence, ends, strict=True):
        if behaviour.device != ACTIVITY_ONLY:
            parts[is_end].append(behaviour.action)
    return tuple(parts[0]), tuple(parts[1])


def _usual(lists: Sequence[Iterable[str]]) -> tuple[str, ...]:
    """Actions that come in at least `USUAL` of the lists, in their usual order."""
    places: dict[str, list[int]] = defaultdict(list)
    for actions in lists:
        for place, action in enumerate(actions):
            places[action].append(place)
    usual = [action for action, at in places.items() if len(at) >= USUAL * len(lists)]
    return tuple(sorted(usual, key=lambda action: (sum(places[action]) / len(places[action]), action)))
