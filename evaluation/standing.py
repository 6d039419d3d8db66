"""One dataset beside its references: every measure of fidelity, every judge, privacy, each with its interval.

`known` is the log that the dataset was made from, `held_out` the rest of it. Rows are sampled to the size of
what is held out, so a figure is not better for being drawn from more.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from evaluation.corpus import Corpus
from evaluation.measures.figure import Figure, measured
from evaluation.measures.table import MEASURES
from evaluation.privacy import Privacy, figures, privacy
from evaluation.references import REFERENCES
from evaluation.two_sample import JUDGES, told_apart
from scenarios.chance import Chance

MINE, REAL = "this dataset", "real sequences"


class Standing(NamedTuple):
    """{row: {measure: figure}}; privacy of ours and of the references."""

    rows: Mapping[str, Mapping[str, Figure]]
    privacy: Mapping[str, Privacy]


def standing(
    mine: Corpus, known: Corpus, held_out: Corpus, chance: Chance, judges: Sequence[str] = tuple(JUDGES)
) -> Standing:
    """All figures of *mine* and of the references, made of *known*, against *held_out*."""
    count = len(held_out)
    samples = {MINE: mine.sample(count, chance.rng("mine")), REAL: known.sample(count, chance.rng("real"))}
    samples |= {name: make(known, count, chance.rng(name)) for name, make in REFERENCES.items()}
    rows = {
        name: fidelity(sample, held_out, chance.branch("fidelity", name), judges)
        for name, sample in samples.items()
    }
    made: Mapping[str, Callable[[], Corpus]] = {
        MINE: lambda: mine,
        **{name: _making(make, known, len(mine), chance, name) for name, make in REFERENCES.items()},
    }
    private = {
        name: privacy(sample(), known, held_out, chance.rng("privacy", name)) for name, sample in made.items()
    }
    return Standing(
        {name: {**row, **(figures(private[name]) if name in private else {})} for name, row in rows.items()},
        private,
    )


def fidelity(
    sample: Corpus, held_out: Corpus, chance: Chance, judges: Sequence[str] = tuple(JUDGES)
) -> dict[str, Figure]:
    """Every measure, and how well each of the *judges* tells the two apart."""
    found = {name: measured(it, sample, held_out, chance.rng(name)) for name, it in MEASURES.items()}
    told = {
        f"told apart by {name}": told_apart(sample, held_out, JUDGES[name], chance.rng(name))
        for name in judges
    }
    return {**found, **told}


def _making(
    make: Callable[..., Corpus], known: Corpus, count: int, chance: Chance, name: str
) -> Callable[[], Corpus]:
    return lambda: make(known, count, chance.rng("private", name))
