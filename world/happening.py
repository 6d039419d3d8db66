"""What befalls a household from outside: somebody rings, writes, or a device fails for a while."""

from typing import TYPE_CHECKING

from scenarios.scenario import Happening
from world.body import Alert, Body, Process
from world.clock import MINUTE
from world.event import Event, Kind
from world.mind import Cause

if TYPE_CHECKING:
    from world.house import House

WORKS_AGAIN = "works again"  # the audit reads it


def befall(house: "House", happening: Happening) -> Process:
    """The SimPy process of one happening."""
    yield house.env.timeout(max(0, house.clock.ms(happening.day, happening.at) - house.now))
    device = house.devices[happening.device] if happening.device else None
    text = happening.text or (f"{device.name} stops working" if device else happening.kind)
    visit = happening.minutes if happening.kind == "visitor" else 0.0
    _write(house, happening, text)
    if device is not None:
        device.online = False
    for body in _concerned(house, happening):
        body.alert(Alert(Cause(happening.kind), text, lasts=visit))
    if device is not None:
        yield house.env.timeout(round(happening.minutes * MINUTE))
        device.online = True
        _write(house, happening, WORKS_AGAIN)


def _concerned(house: "House", happening: Happening) -> list[Body]:
    """Those it is meant for; else everybody at home and awake, but one answers the door: the nearest."""
    there = [body for body in house.bodies.values() if body.attentive]
    if happening.to or happening.kind != "visitor":
        return [body for body in there if body.id in happening.to or not happening.to]
    door = house.rooms.entry[0]
    return sorted(there, key=lambda body: (house.rooms.walk_ms(body.room, door), body.id))[:1]


def _write(house: "House", happening: Happening, text: str) -> None:
    device = house.devices.get(happening.device or "")
    event = Event(
        time=house.now,
        kind=Kind.HAPPENING,
        actor="",
        room=device.room if device else "",
        device=device.id if device else "",
        type=device.type.type if device else "",
        command=happening.kind,
        value=text,
        cause="scenario",
    )
    house.record(event)
