"""What asks for a person's attention."""

from typing import NamedTuple

from scenarios.frozen import Need
from world.mind import Cause, Talk


class Alert(NamedTuple):
    """Something that asks for a person's attention."""

    cause: Cause
    about: str = ""
    need: Need | None = None
    lasts: float = 0.0  # minutes; 0 = unknown
    sender: str = ""  # of a message: a resident
    talk: Talk | None = None


NEXT, WOKE = Alert(Cause.NEXT), Alert(Cause.WOKE)
