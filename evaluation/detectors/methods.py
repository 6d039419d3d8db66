"""All detectors by name."""

from collections.abc import Mapping
from functools import partial

from evaluation.detectors import autoencoders, classical, contextual, counting, markov, smartguard
from evaluation.detectors.detector import Fit

FLOORS: Mapping[str, Fit] = {
    "rarest action": counting.rarest_action,
    "unseen value": counting.unseen_value,
    "bigram": counting.rarest_step,
    "hour": counting.oddest_hour,
    "action + bigram + hour": counting.step_and_hour,
}
"""What counts only. "Flag all" is `scoring.flag_all`."""

CLASSICAL: Mapping[str, Fit] = {
    "Markov": markov.fit,
    "isolation forest": classical.isolation_forest,
    "LOF": classical.local_outlier_factor,
    "one-class SVM": classical.one_class_svm,
}

DEEP: Mapping[str, Fit] = {
    "autoencoder": partial(autoencoders.fit, config=autoencoders.PLAIN),
    "GRU autoencoder": partial(autoencoders.fit, config=autoencoders.GRU),
    "Transformer autoencoder": partial(autoencoders.fit, config=autoencoders.TRANSFORMER),
}

SMARTGUARD: Mapping[str, Fit] = {
    "SmartGuard": smartguard.fit,
    "SmartGuard without NWRL": partial(smartguard.fit, config=smartguard.Config(nwrl=False)),
    "SmartGuard without LDMS": partial(smartguard.fit, config=smartguard.Config(ldms=False)),
    "SmartGuard without TTPE": partial(smartguard.fit, config=smartguard.Config(ttpe=False)),
    "TransAE": partial(smartguard.fit, config=smartguard.Config(ttpe=False, ldms=False, nwrl=False)),
}
"""SmartGuard, and what is left of it without one part, and without all."""

METHODS: Mapping[str, Fit] = {**FLOORS, **CLASSICAL, **DEEP, **SMARTGUARD}

CONTEXT = "context"
LIVED: Mapping[str, Fit] = {**METHODS, CONTEXT: contextual.fit}
"""For windows of lived logs, which know their context."""
