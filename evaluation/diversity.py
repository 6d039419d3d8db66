"""Whether people differ, cover what real people do, and stay themselves.

Persons of a corpus are its owners. Ratios and distances stand beside what one person's weeks differ by, and
coverage beside real sequences and independent draws: chance alone makes people differ a little.
"""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from evaluation.corpus import SLOTS, Corpus, Floats, Ints
from evaluation.measures.figure import Figure, around, divergence
from evaluation.two_sample import joined

CLUSTERS = 30
MEMBERS = 8  # sequences of a cluster, on average, at least
OUTSIDE = 0.1  # share of a cluster's own sequences that lie farther from its centre than what counts as in it
WHEN = 0.6  # weight of the time of day beside that of what is done
DRAWS = 200
PARTS = 2  # of a person's sequences, where within is compared with between


class Coverage(NamedTuple):
    """What of real life is lived."""

    clusters: int  # covered
    of: int  # how many there are: `CLUSTERS`, of few sequences fewer
    mass: float  # share of the real sequences in these
    overlap: float  # 1 less the total variation distance between the shares of clusters, 0 to 1
    each: float  # clusters that one person covers


def differences(people: Corpus, rng: np.random.Generator) -> Figure:
    """How much farther two people are apart than two halves of one person's sequences; 1 = no more.

    Distances are Jensen-Shannon divergences of what is done in which slot, the means of all pairs of halves.
    """
    owners, profiles = _halves(people, rng)
    if len(owners) < 2:
        return Figure(1.0, 1.0, 1.0)
    within = np.array([divergence(one, two) for one, two in profiles])
    other = (np.arange(len(owners)) + 1 + rng.integers(len(owners) - 1, size=len(owners))) % len(owners)
    between = np.array(
        [divergence(profiles[one][0], profiles[two][1]) for one, two in enumerate(other.tolist())]
    )
    draws = []
    for _ in range(DRAWS):
        drawn = rng.integers(len(owners), size=len(owners))
        draws.append(_over(between[drawn], within[drawn]))
    return around(_over(between, within), draws)


def entropy(values: Ints) -> float:
    """Bits of what *values* are."""
    shares = np.unique(values, return_counts=True)[1] / max(1, len(values))
    return float(-(shares * np.log2(shares)).sum())


def entropies(sample: Corpus) -> Mapping[str, float]:
    """Bits of an action, of one given the one before, and of an action of one person, on average."""
    pairs = sample.action[sample.pairs] * len(sample.words.actions) + sample.action[sample.pairs + 1]
    order = np.argsort(sample.owner, kind="stable")
    whole = sample.rows(order)  # one person after another
    edges = whole.bounds[[0, *np.flatnonzero(np.diff(whole.owner)) + 1, len(whole)]]
    own = [entropy(whole.action[first:end]) for first, end in pairwise(edges)]
    return {
        "an action": entropy(sample.action),
        "an action after another": entropy(pairs) - entropy(sample.action[sample.pairs]),
        "an action of one person": float(np.mean(own)),
    }


def coverage(mine: Corpus, real: Corpus) -> Coverage:
    """Clusters of *real* sequences that *mine* reaches.

    One is covered when a sequence of ours is nearest to its centre and as near as nine in ten of its own.
    """
    from sppc.personas import clustered

    features = _described(joined(real, mine))
    theirs, ours = features[: len(real)], features[len(real) :]
    of, centres = clustered(theirs, _how_many(theirs))
    own = (theirs * centres[of]).sum(axis=1)
    radius = np.array([np.quantile(own[of == it], OUTSIDE) for it in range(len(centres))])
    like = ours @ centres.T
    near = like.argmax(axis=1)
    inside = like[np.arange(len(near)), near] >= radius[near] - 1e-9
    shares, lived = (np.bincount(it, minlength=len(centres)) for it in (of, near[inside]))
    each = len(np.unique(np.column_stack([mine.owner, near])[inside], axis=0)) / len(np.unique(mine.owner))
    return Coverage(
        int((lived > 0).sum()),
        len(centres),
        float(shares[lived > 0].sum() / len(real)),
        float(np.minimum(shares / len(real), lived / len(mine)).sum()),
        each,
    )


def _how_many(features: Floats) -> int:
    return max(1, min(CLUSTERS, len(features) // MEMBERS, len(np.unique(features, axis=0))))


def drift(weeks: Sequence[Corpus], rng: np.random.Generator) -> tuple[Floats, Floats]:
    """How far one person's weeks are from their first, and how far chance alone would take them.

    Divergence of what is done in which slot, bits; the second is the same with the sequences of both weeks
    dealt anew, so what is above it is change.
    """
    far, floor = [], []
    for week in weeks[1:]:
        both = joined(weeks[0], week)
        one, two = both.halves(rng)
        far.append(divergence(_profile(weeks[0]), _profile(week)))
        floor.append(divergence(_profile(one), _profile(two)))
    return np.array(far), np.array(floor)


def _profile(sample: Corpus) -> Floats:
    codes = sample.action * SLOTS + sample.slot
    return np.bincount(codes, minlength=len(sample.words.actions) * SLOTS).astype(float)


def _halves(people: Corpus, rng: np.random.Generator) -> tuple[Ints, list[tuple[Floats, Floats]]]:
    """Owners of two sequences and more, and the profiles of two random halves of what each does."""
    owners, counts = np.unique(people.owner, return_counts=True)
    owners = owners[counts >= PARTS]
    parts = [people.rows(np.flatnonzero(people.owner == owner)).halves(rng) for owner in owners]
    return owners, [(_profile(one), _profile(two)) for one, two in parts]


def _over(between: Floats, within: Floats) -> float:
    return float(between.mean() / max(1e-9, within.mean()))


def _described(sample: Corpus) -> Floats:
    """(N, F) unit vectors of what is done at what time of day, as `sppc.likeness` has it for routines."""
    tables = []
    for column, size, weight in ((sample.action, len(sample.words.actions), 1.0), (sample.slot, SLOTS, WHEN)):
        counts = np.bincount(sample.row * size + column, minlength=len(sample) * size).reshape(-1, size)
        roots = np.sqrt(counts)
        tables.append(np.sqrt(weight / (1 + WHEN)) * roots / np.linalg.norm(roots, axis=1, keepdims=True))
    return np.hstack(tables)
