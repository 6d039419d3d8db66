"""What a run has spent so far, durably, in a small file beside its journal.

A call is written down at its most before it is made and at what it took afterwards. So what a killed run had
under way counts at its most: the endpoint may have been paid for it.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple, Self

from scenarios.errors import RunFailed, UserError

_TABLE = """CREATE TABLE IF NOT EXISTS spent (
    id INTEGER PRIMARY KEY, calls INTEGER, prompt INTEGER, cached INTEGER, completion INTEGER
)"""
TOTAL = 0  # the id of what is settled; every other row is a call under way


class Usage(NamedTuple):
    """Requests sent, and their tokens."""

    calls: int = 0
    prompt: int = 0
    cached: int = 0  # of the prompt, what the server had read before
    completion: int = 0

    def plus(self, other: "Usage") -> "Usage":
        """Both together."""
        return Usage(*(a + b for a, b in zip(self, other, strict=True)))

    def less(self, other: "Usage") -> "Usage":
        """What is left of it without *other*."""
        return Usage(*(a - b for a, b in zip(self, other, strict=True)))


class Spending:
    """The book of one run; nobody else writes it meanwhile."""

    def __init__(self, journal: Path) -> None:
        self._path = beside(journal)
        with self._in_words():
            # Survives a kill, not needfully a power cut: a reply's own store is what waits for the disk.
            self._db = sqlite3.connect(self._path, isolation_level=None)
            self._db.execute("PRAGMA journal_mode=WAL")
            self._db.execute("PRAGMA synchronous=NORMAL")
            self._db.execute(_TABLE)
            total = self._sum()
            self._db.execute("BEGIN")
            self._db.execute("DELETE FROM spent")
            self._db.execute("INSERT INTO spent VALUES (?, ?, ?, ?, ?)", (TOTAL, *total))
            self._db.execute("COMMIT")
        self.total, self._last = total, TOTAL

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(sqlite3.Error):
            self._db.execute("PRAGMA journal_mode=DELETE")
        self._db.close()

    def begin(self, most: Usage) -> int:
        """Write down a call that may take *most*; the number of its row."""
        self._last += 1
        with self._in_words():
            self._db.execute("INSERT INTO spent VALUES (?, ?, ?, ?, ?)", (self._last, *most))
        return self._last

    def end(self, row: int, used: Usage) -> None:
        """Settle the call in *row* at what it *used*."""
        self.total = self.total.plus(used)
        with self._in_words():
            self._db.execute("BEGIN")
            self._db.execute("DELETE FROM spent WHERE id = ?", (row,))
            self._db.execute("REPLACE INTO spent VALUES (?, ?, ?, ?, ?)", (TOTAL, *self.total))
            self._db.execute("COMMIT")

    def _sum(self) -> Usage:
        row = self._db.execute("SELECT sum(calls), sum(prompt), sum(cached), sum(completion) FROM spent")
        return Usage(*(int(it or 0) for it in row.fetchone()))

    @contextmanager
    def _in_words(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.DatabaseError as error:
            if getattr(error, "sqlite_errorname", "").startswith(("SQLITE_FULL", "SQLITE_IOERR")):
                raise RunFailed(f"{self._path}: {error}") from error
            raise UserError(f"{self._path} is damaged or in use ({error}); what was spent?") from error


def beside(journal: Path) -> Path:
    """Where the spending of the run with this *journal* is kept."""
    return journal.with_suffix(".spent")
