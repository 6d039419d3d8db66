"""Who belongs together in a household, and who looks after its small children: read off the profiles."""

from collections.abc import Mapping, Sequence

from scenarios.resident import Profile

LED = 7  # below this age a child goes out with somebody, and is never alone at home
BROUGHT = 10  # below this age a child is taken to school and fetched
GROWN = 18

_NEAREST = ("parent", "grandparent", "carer", "sibling", "partner")
_OF_THE_FAMILY = frozenset({"parent", "child", "grandparent", "grandchild", "partner", "spouse", "sibling"})
_APART = frozenset({"student", "flatmate", "lodger", "au_pair"})


def charges(residents: Sequence[Profile]) -> Mapping[str, tuple[str, ...]]:
    """The children who are led, each with those who look after them, the nearest first.

    Empty where nobody is old enough: then nobody can be left alone by anyone.
    """
    found = {}
    for child in sorted(residents, key=lambda person: person.id):
        if child.age < LED and child.care != "none" and (minders := guardians(child, residents)):
            found[child.id] = minders
    return found


def guardians(child: Profile, residents: Sequence[Profile]) -> tuple[str, ...]:
    """Who may look after *child*: grown-ups, the nearest kin first; young people where there are none."""
    able = [person for person in residents if person.minds_others and person.id != child.id]
    grown = [person for person in able if person.age >= GROWN]
    return tuple(person.id for person in sorted(grown or able, key=lambda it: (_distance(it, child), it.id)))


def family(residents: Sequence[Profile]) -> tuple[str, ...]:
    """Who eats and lives together, sorted; empty unless at least two do.

    Relationships tell where there are any, else roles; two people of no particular role are a couple.
    """
    people = sorted(residents, key=lambda person: person.id)
    kin = [person.id for person in people if _is_kin(person, people)]
    apart = any(person.role in _APART or person.relationships for person in people)
    if not kin and len(people) == 2 and not apart:
        kin = [person.id for person in people]
    return tuple(kin) if len(kin) > 1 else ()


def _is_kin(person: Profile, people: Sequence[Profile]) -> bool:
    ids = {other.id for other in people}
    told = [it.kind for it in person.relationships if it.to in ids]
    told += [it.kind for other in people for it in other.relationships if it.to == person.id]
    if told:
        return any(kind in _OF_THE_FAMILY for kind in told)
    return person.role in _OF_THE_FAMILY or person.age < GROWN


def _distance(person: Profile, child: Profile) -> int:
    kinds: list[str] = [it.kind for it in person.relationships if it.to == child.id]
    kinds = kinds or [person.role]
    return min(_NEAREST.index(kind) if kind in _NEAREST else len(_NEAREST) for kind in kinds)
