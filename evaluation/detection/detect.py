"""A run with anomalies put before detectors that learned from a clean one: `run_sim.py detect`.

Decline is told by whole days, all else by windows of that part of the log which its anomalies touch. The last
fifth of the clean days sets the limits. What is normal is the clean twin, or else what lies outside of every
anomaly and its consequences.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple, TypeVar

import numpy as np

from dataset.manifest import read_manifest
from dataset.windows import SIZE
from evaluation.detection.judging import Row, fitted, of_occurrences, row
from evaluation.detection.lives import (
    Anomalous,
    Life,
    anomalies,
    kept_of,
    labelled_days,
    lives,
    outside,
)
from evaluation.detectors import daily
from evaluation.detectors.detector import Fit
from evaluation.detectors.methods import FLOORS, LIVED
from evaluation.detectors.scoring import threshold
from evaluation.detectors.windows import Floats, Windows, joined
from evaluation.watching import Kept, Watched, watched, words_of
from scenarios.errors import UserError
from scenarios.problems import unknown

KNOWN = 0.8  # of the clean days; the others set the limits
STEP = 5  # of ten, so that no anomaly lies across the edge of two windows
FEWEST = 10  # normal windows, or days, below which a share of them says nothing
USUAL = ("Markov", "context")
EVERY = "all"
Cell = tuple[str, str]  # kind and difficulty
DAY = 86_400_000  # ms
Some = TypeVar("Some", Windows, Floats)


class Runs(NamedTuple):
    """What detectors learn from, what they are tested on, and what is normal if that is told apart."""

    clean: Sequence[Life]
    odd: Mapping[str, Life]
    normal: Sequence[Life]
    those: Sequence[Anomalous]

    def befallen(self, kept: Kept | None) -> Iterator[tuple[Life, dict[str, Cell]]]:
        """Every household with those of its anomalies that windows of the *kept* tell; None: that days do."""
        for household, life in self.odd.items():
            mine = [it for it in self.those if it.household == household and kept_of(it.family) is kept]
            yield life, {it.label: (it.kind, it.difficulty) for it in mine}

    def around(self, life: Life) -> list[Anomalous]:
        """All anomalies of the household of *life*."""
        return [it for it in self.those if self.odd[it.household] is life]


def detect(run: Path, train: Path, normal: Path | None = None, names: Sequence[str] = USUAL) -> list[Row]:
    """Every floor and every detector of these *names* on every kind in *run*."""
    methods, runs = _named(names), _read(run, train, normal)
    rows: list[Row] = []
    for kept in dict.fromkeys(kept_of(it.family) for it in runs.those):
        rows += _by_day(runs) if kept is None else _by_window(runs, kept, methods)
    return rows


def _named(names: Sequence[str]) -> Mapping[str, Fit]:
    known = {it.lower(): it for it in LIVED}
    if EVERY in names:
        return LIVED
    if strange := [it for it in names if it.lower() not in known]:
        raise UserError(unknown("detector", strange[0], [*LIVED, EVERY]))
    return {**FLOORS, **{known[it.lower()]: LIVED[known[it.lower()]] for it in names}}


def _read(run: Path, train: Path, normal: Path | None) -> Runs:
    for folder in (train, *([] if normal is None else [normal])):
        if read_manifest(folder).anomalies:
            raise UserError(f"{folder} has anomalies; a run without any was expected")
    odd = lives(run)
    those = anomalies(run, odd)
    if not those:
        raise UserError(f"{run} has no anomalies: there is nothing to find")
    clean = [*lives(train).values()]
    own = [] if normal is None else [*lives(normal).values()]
    if any(_same(it, other) for it in clean for other in (*odd.values(), *own)):
        raise UserError(f"{train} holds the very days that are told apart; live it with another --seed")
    return Runs(clean, odd, own, those)


def _same(one: Life, other: Life) -> bool:
    """Whether most of what happened in one happened in the other, to the millisecond."""
    had, has = ({(it.time, it.device, it.command) for it in life.events} for life in (one, other))
    return len(had & has) > len(has) / 2


def _by_window(runs: Runs, kept: Kept, methods: Mapping[str, Fit]) -> Iterator[Row]:
    words = words_of(it.events for it in (*runs.clean, *runs.odd.values(), *runs.normal))

    def cut(life: Life, step: int = STEP) -> Watched:
        return watched(life.events, life.home, life.clock, words, kept, step)

    odd: dict[Cell, list[Windows]] = defaultdict(list)
    usual = [cut(life).windows for life in runs.normal]
    for life, cells in runs.befallen(kept):
        seen = cut(life)
        for label, windows in of_occurrences(seen, life.events):
            if label in cells:
                odd[cells[label]].append(windows)
        if not runs.normal:
            usual.append(seen.windows.rows(outside(seen.start, seen.end, runs.around(life))))
    normal = _enough(joined(*usual), "windows")
    known, checked = zip(*(_split(cut(life, SIZE), life) for life in runs.clean), strict=True)
    detectors = fitted(methods, joined(*known), joined(*checked))
    for name, (detector, limit) in detectors.items():
        scores = {cell: [detector.score(it) for it in its] for cell, its in odd.items()}
        yield from _rows(name, scores, detector.score(normal), limit)


def _split(seen: Watched, life: Life) -> tuple[Windows, Windows]:
    """What is learned from, and what sets the limits."""
    early = seen.start < life.clock.midnight(round(KNOWN * life.days))
    if early.all() or not early.any():
        raise UserError(f"{life.days} clean days are too few; at least three, better fourteen, were expected")
    return seen.windows.rows(early), seen.windows.rows(~early)


def _by_day(runs: Runs) -> Iterator[Row]:
    for name, watch in daily.WATCHES.items():
        clean = [(daily.split(it.events, it.clock, it.days), it) for it in runs.clean]
        (_, first), *_ = clean
        early = round(KNOWN * first.days)
        usual = daily.fit([days[:early] for days, _ in clean], first.home, first.clock, watch)
        limit = threshold(np.concatenate([_scores(usual, it)[early:] for _, it in clean]))
        odd: dict[Cell, list[Floats]] = defaultdict(list)
        normal = [_scores(usual, it) for it in runs.normal]
        for life, cells in runs.befallen(None):
            scores = _scores(usual, life)
            for label, cell in cells.items():
                odd[cell] += [*scores[labelled_days(life, label)][:, None]]
            if not runs.normal:
                starts = np.array([life.clock.midnight(day) for day in range(life.days)])
                normal.append(scores[outside(starts, starts + DAY, runs.around(life))])
        yield from _rows(name, odd, _enough(np.concatenate(normal), "days"), limit)


def _scores(usual: daily.Days, life: Life) -> Floats:
    return usual.score(daily.split(life.events, life.clock, life.days), life.home, life.clock)


def _enough(normal: Some, what: str) -> Some:
    if len(normal) < FEWEST:
        raise UserError(
            f"only {len(normal)} {what} lie outside of all anomalies and their consequences; "
            "give what is normal with --normal, such as the folder that `twin` makes"
        )
    return normal


def _rows(name: str, odd: Mapping[Cell, Sequence[Floats]], normal: Floats, limit: float) -> Iterator[Row]:
    for (kind, difficulty), scores in odd.items():
        yield row(kind, difficulty, name, scores, normal, limit)
