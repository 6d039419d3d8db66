"""A population: how often which kind of household lives where, of whom, in how many rooms.

The tables are joint where a row says so and independent where it does not: a household type fixes roles and
ages, and may fix occupations, chronotypes, city and rooms too; what it leaves open the other tables tell.
`scenarios.population_draw` draws from it.
"""

import re
from bisect import bisect
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import accumulate
from typing import Annotated, Any, Literal, NamedTuple, Protocol, TypeVar

from pydantic import BeforeValidator, ConfigDict, Field, PlainSerializer, WithJsonSchema, model_validator

from scenarios.frozen import Contradictions, Finding, Frozen, Identifier
from scenarios.home import Address, Climate, Home
from scenarios.population_rooms import beds, most_beds, rooms_needed
from scenarios.problems import unknown
from scenarios.resident import Profile
from scenarios.sizes import LARGEST

Role = Literal["single", "partner", "parent", "child", "grandparent", "flatmate"]
Chronotype = Literal["early", "intermediate", "late"]
Weight = Annotated[float, Field(gt=0)]


class Span(NamedTuple):
    """From the first to the last, both included."""

    first: int
    last: int

    def holds(self, number: int) -> bool:
        """Whether *number* lies within."""
        return self.first <= number <= self.last

    def at(self, draw: float) -> int:
        """The number that lies at *draw*, 0 to 1 through all of them."""
        return self.first + int(draw * (self.last - self.first + 1))


def _span(text: Any) -> Any:
    """'28-45' -> (28, 45); '7' -> (7, 7)."""
    match = re.fullmatch(r"\s*(\d{1,4})\s*(?:-\s*(\d{1,4})\s*)?", str(text))
    if match is None or int(match[2] or match[1]) < int(match[1]):
        raise ValueError("expected a number or a range such as 28-45")
    return Span(int(match[1]), int(match[2] or match[1]))


def _listed(cell: Any) -> Any:
    """'parent;child' -> ['parent', 'child']; a list as it is."""
    return [part.strip() for part in cell.split(";")] if isinstance(cell, str) else cell


Range = Annotated[
    Span,
    BeforeValidator(_span),
    PlainSerializer(lambda span: f"{span.first}-{span.last}", return_type=str),
    WithJsonSchema({"anyOf": [{"type": "integer"}, {"type": "string", "examples": ["28-45"]}]}),
]
"""Ages, days or numbers of rooms, '28-45' in files."""

Ranges = Annotated[tuple[Range, ...], BeforeValidator(_listed)]
Roles = Annotated[tuple[Role, ...], BeforeValidator(_listed)]
Words = Annotated[tuple[str, ...], BeforeValidator(_listed)]
Chronotypes = Annotated[tuple[Chronotype | Literal[""], ...], BeforeValidator(_listed)]


class Weighted(Protocol):
    """A row of a table."""

    @property
    def weight(self) -> float:
        """How often it counts."""


Row = TypeVar("Row", bound=Weighted)


def pick(rows: Sequence[Row], draw: float) -> Row:
    """One of *rows* by weight; *draw* is uniform in [0, 1)."""
    ladder = list(accumulate(row.weight for row in rows))
    return rows[bisect(ladder, draw * ladder[-1], hi=len(rows) - 1)]


class HouseholdType(Frozen):
    """A kind of household, or one household of a census: a role and an age for everybody in it."""

    type: Identifier
    weight: Weight = 1.0  # in a CSV called weight, or share where all sum to 1
    roles: Annotated[Roles, Field(min_length=1, max_length=12)]
    ages: Ranges
    occupations: Words = ()  # profiles by person; '' or nothing: drawn given the age
    chronotypes: Chronotypes = ()  # by person; '' or nothing: drawn given the age
    rooms: Range = Span(1, LARGEST)  # to live and sleep in
    city: str = ""  # '': drawn

    @model_validator(mode="after")
    def _one_of_each_a_person(self) -> "HouseholdType":
        people = len(self.roles)
        for name in ("ages", "occupations", "chronotypes"):
            given = len(getattr(self, name))
            if given != people and (given or name == "ages"):
                raise ValueError(f"{name} has {given} entries for {people} roles; expected one a person")
        return self


class Occupation(Frozen):
    """How many people of these ages live by a profile; with a role, only those in that role."""

    profile: str
    weight: Weight = 1.0
    ages: Range
    role: Role | Literal[""] = ""
    titles: Words = ()  # occupations in words, one of which is drawn


