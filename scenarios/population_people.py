"""From a member of a household, a role and a profile, to a person like no other: name, hours, habits, bed."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from scenarios.catalogue import load_catalogue
from scenarios.chance import Chance
from scenarios.coherence import CHILDRENS, schedule_findings
from scenarios.population import City
from scenarios.resident import (
    EARLY_OR_LATE,
    Intent,
    Kinship,
    MemorySource,
    Profile,
    Relationship,
    identifier,
)
from scenarios.schedule import DAY, Away, Schedule

ADULT = 18
COMMUTE, OVERTIME, HOURS = 10.0, 20.0, 15.0  # standard deviations, minutes: leaving, coming back, all else
WARMTH = 0.7  # standard deviation of what people call warm, °C
EAGERNESS = 0.5  # standard deviation of log₂ of how often something is meant to be done
SLEEP = (7.5, 0.8)  # hours of those who live by a log: mean and standard deviation, plausible
MOST_A_WEEK = 14.0
CARE = (7 * 60, 19 * 60 + 30)  # when children can be looked after elsewhere
GET_READY = 45  # minutes a child takes from waking to leaving
HAND_OVER = 15  # minutes for which somebody is there before the last leaves and after the first comes back
PASTIMES = ("read", "exercise", "play_games", "listen_to_music", "go_out", "call_someone", "tinker", "bake",
            "water_plants", "clean")  # fmt: skip

KIN: Mapping[tuple[str, str], Kinship] = {
    ("partner", "partner"): "partner", ("parent", "parent"): "partner",
    ("grandparent", "grandparent"): "partner", ("flatmate", "flatmate"): "flatmate",
    ("parent", "child"): "parent", ("child", "parent"): "child", ("child", "child"): "sibling",
    ("grandparent", "child"): "grandparent", ("child", "grandparent"): "grandchild",
    ("grandparent", "parent"): "parent", ("parent", "grandparent"): "child",
}  # fmt: skip
"""What the first is to the second."""


class Member(NamedTuple):
    """Somebody, as the tables know them."""

    role: str
    age: int
    profile: str
    title: str  # the occupation in words; '': that of the profile
    chronotype: str


class Drawn(NamedTuple):
    """A household before its home is built."""

    type: str
    city: City
    rooms: int  # to live and sleep in, as the table has it
    members: tuple[Member, ...]


def keeps_odd_hours(profile: Profile) -> bool:
    """Whether work takes the person out when no school and no day care is open; a rota may."""
    schedule = profile.schedule
    if schedule is None:
        return False
    odd = (it.leave < CARE[0] or it.back > CARE[1] or it.back <= it.leave for it in schedule.away)
    return schedule.rota is not None or any(odd)


def people(
    members: Sequence[Member],
    names: Sequence[str],
    beds: Sequence[str],
    profiles: Mapping[str, Profile],
    log: MemorySource | None,
    chance: Chance,
) -> list[Profile]:
    """The residents of a household; *log* names the routines of real people by whose rhythm adults live."""
    order = chance.rng("names").permutation(len(names)).tolist()
    called = [names[order[number % len(names)]] for number in range(len(members))]
    called = [name if number < len(names) else f"{name} {number}" for number, name in enumerate(called)]
    found = [
        person(member, name, profiles[member.profile], log, chance.branch("person", number))
        for number, (member, name) in enumerate(zip(members, called, strict=True))
    ]
    homely = [
        who.model_copy(update={"bedroom": bed, "relationships": tuple(_kin(number, members, found))})
        for number, (who, bed) in enumerate(zip(found, beds, strict=True))
    ]
    return [minded(who, homely) if who.care != "none" else who for who in homely]


def person(member: Member, name: str, like: Profile, log: MemorySource | None, chance: Chance) -> Profile:
    """Somebody who lives much as the profile *like*, at hours and in ways of their own."""
    rng = chance.rng("ways")
    waver = rng.standard_normal(7).tolist()
    minutes = EARLY_OR_LATE[member.chronotype] + 5 * round(HOURS * waver[0] / 5)
    warm = round(WARMTH * waver[1], 1)
    changes: dict[str, Any] = {
        "id": identifier(name),
        "name": name,
        "age": member.age,
        "role": member.role,
        "occupation": member.title or like.occupation,
        "chronotype": minutes,
        "schedule": _hours(like.schedule, COMMUTE * waver[2], OVERTIME * waver[3]),
        "comfort": like.comfort.model_copy(
            update={"temperature": tuple(round(it + warm, 1) for it in like.comfort.temperature)}
        ),
        "intents": tuple(_intents(like, member.age, chance)),
    }
    if log is not None and member.age >= ADULT:
        sleep = min(10.0, max(5.0, SLEEP[0] + SLEEP[1] * waver[5]))
        changes |= _of_log(log, like, sleep, 2.0 ** (EAGERNESS * waver[6]), chance)
    return like.model_copy(update=changes)


def _of_log(log: MemorySource, like: Profile, sleep: float, pace: float, chance: Chance) -> dict[str, Any]:
    """Who lives by a log of real people keeps its hours, and means to do things at any time of these."""
    own = {
        "budget": like.memory.budget if like.memory else log.budget,
        "like": chance.uniform("like"),
        "sleep": round(sleep, 2),
        "pace": round(pace, 2),
    }
    intents = tuple(it.model_copy(update={"between": None}) for it in like.intents)
    return {"memory": log.model_copy(update=own), "schedule": None, "routines": (), "intents": intents}


def _hours(schedule: Schedule | None, leaving: float, coming: float) -> Schedule | None:
    """The same hours away with a commute and overtime of one's own; school begins for all alike."""
    if schedule is None:
        return None
    away = tuple(
        it if it.place in CHILDRENS else _moved(it, 5 * round(leaving / 5), 5 * round(coming / 5))
        for it in schedule.away
    )
    moved = schedule.model_copy(update={"away": away})
    return moved if not any(schedule_findings(moved)) else schedule


