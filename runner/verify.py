"""Whether a run comes out again: what a replay derived, beside what the run wrote."""

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from dataset.comparing import difference
from dataset.manifest import Manifest, package_versions, read_manifest
from runner.differences import changed_values, differences, flat
from runner.folder import RunFolder, recorded_settings
from runner.provenance import program
from scenarios.catalogue import Catalogue
from scenarios.errors import RunFailed

DERIVED = ("households", "tokens", "invalid", "sensors", "changes", "anomalies", "hashes")
"""What of a manifest follows from the scenario and the replies."""


def compare(run: Path, again: Path, derived: Manifest, catalogue: Catalogue) -> None:
    """RunFailed with the first thing in which *run* is not what was *derived* into the folder *again*."""
    recorded = read_manifest(run)
    households = (_household(run, again, it.household) for it in derived.households)
    if words := next(filter(None, households), ""):
        why = "".join(f"\n  {line}" for line in other_program(run, catalogue))
        since = "\nsince it was made (before → now):" if why else ""
        raise RunFailed(f"{run} does not come out again: {words}{since}{why}")
    told = changed_values(_plain(recorded), _plain(derived))
    told += changed_values(flat(recorded.settings), flat(recorded_settings(run)))
    if told:
        raise RunFailed(
            f"{run / 'manifest.json'} is not what the run wrote (there → derived again): {told[0]}"
        )


def other_program(run: Path, catalogue: Catalogue) -> list[str]:
    """In what our program and its packages are not those that made the complete *run*."""
    recorded = read_manifest(run)
    packages = changed_values(recorded.packages, package_versions(recorded.packages))
    return [*differences(recorded.settings, {**recorded.settings, **program(catalogue)}), *packages]


def _household(run: Path, again: Path, name: str) -> str:
    drawn, anew = RunFolder(run).household(name), RunFolder(again).household(name)
    if anew.is_file() and not (drawn.is_file() and drawn.read_bytes() == anew.read_bytes()):
        return f"{drawn} is not the household that is drawn"
    return difference(run, again, name, int(name.removeprefix("h")))


def _plain(manifest: Manifest) -> Mapping[str, Any]:
    """Values by their keys. Files may hold the same in other bytes, written by another library."""
    content = asdict(manifest)
    for record in content["households"]:
        del record["files"]
    return flat({name: content[name] for name in DERIVED})
