"""A behaviour beside the home's log: what a person does somewhere, or with a telephone."""

from typing import NamedTuple


class Behaved(NamedTuple):
    """One behaviour. Times in ms since the first local midnight."""

    time: int
    person: str
    domain: str  # 'mobility' or 'phone'
    location: str  # a kind of place, 'home' or 'on_the_way'
    intent: str
    lasts_ms: int
