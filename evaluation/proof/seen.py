"""What an installation logged of a run, as columns over all households, with the truth beside each row.

The truth of a row is the oracle's that names it. Rows that differ from it, or have none, were not written by
the run. Of a run that is too large for memory, households spread evenly over it are read.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from functools import cached_property
from math import ceil
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from dataset.clock import local
from dataset.exporters.source import Household, Source
from dataset.manifest import Manifest
from dataset.splits import Whole
from dataset.windows import sequence_columns
from evaluation.corpus import Ints
from world.event import BEHAVIOUR

Bools = np.ndarray[Any, np.dtype[np.bool_]]
Texts = np.ndarray[Any, np.dtype[np.object_]]

SAID = ("kind", "device", "type", "command", "value")  # that both tables say
KNOWN = ("actor", "cause", "activity", "anomaly")  # that only the oracle knows
DAY = 86_400_000
MOST_ROWS = 1_000_000  # observable rows that are held at once, some 150 bytes each


@dataclass(frozen=True, eq=False)
class Seen:
    """N observable rows; what only the oracle knows is '' where it knows nothing."""

    household: Ints
    id: Ints
    time: Ints  # ms, UTC
    local: Ints  # ms on the wall of the home
    kind: Texts
    device: Texts
    type: Texts
    room: Texts
    command: Texts
    value: Texts
    actor: Texts
    cause: Texts
    activity: Texts
    anomaly: Texts
    differs: Bools  # from what the oracle tells, or from the clock of the home

    def __len__(self) -> int:
        return len(self.time)

    def rows(self, chosen: Any) -> "Seen":
        """The rows at a mask or at these places."""
        return Seen(*(getattr(self, field.name)[chosen] for field in fields(self)))

    @cached_property
    def done(self) -> Bools:
        """Which rows are behaviour; what sensors say is not."""
        return np.isin(self.kind, sorted(BEHAVIOUR))

    @cached_property
    def action(self) -> Texts:
        """'Light:switch on'."""
        joined: Texts = self.type + ":" + self.command
        return joined

    @property
    def weekday(self) -> Ints:
        """Monday = 0."""
        return (self.local // DAY + 3) % 7

    @property
    def slot(self) -> Ints:
        """The three-hour slot of the day."""
        return self.local % DAY // (DAY // 8)


@dataclass(frozen=True, eq=False)
class Read:
    """What was seen, and how many windows of `sequences` are not those of the events."""

    seen: Seen
    names: tuple[str, ...]  # of the households
    unseen: int  # rows that the oracle says were logged, and that are not there
    foreign: int  # windows


def spread(manifest: Manifest) -> Whole:
    """All households of a run; every so many-th of one that has more rows than can be held."""
    every = ceil(manifest.counts["events"] / MOST_ROWS)
    return Whole(frozenset(it.household for it in manifest.households[::every]) if every > 1 else None)


def read(source: Source) -> Read:
    """What is seen of the households of *source*."""
    parts, names, unseen, foreign = list[Seen](), list[str](), 0, 0
    for number, household in enumerate(source.households()):
        events, oracle = household.read("events"), household.read("oracle")
        truth = oracle.filter(pc.is_valid(oracle["event"])).sort_by("event")
        parts.append(_seen(events, truth, number, household.zone))
        unseen += int((~np.isin(_numbers(truth["event"]), _numbers(events["id"]))).sum())
        foreign += _foreign(household, events)
        names.append(household.name)
    whole = [np.concatenate([getattr(it, field.name) for it in parts]) for field in fields(Seen)]
    return Read(Seen(*whole), tuple(names), unseen, foreign)


def _seen(events: pa.Table, truth: pa.Table, number: int, zone: str) -> Seen:
    ids, known = _numbers(events["id"]), _numbers(truth["event"])
    at = np.minimum(np.searchsorted(known, ids), max(0, len(known) - 1))
    found = known[at] == ids if len(known) else np.zeros(len(ids), bool)
    said = {name: _texts(events[name]) for name in (*SAID, "room")}
    clock = np.asarray(events["time"]).astype("datetime64[ms]")
    wall = _numbers(events["local"])
    differs = ~found | (wall != local(clock, zone).astype(np.int64))
    for name, values in _told(truth, at, found, (*SAID, "time")):
        differs |= values != (clock.astype(np.int64) if name == "time" else said[name])
    return Seen(
        household=np.full(len(ids), number), id=ids, time=clock.astype(np.int64), local=wall, **said,
        **dict(_told(truth, at, found, KNOWN)), differs=differs,
    )  # fmt: skip


def _told(truth: pa.Table, at: Ints, found: Bools, names: Sequence[str]) -> Iterator[tuple[str, Any]]:
    """What the oracle says in each of the columns *names*, of the rows at *at*."""
    for name in names:
        values = _numbers(truth[name]) if name == "time" else _texts(truth[name])
        nothing = np.full(len(at), -1 if name == "time" else "", values.dtype)
        yield name, np.where(found, values[at], nothing) if len(values) else nothing


def _foreign(household: Household, events: pa.Table) -> int:
    """How many windows differ from those that the events make."""
    written, made = household.read("sequences"), sequence_columns(events)
    if written.num_rows != len(made["start"]):
        return int(max(written.num_rows, len(made["start"])))
    wrong = np.zeros(written.num_rows, bool)
    for name in ("day", "slot", "device", "action"):
        pairs = zip(written[name].to_pylist(), made[name].to_pylist(), strict=True)
        wrong |= np.array([one != two for one, two in pairs], dtype=bool)
    return int(np.count_nonzero(wrong))


def _numbers(column: Any) -> Ints:
    values = np.asarray(column)
    whole: Ints = values.astype("datetime64[ms]").astype(np.int64) if values.dtype.kind == "M" else values
    return whole.astype(np.int64)


def _texts(column: Any) -> Texts:
    """Each different text is one object: there are few."""
    coded = column.combine_chunks().dictionary_encode()
    words: Texts = np.array(coded.dictionary.to_pylist(), dtype=object)[np.asarray(coded.indices)]
    return words
