"""What breaks, by the same process as a fault among the scenario's happenings, under a label."""

from typing import TYPE_CHECKING

from scenarios.anomaly_kinds.faults import KINDS
from scenarios.chance import Chance
from scenarios.scenario import OF_A_DEVICE, Happening
from world.anomaly.window import Window
from world.clock import MINUTE
from world.happening import befall
from world.timeline import Process

if TYPE_CHECKING:
    from world.house import House

FAILS = {"easy": "dead", "medium": "stuck", "hard": "stuck"}


def fault(house: "House", window: Window, chance: Chance) -> Process:
    """Fail for the whole window, and work again."""
    happening = window.happening or _happening(window)
    yield from befall(house, happening, window.id)


def _happening(window: Window) -> Happening:
    about: dict[str, object] = {"day": 0, "at": "00:00", "kind": window.kind}
    about["minutes"] = (window.end - window.start) / MINUTE
    if window.kind in OF_A_DEVICE:
        about["device"] = window.devices[0]
    if window.kind == "sensor_failure":
        about["fails"] = FAILS[window.difficulty]
    return Happening.model_validate(about)


ACTS = dict.fromkeys(KINDS, fault)
