"""One device is operated again and again: a light, a camera, the television (SmartGuard's SD)."""

from typing import TYPE_CHECKING

from scenarios.chance import Chance
from world.anomaly.context import ALONE, left_alone
from world.anomaly.operating import commands_of, device_of, give
from world.anomaly.window import Window
from world.light import is_so
from world.timeline import Process

if TYPE_CHECKING:
    from world.house import House

TURNS = {"easy": 12, "medium": 6, "hard": 2}  # commands
GAP = {"easy": (2_000, 8_000), "medium": (4_000, 15_000), "hard": (240_000, 720_000)}  # ms between two


def flicker(house: "House", window: Window, chance: Chance) -> Process:
    """On and off, or off and on, an even number of times; at `hard` slowly, once, where nobody sees it."""
    yield house.env.pause(window.moment(chance) - house.env.now)
    if window.difficulty == "hard" and not (
        yield from left_alone(house, device_of(house, window).room, ALONE, window.end)
    ):
        return
    on, off = commands_of(house, window)
    turns = (off, on) if is_so(device_of(house, window), on) else (on, off)
    least, most = GAP[window.difficulty]
    for turn in range(TURNS[window.difficulty]):
        give(house, window, turns[turn % 2])
        yield house.env.pause(least + int((most - least) * chance.uniform("gap", turn)))


ACTS = {"light_flicker": flicker, "camera_flicker": flicker, "television_flicker": flicker}
