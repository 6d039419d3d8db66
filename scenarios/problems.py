"""What is wrong with the user's files: a line for each problem, with file, line, key and remedy."""

import os
from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import NamedTuple

from scenarios.errors import UserError

MOST_SHOWN = 40


class Problem(NamedTuple):
    """One thing to mend. `file` is as shown to the user; line 0 means that there is no line to name."""

    file: str
    line: int
    where: str  # the key: 'residents.0.schedule.wake'
    message: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return _safe(": ".join(part for part in (place, self.where, self.message) if part))


class ScenarioError(UserError):
    """A file that cannot be used. Its text has one line a problem."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(dict.fromkeys(problems)))
        lines = [str(problem) for problem in self.problems[:MOST_SHOWN]]
        if (more := len(self.problems) - MOST_SHOWN) > 0:
            lines.append(f"and {more} more")
        super().__init__("\n".join(lines))


def shown(path: Path) -> str:
    """The path as a user would write it: relative where it lies below the current folder."""
    relative = os.path.relpath(path)
    return _safe(str(path) if relative.startswith("..") else relative)


def printable(text: str) -> str:
    """Text that is safe on one line of a terminal, shortened."""
    text = _safe(text)
    return text if len(text) <= 80 else text[:77] + "..."


def _safe(text: str) -> str:
    return "".join([it if it.isprintable() else repr(it)[1:-1] for it in text])


def dotted(path: Sequence[str | int]) -> str:
    """('residents', 0, 'id') -> 'residents.0.id'."""
    return ".".join(printable(str(step)) for step in path)


def nearest(word: str, known: Iterable[str]) -> str:
    """'; did you mean ...?' with the nearest of *known*, or nothing when none is near."""
    by_lower = {name.lower(): name for name in sorted(known, reverse=True)}  # of Fan and fan the first
    near = get_close_matches(word[:100].lower(), by_lower, n=1)
    return f"; did you mean {by_lower[near[0]]!r}?" if near else ""


def nearest_file(*missing: Path) -> str:
    """A hint at the file whose name is nearest, in the folders where one was *missing*."""
    wanted = missing[0]
    try:
        files = sorted(file for path in missing if path.parent.is_dir() for file in path.parent.iterdir())
    except OSError:
        return ""
    if other := next((file for file in files if file.stem == wanted.stem), None):
        return f"; did you mean {other.name!r}?"
    alike = {file.stem for file in files if file.suffix == wanted.suffix}  # the suffix alone is no likeness
    near = get_close_matches(wanted.stem[:100], sorted(alike), n=1)
    return f"; did you mean {near[0] + wanted.suffix!r}?" if near else ""


def unknown(noun: str, word: str, known: Iterable[str]) -> str:
    """'no room 'kitchn'; did you mean 'kitchen'?', or what there is when nothing is near."""
    names = sorted(set(known))
    hint = nearest(word, names)
    if not hint:
        hint = f"; there is {', '.join(names)}" if 0 < len(names) <= 12 else "; there is none" * (not names)
    return f"no {noun} {printable(word)!r}{hint}"
