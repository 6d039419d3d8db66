"""What the engine costs without a model: time a resident-day, its growth over a season, and single acts.

Minds of habit in the two-person flat of scenarios/quickstart.yaml, physics on, start-up excluded. Times
are CPU time of this process, so other programs on the machine disturb them little. Beside the engine runs
bare SimPy: one process that is woken as often as the house schedules events, and does nothing.
"""

import argparse
import asyncio
import gc
import json
import resource
import sys
import tempfile
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import process_time
from unittest.mock import patch

import simpy

from agents.choice import options
from agents.habit import HabitMind
from agents.person import Person
from agents.port import Ask, Reply, Weighed
from agents.turn import Desk, think
from runner.household import lives
from runner.run import Job
from runner.start import started
from scenarios.chance import Chance
from world.affordances import affordances
from world.body import Alert, Body
from world.clock import HOUR, Clock
from world.house import House
from world.layout import Layout
from world.loop import live
from world.mind import Cause, Observation, Order

SCENARIO = Path("scenarios/quickstart.yaml")
DAYS, RUNS = 14, 5
SEASON, EDGE = 90, 10  # days whose cost is followed; days compared at either end
EVENING = 19 * HOUR  # when single acts are timed
BATCHES, ACTS = 5, 200

Figures = dict[str, float]


