"""Whether a dataset gives away the logs that it was made from.

A dataset that has learned what people usually do is as near to real sequences that it was made from as to
real ones that it has never seen. So each figure has those for a control, as many of them, and a gate asks
whether what is reproduced word for word was seen more often than chance has it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from evaluation.corpus import BEHAVIOUR, DAYS, WEEK, Corpus, Floats, Ints, grams, timed, whole
from evaluation.distance import edit_distances, nearest
from evaluation.measures.figure import DRAWS, Figure, around, mean
from evaluation.two_sample import auc, joined

MOST = 1600  # sequences of a side between which distances are taken
SPLITS = 8  # draws of as many sequences of the source as are held out
TELLING = 0.05  # times that a telling sequence is expected to come by chance, at most
SMOOTHING = 0.5  # added to every count of the chain that says what comes by chance
SIGNIFICANT = 0.005  # the gate: how seldom it may err
LONGEST = 32  # behaviours of a sequence that the gate looks at, its first


class Leak(NamedTuple):
    """Telling sequences that only one side has: how many there are, how many ours has word for word."""

    known: int
    known_hit: int
    unseen: int
    unseen_hit: int
    chance: float  # of so many hits among the known ones, if having been seen made no difference
    control: str = "sequences that it has not"

    @property
    def found(self) -> bool:
        """Whether the source shows through."""
        return self.chance < SIGNIFICANT

    @property
    def says(self) -> str:
        """One sentence."""
        return (
            f"Of {self.known} telling sequences that only the source has, {self.known_hit} are there word "
            f"for word; of {self.unseen} {self.control}, {self.unseen_hit}. By chance: {self.chance:.2g}."
        )


@dataclass(frozen=True)
class Privacy:
    """The figures of one dataset."""

    closer: Figure  # share of ours nearer to the source than to what is held out; .5 = no difference
    exact: Figure  # share of ours that is in the source, less the share that is in what is held out
    run: Figure  # the longest run shared with the source, less that with what is held out, behaviours
    longest: int  # the longest run that ours shares with the source, and no run held out has
    membership: Figure  # AUC of guessing by distance which real sequence was in the source
    nearness: Figure  # AUC of ours being nearer to the source than what was held out; .5 = as near
    leak: Leak


def privacy(mine: Corpus, source: Corpus, held_out: Corpus, rng: np.random.Generator) -> Privacy:
    """How much nearer *mine* is to its *source* than to what was *held_out* of the same log."""
    drawn, seen, unseen = (it.sample(MOST, rng) for it in (mine, source, held_out))
    to_seen, to_unseen = edit_distances(drawn, seen), edit_distances(drawn, unseen)
    count = min(len(source), len(held_out))
    runs = [
        longest_runs(mine, source.rows(_some(len(source), count, rng)))
        - longest_runs(mine, held_out.rows(_some(len(held_out), count, rng)))
        for _ in range(SPLITS)
    ]
    return Privacy(
        closer=mean(_closer(to_seen, to_unseen, rng), rng),
        exact=mean(_excess(mine, source, held_out, rng), rng),
        run=mean(np.mean(runs, axis=0), rng),
        longest=_longest_own(mine, source, held_out),
        membership=_told(to_seen.min(axis=0), to_unseen.min(axis=0), rng),
        nearness=_told(to_seen.min(axis=1), nearest(unseen, seen), rng),
        leak=leak(mine, source, held_out),
    )


def figures(found: Privacy) -> Mapping[str, Figure]:
    """Those that have an interval, by name."""
    return {
        "closer to the source": found.closer,
        "excess exact copies": found.exact,
        "excess of the longest run": found.run,
        "membership inference, AUC": found.membership,
        "nearer to the source than real ones": found.nearness,
    }


def leak(mine: Corpus, source: Corpus, held_out: Corpus) -> Leak:
    """Fisher's exact test of whether sequences that only the source has are in *mine* too often.

    It looks at day, slot and action of every behaviour, and for each sequence anywhere in ours, however ours
    are cut. A sequence is telling where a Markov chain would not come to it in as many behaviours as ours;
    each counts once. Among those that stand on one side only, having been in the source must not matter.
    """
    real = _opening(joined(source, held_out))
    codes, telling = whole(real, timed(real)), _telling(real, mine.events)
    seen, unseen = np.unique(codes[: len(source)]), np.unique(codes[len(source) :])
    met = _met(mine, real, codes)
    known, new = (np.intersect1d(one, codes[telling]) for one in _apart(seen, unseen))
    hits, control = (int(np.isin(it, met).sum()) for it in (known, new))
    return Leak(len(known), hits, len(new), control, _chance(len(known), hits, len(new), control))


def recited(mine: Corpus, log: Corpus) -> Leak:
    """The same where nothing was held out: the control is each sequence on another day of the week.

    Of the six others that on which most are met: days of one kind are alike without any leak. Whoever lives
    by the log's own weeks meets its sequences on their days.
    """
    real = _opening(log)
    rows = np.flatnonzero(_telling(real, mine.events))
    own = whole(real, timed(real))
    known = np.unique(own[rows])
    hits = len(np.intersect1d(known, _met(mine, real, own)))
    others = [_on_another_day(mine, real.rows(rows), days, own) for days in range(1, DAYS)]
    control, new = max(others)
    chance = _chance(len(known), hits, new, control)
    return Leak(len(known), hits, new, control, chance, "of the same on another day of the week")


def _on_another_day(mine: Corpus, real: Corpus, days: int, own: Ints) -> tuple[int, int]:
    """How many sequences are met so many *days* later, and how many there are that are none of the log's."""
    moved = replace(real, day=(real.day + days) % DAYS)
    codes = whole(moved, timed(moved))
    others = np.setdiff1d(codes, own)
    return len(np.intersect1d(others, _met(mine, moved, codes))), len(others)


