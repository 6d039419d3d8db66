"""What the engine costs without a model: time a resident-day, its growth over a year, and single acts.

Minds of habit in the two-person flat of scenarios/quickstart.yaml, physics and sensors on, start-up
excluded, the log put by as a run does. Times are CPU time of this process; what else keeps the machine's
caches busy still shows. Beside the engine runs bare SimPy: one process that is woken as often as the house
schedules events, and does nothing. Quick by default; `--full` takes minutes, `--profile` tells where the time
goes.
"""

import argparse
import asyncio
import gc
import json
import resource
import signal
import sys
import tempfile
from collections import Counter
from collections.abc import AsyncIterator, Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from heapq import heappop
from pathlib import Path
from statistics import median
from time import process_time
from types import FrameType
from typing import Any
from unittest.mock import patch

import simpy

from agents.choice import weighed
from agents.gateway.port import Ask, Reply, Weighed
from agents.habit import HabitMind
from agents.person import Person
from agents.turn import Desk, think
from dataset.log import BLOCK, Log
from runner.household import lives
from runner.run import Job
from runner.start import started
from scenarios.chance import Chance
from scenarios.scenario import Scenario
from world import timeline
from world.affordances import affordances
from world.alert import Alert
from world.body import Body
from world.clock import HOUR, Clock
from world.house import House
from world.layout import Layout
from world.loop import live
from world.mind import Cause, Observation, Order

SCENARIO = Path("scenarios/quickstart.yaml")
HERE = f"{Path.cwd()}/"
QUICK, FULL = (14, 3, 60), (90, 5, 365)  # days of a run, runs, days of the run whose costs are followed
EDGE = 14  # days compared at either end: whole weeks, since weekends cost more
SETTLED = 30  # days after which memory is not to grow
TOP = 25  # functions in a profile
EVENING = 19 * HOUR  # when single acts are timed
BATCHES, ACTS = 5, 200

Figures = dict[str, float]


def main() -> None:
    """Measure, then print a table or one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--full", action="store_true", help="90 days five times, and a year")
    parser.add_argument("--profile", action="store_true", help="where the time goes, and nothing else")
    parser.add_argument("--json", action="store_true", help="one JSON object instead of the table")
    given = parser.parse_args()
    days, runs, year = FULL if given.full else QUICK
    if given.profile:
        with habits(days) as job:
            print(profile(job, runs))
        return
    figures: Figures = {}
    with habits(year) as job:
        figures |= growth(job)
    with habits(days) as job:
        figures |= resident_day(job, runs)
        figures |= asyncio.run(single_acts(job))
    print(json.dumps(figures) if given.json else table(figures))


@contextmanager
def habits(days: int) -> Iterator[Job]:
    """The scenario, read and remembered, for so many days and no model."""
    overrides = {"mind.kind": "habit", "days": days}
    with (
        tempfile.TemporaryDirectory() as folder,
        started(SCENARIO, overrides, Path(folder) / "run", "go_on", tell=lambda sentence: None) as job,
    ):
        yield job


def _flat(job: Job) -> Scenario:
    """The one home of the quickstart."""
    assert isinstance(job.scenario, Scenario)
    return job.scenario


def growth(job: Job) -> Figures:
    """What the first days cost beside the last, in one run, and the memory it took on the way."""
    costs, peaks = asyncio.run(_days(job))
    days, residents = _flat(job).days, len(_flat(job).residents)
    first, last = median(costs[:EDGE]), median(costs[-EDGE:])
    more = peaks[-1] - peaks[SETTLED - 1]
    return {
        f"ms a resident-day, days 1-{EDGE} of {days}": first / residents,
        f"ms a resident-day, days {days - EDGE + 1}-{days}": last / residents,
        "last days / first days": last / first,
        f"MB at its peak after {SETTLED} days": peaks[SETTLED - 1],
        f"MB at its peak after {days} days": peaks[-1],
        f"kB more a resident-day after day {SETTLED}": more * 1000 / residents / (days - SETTLED),
    }


async def _days(job: Job) -> tuple[list[float], list[float]]:
    """Milliseconds that each simulated day took, and the most memory (MB) until then."""
    clock = Clock(_flat(job).start, _flat(job).home.address.zone)
    costs: list[float] = []
    peaks: list[float] = []
    began = process_time()
    async for now in living(job):
        if now >= clock.midnight(len(costs) + 1):
            costs.append((process_time() - began) * 1000)
            peaks.append(_peak_mb())
            began = process_time()
    return [*costs, (process_time() - began) * 1000], [*peaks, _peak_mb()]


async def living(job: Job) -> AsyncIterator[int]:
    """The first household's life, its log kept as a run keeps it; the time (ms) at each instant."""
    log = Log()
    async for lived in lives(_flat(job), job.catalogue, job.memories(_flat(job)), None, 0):
        if len(lived.events) >= BLOCK:
            lived.put_by(log)
        yield lived.now


