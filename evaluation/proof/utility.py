"""Train on one set, test on real sequences that no set has: predictors of what is done next, detectors.

Every set gives as many sequences, a fifth of them held out for stopping and for the threshold. Anomalies are
real sequences in which one thing was made wrong, so each has its normal twin.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np

from evaluation.corpus import SLOTS, Corpus, Floats, Ints
from evaluation.detectors import counting, markov
from evaluation.detectors.detector import Fit
from evaluation.detectors.scoring import auc, judge, threshold
from evaluation.detectors.windows import Windows, from_ids
from evaluation.predictors.counting import Predictor
from evaluation.predictors.counting import markov as chain
from evaluation.predictors.data import Asked, next_behaviours
from evaluation.predictors.ranking import hit_rate, ndcg, ranks
from evaluation.proof.effort import Effort
from evaluation.proof.likeness import Samples
from evaluation.references import REFERENCES
from evaluation.standing import MINE, REAL
from scenarios.chance import Chance

MOST = 1000  # sequences that are trained on, and that are tested
QUESTIONS = 4000  # behaviours that are foretold
LONGEST = 32  # behaviours of a sequence, its first
HELD = 0.2
PERCENTILE = 95.0
WRONG = 0.34  # of the behaviours of a sequence, and one at least
NETWORK = "sequence model (GRU)"
DETECTORS: Mapping[str, Fit] = {"Markov chain": markov.fit, "counts": counting.step_and_hour}


class Sets(NamedTuple):
    """What is trained on and what is held out of it, as rows of ids."""

    train: list[Ints]
    held: list[Ints]


class Tested(NamedTuple):
    """Where each true next action was ranked, and the loss of each in nats."""

    places: Floats
    nats: Floats


def utility(found: Samples, chance: Chance, effort: Effort) -> dict[str, Any]:
    """What each set is worth: of predictors and detectors, by row; and the losses by device type."""
    words = found.mine.words
    sizes = (7, SLOTS, len(words.devices), len(words.actions))
    sets = {row: _parted(it, chance.rng("parted", row)) for row, it in _trained_on(found, chance).items()}
    test = found.unseen.sample(MOST, chance.rng("test"))
    asked = _asked(test, chance)
    predicted = {row: _predicted(it, asked, sizes, chance.branch(row), effort) for row, it in sets.items()}
    detected = {row: _detected(it, test, sizes, chance, effort) for row, it in sets.items()}
    return {
        "predictors": {
            row: {name: _ranked(it) for name, it in own.items()} for row, own in predicted.items()
        },
        "detectors": detected,
        "losses": _by_device(
            found, asked, {row: list(own.values())[-1].nats for row, own in predicted.items()}
        ),
        "trained": {row: len(it.train) + len(it.held) for row, it in sets.items()},
        "tested": {"behaviours": len(asked.truth), "sequences": len(test)},
    }


def _trained_on(found: Samples, chance: Chance) -> dict[str, Corpus]:
    """Ours, real ones and references, all of one size."""
    count = min(len(found.mine), len(found.known), MOST)
    made = {name: make(found.known, count, chance.rng(name)) for name, make in REFERENCES.items()}
    return {
        MINE: found.mine.sample(count, chance.rng("mine")),
        REAL: found.known.sample(count, chance.rng("real")),
        **made,
    }


def _parted(sample: Corpus, rng: np.random.Generator) -> Sets:
    rows = _rows(sample)
    order = rng.permutation(len(rows)).tolist()
    held = max(1, round(HELD * len(rows)))
    return Sets([rows[it] for it in order[held:]], [rows[it] for it in order[:held]])


def _rows(sample: Corpus) -> list[Ints]:
    """Each sequence as (n, 4) ids: day, slot, device, action."""
    table = np.stack([sample.day, sample.slot, sample.device, sample.action], axis=1)
    return [it[:LONGEST] for it in np.split(table, sample.bounds[1:-1])]


def _asked(test: Corpus, chance: Chance) -> Asked:
    every = next_behaviours(_rows(test))
    chosen = np.sort(chance.rng("asked").permutation(len(every.truth))[:QUESTIONS])
    return Asked([every.past[it] for it in chosen.tolist()], every.truth[chosen])


def _predicted(
    sets: Sets, asked: Asked, sizes: tuple[int, ...], chance: Chance, effort: Effort
) -> dict[str, Tested]:
    from evaluation.predictors.sequential import Config, train

    config = Config(kind="gru", rate=3e-3, batch=64, epochs=30, patience=4)
    everything = [*sets.train, *sets.held]
    models: dict[str, Predictor] = {
        "most frequent": chain(everything, sizes[-1], 0),
        "Markov chain": chain(everything, sizes[-1], 1),
    }
    if effort != "quick":
        models[NETWORK] = train(sets.train, sets.held, sizes, config, chance.branch("network"))
    return {name: _tested(model, asked) for name, model in models.items()}


def _tested(model: Predictor, asked: Asked) -> Tested:
    scores = model(asked.past)
    lowered = scores - scores.max(axis=1, keepdims=True)
    nats = np.log(np.exp(lowered).sum(axis=1)) - lowered[np.arange(len(asked.truth)), asked.truth]
    return Tested(ranks(scores, asked.truth), nats)


def _ranked(found: Tested) -> dict[str, float]:
    return {
        "HR@1": hit_rate(found.places, 1), "HR@10": hit_rate(found.places), "NDCG@10": ndcg(found.places),
    }  # fmt: skip


def _by_device(found: Samples, asked: Asked, nats: Mapping[str, Floats]) -> list[dict[str, Any]]:
    """The mean loss of the last predictor on the actions of each device type, the most frequent first."""
    names = np.array([it.partition(":")[0] for it in found.mine.words.actions], dtype=str)[asked.truth]
    kinds, counts = np.unique(names, return_counts=True)
    order = np.argsort(-counts, kind="stable")
    return [
        {"device": str(kinds[it]), "behaviours": int(counts[it]),
         "nats": {row: float(own[names == kinds[it]].mean()) for row, own in nats.items()}}
        for it in order
    ]  # fmt: skip


# Detectors


def _detected(
    sets: Sets, test: Corpus, sizes: tuple[int, int, int, int], chance: Chance, effort: Effort
) -> dict[str, dict[str, float]]:
    """By detector: AUC on each kind of anomaly and on all, F1 at a threshold fixed on what was held out."""
    train, held, normal = (_windows(it, sizes) for it in (*sets, _rows(test)))
    wrong = {
        kind: _windows(_rows(make(test, chance.rng("wrong", kind))), sizes)
        for kind, make in WRONG_WAYS.items()
    }
    found = {}
    for name, fit in _detectors(effort).items():
        model = fit(train, held, int(chance.rng("detector", name).integers(2**31)))
        own, limit = model.score(normal), threshold(model.score(held), PERCENTILE)
        scores = {kind: model.score(windows) for kind, windows in wrong.items()}
        parts = {kind: auc(own, it) for kind, it in scores.items()}
        each = [judge(own, it, limit).f1 for it in scores.values()]
        found[name] = {"AUC": float(np.mean(list(parts.values()))), "F1": float(np.mean(each)), **parts}
    return found


def _detectors(effort: Effort) -> Mapping[str, Fit]:
    if effort != "deep":
        return DETECTORS
    from evaluation.detectors import autoencoders

    return {**DETECTORS, "Transformer autoencoder": autoencoders.fit}


def _windows(rows: Sequence[Ints], sizes: tuple[int, int, int, int]) -> Windows:
    numbers = np.repeat(np.arange(len(rows)), [len(it) for it in rows])
    return from_ids(np.concatenate(rows), numbers, sizes, LONGEST)


def _half_a_day_late(test: Corpus, rng: np.random.Generator) -> Corpus:
    return replace(test, slot=(test.slot + SLOTS // 2) % SLOTS)


def _something_else(test: Corpus, rng: np.random.Generator) -> Corpus:
    """A third of the behaviours becomes what somebody did in another sequence at any time."""
    first = np.zeros(test.events, bool)
    first[test.bounds[:-1]] = True
    chosen = first | (rng.random(test.events) < WRONG)
    other = np.where(chosen, rng.integers(test.events, size=test.events), np.arange(test.events))
    return replace(test, action=test.action[other], device=test.device[other])


WRONG_WAYS: Mapping[str, Callable[[Corpus, np.random.Generator], Corpus]] = {
    "half a day late": _half_a_day_late,
    "something else": _something_else,
}