def _opening(sample: Corpus) -> Corpus:
    """The first behaviours of each sequence."""
    kept = sample.position < LONGEST
    columns = {name: getattr(sample, name)[kept] for name in BEHAVIOUR}
    lengths = np.minimum(sample.lengths, LONGEST)
    return replace(sample, bounds=np.concatenate([[0], np.cumsum(lengths)]), **columns)


def _telling(sample: Corpus, places: int) -> "np.ndarray[tuple[int], np.dtype[np.bool_]]":
    """(N,) which sequences chance would hardly make anywhere in so many *places*."""
    rare: np.ndarray[tuple[int], np.dtype[np.bool_]] = surprise(sample) > np.log(max(1, places) / TELLING)
    return rare


def _apart(one: Ints, two: Ints) -> tuple[Ints, Ints]:
    return np.setdiff1d(one, two), np.setdiff1d(two, one)


def _met(mine: Corpus, real: Corpus, codes: Ints) -> Ints:
    """Those of *codes*, of whole sequences of *real*, that some run within a sequence of *mine* has, too."""
    tokens = timed(mine)
    found = [
        np.intersect1d(codes[real.lengths == size], grams(mine, size, tokens)[0])
        for size in np.unique(real.lengths).tolist()
    ]
    return np.concatenate([np.zeros(0, np.int64), *found])


def _chance(known: int, hits: int, new: int, control: int) -> float:
    """Of so many *hits* or more among the *known* ones, if they were drawn from all that were hit."""
    from scipy.stats import hypergeom

    return float(hypergeom.sf(hits - 1, known + new, known, hits + control)) if hits else 1.0


def surprise(sample: Corpus) -> Floats:
    """(N,) nats of each sequence under a chain of its own corpus: what comes next, and how much later."""
    first, before, kinds = sample.bounds[:-1], sample.pairs, len(sample.words.actions)
    after = sample.action[before + 1]
    nats = np.zeros(sample.events)
    nats[first] = _nats(np.zeros(len(first), np.int64), sample.action[first], kinds)
    nats[first] += _nats(sample.action[first], sample.when[first], WEEK)
    nats[before + 1] = _nats(sample.action[before], after, kinds) + _nats(after, sample.gaps, WEEK)
    return np.bincount(sample.row, nats, len(sample)).astype(float)


