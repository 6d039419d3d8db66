"""What to keep within a token budget, and how much each kept piece stands for.

A method takes pieces, their importance, a budget in tokens and a generator of chance; it returns the rows to
keep.
"""

import heapq
from collections import Counter
from collections.abc import Callable, Iterable, Sequence

import numpy as np

from dataset.routines import Routine
from scenarios.errors import UserError
from sppc.clock import BIN, BINS, SLOT, Floats, histogram
from sppc.encode import Integers, vocabulary
from sppc.importance import distinct_pieces
from sppc.text import cost

Method = Callable[[Sequence[Routine], Floats, int, np.random.Generator], Integers]

_SHARES = (1.0, 0.6, 0.35)  # of actions, time of day and weekday in likeness


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


def describe(pieces: Sequence[Routine]) -> Floats:
    """Feature vectors (N, F) whose inner product is the likeness of two pieces, 0 to 1.

    Three unit vectors side by side: actions (square roots of counts), time of day (smoothed), weekday.
    """
    actions = {name: column for column, name in enumerate(vocabulary(pieces).actions)}
    what = np.zeros((len(pieces), len(actions)))
    when = np.zeros((len(pieces), BINS))
    day = np.full((len(pieces), 7), 0.1)
    for row, piece in enumerate(pieces):
        for action, count in Counter(b.action for b in piece).items():
            what[row, actions[action]] = np.sqrt(count)
        when[row] = histogram(piece)
        for behaviour in piece:
            day[row, behaviour.day] += 1
    when = np.sqrt(sum(np.roll(when, shift, 1) for shift in range(-SLOT // BIN // 2, SLOT // BIN // 2 + 1)))
    blocks = [
        np.sqrt(share / sum(_SHARES)) * block / np.linalg.norm(block, axis=1, keepdims=True)
        for share, block in zip(_SHARES, (what, when, day), strict=True)
    ]
    return np.hstack(blocks)


def _fill(order: Iterable[int], pieces: Sequence[Routine], budget: int) -> Integers:
    kept: list[int] = []
    for row in order:
        if (price := cost(pieces[row])) <= budget:
            kept.append(int(row))
            budget -= price
    return np.array(_at_least_one(kept, pieces, budget), np.int64)


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
