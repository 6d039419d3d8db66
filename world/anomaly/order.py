"""Two devices in a wrong order: the door is locked, and then it is opened up elsewhere (SmartGuard's MD)."""

from typing import TYPE_CHECKING

from scenarios.chance import Chance
from world.anomaly.context import empty, left_by_day, wait_for
from world.anomaly.operating import commands_of, device_of, give
from world.anomaly.window import Window
from world.clock import MINUTE
from world.light import is_so
from world.timeline import Process

if TYPE_CHECKING:
    from world.house import House

THEN, LOCK = 0, 1  # the parts of these kinds
TIMES = {"easy": 3, "medium": 1, "hard": 1}
LASTS = {"easy": 180 * MINUTE, "medium": 180 * MINUTE, "hard": 6 * MINUTE}  # until it is put right, ms
PAUSE = (10_000, 60_000)  # ms from the lock to what should not follow it
WRONG = {"lock_then_window": 0, "lock_then_camera_off": 1}  # which command should not: open, off


def after_locking(house: "House", window: Window, chance: Chance) -> Process:
    """Lock, then open up or switch off where nobody is, and back; at `hard` once, where people have left."""
    commands, device = commands_of(house, window, THEN), device_of(house, window, THEN)
    wrong, right = commands[WRONG[window.kind]], commands[1 - WRONG[window.kind]]
    hard, (least, most) = window.difficulty == "hard", PAUSE
    if hard:
        odd = yield from left_by_day(house, window, chance, device.room)
    else:
        yield house.env.pause(window.moment(chance) - house.env.now)
        odd = yield from wait_for(house, lambda: empty(house, device.room), window.end)
    if not odd:
        return
    was_so = is_so(device, wrong)
    for time in range(TIMES[window.difficulty]):
        give(house, window, commands_of(house, window, LOCK)[0], LOCK)
        yield house.env.pause(least + int((most - least) * chance.uniform("pause", time)))
        give(house, window, wrong)
    yield house.env.pause(max(0, min(LASTS[window.difficulty], window.end - house.env.now)))
    if is_so(device, wrong) and not was_so:
        give(house, window, right)


ACTS = dict.fromkeys(WRONG, after_locking)
