"""Who is there on a day of a household, and what they are to each other; the same until a life changes."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from agents.person import Person
from scenarios.kin import BROUGHT, charges, family, guardians


class Circle(NamedTuple):
    """The people of one home, as they are for some days."""

    people: Mapping[str, Person]
    family: tuple[str, ...]
    led: frozenset[str]  # small children
    children: Mapping[str, Sequence[str]]  # each with those who look after them

    @property
    def fixes(self) -> bool:
        """Whether they have anything to fix with each other."""
        return bool(self.family or self.children)


def circles(people: Mapping[str, Person]) -> list[tuple[int, Circle]]:
    """The circles of a household whose lives may change, each with the day from which it is so."""
    days = {-1}
    for person in people.values():
        days.update(first for first, _ in person.eras)
        for gone in person.life.absences if person.life else ():
            days.update((gone.first + 1, gone.last))
    return [(day, _circle(people, day)) for day in sorted(days)]


def _circle(people: Mapping[str, Person], day: int) -> Circle:
    here = {who: it.on(day) for who, it in people.items() if it.life is None or it.life.there(day)}
    profiles = [person.profile for person in here.values()]
    children = {it.id: those for it in profiles if it.age < BROUGHT and (those := guardians(it, profiles))}
    return Circle(here, family(profiles), frozenset(charges(profiles)), children)
