"""The agenda of one waking day: regular hours, routines, intents, and the idle time between them.

`draw` makes one from memory and chance alone. `compose` settles any wished steps among the fixed
ones: what overlaps is put off, interrupted or dropped, as people do; then intents find their place
in the gaps, and pastimes fill the rest.
"""

from bisect import bisect
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import accumulate, pairwise, zip_longest

import numpy as np

from agents.departing import departures, dressed, spoken
from agents.doing import new_step
from agents.health import medicine, relieved, restless
from agents.person import Person
from agents.remembering import remembered
from agents.schedule import Waking
from agents.settling import settle
from agents.sharing import besides, dried, fixed, hushed, quiet
from agents.step import Step, draw_minutes
from scenarios.activity import SLEEP
from scenarios.resident import Intent
from scenarios.schedule import DAY
from world.clock import MINUTE
from world.mind import Basis

__all__ = ["Agenda", "compose", "draw", "new_step"]

Agenda = tuple[Step, ...]

GAP = 6 * MINUTE  # not worth filling
DOZE = 30 * MINUTE  # before the first thing to do, one stays in bed
EARLY_NIGHT = 60 * MINUTE  # before bedtime, whoever is in the bedroom stays there


def draw(person: Person, today: Waking) -> Agenda:
    """The day as habit has it."""
    if today.absent:
        return tuple(fixed(person, today))
    return compose(person, today, remembered(person, today))


def compose(person: Person, today: Waking, wished: Sequence[Step]) -> Agenda:
    """A whole waking day, from waking to waking again, without gaps or overlaps."""
    shared = fixed(person, today)
    wished = dried(person, quiet(person, today, besides(today.at_home(wished), shared)))
    nature = relieved(person, today, [*shared, *wished])
    settled = settle(shared, [*wished, *medicine(person, today), *nature], today)
    settled = list(spoken(departures(person.layout, settled)))
    bed = _bedtime(person, today, settled)
    night = _asleep(person, bed, max(today.wake_again, bed + MINUTE), "the night")
    nights = () if today.elsewhere else restless(person, today, night)
    whole = [*_dozing(person, today, settled), *settled, *nights]
    for intent in person.intents:
        if _has_company(person, today, intent):
            whole = _with_intent(person, today, intent, whole)
    return tuple(_flowing(person, _filled(person, today, dressed(person, whole))))


def _has_company(person: Person, today: Waking, intent: Intent) -> bool:
    """Whether a child is there for what is done with one."""
    if not person.layout.catalogue.activities[intent.activity].with_child:
        return True
    return person.household is not None and person.household.has_children(today.day)


def _flowing(person: Person, steps: Sequence[Step]) -> Iterator[Step]:
    """*steps*; nobody switches off what they switch on again at once."""
    for step, after in zip_longest(steps, steps[1:]):
        same = after is not None and (step.activity, step.room) == (after.activity, after.room)
        if same and step.orders and not person.profile.lives_by_log:
            last = step.end - step.start
            yield step._replace(orders=tuple(order for order in step.orders if order.after < last))
        else:
            yield step


def revised(person: Person, today: Waking, agenda: Sequence[Step], now: int) -> Agenda:
    """What is left of *agenda* now that the person is told who is held up."""
    own, later = {Basis.MEMORY, Basis.PLAN, Basis.INTENT}, replace(today, wake=now)
    shared = [step for step in fixed(person, today, told=True) if step.start > now]
    wished = besides([step for step in agenda if step.basis in own and step.start > now], shared)
    bodily = [*medicine(person, today), *relieved(person, today, [*shared, *wished])]
    settled = settle(shared, [*wished, *(step for step in bodily if step.start > now)], later)
    night = [step for step in agenda if step.asleep and step.end >= today.wake_again]
    whole = dressed(person, [*departures(person.layout, settled), *night])
    return tuple(_filled(person, later, whole))


def spared(person: Person, step: Step, why: str) -> Step:
    """What to do instead of *step*, and *why*: nothing that is switched on, since the next step is near."""
    rng = person.chance.rng("spared", step.start, step.activity)
    switched = [name for name, activity in person.customs.pastimes if activity.start]
    idle = _idle(person, step.start, step.end, {}, rng, (step.activity, *switched))
    return step if idle is None or idle.activity in switched else idle._replace(reason=why)


