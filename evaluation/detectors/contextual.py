"""A detector that knows the context: is this action, of this device, ordinary at such a moment?

Density estimation as classification (Hastie, Tibshirani and Friedman, The Elements of Statistical Learning,
14.2.4): boosted trees learn to tell behaviours as they were from made-up ones, in which the action has been
moved to another moment, or every part drawn by itself. Of what is ordinary they are sure that it is no fake;
the score of a window is that of its least likely behaviour, log P(fake) - log P(real).
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from evaluation.detectors.windows import ACTION, DEVICE, Bools, Floats, Windows

MOVED, LOOSE = 2, 1  # made-up behaviours a real one: with its action moved, with all parts drawn apart
CATEGORIES = 254  # that scikit-learn's trees tell apart


@dataclass(frozen=True, eq=False)
class Contextual:
    """A classifier of real (0) and made-up (1) behaviours, by those columns that were ever known."""

    classifier: Any
    columns: Bools

    def score(self, windows: Windows) -> Floats:
        """The oddest behaviour of each window, nats. (N,)."""
        odd = np.full(windows.mask.shape, -np.inf)
        odd[windows.mask] = self.classifier.decision_function(_rows(windows)[:, self.columns])
        scores: Floats = odd.max(1)
        return scores


def fit(train: Windows, validation: Windows, seed: int) -> Contextual:
    """Trees fitted to normal windows with a context."""
    from sklearn.ensemble import HistGradientBoostingClassifier

    rng, real = np.random.default_rng(seed), _rows(train)
    fakes = [_moved(real, rng) for _ in range(MOVED)] + [_loose(real, rng) for _ in range(LOOSE)]
    known = np.concatenate([real, *fakes])
    made_up = np.arange(len(known)) >= len(real)
    weight = np.where(made_up, 1 / len(fakes), 1.0)
    few = train.sizes[ACTION] <= CATEGORIES
    trees = HistGradientBoostingClassifier(
        max_iter=200, learning_rate=0.1, max_leaf_nodes=31, min_samples_leaf=10, l2_regularization=1.0,
        categorical_features=[0] if few else None, random_state=seed,
    )  # fmt: skip
    columns: Bools = ~np.isnan(real).all(0)
    return Contextual(trees.fit(known[:, columns], made_up, sample_weight=weight), columns)


OWN = 2  # columns of what is done: the action, and the device


def _rows(windows: Windows) -> Floats:
    """What is done and its context, behaviour by behaviour. (M, 2 + K)."""
    if windows.context is None:
        raise ValueError("windows without context: cut them with `evaluation.watching`")
    done = windows.fields[..., (ACTION, DEVICE)].astype(np.float64)
    rows: Floats = np.concatenate([done, windows.context], -1)[windows.mask]
    return rows


def _moved(real: Floats, rng: np.random.Generator) -> Floats:
    made_up = real.copy()
    made_up[:, :OWN] = real[rng.permutation(len(real)), :OWN]
    return made_up


def _loose(real: Floats, rng: np.random.Generator) -> Floats:
    return np.stack([column[rng.permutation(len(real))] for column in real.T], -1)
