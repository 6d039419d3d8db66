"""Autoencoders of the field: Transformer, GRU (as ARGUS) and plain; and SmartGen's detector.

Each behaviour enters as the sum of the embeddings of its fields, and each of these fields is told again.
The score of a window is the loss a behaviour, all its fields together, in nats.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

from evaluation.detectors.train import Batch, Training, learn, mean_scores
from evaluation.detectors.transformer import EncoderDecoder
from evaluation.detectors.windows import Floats, Windows
from sppc.train import repeatable

ALL = (0, 1, 2, 3)  # day, slot, device, action
USUAL = Training(epochs=30, batch=32)


class Transformer(nn.Module):
    """Every behaviour keeps a vector of its own; no positions, as in SmartGen."""

    def __init__(self, width: int, longest: int, heads: int = 4, inner: int = 256) -> None:
        super().__init__()
        self.body = EncoderDecoder(width, heads, layers=2, inner=inner)

    def forward(self, x: Tensor, mask: Tensor, hidden: Tensor) -> Tensor:
        """(B, T, C) -> (B, T, C)."""
        return self.body(x, ~mask, hidden)  # type: ignore[no-any-return]


class Recurrent(nn.Module):
    """A window passes through the last state of a GRU; another one unrolls it."""

    def __init__(self, width: int, longest: int, dropout: float = 0.3) -> None:
        super().__init__()
        self.encoder = nn.GRU(width, width, batch_first=True)
        self.decoder = nn.GRU(width, width, batch_first=True)
        self.drop = nn.Dropout(dropout)

    def forward(self, x: Tensor, mask: Tensor, hidden: Tensor) -> Tensor:
        """(B, T, C) -> (B, T, C)."""
        states = self.encoder(x)[0]
        rows = torch.arange(len(x), device=x.device)
        code = self.drop(states[rows, mask.sum(1) - 1])  # (B, C): the state after the last behaviour
        return self.decoder(code[:, None].expand_as(x).contiguous())[0]  # type: ignore[no-any-return]


class Plain(nn.Module):
    """All behaviours side by side through layers of 128, 64 and 128 numbers, as SmartGen has it."""

    def __init__(self, width: int, longest: int) -> None:
        super().__init__()
        flat = width * longest
        self.layers = nn.Sequential(
            nn.Linear(flat, 128), nn.ReLU(), nn.Linear(128, 64), nn.ReLU(),
            nn.Linear(64, 128), nn.ReLU(), nn.Linear(128, flat),
        )  # fmt: skip

    def forward(self, x: Tensor, mask: Tensor, hidden: Tensor) -> Tensor:
        """(B, T, C) -> (B, T, C)."""
        return self.layers((x * mask[..., None]).flatten(1)).view_as(x)  # type: ignore[no-any-return]


@dataclass(frozen=True)
class Config:
    """What lies between the embeddings and what is told, which fields are told, and for how long."""

    body: Callable[[int, int], nn.Module]
    fields: tuple[int, ...] = ALL
    width: int = 64
    training: Training = USUAL


class Autoencoder(nn.Module):
    """Embedding of the fields -> body -> the fields."""

    def __init__(self, sizes: tuple[int, ...], longest: int, config: Config) -> None:
        super().__init__()
        self.which = config.fields
        self.embed = nn.ModuleList(nn.Embedding(sizes[it], config.width) for it in config.fields)
        self.body = config.body(config.width, longest)
        self.to_logits = nn.ModuleList(nn.Linear(config.width, sizes[it]) for it in config.fields)

    def forward(self, batch: Batch, hidden: Tensor) -> Tensor:
        """The loss of each behaviour, nats, all its fields together. (B, T)."""
        fields = [batch.fields[..., it] for it in self.which]  # each (B, T)
        x = torch.stack([embed(it) for embed, it in zip(self.embed, fields, strict=True)]).sum(0)
        x = self.body(x, batch.mask, hidden)  # (B, T, C)
        losses = [
            F.cross_entropy(to_logits(x).flatten(0, 1), it.flatten(), reduction="none")
            for to_logits, it in zip(self.to_logits, fields, strict=True)
        ]
        return torch.stack(losses).sum(0).view_as(batch.mask) * batch.mask

    def score(self, windows: Windows) -> Floats:
        """The mean loss of each window. (N,)."""
        return mean_scores(self, windows)


TRANSFORMER, GRU, PLAIN = Config(Transformer), Config(Recurrent), Config(Plain)


def smartgen(field: int) -> Config:
    """SmartGen's detector as published: it sees one field, chosen to match the attack.

    ACTION for spring, SLOT for night, DEVICE for multiple; the threshold is a percentile of validation that
    is set by hand for each cell, 95 where it is not.
    """
    return Config(
        partial(Transformer, heads=8, inner=2048), (field,), width=512, training=Training(epochs=15, batch=32)
    )


def fit(train: Windows, validation: Windows, seed: int, config: Config = TRANSFORMER) -> Autoencoder:
    """An autoencoder fitted to normal windows."""
    with repeatable(seed):
        model = Autoencoder(train.sizes, train.mask.shape[1], config)
    learn(model, train, validation, config.training, seed)
    return model
