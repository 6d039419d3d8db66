"""A device type as data: one YAML file a type, one interpreter (`world.devices`) for all of them.

Commands are named as SmartThings names them, so `Light` and `switch on` make the action `Light:switch on`.
"""

from typing import Annotated, Literal

from pydantic import Field

from scenarios.frozen import Frozen, Need, RoomKind

Value = str | float
State = dict[str, Value]


class Attribute(Frozen):
    """A variable of the device's state: one of `values`, or a number within `range`."""

    values: tuple[str, ...] | None = None
    range: tuple[float, float] | None = None
    unit: str = ""
    initial: Value


class Argument(Frozen):
    """What a command takes: one of `values`, or a number within `range`."""

    values: tuple[str, ...] | None = None
    range: tuple[float, float] | None = None


class Finish(Frozen):
    """What happens by itself some minutes after a command: the programme ends, the door falls shut."""

    minutes: tuple[float, float]
    set: State = {}
    emits: str = ""  # a command of kind `device` that the device then reports


class Command(Frozen):
    """One command: when it is possible, what it changes, in words that follow 'to'."""

    says: str = ""  # 'turn on {device}'
    by: Literal["person", "device", "poll"] = "person"  # poll = status polling, nobody's behaviour
    when: dict[str, Value | tuple[Value, ...]] = {}
    set: State = {}  # the value '$argument' stands for the argument
    toggle: str = ""  # an attribute with two values that flips
    step: dict[str, float] = {}  # attribute -> signed change, clamped to its range
    argument: Argument | None = None
    finishes: Finish | None = None
    relieves: dict[Need, float] = {}


class Draw(Frozen):
    """Power while a state holds: watts, the share that warms the room, lumens, noise in dB(A)."""

    when: dict[str, Value | tuple[Value, ...]] = {}
    watts: Annotated[float, Field(ge=0)] = 0.0
    heat_share: Annotated[float, Field(ge=0, le=1)] = 1.0
    lumens: Annotated[float, Field(ge=0)] = 0.0
    noise: float = 0.0


class Conditioning(Frozen):
    """Heating or cooling: while `when` holds, up to `watts` pull the room to the attribute `setpoint`."""

    mode: Literal["heat", "cool"]
    when: dict[str, Value | tuple[Value, ...]] = {}
    setpoint: str
    watts: Annotated[float, Field(gt=0)]


class DeviceType(Frozen):
    """A kind of device."""

    type: str
    label: str  # 'the light'
    rooms: tuple[RoomKind, ...] = ()  # where it usually stands
    domain: str = "switch"  # Home Assistant's
    matter: str = ""  # Matter device type, where there is one
    reach: Literal["room", "home"] = "room"  # operated from its room, or from anywhere at home
    attributes: dict[str, Attribute] = {}
    commands: dict[str, Command]
    draws: tuple[Draw, ...] = ()
    conditions: tuple[Conditioning, ...] = ()
