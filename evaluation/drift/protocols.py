"""Two ways to score what a training set is worth on the real target, side by side.

*published*: SmartGen's. Its detector sees one field, chosen to match the attack; its predictor is SASRec
over the flattened numbers of all fields, asked for the last one, ranked among 100 items drawn. *fair*: the
detector sees all fields, and the predictor ranks all actions after every behaviour.
In both a fifth of the training set is held out, the threshold is the 95th percentile of its scores, fixed
beforehand, and everybody is tested on the same.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np

from evaluation.detectors.detector import Detector, Fit
from evaluation.detectors.scoring import threshold
from evaluation.detectors.windows import ACTION, Bools, Floats, Windows, from_ids
from evaluation.drift.contexts import Context
from evaluation.drift.logs import Sequences
from evaluation.predictors.counting import Predictor
from evaluation.predictors.data import flattened, last_behaviours, next_behaviours
from evaluation.predictors.ranking import ranks, sampled_ranks
from scenarios.chance import Chance

Protocol = Literal["published", "fair"]
PROTOCOLS: tuple[Protocol, ...] = ("published", "fair")
PERCENTILE = 95.0
HELD = 0.2  # of a training set, for validation
MOST: Mapping[Protocol, int] = {"published": 128, "fair": 256}
"""Sequences trained on: SmartGen's own sets hold 27 to 125 (FR); its detector has 15 million weights."""


class Target(NamedTuple):
    """What everybody is tested on."""

    normal: Sequences
    anomalous: Sequences
    sizes: tuple[int, int, int, int]
    context: Context


class Training(NamedTuple):
    """A training set, and what is held out of it."""

    train: Sequences
    held: Sequences


class Outcome(NamedTuple):
    """Which of the test were flagged, and the places of what was done next; None: it cannot predict."""

    normal: Bools
    anomalous: Bools
    places: Floats | None


Learn = Callable[[Training, tuple[int, ...], Protocol, Chance], Predictor]


@dataclass(frozen=True)
class Ways:
    """How a method detects and how it predicts."""

    detect: Callable[[Protocol], Fit]
    predict: Learn | None


def parted(sequences: Sequences, protocol: Protocol, context: Context, chance: Chance) -> Training:
    """At most MOST of *sequences*, a fifth held out; under *published* none where SmartGen did not."""
    order = chance.rng("parted").permutation(len(sequences))[: MOST[protocol]]
    chosen = [sequences[row] for row in order]
    if protocol == "published" and context.whole:
        return Training(chosen, chosen)
    cut = max(1, round(len(chosen) * (1 - HELD)))
    return Training(chosen[:cut], chosen[cut:] or chosen)


def outcome(ways: Ways, known: Training, test: Target, protocol: Protocol, chance: Chance) -> Outcome:
    """What a method that learned from *known* makes of the *test*."""
    train, held, *asked = (_windows(it, test, protocol) for it in (*known, test.normal, test.anomalous))
    detector = ways.detect(protocol)(train, held, int(chance.rng("detector").integers(2**31)))
    limit = threshold(_scores(detector, held), PERCENTILE)
    # SmartGen flags at the limit, too. One field has few values, so many sequences tie with the limit.
    flagged = [
        (it >= limit) & (it > 0) if protocol == "published" else it > limit
        for it in (_scores(detector, w) for w in asked)
    ]
    return Outcome(
        flagged[0],
        flagged[1],
        None if ways.predict is None else _places(ways.predict, known, test, protocol, chance),
    )


def _places(learn: Learn, known: Training, test: Target, protocol: Protocol, chance: Chance) -> Floats:
    """Where what was done next was ranked."""
    if protocol == "fair":
        asked = next_behaviours(test.normal)
        return ranks(learn(known, test.sizes, protocol, chance)(asked.past), asked.truth)
    items = (max(test.sizes) + 1,)  # one space of ids, and one for padding
    everything = Training(flattened([*known.train, *known.held]), [])
    asked = last_behaviours(flattened(test.normal))
    scores = learn(everything, items, protocol, chance)(asked.past)
    return sampled_ranks(scores, asked.truth, list(asked.past), chance.branch("ranking"))


def _windows(sequences: Sequences, test: Target, protocol: Protocol) -> Windows:
    """All fields; or, as published, one of them in the place of the action."""
    rows, numbers = (
        np.concatenate(sequences),
        np.repeat(np.arange(len(sequences)), [len(it) for it in sequences]),
    )
    longest = max(map(len, sequences))
    if protocol == "fair":
        return from_ids(rows, numbers, test.sizes, longest)
    only = np.zeros_like(rows)
    only[:, ACTION] = rows[:, test.context.field]
    return from_ids(only, numbers, (1, 1, 1, test.sizes[test.context.field]), longest)


def _scores(detector: Detector, windows: Windows) -> Floats:
    """The score of each window; equal ones are scored once."""
    key = np.concatenate([windows.fields.reshape(len(windows), -1), windows.mask], 1)
    _, first, which = np.unique(key, axis=0, return_index=True, return_inverse=True)
    found: Floats = detector.score(windows.rows(first))[which.ravel()]
    return found
