"""A home brought to life: rooms, devices, weather and people on one SimPy clock, and what they record."""

from collections import defaultdict
from collections.abc import Sequence
from itertools import count
from typing import NamedTuple

from scenarios.activity import TO_BED
from scenarios.catalogue import Catalogue
from scenarios.chance import Chance
from scenarios.home import Home
from scenarios.kin import charges
from scenarios.resident import Profile
from scenarios.scenario import Happening
from scenarios.weather_file import Hour
from world.affordances import Offers, affordances
from world.alert import Alert
from world.anomaly.acting import go_wrong
from world.anomaly.window import Window
from world.automations import Automations
from world.body import Body
from world.care import Care, body_of
from world.changing import Course, begin
from world.clock import MINUTE, Clock
from world.comfort import discomforts
from world.contention import Access, Conflict
from world.devices import Device
from world.door import locks
from world.event import NOBODY, Event, Kind, Origin, new_event, new_origin
from world.gathering import Gatherings
from world.happening import befall
from world.heat import keep_out, windows
from world.layout import Layout
from world.light import lamps, remedies
from world.meter import Meter
from world.mind import Cause, Decided, Decision, Message, Observation, Order, Senses, Talk
from world.physics import Physics, Still
from world.programmes import Programmes
from world.rooms import Rooms
from world.sensors import Sensors
from world.settings import Settings
from world.sway import Sway
from world.timeline import Answer, Process, Timeline
from world.weather import Weather, spells_of
from world.wire import Wire

PROGRAMME = Origin(cause="programme")  # what it ends, nobody does
QUARTER = 15 * MINUTE
QUIET = 4 * 60  # minute of the day at which the fewest are up


class Waiting(NamedTuple):
    """A resident who waits for a decision."""

    body: Body
    observation: Observation
    answer: Answer


