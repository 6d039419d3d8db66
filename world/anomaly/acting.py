"""From the window of an anomaly to what happens in it: every kind is a SimPy process in the house."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from scenarios.chance import Chance
from world.anomaly import decline, drift, duration, faults, flicker, intruder, moment, network, order
from world.anomaly.window import Window
from world.timeline import Process

if TYPE_CHECKING:
    from world.house import House

Act = Callable[["House", Window, Chance], Process]
"""Begins at the start of its window; whatever it does carries `window.id` as its label (`window.origin`)."""

FAMILIES = (flicker, order, moment, duration, faults, network, decline, intruder, drift)

ACTS: Mapping[str, Act] = {name: act for family in FAMILIES for name, act in family.ACTS.items()}
"""By kind; a family is a module with a table `ACTS`."""


def go_wrong(house: "House", window: Window, chance: Chance) -> Process:
    """The process of one window."""
    ahead = network.AHEAD.get(window.kind, {}).get(window.difficulty, 0)
    yield house.env.pause(max(0, window.start - ahead - house.env.now))
    yield from ACTS[window.kind](house, window, chance.branch(*window.name))
