"""Reflection: what is lived changes habits at the end of each day, and memory where somebody looks back.

Of each (activity, slot) a running mean is kept of how often it is done a day. Once a week has been lived,
what is done more often than in that first week grows more likely where there is a choice, what is done less
often, less. Nothing depends on the order of what was done within a day, nor on a journal; a day costs
microseconds.

Whose model writes looks back once a week: memory absorbs what was done, and from then on that is what is
recalled. What a day is drawn from stays the memory that the person came with. Days drawn from a memory that
absorbs them hold nothing new, and stray from the log that it was made of (docs/sppc.md).
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from math import copysign

from dataset.routines import Behaviour, Routines
from sppc.absorb import absorb
from sppc.memory import Memory

FIRST = 7  # days from which the usual is taken
PACE = 1 / 14  # share of a running mean that the last day makes
LEARNED, MOST = 0.5, 0.7  # nats for one more a day; at most

Done = tuple[str, int]  # activity, three-hour slot


@dataclass
class Experience:
    """What one person has done, and what they have learned from it."""

    days: int = 0
    today: Counter[Done] = field(default_factory=Counter)
    mean: dict[Done, float] = field(default_factory=dict)  # times a day
    usual: dict[Done, float] = field(default_factory=dict)  # in the first week
    learned: dict[Done, float] = field(default_factory=dict)  # nats
    lived: defaultdict[int, list[Behaviour]] = field(default_factory=lambda: defaultdict(list))  # by day
    memory: Memory | None = None  # with what was lived; None until somebody looks back

    def note(self, activity: str, slot: int) -> None:
        """Something is done."""
        done = activity, slot
        self.today[done] = self.today.get(done, 0) + 1

    def sleep_on_it(self) -> None:
        """A day is over."""
        self.days += 1
        pace = 1 / self.days if self.days <= FIRST else PACE
        for done in self.mean:
            self.mean[done] *= 1 - pace
        for done, times in self.today.items():
            self.mean[done] = self.mean.get(done, 0.0) + pace * times
        self.today.clear()
        if self.days == FIRST:
            self.usual = dict(self.mean)
        elif self.days > FIRST:
            for done, mean in self.mean.items():
                nats = LEARNED * (mean - self.usual.get(done, 0.0))
                self.learned[done] = nats if -MOST < nats < MOST else copysign(MOST, nats)

    def keep(self, behaviours: Iterable[Behaviour]) -> None:
        """Something to look back on is done."""
        self.lived[self.days].extend(behaviours)

    def look_back(self, memory: Memory, days: int) -> None:
        """Take what was lived in the last *days* into what is recalled, at first *memory*."""
        sequences = [tuple(day) for day in self.lived.values() if day]
        week = Routines.of(sequences, source="lived", provenance="simulated", weeks=days / 7)
        self.memory = absorb(self.memory or memory, week, frozenset())
        self.lived.clear()
