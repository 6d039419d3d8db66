"""The course of a life made ready to be lived: who everybody is from which day on, and where."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from agents.behaviours import Followed
from agents.person import Person, living_by
from scenarios.catalogue import Catalogue
from scenarios.chance import Chance
from scenarios.course import Life, later_devices, lives_of
from scenarios.resident import Profile
from scenarios.scenario import Scenario
from sppc.memory import Memory
from world.changing import Course, whom
from world.clock import Clock
from world.layout import Layout


def unfolded(scenario: Scenario, layout: Layout) -> tuple[Sequence[Profile], Course | None]:
    """Everybody who lives there at some time, and what changes; None where nothing does."""
    if not scenario.changes:
        return scenario.residents, None
    lives, awaited = lives_of(scenario), later_devices(scenario)
    days = sorted({0, *awaited.values()})
    layouts = [(day, layout.without([it for it, first in awaited.items() if first > day])) for day in days]
    course = Course(scenario.changes, lives, layouts if awaited else (), awaited)
    return [life.eras[0].profile for life in lives.values()], course


def change_points(scenario: Scenario) -> tuple[Mapping[str, object], ...]:
    """The changes as a manifest tells them; in order of time."""
    lives = lives_of(scenario) if scenario.changes else {}
    return tuple(
        {
            "day": it.day,
            "date": (scenario.start + timedelta(it.day)).isoformat(),
            "kind": it.kind,
            "who": list(whom(it, lives)) if it.device is None else [],
            "device": it.device or "",
            "until": it.until,
            "gradual": it.gradual,
            "text": it.text,
        }
        for it in sorted(scenario.changes, key=lambda it: it.day)
        if it.day < scenario.days
    )


def followed_in(scenario: Scenario, catalogue: Catalogue, index: int) -> Followed:
    """Everybody of household *index*, to be followed where no home sees them."""
    clock = Clock(scenario.start, scenario.home.address.zone)
    chance = Chance(scenario.seed).branch("household", index, "behaviours")
    domains = {"mobility": scenario.mobility, "phones": scenario.phones}
    return Followed(lives_of(scenario), catalogue.activities, clock, chance, **domains)


def person_of(
    profile: Profile,
    course: Course | None,
    memories: Mapping[str, Memory],
    layout: Layout,
    clock: Clock,
    chance: Chance,
) -> Person:
    """A person as their own mind knows them, through all that changes in their life."""
    if course is None:
        return _person(profile, memories.get(profile.id), layout, clock, chance)
    life, eras = course.lives[profile.id], list[tuple[int, Person]]()
    memory = None
    for day in sorted({it.first for it in life.eras} | {day for day, _ in course.layouts}):
        era = next(it for it in reversed(life.eras) if it.first <= day)
        memory = memories.get(profile.id if era.first == 0 else f"{profile.id}@{era.first}", memory)
        home = next((it for first_, it in reversed(course.layouts) if first_ <= day), layout)
        eras.append((day, _person(era.profile, memory, home, clock, chance, life)))
    return living_by(eras)


def _person(
    profile: Profile,
    memory: Memory | None,
    layout: Layout,
    clock: Clock,
    chance: Chance,
    life: Life | None = None,
) -> Person:
    rate = profile.memory.per_day if profile.memory and profile.memory.per_day else Person.per_day
    return Person(profile, memory, layout, clock, chance, rate, life=life)
