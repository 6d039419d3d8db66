"""How hard anomalies are to find, by kind and difficulty: by counting, and by knowing the context.

    PYTHONPATH=. python bench/anomalies.py --family SD --family MD --family DM --family DD

Detectors learn from clean weeks of the same home, lived by other chance; a limit is set where 5 % of further
clean windows pass it. Then each kind goes wrong once a day: its windows against those of the clean twin.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Annotated

import numpy as np
import typer

from bench.ablated import Life, live
from dataset.windows import SIZE
from evaluation.detection.detect import STEP
from evaluation.detection.judging import Row, fitted, of_occurrences, row
from evaluation.detection.lives import Life as Told
from evaluation.detection.lives import kept_of, labelled_days
from evaluation.detectors.daily import WATCHES, Days, split
from evaluation.detectors.daily import fit as fit_days
from evaluation.detectors.detector import Fit
from evaluation.detectors.methods import CONTEXT, FLOORS, LIVED
from evaluation.detectors.scoring import threshold
from evaluation.detectors.windows import Floats, joined
from evaluation.watching import Kept, Watched, Words, watched, words_of
from runner.household import Lived
from runner.memories import fresh_memories
from scenarios.anomaly import Anomaly
from scenarios.anomaly_kinds import KINDS
from scenarios.catalogue import load_catalogue
from scenarios.loading import load_scenario
from scenarios.scenario import Scenario
from sppc.memory import Memory
from world.clock import Clock
from world.event import Event

LEVELS = ("easy", "medium", "hard")
QUICK: Mapping[str, Fit] = {**FLOORS, **{name: LIVED[name] for name in ("Markov", CONTEXT)}}
SHIPPED = Path(__file__).parents[1] / "scenarios" / "watched.yaml"
LEARNED, CHECKED, TESTED = 100, 200, 300  # the first seed of lives to learn from, to set limits, to test on


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


def read_home(path: Path, days: int, first: int) -> Home:
    """The scenario at *path* for so many *days*, all people with their memories."""
    scenario = load_scenario(path)
    assert isinstance(scenario, Scenario)
    scenario = scenario.model_copy(update={"days": days, "anomalies": (), "happenings": ()})
    return Home(scenario, fresh_memories(scenario, load_catalogue()), first)


def judged(
    home: Home, cells: Sequence[tuple[str, str]], methods: Mapping[str, Fit], lives: int, kept: Kept
) -> Iterable[Row]:
    """Every method on every kind and difficulty."""
    many = {LEARNED: 3 * lives, CHECKED: lives, TESTED: lives}
    clean = {first + n: home.lived(first + n) for first, count in many.items() for n in range(count)}
    wrong = {cell: [home.lived(it, daily(*cell)) for it in clean if it >= TESTED] for cell in cells}
    words = words_of(it.events for some in (clean.values(), *wrong.values()) for it in some)
    seen = {
        seed: home.watched(life, words, kept, SIZE if seed < CHECKED else STEP)
        for seed, life in clean.items()
    }
    known, checked, normal = (
        joined(*(it.windows for seed, it in seen.items() if first <= seed < first + 100))
        for first in (LEARNED, CHECKED, TESTED)
    )
    detectors = fitted(methods, known, checked)
    usual = {name: it.detector.score(normal) for name, it in detectors.items()}
    for cell, its in wrong.items():
        odd = [it for life in its for _, it in of_occurrences(home.watched(life, words, kept), life.events)]
        for name, (detector, limit) in detectors.items():
            yield row(*cell, name, [detector.score(it) for it in odd], usual[name], limit)


def judged_by_day(home: Home, cells: Sequence[tuple[str, str]], lives: int) -> Iterable[Row]:
    """The same of whole days, of somebody who lives alone; an occurrence is a day with a label."""
    home = replace(home, scenario=home.scenario.model_copy(update={"residents": home.scenario.residents[:1]}))
    place, clock, length = home.scenario.home, home.clock, home.scenario.days

    def days(first: int) -> list[list[list[Event]]]:
        return [split(home.lived(first + n).events, clock, length) for n in range(lives)]

    def score(detector: Days, some: Sequence[Sequence[Sequence[Event]]]) -> Floats:
        return np.concatenate([detector.score(life, place, clock) for life in some])

    known = [it for n in range(3) for it in days(LEARNED + n * lives)]
    checked, tested = days(CHECKED), days(TESTED)
    detectors = {name: fit_days(known, place, clock, watch) for name, watch in WATCHES.items()}
    for cell in cells:
        its = [home.lived(TESTED + n, daily(*cell)) for n in range(lives)]
        odd = np.concatenate([labelled_days(Told(it.events, place, clock, length)) for it in its])
        cut = [split(life.events, clock, length) for life in its]
        for name, detector in detectors.items():
            limit = threshold(score(detector, checked))
            yield row(*cell, name, [*score(detector, cut)[odd][:, None]], score(detector, tested), limit)


def daily(kind: str, level: str) -> Anomaly:
    """Once a day from the second on, or all the time."""
    when = {"day": 1} if KINDS[kind].lasting else {"day": 1, "every": 1}
    return Anomaly.model_validate({"kind": kind, "difficulty": level, **when})


def table(cells: Sequence[Row], names: Sequence[str]) -> str:
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
        int, typer.Option(help="to test on, and to set limits; three times as many to learn from")
    ] = 2,
    days: int = 14,
    scenario: Path = SHIPPED,
    first: Annotated[int, typer.Option(help="added to all seeds: other lives, other anomalies")] = 0,
    every: Annotated[bool, typer.Option("--all", help="all detectors: many minutes")] = False,
    out: Annotated[Path | None, typer.Option(help="figures as JSON lines")] = None,
) -> None:
    """Print the table."""
    methods, home = (LIVED if every else QUICK), read_home(scenario, days, first)
    wanted: dict[Kept | None, list[tuple[str, str]]] = {}
    for name, it in KINDS.items():
        if (not family or it.family in family) and (not kind or name in kind):
            wanted.setdefault(kept_of(it.family), []).extend((name, one) for one in level or LEVELS)
    for kept, those in wanted.items():
        if kept is None:
            unit, names, told = "whole days", [*WATCHES], judged_by_day(home, those, lives)
        else:
            unit, names = f"windows of {kept.__name__}", [*methods]
            told = judged(home, those, methods, lives, kept)
        print(f"\n{unit}\n\n{table(cells := [*told], names)}", flush=True)
        if out:
            with out.open("a", encoding="utf-8") as file:
                file.writelines(json.dumps(asdict(it)) + "\n" for it in cells)


if __name__ == "__main__":
    typer.run(main)
