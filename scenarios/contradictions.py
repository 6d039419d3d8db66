"""In what a device type contradicts itself: names that mean nothing, states that nothing brings about."""

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from scenarios.frozen import Finding
from scenarios.problems import nearest

if TYPE_CHECKING:
    from scenarios.device import Attribute, Command, DeviceType, Draw, Finish, State, Value, When

Keys = tuple[str | int, ...]


def contradictions(device: "DeviceType") -> list[Finding]:
    """Everything in which *device* contradicts itself, and where."""
    return list(_mistakes(device)) or list(_unreached(device))


def _mistakes(device: "DeviceType") -> Iterator[Finding]:
    attributes = device.attributes
    for name, command in device.commands.items():
        yield from _at(("commands", name), _in_command(command, device))
    for number, draw in enumerate(device.draws):
        yield from _at(("draws", number), _in_draw(draw, device))
    for number, part in enumerate(device.conditions):
        found = [*_unheld(part.when, attributes), *_no_number("setpoint", part.setpoint, attributes)]
        yield from _at(("conditions", number), found)
    yield from _at(("shade",), _no_number("shade", device.shade, attributes))
    for number, name in enumerate(device.shared):
        if name not in attributes:
            yield ("shared", number), _unknown(name, attributes)


def _at(path: Keys, messages: Iterable[str]) -> Iterator[Finding]:
    for message in messages:
        yield path, message


def _in_draw(draw: "Draw", device: "DeviceType") -> Iterator[str]:
    yield from _unheld(draw.when, device.attributes)
    yield from _no_number("scale", draw.scale, device.attributes)
    if draw.watts and device.power != "mains":
        yield f"draws {draw.watts:g} W from the mains, but its power is {device.power}"


def _in_command(command: "Command", device: "DeviceType") -> Iterator[str]:
    attributes = device.attributes
    yield from _unheld(command.when, attributes)
    yield from _unset(command.fixed, attributes)
    for name in command.given:
        yield from _in_argument(name, command, attributes)
    if command.toggle:
        yield from _in_toggle(command.toggle, attributes)
    for name in command.step:
        yield from _no_number("step", name, attributes)
    if command.finishes is not None:
        yield from _in_finish(command.finishes, device)
    if command.by != "person" and not device.connected:
        yield f"is by {command.by}, but what is not connected reports nothing"


def _in_finish(finish: "Finish", device: "DeviceType") -> Iterator[str]:
    yield from _unheld(finish.when, device.attributes)
    yield from _unheld(finish.paused, device.attributes)
    yield from _unset(finish.set, device.attributes)
    if isinstance(finish.minutes, str):
        yield from _no_minutes(finish.minutes, device.attributes)
    if not finish.emits:
        return
    emitted = device.commands.get(finish.emits)
    if emitted is None:
        yield f"emits {finish.emits!r}, which is no command{nearest(finish.emits, device.commands)}"
    elif emitted.by != "device":
        yield f"emits {finish.emits!r}, which is by {emitted.by}; expected a command `by: device`"


def _no_minutes(name: str, attributes: Mapping[str, "Attribute"]) -> Iterator[str]:
    yield from _no_number("minutes", name, attributes)
    held = attributes.get(name)
    if held is not None and held.range is not None and held.range[0] <= 0:
        yield f"minutes names {name!r}, which may be {held.range[0]:g}; a programme takes more than 0 minutes"


def _in_argument(name: str, command: "Command", attributes: Mapping[str, "Attribute"]) -> Iterator[str]:
    argument = command.argument
    if argument is None:
        yield f"sets {name!r} to $argument but takes no argument"
    elif name not in attributes:
        yield _unknown(name, attributes)
    elif not all(attributes[name].admits(value) for value in argument.values or argument.range or ()):
        yield f"its argument may be {argument.expected()}, but {name!r} is {attributes[name].expected()}"


def _in_toggle(name: str, attributes: Mapping[str, "Attribute"]) -> Iterator[str]:
    if name not in attributes:
        yield _unknown(name, attributes)
    elif len(attributes[name].values or ()) != 2:
        yield f"toggles {name!r}, which has not exactly two values"


def _no_number(what: str, name: str, attributes: Mapping[str, "Attribute"]) -> Iterator[str]:
    if name and name not in attributes:
        yield _unknown(name, attributes)
    elif name and attributes[name].range is None:
        yield f"{what} names {name!r}, which is no number: it has no range"


def _unheld(when: "When", attributes: Mapping[str, "Attribute"]) -> Iterator[str]:
    for name, values in when.items():
        for value in values:
            yield from _unset({name: value}, attributes)


def _unset(state: "State", attributes: Mapping[str, "Attribute"]) -> Iterator[str]:
    for name, value in state.items():
        if name not in attributes:
            yield _unknown(name, attributes)
        elif not attributes[name].admits(value):
            yield f"{name} cannot be {value!r}; expected {attributes[name].expected()}"


def _unknown(name: str, attributes: Mapping[str, "Attribute"]) -> str:
    return f"{name!r} is no attribute{nearest(name, attributes)}"


# What waits for a state that nothing brings about


def _unreached(device: "DeviceType") -> Iterator[Finding]:
    reached = _reached(device)
    for path, words, when in _waiting(device):
        for name, values in when.items():
            if not _meets(values, reached[name]):
                wanted = " or ".join(it if isinstance(it, str) else f"{it:g}" for it in values)
                yield path, f"{words}: nothing ever makes {name} {wanted}"


def _waiting(device: "DeviceType") -> "Iterator[tuple[Keys, str, When]]":
    for name, command in device.commands.items():
        yield ("commands", name), "can never be given", command.when
    for number, draw in enumerate(device.draws):
        yield ("draws", number), "never counts", draw.when
    for number, part in enumerate(device.conditions):
        yield ("conditions", number), "never counts", part.when


def _reached(device: "DeviceType") -> "dict[str, set[Value] | None]":
    """The values that each attribute can come to have; None = any.

    Attributes are looked at one by one: what is missing here is never reached, in whatever order.
    """
    reached: dict[str, set[Value] | None] = {name: {it.initial} for name, it in device.attributes.items()}
    waiting = list(device.commands.values())
    while ready := [it for it in waiting if all(_meets(v, reached[name]) for name, v in it.when.items())]:
        waiting = [it for it in waiting if it not in ready]
        for name, values in (change for it in ready for change in _changes(it, device.attributes)):
            held = reached[name]
            reached[name] = None if held is None or values is None else held | values
    return reached


def _meets(wanted: "tuple[Value, ...]", held: "set[Value] | None") -> bool:
    return held is None or not held.isdisjoint(wanted)


def _changes(
    command: "Command", attributes: Mapping[str, "Attribute"]
) -> "Iterator[tuple[str, set[Value] | None]]":
    """The attributes that a command or its programme changes, and to which values."""
    for name in command.given:
        yield name, set(command.argument.values) if command.argument and command.argument.values else None
    for name, value in (*command.fixed.items(), *(command.finishes.set.items() if command.finishes else ())):
        yield name, {value}
    for name in command.step:
        yield name, None
    if command.toggle:
        yield command.toggle, set(attributes[command.toggle].values or ())
