"""A step of an agenda: from when to when, doing what, where, with which commands."""

from dataclasses import dataclass, replace

import numpy as np

from scenarios.activity import Activity
from world.clock import MINUTE
from world.mind import Basis, Order


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Times in ms; each order's `after` counts from the step's start."""

    start: int
    end: int
    activity: str
    room: str
    basis: Basis
    orders: tuple[Order, ...] = ()
    reason: str = ""
    asleep: bool = False

    def moved(self, start: int) -> "Step":
        """The same step, begun at another time."""
        return replace(self, start=start, end=self.end + start - self.start)

    def shortened(self, end: int) -> "Step":
        """The same step, over sooner; what was to be operated later is operated at its end."""
        last = max(0, end - self.start)
        orders = tuple(replace(order, after=min(order.after, last)) for order in self.orders)
        return replace(self, end=end, orders=orders)

    def shortened_from(self, now: int) -> "Step":
        """The same step begun late: it ends when it was to end, and its commands fit in between."""
        return replace(self, start=min(now, self.end)).shortened(self.end) if now > self.start else self

    def split(self, at: int, again: int) -> "tuple[Step, Step]":
        """What is done until *at* and what remains from *again* on."""
        now, done = at - self.start, [order for order in self.orders if order.after < at - self.start]
        rest = [replace(order, after=max(0, order.after - now)) for order in self.orders if order not in done]
        return (
            replace(self, end=at, orders=tuple(done)),
            replace(self, start=again, end=again + self.end - at, orders=tuple(rest)),
        )

    @property
    def minutes(self) -> float:
        """How long it lasts."""
        return (self.end - self.start) / MINUTE


def draw_minutes(activity: Activity, rng: np.random.Generator) -> float:
    """How long this time: between the least and the most, mostly the typical."""
    least, typical, most = activity.minutes
    return float(rng.triangular(least, typical, most)) if least < most else float(least)
