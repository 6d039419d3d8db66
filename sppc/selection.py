"""What to keep within a token budget, and how much each kept piece stands for.

A method takes pieces, their importance, a budget in tokens and a generator of chance; it returns the rows to
keep.
"""

from collections.abc import Callable, Iterable, Sequence

import numpy as np

from dataset.routines import Routine
from scenarios.errors import UserError
from sppc.clock import Floats
from sppc.encode import Integers
from sppc.importance import distinct_pieces
from sppc.likeness import describe
from sppc.text import cost

Method = Callable[[Sequence[Routine], Floats, int, np.random.Generator], Integers]


def by_importance(
    pieces: Sequence[Routine], importance: Floats, budget: int, rng: np.random.Generator
) -> Integers:
    """The most important first (IoTGen)."""
    return _fill(np.argsort(-importance, kind="stable"), pieces, budget)


def exact_duplicates(
    pieces: Sequence[Routine], importance: Floats, budget: int, rng: np.random.Generator
) -> Integers:
    """The first of each kind, in the order of the log; a control."""
    _, group = distinct_pieces(pieces)
    return _fill(np.unique(group, return_index=True)[1], pieces, budget)


def random(pieces: Sequence[Routine], importance: Floats, budget: int, rng: np.random.Generator) -> Integers:
    """Any, drawn without looking; the floor."""
    return _fill(rng.permutation(len(pieces)), pieces, budget)


def ssc_as_published(
    pieces: Sequence[Routine], importance: Floats, budget: int, rng: np.random.Generator
) -> Integers:
    """SmartGen's de-duplication as released, at the threshold that fits the budget; minutes of training."""
    from sppc.ssc import released, released_vectors, sparse

    vectors = released_vectors(*released(pieces), seed=int(rng.integers(2**31)))
    return _fill(sparse(vectors, pieces, budget), pieces, budget)


def ssc_repaired(
    pieces: Sequence[Routine], importance: Floats, budget: int, rng: np.random.Generator
) -> Integers:
    """The same without dropout, pads and offset; see `sppc.ssc`."""
    from sppc.ssc import repaired_vectors, sparse

    vectors = repaired_vectors(pieces, seed=int(rng.integers(2**31)))
    return _fill(sparse(vectors, pieces, budget), pieces, budget)


def farthest(
    pieces: Sequence[Routine], importance: Floats, budget: int, rng: np.random.Generator
) -> Integers:
    """Each time the piece least like any kept, from the most typical one on (k-centre: Gonzalez 1985)."""
    return _spread(pieces, np.ones(len(pieces)), budget)


def informative(
    pieces: Sequence[Routine], importance: Floats, budget: int, rng: np.random.Generator
) -> Integers:
    """Farthest-point choice among pieces that weigh by how often they occur and how important they are.

    Each time the piece of greatest (1 - likeness to the nearest kept one) * sqrt(copies * (1 + importance /
    mean)). The root keeps a routine done a hundred times, or one like nothing else, from coming before all.
    """
    _, group = distinct_pieces(pieces)
    copies = np.bincount(group)[group]
    return _spread(pieces, np.sqrt(copies * (1 + importance / max(importance.mean(), 1e-9))), budget)


METHODS: dict[str, Method] = {
    "informative": informative,
    "importance": by_importance,
    "exact_duplicates": exact_duplicates,
    "ssc_as_published": ssc_as_published,
    "ssc_repaired": ssc_repaired,
    "farthest": farthest,
    "random": random,
}


def represented(pieces: Sequence[Routine], kept: Sequence[Routine]) -> Floats:
    """How many of *pieces* each of *kept* stands for, by the weekday they begin on. (K, 7).

    Every piece counts for the kept one most like it.
    """
    distinct, group = distinct_pieces(pieces)
    features = describe([*kept, *distinct])
    nearest = [int(np.argmax(features[: len(kept)] @ row)) for row in features[len(kept) :]]
    weights = np.zeros((len(kept), 7))
    np.add.at(weights, (nearest, [piece[0].day for piece in distinct]), np.bincount(group))
    return weights


def _fill(order: Iterable[int], pieces: Sequence[Routine], budget: int) -> Integers:
    """What fits, in that order; what is kept already takes no more room."""
    kept: dict[Routine, int] = {}
    left = budget
    for row in order:
        if pieces[row] not in kept and (price := cost(pieces[row])) <= left:
            kept[pieces[row]] = int(row)
            left -= price
    return np.array(_at_least_one([*kept.values()], pieces, budget), np.int64)


def _at_least_one(kept: list[int], pieces: Sequence[Routine], budget: int) -> list[int]:
    if not kept:
        least = min(map(cost, pieces))
        raise UserError(f"a memory of {budget} tokens holds no routine; the shortest needs {least}")
    return sorted(kept)


def _spread(pieces: Sequence[Routine], weight: Floats, budget: int) -> Integers:
    """Rows of distinct pieces, the one of most weight times distance to all kept before first."""
    distinct, group = distinct_pieces(pieces)
    first = np.unique(group, return_index=True)[1]
    price = np.array([cost(piece) for piece in distinct])
    features, weight, left = describe(distinct), weight[first], budget
    nearest = np.zeros(len(distinct))  # likeness to the nearest kept one
    score = features @ (np.bincount(group) @ features)  # the first is the most typical
    kept: list[int] = []
    while (price <= left).any():
        row = int(np.argmax(np.where(price <= left, score, -1)))
        kept.append(int(first[row]))
        left, price[row] = left - price[row], budget + 1  # kept: never again
        nearest = np.maximum(nearest, features @ features[row])
        score = weight * (1 - nearest).clip(0)
    return np.array(_at_least_one(kept, pieces, budget), np.int64)
