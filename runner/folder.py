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

import fcntl
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dataset.atomic import write_text
from dataset.manifest import is_complete
from scenarios.errors import UserError
from scenarios.scenario import PopulationScenario, Scenario

SCENARIO, JOURNAL, LOCK = "scenario.json", "journal.sqlite", ".homefolk"
HOW_IT_IS_ASKED = frozenset(
    f"scenario.mind.llm.{name}" for name in ("base_url", "timeout", "concurrency", "most_fallbacks")
)
"""Settings that change no reply: a run goes on with a server that has moved, or with more patience."""


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
def claimed(path: Path, settings: Mapping[str, Any]) -> Iterator[RunFolder]:
    """The folder for the run of *settings*, locked; UserError when it holds anything else."""
    folder = RunFolder(path)
    _refuse_strangers(path)
    with _locked(path):
        if folder.begun:
            _refuse_another(path, settings)
        if not folder.complete:
            for half_written in path.rglob(".*.*.tmp"):
                half_written.unlink()
            write_text(path / SCENARIO, json.dumps(settings, indent=1) + "\n")
        yield folder


def recorded_scenario(path: Path) -> Scenario | PopulationScenario:
    """The scenario of the run in folder *path*."""
    try:
        recorded = recorded_settings(path)["scenario"]
        model = PopulationScenario if "population" in recorded else Scenario
        return model.model_validate(recorded)
    except (ValueError, KeyError) as error:
        raise UserError(f"{path / SCENARIO} is damaged: it is not what a run writes") from error


def recorded_household(path: Path, name: str) -> Scenario:
    """Home and residents of the household *name*, drawn from a population, of the run in folder *path*."""
    file = RunFolder(path).household(name)
    try:
        return Scenario.model_validate_json(file.read_bytes())
    except (OSError, ValueError) as error:
        raise UserError(f"{file} is damaged or missing: it is not what a run writes") from error


def recorded_settings(path: Path) -> dict[str, Any]:
    """What the run in folder *path* is made of."""
    file = path / SCENARIO
    if not file.is_file():
        raise UserError(f"{path} is no run: it has no {SCENARIO}")
    try:
        return dict(json.loads(file.read_text(encoding="utf-8")))
    except (ValueError, TypeError) as error:
        raise UserError(f"{file} is damaged: it is not what a run writes") from error


def identity(settings: Mapping[str, Any]) -> dict[str, Any]:
    """What makes a run this run: every value by its key, such as 'scenario.seed'."""
    return {key: value for key, value in _values(settings, "") if key not in HOW_IT_IS_ASKED}


def _values(settings: Any, where: str) -> Iterator[tuple[str, Any]]:
    below = dict(enumerate(settings)) if isinstance(settings, list | tuple) else settings
    if not below or not isinstance(below, Mapping):
        yield where, settings
        return
    for key, value in below.items():
        yield from _values(value, f"{where}.{key}" if where else str(key))


def _refuse_strangers(path: Path) -> None:
    if path.exists() and not path.is_dir():
        raise UserError(f"{path} is a file; --out wants a folder")
    held = sorted(entry.name for entry in path.iterdir()) if path.exists() else []
    if held and not {LOCK, SCENARIO} & set(held):
        raise UserError(
            f"{path} holds something else ({', '.join(held[:3])}); choose an empty folder with --out"
        )


def _refuse_another(path: Path, settings: Mapping[str, Any]) -> None:
    before, now = identity(recorded_settings(path)), identity(settings)
    changed = [key for key in sorted({*before, *now}) if before.get(key) != now.get(key)]
    if not changed:
        return
    shown = [f"{key}: {_short(before.get(key))} before, {_short(now.get(key))} now" for key in changed[:3]]
    what = "; ".join([*shown, "…"] if len(changed) > len(shown) else shown)
    same = not any(key.startswith("scenario.") for key in changed)
    whose = "a run of another version of Homefolk" if same else "another run"
    raise UserError(f"{path} holds {whose} ({what}); choose another folder with --out")


def _short(value: Any) -> str:
    text = json.dumps(value)
    return text if len(text) <= 40 else text[:37] + "…"


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    try:
        path.mkdir(parents=True, exist_ok=True)
        file = (path / LOCK).open("w")
    except OSError as error:
        raise UserError(f"{path} cannot be written to ({error.strerror}); choose another --out") from None
    with file as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise UserError(
                f"another run is writing into {path}; wait for it, or choose another --out"
            ) from None
        yield
