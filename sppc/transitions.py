"""What follows what: counts of the next action after the last, the last two, the last at a time of day."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from dataset.routines import Routine
from sppc.clock import Floats

if TYPE_CHECKING:
    import networkx as nx

Context = tuple[str | int, ...]
"""() anything; (a,) after a; (a, b) after a, then b; (b, slot) after b, when the next comes in that slot.

`START` stands for a at the beginning of a piece.
"""

START = ""


@dataclass(frozen=True)
class Transitions:
    """Counts of next actions by context, in order, so that equal logs give equal bytes."""

    actions: tuple[str, ...]
    counts: tuple[tuple[Context, tuple[tuple[str, int], ...]], ...]

    def next(self, action: str, before: str | None = None) -> dict[str, float]:
        """Probability of each action after *action* (and *before* that one), smoothed: none is 0."""
        chain: tuple[Context, ...] = ((), (action,)) if before is None else ((), (action,), (before, action))
        return dict(zip(self.actions, self.backed_off(chain).tolist(), strict=True))

    def backed_off(self, contexts: Sequence[Context]) -> Floats:
        """Probability of each action, from the widest context to the narrowest.

        Interpolated Witten-Bell: p = (count + kinds * p_wider) / (total + kinds) (Chen & Goodman 1999, §2.6).
        """
        p = np.full(len(self.actions), 1 / max(len(self.actions), 1))
        for context in contexts:
            if (row := self._rows.get(context)) is not None:
                seen, rest = row
                p = seen + rest * p
        return p

    def graph(self) -> "nx.DiGraph[str]":
        """The transition graph: an edge a -> b weighted by how often b came right after a."""
        import networkx as nx

        graph: nx.DiGraph[str] = nx.DiGraph()
        graph.add_nodes_from(self.actions)
        for context, counts in self.counts:
            if len(context) == 1 and context[0] != START:
                graph.add_weighted_edges_from((str(context[0]), after, n) for after, n in counts)
        return graph

    def knows(self, action: str) -> bool:
        """Whether anything was ever seen to follow *action*."""
        return (action,) in self._rows

    @cached_property
    def _rows(self) -> dict[Context, tuple[Floats, float]]:
        """By context: count / (total + kinds) of each action, and kinds / (total + kinds)."""
        column = {action: number for number, action in enumerate(self.actions)}
        rows = {}
        for context, counts in self.counts:
            row, whole = np.zeros(len(self.actions)), sum(count for _, count in counts) + len(counts)
            for action, count in counts:
                row[column[action]] = count / whole
            rows[context] = row, len(counts) / whole
        return rows


def transitions(sequences: Sequence[Routine], pieces: Sequence[Routine]) -> Transitions:
    """Count the transitions within *sequences*, and what begins the *pieces* they were split into."""
    counts: dict[Context, Counter[str]] = defaultdict(Counter)
    for sequence in sequences:
        for at, (_, slot, _, action, *_) in enumerate(sequence):
            counts[()][action] += 1
            if at > 0:
                last = sequence[at - 1].action
                counts[last,][action] += 1
                counts[last, slot][action] += 1
            if at > 1:
                counts[sequence[at - 2].action, last][action] += 1
    for piece in pieces:
        counts[START,][piece[0].action] += 1
        counts[START, piece[0].slot][piece[0].action] += 1
    ordered = sorted(counts.items(), key=lambda item: (len(item[0]), tuple(map(str, item[0]))))
    return Transitions(
        tuple(sorted(counts[()])), tuple((context, tuple(sorted(c.items()))) for context, c in ordered)
    )
