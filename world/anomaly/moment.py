"""The wrong moment: a cooler, blind or water valve when nobody is there or awake (SmartGuard's DM)."""

from typing import TYPE_CHECKING

from scenarios.chance import Chance
from world.anomaly.context import left_by_day, nobody_up, wait_for
from world.anomaly.operating import commands_of, device_of, give
from world.anomaly.window import Window
from world.clock import MINUTE
from world.light import is_so
from world.timeline import Process

if TYPE_CHECKING:
    from world.house import House

TIMES = {"easy": 4, "medium": 2, "hard": 1}
LASTS = {"easy": (1, 5), "medium": (5, 20), "hard": (30, 90)}  # minutes, each time and between two
KINDS = ("cooling_wrong_time", "blind_wrong_time", "water_valve_wrong_time")


def wrong_moment(house: "House", window: Window, chance: Chance) -> Process:
    """Switch on or open while nobody is up, at `hard` while all are elsewhere; and back to what it was."""
    if window.difficulty == "hard":
        odd = yield from left_by_day(house, window, chance, device_of(house, window).room)
    else:
        yield house.env.pause(window.moment(chance) - house.env.now)
        odd = yield from wait_for(house, lambda: nobody_up(house), window.end)
    if not odd:
        return
    on, off = commands_of(house, window)
    before = on if is_so(device_of(house, window), on) else off
    times, (least, most) = TIMES[window.difficulty], LASTS[window.difficulty]
    for turn in range(2 * times):
        give(house, window, (on, off)[turn % 2] if turn < 2 * times - 1 else before)
        yield house.env.pause(round((least + (most - least) * chance.uniform("lasts", turn)) * MINUTE))


ACTS = dict.fromkeys(KINDS, wrong_moment)
