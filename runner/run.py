"""A run: households lived one after the other, written as they end, the manifest last."""

import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from agents.journal import Journal
from agents.ledger import Ledger
from dataset.card import write_card
from dataset.manifest import Manifest, package_versions, read_manifest, write_manifest
from dataset.schema import Origin
from dataset.store import HouseholdRecord, write_household
from runner.folder import RunFolder
from runner.household import Lived, lives
from runner.provenance import fingerprint, thought_tokens
from scenarios.catalogue import Catalogue
from scenarios.errors import RunFailed
from scenarios.scenario import Scenario
from sppc.memory import Memory

if TYPE_CHECKING:
    from agents.thinking import Thinking

PACKAGES = ("numpy", "simpy", "networkx", "pyarrow", "torch", "langgraph", "langchain-openai", "xllamacpp")
FEW = 3  # fallbacks that alone fail no run


@dataclass(frozen=True, kw_only=True)
class Job:
    """Everything a run needs."""

    folder: RunFolder
    scenario: Scenario
    settings: dict[str, Any]
    catalogue: Catalogue
    memories: dict[str, Memory]
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
    """What a finished run was."""

    manifest: Manifest
    summary: dict[str, Any]


async def carry_out(job: Job) -> AsyncIterator[Progress | Outcome]:
    """Live all households; progress as it goes, the outcome last.

    A replay writes beside the run and throws that away: it only tells whether the digest comes out again.
    """
    ledger = Ledger()
    async with AsyncExitStack() as stack:
        out = Path(stack.enter_context(TemporaryDirectory())) if job.replay else job.folder.path
        thinking, model = await _thinking(job, ledger, stack)
        began = time.perf_counter()
        origin = Origin(
            scenario=job.scenario.name,
            fingerprint=fingerprint(job.settings),
            seed=job.scenario.seed,
            model=model,
        )
        records: list[HouseholdRecord] = []
        counts = _Counts()
        for index in range(job.scenario.households):
            async for lived in lives(job.scenario, job.catalogue, job.memories, thinking, index):
                yield _progress(job.scenario, index, lived, counts.events, ledger)
            _accept(job.scenario, lived)
            counts.add(lived, job)
            records.append(_write(out, job.scenario, lived, index, origin))
        manifest = Manifest(
            origin=origin,
            settings=job.settings,
            households=tuple(records),
            packages=package_versions(PACKAGES),
            tokens=thought_tokens(counts.thoughts),
        )
        _finish(job, out, manifest)
        seconds = time.perf_counter() - began
    yield Outcome(manifest=manifest, summary=_summary(job, manifest, ledger, counts, seconds))


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
    )
    return thinking, settings.model


class _Counts:
    """What is added up over households."""

    def __init__(self) -> None:
        self.events = self.refused = self.impossible = 0
        self.thoughts: list[tuple[str, Any]] = []

    def add(self, lived: Lived, job: Job) -> None:
        """One household more."""
        self.events += len(lived.events)
        self.refused += lived.refused
        self.impossible += len(lived.impossible(job.scenario, job.catalogue))
        self.thoughts += lived.thoughts


def _progress(scenario: Scenario, index: int, lived: Lived, before: int, ledger: Ledger) -> Progress:
    day = lived.now / 86_400_000
    spent = ledger.total
    return Progress(
        household=lived.name,
        day=day,
        done=(index + min(1.0, day / scenario.days)) / scenario.households,
        events=before + len(lived.events),
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


def _write(out: Path, scenario: Scenario, lived: Lived, index: int, origin: Origin) -> HouseholdRecord:
    return write_household(
        out, lived.name, index, lived.events, lived.decisions,
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


def _summary(job: Job, manifest: Manifest, ledger: Ledger, counts: _Counts, seconds: float) -> dict[str, Any]:
    spent = ledger.total
    return {
        "run": str(job.folder.path),
        "digest": manifest.digest,
        "households": len(manifest.households),
        "residents": len(job.scenario.residents) * len(manifest.households),
        "days": job.scenario.days,
        "events": manifest.counts["events"],
        "decisions": manifest.counts["decisions"],
        "seconds": round(seconds, 3),
        "llm": {
            "model": manifest.origin.model,
            "calls": spent.calls,
            "cached": spent.cached,
            "prompt_tokens": spent.prompt_tokens,
            "completion_tokens": spent.completion_tokens,
            "thoughts": len(counts.thoughts),
            "fallbacks": sum(bool(thought.fallback) for _, thought in counts.thoughts),
            "ledger": ledger.summary(),
        },
        "invalid_executed": counts.impossible,
        "invalid_proposed": counts.refused,
    }
