"""What people set stays set until somebody sets it again: settings in which two lives differ, and when."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from itertools import groupby
from operator import attrgetter, itemgetter
from typing import Any, NamedTuple

Key = tuple[str, str]  # a device and the command that takes a value; '' for all that take none
Row = Mapping[str, Any]  # of an oracle table
GIVEN = frozenset({"command", "deed"})


class Setting(NamedTuple):
    """What was last said to a device, a value (22, of a setpoint) or a word (open), and differs."""

    device: str
    room: str
    here: str  # '' where nobody ever set it
    there: str
    since: datetime
    until: datetime | None = None  # None: to the end of both


def differing(here: Iterable[Row], there: Iterable[Row]) -> list[Setting]:
    """All settings that differ, in the order in which they begin to."""
    lives: tuple[dict[Key, str], dict[Key, str]] = ({}, {})
    apart: dict[Key, Setting] = {}
    found: list[Setting] = []
    given = sorted([*_given(here, 0), *_given(there, 1)], key=itemgetter(0))
    for time, together in groupby(given, key=itemgetter(0)):
        touched: dict[Key, str] = {}
        for _, life, key, said, room in together:
            lives[life][key] = said
            touched[key] = room
        for key, room in touched.items():
            mine, theirs = (life.get(key, "") for life in lives)
            if _differ(key, mine, theirs):
                apart.setdefault(key, Setting(key[0], room, mine, theirs, time))
            elif key in apart:
                found.append(apart.pop(key)._replace(until=time))
    return sorted([*found, *apart.values()], key=attrgetter("since"))


def _given(rows: Iterable[Row], life: int) -> Iterator[tuple[datetime, int, Key, str, str]]:
    for row in rows:
        if row["kind"] in GIVEN:
            valued = bool(row["value"])
            key = row["device"], row["command"] if valued else ""
            yield row["time"], life, key, row["value"] if valued else row["command"], row["room"]


def _differ(key: Key, mine: str, theirs: str) -> bool:
    """A word that only one of them was ever told may be what the other was anyhow."""
    return mine != theirs and bool(key[1] or (mine and theirs))
