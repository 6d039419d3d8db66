"""A device type as data: one YAML file a type, one interpreter (`world.devices`) for all of them.

Commands are named as SmartThings names them, so `Light` and `switch on` make the action `Light:switch on`.
"""

from functools import cached_property
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, WithJsonSchema, model_validator

from scenarios.contradictions import contradictions
from scenarios.frozen import Contradictions, Frozen, Need, RoomKind
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
    minutes: Range | str  # [least, most], or the attribute that holds them
    paused: When = {}  # its time stands still while this holds
    set: State = {}
    emits: str = ""  # a command of kind `device` that the device then reports

    @model_validator(mode="after")
    def _minutes_in_order(self) -> "Finish":
        if not isinstance(self.minutes, str) and not 0 < self.minutes[0] <= self.minutes[1]:
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

    @cached_property
    def steady(self) -> bool:
        """Whether it sets the same whatever the state is, and the argument."""
        return not (self.toggle or self.step or self.given)

    @property
    def given(self) -> tuple[str, ...]:
        """The attributes that take the argument's value."""
        return tuple(name for name, value in self.set.items() if value == ARGUMENT)

    @property
    def fixed(self) -> State:
        """The attributes that are set, but for those that take the argument's value."""
        return {name: value for name, value in self.set.items() if value != ARGUMENT}

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
        if findings := contradictions(self):
            raise Contradictions(findings)
        return self
