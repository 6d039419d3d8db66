"""Automations at work: rules that watch the clock, the sun, sensors and devices, and give commands.

Like the hub of a real home they know only what is reported to them, and nothing happens while it is cut off.
"""

from collections import defaultdict
from collections.abc import Callable
from typing import TYPE_CHECKING

from scenarios.automation import Automation, Condition, Trigger
from scenarios.device import Value
from scenarios.sensing import EVENTS
from world.clock import MINUTE
from world.devices import Device
from world.event import Origin
from world.mind import Order
from world.timeline import Process

if TYPE_CHECKING:
    from world.body import Body
    from world.house import House

CAUSE = "automation:"  # before the rule's id, as the cause of what it does
HUB = 200  # ms from what a hub hears to what it commands
RESTING = {"motion": "inactive", "contact": "closed", "presence": "present"}
"""What a hub takes for granted until a sensor of this quantity has spoken."""


class Rule:
    """One automation, and when it may fire again."""

    __slots__ = ("automation", "busy", "cause", "ready")

    def __init__(self, name: str, automation: Automation) -> None:
        self.automation, self.cause = automation, CAUSE + name
        self.busy = False  # between its first and its last command
        self.ready = 0  # ms


class Watch:
    """One trigger on what may hold or not: it happens when it begins to hold."""

    __slots__ = ("holds", "rule", "trigger", "turn")

    def __init__(self, rule: Rule, trigger: Trigger, value: Value | None) -> None:
        self.rule, self.trigger = rule, trigger
        self.holds = meets(trigger, trigger.becomes or trigger.home, value)
        self.turn = 0  # times that it began or ended

    def begins(self, value: Value) -> bool:
        """Look at a new value: whether the trigger holds only since now."""
        held, self.holds = self.holds, meets(self.trigger, self.trigger.becomes or self.trigger.home, value)
        if held is not self.holds:
            self.turn += 1
        return self.holds is True and held is False


def meets(test: Trigger | Condition, word: str | None, value: Value | None) -> bool | None:
    """Whether *value* is what *test* waits for: the *word*, or a number above or below; None: unknown."""
    if value is None:
        return None
    if word is not None:
        return value == word
    if isinstance(value, str):
        return None
    return value > test.above if test.above is not None else value < (test.below or 0.0)


