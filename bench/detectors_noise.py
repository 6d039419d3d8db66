"""What NWRL does to SmartGuard: the same trained models, weighted in several ways.

- `plain`: no weights.
- `as defined`: weights by the loss of each action in validation; they weigh the threshold and the test alike.
- `by training`: weights by the loss in training windows.
- `as released`: the first window of each batch of 1,024 is weighted, and divided by ten once more; the
  threshold is of plain losses.

Below the table: false positives when weights and threshold come from the same half of validation, and from
different halves, over random halves.
"""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from statistics import fmean
from typing import NamedTuple

import torch
from torch import Tensor

from evaluation.detectors.ldms import LossByAction
from evaluation.detectors.nwrl import log_weights, weighted
from evaluation.detectors.published import FAMILIES, Published, read_published
from evaluation.detectors.scoring import Rates, judge, threshold
from evaluation.detectors.smartguard import Config, SmartGuard
from evaluation.detectors.train import to_batch, told
from evaluation.detectors.windows import ACTION, Windows

RELEASED_BATCH = 1024
SPLITS = 60
COLUMNS = (*FAMILIES, "ALL")


class Told(NamedTuple):
    """The loss and the action of each behaviour, (N, T), no pads."""

    loss: Tensor
    action: Tensor

    def rows(self, chosen: Tensor) -> "Told":
        """Some of the windows."""
        return Told(self.loss[chosen], self.action[chosen])


def tell(model: SmartGuard, windows: Windows) -> Told:
    """How a model tells *windows*."""
    batch = to_batch(windows)
    return Told(told(model, batch).cpu(), batch.fields[..., ACTION].cpu())


def weights_of(some: Told, actions: int) -> Tensor:
    """NWRL's weights by the losses of *some*."""
    by_action = LossByAction(actions, torch.device("cpu"))
    by_action.add(some.action.flatten(), some.loss.flatten())
    return log_weights(by_action.mean())


def scored(some: Told, weight: Tensor) -> Tensor:
    """NWRL's score of each window."""
    return weighted(some.loss, weight[some.action], torch.ones_like(some.loss, dtype=torch.bool))


def released(some: Told, weight: Tensor) -> Tensor:
    """The score of the released code."""
    scores = some.loss.mean(1)
    scores[::RELEASED_BATCH] = scored(some, weight)[::RELEASED_BATCH] / 10
    return scores


Ways = Mapping[str, tuple[Told, Callable[[Told], Tensor], Callable[[Told], Tensor]]]
"""Name -> where the threshold is taken, by which score, and the score in the test."""


def ways(train: Told, validation: Told, actions: int) -> Ways:
    """How scores may be weighted."""
    of_validation, of_training = (weights_of(it, actions) for it in (validation, train))

    def plain(some: Told) -> Tensor:
        return some.loss.mean(1)

    def by(weight: Tensor) -> Callable[[Told], Tensor]:
        return lambda some: scored(some, weight)

    return {
        "plain": (validation, plain, plain),
        "as defined": (validation, by(of_validation), by(of_validation)),
        "by training": (validation, by(of_training), by(of_training)),
        "as released": (validation, plain, lambda some: released(some, of_validation)),
    }


def print_noise(data: Path, out: Path, sets: Sequence[str], percentile: float) -> None:
    """F1 by family of each way, mean over the models that `run` has left in *out*."""
    for name in sets:
        logs, found = read_published(data, name), dict[str, list[dict[str, Rates]]]()
        alarms = []
        for path in sorted(out.glob(f"SmartGuard {name} *.pt")):
            model = SmartGuard(logs.train.sizes[ACTION], Config())
            model.load_state_dict(torch.load(path))
            alarms.append(false_alarms(model, logs, percentile))
            for way, rates in tried(model, logs, percentile).items():
                found.setdefault(way, []).append(rates)
        print(f"\n{name.upper()}\n\n| weights | models | {' | '.join(COLUMNS)} | FPR |")
        print("| --- |" + " --- |" * (len(COLUMNS) + 2))
        for way, many in found.items():
            cells = [f"{fmean(rates[column].f1 for rates in many):.4f}" for column in COLUMNS]
            cells.append(f"{fmean(rates['ALL'].fpr for rates in many):.3f}")
            print(f"| {way} | {len(many)} | {' | '.join(cells)} |")
        same, other = (fmean(it) for it in zip(*alarms, strict=True))
        print(f"\nfalse positives, weights and threshold of the same half {same:.3f}, of two {other:.3f}")


def false_alarms(model: SmartGuard, logs: Published, percentile: float) -> tuple[float, float]:
    """Mean false positive rate with weights and threshold of the same half of validation, and of two."""
    validation, test = tell(model, logs.validation), tell(model, logs.test)
    generator, rates = torch.Generator().manual_seed(0), []
    for _ in range(SPLITS):
        halves = torch.randperm(len(validation.loss), generator=generator).chunk(2)
        weight = weights_of(validation.rows(halves[0]), len(model.log_weight))
        limits = [
            threshold(scored(validation.rows(half), weight).double().numpy(), percentile) for half in halves
        ]
        normal = scored(test, weight).double().numpy()
        rates.append([float((normal > limit).mean()) for limit in limits])
    same, other = zip(*rates, strict=True)
    return fmean(same), fmean(other)


def tried(model: SmartGuard, logs: Published, percentile: float) -> dict[str, dict[str, Rates]]:
    """The rates of each way and family."""
    train, validation, test = (tell(model, it) for it in (logs.train, logs.validation, logs.test))
    attacks = {column: tell(model, logs.family(column)) for column in COLUMNS}
    rates = {}
    for way, (held_out, calibrating, testing) in ways(train, validation, len(model.log_weight)).items():
        limit = threshold(calibrating(held_out).double().numpy(), percentile)
        normal = testing(test).double().numpy()
        rates[way] = {
            column: judge(normal, testing(some).double().numpy(), limit) for column, some in attacks.items()
        }
    return rates
