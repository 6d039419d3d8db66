"""A detector that knows the context: is this, of this device, ordinary at such a moment?

Density estimation as classification (Hastie, Tibshirani and Friedman, The Elements of Statistical Learning,
14.2.4): boosted trees learn to tell behaviours as they came from others of the same log that are imagined at
moments at which they did not come, or after another time. What might as well be imagined is odd, by
log P(imagined) - log P(real); some actions are hard to tell by nature, so half of what is usual at most for
an action is taken off. The score of a window is that of its oddest behaviour.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from evaluation.detectors.windows import ACTION, DEVICE, Bools, Floats, Windows

CATEGORIES = 254  # that scikit-learn's trees tell apart
USUAL, FEW = 0.99, 20  # share of an action that is usual; fewer of one than this tell nothing of it
TAKEN_OFF = 0.5  # 0: one limit for all actions; 1: each has its own, and what is always odd is never found


@dataclass(frozen=True, eq=False)
class Contextual:
    """A classifier of real (0) and imagined (1) behaviours, by those columns that were ever known."""

    classifier: Any
    columns: Bools
    usual: Floats  # (actions,): how odd each is at most, as a rule

    def of_each(self, windows: Windows) -> Floats:
        """How odd each behaviour is, (N, T); -inf where there is none."""
        odd = np.full(windows.mask.shape, -np.inf)
        known = _real(windows)
        told = _told(self.classifier, known[:, self.columns])
        odd[windows.mask] = told - TAKEN_OFF * self.usual[known[:, 0].astype(int)]
        return odd

    def score(self, windows: Windows) -> Floats:
        """The oddest behaviour of each window, nats. (N,)."""
        scores: Floats = self.of_each(windows).max(1)
        return scores


def fit(train: Windows, validation: Windows, seed: int) -> Contextual:
    """Trees fitted to normal windows with their context."""
    from sklearn.ensemble import HistGradientBoostingClassifier
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

    if train.imagined is None:
        raise ValueError("windows without context: cut them with `evaluation.watching`")
    real, imagined = _real(train), train.imagined[train.mask].reshape(-1, train.imagined.shape[-1])
    known = np.concatenate([real, imagined])
    made_up = np.arange(len(known)) >= len(real)
    weight = np.where(made_up, len(real) / len(imagined), 1.0)
    columns = np.asarray(~np.isnan(real).all(0), bool)
    trees = HistGradientBoostingClassifier(
        max_iter=300, learning_rate=0.1, max_leaf_nodes=31, min_samples_leaf=20, l2_regularization=1.0,
        categorical_features=[0] if train.sizes[ACTION] <= CATEGORIES else None, random_state=seed,
    )  # fmt: skip
    with threadpool_limits(1):  # as all detectors
        trees.fit(known[:, columns], made_up, sample_weight=weight)
    return Contextual(trees, columns, _usual(_told(trees, _real(validation)[:, columns]), validation))


def _told(trees: Any, known: Floats) -> Floats:
    """How much likelier each is imagined than real, log, on one thread: others would spin."""
    from threadpoolctl import threadpool_limits

    with threadpool_limits(1):
        told: Floats = trees.decision_function(known)
    return told


def _usual(told: Floats, windows: Windows) -> Floats:
    """What most of each action does not exceed; of a rare one, what most of all do not."""
    actions = windows.field(ACTION)[windows.mask]
    usual = np.full(windows.sizes[ACTION], np.quantile(told, USUAL))
    for action in np.flatnonzero(np.bincount(actions) >= FEW):
        usual[action] = np.quantile(told[actions == action], USUAL)
    return usual


def _real(windows: Windows) -> Floats:
    """What is done and its context, behaviour by behaviour. (M, 2 + K)."""
    if windows.context is None:
        raise ValueError("windows without context: cut them with `evaluation.watching`")
    done = windows.fields[..., (ACTION, DEVICE)].astype(np.float64)
    rows: Floats = np.concatenate([done, windows.context], -1)[windows.mask]
    return rows
