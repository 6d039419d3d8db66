"""From a YAML file to a checked scenario, or to every problem in it at once, each with line and remedy."""

from collections.abc import Mapping
from pathlib import Path

from scenarios.catalogue import Catalogue, load_activities, load_catalogue, load_device_type
from scenarios.explaining import parsed, settled
from scenarios.including import read_tree, settle_files
from scenarios.problems import ScenarioError
from scenarios.references import check_routines, check_scenario
from scenarios.routine import AuthoredRoutines
from scenarios.scenario import Scenario
from scenarios.tree import Node, branch, put
from scenarios.weather_file import read_weather

__all__ = [
    "ScenarioError",
    "load_activities",
    "load_device_type",
    "load_routines_file",
    "load_scenario",
]


def load_scenario(path: Path, overrides: Mapping[str, object] = {}) -> Scenario:
    """The scenario in the file at *path*; residents come sorted by id.

    *overrides* come from the command line: {'seed': 3, 'mind.kind': 'llm'}; None means not given.
    """
    tree, folder = read_tree(path)
    for key, value in overrides.items():
        if value is not None:
            tree = put(tree, tuple(key.split(".")), _given(value))
    tree, missing = settle_files(tree, folder, ("routines", "weather", "residents.*.memory.routines"))
    scenario, broken = parsed(Scenario, tree)
    shipped = load_catalogue()
    wrong = check_scenario(tree, shipped.devices, shipped.activities)
    scenario = settled(scenario, broken, [*missing, *wrong])
    _check_routine_files(scenario)
    if scenario.weather:
        read_weather(Path(scenario.weather), scenario.home.address, scenario.start, scenario.days)
    return scenario.model_copy(
        update={"residents": tuple(sorted(scenario.residents, key=lambda who: who.id))}
    )


def load_routines_file(path: Path, catalogue: Catalogue | None = None) -> AuthoredRoutines:
    """The authored routines in the file at *path*, made of what *catalogue* (else the shipped one) has."""
    tree, _ = read_tree(path)
    catalogue = catalogue or load_catalogue()
    wrong = check_routines(tree, catalogue.activities, catalogue.actions())
    return settled(*parsed(AuthoredRoutines, tree), wrong)


def _check_routine_files(scenario: Scenario) -> None:
    """Authored routines are read whole; what an import wrote is only known to exist."""
    catalogue = load_catalogue(scenario.device_types)
    named = {scenario.routines, *(who.memory.routines for who in scenario.residents if who.memory)} - {None}
    for file in sorted(Path(name) for name in named if name):
        if file.suffix in (".yaml", ".yml"):
            load_routines_file(file, catalogue)


def _given(value: object) -> Node:
    """A value from the command line, as a node of no file."""
    if isinstance(value, Mapping):
        return branch({str(key): _given(below) for key, below in value.items()}, None, 0)
    if isinstance(value, list | tuple):
        return branch([_given(below) for below in value], None, 0)
    return Node(value if isinstance(value, str | int | float | bool | None) else str(value), None, 0)
