"""In what a profile contradicts itself: hours that cannot be lived, and things that are not for this person.

Each finding says where, what is wrong, and what would mend it. Said of the whole, composed profile.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path

from scenarios.activity import Activity
from scenarios.frozen import Finding, clock_text
from scenarios.problems import unknown
from scenarios.resident import SMALL, Fragment, Profile
from scenarios.rhythm import FREE, WORK, Hours, rhythm, rhythm_of
from scenarios.routine import AuthoredRoutine
from scenarios.schedule import BETWEEN_SHIFTS, DAY, OFF, Schedule

LEAST_SLEEP = 180  # minutes
LEAST_UP = DAY // 4
LONGEST_UP = 30 * 60  # minutes from waking to bed
BY_SHIFT = "morning_coffee, shift_meals, bedtime"  # fragments whose routines say on which shifts
PUPIL = 13  # years; younger, one goes where children go
CHILDRENS = (
    "school", "kindergarten", "nursery", "creche", "day_care", "preschool", "after_school", "grandparents",
    "club", "madrasa",
)  # fmt: skip

SHIFTS = ("early", "day", "late", "night", OFF)
"""What shifts are mostly called: a routine for one that a rota has not got is no mistake."""

Activities = Mapping[str, Activity]
Keys = tuple[str | int, ...]


def profile_findings(person: Profile, activities: Activities) -> Iterator[Finding]:
    """Everything in which *person* contradicts themself."""
    if person.schedule is not None:
        for keys, sentence in schedule_findings(person.schedule):
            yield ("schedule", *keys), sentence
        yield from _too_young_for_work(person, person.schedule)
    yield from _not_for_them(person, activities)
    yield from _routines_never(person)
    if person.age < SMALL and person.needs_care == "none":
        yield ("needs_care",), f"nobody of {person.age} years looks after themself; leave it out"
    for number, tie in enumerate(person.relationships):
        if tie.to == person.id:
            yield (
                ("relationships", number, "to"),
                f"{person.id!r} is the person's own id; name another resident",
            )


def memory_findings(person: Profile, routines: Sequence[AuthoredRoutine] | None) -> Iterator[Finding]:
    """What a rota makes of weekdays in the file that seeds memory; None: a log, which knows nothing else."""
    if person.memory is None or person.schedule is None or person.schedule.rota is None:
        return
    lived = rhythm(person.schedule)
    if routines is None or not any(lived.kinds_of(routine) for routine in routines):
        by_days = f"{Path(person.memory.routines).name} goes by weekdays, but {person.name} lives by a rota"
        yield ("memory",), f"{by_days}; say `memory: null` and extend [{BY_SHIFT}]"


def schedule_findings(schedule: Schedule) -> Iterator[Finding]:
    """Hours that nobody can keep."""
    for wake, bed in (("wake", "bed"), ("free_wake", "free_bed")):
        rises, lies = getattr(schedule, wake), getattr(schedule, bed)
        if rises is None or lies is None:
            continue
        if rises == lies:
            at = clock_text(rises)
            yield (bed,), f"{bed} and {wake} are both {at}, which leaves no sleep; give different times"
            return
        if (lies - rises) % DAY < LEAST_UP:
            hours = f"up from {clock_text(rises)} until {clock_text(lies)}, less than {LEAST_UP // 60} hours"
            yield (bed,), f"{hours}; give another {bed}"
            return
    if schedule.rota is not None and schedule.away:
        yield ("rota",), "a rota and `away` exclude each other; leave `away` out"
        return
    overlaps = list(_overlaps(schedule))
    yield from overlaps
    if not overlaps:
        yield from _sleepless(schedule)
    if schedule.rota is not None:
        yield from _too_close(schedule)


def _overlaps(schedule: Schedule) -> Iterator[Finding]:
    """Hours away of which some begin before others have ended, on whatever weekday."""
    spans = sorted(
        (day * DAY + plan.leave, day * DAY + plan.leave + ((plan.back - plan.leave) % DAY or DAY), number)
        for number, plan in enumerate(schedule.away)
        for day in plan.days
    )
    spans += [(start + 7 * DAY, end + 7 * DAY, number) for start, end, number in spans[:1]]
    said = set()
    for (_, end, one), (start, _, two) in pairwise(spans):
        if start < end and one != two and (one, two) not in said:
            said.add((one, two))
            first, second = schedule.away[one], schedule.away[two]
            yield (
                ("away", two),
                (
                    f"the hours at {second.place} begin at {clock_text(second.leave)}, before those at "
                    f"{first.place} have ended ({clock_text(first.back)}); change one of them"
                ),
            )


def _sleepless(schedule: Schedule) -> Iterator[Finding]:
    lived = rhythm(schedule)
    for kind, hours in enumerate(lived.days):
        of_shift = schedule.rota is not None and bool(hours.away)
        following = None if schedule.rota else lived.days[(kind + 1) % 7]
        found = next(_unlivable(hours, following), None)
        if found is not None:
            key, sentence = found
            yield (("rota", "shifts", hours.kind) if of_shift else (key,)), sentence
            return


def _unlivable(hours: Hours, following: Hours | None) -> Iterator[tuple[str, str]]:
    """(key, sentence) of hours at which one would have to be in two places."""
    bed, day = clock_text(hours.bed), hours.kind
    for leave, back, place in hours.away:
        if leave <= hours.wake:
            yield "wake", _asleep(hours, f"at {clock_text(leave)} it is time to leave for {place}")
        if back >= hours.bed + DAY // 4:
            late = f"home from {place} at {clock_text(back)}, long after going to bed at {bed} ({day})"
            yield "bed", f"{late}; give a later bed"
    if following is None and hours.bed > hours.wake + LONGEST_UP:
        yield (
            "bed",
            f"awake from {clock_text(hours.wake)} until {bed} the day after ({day}); give another bed",
        )
    if following is not None and following.wake + DAY - hours.bed < LEAST_SLEEP:
        short = f"bed at {bed} and waking at {clock_text(following.wake)} ({day}) leave less than"
        yield "bed", f"{short} {LEAST_SLEEP // 60} hours of sleep; change one of them"


def _asleep(hours: Hours, what: str) -> str:
    return f"asleep until {clock_text(hours.wake)}, but {what} ({hours.kind}); wake earlier or leave later"


def _too_close(schedule: Schedule) -> Iterator[Finding]:
    """Shifts between which nobody can go home and sleep."""
    rota = schedule.rota
    assert rota is not None  # noqa: S101
    for number, (name, following) in enumerate(pairwise((*rota.cycle, rota.cycle[0]))):
        one, two = rota.shifts.get(name), rota.shifts.get(following)
        if one is None or two is None or one.leave is None or one.back is None or two.leave is None:
            continue
        back = one.back + DAY * (one.back <= one.leave)
        if (rest := two.leave + DAY - back) < BETWEEN_SHIFTS:
            hours = f"{name!r} ends at {clock_text(back)}, {following!r} begins at {clock_text(two.leave)}"
            needed = f"{max(0, rest) / 60:.1f} hours between them, {BETWEEN_SHIFTS // 60} are needed"
            yield ("rota", "cycle", number), f"{hours}: {needed}; put {OFF!r} between, or change the order"


def _too_young_for_work(person: Profile, schedule: Schedule) -> Iterator[Finding]:
    if person.age >= PUPIL:
        return
    places: list[tuple[Keys, str]] = [
        (("schedule", "away", number, "place"), plan.place) for number, plan in enumerate(schedule.away)
    ]
    if schedule.rota is not None:
        places += [(("schedule", "rota"), "work by a rota")]
    for keys, place in places:
        if place.replace(" ", "_") not in CHILDRENS:
            said = f"at {person.age} years nobody goes to {place!r}; expected one of {', '.join(CHILDRENS)}"
            yield keys, f"{said}, or an age from {PUPIL}"


def _not_for_them(person: Profile, activities: Activities) -> Iterator[Finding]:
    """Intents and routines of the person's own that their age, `avoids` or `forbidden` rule out.

    What somebody avoids may stand in routines that they share with others: it is left out of the day.
    """
    for number, intent in enumerate(person.intents):
        if why := _ruled_out(person, intent.activity, activities):
            yield ("intents", number, "activity"), why
        elif intent.activity in person.avoids:
            both = f"{intent.activity!r} stands under `avoids`, too; leave one of them out"
            yield ("intents", number, "activity"), both
    for number, routine in enumerate(person.routines):
        for at, step in enumerate(routine.steps):
            if why := _ruled_out(person, step.activity, activities, (*step.start, *step.end)):
                yield ("routines", number, "steps", at), why


def _routines_never(person: Profile) -> Iterator[Finding]:
    """Routines of the person's own that no day of theirs has."""
    if isinstance(person, Fragment):
        return  # whose days these will be is not known
    lived = rhythm_of(person)
    kinds = [hours.kind for hours in lived.days] + list(SHIFTS if lived.rota else ())
    for number, routine in enumerate(person.routines):
        for at, name in enumerate(routine.on):
            if name not in (WORK, FREE, *kinds):
                said = unknown("kind of day", name, (WORK, FREE, *kinds))
                yield ("routines", number, "on", at), said
        if lived.rota is not None and not routine.on and not lived.kinds_of(routine):
            yield ("routines", number, "days"), "a rota knows no weekdays; say `on: [off]` or another shift"


def _ruled_out(person: Profile, name: str, activities: Activities, actions: Iterable[str] = ()) -> str:
    activity = activities.get(name)
    if activity is None or name in person.avoids:
        return ""
    least, most = activity.ages
    if not least <= person.age <= most:
        allowed = f"from {least} years" if person.age < least else f"up to {most} years"
        who = f"at {person.age} years nobody does {name!r} by themself ({allowed})"
        return f"{who}; leave it out, or change the age"
    needed = {*activity.requires, *(action.partition(":")[0] for action in actions)}
    if denied := sorted(needed & set(person.forbidden)):
        return f"{name!r} takes the {denied[0]}, which stands under `forbidden`; leave one of them out"
    return ""
