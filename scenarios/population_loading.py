"""From the tree of a scenario that has a `population` to the checked scenario."""

from collections.abc import Iterator
from pathlib import Path

from scenarios.catalogue import Catalogue, load_catalogue
from scenarios.composing import identified
from scenarios.explaining import parsed, settled
from scenarios.including import Folder, settle_files
from scenarios.population_files import with_files
from scenarios.problems import Problem, ScenarioError, unknown
from scenarios.references import check_days, check_home, check_profile
from scenarios.scenario import PopulationScenario
from scenarios.tree import Node, child, find, problem

INSTEAD = ("home", "residents", "weather")
"""What a scenario has that has no population."""


def load_population(tree: Node, folder: Folder) -> PopulationScenario:
    """The scenario in *tree*; ScenarioError with all that is wrong in it and in the tables it names."""
    population = child(tree, "population") or tree
    if both := [problem(population, (key,), _either(key)) for key in INSTEAD if child(tree, key)]:
        raise ScenarioError(both)
    tree, wrong = with_files(tree, folder)
    if wrong := [*wrong, *folder.problems]:
        raise ScenarioError(wrong)
    tree, missing = settle_files(tree, folder, ("routines", "population.profiles.*.memory.routines"))
    tree = identified(tree, "population.profiles.*")
    scenario, broken = parsed(PopulationScenario, tree)
    return settled(scenario, broken, [*missing, *_meaningless(tree, load_catalogue())])


def routine_files(scenario: PopulationScenario) -> set[Path]:
    """The files that seed the memory of anybody who may live there."""
    named = {who.memory.routines for who in scenario.population.profiles.values() if who.memory}
    return {Path(name) for name in (*named, scenario.routines) if name}


def _meaningless(tree: Node, shipped: Catalogue) -> Iterator[Problem]:
    own = {str(node.value): None for _, node in find(tree, "device_types.*.type")}
    types = {**shipped.devices, **own}
    for path, node in find(tree, "population.devices.*"):
        if isinstance(node.value, str) and node.value not in types:
            yield problem(node, path, unknown("device type", node.value, types))
    for path, _ in find(tree, "population.homes.*"):
        yield from check_home(tree, types, ".".join(map(str, path)) + ".")
    yield from check_profile(tree, types, shipped.activities, "population.profiles.*.")
    yield from check_days(tree)


def _either(key: str) -> str:
    if key == "weather":
        return "is of one place, and a population lives in several; leave it out"
    return "a scenario has either a population, or a home and residents; leave one of them out"
