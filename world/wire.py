"""The way of reports from devices and sensors to the hub, and whoever sits on it.

What passes is what will be observed. A command whose report is withheld was given all the same, and so
becomes a deed that no network knows; a reading is lost. What is forged tells of nothing that happened.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from world.event import OBSERVABLE, Event, Kind

if TYPE_CHECKING:
    from world.house import House

Tap = Callable[[Event], Event]
"""What becomes of an observable event on its way."""

SPOOFED, REPLAYED, DELAYED, WITHHELD = "spoofed", "replayed", "delayed", "withheld"
"""Causes, in the oracle: of what is forged the first three, of what never arrives the last."""

FORGED = frozenset({SPOOFED, REPLAYED, DELAYED})

_UNSEEN = {Kind.COMMAND: Kind.DEED, Kind.READING: Kind.LOST, Kind.REPORT: Kind.HAPPENING}


class Wire:
    """All taps of a home's network."""

    def __init__(self, house: "House") -> None:
        self._house = house
        self.taps: list[Tap] = []

    def passed(self, event: Event) -> Event:
        """What is written down of *event*, which would be observable."""
        for tap in self.taps:
            if event.kind in OBSERVABLE:
                event = tap(event)
        return event

    def forge(self, event: Event) -> None:
        """Have the hub told of *event*, which is not so, or not now."""
        self._house.record(event)
        rules = self._house.automations
        if event.kind is Kind.READING and rules.listens:
            rules.heard(event.device, event.command, event.value)


@contextmanager
def tapped(house: "House", tap: Tap) -> Iterator[None]:
    """While somebody sits on the wire."""
    house.wire.taps.append(tap)
    try:
        yield
    finally:
        house.wire.taps.remove(tap)


def withheld(event: Event, label: str) -> Event:
    """*event* as it is when nobody hears of it."""
    kind = _UNSEEN[event.kind]
    cause = WITHHELD if kind is Kind.LOST else event.cause
    return event._replace(kind=kind, cause=cause, anomaly=label)


def forged(event: Event, now: int, cause: str, label: str) -> Event:
    """A report like *event*, now, by nobody."""
    return event._replace(time=now, actor="", activity="", cause=cause, decision=-1, anomaly=label)
