"""The objects of a JSON file of lists, one after the other: a history may be larger than memory."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from scenarios.errors import UserError

PIECE = 2**18  # characters read at a time
LONGEST = 2**20  # characters of one state, attributes and all
_DECODER = json.JSONDecoder()
_BETWEEN = re.compile(r"[\s,\[\]]*")


def states(path: Path) -> Iterator[tuple[bool, dict[str, Any]]]:
    """Each object of [[{…}, {…}], [{…}]], and whether it is the first of its list."""
    try:
        with path.open(encoding="utf-8-sig") as file:
            yield from _objects(path, file)
    except UnicodeDecodeError as error:
        raise UserError(f"{path} is not UTF-8 text (at byte {error.start} of a piece)") from error


def _objects(path: Path, file: IO[str]) -> Iterator[tuple[bool, dict[str, Any]]]:
    text, at, before, depth, begins = "", 0, 0, 0, True
    while piece := file.read(PIECE):
        before, text, at = before + at, text[at:] + piece, 0
        while True:
            between = _between(text, at)
            at += len(between)
            depth += between.count("[") - between.count("]")
            begins = begins or "[" in between
            found = _object(path, text, at, before) if at < len(text) else None
            if found is None:
                break
            yield begins, found[0]
            at, begins = found[1], False
        if len(text) - at > LONGEST:
            break
    if at < len(text) or depth:
        raise _broken(path, before + at)


def _between(text: str, at: int) -> str:
    found = _BETWEEN.match(text, at)
    return found[0] if found else ""


def _object(path: Path, text: str, at: int, before: int) -> tuple[dict[str, Any], int] | None:
    """The object at *at* and where it ends; None where there is no whole one."""
    if text[at] != "{":
        raise _broken(path, before + at)
    try:
        return _DECODER.raw_decode(text, at)
    except RecursionError:
        raise _broken(path, before + at) from None
    except ValueError:
        return None


def _broken(path: Path, at: int) -> UserError:
    return UserError(
        f"{path} is no JSON of Home Assistant's history, [[{{state}}, ...], ...], or it is cut short: "
        f"there is no whole state at character {at:,}"
    )
