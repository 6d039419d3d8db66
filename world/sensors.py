"""Sensors: what the home tells of itself, late, rounded, noisy, and sometimes not at all.

This is the set of them, and who watches what; `world.sensor` knows how a report errs.
"""

from collections import defaultdict
from collections.abc import Callable
from typing import TYPE_CHECKING

from scenarios.chance import Chance
from scenarios.home import Placement
from scenarios.sensing import WORDS, Sensing
from world.detector import Detector, Motion, Pulse
from world.devices import Device
from world.event import NOBODY, Origin, new_origin
from world.gauge import Gauge
from world.noticing import Watcher
from world.sensor import Sensor

if TYPE_CHECKING:
    from world.body import Body
    from world.house import House

Reaction = Callable[[Origin, int], None]

SHUT = ("closed", "locked")


class Sensors:
    """All sensors of a home."""

    def __init__(self, house: "House", chance: Chance) -> None:
        self._house = house
        self._sensors: dict[str, list[Sensor]] = {}
        self._motion: dict[str, list[Motion | Watcher]] = defaultdict(list)  # by room
        self._doors: dict[tuple[str, str], list[Pulse]] = defaultdict(list)  # both ways
        self.watched: dict[str, list[Reaction]] = defaultdict(list)  # by device
        self._presence: list[Detector] = []
        self._gauges: dict[int, list[Gauge]] = defaultdict(list)  # by the ms between two looks
        self._due: dict[int, int] = {}  # the same -> ms of the next look
        for device in house.devices.values():
            placement = house.layout.home.devices[device.id]
            for sensing in device.type.senses:
                sensor = Sensor(house, device, sensing, chance.branch(device.id))
                self._sensors.setdefault(device.id, []).append(sensor)
                self._install(sensor, sensing, placement)
            if placement.notices is not None:
                self._motion[placement.room].append(Watcher(house, device, placement.notices))

    def moved(self, body: "Body", before: str) -> None:
        """*body* has come from the room *before* into another."""
        if self._presence and "outside" in (before, body.room):
            somebody = any(other.at_home for other in self._house.bodies.values())
            for presence in self._presence:
                presence.become(somebody, origin_of(body), self._house.env.now)
        if (way := (before, body.room)) in self._doors:
            for door in self._doors[way]:
                door.touch(origin_of(body), self._house.env.now)
        self.stirred(body)

    def stirred(self, body: "Body") -> None:
        """*body* has moved without leaving the room."""
        if body.room in self._motion and not body.asleep:
            origin, now = origin_of(body), self._house.env.now
            for motion in self._motion[body.room]:
                motion.move(origin, now)

    def changed(self, device: Device, origin: Origin = NOBODY) -> None:
        """The state of *device*, one of those that are `watched`, may be another."""
        for react in self.watched[device.id]:
            react(origin, self._house.env.now)

    def sample(self) -> None:
        """Look at all levels that are due; the air of the rooms has just been brought up to date."""
        now = self._house.env.now
        for every, gauges in self._gauges.items():
            if now >= self._due.get(every, 0):
                self._due[every] = now + every
                for gauge in gauges:
                    gauge.look(now)

    def renew(self, day: int) -> None:
        """*day* begins: what errs draws anew."""
        for sensors in self._sensors.values():
            for it in sensors:
                it.draws.renew(day)

    def fail(self, sensor: str, how: str) -> None:
        """Begin to fail: 'dead' or 'stuck'; '' ends the failure that began first."""
        for it in self._sensors.get(sensor, ()):
            if how:
                it.failures.append(how)
            else:
                it.failures.pop(0)

    def silence(self, sensor: str, *, silent: bool) -> None:
        """Whether *sensor* is not there yet: then there is nothing to report, nor to lose."""
        for it in self._sensors.get(sensor, ()):
            it.silent = silent

    def ledger(self) -> dict[str, dict[str, dict[str, int]]]:
        """Sensor -> quantity -> candidates, what became of them, and false triggers apart."""
        return {
            name: {it.sensing.quantity: it.ledger() for it in sensors}
            for name, sensors in self._sensors.items()
        }

    def _install(self, sensor: Sensor, sensing: Sensing, placement: Placement) -> None:
        """Have the sensor told of what it watches."""
        if sensing.quantity == "motion":
            share = sensing.coverage if placement.coverage is None else placement.coverage
            self._motion[placement.room].append(Motion(sensor, share, self._awake_in(placement.room)))
        elif sensing.quantity == "presence":
            self._presence.append(Detector(sensor, on=True))
        elif sensing.quantity == "button":
            self.watched[sensor.device.id].append(lambda origin, now: _pushed(sensor, origin, now))
        elif sensing.quantity == "contact":
            self._install_contact(sensor, placement)
        else:
            self._install_gauge(sensor, placement)

    def _install_contact(self, sensor: Sensor, placement: Placement) -> None:
        """On a device, on a door, or else on the front door, where its room has one."""
        watches = placement.watches or (placement.room, "outside")
        if isinstance(watches, tuple):
            door = Pulse(sensor)
            for way in (watches, watches[::-1]):
                self._doors[way].append(door)
            return
        device = self._house.devices[watches]
        if is_open := opening(device):
            contact = Detector(sensor, on=is_open())
            self.watched[device.id].append(lambda origin, now: contact.become(is_open(), origin, now))
        else:
            lid = Pulse(sensor)  # nobody keeps track of it, so it is opened where a hand is laid on the thing
            self.watched[device.id].append(
                lambda origin, now: lid.touch(origin, now) if origin.actor else None
            )

    def _install_gauge(self, sensor: Sensor, placement: Placement) -> None:
        house, room, quantity = self._house, placement.room, sensor.sensing.quantity
        physics, meter = house.physics, house.meter
        metered = self._metered(sensor.device, placement)
        levels: dict[str, Callable[[], float]] = {
            "temperature": lambda: physics.temperature(room, house.env.now),
            "humidity": lambda: physics.humidity(room),
            "co2": lambda: physics.co2(room),
            "illuminance": lambda: physics.lux(room, house.env.now),
            "noise": lambda: physics.noise(room, house.env.now),
            "power": (lambda: metered.output.watts) if metered else meter.watts,
            "energy": (lambda: meter.energy(metered.id)) if metered else meter.total,
        }
        prompt = quantity == "power" and metered is not None
        gauge = Gauge(sensor, levels[quantity], prompt=prompt)
        self._gauges[gauge.every].append(gauge)
        if prompt and metered:
            self.watched[metered.id].append(lambda origin, now: gauge.measure(now, origin))

    def _metered(self, device: Device, placement: Placement) -> Device | None:
        """What a meter meters: the device it watches; a plug what is plugged in; None: the whole home."""
        if isinstance(placement.watches, str):
            return self._house.devices[placement.watches]
        return None if device.type.domain == "sensor" else device

    def _awake_in(self, room: str) -> Callable[[], Origin | None]:
        def somebody() -> Origin | None:
            for body in self._house.bodies.values():
                if body.room == room and not body.asleep:
                    return origin_of(body)
            return None

        return somebody


def origin_of(body: "Body") -> Origin:
    """Who somebody who moves is, and what for."""
    return new_origin((body.id, body.basis, body.activity, body.decision, body.anomaly))


def opening(device: Device) -> Callable[[], bool] | None:
    """Whether *device* stands open now, or is unlocked; None where its state does not say."""
    state, attributes = device.state, device.type.attributes.items()
    named = [name for name, attribute in attributes if not {*SHUT}.isdisjoint(attribute.values or ())]
    return (lambda: state[named[0]] not in SHUT) if named else None


def _pushed(sensor: Sensor, origin: Origin, now: int) -> None:
    if origin.actor:
        sensor.tell(WORDS["button"][0], origin, now, sensor.delay())