def resident_day(job: Job, runs: int) -> Figures:
    """The median cost of a resident-day over *runs*, each run followed by bare SimPy."""
    resident_days = len(_flat(job).residents) * _flat(job).days
    events = scheduled(job)
    ours, bare = [], []
    for _ in range(runs):
        ours.append(_seconds(lambda: asyncio.run(_lived(job))))
        bare.append(_seconds(lambda: idle(events)))
    return {
        f"ms a resident-day, median of {runs} x {_flat(job).days} days": _each(ours, resident_days),
        "fastest run": _each([min(ours)], resident_days),
        "slowest run": _each([max(ours)], resident_days),
        "SimPy events a resident-day": events / resident_days,
        "ms a resident-day, bare SimPy": _each(bare, resident_days),
        "engine / bare SimPy": median(one / other for one, other in zip(ours, bare, strict=True)),
    }


async def _lived(job: Job) -> None:
    async for _ in living(job):
        pass


def profile(job: Job, runs: int) -> str:
    """Shares of CPU time, sampled: a tracer would make small functions look large."""
    own, within = Counter[str](), Counter[str]()

    def sample(_: int, frame: FrameType | None) -> None:
        stack = [_called(it) for it in _frames(frame)]
        own[stack[0].partition(":")[0]] += 1
        within.update(set(stack))

    asyncio.run(_lived(job))
    signal.signal(signal.SIGPROF, sample)
    signal.setitimer(signal.ITIMER_PROF, 0.001, 0.001)
    for _ in range(runs):
        asyncio.run(_lived(job))
    signal.setitimer(signal.ITIMER_PROF, 0)
    whole, packages = own.total(), Counter[str]()
    for file, count in own.items():
        packages[file.partition("/")[0]] += count
    parts = (
        ("by package, itself", packages, 12),
        ("by file, itself", own, TOP),
        ("by function, with what it calls", within, 3 * TOP),
    )
    return "\n".join(
        f"{title}\n" + "\n".join(f"{count / whole:7.1%}  {name}" for name, count in found.most_common(most))
        for title, found, most in parts
    )


def _frames(frame: FrameType | None) -> Iterator[FrameType]:
    while frame is not None:
        yield frame
        frame = frame.f_back


def _called(frame: FrameType) -> str:
    """'world/house.py:House.ask', 'simpy/core.py:Environment.step'."""
    file = frame.f_code.co_filename.removeprefix(HERE)
    for library in ("site-packages/", f"python{sys.version_info.major}.{sys.version_info.minor}/"):
        file = file.rpartition(library)[2]
    return f"{file}:{frame.f_code.co_qualname}"


def scheduled(job: Job) -> int:
    """How many SimPy events one run processes."""
    taken = 0

    def counted(queue: list[Any]) -> Any:
        nonlocal taken
        taken += 1
        return heappop(queue)

    with patch.object(timeline, "heappop", counted):
        asyncio.run(_lived(job))
    return taken


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

    async def weigh(
        self, situation: str, candidates: Sequence[str], purpose: str, resident: str, attempt: int = 0
    ) -> Weighed:
        """No evidence either way."""
        return Weighed(evidence=(0.0,) * len(candidates))


async def single_acts(job: Job) -> Figures:
    """What a moment is made of, in the evening of the first day: somebody is at the door."""
    house, body, person = await _evening(job)
    assert person.memory is not None
    memory, mind, seen = person.memory, HabitMind(person), _asked(house, body)
    offered, prior = weighed(seen, person)
    texts = [option.text for option in offered]
    desk = Desk(port=Silent(), person=person, seen=seen, draw=0.5, options=texts, prior=prior)
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
    scenario, chance = _flat(job), Chance(_flat(job).seed)
    clock, layout = Clock(scenario.start, scenario.home.address.zone), Layout(scenario.home, job.catalogue)
    house = House(layout, scenario.residents, (), clock, chance)
    memories = job.memories(scenario)
    people = {
        profile.id: Person(profile, memories[profile.id], layout, clock, chance.branch(profile.id))
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
