"""A small Transformer autoencoder of routines, in the manner of nanoGPT: one model, one file.

It asks how well a piece can be told from what the others taught. Two ways of making that trivial are shut:

- A Transformer that decodes from per-position states copies its input and then reconstructs anything,
  so held-out loss measures nothing. Here a whole piece passes through one vector of `code` numbers, scaled
  to unit variance and, in training, blurred by noise (a denoising bottleneck: Vincent et al., JMLR 2010).
  Room goes to patterns that recur; a pattern that nothing in training resembles comes back as its nearest
  neighbour, at a price.
- Predicting hidden parts from visible ones (as BERT does) would measure entropy instead: the weekday of
  something done daily is hard to guess however often it was seen, and would look informative.

Each behaviour is the sum of its four field embeddings and its position; pads are masked everywhere.
"""

from dataclasses import dataclass
from itertools import accumulate
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812 - the name everybody knows

from sppc.split import LONGEST


@dataclass(frozen=True)
class Config:
    """Sizes; device and action ids run from 0 (unknown) to `devices` and `actions`."""

    devices: int
    actions: int
    longest: int = LONGEST
    width: int = 32
    heads: int = 2
    layers: int = 1  # of the encoder
    code: int = 16  # numbers that a whole piece must pass through
    noise: float = 0.3  # standard deviation of the blur, where the code has 1

    @property
    def sizes(self) -> tuple[int, int, int, int]:
        """Number of values of each field: day, slot, device, action."""
        return 7, 8, self.devices + 1, self.actions + 1


class Batch(NamedTuple):
    """`fields` (B, T, 4): day, slot, device, action. `mask` (B, T): True where there is a behaviour."""

    fields: Tensor
    mask: Tensor


def feed_forward(width: int) -> nn.Sequential:
    """Two linear layers, the inner one twice as wide."""
    return nn.Sequential(nn.Linear(width, 2 * width), nn.GELU(), nn.Linear(2 * width, width))


class Block(nn.Module):
    """Self-attention and a feed-forward layer, each after a norm and beside a shortcut."""

    def __init__(self, config: Config) -> None:
        super().__init__()
        self.heads = config.heads
        self.norm_attention = nn.LayerNorm(config.width)
        self.to_qkv = nn.Linear(config.width, 3 * config.width)
        self.from_heads = nn.Linear(config.width, config.width)
        self.norm_feed = nn.LayerNorm(config.width)
        self.feed = feed_forward(config.width)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        """(B, T, C) and mask (B, T) -> (B, T, C)."""
        b, t, c = x.shape
        qkv = self.to_qkv(self.norm_attention(x)).view(b, t, 3, self.heads, c // self.heads)
        q, k, v = qkv.permute(2, 0, 3, 1, 4)  # each (B, heads, T, C / heads)
        heads = F.scaled_dot_product_attention(q, k, v, attn_mask=mask[:, None, None, :])
        x = x + self.from_heads(heads.transpose(1, 2).reshape(b, t, c))
        return x + self.feed(self.norm_feed(x))  # type: ignore[no-any-return]


class Autoencoder(nn.Module):
    """Piece -> code -> piece."""

    def __init__(self, config: Config) -> None:
        super().__init__()
        self.config = config
        self.embed = nn.Embedding(sum(config.sizes), config.width)  # one table, the fields one below another
        nn.init.normal_(self.embed.weight, std=config.width**-0.5)  # also the output's weights: unit logits
        self.offsets: Tensor
        self.register_buffer("offsets", torch.tensor([0, *accumulate(config.sizes[:-1])]))
        self.position = nn.Embedding(config.longest, config.width)
        self.encoder = nn.ModuleList(Block(config) for _ in range(config.layers))
        self.to_code = nn.Linear(config.width, config.code)
        self.from_code = nn.Linear(config.code, config.width)
        self.to_place = nn.Embedding(config.longest, config.width)
        self.decoder = feed_forward(config.width)
        self.norm = nn.LayerNorm(config.width)
        self.bias = nn.Parameter(
            torch.zeros(sum(config.sizes))
        )  # of the output, whose weights are the embeddings

    def encode(self, batch: Batch) -> Tensor:
        """The code of each piece, scaled to zero mean and unit variance. (B, K)."""
        x = self.embed(batch.fields + self.offsets).sum(2)  # (B, T, 4, C) -> (B, T, C)
        x = x + self.position.weight
        for block in self.encoder:
            x = block(x, batch.mask)
        kept = batch.mask.unsqueeze(-1)  # (B, T, 1)
        mean = (x * kept).sum(1) / kept.sum(1)  # (B, C)
        return F.layer_norm(self.to_code(mean), (self.config.code,))

    def decode(self, code: Tensor, mask: Tensor) -> tuple[Tensor, ...]:
        """Logits of each field at each of the M behaviours that there are, (M, size).

        All positions know the same code, so attention among them would add nothing to a feed-forward layer.
        """
        x = self.from_code(code).unsqueeze(1) + self.to_place.weight  # (B, 1, C) + (T, C) -> (B, T, C)
        x = x[mask]  # (M, C): pads are not worth decoding
        x = x + self.decoder(x)
        logits = F.linear(self.norm(x), self.embed.weight, self.bias)  # (M, all sizes)
        return torch.split(logits, list(self.config.sizes), -1)

    def forward(self, batch: Batch, generator: torch.Generator | None = None) -> Tensor:
        """Reconstruction loss of each piece in nats a behaviour, all four fields together. (B,).

        With a *generator* the code is blurred, as in training.
        """
        code = self.encode(batch)
        if generator is not None:
            code = code + self.config.noise * torch.randn(code.shape, generator=generator).to(code)
        truth = batch.fields[batch.mask]  # (M, 4)
        logits = self.decode(code, batch.mask)
        told = [F.cross_entropy(x, truth[:, field], reduction="none") for field, x in enumerate(logits)]
        loss = torch.stack(told).sum(0)  # (M,)
        spread = torch.zeros(batch.mask.shape, device=loss.device).masked_scatter(batch.mask, loss)  # (B, T)
        return spread.sum(1) / batch.mask.sum(1)