def main() -> None:
    """Measure, then print a table or one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--days", type=int, default=DAYS, help="of each run (default %(default)s)")
    parser.add_argument("--runs", type=int, default=RUNS, help="whose median counts (default %(default)s)")
    parser.add_argument("--json", action="store_true", help="one JSON object instead of the table")
    given = parser.parse_args()
    figures: Figures = {}
    with habits(SEASON) as job:
        figures |= season(job)
    with habits(given.days) as job:
        figures |= resident_day(job, given.runs)
        figures |= asyncio.run(single_acts(job))
    print(json.dumps(figures) if given.json else table(figures))


@contextmanager
def habits(days: int) -> Iterator[Job]:
    """The scenario, read and remembered, for so many days and no model."""
    overrides = {"mind.kind": "habit", "days": days}
    with (
        tempfile.TemporaryDirectory() as folder,
        started(SCENARIO, overrides, Path(folder) / "run", replay=False, tell=lambda sentence: None) as job,
    ):
        yield job


def season(job: Job) -> Figures:
    """What the first days cost beside the last, in one run, and the memory it took in the end."""
    before = _peak_mb()
    costs = asyncio.run(_cost_of_days(job))
    first, last = median(costs[:EDGE]), median(costs[-EDGE:])
    residents = len(job.scenario.residents)
    return {
        f"ms a resident-day, days 1-{EDGE} of {SEASON}": first / residents,
        f"ms a resident-day, days {SEASON - EDGE + 1}-{SEASON}": last / residents,
        "last days / first days": last / first,
        f"MB at its peak after {SEASON} days": _peak_mb(),
        "kB more a resident-day": (_peak_mb() - before) * 1000 / residents / SEASON,
    }


async def _cost_of_days(job: Job) -> list[float]:
    """Milliseconds that each simulated day took, read off the stream of records."""
    clock = Clock(job.scenario.start, job.scenario.home.address.zone)
    costs: list[float] = []
    began = process_time()
    async for lived in lives(job.scenario, job.catalogue, job.memories, None, 0):
        if lived.now >= clock.midnight(len(costs) + 1):
            now = process_time()
            costs.append((now - began) * 1000)
            began = now
    return [*costs, (process_time() - began) * 1000]


def resident_day(job: Job, runs: int) -> Figures:
    """The median cost of a resident-day over *runs*, each run followed by bare SimPy."""
    resident_days = len(job.scenario.residents) * job.scenario.days
    events = scheduled(job)
    ours, bare = [], []
    for _ in range(runs):
        ours.append(_seconds(lambda: asyncio.run(_lived(job))))
        bare.append(_seconds(lambda: idle(events)))
    return {
        f"ms a resident-day, median of {runs} x {job.scenario.days} days": _each(ours, resident_days),
        "fastest run": _each([min(ours)], resident_days),
        "slowest run": _each([max(ours)], resident_days),
        "SimPy events a resident-day": events / resident_days,
        "ms a resident-day, bare SimPy": _each(bare, resident_days),
        "engine / bare SimPy": median(one / other for one, other in zip(ours, bare, strict=True)),
    }


async def _lived(job: Job) -> None:
    async for _ in lives(job.scenario, job.catalogue, job.memories, None, 0):
        pass


def scheduled(job: Job) -> int:
    """How many SimPy events one run processes."""
    step, count = simpy.Environment.step, 0

    def counted(env: simpy.Environment) -> None:
        nonlocal count
        count += 1
        step(env)

    with patch.object(simpy.Environment, "step", counted):
        asyncio.run(_lived(job))
    return count


def idle(events: int) -> None:
    """SimPy alone: a process that is woken so many times and does nothing."""
    env = simpy.Environment(initial_time=0)

    def sleeper() -> Generator[simpy.Event, None, None]:
        for _ in range(events):
            yield env.timeout(1)

    env.process(sleeper())
    env.run()


@dataclass(frozen=True)
class Silent:
    """A port that answers at once, and finds nothing to say for or against anything."""

    model: str = "none"

    async def generate(self, ask: Ask) -> Reply:
        """An empty plan."""
        return Reply(key="", text="{}", prompt_tokens=0, completion_tokens=0)

    async def weigh(self, situation: str, candidates: Sequence[str], purpose: str, resident: str) -> Weighed:
        """No evidence either way."""
        return Weighed(evidence=(0.0,) * len(candidates))


async def single_acts(job: Job) -> Figures:
    """What a moment is made of, in the evening of the first day: somebody is at the door."""
    house, body, person = await _evening(job)
    memory, mind, seen = job.memories[body.id], HabitMind(person), _asked(house, body)
    desk = Desk(port=Silent(), person=person, seen=seen, weight=1.0, draw=0.5, offered=options(seen, person))
    off, on = (Order("living_lamp", f"switch {way}") for way in ("off", "on"))
    return {
        "us a SimPy event": _micro(lambda: idle(ACTS), times=1) / ACTS,
        "us an observation": _micro(lambda: _asked(house, body)),
        "us the list of affordances": _micro(lambda: affordances(house, body)),
        "us Memory.recall": _micro(lambda: memory.recall(seen)),
        "us a device command": _micro(lambda: house.operate(body, off) and house.operate(body, on)) / 2,
        "us a choice by habit": _micro(lambda: mind.react(seen)),
        "us a turn of thought in LangGraph, its port silent": await _micro_turn(desk),
    }


async def _evening(job: Job) -> tuple[House, Body, Person]:
    """The house after an ordinary day, and the first resident in the living room."""
    scenario, chance = job.scenario, Chance(job.scenario.seed)
    clock, layout = Clock(scenario.start, scenario.home.address.zone), Layout(scenario.home, job.catalogue)
    house = House(layout, scenario.residents, (), clock, chance)
    people = {
        profile.id: Person(profile, job.memories[profile.id], layout, clock, chance.branch(profile.id))
        for profile in scenario.residents
    }
    minds = {name: HabitMind(person) for name, person in people.items()}
    async for _ in live(house, minds, EVENING):
        pass
    body = next(iter(house.bodies.values()))
    body.room = "living"
    return house, body, people[body.id]


def _asked(house: House, body: Body) -> Observation:
    house.ask(body, Alert(Cause.VISITOR, "a friend rings the doorbell"))
    return house.waiting()[0].observation


async def _micro_turn(desk: Desk) -> float:
    """The first turn compiles the graph and does not count."""
    await think(desk)
    spent = []
    for _ in range(BATCHES):
        began = process_time()
        for _ in range(ACTS):
            await think(desk)
        spent.append(process_time() - began)
    return min(spent) / ACTS * 1e6


def _micro(act: Callable[[], object], times: int = ACTS) -> float:
    """Microseconds of CPU time in the quickest of several batches: what disturbs only ever adds."""
    act()
    return min(_seconds(lambda: [act() for _ in range(times)]) for _ in range(BATCHES)) / times * 1e6


def _seconds(act: Callable[[], object]) -> float:
    gc.collect()
    began = process_time()
    act()
    return process_time() - began


def _each(seconds: Sequence[float], resident_days: int) -> float:
    return median(seconds) * 1000 / resident_days


def _peak_mb() -> float:
    """The most memory that this process ever held."""
    unit = 1 if sys.platform == "darwin" else 1024  # of ru_maxrss, in bytes
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6


def table(figures: Figures) -> str:
    """One line a figure."""
    width = max(map(len, figures))
    return "\n".join(f"{name:<{width}}  {value:10.3f}" for name, value in figures.items())


if __name__ == "__main__":
    main()
