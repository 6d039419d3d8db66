"""What follows what: counts of the next action by what was just done, and by when.

A memory keeps the transitions that tell most; the others are folded into the mass that backs off to what
is wider, so the graph stays within its budget however long the log.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import log
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from dataset.routines import Routine
from sppc.clock import Floats

if TYPE_CHECKING:
    import networkx as nx

    from sppc.encode import Integers

Context = tuple[str | int, ...]
"""() anything; (a,) after a; (a, b) after a, then b; (a, b, c) likewise; (a, slot) after a, when the next
comes in that slot; (a, slot, weekday) when it comes on that weekday too. `START` stands for a at the
beginning of a piece.
"""

START = ""
ORDER = 3  # last actions that a context holds at most
DOUBT = 1.5  # of what was seen but once; tuned on the validation days of FR and AN
EDGES_A_TOKEN = 2  # counts kept for each token of the budget
MOST_ACTIONS = 512  # that a memory knows of; all vocabularies of the field are smaller

Counts = Mapping[Context, Mapping[str, float]]


class Followers(NamedTuple):
    """What followed a context: counts of next actions, and of those that were folded away."""

    context: Context
    counts: tuple[tuple[str, float], ...]
    folded: float = 0.0


@dataclass(frozen=True)
class Transitions:
    """Counts of next actions by context, in order, so that equal logs give equal bytes."""

    actions: tuple[str, ...]
    followers: tuple[Followers, ...]

    @property
    def edges(self) -> int:
        """How many counts there are."""
        return sum(len(row.counts) for row in self.followers)

    def backed_off(self, contexts: Sequence[Context]) -> Floats:
        """Probability of each action, from the widest context to the narrowest.

        Interpolated Witten-Bell (Chen & Goodman 1999, §2.6), kinds counted DOUBT times, folded counts with
        them: p = (count + (DOUBT * kinds + folded) * p_wider) / (total + DOUBT * kinds).
        """
        return self.narrowed(np.full(len(self.actions), 1 / max(len(self.actions), 1)), contexts)

    def narrowed(self, p: Floats, contexts: Iterable[Context]) -> Floats:
        """The same from *p* on, which is left as it is."""
        for context in contexts:
            if (row := self._rows.get(context)) is not None:
                columns, seen, rest = row
                p = p * rest
                p[columns] += seen
        return p

    def after(self, action: str) -> Floats:
        """Probability of each action after *action*, worked out once; not to be changed."""
        if action not in self._after:
            self._after[action] = self.backed_off([(), (action,)])
        return self._after[action]

    def graph(self) -> "nx.DiGraph[str]":
        """The transition graph: an edge a -> b weighted by how often b came right after a."""
        import networkx as nx

        graph: nx.DiGraph[str] = nx.DiGraph()
        graph.add_nodes_from(self.actions)
        for context, counts, _ in self.followers:
            if len(context) == 1 and context[0] != START:
                graph.add_weighted_edges_from((str(context[0]), after, n) for after, n in counts)
        return graph

    def knows(self, action: str) -> bool:
        """Whether anything was ever seen to follow *action*."""
        return (action,) in self._rows

    @cached_property
    def _after(self) -> dict[str, Floats]:
        return {}

    @cached_property
    def _rows(self) -> dict[Context, tuple["Integers", Floats, float]]:
        """By context: columns of the actions that followed, their share, and the share of what is wider."""
        column = {action: number for number, action in enumerate(self.actions)}
        rows = {}
        for context, counts, folded in self.followers:
            n, doubt = sum(count for _, count in counts) + folded, DOUBT * len(counts)
            seen = np.array([count / (n + doubt) for _, count in counts])
            columns = np.array([column[action] for action, _ in counts], np.int64)
            rows[context] = columns, seen, (doubt + folded) / (n + doubt)
        return rows


def transitions(sequences: Iterable[Routine], pieces: Iterable[Routine], budget: int) -> Transitions:
    """Count within *sequences*, and what begins the *pieces* they were split into, for *budget* tokens."""
    return kept(counted(sequences, pieces), budget)


def counted(sequences: Iterable[Routine], pieces: Iterable[Routine]) -> Counts:
    """How often each action followed each context."""
    counts: defaultdict[Context, Counter[str]] = defaultdict(Counter)
    for sequence in sequences:
        done = [behaviour.action for behaviour in sequence]
        for at, (day, slot, _, action, *_) in enumerate(sequence):
            counts[()][action] += 1
            for order in range(1, min(at, ORDER) + 1):
                counts[tuple(done[at - order : at])][action] += 1
            if at:
                counts[done[at - 1], slot][action] += 1
                counts[done[at - 1], slot, day][action] += 1
    for piece in pieces:
        day, slot, _, action, *_ = piece[0]
        for context in ((START,), (START, slot), (START, slot, day)):
            counts[context][action] += 1
    return counts


def kept(counts: Counts, budget: int, folded: Mapping[Context, float] | None = None) -> Transitions:
    """The counts that tell most of what wider contexts do not; *folded* were folded away before.

    A count tells count * |log(p / p_wider)| (weighted difference: Seymore & Rosenfeld 1996). How often each
    action is done at all is always kept, of up to MOST_ACTIONS actions.
    """
    folded = folded or {}
    total = {context: sum(row.values()) + folded.get(context, 0.0) for context, row in counts.items()}
    known = dict(commonest(counts.get((), {}), MOST_ACTIONS))
    told = {
        (context, action): count * abs(log(count / total[context] / _wider(counts, total, context, action)))
        for context, row in counts.items()
        if context
        for action, count in row.items()
        if action in known
    }
    ranked = sorted(told, key=lambda edge: (-round(told[edge], 6), str(edge)))
    rows: defaultdict[Context, dict[str, float]] = defaultdict(dict, {(): known})
    for context, action in ranked[: max(0, EDGES_A_TOKEN * budget - len(known))]:
        rows[context][action] = counts[context][action]
    ordered = sorted(rows.items(), key=lambda item: (len(item[0]), tuple(map(str, item[0]))))
    return Transitions(
        tuple(sorted(known)),
        tuple(
            Followers(
                context,
                tuple((action, round(row[action], 3)) for action in sorted(row)),
                round(total[context] - sum(row.values()), 3),
            )
            for context, row in ordered
        ),
    )


def commonest(counts: Mapping[str, float], most: int) -> list[tuple[str, float]]:
    """The *most* frequent, alphabetically among equals."""
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:most]


def _wider(counts: Counts, total: Mapping[Context, float], context: Context, action: str) -> float:
    """Share of *action* in the next wider context that saw it."""
    while context:
        context = context[:-1] if isinstance(context[-1], int) else context[1:]
        if count := counts.get(context, {}).get(action):
            return count / total[context]
    return 1 / max(1, len(counts[()]))
