"""What is known to hold at one instant, of devices, the hour and the household: for reasoning about rules."""

from math import inf, nextafter
from typing import Any

from scenarios.automation import Condition, Trigger
from scenarios.device import Range

Key = tuple[str, str]
"""A device and its attribute; ('', 'minute') and the like for what is no device."""

Possible = frozenset[Any] | Range
"""The words or whole numbers that something may be, or the range (closed) of a number."""

Facts = dict[Key, Possible]
"""What is known to hold at one instant."""

MINUTES = 1440
ANYTHING: Range = (-inf, inf)


def join(one: Facts, other: Facts) -> Facts | None:
    """Both together; None where they exclude one another."""
    both = dict(one)
    for key, possible in other.items():
        met = meet(both[key], possible) if key in both else possible
        if met is None:
            return None
        both[key] = met
    return both


def meet(one: Possible, other: Possible) -> Possible | None:
    """What both allow; None where they exclude one another."""
    if isinstance(one, frozenset) and isinstance(other, frozenset):
        return one & other or None
    if isinstance(one, tuple) and isinstance(other, tuple):
        low, high = max(one[0], other[0]), min(one[1], other[1])
        return (low, high) if low <= high else None
    return None  # a word is never a number


def within(one: Possible | None, other: Possible) -> bool:
    """Whether all that *one* allows, *other* allows too; nothing known (None) allows too much."""
    if isinstance(one, frozenset) and isinstance(other, frozenset):
        return one <= other
    if isinstance(one, tuple) and isinstance(other, tuple):
        return other[0] <= one[0] and one[1] <= other[1]
    return False


def expected(possible: Possible) -> str:
    """What may be, in words for a message."""
    if isinstance(possible, frozenset):
        return "one of " + ", ".join(sorted(map(str, possible)))
    return "any number" if possible == ANYTHING else f"a number from {possible[0]:g} to {possible[1]:g}"


def facts_of(test: Trigger | Condition) -> Facts:
    """What holds when a trigger has just happened, or while a condition holds."""
    facts: Facts = {}
    if isinstance(test, Condition):
        if test.days is not None:
            facts["", "weekday"] = frozenset(test.days)
        if test.after is not None or test.before is not None:
            facts["", "minute"] = _hours(test.after or 0, MINUTES if test.before is None else test.before)
        if test.sun is not None:
            facts["", "sun"] = frozenset({test.sun})
    elif test.at is not None:
        facts["", "minute"] = frozenset({test.at})
    if test.home is not None:
        facts["", "home"] = frozenset({test.home})
    if test.device is not None:
        facts[test.device, test.attribute] = wanted(test)
    return facts


def _hours(after: int, before: int) -> frozenset[int]:
    span = (before - after) % MINUTES or MINUTES
    return frozenset((after + minute) % MINUTES for minute in range(span))


def wanted(test: Trigger | Condition) -> Possible:
    """What a test of a device asks of its attribute."""
    word = test.becomes if isinstance(test, Trigger) else test.equals
    if word is not None:
        return frozenset({word})
    return (-inf, nextafter(test.below, -inf)) if test.below is not None else (
        nextafter(test.above or 0.0, inf), inf
    )  # fmt: skip
