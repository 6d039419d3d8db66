"""What befalls a household from outside: a visitor, a message, a fault, a power cut, a heat wave."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from scenarios.scenario import OF_WEATHER, Happening
from world.alert import Alert
from world.body import Body
from world.clock import MINUTE
from world.devices import Device
from world.event import Event, Kind
from world.mind import Cause
from world.timeline import Process

if TYPE_CHECKING:
    from world.house import House

WORKS_AGAIN = "works again"  # the audit reads it
OVER = "is over"  # of the weather

INTRODUCED = 4 * MINUTE  # after the bell

_NOTICED = {
    "visitor": Cause.VISITOR, "message": Cause.MESSAGE, "device_fault": Cause.FAULT,
    "power_cut": Cause.POWER_CUT, "network_outage": Cause.NETWORK,
}  # fmt: skip
_WORDS = {
    "sensor_failure": "{device} fails", "device_fault": "{device} stops working",
    "heating_fault": "the heating breaks down", "power_cut": "the power goes out",
    "network_outage": "the network is down", "heat_wave": "a heat wave", "cold_spell": "a cold spell",
}  # fmt: skip


def befall(house: "House", happening: Happening, anomaly: str = "") -> Process:
    """The SimPy process of one happening; its rows are labelled with the *anomaly* that it is."""
    yield house.env.pause(max(0, house.clock.ms(happening.day, happening.at) - house.env.now))
    text = happening.text or _words(house, happening)
    _write(house, happening, text, anomaly)
    _set(house, happening, anomaly, fails=True)
    if cause := _NOTICED.get(happening.kind):
        lasts = happening.minutes if happening.kind == "visitor" else 0.0
        for body in (called := _concerned(house, happening)):
            body.alert(Alert(cause, text, lasts=lasts))
        if happening.kind == "visitor" and len(house.bodies) > 1 and called:
            yield from _introduce(house, called[0], happening, text)
    if happening.kind not in ("visitor", "message"):
        yield house.env.pause(round(happening.minutes * MINUTE))
        _set(house, happening, anomaly, fails=False)
        _write(house, happening, OVER if happening.kind in OF_WEATHER else WORKS_AGAIN, anomaly)


def _introduce(house: "House", host: Body, happening: Happening, text: str) -> Process:
    """Once somebody has let a visitor in, those at home and awake hear of it."""
    yield house.env.pause(INTRODUCED)
    doing = house.catalogue.activities.get(host.activity)
    if doing is None or "visitor" not in doing.answers:
        return
    words = f"{text}; {host.profile.name} has let them in"
    lasts = max(1.0, happening.minutes - INTRODUCED / MINUTE)
    for body in house.bodies.values():
        if body is not host:
            body.alert(Alert(Cause.GUEST, words, lasts=lasts))


def stopped(kind: str, device: str, devices: Mapping[str, Device]) -> Iterable[Device]:
    """The devices that a happening of this *kind*, to this *device*, puts out of work."""
    if kind == "device_fault":
        return [devices[device]] if device in devices else []
    if kind == "power_cut":
        return [it for it in devices.values() if it.type.power == "mains"]
    return []


def follow(event: Event, devices: Mapping[str, Device]) -> list[Device]:
    """Let a happening that was written down stop *devices*, or bring them back; returns those."""
    concerned = list(stopped(event.command, event.device, devices))
    for device in concerned:
        if event.value != WORKS_AGAIN:
            device.fail(event.command)
        else:
            device.recover(event.command)
    return concerned


def _set(house: "House", happening: Happening, anomaly: str, *, fails: bool) -> None:
    """Begin or end what the happening does to the home; the weather knows its own."""
    device, change = happening.device or "", 1 if fails else -1
    for faulty in _faulty(house, happening) if anomaly else ():
        house.at_fault[faulty] = anomaly if fails else ""
    for it in stopped(happening.kind, device, house.devices):
        if fails:
            it.fail(happening.kind)
        else:
            it.recover(happening.kind)
        house.changed(it)
    if happening.kind in ("power_cut", "network_outage"):
        house.outages += change
    if happening.kind == "heating_fault":
        house.physics.heating_faults += change
    if happening.kind == "sensor_failure":
        house.sensors.fail(device, happening.fails if fails else "")


def _faulty(house: "House", happening: Happening) -> Iterable[str]:
    """The devices that can tell nothing meanwhile; 'network' where nothing can."""
    if happening.kind in ("power_cut", "network_outage"):
        yield "network"
    if happening.device:
        yield happening.device
    yield from (it.id for it in stopped(happening.kind, "", house.devices))


def _words(house: "House", happening: Happening) -> str:
    device = house.devices[happening.device].name if happening.device else ""
    return _WORDS.get(happening.kind, happening.kind).format(device=device)


def _concerned(house: "House", happening: Happening) -> list[Body]:
    """Those it is meant for; else everybody at home and awake, but one answers the door: the nearest."""
    there = [body for body in house.bodies.values() if body.attentive]
    if happening.to or happening.kind != "visitor":
        return [body for body in there if body.id in happening.to or not happening.to]
    door = house.rooms.entry[0]
    return sorted(there, key=lambda body: (house.rooms.walk_ms(body.room, door), body.id))[:1]


def _write(house: "House", happening: Happening, text: str, anomaly: str) -> None:
    device = house.devices.get(happening.device or "")
    event = Event(
        time=house.env.now,
        kind=Kind.HAPPENING,
        actor="",
        room=device.room if device else "",
        device=device.id if device else "",
        type=device.type.type if device else "",
        command=happening.kind,
        value=text,
        cause="scenario",
        anomaly=anomaly,
    )
    house.record(event)
