"""How one person's day is laid around what the household has fixed, and around the sleep of others."""

from collections.abc import Sequence

from agents.fixed import Fixed, Hours
from agents.person import Person
from agents.schedule import Waking
from agents.step import Step
from scenarios.activity import AWAY
from scenarios.device import DeviceType
from scenarios.home import OPEN_AIR
from world.clock import HOUR, MINUTE
from world.mind import Basis, Observation

Gap = tuple[int, int]

INSTEAD = 150 * MINUTE  # before or after a meal that the others have, too, one has none of one's own
AFTER = 75 * MINUTE  # breakfast nobody cooks
SATED = 240 * MINUTE  # after a warm meal with the others nobody cooks or eats another
KITCHEN = frozenset({"cook", "reheat"})
MEALS = frozenset({"breakfast", "eat"})
LAUNDRY, WASHED = "laundry", frozenset({"hang_laundry", "dryer"})
SAME_WASH = 8 * HOUR
DISHES, SOON = "dishes", 90 * MINUTE
BED, BAKE = "make_bed", "bake"
OWN = frozenset({Basis.MEMORY, Basis.INTENT, Basis.PLAN, Basis.IDLE})  # what one may let be
MILD = 8.0  # °C outdoors, below which nobody waters the garden or plays in it
SWELTERING = 28.0  # °C outdoors, above which nobody bakes
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
        _after_meals(step, family) if step.activity == DISHES else step
        for step in wished
        if step.activity not in instead or not any(_instead(step, other) for other in family)
    ]


def _after_meals(dishes: Step, family: Sequence[Step]) -> Step:
    """Nobody does the dishes while the meal is on the stove."""
    meal = next((it for it in family if it.activity == "eat" and 0 <= it.end - dishes.start < SOON), None)
    return dishes if meal is None else dishes.moved(meal.end)


def _instead(own: Step, shared: Step) -> bool:
    meal, warm = shared.activity in MEALS, shared.activity == "eat"
    since = own.start - shared.start
    if meal and own.activity in KITCHEN:
        return -INSTEAD < since < (SATED if warm else AFTER)
    same = own.activity == shared.activity or (meal and own.activity in MEALS)
    return same and -INSTEAD < since < (SATED if warm else INSTEAD)


def needless(person: Person, seen: Observation, step: Step) -> str:
    """Why *step*, due now, is not worth doing; '' where it is."""
    if step.basis not in OWN or person.profile.lives_by_log:
        return ""
    if whose := _seen_to(person, seen, step.activity):
        return f"{whose} has seen to it"
    if step.activity == BED and (whose := _asleep_in_it(person, seen, step.room)):
        return f"{whose} is still asleep"
    rooms = person.layout.home.rooms
    if step.room in rooms and rooms[step.room].kind in OPEN_AIR and seen.senses.outdoors < MILD:
        return "it is too cold out of doors"
    if step.activity == BAKE and seen.senses.outdoors > SWELTERING:
        return "it is too hot for the oven"
    return ""


def _seen_to(person: Person, seen: Observation, name: str) -> str:
    """The name of who of the family has just done what *name* does for all; '' where nobody has."""
    serves = person.layout.catalogue.activities[name].serves
    who, since = seen.lately.get(name, ("", 0))
    if not serves or person.household is None or seen.time - since > serves * HOUR:
        return ""
    if who == seen.resident or not person.household.related(seen.resident, who):
        return ""
    return person.household.names([who])


def _asleep_in_it(person: Person, seen: Observation, room: str) -> str:
    """The name of who else is in bed in *room*; '' where nobody is."""
    household = person.household
    return household.names(household.sleepers(seen.resident, room, seen.time)[:1]) if household else ""


def dried(person: Person, wished: Sequence[Step]) -> Sequence[Step]:
    """*wished*, with the washing hung up, or put into the dryer, once the machine has done."""
    washes = [step for step in wished if step.activity == LAUNDRY]
    if not washes or person.profile.lives_by_log:
        return wished
    lasts = _longest(person.layout.catalogue.devices["Washer"])
    return [step.moved(_done(step, washes, lasts)) if step.activity in WASHED else step for step in wished]


def _done(step: Step, washes: Sequence[Step], lasts: int) -> int:
    """When *step* may begin: not before the machine that was last put on has done."""
    ends = [wash.end + lasts for wash in washes if 0 <= step.start - wash.start < SAME_WASH]
    return max([step.start, *ends])


def _longest(machine: DeviceType) -> int:
    """How long its longest programme takes, ms."""
    programmes = (command.finishes for command in machine.commands.values())
    return round(max(float(it.minutes[1]) for it in programmes if it is not None) * MINUTE)


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
