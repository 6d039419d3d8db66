"""Settings that everybody feels, a thermostat's setpoint, the television's channel, and who made them."""

from typing import TYPE_CHECKING, NamedTuple

from scenarios.contention import Policy
from scenarios.device import Command, Value
from world.clock import HOUR
from world.contention import Conflict, Outcome
from world.devices import Device
from world.mind import Order, Said, Talk
from world.talk import exchange, outcome

if TYPE_CHECKING:
    from world.body import Body
    from world.house import House
    from world.timeline import Process

NOTABLE = 2  # steps of the command by which a number differs so that people mind


class _Made(NamedTuple):
    who: str
    time: int  # ms
    value: Value


class Settings:
    """Who set what last; a setting is somebody's for some hours, as long as nothing else changes it."""

    def __init__(self, house: "House") -> None:
        self._house, self._rules = house, house.layout.home.contention
        self._memory = round(self._rules.memory * HOUR)
        self._made: dict[tuple[str, str], _Made] = {}  # by device and attribute
        rules = self._rules
        self.negotiable = "negotiate" in (rules.settings, *rules.policies.values())
        self._agreed = ("", "", -1)  # who last talked about which device, when

    def contest(self, body: "Body", device: Device, order: Order) -> tuple[Order, str]:
        """What *body* makes of an order to a shared device: the order as it is given, or why it is not."""
        command = device.type.commands.get(order.command)
        if command is None or device.refusal(order.command, order.argument):
            return order, ""  # impossible anyhow
        for name in device.type.shared:
            value, made = _wanted(device, command, order, name), self._of_others(body, device, name)
            if made is not None and value is not None:
                if not _differ(value, made.value, command):
                    continue  # as good as the same: it stays whose it is
                order, refusal = self._settle(body, device, order, made)
                if refusal:
                    return order, refusal
                value = _wanted(device, command, order, name)
            if value is not None:
                self._made[device.id, name] = _Made(body.id, self._house.env.now, value)
        return order, ""

    def agree(self, body: "Body", order: Order) -> "Process":
        """Talk *order* over where that is the custom; returns it as it is given, None if it is not."""
        if (dispute := self._dispute(body, order)) is None:
            return order
        asked, talk = dispute
        return self._talked(body, order, talk, (yield from exchange(body, asked, talk)))

    def _dispute(self, body: "Body", order: Order) -> tuple["Body", Talk] | None:
        """With whom to talk about *order*, and what it is about."""
        device = self._house.devices[order.device]
        command = device.type.commands.get(order.command)
        if not device.type.shared or command is None or device.refusal(order.command, order.argument):
            return None
        if self._rules.of_setting(device.id, device.type.type) != "negotiate":
            return None
        for name in device.type.shared:
            value, made = _wanted(device, command, order, name), self._of_others(body, device, name)
            if value is None or made is None or not _differ(value, made.value, command):
                continue
            if (asked := self._house.bodies[made.who]).attentive:
                air = any(part.setpoint == name for part in device.type.conditions)
                return asked, Talk(
                    about=device.name, other=asked.id, asks=True, wanted=_words(value),
                    current=_words(made.value), between=_mean(order.argument, made.value), celsius=air,
                )  # fmt: skip
        return None

    def _talked(self, body: "Body", order: Order, talk: Talk, said: tuple[Said, ...]) -> Order | None:
        """Write down how they have settled it; the order as it is given, if at all."""
        device, ended = self._house.devices[order.device], outcome(said)
        self._house.record(
            Conflict(
                time=self._house.env.now, resident=body.id, others=(talk.other,), resource=device.id,
                kind="setting", policy="negotiate", wait_ms=0, outcome=ended, decision=body.decision,
                said=said,
            )
        )  # fmt: skip
        self._agreed = (body.id, device.id, self._house.env.now)
        if ended == "yielded":
            return None
        return order._replace(argument=talk.between) if ended == "compromised" else order

    def _of_others(self, body: "Body", device: Device, name: str) -> _Made | None:
        """The setting as somebody else has made it, if it still is theirs."""
        made = self._made.get((device.id, name))
        if made is None or made.who == body.id or self._house.env.now - made.time >= self._memory:
            return None
        return made if device.state[name] == made.value else None

    def _settle(self, body: "Body", device: Device, order: Order, made: _Made) -> tuple[Order, str]:
        policy = self._rules.of_setting(device.id, device.type.type)
        if policy == "negotiate" and self._agreed == (body.id, device.id, self._house.env.now):
            return order, ""
        if policy in ("override", "negotiate"):  # nobody is up to be asked
            self._write(body, device, made, policy, "overrode")
            return order, ""
        if policy == "share" and (mean := _mean(order.argument, made.value)):
            self._write(body, device, made, policy, "shared")
            return order._replace(argument=mean), ""
        self._write(body, device, made, policy, "yielded")
        name = self._house.bodies[made.who].profile.name
        return order, f"{name} has set {device.name} to {_words(made.value)}"

    def _write(self, body: "Body", device: Device, made: _Made, policy: Policy, outcome: Outcome) -> None:
        now = self._house.env.now
        conflict = Conflict(
            time=now, resident=body.id, others=(made.who,), resource=device.id, kind="setting",
            policy=policy, wait_ms=0, outcome=outcome, decision=body.decision,
        )  # fmt: skip
        self._house.record(conflict)


def _wanted(device: Device, command: Command, order: Order, name: str) -> Value | None:
    return device.updates(command, order.argument).get(name)


def _differ(one: Value, two: Value, command: Command) -> bool:
    """Whether people would mind the one for the other."""
    if isinstance(one, str) or isinstance(two, str):
        return one != two
    step = command.argument.step if command.argument else 1.0
    return abs(one - two) >= NOTABLE * step


def _mean(argument: str, value: Value) -> str:
    """Half-way between two numbers; '' where there is no such thing."""
    try:
        return f"{(float(argument) + float(value)) / 2:.4g}"
    except ValueError:
        return ""


def _words(value: Value) -> str:
    return value if isinstance(value, str) else f"{value:g}"
