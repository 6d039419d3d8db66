"""A run as exporters read it: one household at a time, so that a population need not fit in memory."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from dataset.json_file import read_json
from dataset.manifest import Manifest, read_manifest
from dataset.schema import SCHEMAS, TableName
from dataset.splits import Split, Splits, Whole
from dataset.store import HouseholdRecord, digest_files, read_table
from scenarios.catalogue import Catalogue, load_catalogue
from scenarios.errors import UserError
from scenarios.problems import unknown
from scenarios.scenario import Scenario
from world.event import BEHAVIOUR


@dataclass(frozen=True)
class Household:
    """What one household left, or the part of it that belongs to a split."""

    folder: Path
    name: str
    split: Split

    @property
    def index(self) -> int:
        """The number of its part files."""
        return int(self.name.removeprefix("h"))

    def table(self, name: TableName) -> pa.Table:
        """Its rows of a table, in order."""
        return self.split.of(name, self.name, self.read)

    def read(self, name: TableName) -> pa.Table:
        """All its rows of a table, of whatever split."""
        return read_table(self.folder, name, [self.index])

    def behaviours(self) -> pa.Table:
        """Its observable events that somebody or something did; what sensors say is not among them."""
        events = self.table("events")
        return events.filter(pc.is_in(events["kind"], pa.array(sorted(BEHAVIOUR))))

    def truth(self) -> pa.Table:
        """The rows of the oracle behind its observable events, one each, in their order."""
        oracle = self.read("oracle")
        seen = oracle.filter(pc.is_valid(oracle["event"])).sort_by("event")
        return seen.filter(pc.is_in(seen["event"], self.table("events")["id"].combine_chunks()))

    @cached_property
    def scenario(self) -> Scenario:
        """Home and residents."""
        return _scenario(self.folder, self.name)

    @property
    def zone(self) -> str:
        """The time zone of its home."""
        return self.scenario.home.address.zone

    @property
    def catalogue(self) -> Catalogue:
        """The device types that its home knows."""
        return load_catalogue(self.scenario.device_types)


@dataclass(frozen=True)
class Source:
    """A complete run, or one split of it."""

    folder: Path
    manifest: Manifest
    split: Split

    def households(self) -> Iterator[Household]:
        """One after the other, in the order of their index."""
        for record in self.manifest.households:
            if self.split.wants(record.household):
                yield Household(self.folder, record.household, self.split)

    def schema(self, name: TableName) -> pa.Schema:
        """The columns of a table, with where they come from."""
        return SCHEMAS[name].with_metadata(self.manifest.origin.metadata())


def opened(folder: Path, splits: Splits | None = None) -> dict[str, Source]:
    """The complete run in *folder* by split; under '' where it is not divided.

    Its files must be, byte by byte, those that the run wrote.
    """
    manifest = read_manifest(folder)
    for record in manifest.households:
        _refuse_changed(Household(folder, record.household, Whole()), record)
    if splits is None:
        return {"": Source(folder, manifest, Whole())}
    residents = {
        record.household: _people(Household(folder, record.household, Whole()))
        for record in manifest.households
    }
    zones = {name: Household(folder, name, Whole()).zone for name in residents}
    divided = splits.divide(residents, zones, *_days(manifest), seed=manifest.origin.seed)
    return {name: Source(folder, manifest, split) for name, split in divided.items()}


def household_of(folder: Path, name: str | None) -> tuple[Household, str]:
    """The household called *name* of the complete run in *folder*, or its first; and its scenario's name."""
    manifest = read_manifest(folder)
    known = {record.household: record for record in manifest.households}
    record = known.get(name or next(iter(known)))
    if record is None:
        raise UserError(unknown("household", str(name), known))
    household = Household(folder, record.household, Whole())
    _refuse_changed(household, record)
    return household, manifest.origin.scenario


def _refuse_changed(household: Household, record: HouseholdRecord) -> None:
    if record.files and digest_files(household.folder, household.index) != record.files:
        raise UserError(
            f"{household.folder}: the tables of {record.household} are not what the run wrote: files are "
            "missing, torn or changed"
        )


def _people(household: Household) -> tuple[str, ...]:
    return tuple(resident.id for resident in household.scenario.residents)


def _days(manifest: Manifest) -> tuple[np.datetime64, int]:
    """The first day, and how many there are."""
    scenario = manifest.settings.get("scenario", {})
    try:
        return np.datetime64(scenario["start"], "D"), int(scenario["days"])
    except (KeyError, TypeError, ValueError) as error:
        raise UserError("manifest.json does not say when the run starts and how long it is") from error


def _scenario(folder: Path, household: str) -> Scenario:
    """Who lives in *household*, and where: drawn from a population, or the scenario itself."""
    drawn, whole = folder / "households" / f"{household}.json", folder / "scenario.json"
    file = drawn if drawn.is_file() else whole
    try:
        content = read_json(file)
        return Scenario.model_validate(content if file == drawn else content["scenario"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UserError(f"{file} is missing or damaged: it is not what a run writes") from error
