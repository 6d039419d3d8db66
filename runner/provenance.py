"""What a run is made of, as plain values: the settings that its folder keeps and its fingerprint hashes."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

from agents.journal import canonical
from agents.prompts import texts
from runner.folder import identity
from runner.memories import read_routines, sources
from scenarios.catalogue import Catalogue
from scenarios.scenario import Scenario
from world.mind import Thought

PROGRAM = "0.1.0"


def settings_of(scenario: Scenario, catalogue: Catalogue) -> dict[str, Any]:
    """The scenario, and digests of everything else that shapes a run. No path of the machine is in it."""
    digests = {
        path: read_routines(Path(path), catalogue).digest
        for path in sorted({source.routines for source in sources(scenario).values()})
    }
    return {"scenario": _named(scenario, digests).model_dump(mode="json"), **program(catalogue)}


def program(catalogue: Catalogue) -> dict[str, str]:
    """Digests of what is no part of the scenario and shapes a run all the same."""
    known = {
        "devices": {name: kind.model_dump(mode="json") for name, kind in catalogue.devices.items()},
        "activities": {name: it.model_dump(mode="json") for name, it in catalogue.activities.items()},
    }
    return {"catalogue": _digest(known), "prompts": _digest(texts()), "program": PROGRAM}


def fingerprint(settings: Mapping[str, Any]) -> str:
    """SHA-256 of what makes the run of *settings* this run."""
    return _digest(identity(settings))


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


def _named(scenario: Scenario, digests: Mapping[str, str]) -> Scenario:
    """The scenario with routines and weather named by file name and digest instead of by path."""

    def name(path: str) -> str:
        return f"{Path(path).name}@{digests[path][:16]}"

    residents = tuple(
        person.model_copy(
            update={"memory": person.memory.model_copy(update={"routines": name(person.memory.routines)})}
        )
        if person.memory
        else person
        for person in scenario.residents
    )
    update: dict[str, Any] = {"residents": residents}
    if scenario.weather:
        file = Path(scenario.weather)
        update["weather"] = f"{file.name}@{sha256(file.read_bytes()).hexdigest()[:16]}"
    if scenario.routines:
        update["routines"] = (
            name(scenario.routines) if scenario.routines in digests else Path(scenario.routines).name
        )
    return scenario.model_copy(update=update)


def _digest(value: Any) -> str:
    return sha256(canonical(value).encode()).hexdigest()
