"""The rows of the benchmark: every training set and every floor under both protocols, on one test set."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from evaluation.detectors.scoring import rates
from evaluation.drift.contexts import Context, context_named
from evaluation.drift.lived import Tell, lived
from evaluation.drift.logs import Logs, Sequences, read_logs
from evaluation.drift.methods import FLOORS, LEARNED
from evaluation.drift.protocols import MOST, PROTOCOLS, Outcome, Protocol, Target, Ways, outcome, parted
from evaluation.drift.table import Found, Row, Table
from evaluation.predictors.ranking import hit_rate, ndcg
from scenarios.chance import Chance
from scenarios.scenario import Mind


def drift(folder: Path, dataset: str, context: str, mind: Mind, seeds: Sequence[int], tell: Tell) -> Table:
    """The benchmark of one context of one dataset, once with each seed; *tell* hears how far it is."""
    shift = context_named(context)
    logs = read_logs(folder, dataset, shift)
    if logs.smartgen is None:
        tell(f"SmartGen released no gpt-4o set of {dataset}/{context}: without that row")
    found = {seed: _found(logs, dataset, shift, mind, seed, tell) for seed in seeds}
    return Table(dataset=dataset, context=context, by_seed=found)


def _found(logs: Logs, dataset: str, shift: Context, mind: Mind, seed: int, tell: Tell) -> Found:
    """All rows with one *seed*."""
    ours = lived(logs, dataset, shift, mind, seed, tell)
    sets = {"ours": ours, "smartgen-gpt-4o": logs.smartgen, "no-adaptation": logs.pieces}
    bench = _Bench(_test(logs, shift), Chance(seed).branch("drift"), tell)
    lived_by = {"ours": mind.kind}
    rows = [row for method, known in sets.items() if known is not None
            for row in bench.rows(method, lived_by.get(method), LEARNED, known)]  # fmt: skip
    rows += bench.flag_all()
    rows += [row for method, ways in FLOORS.items() for row in bench.rows(method, None, ways, logs.pieces)]
    rows += bench.ceiling()
    counted = {
        name: tuple(row for method, ways in FLOORS.items() for row in bench.rows(method, None, ways, known))
        for name, known in sets.items() if known is not None and name != "no-adaptation"
    }  # fmt: skip
    return Found(rows=tuple(rows), floors_on_synthetic=counted)


@dataclass(frozen=True)
class _Bench:
    """One test set, and whatever is tested on it."""

    test: Target
    chance: Chance
    tell: Tell

    def rows(self, method: str, mind: str | None, ways: Ways, known: Sequences) -> Iterator[Row]:
        """A row for each protocol."""
        for protocol in PROTOCOLS:
            if ways is LEARNED:
                self.tell(f"{method}, {protocol}: training on {min(len(known), MOST[protocol])} sequences")
            branch = self.chance.branch(method, protocol)
            training = parted(known, protocol, self.test.context, branch)
            found = outcome(ways, training, self.test, protocol, branch)
            yield _row(method, mind, protocol, found, min(len(known), MOST[protocol]))

    def flag_all(self) -> Iterator[Row]:
        """Everything is anomalous."""
        every = Outcome(np.ones(len(self.test.normal), bool), np.ones(len(self.test.anomalous), bool), None)
        return (_row("flag-all", None, protocol, every, 0) for protocol in PROTOCOLS)

    def ceiling(self) -> Iterator[Row]:
        """Trained on one half of the real target and tested on the other, both ways round."""
        halves = self._halves()
        for protocol in PROTOCOLS:
            self.tell(f"ceiling, {protocol}: training on both halves of the target")
            found, trained = [], 0
            for number, (half, other) in enumerate((halves, halves[::-1])):
                branch = self.chance.branch("ceiling", protocol, number)
                known = parted(half.normal, protocol, self.test.context, branch)
                found.append(outcome(LEARNED, known, other, protocol, branch))
                trained = max(trained, min(len(half.normal), MOST[protocol]))
            yield _row("ceiling", None, protocol, _together(found), trained)

    def _halves(self) -> tuple[Target, Target]:
        """Halves drawn at random; each attack goes with the sequence that it was made from."""
        normal, anomalous = self.test.normal, self.test.anomalous
        first = self.chance.rng("halves").permutation(len(normal)) % 2 == 0
        paired = first if len(anomalous) == len(normal) else np.arange(len(anomalous)) % 2 == 0
        parts = [
            self.test._replace(
                normal=[it for it, chosen in zip(normal, first == side, strict=True) if chosen],
                anomalous=[it for it, chosen in zip(anomalous, paired == side, strict=True) if chosen],
            )
            for side in (True, False)
        ]
        return parts[0], parts[1]


def _test(logs: Logs, context: Context) -> Target:
    parts = (logs.pieces, logs.target, logs.attack, logs.smartgen or ())
    every = np.concatenate([it for part in parts for it in part])
    most = (every.max(0) + 1).tolist()  # attacks name devices that no vocabulary has
    sizes = [max(known, seen) for known, seen in zip(logs.vocabulary.sizes, most, strict=True)]
    return Target(logs.target, logs.attack, (sizes[0], sizes[1], sizes[2], sizes[3]), context)


def _together(parts: list[Outcome]) -> Outcome:
    places = [it.places for it in parts if it.places is not None]
    return Outcome(
        np.concatenate([it.normal for it in parts]),
        np.concatenate([it.anomalous for it in parts]),
        np.concatenate(places) if places else None,
    )


def _row(method: str, mind: str | None, protocol: Protocol, found: Outcome, trained: int) -> Row:
    detected = rates(found.normal, found.anomalous)
    places = found.places
    return Row(
        method=method, mind=mind, protocol=protocol,
        precision=_told(detected.precision), recall=_told(detected.recall), f1=_told(detected.f1),
        hr10=None if places is None else _told(hit_rate(places)),
        ndcg10=None if places is None else _told(ndcg(places)),
        n_train=trained,
    )  # fmt: skip


def _told(value: float) -> float | None:
    """Four digits; None where there is nothing to divide by."""
    return None if np.isnan(value) else round(float(value), 4)