class House:
    """One household's world. Minds stay outside; see `world.loop`."""

    def __init__(
        self,
        layout: Layout,
        residents: Sequence[Profile],
        happenings: Sequence[Happening],
        clock: Clock,
        chance: Chance,
        *,
        physics: bool = True,
        record: Sequence[Hour] = (),
        course: Course | None = None,
        anomalies: Sequence[Window] = (),
    ) -> None:
        self.layout, self.catalogue, self.clock = layout, layout.catalogue, clock
        self.env = Timeline()
        self.rooms = Rooms(layout.home)
        self.devices = _devices(layout.home, self.catalogue)
        self._in_room = {
            room: [device for device in self.devices.values() if device.room == room]
            for room in layout.home.rooms
        }
        self.offers = Offers(self)
        self.remedies = {room: remedies(devices) for room, devices in self._in_room.items()}
        spells, its_chance = spells_of(happenings, clock), chance.branch("weather")
        weather = Weather(layout.home.climate, layout.home.address, clock, its_chance, spells, record)
        self.physics = Physics(layout.home, self.devices, weather) if physics else Still(weather)
        self.meter = Meter(self.devices.values(), lambda: self.env.now)
        self._chance = chance.branch("devices")
        self.programmes = Programmes(self, self._chance)
        self.wire = Wire(self)
        self.sensors = Sensors(self, chance.branch("sensors"))
        self.automations = Automations(self)
        tended = self.automations.tends
        self.locks = locks(self._in_room.get(self.rooms.entry[0], ()))
        self.windows = windows([*self.devices.values()])
        self.lamps = {room: lamps(devices, tended) for room, devices in self._in_room.items()}
        self.outages = 0  # of the network that last now
        self.at_fault: dict[str, str] = {}  # device, or 'network' -> the label of the fault that lasts now
        self.access, self.settings = Access(self, len(residents)), Settings(self)
        self.gatherings, minders = Gatherings(self), charges(residents)
        self.care = Care(self, minders) if minders else None
        self.lately: dict[str, tuple[str, int]] = {}  # activity -> who has last begun it, and when
        self.drawn: dict[str, int] = {}  # blind -> when somebody has last moved it
        self._records: list[Event | Decided | Conflict] = []
        self.record = self._records.append
        """Write down what happened."""
        self.stirred = self.sensors.stirred
        """Somebody has moved without leaving the room."""
        self.undecided: list[Waiting] = []  # those who wait for a decision
        self.sways: dict[str, list[Sway]] = defaultdict(list)  # by whose body
        self._decisions = 0
        self.bodies: dict[str, Body] = {
            person.id: body_of(person.id, minders)(
                self, person, layout.bedroom(person), chance.branch("body", person.id)
            )
            for person in sorted(residents, key=lambda person: person.id)
        }
        self._set_off(happenings, course, anomalies, chance.branch("anomalies"))

    def _set_off(
        self,
        happenings: Sequence[Happening],
        course: Course | None,
        anomalies: Sequence[Window],
        chance: Chance,
    ) -> None:
        """Begin what goes on by itself, and what befalls the household."""
        self.env.start(self._feel())
        self.env.start(self._renew())
        if course is not None:
            begin(self, course)
        for happening in sorted(happenings, key=lambda it: (it.day, it.at, it.kind, it.text)):
            self.env.start(befall(self, happening))
        for window in anomalies:
            self.env.start(go_wrong(self, window, chance))

    @property
    def now(self) -> int:
        """Milliseconds since the scenario's first local midnight."""
        return self.env.now

    def ask(self, body: Body, alert: Alert) -> Answer:
        """Register that *body* needs a decision; the event's value will be what was decided."""
        waiting = Waiting(body, self._observe(body, alert), self.env.expect())
        for sway in self.sways[body.id]:
            if (own := sway.instead(waiting.observation)) is not None:
                self._decide(waiting, own)
                return waiting.answer
        self.undecided.append(waiting)
        return waiting.answer

    def ask_about(self, body: Body, about: str, talk: Talk) -> Answer:
        """Have *body* say something to what is to be settled."""
        return self.ask(body, Alert(Cause.TALK, about, talk=talk))

    def waiting(self) -> list[Waiting]:
        """Take everybody who waits for a decision, in the order of their ids."""
        waiting = self.undecided.copy()
        self.undecided.clear()
        if len(waiting) > 1:
            waiting.sort(key=lambda who: who.body.id)
        return waiting

    def answer(self, who: Waiting, decision: Decision) -> None:
        """Hand a decision to the resident who waits for it, and write it down."""
        for sway in self.sways[who.body.id]:
            decision = sway.after(who.observation, decision)
        self._decide(who, decision)

    def _decide(self, who: Waiting, decision: Decision) -> None:
        seen = who.observation
        decided = Decided(
            id=self._decisions, time=seen.time, resident=seen.resident, cause=seen.cause, decision=decision
        )  # fmt: skip
        self._records.append(decided)
        self._decisions += 1
        self.env.answer(who.answer, decided)

    def drain(self) -> list[Event | Decided | Conflict]:
        """Take what has been written down since the last call."""
        records = self._records.copy()
        self._records.clear()
        return records

    def occupants(self, room: str) -> tuple[str, ...]:
        """Who is in *room*."""
        return tuple(body.id for body in self.bodies.values() if body.room == room)

    def last_in(self, room: str, body: Body) -> bool:
        """Whether nobody but *body*, and children who are in bed or follow, is in *room*."""
        return all(
            it is body or (it.small and (it.asleep or it.follows or it.activity == TO_BED))
            for it in self.bodies.values()
            if it.room == room
        )

    def deliver(self, sender: Body, message: Message) -> None:
        """Write a message down and hand it to those at home and awake to whom it is sent."""
        self._records.append(
            Event(
                self.env.now, Kind.HAPPENING, sender.id, sender.room, "", "", "message", message.text,
                sender.activity, sender.basis, sender.decision, sender.anomaly,
            )
        )  # fmt: skip
        words = f"a message from {sender.profile.name}: {message.text}"
        for who in message.to:
            self.bodies[who].alert(Alert(Cause.MESSAGE, words, sender=sender.id))

    def refurnish(self, layout: Layout) -> None:
        """From now on things are where *layout* has them, and what it lacks is not there."""
        self.layout = layout
        self.offers.forget()

    def devices_in(self, room: str) -> list[Device]:
        """The devices that stand in *room*."""
        return self._in_room.get(room, [])

    def operate(self, body: Body, order: Order) -> bool:
        """Try a command for *body*; what cannot be done is written down as refused and changes nothing."""
        device = self.devices[order.device]
        origin = new_origin((body.id, body.basis, body.activity, body.decision, body.anomaly))
        refusal = _out_of_reach(self, body, device, order.command)
        if device.type.shared and len(self.bodies) > 1 and not refusal:
            order, refusal = self.settings.contest(body, device, self.meant(order))
        return self.command(device, order, origin, refusal)

    def meant(self, order: Order) -> Order:
        """The order with its argument, drawn where it has none."""
        argument = order.argument or self._argument(self.devices[order.device], order.command)
        return order._replace(argument=argument)

    def command(self, device: Device, order: Order, origin: Origin, refusal: str = "") -> bool:
        """Give a command, unless there is a *refusal* already or the device has one."""
        command = device.type.commands.get(order.command)
        by = command.by if command else "person"
        argument = order.argument
        if command and command.argument and not argument:
            argument = self._argument(device, order.command)
        refusal = refusal or device.refusal(order.command, argument, by)
        if refusal:
            self._write(origin, Kind.REFUSED, device, order.command, refusal)
            return False
        device.obey(order.command, argument)
        kind = Kind.REPORT if by != "person" else Kind.COMMAND if device.type.connected else Kind.DEED
        self._write(origin, kind, device, order.command, argument)
        self.changed(device, origin)
        return True

    def moved(self, body: Body, before: str) -> None:
        """*body* has come from the room *before* into another."""
        self.physics.moved(body, self.env.now)
        self.sensors.moved(body, before)
        self.automations.moved(body, before)

    def changed(self, device: Device, origin: Origin = NOBODY) -> None:
        """The state of *device* is, or may be, another: its programme, the air, sensors and rules follow."""
        now = self.env.now
        if device.run:
            self.programmes.follow(device, now)
        self.physics.changed(device, now)
        self.meter.changed(device)
        if device.id in self.sensors.watched:
            self.sensors.changed(device, origin)
        if device.id in self.automations.watched:
            self.automations.changed(device, origin.anomaly)

    def _argument(self, device: Device, command: str) -> str:
        known = device.type.commands.get(command)
        if known is None or known.argument is None:
            return ""
        return device.default_argument(command, self._chance.rng(device.id, command, self.env.now))

    def _write(self, origin: Origin, kind: Kind, device: Device, command: str, value: str) -> None:
        actor, cause, activity, decision, anomaly = origin
        what = device.room, device.id, device.type.type, command, value
        event = new_event((self.env.now, kind, actor, *what, activity, cause, decision, anomaly))
        self._records.append(self.wire.passed(event) if self.wire.taps else event)

    def befall(self, device: Device, what: str, origin: Origin) -> None:
        """Write down that something befell the *device*, which no network knows."""
        self._write(origin, Kind.HAPPENING, device, what, "")

    def ended(self, device: Device, command: str, anomaly: str = "") -> None:
        """A programme has ended; only the *command* that the device then reports, if any, is observable."""
        origin = PROGRAMME._replace(anomaly=anomaly)
        self._write(origin, Kind.REPORT if command else Kind.HAPPENING, device, command, "")
        self.changed(device, Origin(anomaly=anomaly))

    def _observe(self, body: Body, alert: Alert) -> Observation:
        """What *body* can perceive now."""
        now = self.env.now
        _, weekday, minute = self.clock.local(now)
        return Observation(
            time=now, weekday=weekday, minute=minute, resident=body.id, room=body.room, cause=alert.cause,
            about=alert.about, need=alert.need, lasts=alert.lasts, activity=body.activity,
            sender=alert.sender, talk=alert.talk,
            recent=tuple(body.recent), lately=self.lately, sense=lambda: self._senses(body),
            afford=lambda need: affordances(self, body, need),
        )  # fmt: skip

    def _senses(self, body: Body) -> Senses:
        room, physics, now = body.room, self.physics, self.env.now
        return Senses(
            physics.temperature(room, now), physics.outdoors(now), physics.lux(room, now), self._company(body)
        )

    def _renew(self) -> Process:
        """Every night chance begins anew, so that what was otherwise by day leaves no trace in it."""
        for day in count(1):
            yield self.env.pause(self.clock.ms(day, QUIET) - self.env.now)
            self.sensors.renew(day)
            for body in self.bodies.values():
                body.pace.renew(day)

    def _feel(self) -> Process:
        """Every half hour the house warms or cools, and whoever suffers notices; dusk falls faster.

        While everybody sleeps or is out, nobody would notice: then it warms or cools every hour.
        """
        quarters, bodies = 0, [*self.bodies.values()]
        while True:
            attentive = [body for body in bodies if not body.asleep and body.room != "outside"]
            if not quarters % (2 if attentive else 4):
                self.physics.advance(self.env.now, bodies)
                self.sensors.sample()
                for body in attentive:
                    self._discomfort(body)
                keep_out(self, attentive)
            for body in attentive:
                body.notice_dusk()
            passing = 1 if attentive else 4 - quarters % 4
            quarters += passing
            yield self.env.pause(passing * QUARTER)

    def _discomfort(self, body: Body) -> None:
        """Nobody looks at the clock to feel cold: what is wrong is noticed within the next half hour."""
        if next(discomforts(self, body), None) is not None:
            self.env.start(self._notice(body))

    def _notice(self, body: Body) -> Process:
        """One thing at a time: what is worst, or what has not been complained of lately."""
        yield self.env.pause(body.notices_after(2 * QUARTER))
        for need, words in discomforts(self, body) if body.attentive else ():
            if body.alert(Alert(Cause.NEED, words, need)):
                return

    def _company(self, body: Body) -> tuple[str, ...]:
        """The names of those who are in the same room at home."""
        others = [self.bodies[other] for other in self.occupants(body.room) if other != body.id]
        return tuple(other.profile.name for other in others if other.at_home)


def _devices(home: Home, catalogue: Catalogue) -> dict[str, Device]:
    return {
        name: Device(name, catalogue.devices[place.type], place.room, place.name or name.replace("_", " "))
        for name, place in sorted(home.devices.items())
    }


def _out_of_reach(house: House, body: Body, device: Device, command: str) -> str:
    kind = device.type
    if kind.type in body.profile.forbidden:
        return f"{body.profile.name} does not operate {kind.label}"
    if device.room == body.room or (command in kind.commands and kind.commands[command].by != "person"):
        return ""
    if kind.reach == "room":
        return f"{device.name} is in {device.room}, {body.profile.name} in {body.room}"
    return "the network is down" if house.outages else ""
