"""What changes in a household of a population, drawn by its index and the seed alone.

A change that cannot be in a household is left out there: beds, hours and who minds whom are looked at as if
somebody had written it.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from scenarios.catalogue import load_catalogue
from scenarios.chance import Chance
from scenarios.change import ALTERS, JOINS, Change
from scenarios.change_checks import change_findings, with_beds
from scenarios.coherence import profile_findings
from scenarios.course import BEFORE, Life, lives_of
from scenarios.including import SHIPPED, read_tree
from scenarios.population import pick
from scenarios.population_change import OF_A_PERSON, PopulationChange
from scenarios.population_people import ADULT, KIN, Drawn, Member, keeps_odd_hours, minded, person
from scenarios.resident import Kinship, Profile, Relationship, identifier
from scenarios.scenario import PopulationScenario, Scenario
from scenarios.tree import plain

IDLE = {"on", "days"}  # keys of a routine for shifts that the person no longer works: it rests
OF_SOME = ("holiday", "season")  # of everybody, or of those whom they are about
MOVES = (*ALTERS, *JOINS, "moving_out")  # after which others may have to mind the children
AMONG = {"child": "parent", "grandparent": "parent", "partner": "partner", "flatmate": "flatmate"}
"""In what role a newcomer takes the grown-ups who live there, where their own says nothing."""

Members = Mapping[str, Member]


def befallen(
    home: Scenario, whole: PopulationScenario, drawn: Drawn, members: Members, chance: Chance
) -> tuple[Scenario, tuple[int, ...]]:
    """The household with its changes, and the numbers of those of the population that happened, to each."""
    happened: list[int] = []
    told: Counter[str] = Counter()
    for number, item in enumerate(whole.changes):
        own = chance.branch("changes", item.kind, told[item.kind])
        told[item.kind] += 1
        for key, who in _whom(item, drawn.type, members):
            if own.uniform("happens", *key) < item.share:
                change = _change(item, who, home, whole, drawn, members, own.branch(*key))
                changed = None if change is None else _lived(home, change, own.branch(*key))
                if changed is not None:
                    home = changed
                    happened.append(number)
    return home, tuple(happened)


def concerned(item: PopulationChange, drawn: Drawn, members: Members) -> int:
    """How many people, or households (1 or 0), of these *item* may happen to."""
    return len(list(_whom(item, drawn.type, members)))


def _whom(
    item: PopulationChange, type_: str, members: Members
) -> Iterator[tuple[tuple[str, ...], tuple[str, ...]]]:
    """(names of a branch of chance, ids) of each person, or of the household, that *item* may happen to."""
    meant = [who for who, it in sorted(members.items()) if item.means(it.role, it.age, it.profile)]
    if not meant or not item.means_home(type_):
        return
    if item.kind in OF_A_PERSON:
        yield from (((who,), (who,)) for who in meant)
    else:
        yield (), (tuple(meant) if item.kind in OF_SOME and item.about_somebody else ())


def _change(
    item: PopulationChange, who: Sequence[str], home: Scenario, whole: PopulationScenario, drawn: Drawn,
    members: Members, chance: Chance,
) -> Change | None:  # fmt: skip
    """*item* as it happens in this home; None where the home has nothing of the kind that would be new."""
    day = item.day.at(chance.uniform("day"))
    until = None if item.lasts is None else day + item.lasts.at(chance.uniform("lasts")) - 1
    profile, device = item.profile, None
    if item.kind in JOINS:
        profile = _newcomer(profile or {}, home, whole, drawn, members, chance.branch("newcomer"))
    if item.device is not None:
        known = sorted(name for name, it in home.home.devices.items() if it.type == item.device)
        if not known:
            return None
        device = known[int(chance.uniform("device") * len(known))]
    return Change(
        day=day, until=until, kind=item.kind, who=tuple(who), device=device, profile=profile,
        gradual=item.gradual, text=item.text,
    )  # fmt: skip


def _newcomer(
    keys: Mapping[str, Any], home: Scenario, whole: PopulationScenario, drawn: Drawn, members: Members,
    chance: Chance,
) -> dict[str, Any]:  # fmt: skip
    """The profile of somebody who joins: a name, hours and ways of their own, and whose kin they are."""
    taken = {*members, *(it.joins for it in home.changes)}
    free = [name for name in drawn.city.names if identifier(name) not in taken]
    name = free[int(chance.uniform("name") * len(free))] if free else f"{drawn.city.names[0]} {len(taken)}"
    like = Profile.model_validate({**keys, "name": name})
    known = [it for it in whole.population.chronotypes if it.ages.holds(like.age)]
    chronotype = pick(known, chance.uniform("chronotype")).chronotype if known else "intermediate"
    who = person(Member(like.role, like.age, "", "", chronotype), name, like, whole.log, chance)
    kin = ((other, _kin(like.role, it.role)) for other, it in sorted(members.items()))
    ties = tuple(Relationship(to=other, kind=kind) for other, kind in kin if kind)
    return who.model_copy(update={"relationships": ties}).model_dump(mode="json", exclude_none=True)


def _kin(role: str, other: str) -> Kinship | None:
    """What a newcomer in *role* is to somebody in the role of *other*."""
    given = KIN.get((role, other))
    return given or (None if other == "child" else KIN.get((role, AMONG.get(role, ""))))


def _lived(home: Scenario, change: Change, chance: Chance) -> Scenario | None:
    """*home* with *change* and what it brings with it; None where that cannot be."""
    changes = [*home.changes, change]
    if change.kind == "new_baby":
        changes += _leave(home, change, chance)
    found = home.model_copy(update={"changes": tuple(changes)})
    if change.kind in MOVES:
        found = _cared_for(found, change)
    found = _with_cots(with_beds(found))
    return found if _can_be(found) else None


def _with_cots(home: Scenario) -> Scenario:
    """*home* in which a baby for whom no room is left sleeps in that of its kin: a cot needs no bed."""
    rooms = {who.id: who.bedroom for who in home.residents}
    changes = []
    for change in home.changes:
        kin = [it["to"] for it in (change.profile or {}).get("relationships", ())] if change.joins else []
        if kin and change.profile is not None and not change.profile.get("bedroom"):
            beside = {**change.profile, "bedroom": rooms.get(kin[0])}
            change = change.model_copy(update={"profile": beside})
        changes.append(change)
    return home.model_copy(update={"changes": tuple(changes)})


def _leave(home: Scenario, birth: Change, chance: Chance) -> Iterator[Change]:
    """One of the parents stays with the baby: whoever is at home anyway, else one of them by chance."""
    kin = [it["to"] for it in (birth.profile or {}).get("relationships", ()) if it["kind"] == "child"]
    grown = [who for who in home.residents if who.id in kin and who.age >= ADULT]
    able = [who for who in grown if not _goes_out(who)] or grown
    if able:
        parent = able[int(chance.uniform("leave") * len(able))]
        hours: dict[str, Any] = {"schedule": {"away": []}} if parent.schedule else {}
        said = f"{parent.name} stays with the baby"
        keys = {**_of_a_parent(), **hours}
        yield Change(day=birth.day, kind="new_habits", who=(parent.id,), profile=keys, text=said)


def _goes_out(who: Profile) -> bool:
    return who.schedule is not None and (bool(who.schedule.away) or who.schedule.rota is not None)


@cache
def _of_a_parent() -> Mapping[str, Any]:
    keys: Mapping[str, Any] = plain(read_tree(SHIPPED / "fragments" / "baby_in_the_house.yaml")[0])
    return keys


def _cared_for(home: Scenario, change: Change) -> Scenario:
    """*home* in which children are in care while, from *change* on, nobody who could mind them is there."""
    here = [life.on(change.day) for life in _lives(home).values() if life.sleeps_here(change.day)]
    changes = list(home.changes)
    for child in here:
        schedule = minded(child, here).schedule if child.care != "none" else None
        if schedule is None or child.schedule is None or _same(schedule.away, child.schedule.away):
            continue
        hours = {"schedule": schedule.model_dump(mode="json", exclude_none=True)}
        if child.id == change.joins:
            taken = change.model_copy(update={"profile": {**(change.profile or {}), **hours}})
            changes[changes.index(change)] = taken
        else:
            said = f"{child.name} has other hours in care"
            changes.append(
                Change(day=change.day, until=change.until, kind="new_habits", who=(child.id,), profile=hours,
                       text=said)
            )  # fmt: skip
    return home.model_copy(update={"changes": tuple(changes)})


def _lives(home: Scenario) -> Mapping[str, Life]:
    """Everybody's course of life, in which what comes about slowly comes at once: the end of it has to do."""
    sudden = tuple(it.model_copy(update={"gradual": 0}) if it.gradual else it for it in home.changes)
    return lives_of(home.model_copy(update={"changes": sudden}))


def _same(one: Sequence[Any], two: Sequence[Any]) -> bool:
    """Whether the hours away are the same on every weekday."""
    days = [{(day, it.leave, it.back) for it in away for day in it.days} for away in (one, two)]
    return days[0] == days[1]


def _can_be(home: Scenario) -> bool:
    """Whether nobody contradicts themself or is left alone, and where children are somebody works by day."""
    lives = _lives(home)
    if any(change_findings(home, lives)):
        return False
    activities = load_catalogue().activities
    later = [era.profile for life in lives.values() for era in life.eras[1:]]
    if any(not IDLE & set(keys) for who in later for keys, _ in profile_findings(who, activities)):
        return False
    days = [it.day for it in home.changes]
    return not any(_at_odd_hours(lives, day) for day in days) or _at_odd_hours(lives, BEFORE)


def _at_odd_hours(lives: Mapping[str, Life], day: int) -> bool:
    """Whether all who could mind a child, where there is one, work while no day care is open."""
    here = [life.on(day) for life in lives.values() if life.sleeps_here(day)]
    minders = [who for who in here if who.minds_others]
    return any(who.care != "none" for who in here) and all(map(keeps_odd_hours, minders))
