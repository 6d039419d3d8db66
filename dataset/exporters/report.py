"""What became of every row of a run: it is in the export, or counted under why it is not."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

MOST_NAMED = 8


@dataclass
class Tally:
    """The counts of an export under way."""

    written: Counter[str] = field(default_factory=Counter)  # '60 windows'
    left_out: Counter[str] = field(default_factory=Counter)  # reason -> rows
    remarks: list[str] = field(default_factory=list)  # sentences

    def leave_out(self, reason: str, count: int = 1) -> None:
        """Count *count* rows that the format has no place for."""
        if count:
            self.left_out[reason] += count


@dataclass(frozen=True)
class ExportReport:
    """An export that stands."""

    form: str
    out: Path
    written: Mapping[str, int]
    left_out: Mapping[str, int]
    remarks: tuple[str, ...]
    splits: Mapping[str, Any]

    def __str__(self) -> str:
        kept = ", ".join(f"{count:,} {what}" for what, count in self.written.items())
        ranked = sorted(self.left_out.items(), key=lambda item: (-item[1], item[0]))
        lost = "".join(f"; {count:,} left out: {reason}" for reason, count in ranked[:MOST_NAMED])
        more = len(ranked) - MOST_NAMED
        lost += f"; and for {more} reasons more, see export.json" if more > 0 else ""
        return "\n".join([f"{self.out}: {kept}{lost}", *self.remarks])
