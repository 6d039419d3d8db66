"""Train a detector that reconstructs: one visible loop, the same result every time."""

import copy
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor, nn

from evaluation.detectors.ldms import LossByAction, hardest
from evaluation.detectors.ttpe import durations
from evaluation.detectors.windows import ACTION, Floats, Windows
from sppc.train import device, repeatable

SCORED_AT_ONCE = 256  # windows


class Batch(NamedTuple):
    """Windows as tensors: fields (B, T, 4), mask (B, T), durations in hours (B, T)."""

    fields: Tensor
    mask: Tensor
    duration: Tensor

    def rows(self, chosen: Tensor) -> "Batch":
        """The windows at these rows."""
        return Batch(*(part[chosen] for part in self))

    @property
    def nothing(self) -> Tensor:
        """Hide no behaviour. (B, T)."""
        return torch.zeros_like(self.mask)


@dataclass(frozen=True)
class Training:
    """How long and how fast; what LDMS hides and when it begins."""

    epochs: int
    batch: int
    rate: float = 1e-3
    most: int | None = None  # windows an epoch, drawn anew for each; None: all
    again: bool = False  # the model has learned before, and that counts as an epoch
    falls: bool = False  # the rate, along a cosine to nothing, epoch by epoch
    hidden: float = 0.0  # share of a window; 0 = nothing is ever hidden
    plain_epochs: int = 4  # before anything is hidden


def to_batch(windows: Windows) -> Batch:
    """Arrays to tensors."""
    arrays = windows.fields, windows.mask, durations(windows).astype(np.float32)
    return Batch(*(torch.from_numpy(array).to(device()) for array in arrays))


def learn(model: nn.Module, known: Windows, watched: Windows, training: Training, seed: int) -> None:
    """Fit *model* to *known*; of all epochs it keeps the one that tells *watched* best."""
    whole, held_out = to_batch(known), to_batch(watched)
    with repeatable(seed) as generator:
        model.to(device())
        optimiser = torch.optim.Adam(model.parameters(), lr=training.rate)
        falling = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, training.epochs)
        hard = torch.zeros(known.sizes[ACTION], device=device())  # the loss of each action, an epoch ago
        best = mean_loss(model, held_out) if training.again else float("inf")
        kept = copy.deepcopy(model.state_dict())
        for epoch in range(training.epochs):
            model.train()
            masking = training.hidden > 0 and epoch >= training.plain_epochs
            by_action = LossByAction(known.sizes[ACTION], device())
            order = torch.randperm(len(known), generator=generator)[: training.most]
            for rows in order.split(training.batch):  # type: ignore[no-untyped-call]
                batch = whole.rows(rows.to(device()))
                action = batch.fields[..., ACTION]
                hidden = hardest(hard[action], batch.mask, training.hidden) if masking else batch.nothing
                loss = model(batch, hidden)  # (B, T)
                counted = hidden if masking else batch.mask
                optimiser.zero_grad()
                (loss[counted].sum() / counted.sum().clamp_min(1)).backward()
                optimiser.step()
                by_action.add(action[batch.mask], loss.detach()[batch.mask])
            if training.falls:
                falling.step()
            hard = by_action.mean().nan_to_num(0.0)
            if (now := mean_loss(model, held_out)) < best:
                best, kept = now, copy.deepcopy(model.state_dict())
        model.load_state_dict(kept)


@torch.no_grad()
def told(model: nn.Module, batch: Batch) -> Tensor:
    """The loss of each behaviour with nothing dropped and nothing hidden. (N, T)."""
    model.eval()
    parts = torch.arange(len(batch.mask), device=batch.mask.device).split(SCORED_AT_ONCE)  # type: ignore[no-untyped-call]
    with repeatable(0):  # one thread
        return torch.cat([model(part := batch.rows(rows), part.nothing) for rows in parts])


def mean_loss(model: nn.Module, batch: Batch) -> float:
    """Nats a behaviour."""
    return float(told(model, batch)[batch.mask].mean())


def mean_scores(model: nn.Module, windows: Windows) -> Floats:
    """The mean loss of each window. (N,)."""
    batch = to_batch(windows)
    scores: Floats = (told(model, batch).sum(1) / batch.mask.sum(1)).double().cpu().numpy()
    return scores
