"""Habits: when something is usually done, how often, how long, and what comes before and after."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import NamedTuple

from dataset.routines import ACTIVITY_ONLY, Behaviour, Routine
from sppc.clock import circular_mean, histogram, hours_between, minute_of
from sppc.split import is_closing

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


Doings = Callable[[Routine], list[_Doing]]


def action_habits(sequences: Sequence[Routine], weeks: float | None) -> tuple[Habit, ...]:
    """The habit of each action, alphabetically."""
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
    return tuple(
        Use(activity, _usual([s for s, _ in seen[activity]]), _usual([e for _, e in seen[activity]]))
        for activity in sorted(seen)
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
    return tuple(_habit(name, done[name], gaps[name], after[name], weeks or 1.0) for name in sorted(done))


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
        weekdays=tuple(days[day] / weeks for day in range(7)),
        minute=minute,
        concentration=concentration,
        clock=tuple(histogram(doing.first for doing in done).round(6).tolist()),
        gap=float(median(gaps)) if gaps else None,
        lasts=float(median(lengths)) if lengths else None,
        after=tuple((before, round(count / after.total(), 6)) for before, count in ranked[:3]),
    )


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
