"""From the tree of a scenario that has a `population` to the checked scenario."""

from collections.abc import Iterator
from pathlib import Path

from scenarios.catalogue import Catalogue, load_catalogue
from scenarios.change import JOINS
from scenarios.change_checks import with_illness
from scenarios.composing import identified, laid
from scenarios.explaining import parsed, settled
from scenarios.including import Folder, settle_files
from scenarios.population_change import whom
from scenarios.population_files import with_files
from scenarios.problems import Problem, ScenarioError, unknown
from scenarios.references import check_days, check_home, check_profile
from scenarios.scenario import PopulationScenario
from scenarios.tree import Node, child, find, locate, node_of, problem, put

INSTEAD = ("home", "residents", "weather")
"""What a scenario has that has no population."""
FILES = ("routines", "population.profiles.*.memory.routines", "changes.*.profile.memory.routines")


def load_population(tree: Node, folder: Folder) -> tuple[PopulationScenario, Node]:
    """The scenario in *tree*, and the tree with its tables; ScenarioError with all that is wrong in them."""
    population = child(tree, "population") or tree
    if both := [problem(population, (key,), _either(key)) for key in INSTEAD if child(tree, key)]:
        raise ScenarioError(both)
    tree, wrong = with_files(tree, folder)
    if wrong := [*wrong, *folder.problems]:
        raise ScenarioError(wrong)
    tree, missing = settle_files(with_illness(tree, folder), folder, FILES)
    tree = identified(tree, "population.profiles.*")
    scenario, broken = parsed(PopulationScenario, tree)
    return settled(scenario, broken, [*missing, *_meaningless(tree, load_catalogue())]), tree


def routine_files(scenario: PopulationScenario) -> set[Path]:
    """The files that seed the memory of anybody who may live there."""
    named = [who.memory.routines for who in scenario.population.profiles.values() if who.memory]
    later = [((it.profile or {}).get("memory") or {}).get("routines") for it in scenario.changes]
    return {Path(name) for name in (*named, *later, scenario.routines) if name}


def changed_profiles(scenario: PopulationScenario, tree: Node) -> Iterator[tuple[int, str, Node]]:
    """(number of a change, name, tree) of each profile of the tables as people live by it from then on."""
    overs = {path[1]: over for path, over in find(tree, "changes.*.profile")}
    for number, change in enumerate(scenario.changes):
        over = overs.get(number)
        if over is None or over.value is None:
            continue
        if change.kind in JOINS:
            yield number, "", put(over, ("name",), node_of("somebody"))
            continue
        youngest = dict(sorted(whom(scenario.population, change), reverse=True))
        for name, age in youngest.items():
            base = locate(tree, ("population", "profiles", name))[1]
            yield number, name, laid(put(base, ("age",), node_of(age)), over)


def _meaningless(tree: Node, shipped: Catalogue) -> Iterator[Problem]:
    own = {str(node.value): None for _, node in find(tree, "device_types.*.type")}
    types = {**shipped.devices, **own}
    for path, node in find(tree, "population.devices.*"):
        if isinstance(node.value, str) and node.value not in types:
            yield problem(node, path, unknown("device type", node.value, types))
    for path, _ in find(tree, "population.homes.*"):
        yield from check_home(tree, types, ".".join(map(str, path)) + ".")
    for at in ("population.profiles.*.", "changes.*.profile."):
        yield from check_profile(tree, types, shipped.activities, at)
    yield from check_days(tree)
    yield from _late(tree)


def _late(tree: Node) -> Iterator[Problem]:
    """Changes that may begin only when all is over, unless the command line cut the days short."""
    days = next((days.value for _, days in find(tree, "days") if days.file), None)
    for path, node in find(tree, "changes.*.day"):
        last = str(node.value).rpartition("-")[2].strip()
        if isinstance(days, int) and last.isdecimal() and int(last) >= days:
            said = f"day {last} comes after the last day, {days - 1} (days count from 0)"
            yield problem(node, path, said)


def _either(key: str) -> str:
    if key == "weather":
        return "is of one place, and a population lives in several; leave it out"
    return "a scenario has either a population, or a home and residents; leave one of them out"
