"""What an anomaly waits for: a moment at which what it does is odd."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from world.timeline import Process

if TYPE_CHECKING:
    from world.house import House

GLANCE = 5_000  # ms between two looks


def wait_for(house: "House", holds: Callable[[], bool], until: int) -> Process:
    """Let time pass until it holds, at most until *until*; whether it came to hold."""
    while not holds():
        if house.env.now >= until:
            return False
        yield house.env.pause(min(GLANCE, until - house.env.now))
    return True


def nobody_up(house: "House") -> bool:
    """Everybody is out or asleep."""
    return not any(body.attentive for body in house.bodies.values())