class Automations:
    """All rules of a home."""

    def __init__(self, house: "House") -> None:
        self._house = house
        self.watched: dict[str, list[Watch]] = defaultdict(list)  # by device
        self._readings: dict[tuple[str, str], list[Watch]] = defaultdict(list)  # by sensor and quantity
        self._homes: list[Watch] = []
        self._told: dict[tuple[str, str], Value] = {}  # the last reading of each sensor and quantity
        automations = house.layout.home.automations
        for name, automation in automations.items():
            rule = Rule(name, automation)
            for trigger in automation.when:
                self._install(rule, trigger)
        self.listens = bool(automations)
        self.tends = frozenset(
            act.device for it in automations.values() if _by_presence(it) for act in it.then
        )  # devices that go on and off with whoever is there

    def changed(self, device: Device, anomaly: str = "") -> None:
        """The state of *device*, one of those that are `watched`, may be another, for that *anomaly*."""
        if device.online:
            for watch in self.watched[device.id]:
                self._look(watch, device.state[watch.trigger.attribute], anomaly)

    def heard(self, sensor: str, attribute: str, value: str, anomaly: str = "") -> None:
        """A reading has arrived, because of that *anomaly*."""
        told = self._told[sensor, attribute] = value if attribute in EVENTS else float(value)
        for watch in self._readings.get((sensor, attribute), ()):
            if attribute == "button":
                watch.holds = False  # every push counts
            self._look(watch, told, anomaly)

    def moved(self, body: "Body", before: str) -> None:
        """*body* has come from the room *before* into another."""
        if self._homes and "outside" in (before, body.room):
            for watch in self._homes:
                self._look(watch, self._household())

    def _install(self, rule: Rule, trigger: Trigger) -> None:
        house = self._house
        if trigger.home is not None:
            self._homes.append(Watch(rule, trigger, "occupied"))
        elif trigger.device is not None:
            self._watch(rule, trigger, house.devices[trigger.device])
        else:
            house.env.start(self._daily(rule, self._instant(trigger)))

    def _watch(self, rule: Rule, trigger: Trigger, device: Device) -> None:
        name = trigger.attribute
        if _senses(device, name):
            watch = Watch(rule, trigger, "" if name == "button" else RESTING.get(name))
            self._readings[device.id, name].append(watch)
        else:
            self.watched[device.id].append(Watch(rule, trigger, device.state[name]))

    def _instant(self, trigger: Trigger) -> Callable[[int], int]:
        """When the trigger happens on a day, ms."""
        clock, sun = self._house.clock, self._house.physics.weather.sun
        if trigger.at is not None:
            minute = trigger.at
            return lambda day: clock.ms(day, minute)
        event, offset = sun.sunrise if trigger.sun == "sunrise" else sun.sunset, trigger.offset * MINUTE
        return lambda day: event(day) + offset

    def _daily(self, rule: Rule, instant: Callable[[int], int]) -> Process:
        house, day = self._house, 0
        while True:
            when = instant(day)
            day += 1
            if when >= house.env.now:
                yield house.env.pause(when - house.env.now)
                self._fire(rule)

    def _look(self, watch: Watch, value: Value, anomaly: str = "") -> None:
        if not watch.begins(value) or self._house.outages:
            return
        if watch.trigger.lasting:
            self._house.env.start(self._last(watch, anomaly))
        else:
            self._fire(watch.rule, anomaly)

    def _last(self, watch: Watch, anomaly: str) -> Process:
        """See whether it stays so."""
        turn = watch.turn
        yield self._house.env.pause(round(watch.trigger.lasting * 1000))
        if watch.turn == turn:
            self._fire(watch.rule, anomaly)

    def _fire(self, rule: Rule, anomaly: str = "") -> None:
        house, automation = self._house, rule.automation
        if house.outages or rule.busy or house.env.now < rule.ready:
            return
        if all(self._holds(condition) for condition in automation.provided):
            rule.busy, rule.ready = True, house.env.now + round(automation.settle * 1000)
            house.env.start(self._carry_out(rule, anomaly))

    def _carry_out(self, rule: Rule, anomaly: str) -> Process:
        house, origin = self._house, Origin(cause=rule.cause, anomaly=anomaly)
        yield house.env.pause(HUB)
        for act in rule.automation.then:
            if act.wait:
                yield house.env.pause(round(act.wait * 1000))
            refusal = "the network is down" if house.outages else ""
            if act.device in house.layout.home.devices:  # what is new on a later day is not there yet
                order = Order(act.device, act.command, act.value)
                house.command(house.devices[act.device], order, origin, refusal)
        rule.busy = False

    def _holds(self, condition: Condition) -> bool:
        house, now = self._house, self._house.env.now
        day, weekday, minute = house.clock.local(now)
        if condition.days is not None and weekday not in condition.days:
            return False
        if not _within_hours(condition, minute):
            return False
        if condition.sun is not None:
            sun = house.physics.weather.sun
            if (condition.sun == "up") is not (sun.sunrise(day) <= now < sun.sunset(day)):
                return False
        if condition.home is not None and condition.home != self._household():
            return False
        return condition.device is None or self._reads(condition, house.devices[condition.device])

    def _reads(self, condition: Condition, device: Device) -> bool:
        """Whether what the hub knows of *device* is as the condition wants it."""
        name = condition.attribute
        if _senses(device, name):
            value = self._told.get((device.id, name), RESTING.get(name))
        else:
            value = device.state[name] if device.online else None
        return meets(condition, condition.equals, value) is True

    def _household(self) -> str:
        return "occupied" if any(body.at_home for body in self._house.bodies.values()) else "empty"


def _senses(device: Device, attribute: str) -> bool:
    """Whether the device tells this as a reading: then a hub knows no more than what has arrived."""
    return any(sensing.quantity == attribute for sensing in device.type.senses)


def _within_hours(condition: Condition, minute: int) -> bool:
    after, before = condition.after or 0, 1440 if condition.before is None else condition.before
    if after < before:
        return after <= minute < before
    return minute >= after or minute < before


def _by_presence(automation: Automation) -> bool:
    return any(trigger.attribute in ("motion", "presence") for trigger in automation.when)
