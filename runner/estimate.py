"""What a scenario will cost, before it is lived: some of its days are, with a model that is none.

The real prompts are built and counted (agents/gateway/made_up.py). Of a large scenario a sample of homes,
their first days and weeks spread over the rest stand for all; the interval is a bootstrap over households and
days, and, of what is written, over how long replies are.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import product
from typing import NamedTuple

import numpy as np

from agents.gateway.connect import ModelPort, assumed, is_embedded
from agents.gateway.ledger import Spent
from agents.gateway.made_up import TYPICAL, DryRun
from agents.gateway.port import Settings
from agents.gateway.prices import cost, price_of
from agents.gateway.remembered import recalled_fitness
from agents.thinking import Thinking
from runner.household import lives
from runner.memories import fresh_memories
from runner.run import indices_of
from scenarios.catalogue import Catalogue, load_catalogue
from scenarios.population_draw import household
from scenarios.scenario import LLM, PopulationScenario, Scenario
from sppc.memory import Memory
from world.clock import HOUR

MOST_DAYS = 240  # resident-days lived for an estimate, some seconds
WEEK, SETTLING = 7, 2  # days of a later stretch that count, and those before, in which people settle
MOST_STRETCHES = 8
MOST_LIVES = 6  # of the same days, with other replies: a short life's calls vary by a tenth
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
    plan = _plan(scenario)
    catalogue = load_catalogue(scenario.device_types)
    known = _memories(scenario, catalogue)
    cpu = time.process_time()
    dry_runs = [DryRun(salt) for salt in range(plan.lives)]
    for dry, (index, stretches) in product(dry_runs, plan.households):
        for stretch in stretches:
            await _live(scenario, index, stretch, settings, dry, catalogue, known)
    cpu = (time.process_time() - cpu) / (
        plan.lives * sum(it.days for _, them in plan.households for it in them)
    )
    first, later = _cells(plan, dry_runs)
    totals = _totals(first, later, scenario.households, scenario.days, _spread(dry_runs[0]))
    figures = {name: _figure(totals[:, n]) for n, name in enumerate(COUNTS)}
    price = price_of(llm.model, scenario.budget, at_home=is_embedded(llm) or _is_local(llm))
    spent = np.array([cost(price, row[1], row[1] - row[2], row[3]) for row in totals]) if price else None
    hours, measured = _hours(scenario, totals, cpu * scenario.households * scenario.days)
    return Estimate(
        households=scenario.households, days=scenario.days,
        lived=(len(plan.households), first.shape[2] + (later.shape[2] if plan.stretches else 0)),
        seconds=time.perf_counter() - began, settings=settings, figures=figures,
        money=None if spent is None else _figure(spent), currency=scenario.budget.currency,
        hours=hours, measured=measured,
    )  # fmt: skip


class _Stretch(NamedTuple):
    """Days of one household that are lived for the estimate; those before `counted` are not."""

    first: int
    days: int
    counted: int = 0


class _Plan(NamedTuple):
    """Which stretches of which households are lived, and how often, with other replies."""

    households: Sequence[tuple[int, Sequence[_Stretch]]]
    lives: int
    stretches: int  # later ones a household; 0 = the first one is all, or stands for all


def _plan(scenario: Scenario | PopulationScenario) -> _Plan:
    """The whole scenario where that is little; else the first days, and weeks spread over the rest."""
    indices = indices_of(scenario)
    some = [indices[round(n * (len(indices) - 1) / 9)] for n in range(10)] if len(indices) > 10 else indices
    people = max(1, round(sum(len(household(scenario, index).residents) for index in some) / len(some)))
    affordable = max(1, MOST_DAYS // people)  # days of households
    if len(indices) * scenario.days <= affordable:
        whole = [(index, [_Stretch(0, scenario.days)]) for index in indices]
        return _Plan(whole, min(MOST_LIVES, affordable // (len(indices) * scenario.days)), 0)
    early, week = min(scenario.days, WEEK), WEEK + SETTLING
    steady = bool(scenario.changes)  # a life that changes cannot be cut
    later = 0 if steady or scenario.days <= early + week else 1
    if steady:
        early = min(scenario.days, max(week, affordable // len(indices)))
    count = min(len(indices), max(FEWEST, affordable // (early + later * week)))
    if later and count == len(indices):
        later = max(1, min(MOST_STRETCHES, (affordable // count - early) // week))
    step = (len(indices) - 1) / max(1, count - 1)
    room = scenario.days - early - week
    households = []
    for n in range(count):
        places = [(k + (n + 0.5) / count) / later for k in range(later)]
        stretches = [_Stretch(early + round(it * room), week, SETTLING) for it in places]
        households.append((indices[round(n * step)], [_Stretch(0, early), *stretches]))
    return _Plan(households, 1, later)


def _memories(
    scenario: Scenario | PopulationScenario, catalogue: Catalogue
) -> Callable[[Scenario], Mapping[str, Memory]]:
    if isinstance(scenario, PopulationScenario):
        from runner.personas import Personas

        return Personas(catalogue).of
    found = fresh_memories(scenario, catalogue)
    return lambda _: found


async def _live(
    scenario: Scenario | PopulationScenario, index: int, stretch: _Stretch, settings: Settings | None,
    dry: DryRun, catalogue: Catalogue, known: Callable[[Scenario], Mapping[str, Memory]],
) -> None:  # fmt: skip
    whole = household(scenario, index)
    happenings = tuple(
        it.model_copy(update={"day": it.day - stretch.first})
        for it in whole.happenings
        if stretch.first <= it.day < stretch.first + stretch.days
    )
    start = whole.start + timedelta(days=stretch.first)
    home = whole.model_copy(update={"days": stretch.days, "start": start, "happenings": happenings})
    thinking = None
    if settings is not None:
        name = f"{index} {stretch.first}"
        port = ModelPort(settings=settings, gateway=dry, temperature=0.0, household=name)
        thinking = Thinking(
            port=port, deliberation=scenario.mind.deliberation, writes=settings.plans == "write",
            weight=settings.weight, routine_weight=settings.routine_weight,
        )  # fmt: skip
    dry.day = 0
    async for lived in lives(home, catalogue, known(home), thinking, index):
        dry.day = min(stretch.days - 1, lived.now // (24 * HOUR))


def _cells(plan: _Plan, dry_runs: Sequence[DryRun]) -> tuple[np.ndarray, np.ndarray]:
    """Counts by life, household and day: of the first stretch, and of what stands for all days after it."""

    def of(dry: DryRun, index: int, stretch: _Stretch) -> list[list[int]]:
        found = (dry.ledgers.get((f"{index} {stretch.first}", day)) for day in range(stretch.days))
        spent = [Spent() if ledger is None else ledger.total for ledger in found]
        return [[getattr(it, name) for name in COUNTS] for it in spent[stretch.counted :]]

    first = np.array([[of(dry, index, them[0]) for index, them in plan.households] for dry in dry_runs])
    if not plan.stretches:
        return first, first[:, :, first.shape[2] // 2 :]
    later = [
        [[day for it in them[1:] for day in of(dry, index, it)] for index, them in plan.households]
        for dry in dry_runs
    ]
    return first, np.array(later)


def _totals(
    first: np.ndarray, later: np.ndarray, households: int, days: int, spread: tuple[float, float]
) -> np.ndarray:
    """Draws of the whole cost; the first row is the likely one."""
    again, lived, early = first.shape[:3]
    rng = np.random.default_rng(0)
    pairs = zip(first, later, strict=True)
    rows = [np.mean([_whole(one, two, households, days) for one, two in pairs], axis=0)]
    for _ in range(DRAWS):
        life, homes = rng.integers(again), rng.integers(lived, size=lived)
        # A day is drawn among those of its half, so that what comes first is not drawn late.
        half = np.arange(early) < early // 2
        order = np.where(
            half, rng.integers(0, max(1, early // 2), early), rng.integers(early // 2, early, early)
        )
        drawn = later[life, homes][:, rng.integers(later.shape[2], size=later.shape[2])]
        row = _whole(first[life, homes][:, order], drawn, households, days)
        row[3] *= rng.triangular(spread[0], 1.0, spread[1])
        rows.append(row)
    return np.array(rows)


def _whole(first: np.ndarray, later: np.ndarray, households: int, days: int) -> np.ndarray:
    """Of all households and days. *first* and *later* by household, day and count.

    What every further household asks anew is what those in the second half of the sample did: the first ones
    also asked what all share.
    """
    lived, early = first.shape[:2]
    each = first.sum(axis=1) + (days - early) * later.mean(axis=1)
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
