"""What each resident remembers: made once from routines, then read from the run folder."""

import os
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from hashlib import sha256
from pathlib import Path

import sppc
from dataset.atomic import write_text
from dataset.authored import from_authored
from dataset.routines import Routines
from runner.folder import RunFolder
from scenarios.catalogue import Catalogue
from scenarios.chance import Chance
from scenarios.errors import UserError
from scenarios.loading import load_routines_file
from scenarios.resident import MemorySource, Profile
from scenarios.scenario import Scenario
from sppc.memory import Memory


def sources(scenario: Scenario) -> dict[str, MemorySource]:
    """The routines that seed each resident; the scenario's own serve whoever has none."""
    shared = MemorySource(routines=scenario.routines) if scenario.routines else None
    found = {person.id: person.memory or shared for person in scenario.residents}
    return {resident: source for resident, source in found.items() if source is not None}


def read_routines(path: Path, catalogue: Catalogue) -> Routines:
    """Routines from a file that somebody authored (YAML) or an import wrote (Parquet)."""
    if path.suffix in {".yaml", ".yml"}:
        return from_authored(load_routines_file(path, catalogue), source=path.name)
    return Routines.read(path)


def seeds(scenario: Scenario, catalogue: Catalogue) -> Routines | None:
    """All routines that seed this household, as one log; None where their files are not at hand."""
    paths = [Path(source.routines) for source in sources(scenario).values()]
    if not paths or not all(path.is_file() for path in paths):
        return None
    logs = [read_routines(path, catalogue) for path in sorted(set(paths))]
    return Routines.of(
        [routine for log in logs for routine in log.sequences()],
        source=", ".join(log.source for log in logs),
        provenance="observed" if all(log.provenance == "observed" for log in logs) else "authored",
    )


def memories(
    folder: RunFolder, scenario: Scenario, catalogue: Catalogue, tell: Callable[[str], None]
) -> dict[str, Memory]:
    """The memory of every resident who has routines; *tell* hears what was compressed."""
    if scenario.routines and all(person.memory for person in scenario.residents):
        tell(f"{Path(scenario.routines).name} seeds nobody: everybody here has routines of their own")
    return {
        person.id: _memory(folder, person, source, catalogue, tell)
        for person in scenario.residents
        if (source := sources(scenario).get(person.id)) is not None
    }


def _memory(
    folder: RunFolder,
    person: Profile,
    source: MemorySource,
    catalogue: Catalogue,
    tell: Callable[[str], None],
) -> Memory:
    kept = folder.memory(person.id)
    if not kept.is_file():
        write_text(kept, _remembered(_found(folder, source, catalogue), source.budget, catalogue))
    try:
        memory = Memory.from_json(kept.read_text(encoding="utf-8"))
    except (UserError, ValueError) as error:
        raise UserError(f"{kept} is damaged ({error}); remove it, and it is made again") from error
    tell(f"{person.name} remembers {memory.source}: {memory.report.note}")
    return memory


def _found(folder: RunFolder, source: MemorySource, catalogue: Catalogue) -> Routines:
    """The routines; a recorded scenario names them, and does not say where they lie."""
    path = Path(source.routines)
    if not path.is_absolute():
        raise UserError(
            f"{folder.path} lacks memories of {path.name}; go on with the command that began the run"
        )
    return read_routines(path, catalogue)


def chance_of(routines: Routines, seed: int = 0) -> Chance:
    """The chance by which *routines* are compressed: equal ones give equal memories in every run."""
    return Chance(seed).branch("memory", routines.digest)


def _remembered(routines: Routines, budget: int, catalogue: Catalogue) -> str:
    """The memory as text, from the user's cache where the same routines were compressed before."""
    from sppc.compress import remember

    polling = catalogue.polling()
    key = sha256("\n".join([_method(), routines.digest, str(budget), *sorted(polling)]).encode()).hexdigest()
    cached = _cache() / f"{key[:32]}.json"
    with suppress(OSError, ValueError, UserError):
        return Memory.from_json(cached.read_text(encoding="utf-8")).to_json()
    text = remember(routines, budget, chance_of(routines), polling).to_json()
    with suppress(OSError):  # without a cache it takes longer, no more
        write_text(cached, text)
    return text


@cache
def _method() -> str:
    """A digest of the program that compresses: a memory made by another version is made anew."""
    files = sorted(Path(sppc.__file__).parent.glob("*.py"))
    return sha256(b"".join(file.read_bytes() for file in files)).hexdigest()


def _cache() -> Path:
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "homefolk" / "memories"
