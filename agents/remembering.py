"""From memory to steps: which routines a person lives today, at what times, in which rooms.

Each kept routine stands for `weight` original ones, so it is expected weight / weeks times on its
weekday; it happens that often on average. Times vary as people do; times known only as a three-hour
slot are drawn within it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import groupby, zip_longest

import numpy as np

from agents.person import Person
from agents.schedule import DAY, Waking
from agents.step import Step, draw_minutes
from dataset.routines import ACTIVITY_ONLY, Behaviour
from scenarios.activity import SLEEP, Activity
from sppc.memory import Kept, Memory
from world.clock import MINUTE
from world.mind import Basis, Order

SLOT = 180  # minutes
EARLY = 45 * MINUTE  # a routine that begins so little before waking is this morning's
ROUTINE_SPREAD, STEP_SPREAD = 9.0, 2.0  # standard deviations, minutes
SAME_BREATH = 3.0  # mean minutes between two actions of one slot, where the log has no minutes


@dataclass(frozen=True, slots=True)
class _Deed:
    """One remembered behaviour with a time and a place: minutes since the day's midnight."""

    minute: float
    activity: str
    room: str
    order: Order | None


def remembered(person: Person, today: Waking) -> list[Step]:
    """The routines of a waking day as steps, sorted by time.

    A waking day reaches into the next calendar day: what a night shift does at seven in the morning
    belongs to the evening before.
    """
    if person.memory is None:
        return []
    steps = [step for day in (today.day, today.day + 1) for step in _routines(person, person.memory, day)]
    from_, to = today.wake - EARLY, today.wake_again - EARLY
    return sorted(
        (step for step in steps if from_ <= step.start < to), key=lambda step: (step.start, step.activity)
    )


def _routines(person: Person, memory: Memory, day: int) -> list[Step]:
    """What begins on calendar day *day*, the same whoever asks."""
    rng = person.chance.rng("routines", day)
    happening = _happening(person, memory, person.clock.date_of(day).weekday(), rng)
    return [step for kept in happening for step in _lived(person, kept, day, rng)]


def _happening(person: Person, memory: Memory, weekday: int, rng: np.random.Generator) -> Iterator[Kept]:
    """The kept routines of this weekday, each as often as chance has it: its mean is right."""
    kept = memory.on(weekday)
    known = memory.rate(weekday)
    rate = person.per_day if known is None else known
    scale = rate / max(1e-9, sum(piece.days[weekday] for piece in kept))
    for piece in kept:
        times = int(piece.days[weekday] * scale + rng.random())
        dated = piece.behaviours[0].minute >= 0  # nobody lives the same quarter of an hour twice
        yield from [piece] * (min(1, times) if dated else times)


def _lived(person: Person, kept: Kept, day: int, rng: np.random.Generator) -> list[Step]:
    deeds = [deed for deed in _deeds(person, kept, rng) if deed is not None]
    groups = [list(group) for _, group in groupby(deeds, key=lambda deed: (deed.activity, deed.room))]
    steps = []
    for group, following in zip_longest(groups, groups[1:]):
        limit = following[0].minute if following else float("inf")
        steps.append(_step(person, group, limit, day, rng))
    return steps


def _deeds(person: Person, kept: Kept, rng: np.random.Generator) -> Iterator[_Deed | None]:
    first = kept.behaviours[0]
    shift = rng.normal(0, ROUTINE_SPREAD)
    before, last = float("-inf"), None
    for behaviour in kept.behaviours:
        midnight = DAY * ((behaviour.day - first.day) % 7)
        if last is None or behaviour.minute < 0 or behaviour.minute != last.minute:
            before = _minute(behaviour, midnight, before, shift, rng)
        last = behaviour
        yield _place(person, behaviour, before, rng)


def _minute(
    behaviour: Behaviour, midnight: int, before: float, shift: float, rng: np.random.Generator
) -> float:
    """When the behaviour happens today, never before the one that precedes it."""
    if behaviour.minute >= 0:
        return max(before, midnight + behaviour.minute + shift + rng.normal(0, STEP_SPREAD))
    opens = midnight + behaviour.slot * SLOT
    if before >= opens:
        return min(before + rng.exponential(SAME_BREATH), max(before, opens + SLOT - 0.1))
    return opens + rng.random() * SLOT * 0.9


def _place(person: Person, behaviour: Behaviour, minute: float, rng: np.random.Generator) -> _Deed | None:
    """The room and the device meant; None when this home has neither."""
    layout = person.layout
    name = behaviour.activity or layout.activity_of(behaviour.device)
    activity = layout.catalogue.activities.get(name)
    if activity is None or name == SLEEP or behaviour.device in person.profile.forbidden:
        return None
    if behaviour.device == ACTIVITY_ONLY:
        room = layout.room_for(activity, person.profile, person.bedroom)
        return None if room is None else _Deed(minute, name, room, None)
    return _with_device(person, behaviour, activity, name, minute, rng)


def _with_device(
    person: Person,
    behaviour: Behaviour,
    activity: Activity,
    name: str,
    minute: float,
    rng: np.random.Generator,
) -> _Deed | None:
    layout = person.layout
    devices = layout.devices_of(behaviour.device)
    if not devices:
        return None
    usual = layout.home.devices[devices[int(rng.integers(len(devices)))]].room
    room = layout.room_for(activity, person.profile, usual) or usual
    order = layout.order_for(behaviour.action, room if behaviour.activity else usual)
    assert order is not None  # noqa: S101  the home has a device of that type
    if not layout.reachable(order, room):
        room = layout.home.devices[order.device].room
    return _Deed(minute, name, room, order)


def _step(person: Person, group: list[_Deed], limit: float, day: int, rng: np.random.Generator) -> Step:
    """Deeds of one activity in one room become a step."""
    activity = person.layout.catalogue.activities[group[0].activity]
    start, last = group[0].minute, group[-1].minute
    minutes = _minutes(activity, last - start, limit - start, rng)
    whole, part = divmod(start, 1)
    begin = person.clock.ms(day, int(whole)) + round(part * MINUTE)
    orders = [
        replace(deed.order, after=round((deed.minute - start) * MINUTE)) for deed in group if deed.order
    ]
    return Step(
        start=begin,
        end=begin + round(minutes * MINUTE),
        activity=group[0].activity,
        room=group[0].room,
        basis=Basis.MEMORY,
        orders=tuple(orders),
        reason="a routine remembered",
    )


def _minutes(activity: Activity, deeds: float, gap: float, rng: np.random.Generator) -> float:
    """How long: to the last deed, else to the next step of the routine, else as long as usual."""
    least, _, most = activity.minutes
    if deeds >= least:
        return deeds
    if least <= gap <= most:
        return gap
    return max(deeds, min(draw_minutes(activity, rng), gap), 0.5)
