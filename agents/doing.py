"""One activity as this person does it: a step with their room and their commands."""

from agents.person import Person
from agents.step import Step
from world.clock import MINUTE
from world.mind import Basis


def new_step(person: Person, name: str, start: int, minutes: float, basis: Basis, reason: str) -> Step | None:
    """A step of one activity with the commands this person usually gives for it; None without a place."""
    custom = person.customs.custom(name)
    if custom is None:
        return None
    last = round(minutes * MINUTE)
    return Step(
        start=start, end=start + last, activity=name, room=custom.room, basis=basis,
        orders=(*custom.begin, *(order.at(last) for order in custom.finish)),
        reason=reason, asleep=person.layout.catalogue.activities[name].asleep,
    )  # fmt: skip
