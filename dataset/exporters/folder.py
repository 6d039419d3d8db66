"""A folder that is whole or not there: filled beside its place, then renamed.

`export.json`, written last, names every file with its size and SHA-256. An earlier export is replaced, but
only where the folder holds nothing else; whatever somebody put there is theirs.
"""

import json
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from hashlib import file_digest
from pathlib import Path
from typing import Any

from dataset.atomic import flush, write_text
from dataset.json_file import read_json
from dataset.locking import locked
from scenarios.errors import UserError

CONTENTS = "export.json"
_LOCK = ".homefolk-export"


@contextmanager
def new_folder(path: Path) -> Iterator[Path]:
    """A folder to fill; it takes the place of *path* when the block ends well, else it goes."""
    refuse_strangers(path)
    partial = path.parent / f".{path.name}.partial"
    with _alone(partial, path):
        try:
            yield partial
            (partial / _LOCK).unlink()
            _flush(partial)
            _put(partial, path)
        except OSError as error:
            if error.errno is not None and error.filename is None:
                error.filename = str(path)  # a full disk does not say where
            raise
        finally:
            shutil.rmtree(partial, ignore_errors=True)


def write_contents(folder: Path, about: Mapping[str, Any]) -> None:
    """Write `export.json`: what the export is, and every file in it."""
    files = {
        str(file.relative_to(folder)): {"bytes": file.stat().st_size, "sha256": digest(file)}
        for file in _files(folder)
        if file.name != _LOCK
    }
    text = json.dumps({**about, "files": files}, indent=1, sort_keys=True)
    write_text(folder / CONTENTS, text + "\n")


def digest(file: Path) -> str:
    """SHA-256 of the bytes of *file*."""
    with file.open("rb") as opened:
        return file_digest(opened, "sha256").hexdigest()


def refuse_strangers(path: Path) -> None:
    """UserError where *path* is a file, or a folder that holds anything but an earlier export."""
    if path.is_symlink() or (path.exists() and not path.is_dir()):
        raise UserError(f"--out {path} is a file or a link; a folder to make was expected")
    ours = {CONTENTS, *_listed(path / CONTENTS)}
    held = [str(file.relative_to(path)) for file in _files(path)] if path.exists() else []
    if strange := [name for name in held if name not in ours]:
        raise UserError(
            f"--out {path} holds something else ({', '.join(strange[:3])}); choose an empty folder"
        )


def _listed(contents: Path) -> list[str]:
    try:
        return list(read_json(contents)["files"])
    except (OSError, ValueError, KeyError, TypeError):
        return []


def _files(folder: Path) -> list[Path]:
    return sorted(it for it in folder.rglob("*") if it.is_symlink() or not it.is_dir())


@contextmanager
def _alone(partial: Path, path: Path) -> Iterator[None]:
    """*partial* empty and locked; what an export that was killed left in it goes."""
    if partial.exists() and not (partial / _LOCK).is_file() and any(partial.iterdir()):
        raise UserError(f"{partial} is in the way, and no export made it; remove it")
    with locked(partial / _LOCK, "export", path):
        for left in partial.iterdir():
            if left.name != _LOCK:
                shutil.rmtree(left) if left.is_dir() else left.unlink()
        yield


def _flush(folder: Path) -> None:
    """What is written is on the disk, before the folder takes its place."""
    for path in (*_files(folder), folder):
        flush(path)


def _put(partial: Path, path: Path) -> None:
    before = path.parent / f".{path.name}.before"
    if path.exists() and any(path.iterdir()):
        shutil.rmtree(before, ignore_errors=True)
        path.rename(before)
    partial.rename(path)  # an empty folder gives way
    shutil.rmtree(before, ignore_errors=True)
