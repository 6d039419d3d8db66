"""Isolation forest, local outlier factor and one-class SVM of scikit-learn on what a window holds.

All are fitted to training windows alone; SmartGuard's and SmartGen's code fits them to what they are tested
on. A window is a text of its days, slots, devices and actions, as TF-IDF: what is rare weighs more.
As plain shares they see little but the day, and find attacks more normal than what is normal.
"""

from dataclasses import dataclass
from itertools import accumulate
from typing import Any

import numpy as np

from evaluation.detectors.windows import Floats, Windows


@dataclass(frozen=True, eq=False)
class Classical:
    """An estimator whose `score_samples` is higher for what is normal."""

    estimator: Any

    def score(self, windows: Windows) -> Floats:
        """How abnormal each window is, (N,)."""
        scores: Floats = -np.asarray(self.estimator.score_samples(counts(windows)), np.float64)
        return scores


def counts(windows: Windows) -> Floats:
    """How often each value of each field occurs. (N, all sizes)."""
    found = np.zeros((len(windows), sum(windows.sizes)))
    starts = np.array([0, *accumulate(windows.sizes[:-1])])
    row, place = np.nonzero(windows.mask)
    np.add.at(found, (row[:, None], windows.fields[row, place] + starts), 1.0)
    return found


def isolation_forest(train: Windows, validation: Windows, seed: int) -> Classical:
    """Liu et al. 2008; 100 trees."""
    from sklearn.ensemble import IsolationForest

    return _fitted(IsolationForest(random_state=seed), train)


def local_outlier_factor(train: Windows, validation: Windows, seed: int) -> Classical:
    """Breunig et al. 2000; 20 neighbours, as SmartGen has it."""
    from sklearn.neighbors import LocalOutlierFactor

    return _fitted(LocalOutlierFactor(n_neighbors=min(20, len(train) - 1), novelty=True), train)


def one_class_svm(train: Windows, validation: Windows, seed: int) -> Classical:
    """Schölkopf et al. 2001; nu .1, and gamma by the spread of the data."""
    from sklearn.svm import OneClassSVM

    return _fitted(OneClassSVM(nu=0.1, gamma="scale"), train)


def _fitted(estimator: Any, train: Windows) -> Classical:
    from sklearn.feature_extraction.text import TfidfTransformer
    from sklearn.pipeline import make_pipeline

    return Classical(make_pipeline(TfidfTransformer(), estimator).fit(counts(train)))
