"""The three uses of synthetic data beside few real ones, and what they are held against, as rows."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np

from evaluation.detectors.windows import ACTION, Floats
from evaluation.uses.learning import (
    COUNTS,
    DETECTORS,
    PREDICTORS,
    Flagged,
    Foreseen,
    Lesson,
    flagged,
    foreseen,
)
from evaluation.uses.logs import Real, Sequences, Share, read_real, shared
from evaluation.uses.made import REFERENCES, lived
from evaluation.uses.paired import FIGURES, Gain, gain, resamples
from scenarios.catalogue import load_catalogue
from scenarios.chance import Chance

SHARES = (0.1, 0.25, 1.0)
STEPS = 100  # batches of a stage
REAL = "real"
FIRST, INSTEAD, BESIDE = "pre-training augmentation", "fine-tuning replacement", "fine-tuning augmentation"
ALL_USES = ("ours", "another order")  # the rest is told of beside real data alone

Tell = Callable[[str], None]
Lessons = Mapping[tuple[str, str], Lesson]
"""By what it is made, and its use -> lesson."""


@dataclass(frozen=True, kw_only=True)
class Row:
    """What one model learned from one training set, over all seeds."""

    task: str  # predictor, detector
    model: str
    share: float  # of the real log
    made: str  # by what: ours, copies, ...; real alone
    use: str
    n_real: float  # sequences, the mean over seeds
    n_made: float
    figures: Mapping[str, float]
    over_real: Mapping[str, Gain]
    replaced: float | None  # share of what real data teach that made data teach in their place


@dataclass(frozen=True)
class Table:
    """The rows of one dataset."""

    dataset: str
    seeds: int
    rows: tuple[Row, ...]


def uses(folder: Path, dataset: str, shares: Sequence[float], seeds: int, seed: int, tell: Tell) -> Table:
    """Every model, share and training set; *tell* hears how far it is."""
    catalogue = load_catalogue()
    real = read_real(folder, dataset, catalogue.polling())
    chance = Chance(seed).branch("uses", dataset)
    rows: list[Row] = []
    for share in shares:
        sets: dict[str, list[Lessons]] = {task: [] for task in FIGURES}
        for number in range(seeds):
            branch = chance.branch("share", str(share), number)
            some = shared(real.train, share, branch)
            ours = lived(real, some.fit, catalogue, branch.branch("lived"))
            tell(
                f"{share:.0%} of {dataset}, seed {number}: {len(some.fit)} real, {len(ours)} lived sequences"
            )
            sets["predictor"].append(dict(lessons(real, some, ours, branch)))
            sets["detector"].append(dict(lessons(real, some, familiar(ours, some.fit), branch)))
        rows += _rows(real, share, sets, chance.branch("models", str(share)), tell)
    return Table(dataset, seeds, tuple(rows))


def familiar(made: Sequences, known: Sequences) -> Sequences:
    """*made* without the actions that *known* never has: who shall flag what is new must not be taught it."""
    actions = np.unique(np.concatenate(known)[:, ACTION])
    kept = (it[np.isin(it[:, ACTION], actions)] for it in made)
    return [it for it in kept if len(it)]


def lessons(
    real: Real, some: Share, ours: Sequences, chance: Chance
) -> Iterator[tuple[tuple[str, str], Lesson]]:
    """(what it is made by, use) -> lesson. All but real alone take as many batches."""
    known, held = some
    yield (REAL, "alone"), Lesson([], known, held, STEPS)
    made = {name: make(real, known, len(ours), chance) for name, make in REFERENCES.items()}
    for name, more in {"ours": ours, **made}.items():
        if name in ALL_USES:
            yield (name, FIRST), Lesson(more, known, held, STEPS)
            yield (name, INSTEAD), Lesson([], more, held, 2 * STEPS)
        yield (name, BESIDE), Lesson([], [*as_many(known, more), *more], held, 2 * STEPS)


def as_many(known: Sequences, more: Sequences) -> Sequences:
    """*known* again and again, about as many as *more*: what is real is never outvoted."""
    return [*known] * max(1, round(len(more) / len(known)))


def _rows(
    real: Real, share: float, sets: Mapping[str, Sequence[Lessons]], chance: Chance, tell: Tell
) -> Iterator[Row]:
    for task, model, learn in _models():
        tell(f"{share:.0%}: {task} {model}")
        seeds, drawn = sets[task], resamples(real, len(sets[task]), chance.branch("resamples"))
        found: dict[tuple[str, str], Mapping[str, Floats]] = {}
        for key in seeds[0]:
            if (model, key[1]) == (COUNTS, FIRST):  # who counts has no first and then
                continue
            runs = [
                learn(it[key], real, chance.branch(task, model, number)) for number, it in enumerate(seeds)
            ]
            found[key] = drawn.figures(runs)
        alone = found[REAL, "alone"]
        for key, figures in found.items():
            over = {} if key[0] == REAL else {name: gain(it, alone[name]) for name, it in figures.items()}
            sizes = [(len(it[REAL, "alone"].known), len(it["ours", INSTEAD].known)) for it in seeds]
            n_real, n_made = np.mean(sizes, 0)
            yield Row(
                task=task, model=model, share=share, made=key[0], use=key[1],
                n_real=float(n_real), n_made=float(n_made) * (key[0] != REAL),
                figures={name: float(values[0]) for name, values in figures.items()},
                over_real=over,
                replaced=_replaced(figures, alone, real) if key[1] == INSTEAD else None,
            )  # fmt: skip


def _models() -> Iterator[tuple[str, str, Callable[[Lesson, Real, Chance], Foreseen | Flagged]]]:
    for name, predict in PREDICTORS.items():
        yield "predictor", name, partial(foreseen, predict)
    for name, detect in DETECTORS.items():
        yield "detector", name, partial(flagged, detect)


def _replaced(made: Mapping[str, Floats], alone: Mapping[str, Floats], real: Real) -> float:
    """(made - nothing learned) / (real - nothing learned): guessing's NDCG@10, or an AUC of a half."""
    name = [*made][-1]
    nothing = 0.5 if name == "auc" else float((1 / np.log2(np.arange(10) + 2)).sum()) / real.sizes[-1]
    return float((made[name][0] - nothing) / (alone[name][0] - nothing))
