"""Who gets up with a small child that is awake: one of those who sleep at home, by turns."""

from collections.abc import Callable

from agents.circle import Circle
from agents.schedule import Waking
from scenarios.chance import Chance
from world.clock import HOUR, MINUTE

WAKES = 4  # years below which a child that is awake wakes somebody
ALONE = 15 * MINUTE  # that it lies awake by itself
UP = 12 * MINUTE  # within which somebody is up
RESTED = 4 * HOUR  # of sleep, without which one is left to sleep
LONGEST = 4 * HOUR  # that one would have slept on; who sleeps by day does not rise


def risen(
    circle: Circle, who: str, day: int, wake: int, schedule: Callable[[str, int], Waking], chance: Chance
) -> int:
    """When *who*, who would rise at *wake* (ms), is up on *day*; *schedule* tells undisturbed days."""
    for child, minders in circle.children.items():
        if who not in minders or circle.people[child].profile.age >= WAKES:
            continue
        early = schedule(child, day).wake
        if early + ALONE >= min(schedule(it, day).wake for it in minders):
            continue
        able = [it for it in minders if _sleeps(it, day, early, schedule)]
        if able and min(able, key=lambda it: (chance.uniform("rises", it, day), it)) == who:
            wake = min(wake, early + round(UP * chance.uniform("rises", child, day)))
    return wake


def _sleeps(who: str, day: int, time: int, schedule: Callable[[str, int], Waking]) -> bool:
    """Whether *who* sleeps at home at *time* of *day*, and has for long enough to be woken."""
    before, today = schedule(who, day - 1), schedule(who, day)
    if before.elsewhere or time - before.bed < RESTED or today.wake - time > LONGEST:
        return False
    return not any(leave <= time < back for leave, back, _ in (*before.away, *today.away))
