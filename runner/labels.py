"""The windows of a household's anomalies as the manifest tells them: labels for a stretch of time."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from dataset.log import Log
from scenarios.anomaly_kinds import KINDS
from world.anomaly.window import Window
from world.clock import Clock
from world.event import OBSERVABLE

Row = Mapping[str, Any]


def labelled(windows: Iterable[Window], log: Log, household: str, clock: Clock) -> tuple[Row, ...]:
    """A row a window: what was meant to happen when, and how many events came of it."""
    rows, seen = _counts(log) if windows else (Counter[str](), Counter[str]())
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
            "rows": rows[window.id],
            "observable": seen[window.id],
        }
        for window in windows
    )


def _instant(clock: Clock, ms: int) -> str:
    """Local time with its offset."""
    return clock.at(ms).isoformat(timespec="milliseconds")


def _counts(log: Log) -> tuple[Counter[str], Counter[str]]:
    """(events by label, those of them that a real installation would log)."""
    events = log.events().select(["anomaly", "kind"])
    pairs = [
        (label, kind)
        for label, kind in zip(*(column.to_pylist() for column in events.columns), strict=True)
        if label
    ]
    return Counter(label for label, _ in pairs), Counter(label for label, kind in pairs if kind in OBSERVABLE)
