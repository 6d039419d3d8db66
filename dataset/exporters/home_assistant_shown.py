"""What Home Assistant would show of a home from event to event."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from dataset.exporters.home_assistant_states import (
    AT_FIRST,
    LONGEST,
    PRESSED,
    READ,
    Entity,
    entities,
    shown_state,
)
from dataset.exporters.tables import is_number, iso
from scenarios.catalogue import Catalogue
from scenarios.home import Home
from world.devices import Device
from world.event import Kind

NO_CHANGE = "commands and reports after which Home Assistant shows what it showed before"
NO_ENTITY = "events of devices that Home Assistant has no entity for"
REPEATED = "readings that tell what was told before"


class Shown(NamedTuple):
    """What an entity shows from now on."""

    entity: Entity
    state: str
    attributes: Mapping[str, Any]
    changed: bool  # the state, not its attributes alone


class Display:
    """A home as Home Assistant follows it: the entities by device and quantity, and what each shows."""

    def __init__(self, home: Home, catalogue: Catalogue) -> None:
        self.entities = entities(home, catalogue)
        self._devices = {
            name: Device(name, catalogue.devices[placed.type], placed.room)
            for name, placed in home.devices.items()
        }
        self._last: dict[Entity, tuple[str, Mapping[str, Any]]] = {}

    def at_first(self) -> Iterator[Shown]:
        """What is shown before anything has happened; of sensors that have told nothing, nothing."""
        for (device, quantity), entity in self.entities.items():
            if quantity:
                state, attributes = AT_FIRST.get(quantity, "unknown"), dict[str, Any](entity.about)
            elif entity.domain in PRESSED:
                state, attributes = "unknown", {}
            else:
                state = shown_state(self._devices[device].type, self._devices[device].state)
                attributes = {**entity.about, **self._devices[device].state}
            if state != "unknown":
                self._last[entity] = state, attributes
                yield Shown(entity, state, attributes, True)

    def after(self, row: Mapping[str, Any]) -> Shown | str:
        """What an event of the table changes; why nothing, where nothing does."""
        reading = row["kind"] == Kind.READING
        entity = self.entities.get((row["device"], row["command"] if reading else ""))
        told = None if entity is None else _told(entity, row, self._devices[row["device"]])
        if entity is None or told is None:
            return NO_ENTITY
        before = self._last.get(entity)
        if before == told:
            return REPEATED if reading else NO_CHANGE
        self._last[entity] = told
        return Shown(entity, *told, changed=before is None or before[0] != told[0])


def _told(entity: Entity, row: Mapping[str, Any], device: Device) -> tuple[str, Mapping[str, Any]] | None:
    """State and attributes after an event; None where that makes no sense of the device."""
    if row["kind"] == Kind.READING:
        if entity.unit and not is_number(row["value"]):
            return None
        pressed = entity.domain in PRESSED
        return iso(row["time"]) if pressed else READ.get(row["value"], row["value"])[:LONGEST], entity.about
    if entity.domain in PRESSED:
        return iso(row["time"]), entity.about
    programme = device.programme
    if row["kind"] == Kind.REPORT and programme is not None and programme.emits == row["command"]:
        device.finish(device.run)
    elif row["command"] not in device.type.commands:
        return None
    else:
        device.obey(row["command"], row["value"])
    return shown_state(device.type, device.state)[:LONGEST], {**entity.about, **device.state}
