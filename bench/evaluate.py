"""How long `run_sim.py evaluate` takes on a dataset of 100,000 events, stage by stage.

    bench/evaluate.py [--households 45] [--days 14] [--effort usual] [--keep FOLDER]

A population is lived by habit, and another one by another seed, whose log stands for a real one, so that
anybody can measure it. Seconds are CPU of this process, which computes on one thread, and wall clock.
"""

import argparse
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, process_time

from dataset.importing import Choices, import_log
from dataset.manifest import read_manifest
from dataset.routines import Routines
from evaluation.proof.evidence import Against
from evaluation.report import write_report
from run_sim import main as run_sim

LOGGED = 20  # households of the log
SCENARIO = Path(__file__).parents[1] / "scenarios" / "population.yaml"


def main() -> None:
    """Live both, evaluate, print the stages."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--households", type=int, default=45)
    parser.add_argument("--days", type=int, default=14)
    parser.add_argument("--effort", choices=("quick", "usual", "deep"), default="usual")
    parser.add_argument("--keep", type=Path, help="where both runs lie, or will")
    asked = parser.parse_args()
    with TemporaryDirectory() as place:
        folder = asked.keep or Path(place)
        run, log = folder / "run", folder / "log.parquet"
        if not log.is_file():
            live(run, asked.households, asked.days, 7)
            live(folder / "other", LOGGED, asked.days, 11)
            as_log(folder / "other", log)
        print(f"{read_manifest(run).counts['events']:,} events, {Routines.read(log).events:,} of the log")
        print_stages(run, Against(log, effort=asked.effort))


def live(out: Path, households: int, days: int, seed: int) -> None:
    """A population by habit."""
    more = ("--households", str(households), "--days", str(days), "--seed", str(seed))
    assert run_sim(["run", str(SCENARIO), "--out", str(out), *more]) == 0


def as_log(run: Path, out: Path) -> None:
    """What all households of *run* logged, as routines."""
    logs = [import_log("homefolk", run, Choices(household=f"h{it:05d}")).routines for it in range(LOGGED)]
    sequences = [it for log in logs for it in log.sequences()]
    Routines.of(sequences, source="a street", provenance="simulated").write(out)


def print_stages(run: Path, against: Against) -> None:
    """Seconds of each stage, and in all."""
    began, told = (process_time(), perf_counter()), list[tuple[str, float, float]]()
    tell: Callable[[str], None] = lambda stage: told.append((stage, process_time(), perf_counter()))  # noqa: E731
    tell("reading, cutting")
    found = write_report(run, against, tell)
    ends = [*((cpu, wall) for _, cpu, wall in told[1:]), (process_time(), perf_counter())]
    for (stage, cpu, wall), end in zip(told, ends, strict=True):
        print(f"{stage:70}{end[0] - cpu:8.1f} s of CPU{end[1] - wall:8.1f} s")
    print(f"{'in all':70}{ends[-1][0] - began[0]:8.1f} s of CPU{ends[-1][1] - began[1]:8.1f} s")
    print(found["verdict"]["in short"])


if __name__ == "__main__":
    main()
