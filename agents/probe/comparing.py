"""Ways to choose, compared on labelled situations: habit's prior, a model's evidence, both, and chance.

The weight of the evidence is fitted on one half of the situations and tried on the other, both ways round,
so that no situation is judged with a weight that it helped to find.
"""

import math
from collections.abc import Mapping, Sequence

import numpy as np

from agents.gateway.remembered import Compared
from agents.probe import Situation
from scenarios.chance import Chance

Evidence = tuple[float, ...] | None  # nats an action; None where the model gave none that can be read
WEIGHTS = tuple(step / 20 for step in range(61))
RESAMPLES = 2000


def comparison(
    found: Mapping[str, Sequence[Evidence]], situations: Sequence[Situation]
) -> tuple[Compared, ...]:
    """Chance, the prior, and each method of *found* alone and with the prior."""
    nothing: list[Evidence] = [None] * len(situations)
    ways = {"random": _shares(nothing, situations, False), "prior": _shares(nothing, situations, True)}
    for method, nats in found.items():
        ways[method] = _shares(nats, situations, False)
        ways[f"prior x {method}"] = _shares(nats, situations, True)
    usual = _mass(ways["prior"], situations)
    return tuple(_compared(way, shares, situations, usual) for way, shares in ways.items())


def fitted_weight(found: Sequence[Evidence], situations: Sequence[Situation], prior: bool = True) -> float:
    """The weight of the evidence, beside the prior or alone, under which what is plausible is most likely."""

    def likelihood(weight: float) -> float:
        pairs = zip(found, situations, strict=True)
        return math.fsum(
            math.log(max(1e-12, _plausible(share(nats, item, weight, prior), item))) for nats, item in pairs
        )

    return max(WEIGHTS, key=likelihood)


def worth(found: Sequence[Evidence], situations: Sequence[Situation], weight: float) -> float:
    """Nats a situation by which evidence of that *weight* makes the plausible likelier than the prior."""
    pairs = list(zip(found, situations, strict=True))
    more = [
        _plausible(share(nats, item, weight), item) / _plausible(share(None, item, 0.0), item)
        for nats, item in pairs
    ]
    return math.fsum(map(math.log, more)) / len(more)


def halves(
    found: Sequence[Evidence], situations: Sequence[Situation], prior: bool = True
) -> tuple[float, float]:
    """The weights fitted on the situations of even and of odd number."""
    even, odd = (fitted_weight(found[part::2], situations[part::2], prior) for part in (0, 1))
    return even, odd


def share(nats: Evidence, item: Situation, weight: float, prior: bool = True) -> tuple[float, ...]:
    """Probability of each action; without evidence the prior's, without either the same for all."""
    usual = item.prior if prior else (0.0,) * len(item.actions)
    logits = [a + weight * b for a, b in zip(usual, nats or (0.0,) * len(usual), strict=True)]
    odds = [math.exp(value - max(logits)) for value in logits]
    return tuple(value / math.fsum(odds) for value in odds)


def _shares(found: Sequence[Evidence], items: Sequence[Situation], prior: bool) -> list[tuple[float, ...]]:
    """Each situation with the weight that the other half has fitted."""
    even, odd = halves(found, items, prior) if any(found) else (0.0, 0.0)
    if not prior:  # alone it decides, however little it is worth
        even, odd = max(even, WEIGHTS[1]), max(odd, WEIGHTS[1])
    return [
        share(nats, item, (odd, even)[n % 2], prior)
        for n, (nats, item) in enumerate(zip(found, items, strict=True))
    ]


def _compared(
    way: str, shares: Sequence[tuple[float, ...]], items: Sequence[Situation], usual: np.ndarray
) -> Compared:
    right = np.array([_right(one, item) for one, item in zip(shares, items, strict=True)])
    mass = _mass(shares, items)
    causes = {cause: [it.cause == cause for it in items] for cause in sorted({it.cause for it in items})}
    return Compared(
        way=way, right=_interval(right), mass=_interval(mass), gain=_interval(mass - usual),
        by_cause={cause: round(float(right[rows].mean()), 3) for cause, rows in causes.items()},
    )  # fmt: skip


def _mass(shares: Sequence[tuple[float, ...]], items: Sequence[Situation]) -> np.ndarray:
    return np.array([_plausible(one, item) for one, item in zip(shares, items, strict=True)])


def _plausible(shares: Sequence[float], item: Situation) -> float:
    return math.fsum(p for p, action in zip(shares, item.actions, strict=True) if action in item.plausible)


def _right(shares: Sequence[float], item: Situation) -> float:
    """Whether the most likely action is plausible; of several equally likely ones, the share that is."""
    best = [action for p, action in zip(shares, item.actions, strict=True) if p > max(shares) - 1e-12]
    return sum(action in item.plausible for action in best) / len(best)


def _interval(values: np.ndarray) -> tuple[float, float, float]:
    rng = Chance(0).rng("bootstrap", len(values))
    means = values[rng.integers(len(values), size=(RESAMPLES, len(values)))].mean(axis=1)
    low, high = np.percentile(means, [2.5, 97.5])
    return round(float(values.mean()), 4), round(float(low), 4), round(float(high), 4)
