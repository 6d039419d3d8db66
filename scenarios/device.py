"""A device type as data: one YAML file a type, one interpreter (`world.devices`) for all of them.

Commands are named as SmartThings names them, so `Light` and `switch on` make the action `Light:switch on`.
"""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, WithJsonSchema, model_validator

from scenarios.frozen import Frozen, Need, RoomKind
from scenarios.problems import nearest
from scenarios.sensing import Sensing

ARGUMENT = "$argument"
"""In a command's `set`: whatever value the command was given."""

Value = str | float
State = dict[str, Value]
Range = tuple[float, float]
Agent = Literal["person", "device", "poll"]

Domain = Literal[
    "alarm_control_panel", "binary_sensor", "button", "camera", "climate", "cover", "device_tracker", "event",
    "fan", "humidifier", "light", "lock", "media_player", "number", "person", "remote", "scene", "select",
    "sensor", "siren", "switch", "vacuum", "valve", "water_heater",
]  # fmt: skip
"""Entity domains of Home Assistant."""


def _one_or_more(value: Any) -> Any:
    return value if isinstance(value, list | tuple) else (value,)


_SCALAR = [{"type": "string"}, {"type": "number"}]
Values = Annotated[
    tuple[Value, ...],
    Field(min_length=1),
    BeforeValidator(_one_or_more),
    WithJsonSchema({"anyOf": [*_SCALAR, {"type": "array", "items": {"anyOf": _SCALAR}, "minItems": 1}]}),
]
"""One value or several; always a tuple inside."""

When = dict[str, Values]
"""Attribute -> the values under which something holds. Empty: always."""


class _Choice(Frozen):
    """Either words or a range of numbers."""

    values: tuple[str, ...] | None = None
    range: Range | None = None
    unit: str = ""

    @model_validator(mode="after")
    def _values_or_range(self) -> "_Choice":
        if (self.values is None) == (self.range is None):
            raise ValueError("give either `values: [word, …]` or `range: [lowest, highest]`")
        if self.values is not None and len(set(self.values)) < max(1, len(self.values)):
            raise ValueError(f"values must be different words, at least one; got {list(self.values)}")
        if self.range is not None and not self.range[0] < self.range[1]:
            raise ValueError(f"range is [lowest, highest]; got {list(self.range)}")
        return self

    def admits(self, value: Value) -> bool:
        """Whether *value* is one of the words, or a number within the range."""
        if self.range is None:
            return self.values is not None and value in self.values
        return not isinstance(value, str) and self.range[0] <= value <= self.range[1]

    def expected(self) -> str:
        """What is admitted, in words for a message."""
        if self.range is None:
            return "one of " + ", ".join(self.values or ())
        return f"a number from {self.range[0]:g} to {self.range[1]:g}"


class Attribute(_Choice):
    """A variable of the device's state: one of `values`, or a number within `range`."""

    initial: Value

    @model_validator(mode="after")
    def _initial_admitted(self) -> "Attribute":
        if not self.admits(self.initial):
            raise ValueError(f"initial {self.initial!r} is not {self.expected()}")
        return self


class Argument(_Choice):
    """What a command takes: one of `values`, or a number within `range`, usually within `usual`."""

    usual: Range | None = None  # where people set it; draws come from here
    step: Annotated[float, Field(gt=0)] = 1.0  # draws are multiples of it above the lowest

    @model_validator(mode="after")
    def _usual_within_range(self) -> "Argument":
        if self.usual is not None and not (
            self.admits(self.usual[0]) and self.admits(self.usual[1]) and self.usual[0] <= self.usual[1]
        ):
            raise ValueError(f"usual {list(self.usual)} must lie in order within the range")
        return self


class Finish(Frozen):
    """What happens by itself some minutes after a command: the programme ends, the door falls shut."""

    when: When = {}  # starts only if this holds once the command is done
    minutes: Range
    set: State = {}
    emits: str = ""  # a command of kind `device` that the device then reports

    @model_validator(mode="after")
    def _minutes_in_order(self) -> "Finish":
        if not 0 < self.minutes[0] <= self.minutes[1]:
            raise ValueError(f"minutes are [least, most], in order and above 0; got {list(self.minutes)}")
        return self


class Command(Frozen):
    """One command: when it is possible, what it changes, in words that follow 'to'."""

    says: str = ""  # 'turn on {device}'; ' to 21 °C' is added where there is an argument
    by: Agent = "person"  # poll = status polling, nobody's behaviour
    when: When = {}
    set: State = {}  # the value '$argument' stands for the argument
    toggle: str = ""  # an attribute with two values that flips
    step: dict[str, float] = {}  # attribute -> signed change, clamped to its range
    argument: Argument | None = None
    finishes: Finish | None = None
    relieves: dict[Need, Annotated[float, Field(gt=0, le=1)]] = {}  # 1 = the usual remedy

    @model_validator(mode="after")
    def _people_have_words(self) -> "Command":
        if self.by == "person" and "{device}" not in self.says:
            raise ValueError("what a person can do needs words with {device}, such as 'turn on {device}'")
        return self


class Draw(Frozen):
    """What a device gives off in a state: watts, the share of them that warms, light, noise, water, air."""

    when: When = {}
    watts: Annotated[float, Field(ge=0)] = 0.0
    heat_share: Annotated[float, Field(ge=0, le=1)] = 1.0
    lumens: Annotated[float, Field(ge=0)] = 0.0
    noise: Annotated[float, Field(ge=0, le=140)] = 0.0
    moisture: float = 0.0  # g/h of water given to the room's air; negative: taken from it
    fresh_air: Annotated[float, Field(ge=0, le=5000)] = 0.0  # m³/h exchanged with outdoors
    scale: str = ""  # an attribute; all but noise is multiplied by its value / its highest


