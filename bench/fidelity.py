"""How like held-out real logs a population is that lives by the training logs: FR and AN, polling left out.

    bench/fidelity.py [FOLDER] [--logs fr an] [--people 80] [--days 14] [--draws 3] [--quick]

FOLDER holds raw_10x5/ (unless given: HOMEFOLK_DATA).

Adults live alone by the ways of life of the training log (`sppc.personas`), minds of habit. It is heard
as an installation like the log's would hear it and cut as that log was cut (`evaluation.cutting`), then
held against the test sequences, beside real ones, copies, a Markov chain and independent draws; privacy with
test sequences held out. `--draws` populations are lived, each of other people, and references are drawn
anew for each; a cell is their mean, and the least and the most of them (of one: its interval over sequences).
`--quick` leaves the sequence model out.
"""

import argparse
import asyncio
import os
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import numpy as np

from bench.population import EACH, _alone, _log, _shipped, heard
from bench.recall import logs
from dataset.routines import Behaviour, Routine
from evaluation.corpus import corpus, words_of
from evaluation.cutting import cut, evenly
from evaluation.diversity import coverage, differences, entropies
from evaluation.measures.figure import Figure
from evaluation.measures.table import MEASURES
from evaluation.standing import Standing, standing
from evaluation.two_sample import JUDGES
from runner.personas import Personas
from scenarios.catalogue import load_catalogue
from scenarios.chance import Chance

SEED = 7  # of the first population
PRIVATE = (
    "closer to the source",
    "excess exact copies",
    "excess of the longest run",
    "membership inference, AUC",
)


def main() -> None:
    """Live by each log, print its table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("folder", nargs="?", default=os.environ.get("HOMEFOLK_DATA", "../shared/data"))
    parser.add_argument("--logs", nargs="+", default=("fr", "an"), choices=("fr", "an"))
    parser.add_argument("--people", type=int, default=80)
    parser.add_argument("--days", type=int, default=14)
    parser.add_argument("--draws", type=int, default=1, help="populations, of a seed each from 7 on")
    parser.add_argument("--quick", action="store_true")
    asked = parser.parse_args()
    folder = Path(asked.folder)
    if not (folder / "raw_10x5").is_dir():
        print(f"{folder}: no real logs here; nothing to measure")
        return
    judges = [*JUDGES][: 1 if asked.quick else None]
    for name in asked.logs:
        log = read(folder, name)
        print(f"\n{name.upper()}: {asked.draws} times {asked.people} people, {asked.days} days", flush=True)
        print_table([drawn(log, it, asked.people, asked.days, judges) for it in range(asked.draws)], judges)


class Log(NamedTuple):
    """What is known and what is held out, polling left out."""

    name: str
    folder: Path
    known: Sequence[Routine]
    unseen: Sequence[Routine]
    others: Sequence[Routine]  # validation, held out too


def read(folder: Path, name: str) -> Log:
    """The log *name*."""
    known, unseen = (list(it.sequences()) for it in logs(folder, name, "test"))
    return Log(name, folder, known, unseen, list(logs(folder, name, "vld")[1].sequences()))


def drawn(log: Log, draw: int, people: int, days: int, judges: Sequence[str]) -> Standing:
    """All figures of one draw of people; prints what is not in the table."""
    chance = Chance(draw).branch("fidelity", log.name)
    streams = population(log.folder, log.name, people, days, SEED + draw)
    sequences, owners = cut(streams, log.known, chance.rng("cut"))
    kept = evenly(owners, EACH, chance.rng("even"))
    ours = [sequences[row] for row in kept]
    words = words_of(log.known, log.unseen, log.others, ours)
    mine = corpus(ours, words, [owners[row] for row in kept])
    found = standing(mine, corpus(log.known, words), corpus(log.unseen, words), chance, judges)
    print(f"seed {SEED + draw}: {len(ours)} of {len(sequences)} sequences")
    for row, private in found.privacy.items():
        print(f"  {row}: {'LEAKS. ' if private.leak.found else 'no leak. '}{private.leak.says}")
    print(f"  people differ {differences(mine, chance.rng('differ'))} times as much as halves of one's")
    real = corpus([*log.unseen, *log.others], words)
    print(f"  cover {coverage(mine, real)}; bits of {dict(entropies(mine))}", flush=True)
    return found


def print_table(draws: Sequence[Standing], judges: Sequence[str]) -> None:
    """Every measure of every row."""
    rows = draws[0].rows
    print(f"| | {' | '.join(rows)} |\n|{' --- |' * (len(rows) + 1)}")
    for measure in [*MEASURES, *(f"told apart by {it}" for it in judges), *PRIVATE]:
        cells = [
            _cell([it.rows[row][measure] for it in draws]) if measure in rows[row] else "" for row in rows
        ]
        print(f"| {measure} | {' | '.join(cells)} |")


def _cell(figures: Sequence[Figure]) -> str:
    values = [it.value for it in figures]
    return str(figures[0] if len(values) == 1 else Figure(float(np.mean(values)), min(values), max(values)))


def population(folder: Path, name: str, people: int, days: int, seed: int) -> list[list[Behaviour]]:
    """What the installation of each person's home tells of *days*."""
    with TemporaryDirectory() as place:
        file = Path(place) / f"{name}.parquet"
        _log(folder / "raw_10x5", name, ("trn",)).write(file)
        scenario = _alone(_shipped(seed), name, str(file)).model_copy(update={"days": days})
        personas = Personas(load_catalogue())
        return [asyncio.run(heard(scenario, personas.of, index)) for index in range(people)]


if __name__ == "__main__":
    main()