def _moved(away: Away, leaving: int, coming: int) -> Away:
    return away.model_copy(update={"leave": (away.leave + leaving) % DAY, "back": (away.back + coming) % DAY})


def _intents(like: Profile, age: int, chance: Chance) -> Iterator[Intent]:
    """What the profile means to do at this age, more or less often, and a pastime of one's own."""
    activities = load_catalogue().activities
    draws = chance.rng("intents").standard_normal(len(like.intents)).tolist()
    for intent, draw in zip(like.intents, draws, strict=True):
        least, most = activities[intent.activity].ages if intent.activity in activities else (0, age)
        if not least <= age <= most:
            continue
        often = min(MOST_A_WEEK, max(0.3, intent.per_week * 2.0 ** (EAGERNESS * draw)))
        yield intent.model_copy(update={"per_week": round(often, 1)})
    if age >= ADULT:
        known = {intent.activity for intent in like.intents} | {*like.avoids}
        new = [name for name in PASTIMES if name not in known]
        yield Intent(
            activity=new[int(chance.uniform("pastime") * len(new))],
            per_week=round(1 + 3 * chance.uniform("zeal"), 1),
        )


def _kin(number: int, members: Sequence[Member], found: Sequence[Profile]) -> Iterator[Relationship]:
    """What person *number* is to each of the others."""
    for other, member in enumerate(members):
        kind = KIN.get((members[number].role, member.role))
        if other != number and kind:
            yield Relationship(to=found[other].id, kind=kind)


def minded(child: Profile, everybody: Sequence[Profile]) -> Profile:
    """The child with hours in care for whenever all who could mind it are out."""
    if child.schedule is None:
        return child
    plans = [who.schedule.away if who.schedule else () for who in everybody if who.minds_others]
    kept = list(child.schedule.away)
    for weekday in range(7):
        gap = _nobody(plans, weekday)
        if gap is not None:
            kept = _covering(kept, weekday, *gap)
    schedule = child.schedule.model_copy(update={"away": tuple(kept)})
    return child.model_copy(update={"schedule": _up_in_time(schedule)})


def _up_in_time(schedule: Schedule) -> Schedule:
    """Whoever is taken out early is up early, and early in bed."""
    latest = min((it.leave for it in schedule.away), default=DAY) - GET_READY
    changes = {"wake": min(schedule.wake, latest), "bed": schedule.bed - max(0, schedule.wake - latest)}
    if schedule.free_wake is not None:
        changes["free_wake"] = min(schedule.free_wake, latest)
    return schedule.model_copy(update=changes)


def _nobody(plans: Sequence[Sequence[Away]], weekday: int) -> tuple[int, int] | None:
    """From when to when, on such a day, nobody of *plans* is at home; of one long day the outermost hours."""
    if not plans:
        return None
    start, end = 0, DAY
    for plan in plans:
        today = [it for it in plan if weekday in it.days]
        if not today:
            return None
        start = max(start, min(it.leave for it in today))
        end = min(end, max(it.back + DAY * (it.back <= it.leave) for it in today))
    return (start, end) if start < end else None


def _covering(away: Sequence[Away], weekday: int, start: int, end: int) -> list[Away]:
    """*away* with the hours of *weekday* from before *start* until after *end*."""
    today = [it for it in away if weekday in it.days]
    rest = [it.model_copy(update={"days": tuple(day for day in it.days if day != weekday)}) for it in away]
    leave = max(0, min([start - HAND_OVER, *(it.leave for it in today)]))
    back = min(DAY - 60, max([end + HAND_OVER, *(it.back for it in today)]))
    place = today[0].place if today else "day_care"
    return [
        *(it for it in rest if it.days),
        Away.model_construct(days=(weekday,), leave=leave, back=back, place=place),
    ]
