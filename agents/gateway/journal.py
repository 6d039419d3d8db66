"""The journal: every reply of a model, stored durably before it is used.

Cache, recording and resume in one: a run that is started again is served what it already paid for.
The key covers what changes a reply and nothing else; address, key, timeout and concurrency do not.

A journal merged of the parts of a run answers each household as its own part did: where parts were told
different things for one key, as models do at a temperature, what a later part was told is kept apart.
"""

import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, closing, contextmanager, suppress
from hashlib import sha256
from pathlib import Path
from threading import Lock
from typing import Any, Self

from dataset.atomic import replacing
from scenarios.errors import RunFailed, UserError

Request = Mapping[str, Any]
Answer = dict[str, Any]

MOST_BYTES = 16_000_000  # of an entry; prompts and replies are thousands
MEND = "restore the file, or run in a new folder"
_TABLE = """CREATE TABLE IF NOT EXISTS replies (
    key TEXT PRIMARY KEY, request TEXT NOT NULL, answer TEXT NOT NULL, check_sum TEXT NOT NULL
) WITHOUT ROWID"""
PARTS: Request = {"method": "parts"}
_ANSWERED = """json_extract(request, '$.method') <> 'settings' AND json_extract(answer, '$.failed') IS NULL"""


def canonical(value: Any) -> str:
    """JSON with one spelling a value: sorted keys, no spaces."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def key_of(request: Request) -> str:
    """SHA-256 of the canonical JSON of *request*."""
    return sha256(canonical(request).encode()).hexdigest()


class Journal:
    """Replies by key, in a SQLite file. `replay` = read only, and a missing entry is an error."""

    def __init__(self, path: Path, *, replay: bool = False) -> None:
        self.path, self.replay, self._writing = path, replay, Lock()
        if replay and not path.is_file():
            raise UserError(f"{path}: no journal to replay; make the run once without --replay")
        with self._in_words():
            address = _address(path, "ro" if replay else "rwc")
            self._db = sqlite3.connect(address, uri=True, check_same_thread=False)
            self._db.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, MOST_BYTES)
            if not replay:
                self._db.execute("PRAGMA journal_mode=WAL")
                self._db.execute("PRAGMA synchronous=FULL")
                self._db.execute(_TABLE)
            self._db.execute("SELECT key, answer, check_sum FROM replies LIMIT 1")
            # A connection of its own, so that who reads does not wait for the disk that somebody writes to.
            self._reader = sqlite3.connect(_address(path, "ro"), uri=True)
            self._reader.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, MOST_BYTES)
        self._parts = int((self._found(key_of(PARTS)) or {"of": 0})["of"])

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file; one file then holds everything, and can be read where nothing can be written."""
        with self._writing:
            self._reader.close()
            if not self.replay:
                with suppress(sqlite3.Error):  # somebody reads along: it stays as it is
                    self._db.execute("PRAGMA journal_mode=DELETE")
            self._db.close()

    def find(self, key: str, household: str = "") -> Answer | None:
        """The answer stored under *key*, or None; where parts differ, that of the part of *household*."""
        if self._parts and household:
            part = int(household.removeprefix("h")) % self._parts + 1
            if (apart := self._found(key_of(_apart(key, part)))) is not None:
                return apart
        return self._found(key)

    def _found(self, key: str) -> Answer | None:
        with self._in_words():
            row = self._reader.execute(
                "SELECT answer, check_sum FROM replies WHERE key = ?", (key,)
            ).fetchone()
        if row is None:
            return None
        answer, check_sum = row
        if sha256(f"{key}{answer}".encode()).hexdigest() != check_sum:
            raise UserError(f"{self.path}: entry {key[:12]} is damaged; {MEND}")
        try:
            return dict(json.loads(answer))
        except (ValueError, TypeError, RecursionError):
            raise UserError(f"{self.path}: entry {key[:12]} is no reply; {MEND}") from None

    def store(self, key: str, request: Request, answer: Answer) -> None:
        """Keep *answer*; on return it is on the disk."""
        self.store_all([(key, request, answer)])

    def store_all(self, entries: Sequence[tuple[str, Request, Answer]]) -> None:
        """The same of several, with one wait for the disk. From any thread."""
        with self._in_words(), self._writing, self._db:
            for key, request, answer in entries:
                self._put(key, canonical(request), canonical(answer))

    def take_in(self, source: Path, part: int, of: int) -> None:
        """Add the replies in the journal *source* of one *part* of a run, all or none."""
        with self._in_words(), closing(sqlite3.connect(_address(source, "ro"), uri=True)) as theirs, self._db:
            self._parts = of
            self._put(key_of(PARTS), canonical(PARTS), canonical({"of": of}))
            for key, request, answer in theirs.execute("SELECT key, request, answer FROM replies"):
                known = self._found(key)
                if known is None:
                    self._put(key, request, answer)
                elif canonical(known) != answer and json.loads(request)["method"] == "settings":
                    raise UserError(f"{source}: the model was used differently there ({answer})")
                elif canonical(known) != answer:
                    apart = _apart(key, part)
                    self._put(key_of(apart), canonical(apart), answer)

    def _put(self, key: str, request: str, answer: str) -> None:
        check_sum = sha256(f"{key}{answer}".encode()).hexdigest()
        self._db.execute(
            "INSERT OR REPLACE INTO replies VALUES (?, ?, ?, ?)", (key, request, answer, check_sum)
        )

    def __len__(self) -> int:
        with self._in_words():
            return int(self._db.execute("SELECT count(*) FROM replies").fetchone()[0])

    def _in_words(self) -> AbstractContextManager[None]:
        return _in_words(self.path)


def copy_replies(source: Path, to: Path) -> None:
    """Copy what was answered, whole or not at all; how a model was used is for the new run to settle."""
    with (
        _in_words(source),
        replacing(to) as temporary,
        closing(sqlite3.connect(_address(source, "ro"), uri=True)) as old,
        closing(sqlite3.connect(temporary)) as new,
    ):
        old.backup(new)
        new.execute("PRAGMA journal_mode=DELETE")
        with new:
            new.execute(f"DELETE FROM replies WHERE NOT ({_ANSWERED})")


def _apart(key: str, part: int) -> Request:
    """What *part* of a run was told otherwise than the parts before it."""
    return {"method": "part", "key": key, "part": part}


def _address(path: Path, mode: str) -> str:
    return f"{path.absolute().as_uri()}?mode={mode}"


@contextmanager
def _in_words(path: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.DatabaseError as error:
        name = getattr(error, "sqlite_errorname", "")
        if name.startswith(("SQLITE_FULL", "SQLITE_IOERR")):
            raise RunFailed(f"{path}: {error}") from error
        if name == "SQLITE_BUSY":
            raise UserError(f"{path}: another run is using this journal ({error})") from error
        raise UserError(f"{path}: damaged, or no journal ({error}); {MEND}") from error
