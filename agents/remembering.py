"""From memory to steps: which routines a person lives today, at what times, in which rooms.

Each kept routine stands for `weight` original ones, so it is expected weight / weeks times on its
weekday; it happens that often on average. Times vary as people do; times known only as a three-hour
slot are drawn within it.
"""

from collections import Counter
from collections.abc import Iterator
from itertools import zip_longest

import numpy as np

from agents.customs import Deed
from agents.person import Person
from agents.recombining import recombined
from agents.schedule import Waking
from agents.step import Step, draw_minutes
from agents.walking import DAYS, Walk
from dataset.routines import Behaviour, Routine
from scenarios.activity import COME, Activity
from scenarios.schedule import DAY
from sppc.clock import minute_of
from sppc.memory import Kept, Memory
from world.clock import MINUTE
from world.mind import Basis

SLOT = 180  # minutes
EARLY = 45 * MINUTE  # a routine that begins so little before waking is this morning's
ARRIVAL = 25 * MINUTE  # within which coming in belongs to the hour of coming home
MORNING = 110 * MINUTE  # after waking; what is done then goes with the hour of waking
ROUTINE_SPREAD, STEP_SPREAD = 9.0, 2.0  # standard deviations, minutes
TOGETHER = 30.0  # minutes at most between two deeds of one doing, where the log has no minutes
SAME_BREATH = 3.0  # mean minutes between two actions of one slot, where the log has no minutes

Timed = tuple[float, Deed]  # minutes since the day's midnight


def remembered(person: Person, today: Waking) -> list[Step]:
    """The routines of a waking day as steps, sorted by time.

    A waking day reaches into the next calendar day: what a night shift does at seven in the morning
    belongs to the evening before. Under a rota that is so in memory, too: it files by shift.
    """
    if person.memory is None:
        return []
    days = (today.day, today.day + 1) if person.rhythm.rota is None else (today.day,)
    steps = [step for day in days for step in _routines(person, person.memory, day)]
    if len(days) == 1:
        steps = _risen(person, today, steps)
    if today.away:
        steps = _coming_in(steps, today)
    from_, to = today.wake - EARLY, today.wake_again - EARLY
    return sorted(
        (step for step in steps if from_ <= step.start < to), key=lambda step: (step.start, step.activity)
    )


def _risen(person: Person, today: Waking, steps: list[Step]) -> list[Step]:
    """Who rises late after a night, or early before one, does on waking what is done on waking.

    What would have been done before that is let be.
    """
    usual = person.clock.ms(today.day, person.hours(today.day).wake)
    late = today.wake - usual
    if abs(late) < EARLY:
        return steps
    morning = [step.moved(step.start + late) for step in steps if step.start < usual + MORNING]
    later = max(usual, today.wake) + MORNING
    return [*morning, *(step for step in steps if step.start >= later)]


def _coming_in(steps: list[Step], today: Waking) -> list[Step]:
    """Who comes home comes in first, whatever else was to be done at that time."""
    backs = [back for _, back, _ in today.away]
    return [
        step._replace(start=before, end=before + step.end - step.start)
        if step.activity == COME and (before := _arrival(step, backs))
        else step
        for step in steps
    ]


def _arrival(step: Step, backs: list[int]) -> int:
    """A little before the return that *step* belongs to; 0 without one."""
    return next((back - ARRIVAL for back in backs if abs(step.start - back) < ARRIVAL), 0)


def _routines(person: Person, memory: Memory, day: int) -> list[Step]:
    """What begins on calendar day *day*, the same whoever asks: two waking days do."""
    if day not in person.drawn:
        if len(person.drawn) > 1:
            person.drawn.clear()
        rng = person.chance.rng("routines", day)
        if person.walk is not None:
            person.drawn[day] = _walked(person, person.walk, day, rng)
            return person.drawn[day]
        happening = _happening(person, memory, person.kind(day), rng)
        varied = person.chance.rng("recombined", day)
        person.drawn[day] = [
            step for kept in happening for step in _lived(person, _varied(person, kept, varied), day, rng)
        ]
    return person.drawn[day]


def _walked(person: Person, walk: Walk, day: int, rng: np.random.Generator) -> list[Step]:
    """What somebody who lives by a way of life does on *day* of the weeks that they walk through."""
    monday = day - person.kind(day)
    first = monday - monday // 7 * 7 % DAYS
    if first not in person.walked:
        person.walked.clear()
        person.walked[first] = walk.days(person.chance.rng("walk", first))
    today = person.walked[first][day - first]
    return _lived(person, today, day, rng) if today else []


def _happening(person: Person, memory: Memory, kind: int, rng: np.random.Generator) -> Iterator[Kept]:
    """The kept routines of this kind of day, each as often as chance has it: its mean is right."""
    kept = memory.on(kind)
    known = memory.rate(kind)
    rate = person.per_day if known is None else known
    scale = rate / max(1e-9, memory.total(kind))
    for piece, draw in zip(kept, rng.random(len(kept)).tolist(), strict=True):
        times = int(piece.days[kind] * scale + draw)
        dated = piece.behaviours[0].minute >= 0  # nobody lives the same quarter of an hour twice
        yield from [piece] * (min(1, times) if dated else times)


