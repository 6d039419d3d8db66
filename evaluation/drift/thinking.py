"""One life to its end, by habit or asking a model; and what it would ask."""

import asyncio
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from agents.gateway.journal import Journal
from agents.gateway.ledger import Ledger
from runner.household import Lived, whole_life
from scenarios.catalogue import Catalogue
from scenarios.scenario import Scenario
from sppc.memory import Memory

if TYPE_CHECKING:
    from agents.gateway.connect import ModelPort


def life_of(scenario: Scenario, catalogue: Catalogue, memories: Mapping[str, Memory], index: int) -> Lived:
    """What household *index* leaves behind; a model is asked when something comes up."""
    return asyncio.run(_whole(scenario, catalogue, memories, index))


def calls_of(scenario: Scenario, catalogue: Catalogue, memories: Mapping[str, Memory], index: int) -> int:
    """How often household *index* would ask its model: lived with replies that are made up at once."""
    from agents.gateway.connect import ModelPort, assumed
    from agents.gateway.made_up import DryRun

    llm, dry = scenario.mind.llm, DryRun()
    port = ModelPort(settings=assumed(llm, llm.model), gateway=dry, temperature=llm.temperature)
    asyncio.run(_thought(scenario, catalogue, memories, index, port))
    return sum(it.total.calls for it in dry.ledgers.values())


async def _whole(
    scenario: Scenario, catalogue: Catalogue, memories: Mapping[str, Memory], index: int
) -> Lived:
    if scenario.mind.kind == "habit":
        return await whole_life(scenario, catalogue, memories, None, index)
    from agents.gateway.connect import open_port

    with TemporaryDirectory() as folder, Journal(Path(folder) / "journal.sqlite") as journal:
        async with open_port(scenario.mind.llm, journal, Ledger()) as port:
            return await _thought(scenario, catalogue, memories, index, port)


async def _thought(
    scenario: Scenario, catalogue: Catalogue, memories: Mapping[str, Memory], index: int, port: "ModelPort"
) -> Lived:
    from agents.thinking import Thinking

    settings = port.settings
    thinking = Thinking(
        port=port.of(f"h{index:05d}"),
        deliberation=scenario.mind.deliberation,
        writes=settings.plans == "write",
        weight=settings.weight,
        routine_weight=settings.routine_weight,
    )
    return await whole_life(scenario, catalogue, memories, thinking, index)
