"""Train, validation and test without leakage: by household, by time with a gap, by person.

A household, a day or a person is in one split alone. A row counts by its whole span: what begins in one split
and ends in another is in neither, and windows of behaviour are cut anew within a split, so none holds rows of
two. By person, rows that nobody in particular is behind (sensors, programmes, rules) are in no split, because
everybody in the home may have been the reason.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal, Protocol, cast, get_args

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from dataset.clock import Times, utc
from dataset.schema import SCHEMAS, TableName
from dataset.windows import sequence_columns
from scenarios.chance import Chance
from scenarios.errors import UserError
from scenarios.problems import unknown

By = Literal["household", "time", "person"]
NAMES = ("train", "validation", "test")

Read = Callable[[TableName], pa.Table]
"""All rows of one household of a table."""

Person = tuple[str, str]
"""Household and resident."""

_PERSON: Mapping[TableName, str] = {
    "oracle": "actor", "decisions": "resident", "conflicts": "resident", "behaviours": "person",
}  # fmt: skip
"""The column that says whose row it is."""


class Split(Protocol):
    """Which rows of a run belong to one split."""

    def wants(self, household: str) -> bool:
        """Whether any row of *household* may belong to it."""

    def of(self, name: TableName, household: str, read: Read) -> pa.Table:
        """Its rows of a table of *household*."""

    def told(self) -> Any:
        """What belongs to it, for people and JSON."""


@dataclass(frozen=True)
class Whole:
    """A run that is not divided, or whole households of it."""

    households: frozenset[str] | None = None  # None: all

    def wants(self, household: str) -> bool:
        """See `Split`."""
        return self.households is None or household in self.households

    def of(self, name: TableName, household: str, read: Read) -> pa.Table:
        """See `Split`."""
        return read(name)

    def told(self) -> Any:
        """The households."""
        return sorted(self.households or ())


@dataclass(frozen=True)
class Days:
    """The days from *first* up to *end*, by the clock of each home."""

    first: np.datetime64
    end: np.datetime64
    zones: Mapping[str, str]  # of households

    def wants(self, household: str) -> bool:
        """See `Split`."""
        return True

    def of(self, name: TableName, household: str, read: Read) -> pa.Table:
        """See `Split`."""
        if name == "sequences":
            return _sequences(household, self.of("events", household, read))
        table = read(name)
        begins, ends = _span(table)
        first, end = (_midnight(day, self.zones[household]) for day in (self.first, self.end))
        return table.filter(pa.array((begins >= first) & (ends < end)))

    def told(self) -> Any:
        """First and last day."""
        return [str(self.first), str(self.end - 1)]


@dataclass(frozen=True)
class People:
    """What certain people did."""

    people: frozenset[Person]

    def wants(self, household: str) -> bool:
        """See `Split`."""
        return any(home == household for home, _ in self.people)

    def of(self, name: TableName, household: str, read: Read) -> pa.Table:
        """See `Split`."""
        here = sorted(person for home, person in self.people if home == household)
        if name == "sequences":
            each = [self._events(read, [person]) for person in here]
            return pa.concat_tables([_sequences(household, events) for events in each])
        if name == "events":
            return self._events(read, here)
        table = read(name)
        kept = np.asarray(pc.is_in(table[_PERSON[name]], pa.array(here, pa.string())))
        if name == "conflicts":
            kept &= np.array([set(others) <= set(here) for others in table["with_"].to_pylist()], dtype=bool)
        return table.filter(pa.array(kept))

    def _events(self, read: Read, people: Sequence[str]) -> pa.Table:
        oracle = read("oracle")
        done = oracle.filter(pc.is_in(oracle["actor"], pa.array(people, pa.string())))
        events = read("events")
        return events.filter(pc.is_in(events["id"], done["event"].drop_null().combine_chunks()))

    def told(self) -> Any:
        """'h00000/anna', ..."""
        return sorted("/".join(person) for person in self.people)


@dataclass(frozen=True, kw_only=True)
class Splits:
    """How a run is divided."""

    by: By
    validation: float = 0.1  # share of households, days or people
    test: float = 0.2
    gap: int = 1  # days between two splits by time that belong to neither

    def __post_init__(self) -> None:
        if not (self.validation >= 0 <= self.test and self.validation + self.test < 1):
            raise UserError("--validation and --test are shares from 0, together below 1")
        if self.gap < 0:
            raise UserError("--gap is a number of days from 0")

    @classmethod
    def asked(cls, by: str, **how: Any) -> "Splits":
        """What somebody asked for, *how* by the names of the fields; UserError where it makes no sense."""
        if by not in get_args(By):
            raise UserError(f"--split {by}: {unknown('way to divide', by, get_args(By))}")
        return cls(by=cast("By", by), **how)

    def divide(
        self,
        residents: Mapping[str, Sequence[str]],
        zones: Mapping[str, str],
        first: np.datetime64,
        days: int,
        *,
        seed: int,
    ) -> dict[str, Split]:
        """The splits of a run of *days* from *first*, by name. *residents* and *zones* are by household."""
        if self.by == "time":
            return self._by_time(zones, first, days)
        people = [(home, person) for home, ids in residents.items() for person in ids]
        units: list[Any] = list(residents) if self.by == "household" else people
        draws = Chance(seed).branch("split", self.by)
        drawn = sorted(units, key=lambda unit: draws.uniform(*([unit] if isinstance(unit, str) else unit)))
        sizes = self._sizes(len(units))
        ends = np.cumsum(list(sizes.values())).tolist()
        chosen = {
            name: frozenset(drawn[end - sizes[name] : end]) for name, end in zip(sizes, ends, strict=True)
        }
        kind = Whole if self.by == "household" else People
        return {name: kind(these) for name, these in chosen.items()}

    def _by_time(self, zones: Mapping[str, str], first: np.datetime64, days: int) -> dict[str, Split]:
        wanted = 1 + (self.validation > 0) + (self.test > 0)
        sizes = self._sizes(days - self.gap * (wanted - 1))
        found: dict[str, Split] = {}
        for name, size in sizes.items():
            found[name] = Days(first, first + size, zones)
            first = first + size + self.gap
        return found

    def _sizes(self, count: int) -> dict[str, int]:
        """How many of *count* each split has: its share, and one at least."""
        shares = {"validation": self.validation, "test": self.test}
        sizes = {name: max(1, round(share * count)) for name, share in shares.items() if share}
        while sum(sizes.values()) >= count and max(sizes.values(), default=1) > 1:  # one is left to train on
            sizes[max(sizes, key=lambda name: sizes[name])] -= 1
        left = count - sum(sizes.values())
        if left < 1:
            what = {"household": "households", "time": "days beside the gaps", "person": "people"}[self.by]
            raise UserError(
                f"--split {self.by} wants at least {len(sizes) + 1} {what}, and there are {max(count, 0)}"
            )
        return {"train": left, **sizes}


def _span(table: pa.Table) -> tuple[Times, Times]:
    """When each row begins and ends, UTC."""
    begins = np.asarray(table["time"]).astype("datetime64[ms]")
    if "until" in table.column_names:
        return begins, np.maximum(begins, np.asarray(table["until"]).astype("datetime64[ms]"))
    lasts = next((name for name in ("lasts_ms", "wait_ms") if name in table.column_names), None)
    if lasts is None:
        return begins, begins
    return begins, begins + np.asarray(table[lasts]).astype("timedelta64[ms]")


def _midnight(day: np.datetime64, zone: str) -> Any:
    return utc(np.zeros(1, dtype=np.int64), date.fromisoformat(str(day)), zone)[0]


def _sequences(household: str, events: pa.Table) -> pa.Table:
    """Windows over *events* alone."""
    columns = sequence_columns({name: events[name].combine_chunks() for name in events.column_names})
    columns["household"] = pa.repeat(pa.scalar(household), len(columns["start"]))
    schema = SCHEMAS["sequences"]
    return pa.table({field.name: pa.array(columns[field.name]).cast(field.type) for field in schema}, schema)
