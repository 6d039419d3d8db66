"""A folder that one process at a time writes into."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from scenarios.errors import UserError


@contextmanager
def locked(lock: Path, who: str, out: Path) -> Iterator[None]:
    """Hold the file *lock*, its folder made where there is none; the lock dies with its process.

    UserError where another *who* (a run, an export) holds it, or nothing can be written for *out*.
    """
    try:
        lock.parent.mkdir(parents=True, exist_ok=True)
        file = lock.open("w")
    except OSError as error:
        raise UserError(f"{out} cannot be written to ({error.strerror}); choose another --out") from None
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            why = f"another {who} is writing into {out}; wait for it, or choose another --out"
            raise UserError(why) from None
        yield
