"""What a scenario will cost, before it is lived: some of its days are, with a model that is none.

The real prompts are built and counted (agents/made_up.py). Of a large scenario a sample of households and the
first weeks stand for the rest; the interval is a bootstrap over resident-days, and, of what is written, over
how long replies are.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from agents.connect import ModelPort, assumed, is_embedded
from agents.ledger import Spent
from agents.made_up import TYPICAL, DryRun
from agents.port import Settings
from agents.prices import cost, price_of
from agents.remembered import recalled_fitness
from agents.thinking import Thinking
from runner.folder import RunFolder
from runner.household import lives
from runner.memories import memories
from runner.run import indices_of
from scenarios.catalogue import Catalogue, load_catalogue
from scenarios.population_draw import household
from scenarios.scenario import LLM, PopulationScenario, Scenario
from sppc.memory import Memory
from world.clock import HOUR

MOST_DAYS = 120  # resident-days lived for an estimate, some seconds
WEEKS = 14  # days of one household beyond which nothing new is expected
MOST_LIVES = 8  # of the same days, with other replies
FEWEST = 3  # households that stand for many
DRAWS, SURE = 400, (5, 95)  # of the bootstrap; percentiles of the interval
COUNTS = ("calls", "prompt_tokens", "fresh_tokens", "completion_tokens")
SPEED = {True: (60.0, 15.0), False: (3000.0, 60.0)}
"""Tokens read and written a second where nobody has measured it: embedded, and served elsewhere."""
UNSURE = (0.4, 2.5)  # times as long where nobody has measured it

Figure = tuple[float, float, float]  # likely, and from, to


@dataclass(frozen=True, kw_only=True)
class Estimate:
    """What a scenario is likely to ask and to cost; money None = nobody says what the model costs."""

    people: int  # lived with, in the households of the sample
    households: int
    days: int
    lived: tuple[int, int]  # households and days of the sample
    seconds: float  # that the estimate took
    settings: Settings | None  # how the model is used; None = habit asks none
    figures: Mapping[str, Figure]
    money: Figure | None
    currency: str
    hours: Figure
    measured: bool  # the speed of the model is known


async def estimate(scenario: Scenario | PopulationScenario) -> Estimate:
    """The cost of *scenario*."""
    began = time.perf_counter()
    mind, llm = scenario.mind, scenario.mind.llm
    asks = mind.kind == "llm" and mind.deliberation != "habit"
    settings = assumed(llm, llm.model) if asks else None
    sample, days, people = _sample(scenario)
    catalogue = load_catalogue(scenario.device_types)
    with TemporaryDirectory() as folder:
        known = _memories(scenario, RunFolder(Path(folder)), catalogue)
    cpu = time.process_time()
    lives_of = max(1, min(MOST_LIVES, MOST_DAYS // (people * len(sample) * days)))
    dry_runs = [DryRun(salt) for salt in range(lives_of)]
    for dry in dry_runs:
        for index in sample:
            await _live(scenario, index, days, settings, dry, catalogue, known)
    cpu = (time.process_time() - cpu) / (lives_of * len(sample) * days)
    cells = np.array(
        [[[_counts(dry, index, day) for day in range(days)] for index in sample] for dry in dry_runs]
    )
    totals = _totals(cells, scenario.households, scenario.days, _spread(dry_runs[0]))
    figures = {name: _figure(totals[:, n]) for n, name in enumerate(COUNTS)}
    price = price_of(llm.model, scenario.budget, at_home=is_embedded(llm) or _is_local(llm))
    spent = np.array([cost(price, row[1], row[1] - row[2], row[3]) for row in totals]) if price else None
    hours, measured = _hours(scenario, totals, cpu * scenario.households * scenario.days)
    return Estimate(
        people=people, households=scenario.households, days=scenario.days, lived=(len(sample), days),
        seconds=time.perf_counter() - began, settings=settings, figures=figures,
        money=None if spent is None else _figure(spent), currency=scenario.budget.currency,
        hours=hours, measured=measured,
    )  # fmt: skip


def _sample(scenario: Scenario | PopulationScenario) -> tuple[Sequence[int], int, int]:
    """Which households, for how many days, and how many people live in them."""
    indices = indices_of(scenario)
    some = [indices[round(n * (len(indices) - 1) / 9)] for n in range(10)] if len(indices) > 10 else indices
    sizes = [len(household(scenario, index).residents) for index in some]
    people = max(1, round(sum(sizes) / len(sizes)))
    days = min(scenario.days, WEEKS, max(2, MOST_DAYS // people))
    if len(indices) > 1:  # other households tell more than later days
        days = min(days, max(7, MOST_DAYS // (people * len(indices))))
    most = min(len(indices), max(FEWEST, MOST_DAYS // (people * days)))
    step = (len(indices) - 1) / max(1, most - 1)
    return sorted({indices[round(n * step)] for n in range(most)}), days, people


def _memories(
    scenario: Scenario | PopulationScenario, folder: RunFolder, catalogue: Catalogue
) -> Callable[[Scenario], Mapping[str, Memory]]:
    if isinstance(scenario, PopulationScenario):
        from runner.personas import Personas

        return Personas(catalogue).of
    found = memories(folder, scenario, catalogue, lambda _: None)
    return lambda _: found


async def _live(
    scenario: Scenario | PopulationScenario, index: int, days: int, settings: Settings | None, dry: DryRun,
    catalogue: Catalogue, known: Callable[[Scenario], Mapping[str, Memory]],
) -> None:  # fmt: skip
    home = household(scenario, index).model_copy(update={"days": days})
    thinking = None
    if settings is not None:
        port = ModelPort(settings=settings, gateway=dry, temperature=0.0, household=str(index))
        thinking = Thinking(
            port=port, deliberation=scenario.mind.deliberation, writes=settings.plans == "write",
            weight=settings.weight, routine_weight=settings.routine_weight,
        )  # fmt: skip
    async for lived in lives(home, catalogue, known(home), thinking, index):
        dry.day = min(days - 1, lived.now // (24 * HOUR))


def _counts(dry: DryRun, index: int, day: int) -> list[int]:
    ledger = dry.ledgers.get((str(index), day))
    spent = Spent() if ledger is None else ledger.total
    return [getattr(spent, name) for name in COUNTS]


def _totals(cells: np.ndarray, households: int, days: int, spread: tuple[float, float]) -> np.ndarray:
    """Draws of the whole cost; the first row is the likely one. *cells* by life, household, day and count.

    What every new household asks anew is what those in the second half of the sample did: the first ones also
    asked what all share. Days beyond those lived are like the second half of them.
    """
    again, lived, some = cells.shape[:3]
    rng = np.random.default_rng(0)
    rows = [np.mean([_whole(life, households, days) for life in cells], axis=0)]
    for _ in range(DRAWS):
        drawn = cells[rng.integers(again), rng.integers(lived, size=lived)]
        # A day is drawn among those of its half, so that what comes first is not drawn late.
        late = rng.integers(some // 2, some, size=some)
        early = rng.integers(0, max(1, some // 2), size=some)
        order = np.where(np.arange(some) < some // 2, early, late)
        row = _whole(drawn[:, order], households, days)
        row[3] *= rng.triangular(spread[0], 1.0, spread[1])
        rows.append(row)
    return np.array(rows)


def _whole(cells: np.ndarray, households: int, days: int) -> np.ndarray:
    lived, some = cells.shape[:2]
    typical = cells[:, some // 2 :].mean(axis=1)
    each = cells.sum(axis=1) + (days - some) * typical
    rest = each[lived // 2 :].mean(axis=0)
    return np.asarray(each.sum(axis=0) + (households - lived) * rest, dtype=float)


def _spread(dry: DryRun) -> tuple[float, float]:
    """How much shorter or longer than usual all that is written may be: mostly by the plans' lengths."""
    written = sum((ledger.total.completion_tokens for ledger in dry.ledgers.values()), 0)
    plans = sum(
        spent["completion_tokens"]
        for ledger in dry.ledgers.values()
        for spent in ledger.summary().get("plan", {}).values()
    )
    least, usual, most = TYPICAL["plan"]
    share = plans / written if written else 0.0
    return 1 - share * (1 - least / usual), 1 + share * (most / usual - 1) + 1e-9


def _hours(
    scenario: Scenario | PopulationScenario, totals: np.ndarray, cpu_seconds: float
) -> tuple[Figure, bool]:
    """One process that simulates while the model answers as many households as it has slots for."""
    llm = scenario.mind.llm
    fitness = recalled_fitness(llm.model)
    known = not totals[:, 0].any() or (fitness is not None and fitness.generation_speed > 0)
    reads, writes = (
        (fitness.prompt_speed, fitness.generation_speed)
        if fitness is not None and known
        else SPEED[is_embedded(llm)]
    )
    at_once = 1 if is_embedded(llm) else min(llm.concurrency, scenario.households)
    seconds = (totals[:, 2] / reads + totals[:, 3] / writes) / at_once + cpu_seconds
    likely, least, most = _figure(seconds / 3600)
    return (likely, least, most) if known else (likely, least * UNSURE[0], most * UNSURE[1]), known


def _figure(draws: np.ndarray) -> Figure:
    low, high = np.percentile(draws, SURE)
    return float(draws[0]), float(min(low, draws[0])), float(max(high, draws[0]))


def _is_local(llm: LLM) -> bool:
    return llm.base_url is not None and any(f"//{it}" in llm.base_url for it in ("127.0.0.1", "localhost"))
