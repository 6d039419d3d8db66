"""The log of one household while it lives: compressed columns, so that memory hardly grows.

What was recorded is handed over a block at a time; two people's year then takes a few megabytes, where
as many objects would take a hundred.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from operator import attrgetter
from typing import Any, TypeVar

import pyarrow as pa

from dataset.schema import SCHEMAS
from world.event import Event, Kind
from world.mind import Decided, Thought

Columns = dict[str, Any]
Row = TypeVar("Row")

BLOCK = 4096  # rows
_KINDS = {str(kind): kind for kind in Kind}
_THOUGHT_FIELDS = tuple(Thought.__dataclass_fields__)

EVENTS = pa.schema(
    [(name, pa.int64() if name in ("time", "decision") else pa.string()) for name in Event._fields]
)
DECISIONS = pa.schema(
    [
        pa.field(field.name, pa.int64() if field.name in ("time", "until") else field.type)
        for field in SCHEMAS["decisions"]
        if field.name != "household"
    ]
)
"""As the table of the dataset, but for times: milliseconds since the first local midnight."""


class Log:
    """Events and decisions in the order in which they were handed over; iterating gives the events."""

    def __init__(self) -> None:
        self._events: list[bytes] = []
        self._decisions: list[bytes] = []

    @classmethod
    def of(cls, events: Sequence[Event], decisions: Sequence[Decided] = ()) -> "Log":
        """A whole log."""
        log = cls()
        log.take(events, decisions)
        return log

    def take(self, events: Sequence[Event], decisions: Sequence[Decided]) -> None:
        """Append a block of each."""
        self._events += _blocks(events, EVENTS, _event_columns)
        self._decisions += _blocks(decisions, DECISIONS, _decision_columns)

    def events(self) -> pa.Table:
        """All events, as `EVENTS`."""
        return pa.Table.from_batches(map(_unpacked, self._events), EVENTS)

    def decisions(self) -> pa.Table:
        """All decisions, as `DECISIONS`."""
        return pa.Table.from_batches(map(_unpacked, self._decisions), DECISIONS)

    def __iter__(self) -> Iterator[Event]:
        for block in self._events:
            time, kind, *others = (column.to_pylist() for column in _unpacked(block).columns)
            yield from map(Event, time, map(_KINDS.__getitem__, kind), *others)


def _blocks(
    rows: Sequence[Row], schema: pa.Schema, columns: Callable[[Sequence[Row]], Columns]
) -> Iterator[bytes]:
    for first in range(0, len(rows), BLOCK):
        yield _packed(pa.RecordBatch.from_pydict(columns(rows[first : first + BLOCK]), schema))


def _packed(batch: pa.RecordBatch) -> bytes:
    """The few words of a block once each, then numbers, compressed."""
    coded = [it.dictionary_encode() if pa.types.is_string(it.type) else it for it in batch.columns]
    batch, sink = pa.RecordBatch.from_arrays(coded, batch.schema.names), pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, batch.schema, options=pa.ipc.IpcWriteOptions(compression="zstd")) as stream:
        stream.write_batch(batch)
    return bytes(sink.getvalue())


def _unpacked(block: bytes) -> pa.RecordBatch:
    batch = pa.ipc.open_stream(block).read_next_batch()
    words = [it.dictionary_decode() if pa.types.is_dictionary(it.type) else it for it in batch.columns]
    return pa.RecordBatch.from_arrays(words, batch.schema.names)


def _event_columns(events: Iterable[Event]) -> Columns:
    return dict(zip(Event._fields, zip(*events, strict=True), strict=True))


def _decision_columns(decisions: Sequence[Decided]) -> Columns:
    taken, thoughts = [row.decision for row in decisions], [row.decision.thoughts for row in decisions]
    columns: Columns = {
        **_columns(decisions, ("id", "resident", "time", "cause")),
        **_columns(taken, ("basis", "activity", "room", "until", "reason", "asleep", "resume")),
        "thoughts": [[_thought(thought) for thought in each] if each else [] for each in thoughts],
    }
    for name in ("prompt_tokens", "completion_tokens", "repairs"):
        columns[name] = [sum([getattr(it, name) for it in each]) if each else 0 for each in thoughts]
    columns["fallback"] = ["; ".join([it.fallback for it in each if it.fallback]) for each in thoughts]
    return columns


def _columns(rows: Sequence[object], names: Sequence[str]) -> Columns:
    return {name: list(map(attrgetter(name), rows)) for name in names}


def _thought(thought: Thought) -> dict[str, Any]:
    return {name: getattr(thought, name) for name in _THOUGHT_FIELDS}
