"""The one interpreter of device types: what a device can do now, what a command changes, what it gives off.

A device knows neither rooms nor clocks. A command that starts a programme returns its `Finish`; whoever
keeps the time calls `finish` with the run's number when it has run for its minutes, those in which it was
held not counted.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from scenarios.device import (
    ARGUMENT,
    Agent,
    Argument,
    Command,
    Conditioning,
    DeviceType,
    Draw,
    Finish,
    Range,
    State,
    Value,
    When,
)
from scenarios.problems import nearest

_OWNERS = {
    "person": "something that people do",
    "device": "reported by the device itself",
    "poll": "status polling, done by nobody",
}


class Impossible(ValueError):
    """A command was applied that the device refuses."""


@dataclass(frozen=True, slots=True)
class Output:
    """What a device gives off: electric watts, the part that warms the room, lumens, noise in dB(A),

    water vapour in g/h and air exchanged with outdoors in m³/h.
    """

    watts: float = 0.0
    heat: float = 0.0
    lumens: float = 0.0
    noise: float = 0.0
    moisture: float = 0.0
    fresh_air: float = 0.0


DEAD = Output()


def describe(command: Command, name: str, argument: str = "") -> str:
    """The command in words that follow 'to': 'turn on the bedside lamp', 'dim the lamp to 40 %'."""
    words = command.says.replace("{device}", name)
    if not argument or command.argument is None:
        return words
    return f"{words} to {argument} {command.argument.unit}".rstrip()


def holds(when: When, state: State) -> bool:
    """Whether *state* has one of the values wanted of every attribute."""
    for name, values in when.items():  # noqa: SIM110 - all() over a generator takes three times as long
        if state[name] not in values:
            return False
    return True


class Device:
    """One device in its place: a type's state machine with a state of its own."""

    __slots__ = (
        "_faults", "_outputs", "id", "minutes", "name", "online", "output", "programme", "room", "run",
        "state", "type",
    )  # fmt: skip

    def __init__(self, id: str, type: DeviceType, room: str, name: str = "") -> None:  # noqa: A002
        self.id = id
        self.type = type
        self.room = room
        self.name = name or type.label
        self.state: State = {key: attribute.initial for key, attribute in type.attributes.items()}
        self._faults: list[str] = []
        self.online = True  # no fault lasts: it obeys, works and reports
        self.programme: Finish | None = None  # the one that runs, or is held
        self.minutes: Range = (0.0, 0.0)  # least and most that it runs
        self.run = 0  # number of the last programme started
        self._outputs: dict[tuple[Value, ...], Output] = {}  # by state: most come back many times a day
        self.output = self._measured()
        """All that it gives off now; the same object as long as that is so."""

    @property
    def held(self) -> bool:
        """Whether its programme stands still: it is paused, or a fault lasts."""
        paused = self.programme.paused if self.programme is not None else {}
        return bool(self._faults) or (bool(paused) and holds(paused, self.state))

    def fail(self, fault: str) -> None:
        """Begin a fault; faults may overlap."""
        self._faults.append(fault)
        self._outlive()

    def recover(self, fault: str) -> None:
        """End one fault of that name."""
        self._faults.remove(fault)
        self._outlive()

    def _outlive(self) -> None:
        self.online = not self._faults
        self.output = self._measured()

    def refusal(self, command: str, argument: str = "", by: Agent = "person") -> str:
        """Why the command is impossible now, in words; '' when it is possible."""
        definition = self.type.commands.get(command)
        if definition is None:
            known = self.type.commands
            return f"{self.type.type} has no command {command!r}{nearest(command, known)}"
        if definition.by != by:
            return f"{command!r} is {_OWNERS[definition.by]}"
        if not self.online:
            return f"{self.name} is offline"
        if definition.when and not holds(definition.when, self.state):
            return self._obstacle(definition)
        if argument or definition.argument is not None:
            return _argument_refusal(command, definition.argument, argument)
        return ""

    def _obstacle(self, command: Command) -> str:
        for name, values in command.when.items():
            if self.state[name] not in values:
                wanted = " or ".join(map(str, values))
                return f"{self.name} has {name} {self.state[name]}; it would have to be {wanted}"
        return ""

    def apply(self, command: str, argument: str = "", by: Agent = "person") -> Finish | None:
        """Change the state; the programme that this command started, if any, is `self.run` from now on.

        The command that started a programme lets it go on where it is held.
        """
        if reason := self.refusal(command, argument, by):
            raise Impossible(reason)
        return self.obey(command, argument)

    def obey(self, command: str, argument: str = "") -> Finish | None:
        """The same of a command that is known to be possible."""
        definition = self.type.commands[command]
        starts = definition.finishes
        was_held = starts is not None and self.held
        changed = self._change(definition.set if definition.steady else self.updates(definition, argument))
        if starts is not None and holds(starts.when, self.state):
            return None if was_held and self.programme is starts else self._start(starts)
        if self.programme is not None and not self.held and not self.programme.set.keys().isdisjoint(changed):
            self.programme = None  # what it was going to end has been changed by hand
        return None

    def _start(self, programme: Finish) -> Finish:
        self.run += 1
        self.programme, minutes = programme, programme.minutes
        self.minutes = (float(self.state[minutes]),) * 2 if isinstance(minutes, str) else minutes
        return programme

    def finish(self, run: int) -> str | None:
        """End programme *run*: the command the device reports ('' = none); None when it is stale or held."""
        if self.programme is None or run != self.run or self.held:
            return None
        finish, self.programme = self.programme, None
        self._change(finish.set)
        return finish.emits

    def updates(self, command: Command, argument: str) -> State:
        """What the command would set now."""
        attributes = self.type.attributes
        updates: State = dict(command.set)
        for name, value in command.set.items():
            if value == ARGUMENT:
                updates[name] = argument if attributes[name].range is None else float(argument)
        if command.toggle:
            values = attributes[command.toggle].values or ()
            updates[command.toggle] = values[0] if self.state[command.toggle] == values[1] else values[1]
        for name, change in command.step.items():
            low, high = attributes[name].range or (0.0, 0.0)
            updates[name] = min(high, max(low, float(self.state[name]) + change))
        return updates

    def _change(self, updates: State) -> list[str]:
        changed = [name for name, value in updates.items() if self.state[name] != value]
        if changed:
            self.state.update(updates)
            self.output = self._measured()
        return changed

    def default_argument(self, command: str, rng: np.random.Generator) -> str:
        """A sensible value, drawn from the usual range or the words; '' where the command takes none."""
        definition = self.type.commands.get(command)
        if definition is None or definition.argument is None:
            return ""
        argument = definition.argument
        if argument.range is None:
            words = argument.values or ("",)
            return words[int(rng.integers(len(words)))]
        low, high = argument.usual or argument.range
        steps = int((high - low) / argument.step + 1e-9)
        return f"{low + argument.step * int(rng.integers(steps + 1)):g}"

    def daylight(self) -> float:
        """The share of daylight that this device lets through: 1 but for a blind."""
        return self._share(self.type.shade) if self.type.shade else 1.0

    def conditioning(self) -> tuple[Conditioning, float] | None:
        """The heating or cooling that is active and the temperature it pulls to, °C."""
        if self.online:
            for part in self.type.conditions:
                if holds(part.when, self.state):
                    return part, float(self.state[part.setpoint])
        return None

    def _measured(self) -> Output:
        if not self.online:
            return DEAD
        state = tuple(self.state.values())
        found = self._outputs.get(state)
        if found is None:
            found = self._outputs[state] = self._sum(
                it for it in self.type.draws if holds(it.when, self.state)
            )
        return found

    def _sum(self, draws: Iterable[Draw]) -> Output:
        watts = heat = lumens = noise = moisture = fresh_air = 0.0
        for draw in draws:
            share = self._share(draw.scale) if draw.scale else 1.0
            watts += share * draw.watts
            heat += share * draw.watts * draw.heat_share
            lumens += share * draw.lumens
            noise = max(noise, draw.noise)
            moisture += share * draw.moisture
            fresh_air += share * draw.fresh_air
        return Output(watts, heat, lumens, noise, moisture, fresh_air)

    def _share(self, name: str) -> float:
        highest = (self.type.attributes[name].range or (0.0, 1.0))[1]
        return float(self.state[name]) / highest


def _argument_refusal(command: str, argument: Argument | None, text: str) -> str:
    if argument is None:
        return f"{command!r} takes no value; got {text!r}"
    if not argument.admits(_read(argument, text)):
        return f"{command!r} takes {argument.expected()}; got {text!r}"
    return ""


def _read(argument: Argument, text: str) -> Value:
    if argument.range is None:
        return text
    try:
        return float(text)
    except ValueError:
        return text  # no number: admitted nowhere
