"""One life to its end, by habit or asking a model."""

import asyncio
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from agents.gateway.journal import Journal
from agents.gateway.ledger import Ledger
from runner.household import Lived, lives
from scenarios.catalogue import Catalogue
from scenarios.scenario import Scenario
from sppc.memory import Memory


def life_of(scenario: Scenario, catalogue: Catalogue, memories: Mapping[str, Memory], index: int) -> Lived:
    """What household *index* leaves behind; a model is the embedded one, asked when something comes up."""
    return asyncio.run(_whole(scenario, catalogue, memories, index))


async def _whole(
    scenario: Scenario, catalogue: Catalogue, memories: Mapping[str, Memory], index: int
) -> Lived:
    if scenario.mind.kind == "habit":
        async for so_far in lives(scenario, catalogue, memories, None, index):
            last = so_far
        return last
    from agents.gateway.connect import open_port
    from agents.thinking import Thinking

    mind = scenario.mind
    with TemporaryDirectory() as folder, Journal(Path(folder) / "journal.sqlite") as journal:
        async with open_port(mind.llm, journal, Ledger()) as port:
            settings = port.settings
            thinking = Thinking(
                port=port.of(f"h{index:05d}"),
                deliberation=mind.deliberation,
                writes=settings.plans == "write",
                weight=settings.weight,
                routine_weight=settings.routine_weight,
            )
            async for so_far in lives(scenario, catalogue, memories, thinking, index):
                last = so_far
    return last
