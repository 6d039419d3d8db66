"""From scores to figures: threshold on validation, then precision, recall, F1, error rates and AUC."""

from typing import NamedTuple

import numpy as np

from evaluation.detectors.windows import Bools, Floats


class Rates(NamedTuple):
    """How well anomalies were told from normal windows; nan where there is nothing to divide by."""

    precision: float
    recall: float
    f1: float
    fpr: float
    auc: float


def threshold(validation: Floats, percentile: float = 95.0) -> float:
    """The score that *percentile* % of normal validation windows do not exceed; 95 in SmartGuard's code."""
    return float(np.percentile(validation, percentile))


def judge(normal: Floats, anomalous: Floats, limit: float) -> Rates:
    """Rates of the rule "anomalous above *limit*".

    SmartGuard flags at the limit too. Real numbers hardly ever tie; counts do, and "no value unseen" would
    be flagged where nothing in validation is unseen. So a tie is normal.
    """
    return rates(normal > limit, anomalous > limit)._replace(auc=auc(normal, anomalous))


def flag_all(normal: int, anomalous: int) -> Rates:
    """The floor: call everything anomalous. F1 .667 where there are as many of both."""
    return rates(np.ones(normal, bool), np.ones(anomalous, bool))._replace(auc=0.5)


def rates(normal: Bools, anomalous: Bools) -> Rates:
    """Rates from what was flagged among normal windows, and among anomalous ones; AUC is not known."""
    wrong, right = int(normal.sum()), int(anomalous.sum())
    recall, fpr = _share(right, len(anomalous)), _share(wrong, len(normal))
    f1 = _share(2 * right, right + wrong + len(anomalous))
    return Rates(_share(right, right + wrong), recall, f1, fpr, float("nan"))


def f1_at(rates: Rates, normal: float, anomalous: float) -> float:
    """The F1 of the same recall and false positive rate among other numbers of windows."""
    right, wrong = rates.recall * anomalous, rates.fpr * normal
    return _share(2 * right, right + wrong + anomalous)


def auc(normal: Floats, anomalous: Floats) -> float:
    """How often an anomalous window scores above a normal one; ties count half."""
    ordered = np.sort(normal)
    below = np.searchsorted(ordered, anomalous, "left") + np.searchsorted(ordered, anomalous, "right")
    return _share(float(below.mean()) / 2, len(normal)) if len(anomalous) else float("nan")


def _share(part: float, whole: float) -> float:
    return part / whole if whole else float("nan")
