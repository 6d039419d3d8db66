"""Memory: what a person usually does, small enough to carry. Made by `sppc.compress.remember`."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from typing import TYPE_CHECKING, Annotated

import numpy as np
from pydantic import BeforeValidator, PlainSerializer

from dataset.routines import Routine
from scenarios.errors import UserError
from sppc.clock import quietest
from sppc.habits import Habit, Use
from sppc.recall import Index, build, next_actions
from sppc.text import line, parse
from sppc.transitions import Transitions
from world.mind import Observation

if TYPE_CHECKING:
    from pydantic import TypeAdapter


def _read(value: object) -> object:
    return parse(value) if isinstance(value, str) else value


@dataclass(frozen=True)
class Kept:
    """A routine kept, how many original pieces of each weekday it stands for, its importance (nats)."""

    behaviours: Annotated[Routine, BeforeValidator(_read), PlainSerializer(line)]  # as text in a file
    days: tuple[float, ...]  # Monday first
    importance: float  # a behaviour

    @property
    def weight(self) -> float:
        """How many original pieces it stands for."""
        return sum(self.days)


@dataclass(frozen=True)
class Compression:
    """What went in and what came out."""

    method: str  # of `selection.METHODS`; 'whole': all was kept; 'absorbed': days came in later
    budget: int  # tokens
    sequences: int  # in, with polling
    behaviours: int  # in, with polling
    polling: int  # behaviours dropped as status polling
    emptied: int  # sequences of nothing but polling
    pieces: int  # after the split
    distinct: int
    kept: int
    tokens_before: int  # of the text of all pieces
    tokens_after: int

    @property
    def note(self) -> str:
        """One sentence for people."""
        how = "nothing to compress, kept whole" if self.method == "whole" else f"chosen by {self.method}"
        return (
            f"{self.sequences} sequences, {self.polling} polling behaviours dropped, {self.pieces} pieces "
            f"({self.distinct} distinct) -> {self.kept} kept, {self.tokens_before} -> {self.tokens_after} "
            f"tokens ({how})"
        )


@dataclass(frozen=True)
class Memory:
    """The informative routines of one source, and the statistics of all of it."""

    source: str
    digest: str  # of the routines remembered
    weeks: float | None  # that they cover; None where the log has no dates
    pieces: float  # how many there were
    routines: tuple[Kept, ...]
    habits: tuple[Habit, ...]  # by action
    activities: tuple[Habit, ...]  # by activity; empty for logs without labels
    uses: tuple[Use, ...]
    transitions: Transitions
    report: Compression

    def recall(self, observation: Observation) -> Mapping[str, float]:
        """How likely each next action is now: by the time, the day, and what was just done."""
        weekday, minute = observation.weekday, observation.minute
        return next_actions(self.transitions, self._index, weekday, minute, observation.recent)

    def on(self, weekday: int) -> tuple[Kept, ...]:
        """The kept routines that stand for something lived on *weekday*, be it themselves or their like."""
        return self._by_weekday[weekday]

    def rate(self, weekday: int) -> float | None:
        """Expected pieces on such a weekday; None where the weeks are unknown."""
        if self.weeks is None:
            return None
        return self.total(weekday) / self.weeks

    def total(self, weekday: int) -> float:
        """Pieces of such a weekday that all routines kept stand for."""
        return self._totals[weekday]

    def actions_for(self, activity: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The actions with which this person usually begins and ends *activity*; empty where unknown."""
        return next(((use.start, use.end) for use in self.uses if use.activity == activity), ((), ()))

    def quiet_window(self, hours: float = 7.5, later: int = 0) -> int:
        """Minute of the day at which the *hours* with the fewest behaviours begin; it may go past midnight.

        Of equally quiet windows, the one whose middle is nearest to three in the morning, or *later* minutes.
        """
        return quietest(np.sum([habit.clock for habit in self.habits], axis=0), hours, later)

    def to_json(self) -> str:
        """The memory as text; equal memories give equal bytes, and `from_json` gives an equal memory."""
        return _adapter().dump_json(self).decode() + "\n"

    @staticmethod
    def from_json(text: str) -> "Memory":
        """The memory that `to_json` wrote."""
        try:
            return _adapter().validate_json(text)
        except ValueError as error:
            raise UserError(f"this is no memory written by Homefolk: {str(error).splitlines()[0]}") from error

    @cached_property
    def _index(self) -> Index:
        return build(self.habits, self.transitions.actions)

    @cached_property
    def _totals(self) -> tuple[float, ...]:
        return tuple(sum(kept.days[weekday] for kept in self.on(weekday)) for weekday in range(7))

    @cached_property
    def _by_weekday(self) -> tuple[tuple[Kept, ...], ...]:
        return tuple(tuple(k for k in self.routines if k.days[day]) for day in range(7))


@cache
def _adapter() -> "TypeAdapter[Memory]":
    from pydantic import TypeAdapter

    return TypeAdapter(Memory)
