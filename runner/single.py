"""One household from its index to its files: a function of what its run shares, its index and the replies."""

from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING

from agents.behaviours import Followed
from agents.gateway.heard import Heard
from agents.gateway.port import Gateway, Settings
from dataset.atomic import write_text
from dataset.log import BLOCK, Log
from dataset.schema import Origin
from dataset.store import HouseholdRecord, write_household
from runner.course import change_points, followed_in
from runner.done import Done, digest_drawn, write_done
from runner.folder import RunFolder
from runner.household import Lived, impossible, lives
from runner.labels import labelled
from runner.provenance import drawn_text, thought_tokens
from scenarios.catalogue import Catalogue
from scenarios.population_draw import household
from scenarios.scenario import PopulationScenario, Scenario
from sppc.memory import Memory
from world.clock import HOUR, Clock

if TYPE_CHECKING:
    from agents.thinking import Thinking

FEW = 3  # fallbacks that alone fail no household


class HouseholdFailed(Exception):
    """One household could not be lived; the others can."""


@dataclass(frozen=True, kw_only=True)
class Run:
    """What all households of a run share. Plain values: it travels to other processes and machines."""

    out: Path
    scenario: Scenario | PopulationScenario
    catalogue: Catalogue
    memories: Callable[[Scenario], Mapping[str, Memory]]  # what the people of a household remember
    origin: Origin
    model: Settings | None = None  # how the model is used; None for minds of habit


async def live_one(run: Run, index: int, gateway: Gateway | None) -> AsyncIterator[Lived | Done]:
    """Household *index* after every simulated hour and when it is over; once written, that it is done."""
    scenario, log, told = household(run.scenario, index), Log(), -HOUR
    clock = Clock(scenario.start, scenario.home.address.zone)
    followed = followed_in(scenario, run.catalogue, index)
    heard = None if gateway is None else Heard(gateway)
    thinking = _thinking(run, index, heard)
    async for lived in lives(scenario, run.catalogue, run.memories(scenario), thinking, index):
        if lived.now >= told + HOUR:
            told = lived.now
            yield lived
        if len(lived.events) >= BLOCK:
            followed.take(lived.events, lived.decisions)
            lived.put_by(log)
    lived.over = True
    yield lived
    followed.take(lived.events, lived.decisions)
    lived.put_by(log)
    _accept(scenario, lived)
    if scenario is not run.scenario:
        write_text(RunFolder(run.out).household(lived.name), drawn_text(scenario))
    done = Done(
        index=index,
        origin=run.origin,
        record=_write(run, scenario, lived, log, followed, index),
        tokens=thought_tokens(lived.thoughts),
        sensors=lived.sensors,
        replies=heard.digest() if heard else "",
        drawn=digest_drawn(run.out, lived.name),
        anomalies=labelled(lived.windows, log, lived.name, clock),
        changes=() if scenario is run.scenario else _own_changes(scenario, lived.name),
        invalid={
            "executed": len(impossible(log, lived.conflicts, scenario, run.catalogue)),
            "proposed": lived.refused,
        },
    )
    write_done(run.out, done)
    yield done


def _own_changes(scenario: Scenario, name: str) -> list[Mapping[str, object]]:
    """The change points of a household that is drawn; others share theirs."""
    return [{"household": name, **it} for it in change_points(scenario)]


def _thinking(run: Run, index: int, gateway: Gateway | None) -> "Thinking | None":
    """How the minds of household *index* use the model behind *gateway*."""
    if run.model is None or gateway is None:
        return None
    from agents.gateway.connect import ModelPort
    from agents.thinking import Thinking

    mind, used = run.scenario.mind, run.model
    port = ModelPort(settings=used, gateway=gateway, temperature=mind.llm.temperature)
    return Thinking(
        port=port.of(f"h{index:05d}"),
        deliberation=mind.deliberation,
        writes=used.plans == "write",
        weight=used.weight,
        routine_weight=used.routine_weight,
    )


def _accept(scenario: Scenario, lived: Lived) -> None:
    """A household whose thoughts mostly failed is no dataset of the model it names."""
    thoughts = [thought for _, thought in lived.thoughts]
    failed = [thought.fallback for thought in thoughts if thought.fallback]
    most = scenario.mind.llm.most_fallbacks
    if len(failed) > max(FEW, most * len(thoughts)):
        raise HouseholdFailed(
            f"{len(failed)} of {len(thoughts)} thoughts fell back to habit, more than "
            f"mind.llm.most_fallbacks = {most:g} allows; the last because: {failed[-1]}"
        )


def _write(
    run: Run, scenario: Scenario, lived: Lived, log: Log, followed: Followed, index: int
) -> HouseholdRecord:
    end = Clock(scenario.start, scenario.home.address.zone).midnight(scenario.days)
    conflicts = sorted(lived.conflicts, key=attrgetter("time", "resident", "resource"))
    return write_household(
        run.out, lived.name, index, log, conflicts, followed.rows(end),
        start=scenario.start, zone=scenario.home.address.zone, origin=run.origin,
    )  # fmt: skip
