"""The parts of a run, lived by shards, put together: tables, manifest and digest are those of the whole."""

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from shutil import copyfile

from agents.gateway.journal import Journal
from dataset.atomic import replacing
from dataset.card import write_card
from dataset.manifest import Manifest, is_complete, read_manifest, write_manifest
from dataset.schema import Origin
from dataset.store import TABLES
from runner.course import change_points
from runner.differences import differences
from runner.done import DONE, Done, all_done, digest_memory, is_whole, manifest_of
from runner.folder import RunFolder, claimed, recorded_scenario, recorded_settings
from runner.run import indices_of
from runner.shard import SHARD, Shard, shard_of
from scenarios.errors import UserError
from scenarios.scenario import Scenario

FOLDERS = ("memory", "households", *TABLES, DONE)  # what says that a household is done comes last


def merge(out: Path, parts: Sequence[Path], tell: Callable[[str], None]) -> Manifest:
    """Make the whole run in the folder *out* of the complete *parts* of it, which stay as they are."""
    shards = [(_shard(part), part) for part in parts]
    whole = _whole(parts)
    _all_there(shards)
    if any(out.resolve() == part.resolve() for part in parts):
        raise UserError(f"{out} is one of the parts; choose another folder")
    origin = _origin(parts)
    with claimed(out, whole) as folder:
        if not folder.complete:
            for shard, part in sorted(shards):
                tell(f"{shard}: {part}")
                _take_over(part, shard, folder)
            _complete(folder, origin)
        return read_manifest(out)


def _shard(part: Path) -> Shard:
    settings = recorded_settings(part)
    if not is_complete(part):
        raise UserError(f"{part} is not complete; give its command again, then merge")
    shard = shard_of(settings)
    if shard is None:
        raise UserError(f"{part} is a whole run; what --shard has made was expected")
    return shard


def _whole(parts: Sequence[Path]) -> dict[str, object]:
    """The settings of the whole run, of which all *parts* are."""
    settings = [{key: it for key, it in recorded_settings(part).items() if key != SHARD} for part in parts]
    for part, other in zip(parts[1:], settings[1:], strict=True):
        if lines := differences(settings[0], other):
            told = "".join(f"\n  {line}" for line in lines)
            raise UserError(f"{part} is part of another run than {parts[0]}:{told}")
    return settings[0]


def _all_there(shards: Sequence[tuple[Shard, Path]]) -> None:
    """Every part once."""
    of = max(shard.of for shard, _ in shards)
    for shard, part in shards:
        if shard.of != of:
            raise UserError(f"{part} is {shard}, others are parts of {of}")
    for number in range(1, of + 1):
        found = [str(part) for shard, part in shards if shard.part == number]
        if not found:
            raise UserError(f"{Shard(number, of)} is missing: {of} parts make the run")
        if len(found) > 1:
            raise UserError(f"{' and '.join(found)} are both {Shard(number, of)}; name it once")


def _origin(parts: Sequence[Path]) -> Origin:
    """What all parts were made from; not least the same model."""
    origins = {part: read_manifest(part).origin for part in parts}
    first = origins[parts[0]]
    for part, origin in origins.items():
        if origin != first:
            raise UserError(
                f"{part} was made with model {origin.model!r}, {parts[0]} with {first.model!r}; "
                "live one of them again with the other's"
            )
    return first


def _take_over(part: Path, shard: Shard, folder: RunFolder) -> None:
    theirs = RunFolder(part)
    if theirs.journal.is_file():
        with Journal(folder.journal) as journal:
            journal.take_in(theirs.journal, shard.part, shard.of)
    if theirs.weather.is_file():
        _same_file(theirs.weather, folder.weather)
    for name in FOLDERS:
        for file in sorted((part / name).glob("[!.]*")):
            _same_file(file, folder.path / name / file.name)


def _same_file(file: Path, place: Path) -> None:
    """One file under two names where the disk can do that, else a copy."""
    place.parent.mkdir(exist_ok=True)
    with suppress(FileExistsError):
        try:
            os.link(file, place)
        except FileExistsError:
            raise
        except OSError:
            with replacing(place) as temporary:
                copyfile(file, temporary)


def _complete(folder: RunFolder, origin: Origin) -> None:
    scenario, settings = recorded_scenario(folder.path), recorded_settings(folder.path)
    changes = change_points(scenario) if isinstance(scenario, Scenario) else ()
    done = _unchanged(folder.path, all_done(folder.path, indices_of(scenario), origin))
    manifest = manifest_of(done, origin, settings, changes, digest_memory(folder))
    write_card(folder.path, manifest, about=scenario.about)
    write_manifest(folder.path, manifest)


def _unchanged(folder: Path, done: Iterator[Done]) -> Iterator[Done]:
    for household in done:
        if not is_whole(folder, household):
            raise UserError(f"the files of {household.record.household} are not what its part wrote")
        yield household
