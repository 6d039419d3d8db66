"""Who would live in the households of a population, counted beside what its tables say; nothing is lived."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from scenarios.chance import Chance
from scenarios.population import Population
from scenarios.population_course import concerned
from scenarios.population_draw import draw, settle
from scenarios.population_people import Drawn, Member
from scenarios.scenario import PopulationScenario

DECADE = 10


@dataclass(frozen=True)
class Count:
    """How many, of how many, beside the share that the tables lead to expect; None: they do not say."""

    of: str  # 'household types', 'cities', 'ages', 'occupations', 'chronotypes', 'changes'
    name: str
    count: int
    share: float
    expected: float | None


def census(scenario: PopulationScenario, count: int) -> list[Count]:
    """The first *count* households of the scenario, by type, city, age, occupation, chronotype and change."""
    chance = Chance(scenario.seed).branch("population")
    indices = range(scenario.first, scenario.first + count)
    drawn = [draw(scenario.population, chance.branch(index)) for index in indices]
    return [*counted(scenario.population, drawn), *_changes(scenario, indices)]


def counted(population: Population, households: Sequence[Drawn]) -> list[Count]:
    """The same of households that are drawn."""
    people = [who for household in households for who in household.members]
    types: dict[str, float] = defaultdict(float)
    for row in population.table:
        types[row.type] += row.weight / population.ladder[-1]
    free = all(not row.city for row in population.table)
    total = sum(it.weight for it in population.cities)
    cities = {it.city: it.weight / total for it in population.cities} if free else {}
    given = any(row.occupations or row.chronotypes for row in population.table)
    return [
        *_rows("household types", (it.type for it in households), types),
        *_rows("cities", (it.city.city for it in households), cities),
        *_rows("ages", (_decade(who.age) for who in people), {}),
        *_rows("occupations", (it.profile for it in people), {} if given else _occupied(population, people)),
        *_rows("chronotypes", (it.chronotype for it in people), {} if given else _awake(population, people)),
    ]


def _decade(age: int) -> str:
    first = age // DECADE * DECADE
    return f"{first:>2}-{first + DECADE - 1}"


def _rows(of: str, names: Iterable[str], expected: dict[str, float]) -> list[Count]:
    counts = Counter(names)
    total = counts.total() or 1
    known = list(expected) or sorted(counts)
    rows = [*known, *sorted(name for name in counts if name not in known)]
    return [
        Count(of, it, counts[it], counts[it] / total, expected.get(it, 0.0) if expected else None)
        for it in rows
    ]


def _occupied(population: Population, people: Sequence[Member]) -> dict[str, float]:
    """The mean over people of how likely each occupation is at their age and in their role."""
    likely: dict[str, float] = defaultdict(float)
    for who in people:
        rows = population.occupied(who.role, who.age)
        for row in rows:
            likely[row.profile] += row.weight / sum(it.weight for it in rows) / len(people)
    return dict(sorted(likely.items()))


def _awake(population: Population, people: Sequence[Member]) -> dict[str, float]:
    likely: dict[str, float] = defaultdict(float)
    for who in people:
        rows = [it for it in population.chronotypes if it.ages.holds(who.age)]
        for row in rows:
            likely[row.chronotype] += row.weight / sum(it.weight for it in rows) / len(people)
    return dict(likely)


def _changes(scenario: PopulationScenario, indices: Sequence[int]) -> Iterator[Count]:
    """To how many of those whom it is about each change happens; to the rest it does not, or cannot."""
    happened: Counter[int] = Counter()
    about: Counter[int] = Counter()
    for index in indices if scenario.changes else ():
        one = settle(scenario, index)
        happened.update(one.happened)
        for number, item in enumerate(scenario.changes):
            about[number] += concerned(item, one.drawn, one.members)
    for number, item in enumerate(scenario.changes):
        share = happened[number] / (about[number] or 1)
        yield Count("changes", f"{number}: {item.kind}", happened[number], share, item.share)