class Conditioning(Frozen):
    """Heating or cooling: while `when` holds, up to `watts` pull the room to the attribute `setpoint`."""

    mode: Literal["heat", "cool"]
    when: When = {}
    setpoint: str
    watts: Annotated[float, Field(gt=0)]  # of heat moved


class DeviceType(Frozen):
    """A kind of device."""

    type: str
    label: str  # 'the light'
    rooms: tuple[RoomKind, ...] = ()  # where it usually stands
    domain: Domain = "switch"  # Home Assistant's
    matter: Annotated[str, Field(pattern=r"^(0x[0-9A-F]{4})?$")] = ""  # Matter device type, if any
    reach: Literal["room", "home"] = "room"  # operated by hand in its room, or from anywhere by app
    power: Literal["mains", "battery", "none"] = "mains"  # what a power cut stops
    connected: bool = True  # False: a plain window or tap, whose use no log would show
    exclusive: bool = False  # one person at a time uses it
    shared: tuple[str, ...] = ()  # attributes that everybody feels: a thermostat's setpoint, the channel
    senses: tuple[Sensing, ...] = ()
    attributes: dict[str, Attribute] = {}
    commands: dict[str, Command]
    draws: tuple[Draw, ...] = ()  # all that hold add up
    conditions: tuple[Conditioning, ...] = ()  # the first that holds counts
    shade: str = ""  # an attribute; the share of its range is the share of daylight let in

    @model_validator(mode="after")
    def _consistent(self) -> "DeviceType":
        for problem in _problems(self):
            raise ValueError(f"{self.type}: {problem}")
        return self


def _problems(device: DeviceType) -> Iterator[str]:
    """Everything in which a type contradicts itself."""
    attributes = device.attributes
    for name, command in device.commands.items():
        yield from (f"command {name!r}: {problem}" for problem in _command_problems(command, device))
    for number, draw in enumerate(device.draws, 1):
        found = [*_unheld(draw.when, attributes), *_no_number("scale", draw.scale, attributes)]
        yield from (f"draw {number}: {problem}" for problem in found)
    for number, part in enumerate(device.conditions, 1):
        found = [*_unheld(part.when, attributes), *_no_number("setpoint", part.setpoint, attributes)]
        yield from (f"condition {number}: {problem}" for problem in found)
    yield from _no_number("shade", device.shade, attributes)


def _command_problems(command: Command, device: DeviceType) -> Iterator[str]:
    attributes = device.attributes
    yield from _unheld(command.when, attributes)
    fixed = {name: value for name, value in command.set.items() if value != ARGUMENT}
    yield from _unset(fixed, attributes)
    for name in command.set.keys() - fixed.keys():
        yield from _argument_problems(name, command.argument, attributes)
    if command.toggle:
        yield from _toggle_problems(command.toggle, attributes)
    for name in command.step:
        yield from _no_number("step", name, attributes)
    if command.finishes is not None:
        yield from _finish_problems(command.finishes, device)


def _finish_problems(finish: Finish, device: DeviceType) -> Iterator[str]:
    yield from _unheld(finish.when, device.attributes)
    yield from _unset(finish.set, device.attributes)
    if not finish.emits:
        return
    emitted = device.commands.get(finish.emits)
    if emitted is None:
        yield f"emits {finish.emits!r}, which is no command{nearest(finish.emits, device.commands)}"
    elif emitted.by != "device":
        yield f"emits {finish.emits!r}, which is by {emitted.by}; expected a command `by: device`"


def _argument_problems(
    name: str, argument: Argument | None, attributes: Mapping[str, Attribute]
) -> Iterator[str]:
    if argument is None:
        yield f"sets {name!r} to {ARGUMENT} but takes no argument"
    elif name not in attributes:
        yield _unknown(name, attributes)
    elif not all(attributes[name].admits(value) for value in argument.values or argument.range or ()):
        yield f"its argument may be {argument.expected()}, but {name!r} is {attributes[name].expected()}"


def _toggle_problems(name: str, attributes: Mapping[str, Attribute]) -> Iterator[str]:
    if name not in attributes:
        yield _unknown(name, attributes)
    elif len(attributes[name].values or ()) != 2:
        yield f"toggles {name!r}, which has not exactly two values"


def _no_number(what: str, name: str, attributes: Mapping[str, Attribute]) -> Iterator[str]:
    if name and name not in attributes:
        yield _unknown(name, attributes)
    elif name and attributes[name].range is None:
        yield f"{what} names {name!r}, which is no number: it has no range"


def _unheld(when: When, attributes: Mapping[str, Attribute]) -> Iterator[str]:
    for name, values in when.items():
        for value in values:
            yield from _unset({name: value}, attributes)


def _unset(state: State, attributes: Mapping[str, Attribute]) -> Iterator[str]:
    for name, value in state.items():
        if name not in attributes:
            yield _unknown(name, attributes)
        elif not attributes[name].admits(value):
            yield f"{name} cannot be {value!r}; expected {attributes[name].expected()}"


def _unknown(name: str, attributes: Mapping[str, Attribute]) -> str:
    return f"{name!r} is no attribute{nearest(name, attributes)}"
