"""Comfort: what people feel of the air and the noise around them, and what would ease it.

No mind is asked here; a discomfort is an alert, and the mind answers it with what the home affords.
"""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from scenarios.device import Command, State
from scenarios.frozen import Need
from scenarios.home import OPEN_AIR
from world.devices import Device, holds
from world.rooms import where

if TYPE_CHECKING:
    from world.body import Body
    from world.house import House

SHORT = 15  # minutes that something typically takes which nobody leaves for a draught
CHILLY = 12.0  # °C outdoors, below which a room is aired for minutes, and no window left open
FULL_RELIEF = 3.0  # °C between indoors and outdoors at which an open window helps as much as it can


def discomforts(house: "House", body: "Body") -> Iterator[tuple[Need, str]]:
    """What troubles *body* where it is, the worst last resort first: (need, words).

    In the open air one has dressed for it; what takes minutes is finished first, and so is a bath.
    """
    room, doing = body.room, house.catalogue.activities.get(body.activity)
    kind = house.layout.home.rooms[room].kind
    if kind in OPEN_AIR or (doing and (doing.minutes[1] < SHORT or (doing.meanwhile and kind == "bathroom"))):
        return
    physics, comfort = house.physics, body.profile.comfort
    felt, (lowest, highest) = physics.temperature(room, house.env.now), comfort.temperature
    if not lowest <= felt <= highest:
        need: Need = "cold" if felt < lowest else "hot"
        yield need, f"it is {need} {where(room)}, {felt:.0f} °C"
    if physics.co2(room) > comfort.co2:
        yield "stuffy", f"the air {where(room)} is stuffy"
    damp, (driest, dampest) = physics.humidity(room), comfort.humidity
    if not driest <= damp <= dampest:
        yield (
            ("dry" if damp < driest else "humid"),
            f"the air {where(room)} is {'dry' if damp < driest else 'damp'}",
        )
    if physics.noise(room, house.env.now) > comfort.noise and not _of_ones_own(house, body):
        yield "noisy", f"it is loud {where(room)}"


def _of_ones_own(house: "House", body: "Body") -> bool:
    """Whether the noise is that of what *body* itself has switched on: nobody flees the own shower."""
    return any(device.output.noise and device.id in body.used for device in house.devices_in(body.room))


def relief(device: Device, command: Command, air: float, outdoors: float) -> Mapping[Need, float]:
    """What giving *command* now would relieve: its own claim, but fresh air only helps as the weather has it.

    *air* is the temperature of the device's room, in °C.
    """
    more = _fresh_air(device, {**device.state, **command.set}) - _fresh_air(device, device.state)
    if not more:
        return command.relieves
    if more > 0 and outdoors < CHILLY:
        return {}
    cooler = (air - outdoors if more > 0 else outdoors - air) / FULL_RELIEF
    return {
        need: value * min(1.0, cooler) if need == "hot" else value
        for need, value in command.relieves.items()
        if need != "hot" or cooler > 0
    }


def _fresh_air(device: Device, state: State) -> float:
    """m³/h in that state."""
    return sum(draw.fresh_air for draw in device.type.draws if draw.fresh_air and holds(draw.when, state))
