"""Meals that a family has together: when most can be there, at the table where all find a place.

Whoever is at home and up comes; a meal waits for one more as long as their company is worth it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median_low

from agents.fixed import Draft, Span
from agents.person import Person
from scenarios.activity import Activity
from scenarios.kin import LED
from world.clock import MINUTE
from world.mind import Company

STEP = 12  # minutes between two times that are weighed
LAST = 30 * MINUTE  # before bed, after which nobody sits down to a meal
COOKS, SETS = 14, 6  # years from which somebody cooks, or sets the table
TABLE = 7 * MINUTE  # to set the table
COOKING = (20, 45)  # minutes
SPREAD = 12  # minutes within which a meal's time varies from day to day


@dataclass(frozen=True)
class Meal:
    """A meal of the day; times in minutes after midnight."""

    name: str
    activity: str
    window: tuple[int, int]  # in which it may begin
    usual: int  # where memory knows none
    minutes: tuple[int, int]
    worth: float  # minutes of shift that one more at the table is worth
    chance: float  # that they sit down together, small children or not
    cooked: bool


MEALS = (
    Meal("breakfast", "breakfast", (330, 630), 0, (14, 24), 15, 0.85, cooked=False),
    Meal("lunch", "eat", (690, 885), 735, (18, 30), 20, 0.8, cooked=True),
    Meal("dinner", "eat", (1050, 1305), 1110, (22, 40), 40, 0.93, cooked=True),
)


def lay_tables(draft: Draft, family: Sequence[str]) -> None:
    """Fix the meals that the *family* has together."""
    small = _small(draft, family)
    open_ = {who: draft.openings(who, LAST) for who in family}
    for meal in MEALS:
        if draft.chance.uniform("meal", meal.name) < meal.chance or small:
            _lay(draft, meal, {who: open_[who] for who in family if _has(draft.people[who], meal)})


def _lay(draft: Draft, meal: Meal, open_: Mapping[str, Sequence[Span]]) -> None:
    usual = _usual(draft, meal, list(open_)) if open_ else None
    if usual is None:
        return
    usual += SPREAD * (draft.chance.uniform("time", meal.name) - 0.5)
    low, high = meal.minutes
    lasts = round((low + (high - low) * draft.chance.uniform("long", meal.name)) * MINUTE)
    first, last = meal.window
    opens = draft.at(first + usual % STEP)
    best, start = -1.0, 0
    for minute in range(first, last + 1, STEP):
        begin = opens + (minute - first) * MINUTE
        come = len(_able(open_, begin, lasts))
        worth = meal.worth * come - abs(minute + usual % STEP - usual)
        if come > 1 and worth > best:
            best, start = worth, begin
    if start:
        _sit_down(draft, meal, _able(open_, start, lasts), start, start + lasts)


def _has(person: Person, meal: Meal) -> bool:
    """Whether this person has such meals at all; a newborn has not."""
    return meal.activity not in person.profile.avoids


def _able(open_: Mapping[str, Sequence[Span]], start: int, lasts: int) -> list[str]:
    found = []
    for who, spans in open_.items():
        for opens, closes in spans:
            if opens <= start and start + lasts <= closes:
                found.append(who)
                break
    return found


def _usual(draft: Draft, meal: Meal, family: Sequence[str]) -> float | None:
    """When they usually eat on such a weekday, the middle of what each remembers; None: not together."""
    known = [minute for who in family if (minute := usual_minute(draft.people[who], meal, draft.day))]
    if known:
        return float(median_low(known))
    if any(draft.people[who].memory for who in family) and not _small(draft, family):
        return None
    if meal.usual:
        return float(meal.usual)
    clock = draft.people[family[0]].clock
    return median_low([clock.local(draft.wakings[who][1].wake)[2] for who in family]) + 35.0


def _small(draft: Draft, family: Sequence[str]) -> bool:
    return any(draft.people[who].profile.age < LED for who in family)


def usual_minute(person: Person, meal: Meal, day: int) -> int | None:
    """When this person usually has *meal* on such a weekday; None where memory does not say."""
    if person.memory is None:
        return None
    kind, times = person.kind(day), dict[int, float]()
    for kept in person.memory.on(kind):
        for done in kept.behaviours:
            if done.activity == meal.activity and meal.window[0] <= done.minute <= meal.window[1]:
                times[done.minute] = times.get(done.minute, 0.0) + kept.days[kind]
    return max(times, key=lambda minute: (times[minute], -minute)) if times else None


def _sit_down(draft: Draft, meal: Meal, come: Sequence[str], start: int, end: int) -> None:
    activities = draft.people[come[0]].layout.catalogue.activities
    room = _table(draft, activities[meal.activity], come)
    if room is None:
        return
    waited_for = [who for who in come if draft.people[who].profile.age >= LED]
    gathering = f"{meal.name} {draft.day}"
    _prepare(draft, meal, come, room, start)
    for who in come:
        company = [other for other in come if other != who]
        others = tuple(other for other in waited_for if other != who)
        awaited = Company(gathering, others) if who in waited_for and others else None
        draft.fix(who, meal.activity, room, start, end, f"{meal.name} with {draft.names(company)}", awaited)


def _prepare(draft: Draft, meal: Meal, come: Sequence[str], room: str, start: int) -> None:
    """Somebody cooks, somebody else sets the table; nobody cooks a breakfast."""
    cook = None
    if meal.cooked and (cook := _cook(draft, meal, come, start)):
        begin = start - _cooking(draft, meal)
        others = [who for who in come if who != cook]
        draft.fix(cook, "cook", "", begin, start, f"{meal.name} for {draft.names(others)}")
    hands = [who for who in come if who != cook and draft.people[who].profile.age >= SETS]
    hands = [who for who in hands if draft.free(who, start - TABLE, start)]
    if hands:
        who = hands[int(draft.chance.uniform("table", meal.name) * len(hands))]
        draft.fix(who, "set_table", room, start - TABLE, start, f"{meal.name} is about to be ready")


def _cooking(draft: Draft, meal: Meal) -> int:
    least, most = COOKING
    return round((least + (most - least) * draft.chance.uniform("cooking", meal.name)) * MINUTE)


def _cook(draft: Draft, meal: Meal, come: Sequence[str], start: int) -> str | None:
    """One of those who eat and are there in time, drawn by how often each usually cooks."""
    begin = start - _cooking(draft, meal)
    able = [who for who in sorted(come) if draft.free(who, begin, start) and _cooks(draft.people[who])]
    weights = [_usually_cooks(draft.people[who], draft.day) for who in able]
    drawn = draft.chance.uniform("cook", meal.name) * sum(weights)
    for who, weight in zip(able, weights, strict=True):
        drawn -= weight
        if drawn < 0:
            return who
    return None


def _cooks(person: Person) -> bool:
    profile = person.profile
    able = profile.age >= COOKS and "cook" not in profile.avoids and profile.care == "none"
    return able and person.customs.custom("cook") is not None


def _usually_cooks(person: Person, day: int) -> float:
    """How often memory has it on such a weekday; a little for everybody."""
    if person.memory is None:
        return 0.3
    kind = person.kind(day)
    return 0.1 + sum(
        kept.days[kind]
        for kept in person.memory.on(kind)
        if any(done.activity == "cook" for done in kept.behaviours)
    )


def _table(draft: Draft, activity: Activity, come: Sequence[str]) -> str | None:
    """The first room for it in which all find a place."""
    home = draft.people[come[0]].layout.home
    for kind in activity.rooms:
        for name, room in sorted(home.rooms.items()):
            if room.kind == kind and (room.capacity or len(come)) >= len(come):
                return name
    return None
