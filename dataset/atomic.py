"""Files that are whole or not there: written beside their place, flushed to disk, then renamed."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from scenarios.errors import UserError


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A temporary path to write to; it takes the place of *path* when the block ends well, else it goes."""
    make_place(path)
    temporary = path.parent / f".{path.name}.{os.getpid()}.tmp"
    try:
        yield temporary
        flush(temporary)
        temporary.replace(path)
        flush(path.parent)
    except OSError as error:
        if error.errno is not None and error.filename in (None, str(temporary)):
            error.filename = str(path)  # a full disk does not say where, a folder in the way names the other
        raise
    finally:
        with suppress(OSError):  # never made, or nothing can be removed there: that is not what went wrong
            temporary.unlink()


def write_text(path: Path, text: str) -> None:
    """Write *text* as UTF-8, whole or not at all."""
    with replacing(path) as temporary:
        temporary.write_text(text, encoding="utf-8", newline="\n")


def make_place(path: Path) -> None:
    """A place for the file at *path*, which a folder or a device must not be in."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError):
        raise UserError(f"{path} cannot be written: {path.parent} is no folder") from None
    if path.exists() and not path.is_file():
        is_it = "a folder" if path.is_dir() else "no plain file"
        raise UserError(f"{path} is {is_it}; a file to write was expected")


def flush(path: Path) -> None:
    """What the file or folder holds is on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
