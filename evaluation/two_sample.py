"""Classifier two-sample tests: can anything tell ours from real ones? (Lopez-Paz & Oquab 2017)

AUC .5 = it cannot, 1 = always. Every sequence is judged by a classifier that has not seen it (cross-fitting
over `FOLDS`). Where the same sequences stand on both sides, as copies do, the AUC falls below .5: what was
seen as real in training is met again as ours.
"""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from evaluation.corpus import BEHAVIOUR, DAYS, SLOTS, Corpus, Floats, Ints
from evaluation.measures.figure import DRAWS, Figure, around

FOLDS = 4
MOST = 2000  # sequences of a side that are judged
LONGEST = 32  # behaviours of a sequence that the sequence model reads
WIDTH, ROUNDS, BATCH = 48, 20, 128  # of the sequence model
STEP, DECAY, DROPPED = 5e-3, 1e-3, 0.2

Judge = Callable[[Corpus, Ints, Ints], Floats]
"""(both sides, labels, fold of each sequence) to a score of each."""


def told_apart(mine: Corpus, real: Corpus, judge: Judge, rng: np.random.Generator) -> Figure:
    """AUC of *judge* on as many of *mine* as there are of *real*; its interval is over sequences."""
    count = min(len(mine), len(real), MOST)
    both = joined(mine.sample(count, rng), real.sample(count, rng))
    labels = np.repeat([1, 0], count)
    folds = np.concatenate([rng.permutation(np.arange(count) % FOLDS) for _ in range(2)])
    scores = judge(both, labels, folds)
    ours, theirs = scores[:count], scores[count:]
    draws = rng.integers(count, size=(DRAWS, 2, count))
    return around(auc(ours, theirs), [auc(ours[one], theirs[two]) for one, two in draws])


def auc(ours: Floats, theirs: Floats) -> float:
    """The chance that one of *ours* scores above one of *theirs*; ties count half (Mann-Whitney)."""
    ordered = np.sort(theirs)
    below = np.searchsorted(ordered, ours, "left") + np.searchsorted(ordered, ours, "right")
    return float(below.mean() / 2 / len(theirs))


def joined(one: Corpus, two: Corpus) -> Corpus:
    """One corpus of both, in that order."""
    columns = {
        name: np.concatenate([getattr(one, name), getattr(two, name)]) for name in ("owner", *BEHAVIOUR)
    }
    bounds = np.concatenate([one.bounds, two.bounds[1:] + one.bounds[-1]])
    return Corpus(words=one.words, bounds=bounds, **columns)


def features(sample: Corpus) -> tuple[Floats, list[str]]:
    """(N, F) counts of actions, slots and days, and seven simple features of order; their names."""
    words, count = sample.words, len(sample)
    counts = [
        np.bincount(sample.row * size + column, minlength=count * size).reshape(count, size)
        for column, size in (
            (sample.action, len(words.actions)), (sample.slot, SLOTS), (sample.day, DAYS),
        )
    ]  # fmt: skip
    before, row = sample.pairs, sample.row[sample.pairs]
    same, at_once = (column[before] == column[before + 1] for column in (sample.action, sample.when))
    back = sample.when[before + 1] < sample.when[before]
    order = [
        sample.lengths,
        *(np.bincount(row, it, count) for it in (same, at_once, back)),
        *((table > 0).sum(axis=1) for table in counts),
    ]
    names = [
        *words.actions, *(f"slot {it}" for it in range(SLOTS)), *(f"day {it}" for it in range(DAYS)),
        "behaviours", "the same action again", "in the same slot again", "earlier in the week",
        "different actions", "different slots", "different days",
    ]  # fmt: skip
    return np.column_stack([*counts, *order]).astype(float), names


def logistic(both: Corpus, labels: Ints, folds: Ints) -> Floats:
    """Logistic regression on `features`: what is done when, and simple order."""
    from sklearn.linear_model import LogisticRegression

    table, scores = features(both)[0], np.zeros(len(both))
    for fold in range(FOLDS):
        kept = folds != fold
        middle, spread = table[kept].mean(axis=0), table[kept].std(axis=0)
        scaled = (table - middle) / np.where(spread > 0, spread, 1.0)
        model = LogisticRegression(max_iter=1000).fit(scaled[kept], labels[kept])
        scores[~kept] = model.decision_function(scaled[~kept])
    return scores


def recurrent(both: Corpus, labels: Ints, folds: Ints) -> Floats:
    """A GRU over action, device, slot, day and gap: what is done after what, and how much later."""
    inputs, scores = _inputs(both), np.zeros(len(both))
    for fold in range(FOLDS):
        kept = folds != fold
        scores[~kept] = _fitted(inputs, labels, np.flatnonzero(kept), np.flatnonzero(~kept), fold)
    return scores


JUDGES: Mapping[str, Judge] = {"logistic regression": logistic, "sequence model": recurrent}


def _inputs(both: Corpus) -> Ints:
    """(N, T, 5) ids from 1, 0 where there is nothing."""
    gaps = np.zeros(both.events, dtype=np.int64)
    gaps[both.pairs + 1] = both.gaps
    longest = min(LONGEST, int(both.lengths.max()))
    columns = (both.action, both.device, both.slot, both.day, gaps)
    return np.stack([both.padded(column, longest) + 1 for column in columns], axis=2)


def _fitted(inputs: Ints, labels: Ints, kept: Ints, judged: Ints, seed: int) -> Floats:
    """Log-odds of the *judged* sequences by a model trained on the *kept* ones."""
    import torch

    from sppc.train import repeatable

    with repeatable(seed):
        model = _model(inputs.max(axis=(0, 1)) + 1)
        given, right = torch.from_numpy(inputs), torch.from_numpy(labels.astype(np.float32))
        best = torch.optim.AdamW(model.parameters(), lr=STEP, weight_decay=DECAY)
        slope = torch.optim.lr_scheduler.CosineAnnealingLR(best, ROUNDS)
        for _ in range(ROUNDS):
            order = torch.from_numpy(kept)[torch.randperm(len(kept))]
            for batch in order.split(BATCH):  # type: ignore[no-untyped-call]
                loss = torch.nn.functional.binary_cross_entropy_with_logits(model(given[batch]), right[batch])
                best.zero_grad()
                loss.backward()  # type: ignore[no-untyped-call]
                best.step()
            slope.step()
        model.eval()
        with torch.no_grad():
            scores: Floats = model(given[torch.from_numpy(judged)]).double().numpy()
    return scores


def _model(sizes: Ints) -> Any:
    """Embeddings summed, a GRU, the largest of its states, one number."""
    import torch
    from torch import nn

    class Judged(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.fields = nn.ModuleList(nn.Embedding(int(size), WIDTH, padding_idx=0) for size in sizes)
            self.reads = nn.GRU(WIDTH, WIDTH, batch_first=True)
            self.drops = nn.Dropout(DROPPED)
            self.tells = nn.Linear(WIDTH, 1)

        def forward(self, given: torch.Tensor) -> torch.Tensor:
            held = (given[:, :, 0] > 0).unsqueeze(2)
            seen = sum(field(given[:, :, place]) for place, field in enumerate(self.fields))
            states, _ = self.reads(self.drops(seen * held))
            most = states.masked_fill(~held, -1e9).amax(dim=1)
            said: torch.Tensor = self.tells(self.drops(most)).squeeze(1)
            return said

    return Judged()
