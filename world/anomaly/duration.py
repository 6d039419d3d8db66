"""For too long: the microwave runs on and on, somebody stays under the shower (SmartGuard's DD)."""

from typing import TYPE_CHECKING

from scenarios.chance import Chance
from world.anomaly.context import wait_for
from world.anomaly.operating import commands_of, device_of, give
from world.anomaly.window import Window
from world.clock import MINUTE
from world.light import is_so
from world.timeline import Process

if TYPE_CHECKING:
    from world.house import House

AGAIN = {"easy": 20, "medium": 8, "hard": 3}  # times that the microwave is started once more
LONGER = {"easy": 120 * MINUTE, "medium": 60 * MINUTE, "hard": 30 * MINUTE}  # under the shower, ms
SHOWER = "shower"


def microwave(house: "House", window: Window, chance: Chance) -> Process:
    """Once somebody has started it, or else at a moment of its own, it is started again as it ends."""
    oven, (on, _) = device_of(house, window), commands_of(house, window)
    yield from wait_for(house, lambda: is_so(oven, on), window.moment(chance))
    for _ in range(AGAIN[window.difficulty]):
        give(house, window, on)
        yield from wait_for(house, lambda: not is_so(oven, on), window.end)
        if house.env.now >= window.end:
            return


def shower(house: "House", window: Window, chance: Chance) -> Process:
    """The next time that they shower within the window, they stay on."""
    body = house.bodies[window.who]
    if (yield from wait_for(house, lambda: body.activity == SHOWER, window.end)):
        body.overruns[body.decision] = LONGER[window.difficulty], window.id


ACTS = {"microwave_too_long": microwave, "shower_too_long": shower}
