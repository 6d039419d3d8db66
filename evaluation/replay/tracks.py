"""What changes over time, as rows in order of time: the last one at or before an instant tells its state."""

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any

from evaluation.outdoors import weather
from evaluation.reading import Log, Run, words
from evaluation.replay.packing import Texts, columns
from evaluation.spans import ON, Doing, Rest, doings, fresh, led, stays
from evaluation.wording import third_person, verbs
from scenarios.device import Value
from scenarios.sensing import WORDS
from world.clock import HOUR, MINUTE
from world.devices import Device
from world.event import Event, Kind
from world.sun import Sun

RESTING, STILL, WORKING = range(3)
UNITS = {
    "temperature": "°C", "humidity": "%", "illuminance": "lux", "co2": "ppm", "noise": "dB(A)", "power": "W",
    "energy": "Wh",
}  # fmt: skip
DETAILS = 2  # attributes told of a device beside what it is at


def people(run: Run, log: Log, texts: Texts) -> list[dict[str, Any]]:
    """Of everybody the rooms entered and the activities begun."""
    rooms, done, known = stays(run, log), doings(run, log), verbs(run.catalogue)
    return [
        {
            "id": who,
            "name": texts.number(run.names.get(who, words(who).capitalize())),
            "stranger": int(who not in run.names),  # an intruder
            "rooms": columns(
                [(it.start, texts.number(it.room)) for it in rooms.get(who, [])], "time", "room"
            ),
            "done": columns(_done(run, done.get(who, []), known, texts), *DONE),
        }
        for who in log.residents
    ]


DONE = ("time", "room", "text", "decision", "asleep")


def _done(run: Run, done: list[Doing], known: frozenset[str], texts: Texts) -> Iterator[tuple[int, ...]]:
    for it in done:
        text = third_person(run.phrase(it.activity), known)
        yield it.start, texts.number(it.room), texts.number(text), it.decision, int(it.asleep)


def devices(run: Run, log: Log, texts: Texts) -> list[dict[str, Any]]:
    """Of every device its place, its states in words, and what it has sensed."""
    states, readings = _states(run, log), _readings(log)
    return [
        {
            "id": name,
            "name": texts.number(run.device_name(name).removeprefix("the ")),
            "room": texts.number(place.room),
            "kind": texts.number(kind.label.removeprefix("the ")),
            "type": texts.number(place.type),
            "domain": kind.domain,
            "connected": int(kind.connected),
            "states": columns(
                [(time, texts.number(text), level) for time, text, level in states[name]],
                "time", "text", "level",
            ),
            "sensed": [_sensed(quantity, rows) for quantity, rows in readings.get(name, {}).items()],
        }
        for name, place in run.scenario.home.devices.items()
        if (kind := run.catalogue.devices.get(place.type)) is not None
    ]  # fmt: skip


def _states(run: Run, log: Log) -> dict[str, list[tuple[int, str, int]]]:
    """(ms, words, how much of it shows) of each device, from its first state on."""
    now = fresh(run)
    rest = {name: Rest.of(device) for name, device in now.items()}
    first = {name: dict(device.state) for name, device in now.items()}
    found = {name: [(0, *_look(device, rest[name], first[name]))] for name, device in now.items()}
    for event, device in led(now, log.events):
        look = _look(device, rest[device.id], first[device.id])
        if look != found[device.id][-1][1:]:
            found[device.id].append((event.time, *look))
    return found


def _look(device: Device, rest: Rest, first: Mapping[str, Value]) -> tuple[str, int]:
    """'on, level 40 %'; a thermostat by what it is set to."""
    look = rest.look(device)
    level = WORKING if look == ON else STILL if look else RESTING
    setpoint = next((it.setpoint for it in device.type.conditions), "")
    said = [look] if look else []
    said += [_value(device, setpoint)] if setpoint else []
    changed = [
        f"{spoken(name)} {_value(device, name)}"
        for name, value in device.state.items()
        if value != first[name] and name not in (setpoint, "switch", rest.attribute)
    ]
    return ", ".join([*said, *changed[:DETAILS]]), level


def spoken(attribute: str) -> str:
    """'heatingSetpoint' -> 'heating setpoint'."""
    return "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in attribute)


def _value(device: Device, attribute: str) -> str:
    value = device.state[attribute]
    if isinstance(value, str):
        return spoken(value)
    return f"{value:g} {device.type.attributes[attribute].unit}".rstrip()


def _readings(log: Log) -> dict[str, dict[str, list[tuple[int, float]]]]:
    """Device -> quantity -> (ms, level); of what has two words, 1 for the second."""
    found: dict[str, dict[str, list[tuple[int, float]]]] = {}
    for event in log.events:
        if event.kind is Kind.READING and (level := _level(event)) is not None:
            found.setdefault(event.device, {}).setdefault(event.command, []).append((event.time, level))
    return found


def _level(event: Event) -> float | None:
    if event.command in WORDS:
        return float(event.value == WORDS[event.command][-1])
    try:
        return float(event.value)
    except ValueError:
        return None


def _sensed(quantity: str, rows: list[tuple[int, float]]) -> dict[str, Any]:
    whole = [(time, int(level) if level == int(level) else level) for time, level in rows]
    return {
        "quantity": words(quantity), "unit": UNITS.get(quantity, ""),
        "said": [words(word) for word in WORDS.get(quantity, ())], **columns(whole, "time", "level"),
    }  # fmt: skip


def calendar(run: Run) -> dict[str, Any]:
    """Days: their midnights, sunrise and sunset in ms; and the jumps of the wall clock."""
    clock, days = run.clock, range(run.scenario.days)
    sun = Sun(run.scenario.home.address, clock)
    midnights = [clock.midnight(day) for day in range(run.scenario.days + 1)]
    switched = [day for day in days if midnights[day + 1] - midnights[day] != 24 * HOUR]
    return {
        "start": f"{run.scenario.start:%Y-%m-%d}",
        "midnights": midnights,
        "jumps": [[0, 0], *(jump for day in switched for jump in _jumps(run, midnights, day))],
        "sun": [[sun.sunrise(day), sun.sunset(day)] for day in days],
    }


def _jumps(run: Run, midnights: list[int], day: int) -> Iterator[list[int]]:
    """[ms, by how much the clock on the wall is ahead of the time elapsed from then on]."""
    minutes = range(midnights[day], midnights[day + 1], MINUTE)
    ahead = [_ahead(run, time) for time in minutes]
    for time, (before, after) in zip(minutes[1:], pairwise(ahead), strict=True):
        if before != after:
            yield [time, after]


def _ahead(run: Run, time: int) -> int:
    day, _, minute = run.clock.local(time)
    return day * 24 * HOUR + minute * MINUTE - time // MINUTE * MINUTE


def outdoors(run: Run, log: Log) -> list[int]:
    """Tenths of a degree outdoors, hour by hour; none where the weather is not at hand."""
    sky = weather(run, log)
    return [] if sky is None else [round(10 * sky.temperature(time)) for time in range(0, run.end, HOUR)]
