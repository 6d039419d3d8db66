"""Whether the log shows a shift of context: what is done in source and target of each shipped pair.

Minds of habit. Counts are per day, mean and standard error over households that differ by chance alone; with
--routines an imported log is what Camille remembers, of the source's context alone.

    PYTHONPATH=. python bench/shifts.py [--routines fr.parquet] [--days 14] [--households 4]
"""

import argparse
import asyncio
import tempfile
from collections.abc import Sequence
from math import sqrt
from pathlib import Path
from statistics import mean, stdev

from runner.household import whole_life
from runner.run import Job
from runner.start import started
from scenarios.scenario import Scenario
from world.clock import Clock
from world.event import Event, Kind

PAIRS = (("winter", "spring"), ("day", "night"), ("single", "multiple"))
HEATING, COOLING, AIR = ("Heater", "Thermostat"), ("AirConditioner", "Fan"), ("Window", "WindowOpener")
WINDOW = 10  # behaviours


def main() -> None:
    """Prints a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--routines", type=Path)
    parser.add_argument("--days", type=int, default=14)
    parser.add_argument("--households", type=int, default=4)
    options = parser.parse_args()
    for pair in PAIRS:
        tables = [_figures(name, options) for name in pair]
        print(f"{'':34}{pair[0]:>18}{pair[1]:>18}")
        for what in tables[0]:
            print(f"{what:34}{_told(tables[0][what]):>18}{_told(tables[1][what]):>18}")


def _figures(name: str, options: argparse.Namespace) -> dict[str, list[float]]:
    overrides = {"days": options.days, "routines": options.routines and str(options.routines.resolve())}
    with tempfile.TemporaryDirectory() as folder:
        source = Path("scenarios") / "shifts" / f"{name}.yaml"
        with started(source, overrides, Path(folder), "go_on", lambda _: None) as job:
            every = [_of_one(job, index) for index in range(options.households)]
    return {what: [one[what] for one in every] for what in every[0]}


def _of_one(job: Job, index: int) -> dict[str, float]:
    scenario = job.scenario
    assert isinstance(scenario, Scenario)
    events = asyncio.run(_lived(job, scenario, index))
    done = [it for it in events if it.kind is Kind.COMMAND]
    clock, days = Clock(scenario.start, scenario.home.address.zone), scenario.days
    hours = [clock.local(it.time)[2] // 60 for it in done]
    windows = [{it.type for it in done[at : at + WINDOW]} for at in range(0, len(done) - WINDOW + 1, WINDOW)]
    return {
        "heating set, a day": sum(it.type in HEATING for it in done) / days,
        "air conditioner or fan, a day": sum(it.type in COOLING for it in done) / days,
        "windows opened, a day": sum(it.type in AIR and it.command == "open" for it in events) / days,
        "share done from 22 to 6 h": sum(hour >= 22 or hour < 6 for hour in hours) / len(hours),
        "share done in slots 0, 1, 6, 7": sum(hour >= 18 or hour < 6 for hour in hours) / len(hours),
        "commands a day": len(done) / days,
        "device types in ten behaviours": mean(len(types) for types in windows),
    }


async def _lived(job: Job, scenario: Scenario, index: int) -> Sequence[Event]:
    return (await whole_life(scenario, job.catalogue, job.memories(scenario), None, index)).events


def _told(values: Sequence[float]) -> str:
    error = stdev(values) / sqrt(len(values)) if len(values) > 1 else 0.0
    return f"{mean(values):.2f} ({error:.2f})"


if __name__ == "__main__":
    main()
