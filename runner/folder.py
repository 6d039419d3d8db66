"""The run folder: what a run is made of lies in it, and nobody else's things are touched.

scenario.json     what is simulated, written first
memory/           what each resident remembers
journal.sqlite    every reply of the model
events/ oracle/ decisions/ sequences/ README.md
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
from scenarios.scenario import Scenario

SCENARIO, JOURNAL, LOCK = "scenario.json", "journal.sqlite", ".lock"


@dataclass(frozen=True)
class RunFolder:
    """A folder that holds one run, or will."""

    path: Path

    @property
    def journal(self) -> Path:
        """The recorded replies."""
        return self.path / JOURNAL

    @property
    def complete(self) -> bool:
        """Whether the run came to its end."""
        return is_complete(self.path)

    def memory(self, resident: str) -> Path:
        """What *resident* remembers."""
        return self.path / "memory" / f"{resident}.json"


@contextmanager
def claimed(path: Path, settings: Mapping[str, Any]) -> Iterator[RunFolder]:
    """The folder for the run of *settings*, locked; UserError when it holds anything else."""
    if path.exists() and not path.is_dir():
        raise UserError(f"{path} is a file; --out wants a folder")
    held = sorted(entry.name for entry in path.iterdir() if entry.name != LOCK) if path.exists() else []
    if held and SCENARIO not in held:
        raise UserError(
            f"{path} holds something else ({', '.join(held[:3])}); choose an empty folder with --out"
        )
    if held:
        _same(path, settings)
    path.mkdir(parents=True, exist_ok=True)
    with _locked(path):
        if not held:
            write_text(path / SCENARIO, json.dumps(settings, indent=1, sort_keys=True) + "\n")
        yield RunFolder(path)


def recorded_scenario(path: Path) -> Scenario:
    """The scenario of the run in folder *path*."""
    try:
        return Scenario.model_validate(recorded_settings(path)["scenario"])
    except (ValueError, KeyError) as error:
        raise UserError(f"{path / SCENARIO} is damaged: it is not what a run writes") from error


def recorded_settings(path: Path) -> dict[str, Any]:
    """What the run in folder *path* is made of."""
    file = path / SCENARIO
    if not file.is_file():
        raise UserError(f"{path} is no run: it has no {SCENARIO}")
    try:
        return dict(json.loads(file.read_text(encoding="utf-8")))
    except ValueError as error:
        raise UserError(f"{file} is damaged: it is not what a run writes") from error


def _same(path: Path, settings: Mapping[str, Any]) -> None:
    before = recorded_settings(path)
    if before == settings:
        return
    changed = list(_differences(before, settings))
    shown = "; ".join(changed[:3]) + ("; …" if len(changed) > 3 else "")
    raise UserError(f"{path} holds another run ({shown}); choose another folder with --out")


def _differences(before: Any, now: Any, where: str = "") -> Iterator[str]:
    """'scenario.seed: 7 before, 8 now' for every value that differs."""
    if isinstance(before, list) and isinstance(now, list) and len(before) == len(now):
        before, now = dict(enumerate(before)), dict(enumerate(now))
    if isinstance(before, dict) and isinstance(now, dict):
        for key in sorted({*before, *now}):
            yield from _differences(before.get(key), now.get(key), f"{where}.{key}" if where else key)
    elif before != now:
        yield f"{where}: {_short(before)} before, {_short(now)} now"


def _short(value: Any) -> str:
    text = json.dumps(value)
    return text if len(text) <= 40 else text[:37] + "…"


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    with (path / LOCK).open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise UserError(
                f"another run is writing into {path}; wait for it, or choose another --out"
            ) from None
        yield
