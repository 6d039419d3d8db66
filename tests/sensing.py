"""A bare flat with sensors that a story puts there, each with the errors that it needs and no other."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from scenarios.chance import Chance
from scenarios.device import DeviceType
from scenarios.home import Home
from scenarios.resident import Profile
from scenarios.scenario import Happening
from tests.stories import CATALOGUE, FLAT, WINTER, events, someone, watch
from world.clock import MINUTE, Clock
from world.event import Event, Kind
from world.house import House
from world.layout import Layout
from world.loop import Record
from world.mind import Mind

HOUR = 60 * MINUTE
Sensors = Mapping[str, Mapping[str, object]]
"""Id -> the keys of a placement (`sees`: its coverage) and of a sensing; `power`: mains or battery."""

MUTE = {
    name: kind.model_copy(update={"senses": ()})
    for name, kind in CATALOGUE.devices.items()
    if not kind.senses or name == "SmartPlug"
}
OF_A_PLACEMENT = ("room", "watches")


def a_flat(sensors: Sensors) -> tuple[Home, dict[str, DeviceType]]:
    """The flat without any sensor but these, and the types that they are of."""
    devices: dict[str, object] = {
        name: place.model_dump() for name, place in FLAT.devices.items() if place.type in MUTE
    }
    types: dict[str, DeviceType] = {}
    for name, said in sensors.items():
        errors = {key: value for key, value in said.items() if key not in (*OF_A_PLACEMENT, "power", "sees")}
        errors = {"latency": 0.3, "jitter": 0, **errors}
        kind: dict[str, object] = {
            "label": "the probe",
            "domain": "sensor",
            "commands": {},
            "senses": [errors],
        }
        kind |= {"type": f"Probe_{name}", "power": said.get("power", "battery")}
        types[f"Probe_{name}"] = DeviceType.model_validate(kind)
        place = {key: said[key] for key in OF_A_PLACEMENT if key in said}
        if "sees" in said:
            place["coverage"] = said["sees"]
        devices[name] = {"type": f"Probe_{name}", "room": "hall", **place}
    home = FLAT.model_dump() | {"devices": devices, "automations": {}}
    return Home.model_validate(home), types


def sensing_house(
    sensors: Sensors,
    *people: Profile,
    happenings: Iterable[Mapping[str, object]] = (),
    seed: int = 7,
) -> House:
    home, types = a_flat(sensors)
    catalogue = replace(CATALOGUE, devices={**MUTE, **types})
    clock = Clock(WINTER, home.address.zone)
    befalls = [Happening.model_validate({"day": 0, **it}) for it in happenings]
    return House(Layout(home, catalogue), people or (someone(),), befalls, clock, Chance(seed))


def seen(records: Iterable[Record], sensor: str = "") -> list[tuple[str, str]]:
    """What the log shows of sensors: (sensor, word) or, of one sensor, (clock time, word)."""
    told = [it for it in events(records) if it.kind is Kind.READING]
    if not sensor:
        return [(it.device, it.value) for it in told]
    return [(f"{it.time / HOUR:.2f}", it.value) for it in told if it.device == sensor]


def told_or_lost(records: Iterable[Record], sensor: str) -> list[Event]:
    """The candidates of a sensor, in the order in which their fates were known."""
    fates = (Kind.READING, Kind.LOST)
    return [
        it
        for it in events(records)
        if it.kind in fates and it.device == sensor and it.cause != "false_trigger"
    ]


def day(house: House, minds: Mapping[str, Mind], hours: float = 24) -> list[Record]:
    return watch(house, minds, round(hours * HOUR))


def failing(sensor: str, at: str, minutes: float, how: str = "dead") -> dict[str, object]:
    return {"kind": "sensor_failure", "device": sensor, "at": at, "minutes": minutes, "fails": how}


def befalling(kind: str, at: str, minutes: float, **more: object) -> dict[str, object]:
    return {"kind": kind, "at": at, "minutes": minutes, **more}


def words(rows: Sequence[Event]) -> list[str]:
    return [row.value for row in rows]
