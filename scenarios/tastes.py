"""Tastes that change the day: words that lean towards a pastime; all others are words for a model only."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Annotated

from pydantic import Field

from scenarios.explaining import parsed, settled
from scenarios.frozen import Frozen
from scenarios.including import SHIPPED, read_tree

MOST = 4.0  # that all tastes together add to one pastime; to relax weighs 3


class Leaning(Frozen):
    """Words, and how much more often somebody who likes that passes an idle hour with an activity."""

    words: Annotated[tuple[str, ...], Field(min_length=1)]
    leans: Annotated[dict[str, Annotated[float, Field(gt=0, le=10)]], Field(min_length=1)]


class Tastes(Frozen):
    """A file of leanings."""

    tastes: tuple[Leaning, ...]


def leanings(tastes: Iterable[str]) -> Mapping[str, float]:
    """What these tastes add to the weights of pastimes: {'read': 1.5}; each leaning counts once a taste."""
    found: Counter[str] = Counter()
    for taste in tastes:
        said = " ".join(re.findall(r"[^\W_]+", taste.lower()))
        for pattern, leaning in _known():
            if pattern.search(said):
                found.update(leaning.leans)
    return {name: min(MOST, weight) for name, weight in sorted(found.items())}


@cache
def _known() -> tuple[tuple[re.Pattern[str], Leaning], ...]:
    tree, _ = read_tree(SHIPPED / "tastes" / "everyday.yaml")
    return tuple(
        (re.compile(rf"\b({'|'.join(map(re.escape, one.words))})\b"), one)
        for one in settled(*parsed(Tastes, tree)).tastes
    )