def _nats(given: Ints, found: Ints, kinds: int) -> Floats:
    """How unlikely each of *found* is, one of so many *kinds*, after what is *given*."""
    counts = np.full((int(given.max(initial=0)) + 1, kinds), SMOOTHING)
    np.add.at(counts, (given, found), 1.0)
    likely: Floats = counts[given, found] / counts[given].sum(axis=1)
    return -np.log(likely)


def longest_runs(mine: Corpus, others: Corpus) -> Ints:
    """(N,) behaviours of the longest run of (slot, action) that each of *mine* shares with *others*."""
    found, tokens, theirs = np.zeros(len(mine), np.int64), _tokens(mine), _tokens(others)
    for size in range(1, int(mine.lengths.max(initial=0)) + 1):
        codes, rows = grams(mine, size, tokens)
        shared = np.isin(codes, grams(others, size, theirs)[0])
        if not shared.any():
            break
        found[rows[shared]] = size
    return found


def _longest_own(mine: Corpus, source: Corpus, held_out: Corpus) -> int:
    """Behaviours of the longest run that *mine* has from *source* alone: all runs held out are shorter."""
    more = longest_runs(mine, source)
    return int(more[more > longest_runs(mine, held_out)].max(initial=0))


def _tokens(sample: Corpus) -> Ints:
    return sample.action * 8 + sample.slot


def _closer(seen: Floats, unseen: Floats, rng: np.random.Generator) -> Floats:
    """(N,) how much nearer each is to what was seen: 1 where it is, 1/2 on average where that is chance.

    What was seen is dealt into parts as large as what was not; without a leak each is the nearest as often.
    For one part this is the share that lies nearer to it, ties by half.
    """
    size, found = min(seen.shape[1], unseen.shape[1]), []
    parts = seen.shape[1] // size
    for _ in range(SPLITS):
        deal = rng.permutation(seen.shape[1])[: parts * size].reshape(parts, size)
        control = unseen[:, _some(unseen.shape[1], size, rng)].min(axis=1)
        others = np.stack([seen[:, part].min(axis=1) for part in deal])
        level = (others == control).sum(axis=0)
        first = np.where((others < control).any(axis=0), 0.0, 1 / (1 + level))
        found.append(1 - first * (parts + 1) / 2)
    share: Floats = np.mean(found, axis=0)
    return share


def _excess(mine: Corpus, source: Corpus, held_out: Corpus, rng: np.random.Generator) -> Floats:
    """(N,) whether each is found word for word in the source, less in as many sequences held out."""
    ours, seen, unseen = (whole(it, timed(it)) for it in (mine, source, held_out))
    count = min(len(seen), len(unseen))
    draws = [
        np.isin(ours, seen[_some(len(seen), count, rng)]).astype(float)
        - np.isin(ours, unseen[_some(len(unseen), count, rng)])
        for _ in range(SPLITS)
    ]
    excess: Floats = np.mean(draws, axis=0)
    return excess


def _told(near: Floats, far: Floats, rng: np.random.Generator) -> Figure:
    """AUC of guessing, by distance alone, which are *near*: 1/2 where they are no nearer than those *far*.

    Of real sequences by their distance to ours this is membership inference (Chen et al. 2020, GAN-Leaks).
    """
    sizes = len(near), len(far)
    draws = [[rng.integers(size, size=size) for size in sizes] for _ in range(DRAWS)]
    return around(auc(-near, -far), [auc(-near[one], -far[two]) for one, two in draws])


def _some(count: int, most: int, rng: np.random.Generator) -> Ints:
    return rng.permutation(count)[:most]
