"""How one person's day is laid around what the household has fixed, and around the sleep of others."""

from collections.abc import Sequence

from agents.fixed import Fixed, Hours
from agents.person import Person
from agents.schedule import Waking
from agents.step import Step
from scenarios.activity import AWAY
from world.clock import MINUTE
from world.mind import Basis

Gap = tuple[int, int]

INSTEAD = 150 * MINUTE  # before or after a meal that the others have, too, one has none of one's own
AFTER = 75 * MINUTE  # breakfast nobody cooks
SATED = 240 * MINUTE  # after a warm meal with the others nobody cooks or eats another
KITCHEN = frozenset({"cook", "reheat"})
MEALS = frozenset({"breakfast", "eat"})
QUIET = 10 * MINUTE  # after others have got up


def fixed(person: Person, today: Waking, *, told: bool = False) -> list[Step]:
    """The hours out and what is fixed with others, as steps."""
    if person.household is None:
        known = Fixed([Hours(*out) for out in today.away])
    else:
        known = person.household.fixed(person.profile.id, today, told=told)
    away = [
        Step(
            start=it.leave, end=max(it.back, it.leave + MINUTE), activity=AWAY, room="outside",
            basis=Basis.SCHEDULE, reason=_reason(person, it), company=it.company, place=it.place,
        )
        for it in known.hours
    ]  # fmt: skip
    return [*away, *known.steps]


def _reason(person: Person, hours: Hours) -> str:
    company = hours.company
    if company is None or person.household is None:
        return f"at {hours.place}"
    takes, brings = (person.household.names(whom) for whom in (company.takes, company.brings))
    said = [f"takes {takes} along" if takes else "", f"fetches {brings}" if brings else ""]
    return ", ".join([f"at {hours.place}", *filter(None, said)])


def besides(wished: Sequence[Step], shared: Sequence[Step]) -> list[Step]:
    """The *wished* steps, but for those in whose stead something is fixed."""
    family = [step for step in shared if step.basis is Basis.FAMILY]
    instead = KITCHEN | MEALS | {step.activity for step in family}
    return [
        step
        for step in wished
        if step.activity not in instead or not any(_instead(step, other) for other in family)
    ]


def _instead(own: Step, shared: Step) -> bool:
    meal, warm = shared.activity in MEALS, shared.activity == "eat"
    since = own.start - shared.start
    if meal and own.activity in KITCHEN:
        return -INSTEAD < since < (SATED if warm else AFTER)
    same = own.activity == shared.activity or (meal and own.activity in MEALS)
    return same and -INSTEAD < since < (SATED if warm else INSTEAD)


def quiet(person: Person, today: Waking, wished: Sequence[Step]) -> list[Step]:
    """What is loud put off until nobody sleeps, to the next hour that suits, or done before bed."""
    if person.household is None or not any(_loud(person, step) for step in wished):
        return [*wished]
    sleep = person.household.asleep(person.profile.id, today)
    kept = [_put_off(step, sleep, today) if _loud(person, step) else step for step in wished]
    return sorted(kept, key=lambda step: (step.start, step.activity))


def _loud(person: Person, step: Step) -> bool:
    return person.layout.catalogue.activities[step.activity].loud


def _put_off(step: Step, sleep: Sequence[Gap], today: Waking) -> Step:
    """The step at a time at which nobody sleeps; as it is where there is none today."""
    start, lasts = step.start, step.end - step.start
    for _ in sleep:
        for bed, up in sleep:
            if start < up + QUIET and bed < start + lasts:
                start = up + QUIET
    late = start + lasts > today.bed
    return step if late else step.moved(start)


def hushed(person: Person, today: Waking, name: str, gaps: Sequence[Gap]) -> Sequence[Gap]:
    """*gaps* of the day in which *name* may be done: of what is loud, those in which nobody sleeps."""
    if person.household is None or not person.layout.catalogue.activities[name].loud:
        return gaps
    for bed, up in person.household.asleep(person.profile.id, today):
        cut = [(start, min(end, bed)) for start, end in gaps if start < bed]
        gaps = [*cut, *((max(start, up + QUIET), end) for start, end in gaps if end > up + QUIET)]
    return gaps
