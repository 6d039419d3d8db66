"""SPPC from end to end: drop polling, split, weigh, select, and sum up what was left out."""

from collections.abc import Sequence, Set
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from dataset.routines import Routine, Routines
from scenarios.chance import Chance
from scenarios.errors import UserError
from scenarios.problems import unknown
from sppc.clock import Floats
from sppc.encode import Integers
from sppc.habits import action_habits, activity_habits, uses
from sppc.importance import cross_fitted, distinct_pieces
from sppc.memory import Compression, Kept, Memory
from sppc.patterns import write
from sppc.selection import METHODS, represented, within
from sppc.split import split
from sppc.text import cost, tokens
from sppc.transitions import transitions

METHOD = "informative"  # unless asked otherwise
PAIRWISE = frozenset({"ssc_as_published", "ssc_repaired"})
"""Methods that hold the likeness of every two pieces of a weekday."""
MOST_PAIRWISE = 20_000  # pieces that these take: half a gigabyte


@dataclass(frozen=True, eq=False)
class Pieces:
    """A log without polling, cut into pieces. Distinct ones are numbered in order of appearance."""

    routines: Routines  # as they came, polling and all
    sequences: tuple[Routine, ...]  # without polling
    cut: tuple[Routine, ...]
    distinct: tuple[Routine, ...]
    kind: Integers  # of each cut piece the number of its distinct one
    tokens: Integers  # of each distinct piece on a line of its own
    chance: Chance

    @cached_property
    def importance(self) -> Floats:
        """Of each cut piece, nats a behaviour. Trains the first time it is asked for."""
        return cross_fitted(self.cut, seed=int(self.chance.rng("importance").integers(2**31)))

    def text(self, kept: Sequence[int]) -> str:
        """These distinct pieces, each with how often it was done, as the budget counts them."""
        times = np.bincount(self.kind)
        return write({self.distinct[row]: int(times[row]) for row in kept})

    def size(self, kept: Sequence[int]) -> int:
        """Tokens of the text of these distinct pieces."""
        return tokens(self.text(kept))

    @cached_property
    def whole(self) -> int:
        """Tokens of the text of them all."""
        return self.size(range(len(self.distinct)))

    def fit(self, budget: int) -> bool:
        """Whether the text of them all has *budget* tokens at most."""
        return self.whole <= budget

    def chosen(self, budget: int, method: str) -> Integers:
        """Numbers of the distinct pieces that *method* keeps."""
        if self.fit(budget):
            return np.arange(len(self.distinct))
        rows = METHODS[method](
            self.cut, self.importance, within(self.cut, budget), self.chance.rng("selection")
        )
        return np.unique(self.kind[rows])


def pieces_of(routines: Routines, polling: Set[str], chance: Chance) -> Pieces:
    """The pieces of *routines*, *polling* actions left out."""
    behaving = routines.without(polling)
    if not behaving.events:
        raise UserError(f"{routines.source or 'this log'} holds nothing to remember: {_what(routines)}")
    sequences = tuple(behaving.sequences())
    cut = split(sequences)
    distinct, kind = distinct_pieces(cut)
    return Pieces(
        routines=routines,
        sequences=sequences,
        cut=cut,
        distinct=tuple(distinct),
        kind=kind,
        tokens=np.array([cost(piece) for piece in distinct]),
        chance=chance,
    )


def remember(
    routines: Routines, budget: int, seed: Chance | int, polling: Set[str], method: str = METHOD
) -> Memory:
    """The memory of *routines* within *budget* tokens, *polling* actions left out."""
    chance = seed if isinstance(seed, Chance) else Chance(seed)
    return memory_of(pieces_of(routines, polling, chance), budget, method)


def memory_of(pieces: Pieces, budget: int, method: str = METHOD) -> Memory:
    """The memory of *pieces* within *budget* tokens. What fits is kept whole, without training."""
    check(pieces, budget, method)
    whole, kept = pieces.fit(budget), pieces.chosen(budget, method)
    first = np.unique(pieces.kind, return_index=True)[1]
    importance = np.zeros(len(kept)) if whole else pieces.importance[first[kept]]
    weights = represented(pieces.cut, [pieces.distinct[row] for row in kept])
    weeks = pieces.routines.weeks
    return Memory(
        source=pieces.routines.source,
        digest=pieces.routines.digest,
        weeks=weeks,
        pieces=float(len(pieces.cut)),
        routines=tuple(
            Kept(pieces.distinct[row], tuple(days), round(float(nats), 6))
            for row, days, nats in zip(kept, weights.tolist(), importance, strict=True)
        ),
        habits=action_habits(pieces.sequences, weeks),
        activities=activity_habits(pieces.sequences, weeks),
        uses=uses(pieces.sequences),
        transitions=transitions(pieces.sequences, pieces.cut, budget),
        report=_counted(pieces, budget, "whole" if whole else method, kept),
    )


def check(pieces: Pieces, budget: int, method: str) -> None:
    """UserError, before any training, when there is no such *method* or it cannot be used here."""
    if method not in METHODS:
        raise UserError(unknown("selection method", method, METHODS))
    if method in PAIRWISE and len(pieces.cut) > MOST_PAIRWISE:
        count = f"{len(pieces.cut):,} pieces; {MOST_PAIRWISE:,} at most"
        raise UserError(f"{method} compares every piece with every other, and there are {count}")
    if (least := pieces.size([int(pieces.tokens.argmin())])) > budget:
        raise UserError(f"a memory of {budget} tokens holds no routine; the shortest needs {least}")


def _counted(pieces: Pieces, budget: int, method: str, kept: Integers) -> Compression:
    routines, behaving = pieces.routines, sum(map(len, pieces.sequences))
    return Compression(
        method=method,
        budget=budget,
        sequences=len(routines),
        behaviours=routines.events,
        polling=routines.events - behaving,
        emptied=len(routines) - len(pieces.sequences),
        pieces=len(pieces.cut),
        distinct=len(pieces.distinct),
        kept=len(kept),
        tokens_before=int(pieces.tokens[pieces.kind].sum()),
        tokens_after=pieces.whole if len(kept) == len(pieces.distinct) else pieces.size(kept.tolist()),
    )


def _what(routines: Routines) -> str:
    return "it is empty" if not routines.events else f"all {routines.events} behaviours are status polling"
