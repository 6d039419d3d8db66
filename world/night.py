"""The bedroom as a reflex: cool enough and dark before one sleeps, left as it was when one rises.

Nobody complains of heat asleep, so it is seen to before. No mind is asked; who lives by a real log does what
the log has.
"""

from typing import TYPE_CHECKING

from world.devices import Device
from world.leaving import OFF
from world.light import lamps_on
from world.mind import Affordance, Order

if TYPE_CHECKING:
    from world.body import Body
    from world.house import House


def for_the_night(house: "House", body: "Body") -> list[Order]:
    """What *body* does before it sleeps where it is: lamps off, and what cools the room where it is hot."""
    if body.small or body.profile.lives_by_log or not body.at_home:
        return []
    others = [it for it in house.bodies.values() if it is not body and it.room == body.room]
    dark = lamps_on(house, body.room) if all(it.asleep or it.small for it in others) else []
    return [*dark, *_cooling(house, body)]


def on_rising(house: "House", body: "Body") -> list[Order]:
    """What cooled the bedroom overnight is switched off by the last to rise; windows stay as they are."""
    if body.small or body.profile.lives_by_log or not body.at_home or not house.last_in(body.room, body):
        return []
    tended = house.automations.tends
    return [
        Order(device.id, end)
        for device in house.devices_in(body.room)
        if _cools(device) and device.id not in tended
        for end in OFF
        if end in device.type.commands and not device.refusal(end)
    ]


def _cools(device: Device) -> bool:
    """Whether it is on, and blows or cools."""
    active = device.conditioning()
    cooler = device.type.domain == "fan" or (active is not None and active[0].mode == "cool")
    return cooler and device.state.get("switch") == "on"


def _cooling(house: "House", body: "Body") -> list[Order]:
    """The one thing in the room that helps most against heat; none where it is not hot, or cooled already."""
    _, highest = body.profile.comfort.temperature
    if house.physics.temperature(body.room, house.env.now) <= highest:
        return []
    if any(_cools(it) for it in house.devices_in(body.room)):
        return []
    ways = [it for it in house.offers.commands(body, "hot") if _helps(house, body, it)]
    best = max(ways, key=lambda it: (it.relieves["hot"], it.key), default=None)
    return [*best.orders] if best else []


def _helps(house: "House", body: "Body", way: Affordance) -> bool:
    """Whether it cools *body*'s own room, and is no blind: there is no sun."""
    device = house.devices[way.orders[0].device]
    return device.room == body.room and not device.type.shade and way.relieves.get("hot", 0.0) > 0
