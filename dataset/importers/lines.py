"""Text line by line, whatever is in the file: no line is held that is longer than a log's can be."""

import csv
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from dataset.importers.report import Tally
from scenarios.errors import UserError

LONGEST = 16 * 1024  # bytes a line
FIRST_YEAR, LAST_YEAR = 1970, 2100  # a clock that shows another year has lost its battery
NO_TIME = "a time that cannot be read, or not between 1970 and 2100"
_WRONG_FORMS = {
    b"\xff\xfe": "UTF-16 text; save it as UTF-8",
    b"\xfe\xff": "UTF-16 text; save it as UTF-8",
    b"PAR1": "a Parquet file; text was expected",
    b"PK\x03\x04": "a ZIP archive; unpack it first",
    b"\x1f\x8b": "compressed with gzip; unpack it first",
    b"SQLite format 3": "an SQLite database; export the states as CSV",
}
_EPOCH, _EPOCH_UTC = datetime(1970, 1, 1), datetime(1970, 1, 1, tzinfo=UTC)  # a wall clock's, an instant's


def opened(path: Path) -> IO[bytes]:
    """The file at *path*, which must be text of one byte a character; a byte order mark is passed over."""
    if not path.is_file():
        raise UserError(f"{path} does not exist or is no file; a text file was expected")
    file = path.open("rb")
    start = file.read(16)
    for sign, words in _WRONG_FORMS.items():
        if start.startswith(sign):
            file.close()
            raise UserError(f"{path} is {words}")
    file.seek(3 if start.startswith(b"\xef\xbb\xbf") else 0)
    return file


def lines(path: Path, tally: Tally) -> Iterator[str]:
    """The lines that hold something, each counted as read; what is no text is counted and left out."""
    with opened(path) as file:
        while raw := file.readline(LONGEST):
            if len(raw) == LONGEST and not raw.endswith(b"\n"):
                tally.read += 1
                tally.skip(f"a line longer than {LONGEST >> 10} KiB")
                _finish(file)
            elif stripped := raw.strip():
                tally.read += 1
                text = _text(stripped, tally)
                if text is not None:
                    yield text


def rows(path: Path, tally: Tally, *, wanted: Sequence[str]) -> Iterator[dict[str, str]]:
    """The rows of a CSV file that has at least the columns *wanted*; a row is one line."""
    found = lines(path, tally)
    header = [name.strip() for name in next((_fields(line) for line in found), [])]
    tally.read -= bool(header)  # the header is no row
    if missing := [name for name in wanted if name not in header]:
        what = ", ".join(header)[:200] if header else "nothing"
        raise UserError(
            f"{path}: the first line must name the columns {', '.join(wanted)}; "
            f"it lacks {', '.join(missing)} (it is {what!r})"
        )
    for line in found:
        values = _fields(line)
        if len(values) == len(header):
            yield dict(zip(header, values, strict=True))
        else:
            tally.skip(f"not {len(header)} fields as in the first line")


def wall_clock(text: str) -> int | None:
    """Microseconds since 1970 on the wall's clock; None where *text* has no readable time, or an offset."""
    try:
        time = datetime.fromisoformat(text)
        return _microseconds(time, _EPOCH) if time.tzinfo is None else None
    except ValueError:
        return None


def instant(text: str) -> int | None:
    """Microseconds since 1970 UTC of an ISO time; one without an offset is taken as UTC. None as above."""
    try:
        time = datetime.fromisoformat(text)
        return _microseconds(time if time.tzinfo else time.replace(tzinfo=UTC), _EPOCH_UTC)
    except (ValueError, OverflowError):
        return None


def _microseconds(time: datetime, epoch: datetime) -> int | None:
    if not FIRST_YEAR < time.year < LAST_YEAR:
        return None
    since = time - epoch
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds


def _text(raw: bytes, tally: Tally) -> str | None:
    if b"\0" in raw:
        tally.skip("a line with NUL bytes")
        return None
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        tally.skip("a line that is not UTF-8")
        return None


def _fields(line: str) -> list[str]:
    """No fields where what is quoted cannot be read, as with a carriage return in the midst of a line."""
    try:
        return next(csv.reader([line])) if '"' in line else line.split(",")
    except csv.Error:
        return []


def _finish(file: IO[bytes]) -> None:
    """Pass over the rest of a line."""
    while (raw := file.readline(LONGEST)) and not raw.endswith(b"\n"):
        pass
