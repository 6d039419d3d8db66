"""One life under several conditions: whole, and without memory, profile, physics or coordination."""

import asyncio
from collections.abc import Callable, Mapping
from typing import NamedTuple

from runner.household import Lived, whole_life
from scenarios.catalogue import load_catalogue
from scenarios.resident import Profile
from scenarios.scenario import Scenario
from sppc.memory import Memory


class Life(NamedTuple):
    """A household, and what its people remember."""

    scenario: Scenario
    memories: Mapping[str, Memory]

    def by(self, **other: object) -> "Life":
        """The same with *other* things in its scenario."""
        return self._replace(scenario=self.scenario.model_copy(update=other))


def unknown_people(life: Life) -> Life:
    """The same names in the same bedrooms with the same memories, and nothing else known of them."""
    people = [Profile(id=it.id, name=it.name, bedroom=it.bedroom) for it in life.scenario.residents]
    return life.by(residents=tuple(people))


CONDITIONS: Mapping[str, Callable[[Life], Life]] = {
    "full": lambda life: life,
    "other seeds": lambda life: life,
    "without memory": lambda life: life._replace(memories={}),
    "without profile": unknown_people,
    "without physics": lambda life: life.by(physics=False),  # always 21 °C and bright
    "without coordination": lambda life: life.by(
        mind=life.scenario.mind.model_copy(update={"coordination": False})
    ),
}


def live(life: Life) -> Lived:
    """All of it, by minds of habit."""
    scenario, memories = life.by(mind=life.scenario.mind.model_copy(update={"kind": "habit"}))
    return asyncio.run(whole_life(scenario, load_catalogue(), memories, None, 0))
