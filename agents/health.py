"""What of a person's health shows in the day and the night: medicine in time, broken sleep, the bladder."""

from collections.abc import Iterator, Sequence

import numpy as np

from agents.doing import new_step
from agents.person import Person
from agents.schedule import Waking
from agents.step import Step, draw_minutes
from scenarios.activity import CARE, COME, TO_BED
from scenarios.schedule import DAY
from world.clock import MINUTE
from world.mind import Basis

MEDICINE, TOILET = "take_medicine", "use_toilet"
AWAKE = ("read", "tea", "watch_television", "relax")  # what one does who cannot sleep
AWAKE_MINUTES = (25.0, 80.0)
SOUND = 60 * MINUTE  # of sleep before one gets up the first time, and between two times
BLADDER = (110.0, 250.0)  # minutes from one time on the toilet to the next
EVENING, COAT = 180 * MINUTE, 40 * MINUTE
DOZES = 30 * MINUTE  # within which the day begins
BEFORE_BED, SHORTLY = 15 * MINUTE, 45 * MINUTE
FINISHES = 60 * MINUTE  # what takes no longer is finished first
LATE = 90  # minutes; medicine due before waking is taken on waking, unless it is longer ago


def medicine(person: Person, today: Waking) -> list[Step]:
    """The medicine of a waking day, where the person is up for it."""
    if not person.profile.health.medication:
        return []
    steps = []
    for due in person.profile.health.medication:
        start = max(today.wake + 10 * MINUTE, _due(person, today, due))
        minutes = draw_minutes(
            person.layout.catalogue.activities[MEDICINE], person.chance.rng("medicine", today.day, due)
        )
        step = new_step(person, MEDICINE, start, minutes, Basis.SCHEDULE, "the medicine is due")
        if step is not None and step.end < today.bed:
            steps.append(step)
    return steps


def relieved(person: Person, today: Waking, known: Sequence[Step]) -> list[Step]:
    """Times to the toilet of a waking day: on getting up, every few hours at home, before bed.

    Healthy adults go about seven times a day (Latini et al. 2004). Of the steps *known*, what takes not
    much longer is finished first.
    """
    if person.profile.lives_by_log:
        return []
    rng, steps = person.chance.rng("toilet", today.day), []
    starts = [it.start for it in known if today.wake < it.start <= today.wake + DOZES]
    first = min(starts, default=today.wake + 1) - 1
    last = next((it.start - 1 for it in known if _goes_to_bed(it, today)), today.bed - BEFORE_BED)
    for due in _dues(today, first, last, rng):
        start = due if due == last else _put_off(due, known)
        minutes = draw_minutes(person.layout.catalogue.activities[TOILET], rng)
        if step := new_step(person, TOILET, start, minutes, Basis.SCHEDULE, "nature calls"):
            steps.append(step)
    return steps


def _put_off(due: int, known: Sequence[Step]) -> int:
    """When one is home, and has taken off one's coat, or what one is at is finished before long."""
    at = next((it for it in known if it.start <= due < it.end), None)
    if at is None:
        return next((it.end for it in known if it.activity == COME and due < it.start < due + COAT), due)
    if at.room != "outside" and at.end > due + FINISHES:
        return due
    coats = (it.end for it in known if it.activity == COME and abs(it.start - at.end) < COAT)
    return next(coats, at.end) if at.room == "outside" else at.end


def _goes_to_bed(step: Step, today: Waking) -> bool:
    return step.activity == TO_BED and step.start > today.bed - EVENING


def _dues(today: Waking, first: int, last: int, rng: np.random.Generator) -> Iterator[int]:
    """When it is time, at home and awake; the *first* time on rising, the *last* before bed."""
    least, most = BLADDER
    due = first
    while due < last - SHORTLY:
        out = next((it for it in today.away if it[0] - MINUTE * 5 <= due < it[1]), None)
        if out is None:
            yield due
            due += round(float(rng.uniform(least, most)) * MINUTE)
        else:
            due = out[1] + round(float(rng.uniform(6.0, 40.0)) * MINUTE)
    if not any(leave <= last < back for leave, back, _ in today.away):
        yield last


def _due(person: Person, today: Waking, minute: int) -> int:
    """The instant of this waking day at which the clock shows *minute*."""
    wake = person.hours(today.day).wake
    return person.clock.ms(today.day, minute + DAY * (minute < wake - LATE))


def restless(person: Person, today: Waking, night: Step) -> Sequence[Step]:
    """The night as this person sleeps it: in one piece, or with times up."""
    health = person.profile.health
    if not (health.night_visits or health.wakeful or health.night_care):
        return (night,)
    steps, now = [], night.start
    for up in sorted(_times_up(person, today, night), key=lambda step: step.start):
        if up.start - now >= SOUND and night.end - up.end >= SOUND:
            steps += [night._replace(start=now, end=up.start), up]
            now = up.end
    return [*steps, night._replace(start=now)]


def _times_up(person: Person, today: Waking, night: Step) -> Iterator[Step]:
    health, rng = person.profile.health, person.chance.rng("night", today.day)
    visits, wakeful = int(health.night_visits + rng.random()), rng.random() < health.wakeful / 7
    yield from _up_for(person, night, visits, TOILET, "up in the night", rng)
    if health.night_care:
        yield from _looking_after(person, today, night)
    if wakeful:
        start, minutes = _within(night, rng), float(rng.uniform(*AWAKE_MINUTES))
        possible = [name for name in AWAKE if person.customs.custom(name) is not None]
        if possible:
            name = possible[int(rng.integers(len(possible)))]
            if step := new_step(person, name, start, minutes, Basis.SCHEDULE, "cannot sleep"):
                yield step


def _looking_after(person: Person, today: Waking, night: Step) -> Iterator[Step]:
    """A branch of its own: the times up for other reasons stay as they are without a child."""
    rng = person.chance.rng("night", today.day, CARE)
    times = int(person.profile.health.night_care + rng.random())
    yield from _up_for(person, night, times, CARE, "the child wakes", rng)


def _up_for(
    person: Person, night: Step, times: int, name: str, reason: str, rng: np.random.Generator
) -> Iterator[Step]:
    for _ in range(times):
        start = _within(night, rng)
        minutes = draw_minutes(person.layout.catalogue.activities[name], rng)
        if step := new_step(person, name, start, minutes, Basis.SCHEDULE, reason):
            yield step


def _within(night: Step, rng: np.random.Generator) -> int:
    return night.start + round(rng.random() * (night.end - night.start))
