"""Attacks on the network: on the way to the hub reports are made up, repeated, held back and lost.

What is true stays in the oracle: a withheld report is there as a deed that no network knows, or a lost
reading. Whoever injects a command acts in the home, through the door by which rules act.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

from scenarios.chance import Chance
from scenarios.sensing import EVENTS, WORDS
from world.anomaly.context import nobody_up, wait_for
from world.anomaly.operating import commands_of, device_of, give
from world.anomaly.window import Window
from world.clock import HOUR, MINUTE
from world.devices import Device
from world.event import OBSERVABLE, Event, Kind
from world.timeline import Process
from world.wire import DELAYED, REPLAYED, SPOOFED, forged, tapped, withheld

if TYPE_CHECKING:
    from world.house import House

PULSES = {"easy": 10, "medium": 4, "hard": 2}  # spoofed movements, or openings of a door
APART = {"easy": (3_000, 12_000), "medium": (20_000, 90_000), "hard": (120_000, 400_000)}  # ms
AGO = {"easy": 4 * HOUR, "medium": 8 * HOUR, "hard": 24 * HOUR}  # how old what is replayed is
LATE = {"easy": (90, 240), "medium": (30, 90), "hard": (8, 25)}  # minutes by which reports are late
LOST = {"easy": 1.0, "medium": 0.7, "hard": 0.35}  # share of reports
INJECTED = {"easy": 6, "medium": 3, "hard": 1}  # commands


def spoof(house: "House", window: Window, chance: Chance) -> Process:
    """A sensor tells of somebody where nobody is."""
    device = device_of(house, window)
    quantity = next(it.quantity for it in device.type.senses if it.quantity in EVENTS)
    ends, begins = WORDS[quantity]
    yield from wait_for(house, lambda: nobody_up(house), window.end)
    for pulse in range(PULSES[window.difficulty]):
        for word in (begins, ends):
            house.wire.forge(_report(house, device, quantity, word, window))
            yield house.env.pause(_drawn(APART[window.difficulty], chance, pulse, word))


def replay(house: "House", window: Window, chance: Chance) -> Process:
    """What the home reports now, before the window, is reported again in the window, as fast."""
    ago, length = window.start - house.env.now, window.end - window.start
    heard: list[Event] = []
    concerned = _concerned(window)

    def listen(event: Event) -> Event:
        if concerned(event):
            heard.append(event)
        return event

    with tapped(house, listen):
        yield house.env.pause(length)
    for event in heard:
        yield house.env.pause(max(0, event.time + ago - house.env.now))
        house.wire.forge(forged(event, house.env.now, REPLAYED, window.id))


def delay(house: "House", window: Window, chance: Chance) -> Process:
    """Reports come late, in the order in which they were made."""
    concerned, late = _concerned(window), LATE[window.difficulty]
    lag = round(chance.uniform("late") * (late[1] - late[0]) + late[0]) * MINUTE

    def hold(event: Event) -> Event:
        if not concerned(event) or event.kind is Kind.REPORT:
            return event
        house.env.later(lag, lambda _: house.wire.forge(forged(event, house.env.now, DELAYED, window.id)))
        return withheld(event, window.id)

    with tapped(house, hold):
        yield house.env.pause(window.end - house.env.now)


def drop(house: "House", window: Window, chance: Chance) -> Process:
    """Reports never arrive: none at all, or some."""
    concerned, share = _concerned(window), LOST[window.difficulty]

    def lose(event: Event) -> Event:
        lost = concerned(event) and chance.uniform(event.time, event.device) < share
        return withheld(event, window.id) if lost else event

    with tapped(house, lose):
        yield house.env.pause(window.end - house.env.now)


def inject(house: "House", window: Window, chance: Chance) -> Process:
    """Somebody far away operates a device: again and again, or once while nobody is up to see it."""
    if window.difficulty != "easy":
        yield from wait_for(house, lambda: nobody_up(house), window.end)
    commands = commands_of(house, window)
    for turn in range(INJECTED[window.difficulty]):
        give(house, window, commands[turn % 2])
        yield house.env.pause(_drawn(APART[window.difficulty], chance, turn))


def _concerned(window: Window) -> Callable[[Event], bool]:
    """Which reports an attack is about: all, or, less blatant, what devices are made to do."""
    kinds = OBSERVABLE if window.difficulty == "easy" else {Kind.COMMAND}
    return lambda event: event.kind in kinds and not event.anomaly


def _report(house: "House", device: Device, quantity: str, word: str, window: Window) -> Event:
    told = Event(house.env.now, Kind.READING, "", device.room, device.id, device.type.type, quantity, word)
    return forged(told, house.env.now, SPOOFED, window.id)


def _drawn(between: tuple[int, int], chance: Chance, *name: str | int) -> int:
    least, most = between
    return least + int((most - least) * chance.uniform("gap", *name))


ACTS = {"spoof": spoof, "replay": replay, "delay": delay, "drop": drop, "injected_command": inject}

AHEAD = {"replay": AGO}
"""ms before its window from which on a kind is at work, unseen, by difficulty."""
