"""From a YAML file to a checked scenario, or to every problem in it at once, each with line and remedy."""

from collections.abc import Iterator, Mapping, Set
from pathlib import Path

from scenarios.activity import Activity
from scenarios.beds import bed_findings, bedrooms
from scenarios.catalogue import Catalogue, load_activities, load_catalogue, load_device_type
from scenarios.change_checks import change_findings, check_changes, profile_trees, with_beds, with_illness
from scenarios.coherence import memory_findings, profile_findings
from scenarios.composing import identified
from scenarios.course import remembering, sound
from scenarios.explaining import parsed, placed, settled
from scenarios.including import read_tree, settle_files
from scenarios.population_loading import changed_profiles, load_population, routine_files
from scenarios.problems import Problem, ScenarioError
from scenarios.references import check_routines, check_scenario
from scenarios.resident import Profile
from scenarios.routine import AuthoredRoutines
from scenarios.scenario import PopulationScenario, Scenario
from scenarios.tree import KeyPath, Node, child, locate, node_of, problem, put, refusal
from scenarios.weather_file import read_weather

__all__ = [
    "ScenarioError",
    "load_activities",
    "load_device_type",
    "load_routines_file",
    "load_scenario",
]

NO_SCENARIO = "is no scenario: it has neither home nor residents (`home` shows a home, `preview` a profile)"
FILES = ("routines", "weather", "residents.*.memory.routines", "changes.*.profile.memory.routines")


def load_scenario(path: Path, overrides: Mapping[str, object] = {}) -> Scenario | PopulationScenario:
    """The scenario in the file at *path*; residents come sorted by id.

    *overrides* come from the command line: {'seed': 3, 'mind.kind': 'llm'}; None means not given.
    """
    tree, folder = read_tree(path)
    if isinstance(tree.value, dict) and not tree.value.keys() & {"home", "residents", "population"}:
        raise refusal(path, 0, NO_SCENARIO)
    for key, value in overrides.items():
        if value is not None:
            tree = put(tree, tuple(key.split(".")), node_of(value))
    if child(tree, "population") is not None:
        population, tree = load_population(tree, folder)
        settled(population, _incoherent_populations(population, tree, load_catalogue().activities))
        _check_routine_files(routine_files(population), load_catalogue(population.device_types))
        return population
    tree, missing = settle_files(with_illness(tree, folder), folder, FILES)
    tree = identified(identified(tree, "residents.*"), "changes.*.profile")
    scenario, broken = parsed(Scenario, tree)
    shipped = load_catalogue()
    wrong = [*check_scenario(tree, shipped.devices, shipped.activities), *check_changes(tree)]
    scenario = settled(scenario, broken, [*missing, *wrong])
    settled(scenario, _incoherent(scenario, tree, shipped.activities))
    own = {who.memory.routines for _, who in remembering(scenario) if who.memory}
    named = {scenario.routines, *own}
    _check_routine_files({Path(name) for name in named if name}, load_catalogue(scenario.device_types))
    if scenario.weather:
        read_weather(Path(scenario.weather), scenario.home.address, scenario.start, scenario.days)
    rooms = bedrooms(scenario.home, scenario.residents)
    housed = (
        who.model_copy(update={"bedroom": rooms.get(who.id, who.bedroom)}) for who in scenario.residents
    )
    people = tuple(sorted(housed, key=lambda who: who.id))
    return with_beds(scenario.model_copy(update={"residents": people}))


def load_routines_file(path: Path, catalogue: Catalogue | None = None) -> AuthoredRoutines:
    """The authored routines in the file at *path*, made of what *catalogue* (else the shipped one) has."""
    tree, _ = read_tree(path)
    catalogue = catalogue or load_catalogue()
    wrong = check_routines(tree, catalogue.activities, catalogue.actions())
    return settled(*parsed(AuthoredRoutines, tree), wrong)


def incoherent_profile(
    who: Profile, tree: Node, at: KeyPath, activities: Mapping[str, Activity]
) -> Iterator[Problem]:
    """In what one profile, which stands at *at*, contradicts itself."""
    yield from placed(tree, at, profile_findings(who, activities))
    if who.memory and who.schedule and who.schedule.rota:
        file = Path(who.memory.routines)
        routines = load_routines_file(file).routines if file.suffix in (".yaml", ".yml") else None
        yield from placed(tree, at, memory_findings(who, routines))


def _incoherent(scenario: Scenario, tree: Node, activities: Mapping[str, Activity]) -> Iterator[Problem]:
    """What is well formed, and still cannot be: people who contradict themselves, and too few beds."""
    for number, who in enumerate(scenario.residents):
        yield from incoherent_profile(who, tree, ("residents", number), activities)
    yield from placed(tree, ("residents",), bed_findings(scenario.home, scenario.residents))
    wrong = list(_incoherent_changes(scenario, tree, activities))
    yield from wrong or placed(tree, ("changes",), change_findings(scenario))


def _incoherent_changes(
    scenario: Scenario, tree: Node, activities: Mapping[str, Activity]
) -> Iterator[Problem]:
    """Profiles that nobody can have, or live by, from the day of a change on."""
    for number, changed in profile_trees(scenario, tree):
        yield from _changed_wrongly(number, changed, tree, activities)


def _incoherent_populations(
    population: PopulationScenario, tree: Node, activities: Mapping[str, Activity]
) -> Iterator[Problem]:
    """The same of a population: what the first profile that a change cannot be laid over has to say of it."""
    wrong: dict[int, Problem] = {}
    for number, name, changed in changed_profiles(population, tree):
        first = None if number in wrong else next(_changed_wrongly(number, changed, tree, activities), None)
        if first is not None:
            over = locate(tree, ("changes", number, "profile"))[1]
            wrong[number] = _of_the_change(first, over, name)
    yield from wrong.values()


def _of_the_change(wrong: Problem, over: Node, name: str) -> Problem:
    """What is wrong with *over* laid over the profile *name*, at a line of the former."""
    if not name:
        return wrong
    here = problem(over, (), "")
    wrong = wrong if wrong.file == here.file else wrong._replace(file=here.file, line=here.line)
    return wrong._replace(message=f"{wrong.message} (laid over {name!r})")


def _changed_wrongly(
    number: int, changed: Node, tree: Node, activities: Mapping[str, Activity]
) -> Iterator[Problem]:
    """What is wrong with a profile that a change has made."""
    at: KeyPath = ("changes", number, "profile")
    who, broken = parsed(Profile, changed)
    yield from (it._replace(where=".".join([*map(str, at), it.where]).rstrip(".")) for it in broken)
    if who is not None:
        yield from incoherent_profile(sound(who), put(tree, at, changed), at, activities)


def _check_routine_files(files: Set[Path], catalogue: Catalogue) -> None:
    """Authored routines are read whole; what an import wrote is only known to exist."""
    for file in sorted(files):
        if file.suffix in (".yaml", ".yml"):
            load_routines_file(file, catalogue)
