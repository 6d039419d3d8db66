"""Figures over seeds, and 95 % of what one training set is better by: paired bootstrap.

Test windows are drawn again with all that was made from them, and so are seeds; the same draws for everybody.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from evaluation.detectors.windows import Floats
from evaluation.uses.learning import Flagged, Foreseen
from evaluation.uses.logs import Real
from scenarios.chance import Chance

RESAMPLES = 400
FIGURES: Mapping[str, tuple[str, ...]] = {"predictor": ("hr1", "hr10", "ndcg10"), "detector": ("f1", "auc")}
"""Of each task; the last is the one that is told of first."""


class Gain(NamedTuple):
    """How much better, and the middle 95 % of that."""

    by: float
    low: float
    high: float


@dataclass(frozen=True, eq=False)
class Resamples:
    """How often each is drawn; the first row has everything once. (R, test), (R, attacks), (R, seeds)."""

    test: Floats
    attacks: Floats
    seeds: Floats

    def figures(self, found: Sequence[Foreseen | Flagged]) -> Mapping[str, Floats]:
        """Each figure in every resample, (R,), the mean over the seeds that *found* is of."""
        each = [self._foreseen(it) if isinstance(it, Foreseen) else self._flagged(it) for it in found]
        seeds = self.seeds[:, : len(each)]
        return {
            name: (np.stack([it[name] for it in each], 1) * seeds).sum(1) / seeds.sum(1) for name in each[0]
        }

    def _foreseen(self, found: Foreseen) -> dict[str, Floats]:
        drawn, places = self.test[:, found.sequence], found.places  # (R, Q)
        gains = {
            "hr1": places < 1,
            "hr10": places < 10,
            "ndcg10": np.where(places < 10, 1 / np.log2(places + 2), 0.0),
        }
        return {name: drawn @ gain / drawn.sum(1) for name, gain in gains.items()}

    def _flagged(self, found: Flagged) -> dict[str, Floats]:
        wrong, right = (w @ it for w, it in zip((self.test, self.attacks), found.flags, strict=True))
        f1 = 2 * right / (right + wrong + self.attacks.sum(1))
        order = np.argsort(found.normal)
        known = found.normal[order]
        below = np.pad(np.cumsum(self.test[:, order], 1), ((0, 0), (1, 0)))  # (R, N + 1)
        ends = [np.searchsorted(known, found.anomalous, side) for side in ("left", "right")]
        pairs = sum((self.attacks * below[:, it]).sum(1) for it in ends) / 2
        return {"f1": f1, "auc": pairs / (self.attacks.sum(1) * self.test.sum(1))}


def resamples(real: Real, seeds: int, chance: Chance) -> Resamples:
    """An attack is drawn as often as the test window that it was made from, if that is known and was kept."""
    test = _drawn(len(real.test), chance.branch("test"))
    own = _drawn(len(real.attacks.windows), chance.branch("attacks"))
    origin, there = _place(real)
    attacks = np.where(there, test[:, origin], own)
    again = _drawn(seeds, chance.branch("seeds"))
    return Resamples(test, attacks, again)


def gain(mine: Floats, theirs: Floats) -> Gain:
    """Of figures in every resample, the first being what was measured."""
    over = mine - theirs
    low, high = np.quantile(over[1:], (0.025, 0.975))
    return Gain(float(over[0]), float(low), float(high))


def _drawn(count: int, chance: Chance) -> Floats:
    again = chance.rng().multinomial(count, np.full(count, 1 / count), RESAMPLES)
    return np.concatenate([np.ones((1, count)), again])


def _place(
    real: Real,
) -> tuple["np.ndarray[tuple[int], np.dtype[np.int64]]", "np.ndarray[tuple[int], np.dtype[np.bool_]]"]:
    """Where in the test the window of each attack stands, and whether it does."""
    place = np.searchsorted(real.numbers, real.attacks.made_from).clip(max=len(real.numbers) - 1)
    return place, real.numbers[place] == real.attacks.made_from
