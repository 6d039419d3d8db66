"""What to keep within a token budget, and how much each kept piece stands for.

A method takes pieces, their importance, a test of whether some rows still fit, and a generator of chance; it
returns the rows to keep.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable, Sequence

import numpy as np

from dataset.routines import Routine
from sppc.clock import Floats
from sppc.encode import Integers
from sppc.importance import distinct_pieces
from sppc.likeness import describe
from sppc.patterns import prices, write
from sppc.text import cost, tokens

Fits = Callable[[Sequence[int]], bool]
"""Whether a memory of these rows keeps within its budget."""

Method = Callable[[Sequence[Routine], Floats, Fits, np.random.Generator], Integers]


def by_importance(
    pieces: Sequence[Routine], importance: Floats, fits: Fits, rng: np.random.Generator
) -> Integers:
    """The most important first (IoTGen)."""
    return _fill(np.argsort(-importance, kind="stable"), pieces, fits)


def exact_duplicates(
    pieces: Sequence[Routine], importance: Floats, fits: Fits, rng: np.random.Generator
) -> Integers:
    """The first of each kind, in the order of the log; a control."""
    _, group = distinct_pieces(pieces)
    return _fill(np.unique(group, return_index=True)[1], pieces, fits)


def random(pieces: Sequence[Routine], importance: Floats, fits: Fits, rng: np.random.Generator) -> Integers:
    """Any, drawn without looking; the floor."""
    return _fill(rng.permutation(len(pieces)), pieces, fits)


def ssc_as_published(
    pieces: Sequence[Routine], importance: Floats, fits: Fits, rng: np.random.Generator
) -> Integers:
    """SmartGen's de-duplication as released, at the highest threshold that fits; minutes of training."""
    from sppc.ssc import released, released_vectors, sparse

    vectors = released_vectors(*released(pieces), seed=int(rng.integers(2**31)))
    return _fill(sparse(vectors, pieces, fits), pieces, fits)


def ssc_repaired(
    pieces: Sequence[Routine], importance: Floats, fits: Fits, rng: np.random.Generator
) -> Integers:
    """The same without dropout, pads and offset; see `sppc.ssc`."""
    from sppc.ssc import repaired_vectors, sparse

    vectors = repaired_vectors(pieces, seed=int(rng.integers(2**31)))
    return _fill(sparse(vectors, pieces, fits), pieces, fits)


def farthest(pieces: Sequence[Routine], importance: Floats, fits: Fits, rng: np.random.Generator) -> Integers:
    """Each time the piece least like any kept, from the most typical one on (k-centre: Gonzalez 1985)."""
    return _spread(pieces, np.ones(len(pieces)), fits)


def informative(
    pieces: Sequence[Routine], importance: Floats, fits: Fits, rng: np.random.Generator
) -> Integers:
    """Farthest-point choice among pieces that weigh by how often, how important, and how short they are.

    Each time the piece of greatest (1 - likeness to the nearest kept one) * sqrt(copies * (1 + importance /
    mean) / tokens). The root keeps a routine done a hundred times, one like nothing else, or one of a single
    action from coming before all.
    """
    times = Counter(pieces)
    copies = np.array([times[piece] for piece in pieces])
    price = prices(times)
    worth = copies * (1 + importance / max(importance.mean(), 1e-9)) / [price[piece] for piece in pieces]
    return _spread(pieces, np.sqrt(worth), fits)


METHODS: dict[str, Method] = {
    "informative": informative,
    "importance": by_importance,
    "exact_duplicates": exact_duplicates,
    "ssc_as_published": ssc_as_published,
    "ssc_repaired": ssc_repaired,
    "farthest": farthest,
    "random": random,
}


def line_by_line(pieces: Sequence[Routine], budget: int) -> Fits:
    """Whether some rows have *budget* tokens at most, each on a line of its own."""
    prices = np.array([cost(piece) for piece in pieces])
    return lambda rows: bool(prices[list(rows)].sum() <= budget)


def within(pieces: Sequence[Routine], budget: int) -> Fits:
    """Whether the text of some rows' patterns, and how often each was done, has *budget* tokens at most."""
    times = Counter(pieces)
    return lambda rows: tokens(write({pieces[row]: times[pieces[row]] for row in rows})) <= budget


def represented(pieces: Sequence[Routine], kept: Sequence[Routine]) -> Floats:
    """How many of *pieces* each of *kept* stands for, by the weekday they begin on. (K, 7).

    What is not kept itself counts for the kept one most like it.
    """
    distinct, group = distinct_pieces(pieces)
    features = describe([*kept, *distinct])
    number = {piece: at for at, piece in enumerate(kept)}
    nearest = [
        number[piece] if piece in number else int(np.argmax(features[: len(kept)] @ row))
        for piece, row in zip(distinct, features[len(kept) :], strict=True)
    ]
    weights = np.zeros((len(kept), 7))
    np.add.at(weights, (nearest, [piece[0].day for piece in distinct]), np.bincount(group))
    return weights


def _fill(order: Iterable[int], pieces: Sequence[Routine], fits: Fits) -> Integers:
    """As many as fit, in that order; what is kept already takes no more room."""
    first: dict[Routine, int] = {}
    for row in order:
        first.setdefault(pieces[row], int(row))
    ranked = [*first.values()]
    while ranked and not fits(ranked[:1]):
        del ranked[0]
    many = bisect_left(range(1, len(ranked) + 1), True, key=lambda many: not fits(ranked[:many]))
    return np.array(sorted(ranked[:many]), np.int64)


def _spread(pieces: Sequence[Routine], weight: Floats, fits: Fits) -> Integers:
    """As many as fit of distinct pieces, the one of most weight times distance to all before first."""
    distinct, group = distinct_pieces(pieces)
    first = np.unique(group, return_index=True)[1]
    features, weight = describe(distinct), weight[first]
    nearest = np.zeros(len(distinct))  # likeness to the nearest one before; infinite for what was taken
    score = features @ (np.bincount(group) @ features)  # the first is the most typical
    order: list[int] = []
    for _ in distinct:
        row = int(np.argmax(score))
        order.append(int(first[row]))
        nearest = np.maximum(nearest, features @ features[row])
        nearest[row] = np.inf
        score = np.where(nearest < np.inf, weight * (1 - nearest).clip(0), -1)
    return _fill(order, pieces, fits)
