"""SmartGuard (KDD 2024, arXiv 2406.10928), written from its description: an autoencoder of action ids.

Behaviours enter as the embedding of their action plus where and when they stand (TTPE); what is hard to tell
is hidden in training (LDMS); what is noise counts less in a score (NWRL). Each can be switched off: without
TTPE there is the plain order of a Transformer, and without all three it is the baseline TransAE.

Published training takes 60 epochs (AN) or 40 (FR) in batches of 1,024, unshuffled: 60 and 120 steps. Batches
of 128, shuffled, take about as many steps (56 and 144) in a sixth of the passes.
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

from evaluation.detectors.ldms import LossByAction
from evaluation.detectors.nwrl import log_weights, weighted
from evaluation.detectors.train import Batch, Training, learn, to_batch, told
from evaluation.detectors.transformer import EncoderDecoder
from evaluation.detectors.ttpe import TimeEmbedding
from evaluation.detectors.windows import ACTION, Floats, Windows
from sppc.train import repeatable


@dataclass(frozen=True)
class Config:
    """Sizes and training as published for AN (width 256, two layers, a fifth hidden after four epochs)."""

    ttpe: bool = True
    ldms: bool = True
    nwrl: bool = True
    width: int = 256
    heads: int = 8
    layers: int = 2
    inner: int = 512  # width of the feed-forward layers; 2048 in the released code, at twice the time
    epochs: int = 8
    batch: int = 128

    @property
    def training(self) -> Training:
        """How to train."""
        return Training(self.epochs, self.batch, hidden=0.2 if self.ldms else 0.0, falls=True)


class SmartGuard(nn.Module):
    """Embedding and TTPE -> encoder -> decoder -> action."""

    def __init__(self, actions: int, config: Config) -> None:
        super().__init__()
        self.config = config
        self.embed = nn.Embedding(actions, config.width)
        self.time = TimeEmbedding(config.width, config.ttpe)
        self.transformer = EncoderDecoder(config.width, config.heads, config.layers, config.inner)
        self.to_logits = nn.Linear(config.width, actions)
        self.log_weight: Tensor  # of NWRL, saved with the model; alike until it is known what is noise
        self.register_buffer("log_weight", torch.zeros(actions))

    def forward(self, batch: Batch, hidden: Tensor) -> Tensor:
        """The loss of each behaviour, nats. (B, T)."""
        action = batch.fields[..., ACTION]
        x = self.embed(action) + self.time(batch.fields, batch.duration)  # (B, T, C)
        logits = self.to_logits(self.transformer(x, ~batch.mask, hidden))  # (B, T, A)
        loss = F.cross_entropy(logits.flatten(0, 1), action.flatten(), reduction="none")
        return loss.view_as(batch.mask) * batch.mask

    def score(self, windows: Windows) -> Floats:
        """The reconstruction loss of each window, weighted by NWRL. (N,)."""
        batch = to_batch(windows)
        weight = self.log_weight[batch.fields[..., ACTION]]
        scores: Floats = weighted(told(self, batch), weight, batch.mask).double().cpu().numpy()
        return scores

    def learn_noise(self, windows: Windows) -> None:
        """Set the weights of NWRL from normal *windows*."""
        batch = to_batch(windows)
        by_action = LossByAction(len(self.log_weight), self.log_weight.device)
        by_action.add(batch.fields[..., ACTION][batch.mask], told(self, batch)[batch.mask])
        self.log_weight.copy_(log_weights(by_action.mean()))


DEFAULT = Config()


def fit(train: Windows, validation: Windows, seed: int, config: Config = DEFAULT) -> SmartGuard:
    """A SmartGuard fitted to normal windows."""
    with repeatable(seed):
        model = SmartGuard(train.sizes[ACTION], config)
    learn(model, train, validation, config.training, seed)
    if config.nwrl:
        model.learn_noise(validation)
    return model
