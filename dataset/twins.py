"""A run beside its clean twin, the same lives without the anomalies: what differs, and whether it may.

A difference may be if it is labelled, or lies between the start of a window and the end of its declared
consequences. What people set in answer, a thermostat or a fan, stays set until somebody sets it again: where
a setting came to differ within a window, what it reaches is a consequence too, as long as it differs, until
rooms have answered, and is counted apart: what happens in its own room, and the levels that sensors read
anywhere, since air goes through doors.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from dataset.manifest import Manifest, read_manifest
from dataset.settings import Setting, differing
from dataset.store import parts, read_table
from scenarios.anomaly_kinds.kind import WEATHERED
from scenarios.errors import UserError
from scenarios.sensing import EVENTS

ALIKE = ("time_ms", "kind", "actor", "room", "device", "type", "command", "value", "activity", "cause")
"""What makes two events the same. Numbers of events and decisions count what came before, so they are not."""

COUNTERS = frozenset({"energy"})
"""Quantities that add up from the first day: what a window used stays in them, so they are not compared."""

SENSED = frozenset({"reading", "lost"})
WEATHERS = timedelta(minutes=WEATHERED)


class Differing(NamedTuple):
    """An event that is in one of the two only."""

    household: str
    time: datetime
    event: tuple[Any, ...]  # as ALIKE
    here: bool  # in the run; else in its twin
    anomaly: str  # its label


@dataclass
class Compared:
    """What is told of one window."""

    window: Mapping[str, Any]  # its row in the manifest
    labelled: int = 0  # events with its label
    shared: int = 0  # of them, those that the twin has too: labels that are wrong
    here: int = 0  # without a label, in the run only, within the declared time
    there: int = 0  # in the twin only, within it
    last: datetime | None = None  # of all that differs

    @property
    def hours(self) -> float:
        """From the end of the window to the last difference."""
        end = datetime.fromisoformat(self.window["end"])
        return 0.0 if self.last is None else max(0.0, (self.last - end).total_seconds() / 3600)


@dataclass
class Twins:
    """A run and its twin, compared."""

    windows: list[Compared] = field(default_factory=list)
    stayed: dict[Setting, int] = field(default_factory=dict)  # settings made in answer: what differs by them
    strays: list[Differing] = field(default_factory=list)  # outside of every window and its consequences

    @property
    def clean(self) -> bool:
        """Whether nothing differs but what may, and every label is right."""
        return not self.strays and not any(it.shared for it in self.windows)


def compare(run: Path, twin: Path) -> Twins:
    """The *run* with anomalies beside its *twin* without; UserError where they are not twins."""
    mine, theirs = read_manifest(run), read_manifest(twin)
    _refuse_strangers(run, mine, twin, theirs)
    found = Twins()
    windows: Mapping[str, list[Compared]] = defaultdict(list)
    for row in mine.anomalies:
        windows[row["household"]].append(Compared(row))
        found.windows.append(windows[row["household"]][-1])
    for household, index in parts(run, "oracle").items():
        here, there = (read_table(folder, "oracle", [index]).to_pylist() for folder in (run, twin))
        compare_rows(household, here, there, windows[household], found)
    return found


def _refuse_strangers(run: Path, mine: Manifest, twin: Path, theirs: Manifest) -> None:
    same = ("scenario", "seed")
    if any(getattr(mine.origin, name) != getattr(theirs.origin, name) for name in same):
        raise UserError(f"{twin} is no twin of {run}: scenario or seed is another")
    if [it.household for it in mine.households] != [it.household for it in theirs.households]:
        raise UserError(f"{twin} is no twin of {run}: it has other households")


def compare_rows(
    household: str,
    here: Sequence[Mapping[str, Any]],
    there: Sequence[Mapping[str, Any]],
    windows: Sequence[Compared],
    found: Twins,
) -> None:
    """The rows of one household, with its *windows*; what differs is added to them and to *found*."""
    by_label = {it.window["anomaly"]: it for it in windows}
    for row in here:
        if row["anomaly"]:
            by_label[row["anomaly"]].labelled += 1
    known = Counter(map(_event, here)), Counter(map(_event, there))
    for row in _labelled_in_both(here, known[1]):
        by_label[row["anomaly"]].shared += 1
    stayed = _answers(differing(here, there), windows)
    for one in (*_only(household, here, known[1], True), *_only(household, there, known[0], False)):
        window = by_label.get(one.anomaly) or _around(one.time, windows)
        if window is None:
            setting = _reaching(one, stayed)
            if setting is None:
                found.strays.append(one)
            else:
                found.stayed[setting] = found.stayed.get(setting, 0) + 1
            continue
        window.last = max(window.last or one.time, one.time)
        if not one.anomaly:
            window.here += one.here
            window.there += not one.here


def _event(row: Mapping[str, Any]) -> tuple[Any, ...]:
    counts = row["command"] in COUNTERS
    return tuple("" if counts and name == "value" else row[name] for name in ALIKE)


def _only(
    household: str, rows: Iterable[Mapping[str, Any]], others: Counter[tuple[Any, ...]], here: bool
) -> Iterator[Differing]:
    """The rows that are not among the *others*, as often as they are not."""
    left = others.copy()
    for row in rows:
        event = _event(row)
        if left[event] > 0:
            left[event] -= 1
        else:
            yield Differing(household, row["time"], event, here, row["anomaly"])


def _labelled_in_both(
    here: Iterable[Mapping[str, Any]], there: Counter[tuple[Any, ...]]
) -> Iterator[Mapping[str, Any]]:
    """Labelled rows that the twin has as well."""
    return (row for row in here if row["anomaly"] and there[_event(row)])


def _around(time: datetime, windows: Sequence[Compared]) -> Compared | None:
    """The last window to begin before *time* whose consequences may still be seen."""
    for it in reversed(windows):
        begins, over = (datetime.fromisoformat(it.window[key]) for key in ("start", "over"))
        if begins <= time < over:
            return it
    return None


def _answers(settings: Sequence[Setting], windows: Sequence[Compared]) -> list[Setting]:
    """Those that came to differ within a window, or in the room of another such one as long as that did."""
    found: list[Setting] = []
    for it in settings:
        if _around(it.since, windows) or any(_lasts(one, it.since) and one.room == it.room for one in found):
            found.append(it)
    return found


def _reaching(one: Differing, settings: Iterable[Setting]) -> Setting | None:
    """The first that still differs, or is still felt, where and in what *one* tells of."""
    told = dict(zip(ALIKE, one.event, strict=True))
    level = told["kind"] in SENSED and told["command"] not in EVENTS
    return next((it for it in settings if _lasts(it, one.time) and (level or it.room == told["room"])), None)


def _lasts(it: Setting, time: datetime) -> bool:
    """Whether it differs at *time*, or has until rooms are again as they would have been."""
    return it.since <= time and (it.until is None or time < it.until + WEATHERS)
