"""What observable files tell that no installation would know: who, why, or which label.

The tables `events` and `sequences` may hold what a network logs, and nothing else. So their columns are those
of the schema, their ids count without a gap, and every text in them comes from the home and the catalogue: a
device of the home with its room and type, a command of that type or what it senses, a value that the command
takes. A name of a resident in any of them tells who lives there.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from dataset.exporters.source import Household, Source
from dataset.schema import SCHEMAS, TableName
from dataset.store import part_file
from scenarios.device import DeviceType
from scenarios.problems import printable
from scenarios.sensing import WORDS
from world.event import OBSERVABLE, Kind

OBSERVED: tuple[TableName, ...] = ("events", "sequences")
_TEXTS = ("kind", "device", "type", "room", "command", "value")


@dataclass(frozen=True)
class Leak:
    """Something that an observable file tells and should not."""

    household: str
    where: str  # 'events.device'
    what: str
    why: str
    rows: int

    def __str__(self) -> str:
        return (
            f"leak: {self.household}, {self.where}: {printable(self.what)!r} {self.why} ({self.rows:,} rows)"
        )


def leaks(source: Source) -> Iterator[Leak]:
    """Every leak in the observable tables of *source*, household by household."""
    for household in source.households():
        yield from _columns(household)
        events = household.read("events")
        yield from _ids(household, events)
        yield from _texts(household, events)


def _columns(household: Household) -> Iterator[Leak]:
    for name in OBSERVED:
        file = pq.read_metadata(part_file(household.folder, name, household.index))
        for column in sorted({*file.schema.to_arrow_schema().names} - {*SCHEMAS[name].names}):
            yield Leak(household.name, name, column, "is no column of what is observable", file.num_rows)


def _ids(household: Household, events: pa.Table) -> Iterator[Leak]:
    wrong = int((np.asarray(events["id"]) != np.arange(events.num_rows)).sum())
    if wrong:
        yield Leak(
            household.name, "events.id", "id", "does not count 0, 1, 2: it tells what was left out", wrong
        )


def _texts(household: Household, events: pa.Table) -> Iterator[Leak]:
    """Each different row once: there are few."""
    residents = {it for person in household.scenario.residents for it in (person.id, person.name) if it}
    names = re.compile(
        "|".join(rf"(?<![^\W_]){re.escape(it)}(?![^\W_])" for it in sorted(residents)), re.IGNORECASE
    )
    counted = events.group_by(list(_TEXTS)).aggregate([([], "count_all")])
    found: Counter[tuple[str, str, str]] = Counter()
    for row in counted.to_pylist():
        for column, why in _foreign(household, row).items():
            found[column, row[column], why] += row["count_all"]
        for column in _TEXTS:
            if residents and names.search(row[column]):
                found[column, row[column], "names a resident"] += row["count_all"]
    for (column, value, why), rows in sorted(found.items()):
        yield Leak(household.name, f"events.{column}", value, why, rows)


def _foreign(household: Household, row: dict[str, str]) -> dict[str, str]:
    """Column -> why its text is none that an installation would log."""
    placed = household.scenario.home.devices.get(row["device"])
    if row["kind"] not in OBSERVABLE:
        return {"kind": "is not observable"}
    if placed is None:
        return {"device": "is no device of the home"}
    if row["type"] != placed.type:
        return {"type": f"is not the type of {row['device']}"}
    if row["room"] != placed.room:
        return {"room": f"is not where {row['device']} stands"}
    kind = household.catalogue.devices[placed.type]
    return _sensed(kind, row) if row["kind"] == Kind.READING else _operated(kind, row)


def _sensed(kind: DeviceType, row: dict[str, str]) -> dict[str, str]:
    quantity = row["command"]
    if quantity not in {sensing.quantity for sensing in kind.senses}:
        return {"command": f"is nothing that {kind.type} senses"}
    known = row["value"] in WORDS[quantity] if quantity in WORDS else _is_number(row["value"])
    return {} if known else {"value": f"is no reading of {quantity}"}


def _operated(kind: DeviceType, row: dict[str, str]) -> dict[str, str]:
    command = kind.commands.get(row["command"])
    if command is None:
        return {"command": f"is no command of {kind.type}"}
    if not row["value"]:
        return {}
    argument = command.argument
    value = float(row["value"]) if _is_number(row["value"]) and argument and argument.range else row["value"]
    admitted = argument is not None and argument.admits(value)
    return {} if admitted else {"value": f"is nothing that {row['command']!r} takes"}


def _is_number(text: str) -> bool:
    return re.fullmatch(r"-?\d+(\.\d+)?(e[-+]?\d+)?", text) is not None
