"""SPPC from end to end: drop polling, split, weigh, select, and sum up what was left out."""

from collections.abc import Sequence, Set

import numpy as np

from dataset.routines import Routine, Routines
from scenarios.chance import Chance
from scenarios.errors import UserError
from sppc.clock import Floats
from sppc.encode import Integers
from sppc.habits import action_habits, activity_habits, uses
from sppc.importance import cross_fitted, distinct_pieces
from sppc.memory import Compression, Kept, Memory
from sppc.selection import METHODS, represented
from sppc.split import split
from sppc.text import cost
from sppc.transitions import transitions


def remember(
    routines: Routines, budget: int, seed: Chance | int, polling: Set[str], method: str = "informative"
) -> Memory:
    """The memory of *routines* within *budget* tokens, *polling* actions left out.

    What fits the budget is kept whole, without training.
    """
    behaving = routines.without(polling)
    if not behaving.events:
        raise UserError(f"{routines.source or 'this log'} holds nothing to remember: {_what(routines)}")
    sequences = list(behaving.sequences())
    pieces = split(sequences)
    distinct, group = distinct_pieces(pieces)
    prices = np.array([cost(piece) for piece in distinct])
    if whole := bool(prices.sum() <= budget):
        kept, importance = np.arange(len(distinct)), np.zeros(len(distinct))
    else:
        chance = seed if isinstance(seed, Chance) else Chance(seed)
        kept, importance = _select(pieces, distinct, budget, chance, method)
    weights = represented(pieces, [distinct[row] for row in kept])
    return Memory(
        source=routines.source,
        digest=routines.digest,
        weeks=routines.weeks,
        pieces=float(len(pieces)),
        routines=tuple(
            Kept(distinct[row], tuple(days), round(float(importance[row]), 6))
            for row, days in zip(kept, weights.tolist(), strict=True)
        ),
        habits=action_habits(sequences, routines.weeks),
        activities=activity_habits(sequences, routines.weeks),
        uses=uses(sequences),
        transitions=transitions(sequences, pieces),
        report=Compression(
            method="whole" if whole else method,
            budget=budget,
            sequences=len(routines),
            behaviours=routines.events,
            polling=routines.events - behaving.events,
            emptied=len(routines) - len(sequences),
            pieces=len(pieces),
            distinct=len(distinct),
            kept=len(kept),
            tokens_before=int(prices[group].sum()),
            tokens_after=int(prices[kept].sum()),
        ),
    )


def _select(
    pieces: Sequence[Routine], distinct: Sequence[Routine], budget: int, chance: Chance, method: str
) -> tuple[Integers, Floats]:
    """Rows of the distinct pieces to keep, and the importance of each distinct piece."""
    if method not in METHODS:
        raise UserError(f"no selection method {method!r}; there are {', '.join(METHODS)}")
    importance = cross_fitted(pieces, seed=int(chance.rng("importance").integers(2**31)))
    chosen = METHODS[method](pieces, importance, budget, chance.rng("selection"))
    _, group = distinct_pieces(pieces)
    kept = np.unique(group[chosen])
    first = np.unique(group, return_index=True)[1]
    return kept, importance[first]


def _what(routines: Routines) -> str:
    return "it is empty" if not routines.events else f"all {routines.events} behaviours are status polling"
