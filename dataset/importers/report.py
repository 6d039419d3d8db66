"""What became of every line of a log: nothing is lost unsaid."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from dataset.routines import Provenance

MOST_NAMED = 8  # kinds without a mapping that the report names


@dataclass(frozen=True)
class ImportReport:
    """Rows read, rows that are behaviours now, and the others by reason; remarks that cost no row apart."""

    read: int
    kept: int
    dropped: Mapping[str, int]
    noted: Mapping[str, int] = field(default_factory=dict)
    unmapped: Mapping[str, int] = field(default_factory=dict)  # 'weather', 'switch.blinking' -> rows
    unit: str = "behaviours"

    def __post_init__(self) -> None:
        if self.read != self.kept + sum(self.dropped.values()):
            raise ValueError(f"the import does not add up: {self!r}")

    def __str__(self) -> str:
        of = f"of {self.read:,} behaviours" if self.unit == "behaviours" else _of(self.read, self.unit)
        lost = "".join(f", {count:,} left out: {reason}" for reason, count in self.dropped.items())
        notes = "".join(f"; {count:,} {words}" for words, count in self.noted.items())
        return f"{self.kept:,} {of}{lost}{notes}{self._unmapped()}"

    def _unmapped(self) -> str:
        ranked = sorted(self.unmapped.items(), key=lambda item: (-item[1], item[0]))
        if not ranked:
            return ""
        shown = ", ".join(f"{name} ({count:,})" for name, count in ranked[:MOST_NAMED])
        more = len(ranked) - MOST_NAMED
        return f"; without a mapping: {shown}" + (f" and {more} kinds more" if more > 0 else "")


class Tally:
    """The counts of an import under way."""

    def __init__(self, unit: str = "behaviours") -> None:
        self.unit = unit
        self.read = 0  # rows so far
        self.kept = 0
        self.dropped: Counter[str] = Counter()
        self.noted: Counter[str] = Counter()
        self.unmapped: Counter[str] = Counter()
        self.first: dict[str, int] = {}  # reason -> the first row that it befell

    def skip(self, reason: str, count: int = 1) -> None:
        """Leave out the row at hand, or *count* rows."""
        if reason not in self.dropped:
            self.first[reason] = self.read
        self.dropped[reason] += count

    def note(self, words: str, count: int = 1) -> None:
        """Remark on something that costs no row."""
        if count:
            self.noted[words] += count

    @property
    def report(self) -> ImportReport:
        """The counts as they stand."""
        dropped, noted, unmapped = (
            dict(sorted(counts.items())) for counts in (self.dropped, self.noted, self.unmapped)
        )
        return ImportReport(self.read, self.kept, dropped, noted, unmapped, self.unit)

    @property
    def losses(self) -> str:
        """'3 rows in all; 2 a measurement (the first is row 1), …' for a log of which nothing is left."""
        reasons = (
            f"; {count:,} left out: {reason}"
            + (f" (the first is number {self.first[reason]:,})" if self.first[reason] else "")
            for reason, count in sorted(self.dropped.items())
        )
        return f"{self.read:,} {self.unit} in all{''.join(reasons)}"


Columns = Mapping[str, Any]
"""The columns of `Routines`, by name."""


class Incoming(NamedTuple):
    """A log on its way in: the blocks are read once, in order; the tally is complete after the last one."""

    source: str
    provenance: Provenance
    weeks: float | None
    blocks: Iterator[Columns]
    tally: Tally


def _of(read: int, unit: str) -> str:
    return f"behaviours of {read:,} {unit}"
