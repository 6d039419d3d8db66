"""What is fixed for one day of a household: everybody's hours out, and the steps that several share."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from agents.person import Person
from agents.schedule import Waking
from agents.step import Step
from scenarios.chance import Chance
from world.clock import MINUTE
from world.mind import Basis, Company, Order

Span = tuple[int, int]

READY = 6 * MINUTE  # before going out, and after coming in, one is not free for others


class Hours(NamedTuple):
    """Hours out, in ms, and whom they concern."""

    leave: int
    back: int
    place: str
    company: Company | None = None


class Fixed(NamedTuple):
    """What one person's waking day is laid around."""

    hours: Sequence[Hours]
    steps: Sequence[Step] = ()


@dataclass
class Draft:
    """A day being fixed. `wakings` has the waking days that begin the day before and on the day."""

    day: int
    people: Mapping[str, Person]
    wakings: Mapping[str, tuple[Waking, Waking]]
    chance: Chance  # of the day
    household: Chance  # of the household
    hours: dict[str, list[Hours]] = field(default_factory=dict)
    steps: dict[str, list[Step]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.hours = {who: [Hours(*out) for out in these[1].away] for who, these in self.wakings.items()}
        self.steps = {who: [] for who in self.people}

    def at(self, minute: float) -> int:
        """The instant (ms) at which the clock of the day shows *minute*."""
        whole = int(minute // 1)
        clock = next(iter(self.people.values())).clock
        return clock.ms(self.day, whole) + round((minute - whole) * MINUTE)

    def free(self, who: str, start: int, end: int) -> bool:
        """Whether *who* is up, at home, and has nothing fixed between *start* and *end*."""
        before, today = self.wakings[who]
        if not any(day.wake <= start and end <= day.bed for day in (before, today)):
            return False
        if any(start < back and leave < end for leave, back in self._out(who)):
            return False
        return not any(start < step.end and step.start < end for step in self.steps[who])

    def openings(self, who: str, before_bed: int) -> list[Span]:
        """When *who* is up, at home and free, but for the last *before_bed* ms of a day."""
        before, today = self.wakings[who]
        spans = [(day.wake, day.bed - before_bed) for day in (before, today)]
        for start, end in [*self._out(who), *((step.start, step.end) for step in self.steps[who])]:
            spans = [
                span
                for opens, closes in spans
                for span in ((opens, min(closes, start)), (max(opens, end), closes))
                if span[0] < span[1]
            ]
        return spans

    def _out(self, who: str) -> list[Span]:
        """When *who* is out, or about to go, or just back."""
        hours = [*(it[:2] for it in self.wakings[who][0].away), *(it[:2] for it in self.hours[who])]
        return [(leave - READY, back + READY) for leave, back in hours]

    def fix(self, who: str, activity: str, room: str, start: int, end: int, reason: str,
            company: Company | None = None) -> None:  # fmt: skip
        """Give *who* a step."""
        orders: tuple[Order, ...] = ()
        if custom := self.people[who].customs.custom(activity):
            room = room or custom.room
            last = end - start
            orders = (*custom.begin, *(order.at(last) for order in custom.finish))
        layout = self.people[who].layout
        orders = tuple(order for order in orders if layout.reachable(order, room))
        asleep = layout.catalogue.activities[activity].asleep
        step = Step(start, end, activity, room, Basis.FAMILY, orders, reason, asleep, company)
        self.steps[who].append(step)

    def names(self, whom: Sequence[str]) -> str:
        """'Karin, Elias and Ingrid'."""
        names = [self.people[who].profile.name for who in whom]
        return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
