"""How predictors and detectors learn from real and synthetic sequences, and what they make of the test."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np

from evaluation.detectors import markov
from evaluation.detectors.detector import Detector
from evaluation.detectors.scoring import threshold
from evaluation.detectors.windows import Bools, Floats, Windows, from_ids
from evaluation.predictors.counting import Predictor
from evaluation.predictors.counting import markov as chain
from evaluation.predictors.data import Ints, next_behaviours
from evaluation.predictors.ranking import ranks
from evaluation.uses.logs import Real, Sequences
from scenarios.chance import Chance

BATCH, RATE = 32, 3e-3
MOST = 10 * BATCH  # sequences an epoch: who has much is watched as often as who has little
SLOWER = 1 / 3  # of the rate, once something was learned before
COUNTS = "Markov"  # no network
LONGEST = 10  # behaviours of a window


class Lesson(NamedTuple):
    """What is learned first, if anything, and what then; what watches, and how many batches each may take."""

    before: Sequences
    known: Sequences
    held: Sequences
    steps: int


class Foreseen(NamedTuple):
    """Places of what was done next, (Q,), and the test sequence that each question is of."""

    places: Floats
    sequence: Ints


class Flagged(NamedTuple):
    """Scores of normal and of anomalous windows; the limit is the 95th percentile of what was held out."""

    normal: Floats
    anomalous: Floats
    limit: float

    @property
    def flags(self) -> tuple[Bools, Bools]:
        """Which were called anomalous."""
        return self.normal > self.limit, self.anomalous > self.limit


Predict = Callable[[Lesson, Real, Chance], Predictor]
Detect = Callable[[Lesson, Real, Chance], Detector]


def foreseen(predict: Predict, lesson: Lesson, real: Real, chance: Chance) -> Foreseen:
    """The next behaviours of the test, by who learned the *lesson*."""
    asked = next_behaviours(real.test)
    of = np.repeat(np.arange(len(real.test)), [len(it) - 1 for it in real.test])
    return Foreseen(ranks(predict(lesson, real, chance)(asked.past), asked.truth), of)


def flagged(detect: Detect, lesson: Lesson, real: Real, chance: Chance) -> Flagged:
    """The windows of the test and of the attacks, by who learned the *lesson*."""
    detector = detect(lesson, real, chance)
    held, normal, anomalous = (
        scores(detector, windows(it, real)) for it in (lesson.held, real.test, real.attacks.windows)
    )
    return Flagged(normal, anomalous, threshold(held))


def windows(sequences: Sequences, real: Real) -> Windows:
    """Each sequence, at most LONGEST of it, as a window."""
    cut = [it[:LONGEST] for it in sequences]
    return from_ids(
        np.concatenate(cut), np.repeat(np.arange(len(cut)), [len(it) for it in cut]), real.sizes, LONGEST
    )


def scores(detector: Detector, asked: Windows) -> Floats:
    """The score of each window; equal ones are scored once."""
    key = np.concatenate([asked.fields.reshape(len(asked), -1), asked.mask], 1)
    _, first, which = np.unique(key, axis=0, return_index=True, return_inverse=True)
    found: Floats = detector.score(asked.rows(first))[which.ravel()]
    return found


def _network(kind: str) -> Predict:
    def learned(lesson: Lesson, real: Real, chance: Chance) -> Predictor:
        from evaluation.predictors.sequential import Config, train

        config = Config(
            kind=kind, batch=BATCH, most=MOST, rate=RATE, slower=SLOWER, steps=lesson.steps,
            patience=lesson.steps,
        )  # fmt: skip
        return train(lesson.known, lesson.held, real.sizes, config, chance, lesson.before)

    return learned


def _autoencoder(kind: str) -> Detect:
    def learned(lesson: Lesson, real: Real, chance: Chance) -> Detector:
        from evaluation.detectors import autoencoders
        from evaluation.detectors.train import Training, learn
        from sppc.train import repeatable

        seed = int(chance.rng("detector").integers(2**31))
        with repeatable(seed):
            model = autoencoders.Autoencoder(real.sizes, LONGEST, getattr(autoencoders, kind))
        for again, known in enumerate(filter(len, (lesson.before, lesson.known))):
            epochs = max(1, round(lesson.steps / -(-min(len(known), MOST) // BATCH)))
            training = Training(epochs, BATCH, RATE * SLOWER**again, MOST, again=bool(again))
            learn(model, windows(known, real), windows(lesson.held, real), training, seed)
        return model

    return learned


def _counts(fit: Callable[[Windows, Windows, int], Detector]) -> Detect:
    return lambda lesson, real, _: fit(windows(lesson.known, real), windows(lesson.held, real), 0)


PREDICTORS: Mapping[str, Predict] = {
    "SASRec": _network("sasrec"),
    "GRU": _network("gru"),
    COUNTS: lambda lesson, real, _: chain(lesson.known, real.sizes[-1], 1),
}
DETECTORS: Mapping[str, Detect] = {
    "autoencoder": _autoencoder("PLAIN"),
    COUNTS: _counts(markov.fit),
}
