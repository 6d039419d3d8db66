"""How like held-out real logs a population is that lives by the training logs: FR and AN, polling left out.

    bench/fidelity.py [FOLDER] [--logs fr an] [--people 100] [--days 14] [--quick]    (else: HOMEFOLK_DATA)

Adults live alone by the ways of life of the training log (`sppc.personas`), minds of habit. It is heard
as an installation like the log's would hear it and cut as that log was cut (`evaluation.cutting`), then
held against the test sequences, beside real ones, copies, a Markov chain and independent draws; privacy with
test and validation sequences held out. `--quick` leaves the sequence model out. Seconds are of this process.
"""

import argparse
import asyncio
import os
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, process_time

from bench.population import EACH, _alone, _log, _shipped, heard
from bench.recall import logs
from dataset.routines import Behaviour
from evaluation.corpus import corpus, words_of
from evaluation.cutting import cut, evenly
from evaluation.diversity import coverage, differences, entropies
from evaluation.measures.table import MEASURES
from evaluation.standing import standing
from evaluation.two_sample import JUDGES
from runner.personas import Personas
from scenarios.catalogue import load_catalogue
from scenarios.chance import Chance

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
    parser.add_argument("--people", type=int, default=100)
    parser.add_argument("--days", type=int, default=14)
    parser.add_argument("--quick", action="store_true")
    asked = parser.parse_args()
    folder = Path(asked.folder)
    if not (folder / "raw_10x5").is_dir():
        print(f"{folder}: no real logs here; nothing to measure")
        return
    for name in asked.logs:
        print_table(folder, name, asked.people, asked.days, [*JUDGES][: 1 if asked.quick else None])


def print_table(folder: Path, name: str, people: int, days: int, judges: Sequence[str]) -> None:
    """Every measure of every row, and how long lives and measures took."""
    known, unseen = (list(it.sequences()) for it in logs(folder, name, "test"))
    others = list(logs(folder, name, "vld")[1].sequences())
    started, chance = perf_counter(), Chance(0).branch("fidelity", name)
    streams = population(folder, name, people, days)
    sequences, owners = cut(streams, known, chance.rng("cut"))
    kept = evenly(owners, EACH, chance.rng("even"))
    lived_ = [sequences[row] for row in kept]
    took = f"{perf_counter() - started:.0f} s"
    print(
        f"\n{name.upper()}: {len(lived_)} of {len(sequences)} sequences, {people} people, {days} days: {took}"
    )
    words = words_of(known, unseen, others, lived_)
    mine = corpus(lived_, words, [owners[row] for row in kept])
    before = process_time()
    found = standing(mine, corpus(known, words), corpus(unseen, words), chance, judges)
    print(f"| | {' | '.join(found.rows)} |\n|{' --- |' * (len(found.rows) + 1)}")
    for measure in [*MEASURES, *(f"told apart by {it}" for it in judges), *PRIVATE]:
        cells = [str(row[measure]) if measure in row else "" for row in found.rows.values()]
        print(f"| {measure} | {' | '.join(cells)} |")
    for row, private in found.privacy.items():
        print(f"{row}: {'LEAKS. ' if private.leak.found else 'no leak. '}{private.leak.says}")
    print(f"measured in {process_time() - before:.0f} s of CPU")
    print(
        "people differ", differences(mine, chance.rng("differ")), "times as much as halves of one's sequences"
    )
    print("cover", coverage(mine, corpus([*unseen, *others], words)), "bits of", dict(entropies(mine)))


def population(folder: Path, name: str, people: int, days: int) -> list[list[Behaviour]]:
    """What the installation of each person's home tells of *days*."""
    with TemporaryDirectory() as place:
        file = Path(place) / f"{name}.parquet"
        _log(folder / "raw_10x5", name, ("trn",)).write(file)
        scenario = _alone(_shipped(7), name, str(file)).model_copy(update={"days": days})
        personas = Personas(load_catalogue())
        return [asyncio.run(heard(scenario, personas.of, index)) for index in range(people)]


if __name__ == "__main__":
    main()
