"""Whether people differ more than one person's weeks do (`bench/population.py` prints it).

Every household lives the same weeks several times, by other chance. The variance between persons over that
within a person (one-way analysis of variance, random effects) is above 1 where the person matters more than
chance. The longer they live, the less chance weighs: told are the first week alone, and all weeks. Of a log,
too, what each way of life holds can be dealt into parts about as long as a week.
"""

import asyncio
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager, nullcontext
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from agents.gateway.connect import open_port
from agents.gateway.journal import Journal
from agents.gateway.ledger import Ledger
from agents.thinking import Thinking
from runner.household import whole_life
from runner.personas import Personas
from scenarios.catalogue import load_catalogue
from scenarios.chance import Chance
from scenarios.population_draw import household
from scenarios.scenario import LLM, PopulationScenario, Scenario
from sppc.memory import Memory
from sppc.personas import Ways
from world.clock import HOUR, Clock
from world.event import Event, Kind

WEEK, WEEKS, RERUNS = 7, (1, 4), 4
PART = 60  # behaviours of a log that are about as many as a week of one person
SLOTS = {"small hours": (0, 6), "morning": (6, 12), "afternoon": (12, 18), "evening": (18, 24)}
SHARE, MOST_USED = "share of ", 6  # device types that are told of: those with the largest shares
OPERATED = (Kind.COMMAND, Kind.DEED)
CATALOGUE = load_catalogue()
Person = tuple[int, str]
Figures = Mapping[str, float]
Values = np.ndarray[tuple[int, int], np.dtype[np.float64]]
Memories = Callable[[Scenario], Mapping[str, Memory]]


def print_collapse(
    title: str,
    scenario: PopulationScenario,
    homes: int,
    *,
    weeks: Sequence[int] = WEEKS,
    embedded: bool = False,
) -> None:
    """Variance between persons over variance within of every statistic, with a 95 % bootstrap interval."""
    longer = scenario.model_copy(update={"days": WEEK * max(weeks)})
    found = asyncio.run(figures_by_person(longer, homes, weeks, embedded))
    adults = [runs for runs in found.values() if len(runs) == RERUNS]
    print(f"\n{title}: {homes} households, {len(adults)} adults, {RERUNS} times, weeks: {weeks}")
    _print_ratios({count: [[run[at] for run in runs] for runs in adults] for at, count in enumerate(weeks)})


def print_real(name: str, ways: Ways) -> None:
    """The same of the sequences of each way of life in a log, dealt into parts."""
    rng = Chance(0).rng("dealt", name)
    parts = [_dealt(ways, way, rng) for way in range(len(ways.shares))]
    whole = [runs for runs in parts if len(runs) == RERUNS]
    print(f"\n{name}, the log: {len(whole)} of {len(parts)} ways of life hold {RERUNS} × {PART} behaviours")
    if len(whole) > WEEK:
        _print_ratios({1: whole})


def components(values: Values) -> tuple[float, float]:
    """Variance between persons, without what re-runs add to it, and within; rows are persons."""
    within = float(values.var(axis=1, ddof=1).mean())
    return float(values.mean(axis=1).var(ddof=1)) - within / values.shape[1], within


def ratio(values: Values) -> float:
    """Between over within; not a number where nothing ever differs."""
    between, within = components(values)
    return between / within if within else float("nan")


