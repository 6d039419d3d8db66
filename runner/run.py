"""A run: its households lived, each written as it ends, the manifest last."""

import asyncio
import time
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from agents.gateway.budget import in_time
from agents.gateway.connect import is_embedded
from agents.gateway.journal import Journal
from agents.gateway.ledger import Ledger
from agents.gateway.port import Gateway
from dataset.card import write_card
from dataset.manifest import Manifest, read_manifest, write_manifest
from dataset.schema import Origin
from runner.course import change_points
from runner.done import all_done, digest_memory, manifest_of
from runner.fleet import Fleet, Progress, at_once, crew, slots
from runner.folder import RunFolder
from runner.how import ALONE, How
from runner.processes import on_processes
from runner.provenance import fingerprint
from runner.single import Run
from runner.turns import Turns
from runner.verify import compare
from scenarios.catalogue import Catalogue
from scenarios.errors import RunFailed
from scenarios.scenario import PopulationScenario, Scenario
from sppc.memory import Memory

if TYPE_CHECKING:
    from agents.gateway.connect import ModelPort

EVERY = 0.2  # seconds between two looks at how far a run is
NAMED = 3  # failed households that are told of


@dataclass(frozen=True, kw_only=True)
class Job:
    """Everything a run needs."""

    folder: RunFolder
    scenario: Scenario | PopulationScenario
    settings: dict[str, Any]
    catalogue: Catalogue
    memories: Callable[[Scenario], Mapping[str, Memory]]  # what the people of a household remember
    indices: Sequence[int]  # of the households to live; in whatever order, the data are the same
    replay: bool = False
    how: How = ALONE


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What a finished run is, and what it took now: a run that was complete before takes nothing."""

    manifest: Manifest
    ledger: Ledger = field(default_factory=Ledger)
    seconds: float = 0.0  # of simulating and writing
    damaged: tuple[str, ...] = ()  # households whose files were not as they were written, so lived again


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
        port = await _port(job, ledger, stack)
        began = time.perf_counter()
        run = _run(job, out, port)
        fleet = Fleet(run, job.indices)
        living = asyncio.create_task(_live(run, fleet, _in_turns(run, fleet, port), job.how))
        try:
            while not living.done():
                await asyncio.wait([living], timeout=EVERY)
                if not living.done() and not job.replay:
                    in_time(job.scenario.budget, time.perf_counter() - began)
                spent = ledger.total
                yield replace(
                    fleet.progress(), calls=spent.calls, tokens=spent.prompt_tokens + spent.completion_tokens
                )
            await living
        finally:
            living.cancel()
            await asyncio.gather(living, return_exceptions=True)
        _refuse_failures(fleet)
        manifest = _folded(job, run)
        _finish(job, out, manifest)
        seconds = time.perf_counter() - began
    damaged = tuple(f"h{index:05d}" for index in fleet.damaged)
    yield Outcome(manifest=manifest, ledger=ledger, seconds=seconds, damaged=damaged)


def indices_of(scenario: Scenario | PopulationScenario) -> range:
    """Of all households of the scenario."""
    return range(scenario.first, scenario.first + scenario.households)


async def _port(job: Job, ledger: Ledger, stack: AsyncExitStack) -> "ModelPort | None":
    """The model behind the journal; none for minds of habit."""
    mind = job.scenario.mind
    if mind.kind == "habit" or mind.deliberation == "habit":
        return None
    from agents.gateway.connect import open_port

    journal = stack.enter_context(Journal(job.folder.journal, replay=job.replay))
    return await stack.enter_async_context(open_port(mind.llm, journal, ledger, job.scenario.budget))


def _run(job: Job, out: Path, port: "ModelPort | None") -> Run:
    origin = Origin(
        scenario=job.scenario.name,
        fingerprint=fingerprint(job.settings),
        seed=job.scenario.seed,
        model=port.model if port else "",
    )
    return Run(
        out=out,
        scenario=job.scenario,
        catalogue=job.catalogue,
        memories=job.memories,
        origin=origin,
        model=port.settings if port else None,
    )


def _in_turns(run: Run, fleet: Fleet, port: "ModelPort | None") -> Gateway | None:
    return Turns(port.gateway, slots(run), fleet.lived) if port else None


async def _live(run: Run, fleet: Fleet, gateway: Gateway | None, how: How) -> None:
    if how.engine == "ray":
        from runner.on_ray import on_ray

        await on_ray(run, fleet, gateway, how)
    elif (how.workers or 1) > 1 or _many(run, fleet):
        await on_processes(run, fleet, gateway, how.workers or 1)
    else:
        await crew(run, fleet, gateway, min(fleet.waiting, at_once(run)))


def _many(run: Run, fleet: Fleet) -> bool:
    """Whether the model should never wait because homes take the processor: then this process only asks."""
    return run.model is not None and not is_embedded(run.scenario.mind.llm) and fleet.waiting > slots(run)


def _refuse_failures(fleet: Fleet) -> None:
    """A run whose households are not all done is not complete."""
    if not fleet.failed:
        return
    told = [f"h{index:05d}: {why}" for index, why in sorted(fleet.failed.items())]
    more = "; …" if len(told) > NAMED else ""
    few = "; ".join(told[:NAMED]) + more
    if len(fleet.indices) == 1:
        raise RunFailed(few)
    raise RunFailed(
        f"{len(told)} of {len(fleet.indices)} households, which the same command tries again: {few}"
    )


def _folded(job: Job, run: Run) -> Manifest:
    changes = change_points(job.scenario) if isinstance(job.scenario, Scenario) else ()
    done = all_done(run.out, job.indices, run.origin)
    return manifest_of(done, run.origin, job.settings, changes, digest_memory(job.folder))


def _finish(job: Job, out: Path, manifest: Manifest) -> None:
    """Complete the folder; a replay compares instead."""
    if not job.replay:
        write_card(out, manifest, about=job.scenario.about)
        write_manifest(out, manifest)
    elif job.folder.complete:
        compare(job.folder.path, out, manifest, job.catalogue)
