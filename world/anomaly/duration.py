"""For too long: the microwave runs on, somebody stays under the shower (SmartGuard's DD)."""

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

RUNS_ON = {"easy": 90 * MINUTE, "medium": 30 * MINUTE, "hard": 6 * MINUTE}  # the microwave, ms
LONGER = {"easy": 120 * MINUTE, "medium": 60 * MINUTE, "hard": 30 * MINUTE}  # under the shower, ms
WAITS = (0.85, 0.9)  # of its window: from when, at the latest, and until when it waits to be started
AFTERNOON = 0.5  # of its window: from when every other one at `hard` waits, for not all showers are the first
SHOWER = "shower"


def microwave(house: "House", window: Window, chance: Chance) -> Process:
    """The next time that somebody starts it after a moment of the day, it does not end in its time.

    Where nobody does it starts by itself late in the window, but not at `hard`.
    """
    oven, (on, _) = device_of(house, window), commands_of(house, window)
    since, until = (round(share * (window.end - window.start)) for share in WAITS)
    yield house.env.pause(round(chance.uniform("moment") * since))
    yield from wait_for(house, lambda: not is_so(oven, on), window.start + until)
    if not (yield from wait_for(house, lambda: is_so(oven, on), window.start + until)):
        if window.difficulty == "hard":
            return
        give(house, window, on)
    house.programmes.overrun(oven, RUNS_ON[window.difficulty], window.origin)


def shower(house: "House", window: Window, chance: Chance) -> Process:
    """The next time that they shower within the window, they stay on; at `hard` in the morning or later."""
    body = house.bodies[window.who]
    if window.difficulty == "hard" and chance.uniform("late") < 0.5:
        yield house.env.pause(round(AFTERNOON * (window.end - window.start)))
    if (yield from wait_for(house, lambda: body.activity == SHOWER, window.end)):
        body.overruns[body.decision] = LONGER[window.difficulty], window.id


ACTS = {"microwave_too_long": microwave, "shower_too_long": shower}
