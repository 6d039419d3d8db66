"""Draws a household of a population, who lives there and in what home, by its index and the seed alone."""

from bisect import bisect
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from scenarios.building import generate
from scenarios.chance import Chance
from scenarios.home import Home
from scenarios.population import HouseholdType, Population, pick
from scenarios.population_course import befallen
from scenarios.population_people import Drawn, Member, keeps_odd_hours, people
from scenarios.population_rooms import most_beds, rooms_needed, settled, smallest
from scenarios.resident import ALONE, MINDER
from scenarios.scenario import PopulationScenario, Scenario, Terms

COUPLE = 8  # years between partners at most
PARENT = (18, 45)  # years between parent and child, at least and at most


class Settled(NamedTuple):
    """A household in its home, with what happens to it."""

    scenario: Scenario
    drawn: Drawn
    members: Mapping[str, Member]  # by the id that they have come by
    happened: tuple[int, ...]  # numbers of the population's changes, for everybody they happen to


def household(scenario: Scenario | PopulationScenario, index: int) -> Scenario:
    """Household *index* of the scenario, with a home and residents of its own where it is of a population."""
    return scenario if isinstance(scenario, Scenario) else settle(scenario, index).scenario


def settle(scenario: PopulationScenario, index: int) -> Settled:
    """Household *index* of a population."""
    population = scenario.population
    chance = Chance(scenario.seed).branch("population", index)
    drawn = draw(population, chance)
    home = _home(population, drawn, chance)
    roles, ages = zip(*((it.role, it.age) for it in drawn.members), strict=True)
    beds = settled(roles, ages, home)
    residents = people(drawn.members, drawn.city.names, beds, population.profiles, scenario.log, chance)
    members = {who.id: member for who, member in zip(residents, drawn.members, strict=True)}
    terms = {name: getattr(scenario, name) for name in Terms.model_fields}
    own = {"households": 1, "first": index, "home": home}
    one = Scenario(**{**terms, **own, "residents": tuple(sorted(residents, key=lambda who: who.id))})
    changed, happened = befallen(one, scenario, drawn, members, chance)
    return Settled(changed, drawn, members, happened)


def draw(population: Population, chance: Chance) -> Drawn:
    """Who lives in the household of *chance*, and where, without its home."""
    ladder = population.ladder
    row = population.table[bisect(ladder, chance.uniform("type") * ladder[-1], hi=len(ladder) - 1)]
    cities = [it for it in population.cities if not row.city or it.city == row.city]
    return Drawn(
        type=row.type,
        city=pick(cities, chance.uniform("city")),
        rooms=row.rooms.at(chance.uniform("rooms")),
        members=_members(population, row, chance),
    )


def _members(population: Population, row: HouseholdType, chance: Chance) -> tuple[Member, ...]:
    ages = _ages(row, chance.branch("age"))
    minders = [number for number, age in enumerate(ages) if age >= MINDER]
    at_odd_hours: list[int] = []
    members = []
    for number, (role, age) in enumerate(zip(row.roles, ages, strict=True)):
        last = number in minders and [*at_odd_hours, number] == minders and min(ages) < ALONE
        profile, title = _occupation(population, row, number, age, chance, regular=last)
        if number in minders and keeps_odd_hours(population.profiles[profile]):
            at_odd_hours.append(number)
        given = row.chronotypes[number] if row.chronotypes else ""
        known = [it for it in population.chronotypes if it.ages.holds(age)]
        chronotype = given or pick(known, chance.uniform("chronotype", number)).chronotype
        members.append(Member(role, age, profile, title, chronotype))
    return tuple(members)


def _occupation(
    population: Population, row: HouseholdType, number: int, age: int, chance: Chance, *, regular: bool
) -> tuple[str, str]:
    """Profile and title. Whoever alone is left to mind small children works by day."""
    role, given = row.roles[number], row.occupations[number] if row.occupations else ""
    rows = population.occupied(role, age)
    if given:
        rows = [it for it in rows if it.profile == given]
    elif regular:
        rows = [it for it in rows if not keeps_odd_hours(population.profiles[it.profile])] or rows
    if not rows:
        return given, ""
    found = pick(rows, chance.uniform("occupation", number))
    title = int(chance.uniform("title", number) * len(found.titles))
    return found.profile, found.titles[title] if found.titles else ""


def _ages(row: HouseholdType, chance: Chance) -> list[int]:
    """An age for everybody: partners of like age, parents old enough for their children."""
    ages: dict[int, int] = {}
    for number in sorted(range(len(row.roles)), key=lambda it: row.roles[it] in ("child", "grandparent")):
        known = [(row.roles[it], age) for it, age in ages.items()]
        least, most = _plausible(row.roles[number], known)
        span = row.ages[number]
        first = min(max(span.first, least), span.last)
        last = max(min(span.last, most), first)
        ages[number] = first + int(chance.uniform(number) * (last - first + 1))
    return [ages[number] for number in range(len(row.roles))]


def _plausible(role: str, known: Sequence[tuple[str, int]]) -> tuple[int, int]:
    """From and to which age somebody of *role* is beside those *known*."""
    parents = [age for it, age in known if it == "parent"]
    if role == "child" and parents:
        return min(parents) - PARENT[1], min(parents) - PARENT[0]
    if role == "grandparent" and parents:
        return max(parents) + PARENT[0], min(parents) + PARENT[1]
    if role in ("partner", "parent", "grandparent") and (other := [age for it, age in known if it == role]):
        return other[0] - COUPLE, other[0] + COUPLE
    return 0, 120


def _home(population: Population, drawn: Drawn, chance: Chance) -> Home:
    """One of the population's homes with beds enough, in the city's time zone if there is one; or made up."""
    needed = rooms_needed([it.role for it in drawn.members], [it.age for it in drawn.members])
    address = drawn.city.address
    if population.homes:
        roomy = [home for home in population.homes if most_beds(home) >= needed]
        near = [home for home in roomy if home.address.zone == address.zone] or roomy
        return near[int(chance.uniform("home") * len(near))]
    size = max(drawn.rooms, smallest(needed))
    return generate(population.devices, size, drawn.city.climate, address, chance)
