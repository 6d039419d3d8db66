"""An intruder: a body like everybody's, that walks and switches, and is seen by sensors as people are.

No mind steers it but a script, no phone of it is known to the home, and it sees to nothing as residents do.
It has no key: a locked door is forced, of which its contact sensor tells, not its lock.
"""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from scenarios.chance import Chance
from scenarios.resident import Profile
from world.alert import Alert
from world.anomaly.context import wait_for
from world.anomaly.window import Window
from world.body import Body
from world.clock import MINUTE
from world.mind import Basis, Decision, Observation, Order
from world.timeline import Process

if TYPE_CHECKING:
    from world.house import House

ROOMS = {"easy": 6, "medium": 3, "hard": 2}  # that are searched
STAYS = {"easy": (4.0, 9.0), "medium": (2.0, 5.0), "hard": (1.0, 2.5)}  # minutes in each
BREAKS_IN, SEARCHES, LEAVES = "break_in", "search", "get_away"
WORTH = ("bedroom", "living", "office", "dining", "child", "kitchen")
"""Kinds of rooms in the order in which something may be found there."""


class Intruder(Body):
    """Somebody whom nobody knows."""

    @property
    def at_home(self) -> bool:
        """Never: no phone in the network, and nobody who counts as of the home."""
        return False

    @property
    def attentive(self) -> bool:
        """Answers no bell."""
        return False

    def alert(self, alert: Alert) -> bool:
        """Lets everything be."""
        return False

    def _reflexes(self, orders: Iterable[Order]) -> Process:
        """Unlocks nothing on the way in, and locks nothing behind itself."""
        yield from ()

    def _shut_up_house(self, *, out: bool) -> Process:
        """Shuts nothing."""
        yield from ()

    def _leave_dark(self, burning: Iterable[Order]) -> Process:
        """Leaves on what is on."""
        yield from ()


class Script:
    """What an intruder does, one thing after the other."""

    def __init__(self, steps: Iterator[Decision]) -> None:
        self._steps = steps

    def instead(self, seen: Observation) -> Decision:
        """The next thing; the last is to be gone for good."""
        return next(self._steps)

    def after(self, seen: Observation, meant: Decision) -> Decision:
        """There is no mind to mean anything."""
        return meant


def intrude(house: "House", window: Window, chance: Chance) -> Process:
    """Once nobody is at home somebody comes in; if the home is never empty, nobody comes."""
    yield house.env.pause(window.moment(chance) - house.env.now)
    residents = [*house.bodies.values()]
    if not (yield from wait_for(house, lambda: not any(it.at_home for it in residents), window.end)):
        return
    name = _unknown(house)
    house.sways[name].append(Script(_visit(house, window, chance, name)))
    body = Intruder(house, Profile(id=name, name="somebody"), "outside", chance.branch("body"))
    house.bodies[name] = body
    yield from wait_for(house, lambda: not body.process.is_alive, 2 * window.over)
    del house.bodies[name], house.sways[name]


def _visit(house: "House", window: Window, chance: Chance, name: str) -> Iterator[Decision]:
    hall, rooms = house.rooms.entry[0], _searched(house, ROOMS[window.difficulty])
    yield _step(house, window, BREAKS_IN, hall, 0.5)
    least, most = STAYS[window.difficulty]
    for room in rooms:
        minutes = least + (most - least) * chance.uniform("stays", room)
        orders = () if window.difficulty == "hard" else tuple(_handled(house, room, window))
        yield _step(house, window, SEARCHES, room, minutes, orders)
    house.bodies[name].leaves = house.env.now
    yield _step(house, window, LEAVES, "outside", 0.2)


def _step(
    house: "House", window: Window, what: str, room: str, minutes: float, orders: tuple[Order, ...] = ()
) -> Decision:
    until = house.env.now + round(minutes * MINUTE)
    return Decision(what, room, until, Basis.INTENT, orders, reason=window.kind, anomaly=window.id)


def _searched(house: "House", most: int) -> list[str]:
    """The rooms that are worth while, the best first."""
    known = [(WORTH.index(it.kind), name) for name, it in house.layout.home.rooms.items() if it.kind in WORTH]
    return [name for _, name in sorted(known)[:most]]


def _handled(house: "House", room: str, window: Window) -> Iterator[Order]:
    """What is switched: no camera looks on; the less cautious turn on lamps to see by."""
    wanted = {"camera": "switch off"}
    if window.difficulty == "easy":
        wanted |= {"light": "switch on"}
    for number, device in enumerate(house.devices_in(room)):
        command = wanted.get(device.type.domain, "")
        if command in device.type.commands and not device.refusal(command):
            yield Order(device.id, command, "", number * 8_000)


def _unknown(house: "House") -> str:
    """An id that nobody has."""
    return next(name for number in range(99) if (name := f"intruder_{number}") not in house.bodies)


ACTS = {"intruder": intrude}
