"""What is this model fit for? A probe of good sense, JSON, a day plan and speed, made once a model."""

import asyncio
import json
import re
import tempfile
import time
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

from agents.gateway.connect import ModelPort, has_letters, open_model
from agents.gateway.journal import Journal
from agents.gateway.ledger import Ledger
from agents.gateway.port import Ask, Evidence, Plans, PortError, Settings
from agents.gateway.remembered import Fitness, remember
from agents.probe import Situation, held_out, situations
from agents.probe.comparing import comparison, fitted_weight, halves, worth
from scenarios.scenario import LLM

SENSIBLE_PLAN, OBEDIENT = 0.75, 0.9  # plan sense and share of valid JSON from which a model may write plans
HOURS = {  # activities of the trial plan, and when they make sense, in hours of the day
    "have breakfast": (5, 11), "have lunch": (11, 15), "have dinner": (17, 22), "go to bed": (20, 24),
    "get up": (5, 10), "take a shower": (5, 23), "work": (7, 19), "watch television": (7, 24),
    "do the laundry": (7, 22), "go for a walk": (6, 21), "read a book": (7, 24), "clean the kitchen": (7, 22),
}  # fmt: skip
PLAN = (
    "Plan an ordinary day at home of Ruth, 41, who works from home and lives alone, from getting up to going "
    "to bed, in 8 to 10 steps in order of time. Do nothing twice."
)


async def check_model(
    llm: LLM, labelled: Sequence[Situation] | None = None, apart: Sequence[Situation] | None = None
) -> Fitness:
    """Probe the model of *llm* on the *labelled* situations and the days *apart* from memory, and keep it."""
    with tempfile.TemporaryDirectory() as folder, Journal(Path(folder) / "journal.sqlite") as journal:
        async with open_model(llm, journal, Ledger(), alone=True) as port:
            fitness = await _checked(
                port, situations() if labelled is None else labelled, held_out() if apart is None else apart
            )
    remember(fitness)
    return fitness


async def evidence_of(
    port: ModelPort, method: Evidence, situations: Sequence[Situation]
) -> list[tuple[float, ...] | None]:
    """The evidence for the actions of each situation by *method*; None where the reply was of no use."""
    asking = _with(port, method)

    async def ask(item: Situation) -> tuple[float, ...] | None:
        try:
            return (await asking.weigh(item.text, item.actions, "probe", "")).evidence
        except PortError:
            return None

    if method == "score":  # one after the other, so that the server finds each prompt in its cache
        return [await ask(item) for item in situations]
    return list(await asyncio.gather(*map(ask, situations)))


def plan_sense(text: str) -> float:
    """Of a plan as JSON: mean share of steps distinct, in order, at a sensible hour; 0 if short."""
    try:
        steps = [(step["at"], step["activity"]) for step in json.loads(text)["steps"]]
        times = [_hour(at) for at, _ in steps]
    except (ValueError, KeyError, TypeError):
        return 0.0
    if len(steps) < 5:
        return 0.0
    distinct = len({activity for _, activity in steps}) / len(steps)
    ordered = sum(a < b for a, b in pairwise(times)) / (len(steps) - 1)
    spans = [(HOURS.get(activity, (24, 0)), hour) for (_, activity), hour in zip(steps, times, strict=True)]
    sensible = sum(opens <= hour < closes for (opens, closes), hour in spans) / len(steps)
    return (distinct + ordered + sensible) / 3


async def _checked(port: ModelPort, labelled: Sequence[Situation], apart: Sequence[Situation]) -> Fitness:
    prompt_speed, generation_speed, plan = await _speed_and_plan(port)
    scoring: list[Evidence] = ["score"] if await _scores(port) else []
    lettered: list[Evidence] = ["letters"] if await has_letters(port) else []
    methods: list[Evidence] = [*scoring, *lettered, "json"]
    found = {method: await evidence_of(port, method, labelled) for method in methods}
    ways = comparison({method: nats for method, nats in found.items() if any(nats)}, labelled)
    gains = {it.way.removeprefix("prior x "): it.mass[0] for it in ways if it.way.startswith("prior x ")}
    best = max((method for method in methods if method in gains), key=gains.__getitem__, default=methods[-1])
    valid = sum(nats is not None for nats in found["json"]) / len(labelled)
    plans: Plans = "write" if plan >= SENSIBLE_PLAN and valid >= OBEDIENT else "choose"
    everyday = await evidence_of(port, best, apart)
    usually = fitted_weight(everyday, apart)
    return Fitness(
        model=port.model, situations=len(labelled), ways=ways, json_valid=valid, plan=plan,
        prompt_speed=prompt_speed, generation_speed=generation_speed, evidence=best, plans=plans,
        weight=fitted_weight(found[best], labelled), halves=halves(found[best], labelled),
        routine_weight=usually, routine_gain=worth(everyday, apart, usually), steps=len(apart),
    )  # fmt: skip


async def _scores(port: ModelPort) -> bool:
    try:
        await _with(port, "score").weigh("It is cold.", ("turn on the heater",), "probe", "")
    except PortError:
        return False
    return True


async def _speed_and_plan(port: ModelPort) -> tuple[float, float, float]:
    """(tokens read a second, tokens written a second, sense of the plan)."""
    long = " ".join(f"At {hour} o'clock Ruth may {', or '.join(HOURS)}." for hour in range(5, 11))
    reading = Ask(purpose="probe", resident="", messages=(("user", long),), max_tokens=1)
    writing = Ask(
        purpose="probe", resident="", messages=(("user", PLAN),), schema=_plan_schema(), max_tokens=700
    )
    try:
        begun = time.perf_counter()
        read = await port.generate(reading)
        between = time.perf_counter()
        written = await port.generate(writing)
        ended = time.perf_counter()
    except PortError:
        return 0.0, 0.0, 0.0
    return (
        read.prompt_tokens / (between - begun),
        written.completion_tokens / (ended - between),
        plan_sense(written.text),
    )


def _plan_schema() -> dict[str, object]:
    step = {
        "type": "object",
        "properties": {
            "at": {"type": "string", "pattern": "^([01][0-9]|2[0-3]):[0-5][0-9]$"},
            "activity": {"type": "string", "enum": list(HOURS)},
        },
        "required": ["at", "activity"],
        "additionalProperties": False,
    }
    steps = {"type": "array", "items": step, "minItems": 6, "maxItems": 12}
    return {
        "type": "object", "properties": {"steps": steps}, "required": ["steps"], "additionalProperties": False
    }  # fmt: skip


def _with(port: ModelPort, method: Evidence) -> ModelPort:
    settings: Settings = replace(port.settings, evidence=method)
    return replace(port, settings=settings)


def _hour(text: str) -> float:
    match = re.fullmatch(r"(\d{1,2}):(\d\d)", text)
    if match is None:
        raise ValueError(text)
    return int(match[1]) + int(match[2]) / 60
