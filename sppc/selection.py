"""What to keep within a token budget, and how much each kept piece stands for.

A method takes pieces, their importance, a budget in tokens and a generator of chance; it returns the rows to
keep.
"""

import heapq
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
    features = describe(pieces)
    order = [int(np.argmax(features @ features.mean(0)))]
    nearest = features @ features[order[0]]
    for _ in range(len(distinct_pieces(pieces)[0]) - 1):
        order.append(int(np.argmin(nearest)))
        nearest = np.maximum(nearest, features @ features[order[-1]])
    return _fill(order, pieces, budget)


def informative(
    pieces: Sequence[Routine], importance: Floats, budget: int, rng: np.random.Generator
) -> Integers:
    """What is important and what the kept set does not represent yet, for its price.

    Maximises sum_i w_i max_{j kept} likeness(i, j) over distinct pieces i, with w = (1 + importance / mean) *
    sqrt(copies): the facility-location objective (submodular), greedily by gain per token (Leskovec et al.,
    KDD 2007: lazy greedy). The square root keeps a routine done a hundred times from drowning the rare ones.
    """
    _, first, copies = np.unique(distinct_pieces(pieces)[1], return_index=True, return_counts=True)
    weight = np.sqrt(copies) * (1 + importance[first] / max(importance.mean(), 1e-9))
    price = np.array([cost(pieces[row]) for row in first])
    features = describe([pieces[row] for row in first])
    return np.sort(first[_greedy(features, weight, price, budget)]).astype(np.int64)


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


def _greedy(features: Floats, weight: Floats, price: Integers, budget: int) -> list[int]:
    """Lazy greedy: a gain only shrinks as the set grows, so an old gain is an upper bound."""
    best = np.zeros(len(features))  # likeness to the nearest kept one

    def gain(row: int) -> float:
        return float(weight @ np.maximum(features @ features[row] - best, 0) / price[row])

    heap = [(-gain(row), row) for row in range(len(features))]
    heapq.heapify(heap)
    kept: list[int] = []
    while heap:
        _, row = heapq.heappop(heap)
        if price[row] > budget:
            continue
        fresh = -gain(row)
        if heap and fresh > heap[0][0]:
            heapq.heappush(heap, (fresh, row))
            continue
        kept.append(row)
        budget -= price[row]
        best = np.maximum(best, features @ features[row])
    return kept