class ChronotypeShare(Frozen):
    """How many people of these ages are early or late."""

    chronotype: Chronotype
    weight: Weight = 1.0
    ages: Range


def _city_as_written(schema: dict[str, Any]) -> None:
    """In a file the name of a city does whose climate is shipped."""
    schema["required"] = ["city"]


class City(Frozen):
    """Where a share of the households lives, and what people are called there."""

    model_config = ConfigDict(json_schema_extra=_city_as_written)

    city: Identifier
    weight: Weight = 1.0
    address: Address
    climate: Climate
    names: Annotated[Words, Field(min_length=12)]


USUAL_DEVICES = (
    "AirConditioner", "AirPurifier", "Blind", "Computer", "ContactSensor", "Dishwasher", "Dryer", "Fan",
    "Light", "Microwave", "MotionSensor", "NetworkAudio", "Oven", "Refrigerator", "RobotCleaner", "SmartLock",
    "SmartPlug", "Switch", "Television", "Thermostat", "Washer",
)  # fmt: skip
"""Device types of a home that is made up, unless others are given."""


def _as_written(schema: dict[str, Any]) -> None:
    """In a file a table may be the path of a CSV, and all but one may be left to the shipped ones."""
    for name in ("table", "cities", "occupations", "chronotypes"):
        schema["properties"][name] = {"anyOf": [{"type": "string"}, schema["properties"][name]]}
    schema["required"] = ["table"]


class Population(Frozen):
    """Households by chance: each is drawn from the tables by its index alone."""

    model_config = ConfigDict(json_schema_extra=_as_written)

    table: Annotated[tuple[HouseholdType, ...], Field(min_length=1)]  # in a file: a CSV, or rows
    cities: Annotated[tuple[City, ...], Field(min_length=1)]
    occupations: Annotated[tuple[Occupation, ...], Field(min_length=1)]
    chronotypes: Annotated[tuple[ChronotypeShare, ...], Field(min_length=1)]
    profiles: dict[str, Profile]  # the shipped profiles that the tables name, and the user's own
    homes: tuple[Home, ...] = ()  # to draw from by size and zone; none: made up for each household
    devices: tuple[str, ...] = USUAL_DEVICES  # types that stand in a home that is made up

    @model_validator(mode="after")
    def _fits_together(self) -> "Population":
        if findings := [*self._nameless(), *self._idle(), *self._homeless()]:
            raise Contradictions(findings)
        return self

    def _nameless(self) -> Iterator[Finding]:
        """Cities and profiles that there are not."""
        cities = [it.city for it in self.cities]
        for number, row in enumerate(self.table):
            if row.city and row.city not in cities:
                yield ("table", number, "city"), unknown("city", row.city, cities)
            for name in {*row.occupations} - {"", *self.profiles}:
                yield ("table", number, "occupations"), unknown("profile", name, self.profiles)
        for number, row_ in enumerate(self.occupations):
            if row_.profile not in self.profiles:
                yield ("occupations", number, "profile"), unknown("profile", row_.profile, self.profiles)

    def _idle(self) -> Iterator[Finding]:
        """Ages at which there is no occupation or chronotype to draw."""
        for number, row in enumerate(self.table):
            for ages in row.ages:
                for name, table in (("occupation", self.occupations), ("chronotype", self.chronotypes)):
                    missing = [age for age in range(ages.first, ages.last + 1) if not _any(table, age)]
                    if missing:
                        yield ("table", number, "ages"), f"no {name} is given for the age of {missing[0]}"

    def _homeless(self) -> Iterator[Finding]:
        """Households for which no home has beds enough."""
        most = max([most_beds(home) for home in self.homes], default=beds(LARGEST))
        for number, row in enumerate(self.table):
            oldest = [ages.last for ages in row.ages]
            if (needed := rooms_needed(row.roles, oldest)) > most:
                people = f"{len(row.roles)} people who need {needed} rooms to sleep in"
                yield ("table", number, "roles"), f"{people}; the largest home has {most}"

    def occupied(self, role: str, age: int) -> "list[Occupation]":
        """What people of that *age* do: in that *role*, where the table has rows for it."""
        fitting = [it for it in self.occupations if it.ages.holds(age) and it.role in (role, "")]
        return [it for it in fitting if it.role] or fitting

    @cached_property
    def ladder(self) -> Sequence[float]:
        """The weights of the table, added up row by row."""
        return list(accumulate(row.weight for row in self.table))


def _any(table: Sequence[Occupation] | Sequence[ChronotypeShare], age: int) -> bool:
    return any(row.ages.holds(age) and not getattr(row, "role", "") for row in table)
