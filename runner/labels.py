"""The windows of a household's anomalies as the manifest tells them: labels for a stretch of time."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from dataset.log import Log
from scenarios.anomaly_kinds import KINDS
from world.anomaly.window import Window
from world.clock import Clock
from world.event import OBSERVABLE

Row = Mapping[str, Any]


def labelled(windows: Iterable[Window], log: Log, household: str, clock: Clock) -> tuple[Row, ...]:
    """A row a window: what was meant to happen when, and what came of it."""
    events = _labelled(log) if windows else {}
    return tuple(
        {
            "household": household,
            "anomaly": window.id,
            "kind": window.kind,
            "family": KINDS[window.kind].family,
            "difficulty": window.difficulty,
            "devices": list(window.devices),
            "who": window.who,
            "start": _instant(clock, window.start),
            "end": _instant(clock, window.end),
            "over": _instant(clock, window.over),
            "consequences": KINDS[window.kind].consequences,
            **_told(events.get(window.id, []), clock),
        }
        for window in windows
    )


def _told(events: Sequence[tuple[int, str]], clock: Clock) -> Row:
    """The first and last of the events of a label, and how many there are."""
    return {
        "first": _instant(clock, events[0][0]) if events else None,
        "last": _instant(clock, events[-1][0]) if events else None,
        "rows": len(events),
        "observable": sum(kind in OBSERVABLE for _, kind in events),
    }


def _instant(clock: Clock, ms: int) -> str:
    """Local time with its offset."""
    return clock.at(ms).isoformat(timespec="milliseconds")


def _labelled(log: Log) -> Mapping[str, list[tuple[int, str]]]:
    """(time, kind) of every event that has a label, by label, in the order of time."""
    found: dict[str, list[tuple[int, str]]] = defaultdict(list)
    columns = (log.events()[name].to_pylist() for name in ("anomaly", "time", "kind"))
    for label, time, kind in zip(*columns, strict=True):
        if label:
            found[label].append((time, kind))
    return found
