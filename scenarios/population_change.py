"""A life event of a population: to what share of whose households, or people, it happens, and when."""

from collections.abc import Iterator, Sequence
from typing import Annotated

from pydantic import Field, model_validator

from scenarios.change import ChangeKind, ProfileKeys, key_findings, needs
from scenarios.frozen import Contradictions, Finding, Frozen
from scenarios.population import Population, Range, Roles, Words
from scenarios.problems import unknown

OF_A_PERSON = ("illness", "new_shift", "new_habits", "moving_out")
"""What happens to each person by a chance of their own; all else happens to a household."""
ALIKE = ("id", "name", "bedroom", "relationships")
"""Keys of a profile that no two households can share."""
DRAWN = {"until": "lasts"}  # what is called otherwise here
KEYS_OF_A_KIND = ("lasts", "device", "profile", "gradual")


class PopulationChange(Frozen):
    """A life event that happens to a share of the people, or of the households, of a population.

    `illness`, `new_shift`, `new_habits` and `moving_out` happen to people, all else to households. What
    cannot be in a household (a bed is missing, a small child would be left alone) does not happen there.
    """

    kind: ChangeKind
    share: Annotated[float, Field(gt=0, le=1)] = 1.0  # of those whom it is about
    day: Range  # 0 is the first day; of 10-40 one is drawn
    lasts: Range | None = None  # days, the first and the last included; of 3-7 one is drawn
    households: Words = ()  # it is about these types of the table; none named: all
    ages: Range | None = None  # about people of these ages, or households in which somebody is,
    roles: Roles = ()  # in these roles,
    occupations: Words = ()  # living by these profiles
    device: str | None = None  # the type of what is new
    profile: ProfileKeys | None = None
    gradual: Annotated[int, Field(ge=0, le=365)] = 0  # days over which wake and bed times come to be new
    text: str = ""  # in words; said of itself where there are none

    @model_validator(mode="after")
    def _makes_sense(self) -> "PopulationChange":
        if findings := list(self._findings()):
            raise Contradictions(findings)
        return self

    @property
    def about_somebody(self) -> bool:
        """Whether it says what people it is about."""
        return bool(self.ages or self.roles or self.occupations)

    def means(self, role: str, age: int, profile: str) -> bool:
        """Whether it may be about such a person."""
        return (
            (self.ages is None or self.ages.holds(age))
            and role in (self.roles or (role,))
            and profile in (self.occupations or (profile,))
        )

    def means_home(self, type_: str) -> bool:
        """Whether it may be about households of that type."""
        return type_ in (self.households or (type_,))

    def _findings(self) -> Iterator[Finding]:
        needed, may = ([DRAWN.get(key, key) for key in keys if key != "who"] for keys in needs(self.kind))
        yield from key_findings(self, self.kind, (tuple(needed), tuple(may)), KEYS_OF_A_KIND)
        for key in sorted({*ALIKE} & set(self.profile or ())):
            yield ("profile", key), f"names {key!r}, but no two households of a population are alike"
        if self.lasts is not None and self.lasts.first < 1:
            yield ("lasts",), f"expected a day or more; got {self.lasts.first}"
        if self.gradual and self.lasts is not None:
            yield ("gradual",), "what comes slowly comes to stay; leave `lasts` out"


def population_change_findings(
    population: Population, changes: Sequence[PopulationChange]
) -> Iterator[Finding]:
    """Changes that are about nobody and nothing in the tables of *population*."""
    types = [row.type for row in population.table]
    devices = {it.type for home in population.homes for it in home.devices.values()} or {*population.devices}
    for number, change in enumerate(changes):
        wrong: list[Finding] = [
            *((("households",), unknown("household type", it, types)) for it in change.households
              if it not in types),
            *((("occupations",), unknown("profile", it, population.profiles)) for it in change.occupations
              if it not in population.profiles),
        ]  # fmt: skip
        if change.device is not None and change.device not in devices:
            wrong.append((("device",), unknown("device type", change.device, devices)))
        if not wrong and not any(whom(population, change)):
            wrong.append(((), "is about nobody: no row of the tables has such people in such households"))
        for keys, sentence in wrong:
            yield ("changes", number, *keys), sentence


def whom(population: Population, change: PopulationChange) -> Iterator[tuple[str, int]]:
    """(profile, age) of people whom *change* may be about, as the tables have them."""
    for row in population.table:
        if change.means_home(row.type):
            for number, (role, ages) in enumerate(zip(row.roles, row.ages, strict=True)):
                given = row.occupations[number] if row.occupations else ""
                for age in range(ages.first, ages.last + 1):
                    known = (given,) if given else (it.profile for it in population.occupied(role, age))
                    yield from ((name, age) for name in known if change.means(role, age, name))
