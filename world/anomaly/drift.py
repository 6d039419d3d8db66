"""SmartGen's drift attacks, on the network: what was done is told as something else, or as of another time.

Published, the heater takes one behaviour in ten and the others all; that is `medium`, and `easy`.
"""

from itertools import count
from typing import TYPE_CHECKING

from scenarios.chance import Chance
from world.anomaly.operating import commands_of, device_of
from world.anomaly.window import Window
from world.clock import MINUTE
from world.event import Event, Kind
from world.timeline import Process
from world.wire import DELAYED, SPOOFED, forged, tapped, withheld

if TYPE_CHECKING:
    from world.house import House

HEATER = {"easy": 0.3, "medium": 0.1, "hard": 0.03}  # share of what is done that is told otherwise
OTHERS = {"easy": 1.0, "medium": 0.5, "hard": 0.15}
DAYTIME = 6 * 60, 18 * 60  # minutes; SmartGen's slots 2 to 5, all others are night


def instead(house: "House", window: Window, chance: Chance) -> Process:
    """In place of what was done, another device is told to have been switched on, or on and off by turns."""
    device, commands, turns = device_of(house, window), commands_of(house, window), count()
    heater = window.kind == "heater_in_spring"
    share = (HEATER if heater else OTHERS)[window.difficulty]

    def swap(event: Event) -> Event:
        if event.kind is not Kind.COMMAND or chance.uniform(event.time, event.device) >= share:
            return event
        told = commands[0 if heater else next(turns) % 2]
        other = event._replace(
            room=device.room, device=device.id, type=device.type.type, command=told, value=""
        )
        house.wire.forge(forged(other, event.time, SPOOFED, window.id))
        return withheld(event, window.id)

    with tapped(house, swap):
        yield house.env.pause(window.end - house.env.now)


def by_day(house: "House", window: Window, chance: Chance) -> Process:
    """What is done by night is told at some time of the day that follows."""
    clock, share = house.clock, OTHERS[window.difficulty]
    first, last = DAYTIME

    def postpone(event: Event) -> Event:
        day, _, minute = clock.local(event.time)
        if event.kind is not Kind.COMMAND or first <= minute < last:
            return event
        if chance.uniform("whether", event.time, event.device) >= share:
            return event
        later = (last - first) * MINUTE * chance.uniform("when", event.time, event.device)
        due = clock.ms(day + (minute >= last), first) + int(later)
        house.env.later(due - event.time, lambda _: house.wire.forge(forged(event, due, DELAYED, window.id)))
        return withheld(event, window.id)

    with tapped(house, postpone):
        yield house.env.pause(window.end - house.env.now)


ACTS = {"heater_in_spring": instead, "only_television": instead, "night_by_day": by_day}
