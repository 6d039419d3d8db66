"""One device is operated again and again: a light, a camera, the television (SmartGuard's SD)."""

from typing import TYPE_CHECKING

from scenarios.anomaly_kinds import KINDS
from scenarios.chance import Chance
from world.anomaly.window import Window
from world.light import is_so
from world.mind import Order
from world.timeline import Process

if TYPE_CHECKING:
    from world.house import House

TURNS = {"easy": 12, "medium": 6, "hard": 2}  # commands
GAP = {"easy": (2_000, 8_000), "medium": (4_000, 20_000), "hard": (5_000, 30_000)}  # ms between two


def flicker(house: "House", window: Window, chance: Chance) -> Process:
    """On and off, or off and on, an even number of times: it ends as it began."""
    device = house.devices[window.devices[0]]
    on, off = KINDS[window.kind].parts[0].way(device.type)
    least, most = GAP[window.difficulty]
    commands = ([off, on] if is_so(device, on) else [on, off]) * (TURNS[window.difficulty] // 2)
    yield house.env.pause(window.moment(chance) - house.env.now)
    for turn, command in enumerate(commands):
        house.command(device, Order(device.id, command), window.origin)
        yield house.env.pause(least + int((most - least) * chance.uniform("gap", turn)))


ACTS = {"light_flicker": flicker, "camera_flicker": flicker, "television_flicker": flicker}