def _asleep(person: Person, start: int, end: int, reason: str) -> Step:
    return Step(
        start=start, end=end, activity=SLEEP, room=person.bedroom, basis=Basis.SCHEDULE, reason=reason,
        asleep=True,
    )  # fmt: skip


def _bedtime(person: Person, today: Waking, settled: Sequence[Step]) -> int:
    """Whoever is in the bedroom shortly before bed goes to sleep; whoever is late, late."""
    if not settled:
        return today.bed
    last = settled[-1]
    soon = last.room == person.bedroom and today.bed - last.end < EARLY_NIGHT
    return last.end if soon or last.end > today.bed else today.bed


def _dozing(person: Person, today: Waking, settled: Sequence[Step]) -> list[Step]:
    first = settled[0].start if settled else today.bed
    return (
        [_asleep(person, today.wake, first, "a while longer in bed")]
        if 0 < first - today.wake <= DOZE
        else []
    )


def _with_intent(person: Person, today: Waking, intent: Intent, steps: Sequence[Step]) -> list[Step]:
    """What the person means to do so many times a week, put into gaps within its hours where it fits."""
    rng = person.chance.rng("intent", intent.activity, today.day)
    whole = list(steps)
    for _ in range(int(intent.per_week / 7 + rng.random())):
        minutes = draw_minutes(person.layout.catalogue.activities[intent.activity], rng)
        gaps = [gap for gap in _openings(person, today, intent, whole) if gap[1] - gap[0] >= minutes * MINUTE]
        if not gaps:
            continue
        opens, closes = gaps[int(rng.integers(len(gaps)))]
        start = opens + round(rng.random() * (closes - opens - minutes * MINUTE))
        step = new_step(person, intent.activity, start, minutes, Basis.INTENT, "something meant to be done")
        if step is not None:
            whole = sorted([*whole, step], key=lambda step: step.start)
    return whole


def _openings(person: Person, today: Waking, intent: Intent, steps: Sequence[Step]) -> list[tuple[int, int]]:
    """The gaps of the day, cut to the hours of the intent."""
    activity = person.layout.catalogue.activities[intent.activity]
    hours = (intent.between,) if intent.between else activity.between or ((0, DAY),)
    gaps = [(today.wake, steps[0].start), *((a.end, b.start) for a, b in pairwise(steps))]
    at = person.clock.ms
    windows = [
        (at(day, opens), at(day, closes + DAY * (closes < opens)))  # 22:00 to 02:00 passes midnight
        for day in (today.day, today.day + 1)
        for opens, closes in hours
    ]
    cut = [
        (max(start, opens), min(end, closes))
        for start, end in gaps
        for opens, closes in windows
        if start < closes and opens < end
    ]
    fitting = hushed(person, today, intent.activity, cut)
    return [(start, end) for start, end in fitting if start < end]


def _filled(person: Person, today: Waking, steps: Sequence[Step]) -> list[Step]:
    """The gaps filled with idle pastimes that suit the hour, seldom the same twice."""
    rng = person.chance.rng("idle", today.day)
    filled: list[Step] = []
    done: dict[str, int] = {}
    now, last = today.wake, ""
    for step in steps:
        while step.start - now > GAP and (
            idle := _idle(person, now, step.start, done, rng, (last, step.activity))
        ):
            last = idle.activity
            done[idle.activity] = done.get(idle.activity, 0) + 1
            filled += dressed(person, [idle])
            now = idle.end
        filled.append(step)
        last = step.activity
        done[last] = done.get(last, 0) + 1
        now = step.end
    return filled


def _idle(
    person: Person,
    now: int,
    until: int,
    done: Mapping[str, int],
    rng: np.random.Generator,
    around: Sequence[str] = (),
) -> Step | None:
    """Something to pass the time with for which there is time; None where nothing suits the hour."""
    minute, left = person.clock.local(now)[2], (until - now) / MINUTE
    known = [it for it in person.customs.pastimes_at(minute) if it[1].minutes[0] <= left]
    usual = [it for it in known if it[0] not in around] or known
    if not usual:
        return None
    ranges = list(accumulate([activity.idle / (1 + done.get(name, 0)) for name, activity in usual]))
    name, activity = usual[bisect(ranges, rng.random() * ranges[-1], hi=len(usual) - 1)]
    minutes = min(draw_minutes(activity, rng), left)
    lasts = left if left - minutes < GAP / MINUTE else minutes
    return new_step(person, name, now, lasts, Basis.IDLE, "nothing else to do")
