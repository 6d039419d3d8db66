"""What a dataset is held against: independent draws, a Markov chain and copies, made of real sequences alone.

Each has as many sequences as asked for, as long as real ones are. Marginals certify independent draws, a
bigram predictor is fooled by a chain, and every measure of likeness by copies: no figure stands alone.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np

from evaluation.corpus import BEHAVIOUR, NOBODY, SLOTS, Corpus, Ints

Reference = Callable[[Corpus, int, np.random.Generator], Corpus]


def copies(real: Corpus, count: int, rng: np.random.Generator) -> Corpus:
    """Sequences of *real*, drawn with replacement."""
    return real.rows(rng.integers(len(real), size=count))


def independent(real: Corpus, count: int, rng: np.random.Generator) -> Corpus:
    """Day, slot and action each drawn for itself from what is frequent."""
    shape = copies(real, count, rng)
    day, slot, what = rng.integers(real.events, size=(3, shape.events))
    return replace(
        shape, day=real.day[day], slot=real.slot[slot], device=real.device[what], action=real.action[what]
    )


def markov(real: Corpus, count: int, rng: np.random.Generator) -> Corpus:
    """Walks of a first-order chain over (slot, action), estimated without smoothing.

    Each begins as a real sequence does and is as long, unless it comes to what nothing ever followed.
    Days are those of the behaviours walked through.
    """
    follows, opens, closes = _successors(real)
    chosen = rng.integers(len(real), size=count)
    walks, state = [real.bounds[chosen]], _state(real)
    for place in range(1, int(real.lengths[chosen].max(initial=1))):
        here = state[walks[-1]]
        options = closes[here] - opens[here]
        goes_on = (walks[-1] >= 0) & (real.lengths[chosen] > place) & (options > 0)
        drawn = opens[here] + (rng.random(count) * options).astype(np.int64)
        walks.append(np.where(goes_on, follows[np.minimum(drawn, len(follows) - 1)], -1))
    return _walked(real, np.stack(walks, axis=1))


def _state(real: Corpus) -> Ints:
    return real.action * SLOTS + real.slot


def _successors(real: Corpus) -> tuple[Ints, Ints, Ints]:
    """Rows that follow something, grouped by the state before; where each state's group opens and closes."""
    before = _state(real)[real.pairs]
    order = np.argsort(before, kind="stable")
    states = np.arange(len(real.words.actions) * SLOTS)
    opens, closes = (np.searchsorted(before[order], states, side=side) for side in ("left", "right"))
    return real.pairs[order] + 1, opens, closes


def _walked(real: Corpus, walks: Ints) -> Corpus:
    """The behaviours at *walks* (N, T), -1 from where a walk has come to its end."""
    held = walks >= 0
    columns = {name: getattr(real, name)[walks[held]] for name in BEHAVIOUR}
    bounds = np.concatenate([[0], np.cumsum(held.sum(axis=1))])
    return replace(real, bounds=bounds, owner=np.full(len(walks), NOBODY), **columns)


REFERENCES: Mapping[str, Reference] = {
    "copies": copies,
    "Markov chain": markov,
    "independent draws": independent,
}