def _varied(person: Person, kept: Kept, rng: np.random.Generator) -> Routine:
    """The routine as it is lived this time; what is known to the minute is lived as it is known."""
    source = person.profile.memory
    own = source is not None and not source.private
    if own or kept.behaviours[0].minute >= 0 or len(kept.behaviours) == 1:
        return kept.behaviours
    return recombined(kept.behaviours, person.crossings, rng)


def _lived(person: Person, routine: Routine, day: int, rng: np.random.Generator) -> list[Step]:
    together = TOGETHER if routine[0].minute < 0 else float("inf")
    groups = _steps(_deeds(person, routine, day, rng), together)
    return [
        _step(person, group, following[0][0] if following else float("inf"), day, rng)
        for group, following in zip_longest(groups, groups[1:])
    ]


def _steps(deeds: Iterator[Timed], together: float) -> list[list[Timed]]:
    """Deeds of one activity in one room belong together, until it is over or begun anew.

    Or the next comes more than *together* minutes later.
    """
    groups: list[list[Timed]] = []
    for minute, deed in deeds:
        last = groups[-1][-1][1] if groups else None
        anew = last is None or last[:2] != deed[:2] or last.ends or (deed.order is None and not deed.ends)
        anew = anew or minute - groups[-1][-1][0] > together
        if anew and deed.ends:
            continue  # of what an earlier piece began
        if anew:
            groups.append([])
        groups[-1].append((minute, deed))
    return groups


def _deeds(person: Person, routine: Routine, day: int, rng: np.random.Generator) -> Iterator[Timed]:
    """What is done, when; what this home has no place for is left out."""
    first = routine[0]
    tomorrow = DAY * _after_midnight(person, first, day)
    shift, *wavering = rng.standard_normal(1 + len(routine)).tolist()
    before, known, last = float("-inf"), float("inf"), None
    together = Counter((it.day, it.slot) for it in routine)
    for behaviour, waver in zip(routine, wavering, strict=True):
        midnight = tomorrow + DAY * ((behaviour.day - first.day) % 7)
        if behaviour.minute < 0:
            many = together[behaviour.day, behaviour.slot]
            before = _within_slot(midnight + behaviour.slot * SLOT, before, many, rng)
        elif last is None or behaviour.minute != last.minute:
            usual = midnight + behaviour.minute
            least = max(0.0, usual - known) / 2  # nothing is done in less than half its time
            before = max(before + least, usual + shift * ROUTINE_SPREAD + waver * STEP_SPREAD)
            known = usual
        last = behaviour
        if ways := person.customs.deeds(behaviour):
            yield before, ways[int(rng.integers(len(ways)))] if len(ways) > 1 else ways[0]


def _after_midnight(person: Person, first: Behaviour, day: int) -> bool:
    """Under a rota, what is done before the hour of waking is done at the end of the waking day."""
    return person.rhythm.rota is not None and minute_of(first) < person.hours(day).wake - EARLY / MINUTE


def _within_slot(opens: int, before: float, many: int, rng: np.random.Generator) -> float:
    """When in its slot something happens; in one breath with the action before, where that was in it too.

    The first comes so early that *many* usually end within the slot.
    """
    if before >= opens:
        return min(before + rng.exponential(SAME_BREATH), max(before, opens + SLOT - 0.1))
    return opens + rng.random() * max(0.0, SLOT * 0.9 - SAME_BREATH * (many - 1))


def _step(person: Person, group: list[Timed], limit: float, day: int, rng: np.random.Generator) -> Step:
    """Deeds of one activity in one room become a step."""
    start, (name, room, *_) = group[0]
    last, activity = group[-1][0], person.layout.catalogue.activities[name]
    minutes = _minutes(activity, last - start, limit - start, rng)
    whole, part = divmod(start, 1)
    begin = person.clock.ms(day, int(whole)) + round(part * MINUTE)
    orders = [deed.order.at(round((minute - start) * MINUTE)) for minute, deed in group if deed.order]
    return Step(
        start=begin,
        end=begin + round(minutes * MINUTE),
        activity=name,
        room=room,
        basis=Basis.MEMORY,
        orders=tuple(orders),
        reason="a routine remembered",
        asleep=activity.asleep,
    )


def _minutes(activity: Activity, deeds: float, gap: float, rng: np.random.Generator) -> float:
    """How long: to the last deed, else to the next step of the routine, else as long as usual."""
    least, _, most = activity.minutes
    if deeds >= least:
        return deeds
    if least <= gap <= most:
        return gap
    return max(deeds, min(draw_minutes(activity, rng), gap), 0.5)
