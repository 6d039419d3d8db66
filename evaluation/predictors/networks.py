"""The networks of the predictors: one embedding of all fields of a behaviour, and three ways to look back.

A network maps behaviours (B, L, F) to scores (B, L, V) of the action that comes after each. B sequences, L
positions, F fields, D numbers a behaviour, V actions.
"""

from itertools import accumulate

import torch
from torch import Tensor, nn
from torch.nn import functional


class Embedding(nn.Module):
    """The sum of what stands for each field's value, and for the position."""

    def __init__(self, sizes: tuple[int, ...], length: int, hidden: int, dropout: float) -> None:
        super().__init__()
        self.first = torch.tensor([0, *accumulate(sizes[:-1])])  # where each field begins in the table
        self.table = nn.Embedding(sum(sizes) + 1, hidden, padding_idx=sum(sizes))
        self.position = nn.Embedding(length, hidden)
        self.dropout = nn.Dropout(dropout)
        nn.init.normal_(self.table.weight, std=hidden**-0.5)

    def forward(self, behaviours: Tensor) -> Tensor:
        """(B, L, F) -> (B, L, D)."""
        nothing = self.table.num_embeddings - 1
        rows = torch.where(behaviours < 0, nothing, behaviours + self.first)  # (B, L, F)
        summed = self.table(rows).sum(2) * self.table.embedding_dim**0.5  # (B, L, D)
        embedded: Tensor = self.dropout(summed + self.position.weight[: behaviours.shape[1]])
        return embedded

    @property
    def items(self) -> Tensor:
        """What stands for each action, (V, D): SASRec scores an action by its likeness to the output."""
        return self.table.weight[self.first[-1] : -1]


class SASRecBlock(nn.Module):
    """Causal self-attention and a feed-forward layer at each position, each with what went in added."""

    def __init__(self, hidden: int, dropout: float) -> None:
        super().__init__()
        self.before, self.between = nn.LayerNorm(hidden, eps=1e-8), nn.LayerNorm(hidden, eps=1e-8)
        self.attention = nn.MultiheadAttention(hidden, 1, dropout, batch_first=True)
        self.forward_ = nn.Sequential(
            nn.Linear(hidden, hidden), nn.Dropout(dropout), nn.ReLU(),
            nn.Linear(hidden, hidden), nn.Dropout(dropout),
        )  # fmt: skip

    def forward(self, x: Tensor) -> Tensor:
        """(B, L, D) -> (B, L, D)."""
        query = self.before(x)  # (B, L, D)
        looked, _ = self.attention(query, x, x, attn_mask=_future(x), need_weights=False)
        x = self.between(query + looked)
        return x + self.forward_(x)  # type: ignore[no-any-return]


class SASRec(nn.Module):
    """Self-attentive sequential recommendation (Kang and McAuley, ICDM 2018)."""

    def __init__(self, sizes: tuple[int, ...], length: int, hidden: int, blocks: int, dropout: float) -> None:
        super().__init__()
        self.embedding = Embedding(sizes, length, hidden, dropout)
        self.blocks = nn.Sequential(*(SASRecBlock(hidden, dropout) for _ in range(blocks)))
        self.norm = nn.LayerNorm(hidden, eps=1e-8)

    def forward(self, behaviours: Tensor) -> Tensor:
        """(B, L, F) -> (B, L, V)."""
        h = self.norm(self.blocks(self.embedding(behaviours)))  # (B, L, D)
        return functional.linear(h, self.embedding.items)  # (B, L, V)


class Transformer(nn.Module):
    """PyTorch's own encoder layers with a causal mask, and a linear output."""

    def __init__(self, sizes: tuple[int, ...], length: int, hidden: int, blocks: int, dropout: float) -> None:
        super().__init__()
        self.embedding = Embedding(sizes, length, hidden, dropout)
        layer = nn.TransformerEncoderLayer(hidden, 1, 4 * hidden, dropout, batch_first=True, norm_first=True)
        self.encoder = nn.TransformerEncoder(layer, blocks, enable_nested_tensor=False)
        self.output = nn.Linear(hidden, sizes[-1])

    def forward(self, behaviours: Tensor) -> Tensor:
        """(B, L, F) -> (B, L, V)."""
        x = self.embedding(behaviours)
        return self.output(self.encoder(x, mask=_future(x)))  # type: ignore[no-any-return]


class GRU(nn.Module):
    """A gated recurrent network (GRU4Rec; Hidasi et al., ICLR 2016)."""

    def __init__(self, sizes: tuple[int, ...], length: int, hidden: int, blocks: int, dropout: float) -> None:
        super().__init__()
        self.embedding = Embedding(sizes, length, hidden, dropout)
        self.recurrent = nn.GRU(hidden, hidden, blocks, batch_first=True, dropout=dropout)
        self.output = nn.Linear(hidden, sizes[-1])

    def forward(self, behaviours: Tensor) -> Tensor:
        """(B, L, F) -> (B, L, V)."""
        return self.output(self.recurrent(self.embedding(behaviours))[0])  # type: ignore[no-any-return]


NETWORKS = {"sasrec": SASRec, "transformer": Transformer, "gru": GRU}


def _future(x: Tensor) -> Tensor:
    """(L, L): True where a position must not look."""
    length = x.shape[1]
    return torch.ones(length, length, dtype=torch.bool, device=x.device).triu(1)
