"""A run: households lived one after the other, written as they end, the manifest last."""

import time
from collections import Counter
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from operator import attrgetter
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from agents.behaviours import Followed
from agents.journal import Journal
from agents.ledger import Ledger
from dataset.atomic import write_text
from dataset.card import write_card
from dataset.log import BLOCK, Log
from dataset.manifest import Ledgers, Manifest, added_up, package_versions, read_manifest, write_manifest
from dataset.schema import Origin
from dataset.store import HouseholdRecord, write_household
from runner.course import change_points, followed_in
from runner.folder import RunFolder
from runner.household import Lived, impossible, lives
from runner.provenance import drawn_text, fingerprint, thought_tokens
from scenarios.catalogue import Catalogue
from scenarios.errors import RunFailed
from scenarios.population_draw import household
from scenarios.scenario import PopulationScenario, Scenario
from sppc.memory import Memory
from world.clock import HOUR, Clock

if TYPE_CHECKING:
    from agents.thinking import Thinking

PACKAGES = ("numpy", "simpy", "networkx", "pyarrow", "torch", "langgraph", "langchain-openai", "xllamacpp")
FEW = 3  # fallbacks that alone fail no run


@dataclass(frozen=True, kw_only=True)
class Job:
    """Everything a run needs."""

    folder: RunFolder
    scenario: Scenario | PopulationScenario
    settings: dict[str, Any]
    catalogue: Catalogue
    memories: Callable[[Scenario], Mapping[str, Memory]]  # what the people of a household remember
    replay: bool = False


@dataclass(frozen=True, kw_only=True)
class Progress:
    """How far a run is."""

    household: str
    day: float  # days lived by this household
    done: float  # share of the whole run
    events: int
    calls: int
    tokens: int


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What a finished run is, and what it took now: a run that was complete before takes nothing."""

    manifest: Manifest
    ledger: Ledger = field(default_factory=Ledger)
    seconds: float = 0.0  # of simulating and writing


async def carry_out(job: Job) -> AsyncGenerator[Progress | Outcome, None]:
    """Live all households; progress as it goes, the outcome last.

    A replay writes beside the run and throws that away: it only tells whether the digest comes out again.
    """
    if job.folder.complete and not job.replay:
        yield Outcome(manifest=read_manifest(job.folder.path))
        return
    ledger = Ledger()
    async with AsyncExitStack() as stack:
        out = Path(stack.enter_context(TemporaryDirectory())) if job.replay else job.folder.path
        thinking, model = await _thinking(job, ledger, stack)
        began = time.perf_counter()
        origin = _origin(job, model)
        records: list[HouseholdRecord] = []
        tokens: Ledgers = {}
        sensors: Ledgers = {}
        invalid, events = Counter(executed=0, proposed=0), 0
        for index in range(job.scenario.first, job.scenario.first + job.scenario.households):
            scenario, log, told = household(job.scenario, index), Log(), -HOUR
            followed = followed_in(scenario, job.catalogue, index)
            async for lived in lives(scenario, job.catalogue, job.memories(scenario), thinking, index):
                if lived.now >= told + HOUR:
                    told = lived.now
                    yield _progress(job.scenario, len(records), events, lived, ledger)
                if len(lived.events) >= BLOCK:
                    followed.take(lived.events, lived.decisions)
                    lived.put_by(log)
            followed.take(lived.events, lived.decisions)
            lived.put_by(log)
            _accept(scenario, lived)
            if scenario is not job.scenario:
                write_text(RunFolder(out).household(lived.name), drawn_text(scenario))
            records.append(_write(out, scenario, lived, log, followed, index, origin))
            events += records[-1].events
            tokens = added_up([tokens, thought_tokens(lived.thoughts)])
            sensors = added_up([sensors, lived.sensors])
            wrong = impossible(log, lived.conflicts, scenario, job.catalogue)
            invalid.update(executed=len(wrong), proposed=lived.refused)
        manifest = Manifest(
            origin=origin,
            settings=job.settings,
            households=tuple(records),
            packages=package_versions(PACKAGES),
            tokens=tokens,
            invalid=dict(invalid),
            sensors=sensors,
            changes=change_points(job.scenario) if isinstance(job.scenario, Scenario) else (),
        )
        _finish(job, out, manifest)
        seconds = time.perf_counter() - began
    yield Outcome(manifest=manifest, ledger=ledger, seconds=seconds)


async def _thinking(job: Job, ledger: Ledger, stack: AsyncExitStack) -> "tuple[Thinking | None, str]":
    """The minds' model behind the journal, and its name; none for minds of habit."""
    mind = job.scenario.mind
    if mind.kind == "habit" or mind.deliberation == "habit":
        return None, ""
    from agents.connect import open_port
    from agents.thinking import Thinking

    journal = stack.enter_context(Journal(job.folder.journal, replay=job.replay))
    port = await stack.enter_async_context(open_port(mind.llm, journal, ledger))
    settings = port.settings
    thinking = Thinking(
        port=port,
        deliberation=mind.deliberation,
        writes=settings.plans == "write",
        weight=settings.weight,
        routine_weight=settings.routine_weight,
    )
    return thinking, settings.model


def _origin(job: Job, model: str) -> Origin:
    return Origin(
        scenario=job.scenario.name,
        fingerprint=fingerprint(job.settings),
        seed=job.scenario.seed,
        model=model,
    )


def _progress(
    scenario: Scenario | PopulationScenario, before: int, events: int, lived: Lived, ledger: Ledger
) -> Progress:
    """After *before* households with *events* in all."""
    day = lived.now / (24 * HOUR)
    spent = ledger.total
    return Progress(
        household=lived.name,
        day=day,
        done=(before + min(1.0, day / scenario.days)) / scenario.households,
        events=events + lived.observable,
        calls=spent.calls,
        tokens=spent.prompt_tokens + spent.completion_tokens,
    )


def _accept(scenario: Scenario, lived: Lived) -> None:
    """A household whose thoughts mostly failed is no dataset of the model it names."""
    thoughts = [thought for _, thought in lived.thoughts]
    failed = [thought.fallback for thought in thoughts if thought.fallback]
    most = scenario.mind.llm.most_fallbacks
    if len(failed) > max(FEW, most * len(thoughts)):
        raise RunFailed(
            f"{lived.name}: {len(failed)} of {len(thoughts)} thoughts fell back to habit, more than "
            f"mind.llm.most_fallbacks = {most:g} allows; the last because: {failed[-1]}"
        )


def _write(
    out: Path, scenario: Scenario, lived: Lived, log: Log, followed: Followed, index: int, origin: Origin
) -> HouseholdRecord:
    end = Clock(scenario.start, scenario.home.address.zone).midnight(scenario.days)
    conflicts = sorted(lived.conflicts, key=attrgetter("time", "resident", "resource"))
    return write_household(
        out, lived.name, index, log, conflicts, followed.rows(end),
        start=scenario.start, zone=scenario.home.address.zone, origin=origin,
    )  # fmt: skip


def _finish(job: Job, out: Path, manifest: Manifest) -> None:
    """Complete the folder; a replay compares instead."""
    if not job.replay:
        write_card(out, manifest, about=job.scenario.about)
        write_manifest(out, manifest)
    elif job.folder.complete:
        before = read_manifest(job.folder.path).digest
        if before != manifest.digest:
            raise RunFailed(
                f"the replay of {job.folder.path} gives digest {manifest.digest[:12]}, "
                f"the run had {before[:12]}: the program or its libraries are not those that made it"
            )
