"""The run folder: what a run is made of lies in it, and nobody else's things are touched.

.homefolk         locked while a run writes; the first thing in the folder
scenario.json     what is simulated
memory/           what each resident remembers
weather.csv       the weather that the user brought, if any
households/       who lives where, a file each, where households are drawn from a population
journal.sqlite    every reply of the model
events/ oracle/ decisions/ conflicts/ sequences/ behaviours/ README.md
manifest.json     written last: the run is complete
"""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import reduce
from itertools import chain, count
from operator import getitem
from pathlib import Path
from typing import Any

from agents.gateway.journal import copy_replies
from dataset.atomic import write_text
from dataset.json_file import read_json
from dataset.locking import locked
from dataset.manifest import is_complete
from runner.differences import differences, flat, same_scenario
from scenarios.errors import UserError
from scenarios.scenario import PopulationScenario, Scenario

SCENARIO, JOURNAL, LOCK = "scenario.json", "journal.sqlite", ".homefolk"
ANEW = "choose another folder with --out, or let --fork begin anew beside it; this one is left as it is"


@dataclass(frozen=True)
class RunFolder:
    """A folder that holds one run, or will."""

    path: Path

    @property
    def journal(self) -> Path:
        """The recorded replies."""
        return self.path / JOURNAL

    @property
    def begun(self) -> bool:
        """Whether it holds a run at all."""
        return (self.path / SCENARIO).is_file()

    @property
    def complete(self) -> bool:
        """Whether the run came to its end."""
        return is_complete(self.path)

    @property
    def weather(self) -> Path:
        """The weather that the user brought."""
        return self.path / "weather.csv"

    def household(self, name: str) -> Path:
        """Home and residents of the household called *name*, where they are drawn from a population."""
        return self.path / "households" / f"{name}.json"

    def memory(self, resident: str) -> Path:
        """What *resident* remembers."""
        return self.path / "memory" / f"{resident}.json"


@contextmanager
def claimed(path: Path, settings: Mapping[str, Any], replies: Path | None = None) -> Iterator[RunFolder]:
    """The folder for the run of *settings*, locked; UserError when it holds anything else.

    A run that begins takes over what is answered in the journal *replies*, if that is given.
    """
    folder = RunFolder(path)
    _refuse_strangers(path)
    with locked(path / LOCK, "run", path):
        if folder.begun:
            refuse_another(path, settings)
        elif replies is not None:
            copy_replies(replies, folder.journal)
        if not folder.complete:
            for half_written in path.rglob(".*.*.tmp*"):
                half_written.unlink()
            write_text(path / SCENARIO, json.dumps(settings, indent=1) + "\n")
        yield folder


@contextmanager
def opened(path: Path, settings: Mapping[str, Any]) -> Iterator[RunFolder]:
    """The same to look at only: nothing is written or locked, and the program may be another."""
    refuse_another(path, settings, program=False)
    yield RunFolder(path)


def beside(path: Path, settings: Mapping[str, Any]) -> tuple[Path, Path | None]:
    """Of *path*, path-2, path-3, ... the first that is free or holds this very run; the journal before it."""
    replies = None
    for tried in chain([path], (path.with_name(f"{path.name}-{number}") for number in count(2))):
        folder = RunFolder(tried)
        if not folder.begun or not differences(recorded_settings(tried), settings):
            return tried, replies
        replies = folder.journal if folder.journal.is_file() else replies
    raise AssertionError("numbers have no end")


def recorded_scenario(path: Path, asked: Mapping[str, object] = {}) -> Scenario | PopulationScenario:
    """The scenario of the run in folder *path*, with what is *asked* otherwise now, by 'budget.calls'."""
    try:
        recorded = recorded_settings(path)["scenario"]
        for key, value in asked.items():
            *steps, last = key.split(".")
            reduce(getitem, steps, recorded)[last] = value
        _refuse_paths(recorded)
        model = PopulationScenario if "population" in recorded else Scenario
        return model.model_validate(recorded)
    except (ValueError, KeyError, TypeError) as error:
        raise UserError(f"{path / SCENARIO} is damaged: it is not what a run writes") from error


def recorded_household(path: Path, name: str) -> Scenario:
    """Home and residents of the household *name*, drawn from a population, of the run in folder *path*."""
    file = RunFolder(path).household(name)
    try:
        recorded = read_json(file)
        _refuse_paths(recorded)
        return Scenario.model_validate(recorded)
    except (OSError, ValueError, TypeError) as error:
        raise UserError(f"{file} is damaged or missing: it is not what a run writes") from error


def recorded_settings(path: Path) -> dict[str, Any]:
    """What the run in folder *path* is made of."""
    file = path / SCENARIO
    if not file.is_file():
        raise UserError(f"{path} is no run: it has no {SCENARIO}")
    try:
        settings = dict(read_json(file))
        flat(settings)  # it can be gone through to its depth
        return settings
    except (ValueError, TypeError, RecursionError) as error:
        raise UserError(f"{file} is damaged: it is not what a run writes") from error


def _refuse_paths(recorded: Mapping[str, Any]) -> None:
    """A run names files, and never says where they lie: else somebody's run would make us read elsewhere."""
    for key, value in flat(recorded).items():
        if key.endswith(("routines", "weather")) and isinstance(value, str) and Path(value).name != value:
            raise ValueError(f"{key} is a path")


def _refuse_strangers(path: Path) -> None:
    if path.exists() and not path.is_dir():
        raise UserError(f"{path} is a file; --out wants a folder")
    entries = sorted(path.iterdir()) if path.exists() else []
    held = [entry.name for entry in entries]
    if held and not {LOCK, SCENARIO} & set(held):
        raise UserError(
            f"{path} holds something else ({', '.join(held[:3])}); choose an empty folder with --out"
        )
    for entry in filter(Path.is_symlink, entries):  # whoever wrote through it would write elsewhere
        raise UserError(f"{entry} is a link; what a run writes stays in its folder, so remove it")


def refuse_another(path: Path, settings: Mapping[str, Any], program: bool = True) -> None:
    """UserError where the run in *path* is not that of *settings*, or, if it counts, of another *program*."""
    before = recorded_settings(path)
    if not same_scenario(before, settings):
        whose = "another run"
    elif program and differences(before, settings):
        whose = "the same run made by another version of Homefolk"
    else:
        return
    told = "".join(f"\n  {line}" for line in differences(before, settings))
    raise UserError(f"{path} holds {whose}; before → now:{told}\n{ANEW}")
