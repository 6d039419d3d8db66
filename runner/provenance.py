"""What a run is made of, as plain values: the settings that its folder keeps and its fingerprint hashes."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar

from agents.gateway.journal import canonical
from agents.prompts import texts
from runner.differences import FILED, identity
from runner.memories import read_routines, sources
from scenarios.catalogue import Catalogue
from scenarios.change import Change
from scenarios.errors import UserError
from scenarios.including import SHIPPED
from scenarios.population_change import PopulationChange
from scenarios.population_loading import routine_files
from scenarios.resident import Profile
from scenarios.scenario import PopulationScenario, Scenario, Terms
from world.mind import Thought

PROGRAM = "0.1.0"
ROOT = Path(__file__).resolve().parents[1]
SHAPES_DATA = ("scenarios", "world", "dataset", "sppc", "agents", "runner")
READ_BY_CODE = ("scenarios/tastes", "scenarios/behaviours")
SHORT = 12  # hex digits of a digest of one piece
WHICH = frozenset({"scenario.households", "scenario.first", "shard"})
"""Settings that say which households are lived, and change none of them."""


def settings_of(scenario: Scenario | PopulationScenario, catalogue: Catalogue) -> dict[str, Any]:
    """The scenario, and digests of everything else that shapes a run. No path of the machine is in it."""
    if isinstance(scenario, Scenario):
        files = {source.routines for source in sources(scenario).values()}
    else:
        files = {str(file) for file in routine_files(scenario)}
    digests = {path: read_routines(Path(path), catalogue).digest for path in sorted(files)}
    return {"scenario": _named(scenario, digests).model_dump(mode="json"), **program(catalogue)}


def drawn_text(household: Scenario) -> str:
    """A drawn household as JSON, its routines by file name alone."""
    files = {who.memory.routines for who in household.residents if who.memory}
    named = {file: Path(file).name for file in {*files, household.routines} if file}
    return _renamed(household, named).model_dump_json(exclude_none=True) + "\n"


def at_hand(scenario: PopulationScenario, catalogue: Catalogue) -> PopulationScenario:
    """A recorded scenario with the paths of the shipped routines that it names by digest."""
    found = {}
    for recorded in sorted(map(str, routine_files(scenario) - {Path(scenario.routines or "")})):
        if not Path(recorded).is_absolute():
            name, _, digest = recorded.partition("@")
            path = SHIPPED / "routines" / name
            if not path.is_file() or not read_routines(path, catalogue).digest.startswith(digest):
                raise UserError(f"{name} is not at hand; go on with the command that began the run")
            found[recorded] = str(path)
    return _renamed(scenario, found)


def program(catalogue: Catalogue) -> dict[str, Any]:
    """Digests of what is no part of the scenario and shapes a run all the same, piece by piece."""
    return {
        "program": PROGRAM,
        "catalogue": {
            **{
                name: _digest(kind.model_dump(mode="json"))[:SHORT]
                for name, kind in catalogue.devices.items()
            },
            **{
                name: _digest(it.model_dump(mode="json"))[:SHORT] for name, it in catalogue.activities.items()
            },
        },
        "prompts": {f"{name}.md": _digest(text)[:SHORT] for name, text in texts().items()},
        "code": dict(code()),
    }


@cache
def code() -> Mapping[str, str]:
    """Our own code, a digest a file: what this process runs, whatever happens to the files meanwhile.

    What a scenario is composed of (homes, profiles, climates, ...) stands in the scenario itself, so files
    that users write and change are no part of it.
    """
    files = {file for package in SHAPES_DATA for file in (ROOT / package).rglob("*.py")}
    files |= {file for folder in READ_BY_CODE for file in (ROOT / folder).glob("*.yaml")}
    return {
        file.relative_to(ROOT).as_posix(): sha256(file.read_bytes()).hexdigest()[:SHORT]
        for file in sorted(files)
    }


def hashes(settings: Mapping[str, Any]) -> dict[str, str]:
    """SHA-256 of each kind of thing that shapes a run: scenario, profiles, catalogue, prompts, code."""
    scenario = settings["scenario"]
    people = scenario["residents"] if "residents" in scenario else scenario["population"]["profiles"]
    parts = {"scenario": identity({"scenario": scenario}), "profiles": people}
    return {name: _digest(part) for name, part in {**parts, **{key: settings[key] for key in FILED}}.items()}


def fingerprint(settings: Mapping[str, Any]) -> str:
    """SHA-256 of what shapes a household of the run of *settings*, however many are lived beside it."""
    return _digest({key: value for key, value in identity(settings).items() if key not in WHICH})


def run_name(settings: Mapping[str, Any]) -> str:
    """A name for the run of *settings*: what was asked for, so that a changed program is noticed there."""
    scenario = settings["scenario"]
    part = f"-{settings['shard'].replace('/', 'of')}" if "shard" in settings else ""
    return f"{scenario['name']}-{_digest(identity({'scenario': scenario}))[:8]}{part}"


def thought_tokens(thoughts: Iterable[tuple[str, Thought]]) -> dict[str, dict[str, dict[str, int]]]:
    """{question: {resident: counts}} of what the thoughts cost, wherever their replies came from."""
    found: dict[str, dict[str, dict[str, int]]] = defaultdict(lambda: defaultdict(lambda: defaultdict(int)))
    for resident, thought in thoughts:
        counts = found[thought.question][resident]
        counts["thoughts"] += 1
        counts["replies"] += len(thought.replies)
        counts["prompt_tokens"] += thought.prompt_tokens
        counts["completion_tokens"] += thought.completion_tokens
        counts["repairs"] += thought.repairs
        counts["fallbacks"] += bool(thought.fallback)
    return {
        question: {resident: dict(counts) for resident, counts in sorted(by_resident.items())}
        for question, by_resident in sorted(found.items())
    }


Named = TypeVar("Named", bound=Terms)
Changing = TypeVar("Changing", Change, PopulationChange)


def _named(scenario: Named, digests: Mapping[str, str]) -> Named:
    """The scenario with routines and weather named by file name and digest instead of by path."""
    names = {path: f"{Path(path).name}@{digest[:16]}" for path, digest in digests.items()}
    if scenario.routines:
        names.setdefault(scenario.routines, Path(scenario.routines).name)
    named = _renamed(scenario, names)
    if isinstance(named, Scenario) and named.weather:
        file = Path(named.weather)
        digest = sha256(file.read_bytes()).hexdigest()[:16]
        return named.model_copy(update={"weather": f"{file.name}@{digest}"})
    return named


def _renamed(scenario: Named, names: Mapping[str, str]) -> Named:
    """The scenario with its routine files called by their *names*."""
    update: dict[str, Any] = {}
    if scenario.routines:
        update["routines"] = names.get(scenario.routines, scenario.routines)
    if isinstance(scenario, Scenario):
        update["residents"] = tuple(_remembering(who, names) for who in scenario.residents)
        update["changes"] = tuple(_changing(it, names) for it in scenario.changes)
    elif isinstance(scenario, PopulationScenario):
        known = scenario.population.profiles
        profiles = {name: _remembering(who, names) for name, who in known.items()}
        update["population"] = scenario.population.model_copy(update={"profiles": profiles})
        update["changes"] = tuple(_changing(it, names) for it in scenario.changes)
    return scenario.model_copy(update=update)


def _remembering(who: Profile, names: Mapping[str, str]) -> Profile:
    if who.memory is None:
        return who
    source = who.memory.model_copy(update={"routines": names.get(who.memory.routines, who.memory.routines)})
    return who.model_copy(update={"memory": source})


def _changing(change: Changing, names: Mapping[str, str]) -> Changing:
    memory = (change.profile or {}).get("memory")
    if not memory:
        return change
    source = {**memory, "routines": names.get(memory["routines"], memory["routines"])}
    return change.model_copy(update={"profile": {**(change.profile or {}), "memory": source}})


def _digest(value: Any) -> str:
    return sha256(canonical(value).encode()).hexdigest()
