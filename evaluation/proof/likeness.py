"""How like real sequences those of a run are: every measure beside floors and ceiling, and the gate."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from evaluation.corpus import Corpus, corpus, words_of
from evaluation.cutting import cut, evenly
from evaluation.diversity import Coverage, coverage
from evaluation.measures.figure import Figure
from evaluation.measures.table import MEASURES
from evaluation.privacy import Leak, leak, recited
from evaluation.proof.heard import Heard
from evaluation.proof.logs import Logs
from evaluation.references import REFERENCES
from evaluation.standing import MINE, REAL, Standing, standing
from scenarios.chance import Chance
from scenarios.errors import UserError

MOST = 2000  # sequences of a log, and of ours, that are compared; of more, those that chance draws
LEAST = 20  # of ours


@dataclass(frozen=True, eq=False)
class Samples:
    """What is compared: ours cut as the log is, the log in two parts, ours uncut."""

    mine: Corpus
    known: Corpus
    unseen: Corpus
    streams: Corpus  # all of a household as one sequence, as it was heard and whole
    cut: int  # sequences of ours in all

    def rows(self, chance: Chance) -> dict[str, Corpus]:
        """Ours, real ones and the references, each as large as what is unseen."""
        count = len(self.unseen)
        found = {MINE: self.mine.sample(count, chance.rng("mine"))}
        found[REAL] = self.known.sample(count, chance.rng("real"))
        return found | {name: make(self.known, count, chance.rng(name)) for name, make in REFERENCES.items()}


def samples(own: Heard, logs: Logs, chance: Chance) -> Samples:
    """The corpora, all in the same words."""
    sequences, owners = cut(own.streams, logs.known, chance.rng("cut"))
    if len(sequences) < LEAST:
        raise UserError(
            f"the run holds {len(sequences)} sequences like those of the log, {LEAST} at least are compared; "
            "live more days or households"
        )
    kept = _evenly(owners, min(MOST, len(logs.unseen)), chance)
    words = words_of(logs.everything, own.whole)
    mine = corpus([sequences[row] for row in kept], words, [owners[row] for row in kept])
    known, unseen = (
        corpus(part, words).sample(MOST, chance.rng("part", number))
        for number, part in enumerate((logs.known, logs.unseen))
    )
    streams = corpus([it for it in (*own.streams, *own.whole) if it], words)
    return Samples(mine, known, unseen, streams, len(sequences))


def _evenly(owners: Sequence[int], wanted: int, chance: Chance) -> list[int]:
    """Rows of at least so many sequences, as far as there are: of each household as many as can be."""
    most = 1
    while len(kept := evenly(owners, most, chance.rng("even"))) < min(wanted, len(owners)):
        most *= 2
    return kept


def likeness(found: Samples, logs: Logs, chance: Chance, judges: Sequence[str]) -> dict[str, Any]:
    """All figures by row and measure, the gate, coverage."""
    told = standing(found.mine, found.known, found.unseen, chance.branch("standing"), judges)
    if not logs.control:
        told = _without_control(told)
    return {
        "rows": {row: {name: it._asdict() for name, it in own.items()} for row, own in told.rows.items()},
        "gate": {row: _gate(it) for row, it in _gates(found, logs, told).items()},
        "coverage": _covered(found, chance)._asdict(),
        "says": {name: it.says for name, it in MEASURES.items()},
        "more": sorted(name for name, it in MEASURES.items() if it.more),
        "judges": list(judges),
        "sequences": {
            "ours": found.cut, "of ours compared": min(len(found.mine), len(found.unseen)),
            "real": len(found.known) + len(found.unseen), "of them unseen": len(found.unseen),
        },
    }  # fmt: skip


def _without_control(told: Standing) -> Standing:
    """Ours has seen neither half or both: what compares the halves says nothing of it."""
    pointless = {"closer to the source", "excess exact copies", "excess of the longest run"}
    pointless.add("membership inference, AUC")
    kept = {name: it for name, it in told.rows[MINE].items() if name not in pointless}
    return told._replace(rows={**told.rows, MINE: kept})


def _gates(found: Samples, logs: Logs, told: Standing) -> Mapping[str, Leak]:
    """Of ours all that was heard counts, uncut; of the references what was made."""
    if logs.control:
        own = leak(found.streams, found.known, found.unseen)
    else:
        own = recited(found.streams, corpus(logs.everything, found.known.words))
    return {MINE: own, **{row: it.leak for row, it in told.privacy.items() if row != MINE}}


def _gate(found: Leak) -> dict[str, Any]:
    return {**found._asdict(), "leaks": found.found, "says": found.says}


def _covered(found: Samples, chance: Chance) -> Coverage:
    rng = chance.rng("covered")
    return coverage(found.mine.sample(MOST, rng), found.unseen)


def profiles(found: Samples) -> dict[str, list[list[float]]]:
    """Share of behaviours by weekday and slot, per cent: ours, and real."""
    return {MINE: _profile(found.mine), REAL: _profile(found.unseen)}


def _profile(sample: Corpus) -> list[list[float]]:
    counts = np.bincount(sample.when, minlength=56).reshape(7, 8)
    return [[round(float(100 * it / max(1, sample.events)), 2) for it in row] for row in counts]


def figure(row: Mapping[str, Any]) -> Figure:
    """A figure as it was written."""
    return Figure(**row)
