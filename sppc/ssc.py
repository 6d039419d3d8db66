"""SSC, the compression of SmartGen: weekday by weekday, whatever looks like something kept already goes.

As released (horizonsinzqs/SmartGen, baseline2.py and sppc.py) the pieces are compared by the memory of a
Transformer's encoder that is left in training mode, pads and all: dropout gives two identical pieces
different vectors, and pads make all pieces nearly parallel, so that its thresholds of about 0.92 lie within
the noise. Repaired, they are compared by the codes of our autoencoder: no dropout, pads masked, centred.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

from dataset.routines import Routine
from sppc.autoencoder import Config
from sppc.clock import Floats
from sppc.encode import Integers, encode, vocabulary
from sppc.importance import distinct_pieces
from sppc.selection import Fits
from sppc.train import codes, repeatable, train, training_for

WIDTH, HEADS, LAYERS = 256, 4, 2
EPOCHS, BATCH, RATE, SEED = 15, 512, 1e-3, 2024


class Released(nn.Module):
    """SmartGen's autoencoder: one table of embeddings for all fields, no positions, pads not masked."""

    def __init__(self, size: int) -> None:
        super().__init__()
        self.embed = nn.Embedding(size, WIDTH)
        self.encoder = nn.TransformerEncoder(
            nn.TransformerEncoderLayer(WIDTH, HEADS, batch_first=True), LAYERS, enable_nested_tensor=False
        )
        self.decoder = nn.TransformerDecoder(
            nn.TransformerDecoderLayer(WIDTH, HEADS, batch_first=True), LAYERS
        )
        self.to_logits = nn.Linear(WIDTH, size)
        for weight in self.parameters():
            if weight.dim() > 1:
                nn.init.xavier_uniform_(weight)

    def forward(self, ids: Tensor) -> Tensor:
        """(B, 40) -> logits (B, 40, V). The decoder is shown what it has to tell."""
        x = self.embed(ids)
        return self.to_logits(self.decoder(x, self.encoder(x)))  # type: ignore[no-any-return]


def released(pieces: Sequence[Routine], epochs: int | None = None) -> tuple[Released, Tensor]:
    """SmartGen's autoencoder after its training on *pieces*, and their ids (N, 40)."""
    ids, size = _flat(pieces)
    with repeatable(SEED):
        model = Released(size)
        optimiser = torch.optim.Adam(model.parameters(), lr=RATE)
        for _ in range(EPOCHS if epochs is None else epochs):
            for batch in torch.split(ids, BATCH):
                logits = model(batch).transpose(1, 2)  # (B, V, 40)
                loss = F.cross_entropy(logits, batch, ignore_index=size - 1)
                optimiser.zero_grad()
                loss.backward()  # type: ignore[no-untyped-call]
                optimiser.step()
    return model, ids


@torch.no_grad()
def released_vectors(model: Released, ids: Tensor, seed: int) -> Floats:
    """The encoder's memory of each piece under dropout, all 40 places side by side. (N, 10240)."""
    with repeatable(seed):
        found = [model.encoder(model.embed(batch)).flatten(1) for batch in torch.split(ids, BATCH)]
    return torch.cat(found).float().numpy()


def repaired_vectors(pieces: Sequence[Routine], seed: int) -> Floats:
    """Our autoencoder's code of each piece, less the mean code. (N, K)."""
    data = encode(pieces, words := vocabulary(pieces))
    sizes = len(words.devices), len(words.actions)
    model = train(data, Config(*sizes), training_for(len(distinct_pieces(pieces)[0])), seed)
    found = codes(model, data)
    centred: Floats = found - found.mean(0)
    return centred


def sparse(vectors: Floats, pieces: Sequence[Routine], fits: Fits) -> Integers:
    """Rows kept at the highest threshold whose pieces, repetitions included, fit."""
    likenesses = by_weekday(vectors, pieces)
    low, high = -1.0, 1.0
    kept = deduplicated(likenesses, low)
    for _ in range(20):  # to a millionth
        middle = (low + high) / 2
        found = deduplicated(likenesses, middle)
        if fits(found):
            low, kept = middle, found
        else:
            high = middle
    return np.array(kept, np.int64)


def by_weekday(vectors: Floats, pieces: Sequence[Routine]) -> list[tuple[Integers, Floats]]:
    """For each weekday the rows of the pieces that begin on it, and the cosine of each two of them."""
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True).clip(1e-12)
    days = np.array([piece[0].day for piece in pieces])
    found = [np.flatnonzero(days == day) for day in range(7)]
    return [(rows, unit[rows] @ unit[rows].T) for rows in found]


def deduplicated(likenesses: Sequence[tuple[Integers, Floats]], threshold: float) -> list[int]:
    """Greedy and first come first kept: a piece goes when it is more like a kept one than *threshold*."""
    kept: list[int] = []
    for rows, likeness in likenesses:
        gone = np.zeros(len(rows), bool)
        for place, row in enumerate(rows):
            if not gone[place]:
                kept.append(int(row))
                gone |= likeness[place] > threshold
    return sorted(kept)


def _flat(pieces: Sequence[Routine]) -> tuple[Tensor, int]:
    """Ids (N, 40), four to a behaviour, from one range for all fields; the last id is the pad."""
    data = encode(pieces, words := vocabulary(pieces))
    size = max(8, len(words.devices) + 1, len(words.actions) + 1) + 1
    fields = np.where(data.mask[..., None], np.stack(data[:4], -1), size - 1)  # (N, T, 4)
    ids: npt.NDArray[np.int64] = fields.reshape(len(pieces), -1)
    return torch.from_numpy(ids), size
