"""A step of an agenda: from when to when, doing what, where, with which commands."""

from typing import NamedTuple

import numpy as np

from scenarios.activity import Activity
from world.clock import MINUTE
from world.mind import Basis, Company, Order


class Step(NamedTuple):
    """Times in ms; each order's `after` counts from the step's start."""

    start: int
    end: int
    activity: str
    room: str
    basis: Basis
    orders: tuple[Order, ...] = ()
    reason: str = ""
    asleep: bool = False
    company: Company | None = None
    place: str = ""  # of who is out: 'office'

    def moved(self, start: int) -> "Step":
        """The same step, begun at another time."""
        return self._replace(start=start, end=self.end + start - self.start) if start != self.start else self

    def shortened(self, end: int) -> "Step":
        """The same step, over sooner; what was to be operated later is operated at its end."""
        return self._replace(end=end, orders=_within(self.orders, max(0, end - self.start)))

    def shortened_from(self, now: int) -> "Step":
        """The same step begun late: it ends when it was to end, and its commands fit in between."""
        if now <= self.start:
            return self
        start = min(now, self.end)
        return self._replace(start=start, orders=_within(self.orders, self.end - start))

    def split(self, at: int, again: int) -> "tuple[Step, Step]":
        """What is done until *at* and what remains from *again* on."""
        now = at - self.start
        done = tuple(order for order in self.orders if order.after < now)
        rest = tuple(order.at(max(0, order.after - now)) for order in self.orders if order not in done)
        return (
            self._replace(end=at, orders=done),
            self._replace(start=again, end=again + self.end - at, orders=rest),
        )

    @property
    def minutes(self) -> float:
        """How long it lasts."""
        return (self.end - self.start) / MINUTE


def _within(orders: tuple[Order, ...], last: int) -> tuple[Order, ...]:
    """The orders, none given later than *last* ms after the start."""
    return tuple([order if order.after <= last else order.at(last) for order in orders])


def draw_minutes(activity: Activity, rng: np.random.Generator) -> float:
    """How long this time: between the least and the most, mostly the typical."""
    least, typical, most = activity.minutes
    return float(rng.triangular(least, typical, most)) if least < most else float(least)
