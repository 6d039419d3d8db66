"""Windows against the heat: while it is hotter outdoors than in, whoever is up keeps them shut.

No mind is asked; without it a window opened on a cool evening would be open through a heat wave.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from world.mind import Order

if TYPE_CHECKING:
    from world.body import Body
    from world.devices import Device
    from world.house import House

HOT = 24.0  # °C outdoors, below which nobody minds
HOTTER = 1.0  # °C that it is hotter outdoors than in the room
SHUT = "close"


def windows(devices: Sequence["Device"]) -> list["Device"]:
    """What people open and shut by hand to let air in."""
    return [
        it
        for it in devices
        if SHUT in it.type.commands and any(draw.fresh_air and not draw.watts for draw in it.type.draws)
    ]


def keep_out(house: "House", up: Sequence["Body"]) -> None:
    """Have those windows shut behind which it is hotter than in the room, by the nearest of who is *up*."""
    now, physics = house.env.now, house.physics
    outdoors = physics.outdoors(now)
    able = [it for it in up if it.attentive and not it.profile.lives_by_log]
    if outdoors < HOT or not able:
        return
    for window in house.windows:
        if window.output.fresh_air and outdoors > physics.temperature(window.room, now) + HOTTER:
            those = [it for it in able if window.type.type not in it.profile.forbidden]
            way = {it.id: house.rooms.walk_ms(it.room, window.room) for it in those}
            if those:
                min(those, key=lambda it: (way[it.id], it.id)).send(Order(window.id, SHUT))
