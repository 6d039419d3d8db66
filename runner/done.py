"""What is known of a household that has been lived: a small file a household, written after its tables.

The manifest of a run is the fold of these records in the order of their index, so it is the same however,
where and in what order its households were lived; a run that goes on skips whoever has one.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

from agents.gateway.journal import canonical
from dataset.atomic import write_text
from dataset.json_file import read_json
from dataset.manifest import Ledgers, Manifest, added_up, package_versions
from dataset.schema import Origin
from dataset.store import HouseholdRecord, digest_files
from runner.folder import RunFolder
from runner.provenance import hashes
from scenarios.errors import RunFailed

PACKAGES = ("numpy", "simpy", "networkx", "pyarrow", "torch", "langgraph", "langchain-openai", "xllamacpp")
DONE = "done"  # the folder of the records
CHECK_SUM = "check_sum"


@dataclass(frozen=True, kw_only=True)
class Done:
    """A household that has been lived: all that the manifest has to know of it."""

    index: int
    origin: Origin
    record: HouseholdRecord
    tokens: Ledgers  # question -> resident -> what the thoughts cost
    sensors: Ledgers
    invalid: Mapping[str, int]  # impossible things executed, and proposed
    replies: str  # a digest of what the model said to it; '' where none was asked
    drawn: str  # of who lives where, where that is drawn from a population
    anomalies: Sequence[Mapping[str, Any]] = ()  # its windows
    changes: Sequence[Mapping[str, Any]] = ()  # of its life, where these are its own


def done_file(folder: Path, index: int) -> Path:
    """Where the record of household *index* lies, once it is done."""
    return folder / DONE / f"h{index:05d}.json"


def write_done(folder: Path, done: Done) -> None:
    """Write the record: from now on the household is done."""
    content = asdict(done)
    whole = {**content, CHECK_SUM: _check_sum(content)}
    write_text(done_file(folder, done.index), json.dumps(whole, sort_keys=True) + "\n")


def read_done(folder: Path, index: int, origin: Origin) -> Done | None:
    """The record of household *index* of the run *origin*; None where none is as it was written."""
    try:
        content = dict(read_json(done_file(folder, index)))
        if content.pop(CHECK_SUM) != _check_sum(content):
            return None
        record = HouseholdRecord(**content["record"])
        done = replace(Done(**content), record=record, origin=Origin(**content["origin"]))
    except (OSError, ValueError, TypeError, KeyError):
        return None
    return done if (done.index, done.origin) == (index, origin) else None


def _check_sum(content: Any) -> str:
    return sha256(canonical(content).encode()).hexdigest()


def is_whole(folder: Path, done: Done) -> bool:
    """Whether the files of a household are, byte by byte, those that were written."""
    drawn = digest_drawn(folder, done.record.household)
    return (done.record.files, done.drawn) == (digest_files(folder, done.index), drawn)


def digest_drawn(folder: Path, household: str) -> str:
    """SHA-256 of who lives where in the *household*; '' where all live in the home of the scenario."""
    file = RunFolder(folder).household(household)
    return sha256(file.read_bytes()).hexdigest() if file.is_file() else ""


def digest_memory(folder: RunFolder) -> str:
    """SHA-256 of what the residents of a run remember, by name; '' where nothing is kept of it."""
    kept = {
        file.name: sha256(file.read_bytes()).hexdigest() for file in (folder.path / "memory").glob("*.json")
    }
    return sha256(canonical(kept).encode()).hexdigest() if kept else ""


def all_done(folder: Path, indices: Iterable[int], origin: Origin) -> Iterator[Done]:
    """The records of all *indices*, in their order."""
    for index in sorted(indices):
        done = read_done(folder, index, origin)
        if done is None:
            raise RunFailed(f"{folder}: the record of household h{index:05d} is not there as it was written")
        yield done


def manifest_of(
    households: Iterable[Done],
    origin: Origin,
    settings: Mapping[str, Any],
    changes: tuple[Mapping[str, Any], ...] = (),
    memory: str = "",
) -> Manifest:
    """The manifest of the *households*, given in the order of their index; *memory*: what people remember."""
    records: list[HouseholdRecord] = []
    tokens: Ledgers = {}
    sensors: Ledgers = {}
    invalid = Counter(executed=0, proposed=0)
    anomalies: list[Mapping[str, Any]] = []
    own: list[Mapping[str, Any]] = []
    replies = sha256()
    for done in households:
        records.append(done.record)
        tokens, sensors = added_up([tokens, done.tokens]), added_up([sensors, done.sensors])
        invalid.update(done.invalid)
        anomalies += done.anomalies
        own += done.changes
        replies.update(f"{done.replies}\n".encode())
    return Manifest(
        origin=origin,
        settings=settings,
        households=tuple(records),
        packages=package_versions(PACKAGES),
        tokens=tokens,
        invalid=dict(invalid),
        sensors=sensors,
        changes=(*changes, *own),
        anomalies=tuple(anomalies),
        hashes={
            **hashes(settings),
            **({"memory": memory} if memory else {}),
            **({"replies": replies.hexdigest()} if origin.model else {}),
        },
    )
