"""How much a piece tells that the others do not: leave-one-out reconstruction loss (IoTGen's SPPC).

I(s) = loss of s under an autoencoder trained without s. A piece that the rest already explains is cheap to
lose. It follows that identical pieces are unimportant, all of them: leaving one out leaves its twins in. So
selection must not read importance alone (see `sppc.selection`).
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from dataset.routines import Routine
from sppc.clock import Floats
from sppc.encode import Encoded, Integers, encode, vocabulary
from sppc.likeness import describe

if TYPE_CHECKING:
    from sppc.train import Training

EARLY = 0.3  # of the training, where one model stands for all


def cross_fitted(
    pieces: Sequence[Routine], folds: int = 5, seed: int = 0, training: "Training | None" = None
) -> Floats:
    """Importance of each piece, nats a behaviour: its loss under the model of the folds it is not in.

    K trainings stand for n (cross-fitting: Chernozhukov et al. 2018). Identical pieces are dealt out over the
    folds, so a twin is in training as it would be with one left out, and share the mean of their losses.
    """
    if len(pieces) < 2:
        return np.zeros(len(pieces))
    from sppc.train import training_for

    data = encode(pieces, words := vocabulary(pieces))
    distinct, group = distinct_pieces(pieces)
    training = training or training_for(len(distinct))
    fold = _dealt(group, min(folds, len(pieces)), seed)
    loss = np.zeros(len(pieces))
    for number in range(fold.max() + 1):
        loss[fold == number] = _held_out(
            data, fold == number, (len(words.devices), len(words.actions)), seed, training
        )
    return (np.bincount(group, loss) / np.bincount(group))[group]


def exact(pieces: Sequence[Routine], seed: int) -> Floats:
    """Importance by literal leave-one-out: as many trainings as pieces, so for small sets."""
    return cross_fitted(pieces, folds=len(pieces), seed=seed)


def single_model(pieces: Sequence[Routine], seed: int) -> Floats:
    """Importance from one training: loss under a model of all pieces, stopped before it knows them by heart.

    What recurs is learned first (Toneva et al., ICLR 2019: examples forgotten or learned late are the
    atypical ones), so early in training the loss of a piece is near what it would be without that piece.
    """
    from sppc.autoencoder import Config
    from sppc.train import losses, train, training_for

    data = encode(pieces, words := vocabulary(pieces))
    training = training_for(len(distinct_pieces(pieces)[0]))
    early = replace(training, steps=max(1, round(training.steps * EARLY)))
    return losses(train(data, Config(len(words.devices), len(words.actions)), early, seed), data)


def nearest_other(pieces: Sequence[Routine]) -> Floats:
    """Importance without any training: how unlike a piece is to the most alike of the others, 0 to 1.

    Zero for what was done twice, as a perfect autoencoder would have it.
    """
    distinct, group = distinct_pieces(pieces)
    features = describe(distinct)
    nearest = np.ones(len(distinct))  # likeness to the nearest other
    for row in np.flatnonzero(np.bincount(group) == 1):
        nearest[row] = np.delete(features @ features[row], row).max(initial=0)
    return (1 - nearest)[group]


def distinct_pieces(pieces: Sequence[Routine]) -> tuple[list[Routine], Integers]:
    """Pieces without their repetitions, in order of appearance, and for each piece the number of its kind."""
    number: dict[Routine, int] = {}
    group = [number.setdefault(piece, len(number)) for piece in pieces]
    return list(number), np.array(group, np.int64)


def _dealt(group: Integers, folds: int, seed: int) -> Integers:
    """Fold of each piece: like pieces to different folds, otherwise at random."""
    order = np.argsort(np.random.default_rng(seed).permutation(group.max() + 1)[group], kind="stable")
    fold = np.empty(len(group), np.int64)
    fold[order] = np.arange(len(group)) % folds
    return fold


def _held_out(
    data: Encoded, out: "np.ndarray[tuple[int], np.dtype[np.bool_]]", sizes: tuple[int, int], seed: int,
    training: "Training",
) -> Floats:  # fmt: skip
    from sppc.autoencoder import Config
    from sppc.train import losses, train

    model = train(data.rows(np.flatnonzero(~out)), Config(*sizes), training, seed)
    return losses(model, data.rows(np.flatnonzero(out)))
