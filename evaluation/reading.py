"""A run folder, read back: the scenario it was made from, and what happened in each household."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from dataset.store import parts, read_table
from runner.folder import recorded_household, recorded_scenario
from scenarios.catalogue import Catalogue, load_catalogue
from scenarios.course import Life, lives_of
from scenarios.errors import UserError
from scenarios.problems import unknown
from scenarios.resident import Profile
from scenarios.scenario import PopulationScenario, Scenario
from world.clock import Clock
from world.contention import Conflict
from world.event import Event, Kind
from world.mind import Said
from world.rooms import CALLED


@dataclass(frozen=True, slots=True)
class Taken:
    """A decision as the dataset keeps it. Times in ms since the first local midnight."""

    id: int
    time: int
    until: int
    resident: str
    cause: str
    basis: str
    activity: str
    room: str
    reason: str
    asleep: bool
    resume: bool
    fallback: str
    thoughts: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True)
class Log:
    """One household: every event in order of time, the decisions by their number, and the conflicts."""

    household: str
    events: tuple[Event, ...]
    decisions: Mapping[int, Taken]
    conflicts: tuple[Conflict, ...] = ()
    index: int = 0
    scenario: Scenario | None = None  # of its own, where it is drawn from a population

    @cached_property
    def residents(self) -> tuple[str, ...]:
        """Who lived here, by id."""
        return tuple(sorted({event.actor for event in self.events if event.actor}))


@dataclass(frozen=True)
class Run:
    """A run: where it is, what it simulated, and the log of each household in the order of their index.

    `scenario` has the home and residents of all, or, where they are drawn from a population, of the first:
    `of` tells them of any.
    """

    folder: Path
    scenario: Scenario
    logs: tuple[Log, ...]
    households: int = 1  # in the folder; of many not all are read

    def of(self, log: Log) -> "Run":
        """The run as that of one household alone, with its home and residents."""
        return self if log.scenario is None else replace(self, scenario=log.scenario, logs=(log,))

    @cached_property
    def drawn(self) -> bool:
        """Whether its households are drawn from a population, each with a home of its own."""
        return any(log.scenario is not None for log in self.logs)

    @cached_property
    def catalogue(self) -> Catalogue:
        """The device types and activities that the scenario speaks of."""
        return load_catalogue(self.scenario.device_types)

    @cached_property
    def clock(self) -> Clock:
        """The calendar of the home."""
        return Clock(self.scenario.start, self.scenario.home.address.zone)

    @cached_property
    def names(self) -> Mapping[str, str]:
        """The name of each resident by id."""
        return {person.id: person.name for person in self.people}

    @cached_property
    def lives(self) -> Mapping[str, Life]:
        """The course of everybody's life."""
        return lives_of(self.scenario)

    @cached_property
    def people(self) -> tuple[Profile, ...]:
        """Everybody who lives there at some time, as they are at first."""
        return tuple(life.eras[0].profile for life in self.lives.values())

    @cached_property
    def end(self) -> int:
        """The midnight (ms) after the last day."""
        return self.clock.midnight(self.scenario.days)

    def log(self, household: str | None = None) -> Log:
        """The household of that name; the first where none is named."""
        if household is None:
            return self.logs[0]
        for log in self.logs:
            if log.household == household:
                return log
        raise UserError(
            f"{self.folder} has {unknown('household', household, (log.household for log in self.logs))}"
        )

    def device_name(self, device: str) -> str:
        """The device in words, as its owners call it."""
        placement = self.scenario.home.devices.get(device)
        return (placement.name if placement else "") or words(device)

    def called(self, resource: str) -> str:
        """A room or a device in words: 'the bathroom', 'the hob'."""
        if resource in self.scenario.home.devices:
            return self.device_name(resource)
        return f"the {CALLED.get(resource, words(resource))}"

    def phrase(self, activity: str) -> str:
        """The activity in words that follow 'to'."""
        known = self.catalogue.activities.get(activity)
        return known.phrase if known else words(activity)


def read_run(folder: Path, household: str | None = None, most: int | None = None) -> Run:
    """The run in *folder*, or one *household* of it, or the first *most*; one sentence when it is none."""
    whole, names = recorded_scenario(folder), parts(folder, "oracle")
    if household is not None and household not in names:
        raise UserError(f"{folder} has {unknown('household', household, names)}")
    wanted = [household] if household is not None else list(names)[:most]
    logs = [_log(folder, whole, name, names[name]) for name in wanted]
    scenario = whole if isinstance(whole, Scenario) else logs[0].scenario
    assert scenario is not None  # noqa: S101  those of a population have their own
    return Run(folder, scenario, tuple(logs or [Log("", (), {})]), len(names))


def _log(folder: Path, whole: Scenario | PopulationScenario, name: str, index: int) -> Log:
    own = None if isinstance(whole, Scenario) else recorded_household(folder, name)
    at = own or whole
    assert isinstance(at, Scenario)  # noqa: S101
    epoch = Clock(at.start, at.home.address.zone).epoch
    return Log(
        name,
        _events(read_table(folder, "oracle", [index])),
        _decisions(read_table(folder, "decisions", [index]), epoch).get(name, {}),
        tuple(_conflicts(read_table(folder, "conflicts", [index]), epoch).get(name, ())),
        index,
        own,
    )


def words(name: str) -> str:
    """'bedroom_lamp' -> 'bedroom lamp'."""
    return name.replace("_", " ")


def _events(table: pa.Table) -> tuple[Event, ...]:
    columns = {name: table["time_ms" if name == "time" else name].to_pylist() for name in Event._fields}
    columns["kind"] = [Kind(kind) for kind in columns["kind"]]
    rows = zip(*columns.values(), strict=True)
    return tuple(map(Event._make, rows))


def _decisions(table: pa.Table, epoch: int) -> dict[str, dict[int, Taken]]:
    """Decisions by household and number; instants in UTC become ms of simulation."""
    names = tuple(field.name for field in fields(Taken))
    columns = {name: table[name].to_pylist() for name in names if name not in ("time", "until")}
    for name in ("time", "until"):
        columns[name] = _elapsed(table[name], epoch)
    columns["thoughts"] = [tuple(thoughts) for thoughts in columns["thoughts"]]
    found: dict[str, dict[int, Taken]] = {}
    rows = zip(*(columns[name] for name in names), strict=True)
    for household, row in zip(table["household"].to_pylist(), rows, strict=True):
        taken = Taken(*row)
        found.setdefault(household, {})[taken.id] = taken
    return found


def _conflicts(table: pa.Table, epoch: int) -> dict[str, list[Conflict]]:
    """Conflicts by household, in the order in which they were settled."""
    columns = {name: table[name].to_pylist() for name in table.column_names if name not in ("time", "with_")}
    columns["time"] = _elapsed(table["time"], epoch)
    columns["others"] = [tuple(others) for others in table["with_"].to_pylist()]
    columns["said"] = [tuple(Said(**said) for said in exchange) for exchange in columns["said"]]
    households = columns.pop("household")
    found: dict[str, list[Conflict]] = {}
    for household, row in zip(households, zip(*columns.values(), strict=True), strict=True):
        found.setdefault(household, []).append(Conflict(**dict(zip(columns, row, strict=True))))
    return found


def _elapsed(instants: pa.ChunkedArray, epoch: int) -> list[int]:
    """Instants in UTC as ms of simulation."""
    utc = np.asarray(instants.combine_chunks()).astype("datetime64[ms]").astype(np.int64)
    return [int(time) for time in utc - epoch]
