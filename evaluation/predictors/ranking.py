"""How high a predictor ranks what was done next. Ranks begin at 0; equal scores share a place."""

import numpy as np

from evaluation.predictors.data import Floats, Ints
from scenarios.chance import Chance

NEGATIVES = 100


def ranks(scores: Floats, truth: Ints) -> Floats:
    """Full ranking: the place of the *truth* (N,) among all actions by *scores* (N, V).

    Actions of equal score have the mean of their places, so a predictor that knows nothing gains nothing.
    """
    own = scores[np.arange(len(truth)), truth][:, None]
    places: Floats = (scores > own).sum(1) + ((scores == own).sum(1) - 1) / 2
    return places


def sampled_ranks(scores: Floats, truth: Ints, past: list[Ints], chance: Chance) -> Floats:
    """The place of the truth among itself and 100 items that are not in its own sequence, drawn uniformly.

    So SASRec is evaluated, and SmartGen took it over. It flatters: most items are never offered.
    """
    found, count = np.empty(len(truth)), scores.shape[1]
    for row, (known, right) in enumerate(zip(past, truth.tolist(), strict=True)):
        others = np.setdiff1d(np.arange(count), np.append(known.ravel(), right))
        offered = chance.rng("negatives", row).choice(others, NEGATIVES, replace=len(others) < NEGATIVES)
        own, rivals = scores[row, right], scores[row, offered]
        found[row] = (rivals > own).sum() + (rivals == own).sum() / 2
    return found


def hit_rate(places: Floats, k: int = 10) -> float:
    """HR@k: how often the truth is among the first *k*."""
    return float((places < k).mean())


def ndcg(places: Floats) -> float:
    """NDCG@10 with one right answer: 1 / log2(2 + place), 0 beyond the first ten."""
    return float(np.where(places < 10, 1 / np.log2(places + 2), 0.0).mean())
