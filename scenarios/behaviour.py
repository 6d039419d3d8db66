"""What people do where no sensor of the home is: places they go to, and what they use a telephone for.

BehaviorGen (arXiv 2505.17615) has behaviours as (weekday, time, location, intent) in these two domains. Its
own vocabularies are not public; those shipped are estimates.
"""

from functools import cache
from typing import Annotated, Literal

from pydantic import Field, model_validator

from scenarios.explaining import parsed, settled
from scenarios.frozen import Clock, Days, Frozen, Identifier
from scenarios.including import SHIPPED, read_tree
from scenarios.routine import EVERY_DAY

HOME, WAY = "home", "on_the_way"

Situation = Literal["bed", "idle", "busy", "way", "out"]
"""In bed before and after sleep, at a pastime, at anything else at home, on the way, somewhere."""

Minutes = tuple[float, float, float]
Weight = Annotated[float, Field(ge=0, le=100)]


class Place(Frozen):
    """A kind of place: what one goes there for, and how far from the home it mostly is."""

    intent: Identifier
    way: Minutes  # least, typical, most minutes from the home, one way
    words: tuple[str, ...] = ()  # in the `place` of a schedule
    errand: Weight = 0.0  # among the ends of going out
    between: tuple[Clock, Clock] = (0, 24 * 60 - 1)
    days: Days = EVERY_DAY
    ages: tuple[int, int] = (0, 130)

    @model_validator(mode="after")
    def _minutes_in_order(self) -> "Place":
        least, typical, most = self.way
        if not 0 < least <= typical <= most:
            raise ValueError(f"way is [least, typical, most] minutes, in order; got {list(self.way)}")
        return self


class Usage(Frozen):
    """What a telephone is used for: how long, and how often beside the other uses."""

    minutes: tuple[float, float]  # least and most
    weight: Weight
    where: dict[Situation, Weight] = {}  # times the weight there
    ages: tuple[tuple[int, int, Weight], ...] = ()  # (from, to, times the weight)
    words: tuple[str, ...] = ()  # tastes that double it

    @model_validator(mode="after")
    def _some_time(self) -> "Usage":
        if not 0 < self.minutes[0] <= self.minutes[1]:
            raise ValueError(f"minutes are [least, most], in order and above 0; got {list(self.minutes)}")
        return self


class Phone(Frozen):
    """Who has one, how often it is taken up, and for what."""

    ages: tuple[int, int]
    rates: dict[Situation, Weight]  # uses an hour; in bed, a time
    levels: tuple[tuple[int, int, Weight], ...]  # (from, to, times the rates)
    uses: Annotated[dict[Identifier, Usage], Field(min_length=1)]


class Behaviours(Frozen):
    """A file of places and of what a telephone is used for."""

    places: dict[Identifier, Place]
    phone: Phone


@cache
def everyday() -> Behaviours:
    """The shipped ones."""
    return settled(*parsed(Behaviours, read_tree(SHIPPED / "behaviours" / "everyday.yaml")[0]))
