"""manifest.json: what a run is, written last. Where it stands, the run is complete."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, fields
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from dataset.atomic import write_text
from dataset.json_file import read_json
from dataset.schema import VERSION, Origin
from dataset.store import HouseholdRecord, digest_run
from scenarios.errors import UserError
from scenarios.problems import printable

NAME = "manifest.json"
MOST_BYTES = 1_000_000_000  # a record a household
FALSE_TRIGGERS = "false_triggers"

Ledgers = Mapping[str, Mapping[str, Mapping[str, int]]]
"""Sensor -> quantity -> candidates; emitted, lost by cause, in flight at the end; false triggers apart."""


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """A run's origin, settings, contents, software and price. Nothing in it depends on the wall clock."""

    origin: Origin
    settings: Mapping[str, Any]  # start, days, mind, deliberation, ...
    households: tuple[HouseholdRecord, ...]  # in the order of their index
    packages: Mapping[str, str]
    tokens: Mapping[str, Any]  # the ledger of the LLM; {} where none was asked
    invalid: Mapping[str, int] = field(default_factory=dict)  # impossible things executed, and proposed
    sensors: Ledgers = field(default_factory=dict)  # of all households together, by the sensors' ids
    changes: tuple[Mapping[str, Any], ...] = ()  # of life: day, date, kind, who, until; household
    anomalies: tuple[Mapping[str, Any], ...] = ()  # their windows: household, label, kind, start, end, over
    hashes: Mapping[str, str] = field(
        default_factory=dict
    )  # SHA-256 of whatever shaped the run, by what it is

    @property
    def digest(self) -> str:
        """SHA-256 over the observable and oracle rows of all households."""
        return digest_run([household.digest for household in self.households])

    @property
    def counts(self) -> dict[str, int]:
        """Rows a table."""
        tables = ("events", "oracle", "decisions", "conflicts", "sequences", "behaviours")
        return {name: sum(getattr(record, name) for record in self.households) for name in tables}


def write_manifest(folder: Path, manifest: Manifest) -> Path:
    """Write it, as the last file of a run."""
    content = {**asdict(manifest), "schema": VERSION, "digest": manifest.digest, "counts": manifest.counts}
    path = folder / NAME
    write_text(path, json.dumps(content, indent=2, sort_keys=True) + "\n")
    return path


def is_complete(folder: Path) -> bool:
    """Whether the run in *folder* came to its end."""
    return (folder / NAME).is_file()


def read_manifest(folder: Path) -> Manifest:
    """The manifest of a complete run; a sentence where there is none or it does not agree with itself."""
    path = folder / NAME
    if not path.is_file():
        raise UserError(f"{folder} has no {NAME}: it is no complete run")
    try:
        content = read_json(path, MOST_BYTES)
        if (written := content["schema"]) != VERSION:
            told = printable(str(written))
            raise UserError(f"{path} is of version {told}, and {VERSION} is read here: make the run again")
        manifest = Manifest(
            **{it.name: content[it.name] for it in fields(Manifest) if it.name != "anomalies"}
            | {
                "origin": Origin(**content["origin"]),
                "households": tuple(HouseholdRecord(**record) for record in content["households"]),
                "changes": tuple(content["changes"]),
                "anomalies": tuple(content.get("anomalies", ())),  # runs of before there were any lack them
            }
        )
        if not [record.index for record in manifest.households]:
            raise ValueError("there are no households")
        digest, adrift = content["digest"], [*unreconciled(manifest.sensors)]
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise UserError(f"{path} is damaged: it is not what a run writes") from error
    if digest != manifest.digest:
        raise UserError(f"{path} is damaged: its digest does not follow from those of its households")
    for sensor, quantity in adrift:
        raise UserError(f"{path} is damaged: of sensor {sensor!r}, candidates for {quantity} do not add up")
    return manifest


def added_up(households: Iterable[Ledgers]) -> Ledgers:
    """The ledgers of several households' sensors as one."""
    total: dict[str, dict[str, Counter[str]]] = {}
    for ledgers in households:
        for sensor, quantities in ledgers.items():
            for quantity, counts in quantities.items():
                total.setdefault(sensor, {}).setdefault(quantity, Counter()).update(counts)
    return {
        sensor: {quantity: dict(sorted(counts.items())) for quantity, counts in sorted(quantities.items())}
        for sensor, quantities in sorted(total.items())
    }


def unreconciled(ledgers: Ledgers) -> Iterator[tuple[str, str]]:
    """Sensors and quantities whose candidates are not what was emitted and what was lost."""
    for sensor, quantities in ledgers.items():
        for quantity, counts in quantities.items():
            fates = sum(counts.values()) - counts.get("candidates", 0) - counts.get(FALSE_TRIGGERS, 0)
            if counts.get("candidates", 0) != fates or min(counts.values(), default=0) < 0:
                yield sensor, quantity


def package_versions(names: Iterable[str]) -> dict[str, str]:
    """Versions of the installed ones among *names*."""
    found = {}
    for name in sorted(names):
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found
