"""What a page carries: columns of small numbers, every text once, compressed."""

import json
from base64 import b64encode
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any
from zlib import compress

from evaluation.svg import legible

TICK = 100  # ms: times are kept in tenths of a second, which nobody can tell apart


class Texts:
    """Every text once; elsewhere its number stands for it. Number 0 is the empty text."""

    def __init__(self) -> None:
        self._numbers = {"": 0}

    def number(self, text: str) -> int:
        """The number of *text*."""
        if text in self._numbers:
            return self._numbers[text]
        return self._numbers.setdefault(legible(text), len(self._numbers))

    def all(self) -> list[str]:
        """All texts by their numbers."""
        return list(self._numbers)


def steps(times: Sequence[int]) -> list[int]:
    """Times in ms as ticks since the one before, the first since 0."""
    ticks = [round(time / TICK) for time in times]
    return [*ticks[:1], *(later - sooner for sooner, later in pairwise(ticks))]


def columns(rows: Iterable[Sequence[Any]], *names: str) -> dict[str, list[Any]]:
    """*rows* as a column a name; the column called time as `steps`."""
    table = list(rows)
    found = {name: [row[place] for row in table] for place, name in enumerate(names)}
    return {name: steps(column) if name == "time" else column for name, column in found.items()}


def packed(content: Any) -> str:
    """*content* as JSON, deflated, in letters that no HTML can mistake for markup."""
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return b64encode(compress(text.encode("utf-8", "replace"), 9)).decode("ascii")
