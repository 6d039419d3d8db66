"""A detector that knows the context: is this, of this device, ordinary at such a moment?

Density estimation as classification (Hastie, Tibshirani and Friedman, The Elements of Statistical Learning,
14.2.4): boosted trees learn to tell behaviours as they came from others of the same log that are imagined at
moments at which they did not come, or after another time; how long things usually last is told them, too.
What might as well be imagined is odd, by log P(imagined) - log P(real); some actions are hard to tell by
nature, so a part of what is usual at most for an action is taken off. The score of a window is that of its
oddest behaviour.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from evaluation.context import LONGER, NAMES, OTHERS
from evaluation.detectors.durations import Durations, known_durations
from evaluation.detectors.windows import ACTION, DEVICE, Bools, Floats, Windows

LASTED = 2 + NAMES.index("lasted")  # columns of what is known: action, device, context
KIND = (0, 2 + NAMES.index("place"), 2 + NAMES.index("this before"))
WEIGHTS = np.repeat([1.0, 1.0 / LONGER], [OTHERS, LONGER]) / (OTHERS + 1)  # of what is imagined of each
CATEGORIES = 254  # that scikit-learn's trees tell apart
USUAL, FEW = 0.99, 20  # share of an action that is usual; fewer of one than this tell nothing of it
TAKEN_OFF = 0.25  # 0: one limit for all actions; 1: each has its own, and what is always odd is never found


@dataclass(frozen=True, eq=False)
class Contextual:
    """A classifier of real (0) and imagined (1) behaviours, by those columns that were ever known."""

    classifier: Any
    columns: Bools
    durations: Durations
    usual: Floats  # (actions,): how odd each is at most, as a rule

    def of_each(self, windows: Windows) -> Floats:
        """How odd each behaviour is, (N, T); -inf where there is none."""
        odd = np.full(windows.mask.shape, -np.inf)
        known = _real(windows)
        told = _told(self.classifier, _timed(known, self.durations)[:, self.columns])
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
    durations = known_durations(real[:, KIND], real[:, LASTED])
    known = np.concatenate([_timed(real, durations, own=True), _timed(imagined, durations)])
    made_up = np.arange(len(known)) >= len(real)
    weight = np.concatenate([np.ones(len(real)), np.tile(WEIGHTS, len(real))])
    columns = np.asarray(~np.isnan(known[: len(real)]).all(0), bool)
    trees = HistGradientBoostingClassifier(
        max_iter=300, learning_rate=0.1, max_leaf_nodes=31, min_samples_leaf=100, max_features=0.3,
        categorical_features=[0] if train.sizes[ACTION] <= CATEGORIES else None, random_state=seed,
    )  # fmt: skip
    with threadpool_limits(1):  # as all detectors
        trees.fit(known[:, columns], made_up, sample_weight=weight)
    told = _told(trees, _timed(_real(validation), durations)[:, columns])
    return Contextual(trees, columns, durations, _usual(told, validation))


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


def _timed(known: Floats, durations: Durations, *, own: bool = False) -> Floats:
    """The same, with how what lasted so long stands among what is known of the kind. (M, 4 + K)."""
    figures = durations.figures(known[:, KIND], known[:, LASTED], own=own)
    return np.concatenate([known, figures], 1)
