"""What an anomaly waits for: a moment at which what it does is odd."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from scenarios.chance import Chance
from world.anomaly.window import Window
from world.clock import MINUTE
from world.timeline import Process

if TYPE_CHECKING:
    from world.house import House

ALONE = 10  # minutes for which a room has been left
BY_DAY = (0.4, 0.85)  # of a long window
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


def empty(house: "House", room: str) -> bool:
    """Nobody is in *room*."""
    return not any(body.room == room for body in house.bodies.values())


def left_alone(house: "House", room: str, minutes: float, until: int) -> Process:
    """Wait until people are up, but none of them has been in *room* for so long; whether it came to be so."""
    alone = house.env.now
    while house.env.now < until:
        if nobody_up(house) or not empty(house, room):
            alone = house.env.now
        if house.env.now - alone >= minutes * MINUTE:
            return True
        yield house.env.pause(min(GLANCE, until - house.env.now))
    return False


def left_by_day(house: "House", window: Window, chance: Chance, room: str) -> Process:
    """Wait for some time of the day, and then until people have left *room* for a while."""
    first, last = BY_DAY
    when = window.start + (first + (last - first) * chance.uniform("by day")) * (window.end - window.start)
    yield house.env.pause(max(0, int(when) - house.env.now))
    return (yield from left_alone(house, room, ALONE, window.end))
