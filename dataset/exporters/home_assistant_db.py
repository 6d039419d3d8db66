"""The database of Home Assistant's recorder, as SQLite."""

import errno
import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from dataset.exporters.home_assistant_states import Entity

SCHEMA, VERSION = Path(__file__).with_name("home_assistant.sql"), 42


_STATE_COLUMNS = (
    "state_id, state, last_changed_ts, last_updated_ts, old_state_id, attributes_id, metadata_id, origin_idx"
)
Hour = tuple[float, float | None, float | None, float | None, float | None, float | None]
"""Start (seconds since 1970), mean, min, max, state, sum."""


@contextmanager
def full_disk_told(path: Path) -> Iterator[None]:
    """What SQLite says when it cannot write, as the system says it."""
    try:
        yield
    except sqlite3.OperationalError as error:
        raise OSError(errno.EIO, str(error), str(path)) from error


class Database:
    """States and statistics on their way into the file at *path*."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._entities: dict[Entity, int] = {}
        self._attributes: dict[str, int] = {}
        self._before: dict[Entity, tuple[int, float]] = {}  # number of its last state, and when that changed
        self._number = 0
        self._first, self._last = float("inf"), float("-inf")

    def __enter__(self) -> "Database":
        self._file = sqlite3.connect(self._path, isolation_level=None)
        self._file.execute("PRAGMA journal_mode = OFF")  # the folder is whole or not there
        self._file.executescript(SCHEMA.read_text(encoding="utf-8"))
        self._file.execute("BEGIN")
        return self

    def add(
        self, entity: Entity, state: str, time: float, attributes: Mapping[str, Any], *, changed: bool
    ) -> None:
        """Append the next state in time."""
        self._number += 1
        old, since = self._before.get(entity, (None, time))
        since = time if changed else since
        row = (
            self._number, state, None if changed else since, time, old, self._attribute(attributes),
            self._entity(entity),
        )  # fmt: skip
        self._insert("states", _STATE_COLUMNS, (*row, 0))
        self._before[entity] = self._number, since
        self._first, self._last = min(self._first, time), max(self._last, time)

    def add_statistics(self, entity: Entity, rows: Iterable[Hour]) -> None:
        """Append hourly statistics."""
        counts = entity.device_class == "energy"
        number = self._entity(entity)
        self._insert("statistics_meta", "id, statistic_id, source, unit_of_measurement, has_mean, has_sum",
                     (number, entity.entity_id, "recorder", entity.unit, not counts, counts))  # fmt: skip
        for start, *values in rows:
            self._insert("statistics", "metadata_id, start_ts, created_ts, mean, min, max, state, sum",
                         (number, start, start + 3600, *values))  # fmt: skip

    def __exit__(self, failed: object, *_: object) -> None:
        try:
            if failed is None:
                self._finish()
        finally:
            self._file.close()

    def _finish(self) -> None:
        if self._number:
            first, last = _date(self._first), _date(self._last)
            self._insert("recorder_runs", 'start, "end", closed_incorrect, created', (first, last, 0, first))
            self._insert("schema_changes", "schema_version, changed", (VERSION, first))
            self._insert("statistics_runs", "start", (last,))
        self._file.execute("COMMIT")

    def _entity(self, entity: Entity) -> int:
        if entity not in self._entities:
            self._entities[entity] = len(self._entities) + 1
            self._insert("states_meta", "metadata_id, entity_id", (self._entities[entity], entity.entity_id))
        return self._entities[entity]

    def _attribute(self, attributes: Mapping[str, Any]) -> int:
        text = json.dumps(attributes, ensure_ascii=False, separators=(",", ":"))
        if text not in self._attributes:
            self._attributes[text] = len(self._attributes) + 1
            row = (self._attributes[text], _fnv1a(text.encode()), text)
            self._insert("state_attributes", "attributes_id, hash, shared_attrs", row)
        return self._attributes[text]

    def _insert(self, table: str, columns: str, values: tuple[Any, ...]) -> None:
        marks = ", ".join("?" * len(values))
        self._file.execute(f"INSERT INTO {table} ({columns}) VALUES ({marks})", values)


def _date(seconds: float) -> str:
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d %H:%M:%S.%f}"


def _fnv1a(data: bytes) -> int:
    """FNV-1a of 32 bits, by which the recorder finds attributes again (Fowler, Noll, Vo)."""
    value = 0x811C9DC5
    for byte in data:
        value = (value ^ byte) * 0x01000193 % 2**32
    return value
