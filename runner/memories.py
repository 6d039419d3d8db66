"""What each resident remembers: made once from routines, then read from the run folder."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from functools import cache
from hashlib import sha256
from pathlib import Path
from statistics import median_low

import sppc
from dataset.atomic import write_text
from dataset.authored import ANYBODYS, from_authored
from dataset.cache import user_cache
from dataset.json_file import read_file
from dataset.routines import Routines
from runner.folder import RunFolder
from scenarios.catalogue import Catalogue
from scenarios.chance import Chance
from scenarios.course import remembering
from scenarios.errors import UserError
from scenarios.loading import load_routines_file
from scenarios.population_loading import routine_files
from scenarios.problems import printable
from scenarios.resident import MemorySource, Profile
from scenarios.rhythm import Rhythm, rhythm_of
from scenarios.routine import AuthoredRoutines
from scenarios.scenario import PopulationScenario, Scenario
from sppc.memory import Memory
from sppc.shifting import rises, shifted, way_round

AT_LEAST = 90  # minutes by which people in a log get up at another time before it is moved
SLEEP = 7.5  # hours looked for in a log
BUDGET = 6000  # tokens of routines that stand in the profile alone: somebody wrote them, so they are few


def sources(scenario: Scenario) -> dict[str, MemorySource]:
    """The routines that seed each resident, as they are and come to be; the scenario's own for the rest."""
    shared = MemorySource(routines=scenario.routines) if scenario.routines else None
    found = {key: person.memory or shared for key, person in remembering(scenario)}
    return {resident: source for resident, source in found.items() if source is not None}


def read_routines(path: Path, catalogue: Catalogue, lived: Rhythm = ANYBODYS) -> Routines:
    """Routines from a file that somebody authored (YAML) or an import wrote (Parquet).

    Authored steps may go with the hours of whoever *lived* them.
    """
    if path.suffix in {".yaml", ".yml"}:
        return from_authored(load_routines_file(path, catalogue), source=path.name, lived=lived)
    return Routines.read(path)


def with_own(log: Routines | None, person: Profile) -> Routines | None:
    """A log and the routines that the profile itself holds, as if it had them every week."""
    if not person.routines:
        return log
    authored = AuthoredRoutines(provenance="stands in the profile", routines=person.routines)
    own = from_authored(authored, source=f"the profile of {person.name}", lived=rhythm_of(person), ends=True)
    if log is None:
        return own
    weeks = 1 if log.weeks is None else max(1, round(log.weeks))
    return Routines.of(
        [*log.sequences(), *list(own.sequences()) * weeks],
        source=f"{log.source} and {own.source}", provenance=log.provenance, weeks=log.weeks,
    )  # fmt: skip


def seeds(scenario: Scenario | PopulationScenario, catalogue: Catalogue) -> Routines | None:
    """All routines that seed this household, as one log; None where their files are not at hand."""
    if isinstance(scenario, Scenario):
        paths = [Path(source.routines) for source in sources(scenario).values()]
    else:
        paths = [Path(scenario.routines)] if scenario.routines else sorted(routine_files(scenario))
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
    if scenario.routines and all(person.memory for _, person in remembering(scenario)):
        tell(f"{Path(scenario.routines).name} seeds nobody: everybody here has routines of their own")
    return {
        key: _memory(folder, key, person, source, catalogue, tell)
        for key, person, source in _seeded(scenario)
    }


def fresh_memories(scenario: Scenario, catalogue: Catalogue) -> dict[str, Memory]:
    """The same memories of a life that no folder keeps."""
    return {
        key: Memory.from_json(_made(person, source, catalogue)) for key, person, source in _seeded(scenario)
    }


def _seeded(scenario: Scenario) -> Iterator[tuple[str, Profile, MemorySource | None]]:
    """Whoever has routines in a file or in the profile, as they are and come to be, and that file."""
    known = sources(scenario)
    for key, person in remembering(scenario):
        if key in known or person.routines:
            yield key, person, known.get(key)


def _memory(
    folder: RunFolder,
    key: str,
    person: Profile,
    source: MemorySource | None,
    catalogue: Catalogue,
    tell: Callable[[str], None],
) -> Memory:
    kept = folder.memory(key)
    if not kept.is_file():
        if source is not None and not Path(source.routines).is_absolute():  # a recorded scenario has names
            name = printable(source.routines)
            raise UserError(
                f"{folder.path} lacks memories of {name}; go on with the command that began the run"
            )
        write_text(kept, _made(person, source, catalogue))
    try:
        memory = Memory.from_json(read_file(kept).decode())
    except (UserError, ValueError) as error:
        raise UserError(f"{kept} is damaged; remove it, and it is made again") from error
    tell(f"{printable(person.name)} remembers {printable(memory.source)}: {memory.report.note}")
    return memory


def _made(person: Profile, source: MemorySource | None, catalogue: Catalogue) -> str:
    """The memory, as text, of somebody with routines in a file, in the profile, or in both."""
    log = with_own(None if source is None else by_own_hours(person, Path(source.routines), catalogue), person)
    assert log is not None  # noqa: S101  whoever has neither is not asked
    return _remembered(log, BUDGET if source is None else source.budget, catalogue)


def by_own_hours(person: Profile, path: Path, catalogue: Catalogue) -> Routines:
    """The routines at *path* by the hours of *person*.

    A log whose people get up at another time of the day is moved as a whole.
    """
    log = read_routines(path, catalogue, rhythm_of(person))
    if log.provenance == "authored":
        return log
    minutes = later_than(person, rises(log, catalogue.polling(), SLEEP))
    return shifted(log, minutes) if minutes else log


def later_than(person: Profile, up: int) -> int:
    """Minutes by which *person* gets up after *up*; 0 if fewer than AT_LEAST, or without regular hours."""
    if person.schedule is None or person.schedule.rota is not None:
        return 0
    minutes = way_round(median_low(day.wake for day in rhythm_of(person).days) - up)
    return minutes if abs(minutes) >= AT_LEAST else 0


def chance_of(routines: Routines, seed: int = 0) -> Chance:
    """The chance by which *routines* are compressed: equal ones give equal memories in every run."""
    return Chance(seed).branch("memory", routines.digest)


def _remembered(routines: Routines, budget: int, catalogue: Catalogue) -> str:
    """The memory as text, from the user's cache where the same routines were compressed before."""
    from sppc.compress import remember

    polling = catalogue.polling()
    key = sha256("\n".join([method(), routines.digest, str(budget), *sorted(polling)]).encode()).hexdigest()
    cached = cache_folder() / f"{key[:32]}.json"
    with suppress(OSError, ValueError, UserError):
        known = Memory.from_json(cached.read_text(encoding="utf-8"))
        return replace(known, source=routines.source).to_json()  # others may have called the same otherwise
    text = remember(routines, budget, chance_of(routines), polling).to_json()
    with suppress(OSError):  # without a cache it takes longer, no more
        write_text(cached, text)
    return text


@cache
def method() -> str:
    """A digest of the program that compresses: a memory made by another version is made anew."""
    files = sorted(Path(sppc.__file__).parent.glob("*.py"))
    return sha256(b"".join(file.read_bytes() for file in files)).hexdigest()


def cache_folder() -> Path:
    """Where memories are kept from run to run."""
    return user_cache("memories")
