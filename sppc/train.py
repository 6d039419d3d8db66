"""Train the autoencoder: one visible loop, the same result every time."""

import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from sppc.autoencoder import Autoencoder, Batch, Config
from sppc.clock import Floats
from sppc.encode import Encoded


@dataclass(frozen=True)
class Training:
    """How long and how fast."""

    steps: int = 300
    batch: int = 128
    rate: float = 2e-2  # peak; warms up over a tenth of the steps, then falls along a cosine

    def rate_at(self, step: int) -> float:
        """The learning rate of a step, 0-based."""
        done = (step + 1) / self.steps
        return self.rate * min(done / 0.1, 0.5 + 0.5 * math.cos(math.pi * done) + 0.01)


def training_for(distinct: int) -> Training:
    """Half as many steps as distinct pieces, 60 to 200: small sets are learned sooner, from small batches."""
    return Training(steps=min(200, max(60, distinct // 2)), batch=64 if distinct > 150 else 32)


@contextmanager
def repeatable(seed: int) -> Iterator[torch.Generator]:
    """One thread and a generator of our own, so that results repeat; torch's global state is put back."""
    threads = torch.get_num_threads()
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)  # initial weights are drawn from the global stream
        torch.set_num_threads(1)  # sums over several threads differ in the last bits
        try:
            yield torch.Generator().manual_seed(seed)
        finally:
            torch.set_num_threads(threads)


def device() -> torch.device:
    """A GPU where there is one. Chance is drawn on the CPU, so that results differ by rounding alone."""
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def to_batch(data: Encoded) -> Batch:
    """Arrays to tensors: fields (N, T, 4) and mask (N, T)."""
    return Batch(
        torch.from_numpy(np.stack(data[:4], -1)).to(device()), torch.from_numpy(data.mask).to(device())
    )


def fitting(data: Encoded, config: Config, training: Training, seed: int) -> Iterator[Autoencoder]:
    """The autoencoder after each step of training; each piece is drawn as often as it occurs in *data*."""
    whole = to_batch(data)
    with repeatable(seed) as generator:
        model = Autoencoder(config).to(device())
        weights = list(model.parameters())
        moments = [(torch.zeros_like(w), torch.zeros_like(w)) for w in weights]
        for step in range(training.steps):
            rows = torch.randint(len(data.mask), (training.batch,), generator=generator).to(device())
            loss = model(Batch(whole.fields[rows], whole.mask[rows]), generator).mean()
            gradients = torch.autograd.grad(loss, weights)
            adam(weights, gradients, moments, training.rate_at(step), step + 1)
            yield model


def train(data: Encoded, config: Config, training: Training, seed: int) -> Autoencoder:
    """An autoencoder fitted to *data*, all steps taken."""
    for model in fitting(data, config, training, seed):  # noqa: B007 - the last one is wanted
        pass
    return model


@torch.no_grad()
def adam(
    weights: Sequence[Tensor], gradients: Sequence[Tensor], moments: Sequence[tuple[Tensor, Tensor]],
    rate: float, step: int,
) -> None:  # fmt: skip
    """One step of Adam (Kingma & Ba 2015), *step* counted from 1.

    Written out because torch.optim imports torch's compiler, which takes longer than many of our trainings.
    """
    for w, gradient, (mean, square) in zip(weights, gradients, moments, strict=True):
        mean.lerp_(gradient, 0.1)
        square.lerp_(gradient * gradient, 0.01)
        spread = (square / (1 - 0.99**step)).sqrt_().add_(1e-8)
        w.addcdiv_(mean, spread, value=-rate / (1 - 0.9**step))


def losses(model: Autoencoder, data: Encoded) -> Floats:
    """Reconstruction loss of each piece, nats a behaviour, the code not blurred."""
    return _over(data, model)


def codes(model: Autoencoder, data: Encoded) -> Floats:
    """The code of each piece, (N, K)."""
    return _over(data, model.encode)


def _over(data: Encoded, function: Callable[[Batch], Tensor]) -> Floats:
    with repeatable(0), torch.no_grad():
        found = [
            function(Batch(*part))
            for part in zip(*(t.split(1024) for t in to_batch(data)), strict=True)  # type: ignore[no-untyped-call]
        ]
    return torch.cat(found).double().cpu().numpy()
