"""Neural predictors of the next behaviour: their settings and their one training loop.

SASRec with the sizes of SmartGen's runs, a Transformer and a GRU over the same embedding (`networks`). All
are causal: the output at position t has seen behaviours 0..t and scores what comes at t + 1.
"""

from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass, replace

import numpy as np
import torch
from torch.nn import Module, functional

from evaluation.predictors.counting import Predictor
from evaluation.predictors.data import NOTHING, Floats, Ints, batches, padded
from evaluation.predictors.networks import NETWORKS
from scenarios.chance import Chance
from sppc.train import repeatable

EVALUATED = 512  # pasts at once


@dataclass(frozen=True, kw_only=True)
class Config:
    """Sizes and training; the defaults are SASRec's as SmartGen ran it."""

    kind: str = "sasrec"  # of NETWORKS
    hidden: int = 50
    blocks: int = 2
    dropout: float = 0.2
    rate: float = 1e-3
    slower: float = 1.0  # of the rate, where something was learned before
    batch: int = 8
    epochs: int = 50
    most: int | None = None  # sequences an epoch, drawn anew for each; None: all
    steps: int | None = None  # batches, in whole epochs; in the place of epochs
    patience: int | None = None  # epochs without a better validation loss, then the best is kept; None: never
    negatives: bool = False  # binary cross-entropy against one item drawn, as SASRec; else over all actions


PUBLISHED = Config(negatives=True)
FAIR = Config(batch=32, epochs=150, patience=15)
"""Until its own validation sequences are foreseen no better: so sets of 30 and of 3,000 get their chance."""


def train(
    sequences: Sequence[Ints],
    validation: Sequence[Ints],
    sizes: tuple[int, ...],
    config: Config,
    chance: Chance,
    before: Sequence[Ints] = (),
) -> Predictor:
    """A predictor of the last of the fields with *sizes* values; equal seeds give equal predictors.

    It learns *before* first, where there is any, and goes on from what it knows by then, slower. With
    patience, that counts as an epoch of what comes then.
    """
    with repeatable(int(chance.rng("weights").integers(2**31))):
        length = max(2, *map(len, [*sequences, *before]))
        model = NETWORKS[config.kind](sizes, length, config.hidden, config.blocks, config.dropout)
        held = torch.from_numpy(padded(validation or sequences, length))
        if before:
            _fit(model, torch.from_numpy(padded(before, length)), held, config, chance.rng("before"))
            config = replace(config, rate=config.rate * config.slower)
        rows = torch.from_numpy(padded(sequences, length))
        _fit(model, rows, held, config, chance.rng("batches"), again=bool(before))
        return _predictor(model, length)


def _fit(
    model: Module,
    rows: torch.Tensor,
    held: torch.Tensor,
    config: Config,
    rng: np.random.Generator,
    *,
    again: bool = False,
) -> None:
    """Train on *rows* (N, L, F), be it *again*; with patience, what foresees *held* best is kept."""
    optimiser = torch.optim.Adam(model.parameters(), lr=config.rate, betas=(0.9, 0.98))
    best, kept, waited = _validated(model, held) if again else float("inf"), deepcopy(model.state_dict()), 0
    steps = -(-min(len(rows), config.most or len(rows)) // config.batch)
    for _ in range(config.epochs if config.steps is None else max(1, round(config.steps / steps))):
        model.train()
        for chosen in batches(rng.permutation(len(rows))[: config.most], config.batch):
            optimiser.zero_grad()
            loss(model, rows[chosen], negatives=config.negatives).backward()  # type: ignore[no-untyped-call]
            optimiser.step()
        if config.patience is None:
            continue
        if (now := _validated(model, held)) < best:
            best, kept, waited = now, deepcopy(model.state_dict()), 0
        elif (waited := waited + 1) >= config.patience:
            break
    if config.patience is not None:
        model.load_state_dict(kept)


def loss(model: Module, rows: torch.Tensor, *, negatives: bool) -> torch.Tensor:
    """Nats, the mean over all positions after which something was done; *rows* are (B, L, F)."""
    scores, truth = model(rows[:, :-1]), rows[:, 1:, -1]  # (B, L-1, V), (B, L-1)
    if not negatives:
        return functional.cross_entropy(scores.flatten(0, 1), truth.flatten(), ignore_index=NOTHING)
    there = truth != NOTHING
    drawn = torch.randint_like(truth, scores.shape[-1])
    right, wrong = (scores.gather(2, it.clamp(min=0)[..., None])[..., 0][there] for it in (truth, drawn))
    return functional.softplus(-right).mean() + functional.softplus(wrong).mean()


def _validated(model: Module, held: torch.Tensor) -> float:
    model.eval()
    with torch.no_grad():
        return float(loss(model, held, negatives=False))


def _predictor(model: Module, length: int) -> Predictor:
    model.eval()

    def scores(past: Sequence[Ints]) -> Floats:
        found = []
        with torch.no_grad():
            for chosen in batches(np.arange(len(past)), EVALUATED):
                some = [past[row] for row in chosen]
                last = torch.tensor([min(len(it), length) - 1 for it in some])
                every = model(torch.from_numpy(padded(some, length)))  # (B, L, V)
                found.append(every[torch.arange(len(some)), last].double().numpy())
        return np.concatenate(found)

    return scores
