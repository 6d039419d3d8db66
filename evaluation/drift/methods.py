"""How the methods of the benchmark detect and predict: one learned way, and floors that count."""

from collections.abc import Mapping

from evaluation.detectors import counting, markov
from evaluation.detectors.detector import Fit
from evaluation.detectors.windows import ACTION
from evaluation.drift.protocols import Learn, Protocol, Training, Ways
from evaluation.predictors.counting import Predictor
from evaluation.predictors.counting import markov as chain
from scenarios.chance import Chance


def _reconstructs(protocol: Protocol) -> Fit:
    """SmartGen's detector; in *fair* a smaller one of the same kind that is told all fields."""
    from functools import partial

    from evaluation.detectors import autoencoders

    config = autoencoders.smartgen(ACTION) if protocol == "published" else autoencoders.TRANSFORMER
    return partial(autoencoders.fit, config=config)


def _foresees(known: Training, sizes: tuple[int, ...], protocol: Protocol, chance: Chance) -> Predictor:
    """SASRec, as SmartGen trained it or until its validation gets no better."""
    from evaluation.predictors.sequential import FAIR, PUBLISHED, train

    config = PUBLISHED if protocol == "published" else FAIR
    return train(known.train, known.held, sizes, config, chance.branch("predictor"))


def _counts(order: int) -> Learn:
    def learn(known: Training, sizes: tuple[int, ...], protocol: Protocol, chance: Chance) -> Predictor:
        return chain([*known.train, *known.held], sizes[-1], order)

    return learn


LEARNED = Ways(_reconstructs, _foresees)
FLOORS: Mapping[str, Ways] = {
    "unseen-value": Ways(lambda _: counting.unseen_value, None),
    "counts": Ways(
        lambda it: counting.rarest_action if it == "published" else counting.step_and_hour, _counts(0)
    ),
    "markov": Ways(lambda _: markov.fit, _counts(1)),
}
"""What counts only: values never seen; how rare the oddest is, and the most frequent; a Markov chain."""