def figures_of(events: Sequence[Event], clock: Clock, days: int) -> Figures:
    """Hours asleep and away a day, actions a day and their entropy, when and with what they are done."""
    end = clock.midnight(days)
    events = [it for it in events if it.time < end]
    doing = [it for it in events if it.kind is Kind.ACTIVITY]
    asleep = away = 0
    for step, after in zip(doing, [*(it.time for it in doing[1:]), end], strict=True):
        activity = CATALOGUE.activities.get(step.activity)
        asleep += (after - step.time) * (activity is not None and activity.asleep)
        away += (after - step.time) * (step.room == "outside")
    done = [it for it in events if it.kind in OPERATED]
    return {
        "hours asleep a day": asleep / HOUR / days,
        "hours away a day": away / HOUR / days,
        "actions a day": len(done) / days,
        "activities a day": len(doing) / days,
        **mix((clock.local(it.time)[2] // 60, it.type, it.action) for it in done),
    }


def mix(done: Iterable[tuple[int, str, str]]) -> Figures:
    """Entropy of actions, and the shares of times of day and of devices: of (hour, device type, action)."""
    hours, types, actions = ([*column] for column in zip(*done, strict=True))
    total, devices, times = len(actions), Counter(types), Counter(hours)
    shares = np.array([*Counter(actions).values()]) / total
    return {
        "entropy of actions, bits": float(-(shares * np.log2(shares)).sum()),
        **{
            f"actions in the {name}": sum(times[hour] for hour in range(*span)) / total
            for name, span in SLOTS.items()
        },
        **{f"{SHARE}{name}": devices[name] / total for name in sorted(CATALOGUE.devices)},
    }


async def lived(scenario: Scenario, memories: Memories, index: int, thinking: Thinking | None) -> list[Event]:
    """All events of the household."""
    return (await whole_life(scenario, CATALOGUE, memories(scenario), thinking, index)).events


async def figures_by_person(
    scenario: PopulationScenario, homes: int, weeks: Sequence[int], embedded: bool
) -> dict[Person, list[list[Figures]]]:
    """The figures of every adult's first *weeks*, for each of RERUNS lives by other chance."""
    found: dict[Person, list[list[Figures]]] = defaultdict(list)
    personas, ledger = Personas(CATALOGUE), Ledger()
    async with _asked(ledger) if embedded else nullcontext() as thinking:
        for index in range(homes):
            drawn = household(scenario, index)
            clock = Clock(drawn.start, drawn.home.address.zone)
            for rerun in range(RERUNS):
                again = drawn.model_copy(update={"seed": scenario.seed + 1000 * rerun})
                events = await lived(again, personas.of, index, thinking)
                for who in (it.id for it in drawn.residents if it.age >= 18):
                    own = [it for it in events if it.actor == who]
                    found[index, who].append([figures_of(own, clock, WEEK * count) for count in weeks])
    if embedded:
        print(f"\n{ledger.total.calls:,} calls")
    return found


@asynccontextmanager
async def _asked(ledger: Ledger) -> AsyncIterator[Thinking]:
    """The embedded model, asked when something comes up; its replies are kept nowhere."""
    with TemporaryDirectory() as folder, Journal(Path(folder) / "journal.sqlite") as journal:
        async with open_port(LLM(), journal, ledger) as port:
            settings = port.settings
            yield Thinking(
                port=port, deliberation="interrupts", writes=settings.plans == "write",
                weight=settings.weight, routine_weight=settings.routine_weight,
            )  # fmt: skip


def _dealt(ways: Ways, way: int, rng: np.random.Generator) -> list[Figures]:
    """Figures of as many parts of a *way* as it has behaviours for, RERUNS at most."""
    found: list[Figures] = []
    part: list[tuple[int, str, str]] = []
    for row in rng.permutation(np.flatnonzero(ways.of == way)).tolist():
        part += [(3 * it.slot, it.device, it.action) for it in ways.pieces.sequences[row]]
        if len(part) >= PART:
            found.append(mix(part))
            part = []
    return found[:RERUNS]


def _print_ratios(found: Mapping[int, Sequence[Sequence[Figures]]]) -> None:
    """A row a statistic, a column of ratios for each number of weeks."""
    rng, longest = Chance(0).rng("bootstrap"), found[max(found)]
    mean = {name: np.mean([[run[name] for run in runs] for runs in longest]) for name in longest[0][0]}
    shares = sorted((it for it in mean if it.startswith(SHARE)), key=lambda it: -mean[it])
    print(f"{'':28}{'mean':>9}" + "".join(f"{f'{weeks} w':>9}{'(95 %)':>18}" for weeks in found))
    for name in [*(it for it in mean if not it.startswith(SHARE)), *shares[:MOST_USED]]:
        row = f"{name:28}{mean[name]:9.3f}"
        for people in found.values():
            values = np.array([[run[name] for run in runs] for runs in people])
            if not components(values)[1]:
                row += f"{'alike':>27}"
                continue
            draws = [ratio(values[rng.integers(len(values), size=len(values))]) for _ in range(500)]
            low, high = np.nanquantile(draws, (0.025, 0.975))
            row += f"{ratio(values):9.1f}{f'({low:.1f} to {high:.1f})':>18}"
        print(row, flush=True)
