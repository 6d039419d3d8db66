"""How like real routines a run is, beside what a floor, a ceiling and a copy would score.

Each measure compares two samples of behaviour by the Jensen-Shannon divergence in bits: 0 = the same
distribution, 1 = nothing in common (Lin 1991, IEEE Trans. Inf. Theory 37(1)). Measures are in
`MEASURES`, what they are held against in `REFERENCES`.
"""

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice, pairwise

import numpy as np

from dataset.clock import day_and_slot
from dataset.routines import ACTIVITY_ONLY, Routines
from evaluation.reading import Run, read_behaviours
from scenarios.chance import Chance

Step = tuple[int, str]
"""(three-hour slot, action)."""

Sample = Sequence[Sequence[Step]]
"""Sequences of behaviours."""

REPEATS = 3  # draws of a random reference, averaged
BATCH = 256  # rows drawn at once


Counts = Mapping[Hashable, int]


@dataclass(frozen=True)
class Measure:
    """A distribution of behaviour, and what it says in words."""

    says: str
    parts: Callable[[Sequence[Step]], Iterable[Hashable]]  # of one sequence


def _slots(sequence: Sequence[Step]) -> Iterable[Hashable]:
    return (slot for slot, _ in sequence)


def _actions(sequence: Sequence[Step]) -> Iterable[Hashable]:
    return (action for _, action in sequence)


def _transitions(sequence: Sequence[Step]) -> Iterable[Hashable]:
    return pairwise(action for _, action in sequence)


MEASURES: Mapping[str, Measure] = {
    "hours": Measure("when things are done, in slots of three hours", _slots),
    "actions": Measure("what is done", _actions),
    "transitions": Measure("what is done after what", _transitions),
}


def divergence(one: Counts, two: Counts) -> float:
    """Jensen-Shannon divergence of two counts, bits. Nothing against something is 1."""
    if not one or not two:
        return 0.0 if not one and not two else 1.0
    keys = list(dict.fromkeys([*one, *two]))
    p, q = (np.array([counts.get(key, 0) for key in keys], dtype=float) for counts in (one, two))
    p, q = p / p.sum(), q / q.sum()
    middle = (p + q) / 2
    return float(max(0.0, (_bits(p, middle) + _bits(q, middle)) / 2))


def _bits(
    p: "np.ndarray[tuple[int], np.dtype[np.float64]]", q: "np.ndarray[tuple[int], np.dtype[np.float64]]"
) -> float:
    held = p > 0
    return float(np.sum(p[held] * np.log2(p[held] / q[held])))


def copies(real: Sample, size: int, rng: np.random.Generator) -> Sample:
    """Whole sequences of *real*, drawn with replacement until there are *size* behaviours."""
    return list(_drawn(real, size, rng))


def _drawn(real: Sample, size: int, rng: np.random.Generator) -> Iterator[Sequence[Step]]:
    while size > 0:
        for row in rng.integers(len(real), size=BATCH).tolist():
            yield real[row][:size]
            size -= len(real[row])
            if size <= 0:
                return


def independent(real: Sample, size: int, rng: np.random.Generator) -> Sample:
    """Sequences as long as those of *real*; slot and action each drawn for itself from what is frequent."""
    steps = [step for sequence in real for step in sequence]
    rows = zip(*rng.integers(len(steps), size=(2, size)).tolist(), strict=True)
    drawn = iter([(steps[when][0], steps[what][1]) for when, what in rows])
    return [list(islice(drawn, len(sequence))) for sequence in _drawn(real, size, rng)]


def markov(real: Sample, size: int, rng: np.random.Generator) -> Sample:
    """Walks of a first-order chain over (slot, action), estimated from *real* without smoothing.

    Each begins as a sequence of *real* does and is as long, unless it comes to what nothing ever followed.
    """
    after: dict[Step, list[Step]] = {}
    for sequence in real:
        for one, two in pairwise(sequence):
            after.setdefault(one, []).append(two)
    chances = iter(rng.random(size + 1).tolist())
    walks = []
    for sequence in _drawn(real, size, rng):
        walk = [sequence[0]]
        while len(walk) < len(sequence) and (options := after.get(walk[-1])):
            walk.append(options[int(next(chances) * len(options))])
        walks.append(walk)
    return walks


REFERENCES: Mapping[str, Callable[[Sample, int, np.random.Generator], Sample]] = {
    "copies": copies,
    "Markov chain": markov,
    "independent draws": independent,
}
"""Made of the real routines alone, as many behaviours as the run has, and compared with them."""


def compare(mine: Sample, real: Sample, chance: Chance) -> dict[str, dict[str, float]]:
    """{who is compared: {measure: bits}}; the routines' halves against each other are the floor."""
    size, theirs = sum(map(len, mine)), profile(real)
    rows = {"this dataset": _mean([(profile(mine), theirs)])}
    halves = [_halves(real, chance.rng("halves", number)) for number in range(REPEATS)]
    rows["routines, half against half"] = _mean([(profile(one), profile(two)) for one, two in halves])
    for name, make in REFERENCES.items():
        draws = [make(real, size, chance.rng(name, number)) for number in range(REPEATS)]
        rows[name] = _mean([(profile(draw), theirs) for draw in draws])
    return rows


def profile(sample: Sample) -> dict[str, Counts]:
    """What each measure counts in *sample*."""
    return {
        name: Counter(chain.from_iterable(map(measure.parts, sample))) for name, measure in MEASURES.items()
    }


def _halves(real: Sample, rng: np.random.Generator) -> tuple[Sample, Sample]:
    order = rng.permutation(len(real)).tolist()
    half = len(order) // 2
    return [real[row] for row in order[:half]], [real[row] for row in order[half:]]


def _mean(pairs: Sequence[tuple[Mapping[str, Counts], Mapping[str, Counts]]]) -> dict[str, float]:
    return {
        name: float(np.mean([divergence(one[name], two[name]) for one, two in pairs])) for name in MEASURES
    }


def sample_of_routines(routines: Routines, polling: frozenset[str]) -> Sample:
    """The behaviours of *routines* without polling and without what no device shows."""
    sequences = (
        [(it.slot, it.action) for it in sequence if it.device != ACTIVITY_ONLY and it.action not in polling]
        for sequence in routines.sequences()
    )
    return [sequence for sequence in sequences if sequence]


def sample_of_run(run: Run) -> Sample:
    """The observable behaviours of each household and day, without polling."""
    table, polling = read_behaviours(run), run.catalogue.polling()
    local = np.asarray(table["local"].combine_chunks()).astype("datetime64[ms]")
    _, slots = day_and_slot(local)
    days = local.astype("datetime64[D]").astype(np.int64).tolist()
    names = zip(table["type"].to_pylist(), table["command"].to_pylist(), strict=True)
    rows = zip(table["household"].to_pylist(), days, slots.tolist(), names, strict=True)
    found: dict[tuple[str, int], list[Step]] = {}
    for household, day, slot, (kind, command) in rows:
        if (action := f"{kind}:{command}") not in polling:
            found.setdefault((household, day), []).append((slot, action))
    return list(found.values())
