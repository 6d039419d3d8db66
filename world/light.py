"""Light as a reflex: whoever needs it reaches for it, whoever leaves an empty room switches it off.

No mind is asked: this is how daylight and season reach the log without a prompt.
"""

from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING

from scenarios.activity import CARE, TO_BED
from world.clock import HOUR
from world.devices import Device
from world.mind import Order

if TYPE_CHECKING:
    from world.body import Body
    from world.house import House

Means = tuple[Device, Order]

DAYLIGHT = 200.0  # lux in the room; where the sky gives less, nobody opens a blind to see better
EVENING = 18 * 60  # minute of the day from which nobody opens a blind for light
MEANT = 2 * HOUR  # for which a blind stays as somebody has put it
WARM = 25.0  # °C in the room above which nobody lets the sun in
TIDY = 0.9  # chance that the last one out of a room switches its lamps off


def lamp_wanted(house: "House", body: "Body") -> Order | None:
    """What to reach for when the room is too dark for what *body* does; None when it is light enough.

    While it is day, the blind before the lamp, unless the sun is shut out or a real log tells of blinds; over
    somebody who sleeps, neither, but a lamp to feed a child.
    """
    room, now = body.room, house.env.now
    if not body.lux or house.physics.lux(room, now) >= body.lux:
        return None
    asleep = any(other.asleep for other in house.bodies.values() if other.room == room)
    for device, order in house.remedies[room]:
        if asleep and (device.type.shade or body.activity != CARE):
            continue
        if (
            not device.output.lumens  # a lamp that is not lit yet
            and not (device.type.shade and (body.profile.lives_by_log or _drawn_for_good(house, device, now)))
            and device.type.type not in body.profile.forbidden
            and not device.refusal(order.command)
        ):
            return order
    return None


def remedies(devices: Iterable[Device]) -> list[Means]:
    """The commands against darkness that are given without thinking of a value: blinds, then strong lamps."""
    found = [
        (bool(device.type.shade), command.relieves["dark"], device.id, name, device)
        for device in devices
        for name, command in device.type.commands.items()
        if "dark" in command.relieves and command.argument is None
    ]
    return [(device, Order(device.id, name)) for *_, name, device in sorted(found, reverse=True)]


def lamps(devices: Iterable[Device], tended: Collection[str]) -> list[Means]:
    """What switches the lamps off that do not go out by themselves, as those *tended* by rules do."""
    return [
        (device, Order(device.id, "switch off"))
        for device in devices
        if device.type.domain == "light" and device.id not in tended
    ]


def _drawn_for_good(house: "House", blind: Device, now: int) -> bool:
    """A blind stays up, just drawn, over who goes to bed, without day behind it, and against the sun."""
    physics, room = house.physics, blind.room
    if house.clock.local(now)[2] >= EVENING or blind.daylight() > 0.5:
        return True
    if now < house.drawn.get(blind.id, -MEANT) + MEANT:
        return True
    if any(it.activity == TO_BED and it.room == room for it in house.bodies.values()):
        return True
    return physics.daylight(room, now) <= DAYLIGHT or physics.temperature(room, now) > WARM


def lamps_on(house: "House", room: str) -> list[Order]:
    """Orders that switch off every lamp that burns in *room*, but for those that do so by themselves."""
    return [
        order
        for device, order in house.lamps.get(room, ())
        if device.output.lumens > 0 and not device.refusal(order.command)
    ]


def is_so(device: Device, command: str) -> bool:
    """Whether what *command* brings about is the case already."""
    wanted = device.type.commands[command].set
    return bool(wanted) and wanted.items() <= device.state.items()
