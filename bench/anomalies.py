"""How hard anomalies are to find, by kind and difficulty: by counting, and by knowing the context.

    PYTHONPATH=. python bench/anomalies.py --family SD --family MD --family DM --family DD

Detectors learn from clean weeks of the same home, lived by other chance; a limit is set where 5 % of further
clean windows pass it. Then each kind goes wrong once a day: its windows against those of the clean twin.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import numpy as np
import typer

from bench.ablated import Life, live
from dataset.windows import SIZE
from evaluation.detectors.contextual import fit as contextual
from evaluation.detectors.daily import WATCHES, Days, split
from evaluation.detectors.daily import fit as fit_days
from evaluation.detectors.detector import Detector, Fit
from evaluation.detectors.methods import CLASSICAL, DEEP, FLOORS, SMARTGUARD
from evaluation.detectors.scoring import auc, threshold
from evaluation.detectors.windows import Bools, Floats, joined
from evaluation.watching import Kept, Watched, Words, anomalous, deeds, everything, sensed, watched, words_of
from runner.folder import RunFolder
from runner.household import Lived
from runner.memories import memories
from scenarios.anomaly import Anomaly
from scenarios.anomaly_kinds import KINDS
from scenarios.catalogue import load_catalogue
from scenarios.loading import load_scenario
from scenarios.scenario import Scenario
from sppc.memory import Memory
from world.clock import Clock
from world.event import Event

LEVELS = ("easy", "medium", "hard")
CONTEXT = "context"
QUICK: Mapping[str, Fit] = {**FLOORS, "Markov": CLASSICAL["Markov"], CONTEXT: contextual}
ALL: Mapping[str, Fit] = {**FLOORS, **CLASSICAL, **DEEP, **SMARTGUARD, CONTEXT: contextual}
KEPT: Mapping[str, Kept] = {"network": sensed, "intruder": sensed, "fault": everything}
"""What windows are made of, by family; of the others, what is done."""
BY_DAY = ("decline",)  # whole days are told apart, not windows
SHIPPED = Path(__file__).parents[1] / "scenarios" / "watched.yaml"
LEARNED, CHECKED, TESTED = 100, 200, 300  # the first seed of lives to learn from, to set limits, to test on
STEP = 5  # of ten, so that no anomaly lies across the edge of two windows


@dataclass(frozen=True)
class Home:
    """The scenario without anomalies, and what its people remember."""

    scenario: Scenario
    memory: Mapping[str, Memory]
    first: int = 0  # added to all seeds

    @property
    def clock(self) -> Clock:
        """Its calendar."""
        return Clock(self.scenario.start, self.scenario.home.address.zone)

    def lived(self, seed: int, *anomalies: Anomaly) -> Lived:
        """A life of it."""
        other = {"seed": self.first + seed, "anomalies": anomalies}
        return live(Life(self.scenario.model_copy(update=other), self.memory))

    def watched(self, life: Lived, words: Words, kept: Kept, step: int = STEP) -> Watched:
        """What its hub logged."""
        return watched(life.events, self.scenario.home, self.clock, words, kept, step)


@dataclass(frozen=True)
class Cell:
    """One detector on one kind at one difficulty."""

    kind: str
    difficulty: str
    detector: str
    auc: float
    found: float  # share of the occurrences, or days, with a score above the limit
    count: int  # of these


def read_home(path: Path, days: int, first: int) -> Home:
    """The scenario at *path* for so many *days*, all people with their memories."""
    scenario = load_scenario(path)
    assert isinstance(scenario, Scenario)
    scenario = scenario.model_copy(update={"days": days, "anomalies": (), "happenings": ()})
    with TemporaryDirectory() as folder:
        known = memories(RunFolder(Path(folder)), scenario, load_catalogue(), lambda _: None)
    return Home(scenario, known, first)


def judged(
    home: Home, cells: Sequence[tuple[str, str]], methods: Mapping[str, Fit], lives: int, kept: Kept
) -> Iterable[Cell]:
    """Every method on every kind and difficulty."""
    many = {LEARNED: 2 * lives, CHECKED: lives, TESTED: lives}
    clean = {first + n: home.lived(first + n) for first, count in many.items() for n in range(count)}
    wrong = {
        (kind, level): {seed: home.lived(seed, daily(kind, level)) for seed in clean if seed >= TESTED}
        for kind, level in cells
    }
    words = words_of(it.events for some in (clean, *wrong.values()) for it in some.values())
    seen = {
        seed: home.watched(life, words, kept, SIZE if seed < CHECKED else STEP)
        for seed, life in clean.items()
    }
    parts = [
        joined(*(it.windows for seed, it in seen.items() if first <= seed < first + 100))
        for first in (LEARNED, CHECKED, TESTED)
    ]
    fitted = {name: fit(parts[0], parts[1], 0) for name, fit in methods.items()}
    limits = {name: threshold(it.score(parts[1])) for name, it in fitted.items()}
    normal = {name: it.score(parts[2]) for name, it in fitted.items()}
    for (kind, level), its in wrong.items():
        lives_ = [(home.watched(life, words, kept), life) for life in its.values()]
        for name, detector in fitted.items():
            yield cell(kind, level, name, [*of_windows(lives_, detector)], normal[name], limits[name])


def cell(kind: str, level: str, name: str, odd: Sequence[Floats], normal: Floats, limit: float) -> Cell:
    """From the scores of each occurrence."""
    found = float(np.mean([it.max() > limit for it in odd])) if odd else float("nan")
    scores = np.concatenate(odd) if odd else np.zeros(0)
    return Cell(kind, level, name, auc(normal, scores), found, len(odd))


def of_windows(lives: Sequence[tuple[Watched, Lived]], detector: Detector) -> Iterable[Floats]:
    """The scores of the windows of each occurrence."""
    for seen, life in lives:
        scores = detector.score(seen.windows)
        for label, first, last in occurrences(life):
            if len(found := scores[anomalous(seen, label, first, last)]):
                yield found


def judged_by_day(home: Home, cells: Sequence[tuple[str, str]], lives: int) -> Iterable[Cell]:
    """The same of whole days, of somebody who lives alone; an occurrence is a day with a label."""
    home = replace(home, scenario=home.scenario.model_copy(update={"residents": home.scenario.residents[:1]}))
    place, clock, length = home.scenario.home, home.clock, home.scenario.days

    def days(first: int) -> list[list[list[Event]]]:
        return [split(home.lived(first + n).events, clock, length) for n in range(lives)]

    def score(detector: Days, some: Sequence[Sequence[Sequence[Event]]]) -> Floats:
        return np.concatenate([detector.score(life, place, clock) for life in some])

    known, checked, tested = [*days(LEARNED), *days(LEARNED + lives)], days(CHECKED), days(TESTED)
    fitted = {name: fit_days(known, place, clock, watch) for name, watch in WATCHES.items()}
    for kind, level in cells:
        its = [home.lived(TESTED + n, daily(kind, level)) for n in range(lives)]
        odd = np.concatenate([labelled(life, clock, length) for life in its])
        cut = [split(life.events, clock, length) for life in its]
        for name, detector in fitted.items():
            limit = threshold(score(detector, checked))
            yield cell(
                kind, level, name, [*score(detector, cut)[odd][:, None]], score(detector, tested), limit
            )


def labelled(life: Lived, clock: Clock, days: int) -> Bools:
    """The days with a label. (D,)."""
    those = {clock.local(it.time)[0] for it in life.events if it.anomaly}
    return np.array([day in those for day in range(days)])


def occurrences(life: Lived) -> Iterable[tuple[str, int, int]]:
    """(label, first, last instant) of what did happen: what waits for its moment may wait in vain."""
    times: dict[str, list[int]] = {}
    for event in life.events:
        if event.anomaly:
            times.setdefault(event.anomaly, []).append(event.time)
    return [(label, found[0], found[-1]) for label, found in times.items()]


def daily(kind: str, level: str) -> Anomaly:
    """Once a day from the second on, or all the time."""
    when = {"day": 1} if KINDS[kind].lasting else {"day": 1, "every": 1}
    return Anomaly.model_validate({"kind": kind, "difficulty": level, **when})


def table(cells: Sequence[Cell], names: Sequence[str]) -> str:
    """AUC and, in brackets, the share of occurrences found at 5 % false alarms."""
    by = {(it.kind, it.difficulty, it.detector): it for it in cells}
    lines = [f"| kind | difficulty | {' | '.join(names)} |", "| --- |" + " --- |" * (len(names) + 1)]
    for kind, level in dict.fromkeys((it.kind, it.difficulty) for it in cells):
        figures = [f"{by[kind, level, it].auc:.2f} ({by[kind, level, it].found:.0%})" for it in names]
        lines.append(f"| {kind} | {level} | {' | '.join(figures)} |")
    return "\n".join(lines)


def main(
    family: Annotated[list[str] | None, typer.Option(help="SD, MD, DM, DD, ...; default: all")] = None,
    kind: Annotated[list[str] | None, typer.Option(help="single kinds instead")] = None,
    level: Annotated[list[str] | None, typer.Option(help="easy, medium, hard; default: all")] = None,
    lives: Annotated[
        int, typer.Option(help="to test on, and to set limits; twice as many to learn from")
    ] = 2,
    days: int = 14,
    scenario: Path = SHIPPED,
    first: Annotated[int, typer.Option(help="added to all seeds: other lives, other anomalies")] = 0,
    every: Annotated[bool, typer.Option("--all", help="all detectors: many minutes")] = False,
    out: Annotated[Path | None, typer.Option(help="figures as JSON lines")] = None,
) -> None:
    """Print the table."""
    methods, home = (ALL if every else QUICK), read_home(scenario, days, first)
    families = family or sorted({it.family for it in KINDS.values()})
    for one in families:
        kept = KEPT.get(one, deeds)
        wanted = [
            (name, difficulty)
            for name, it in KINDS.items()
            if it.family == one and (not kind or name in kind)
            for difficulty in level or LEVELS
        ]
        if not wanted:
            continue
        by_day = one in BY_DAY
        names = [*(WATCHES if by_day else methods)]
        cells = [
            *(judged_by_day(home, wanted, lives) if by_day else judged(home, wanted, methods, lives, kept))
        ]
        unit = "whole days" if by_day else f"windows of {kept.__name__}"
        print(f"\n{one}, {unit}\n\n{table(cells, names)}", flush=True)
        if out:
            with out.open("a", encoding="utf-8") as file:
                file.writelines(json.dumps(it.__dict__) + "\n" for it in cells)


if __name__ == "__main__":
    typer.run(main)
