"""Lives that detectors are taught and judged by: what a hub logged, and what is anomalous when."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

import numpy as np

from dataset.manifest import read_manifest
from evaluation.detectors.windows import Bools, Integers
from evaluation.reading import Log, Run, read_run
from evaluation.watching import Kept, deeds, everything, sensed
from scenarios.home import Home
from world.clock import Clock
from world.event import Event

MOST = 50  # households of a run
KEPT: Mapping[str, Kept | None] = {
    "network": sensed, "intruder": sensed, "fault": everything, "decline": None,
}  # fmt: skip
"""What windows are made of, by family, of the others what is done; None: it is told by whole days."""


class Life(NamedTuple):
    """One household from its first day to its last."""

    events: Sequence[Event]
    home: Home
    clock: Clock
    days: int


class Anomalous(NamedTuple):
    """What a run tells of one window of an anomaly; times in ms."""

    household: str
    label: str
    kind: str
    family: str
    difficulty: str
    start: int
    over: int  # its consequences have worn off


def lives(folder: Path) -> dict[str, Life]:
    """The lives of a run by household, of a large one the first fifty."""
    run = read_run(folder, most=MOST)
    return {log.household: _life(run.of(log), log) for log in run.logs}


def _life(run: Run, log: Log) -> Life:
    return Life(log.events, run.scenario.home, run.clock, run.scenario.days)


def anomalies(folder: Path, among: Mapping[str, Life]) -> list[Anomalous]:
    """Every window that the manifest has of these households."""
    return [
        Anomalous(
            it["household"], it["anomaly"], it["kind"], it["family"], it["difficulty"],
            *(_elapsed(it[key], among[it["household"]].clock) for key in ("start", "over")),
        )
        for it in read_manifest(folder).anomalies
        if it["household"] in among
    ]  # fmt: skip


def kept_of(family: str) -> Kept | None:
    """Which events the windows of a family are made of; None where whole days are looked at."""
    return KEPT.get(family, deeds)


def occurrences(events: Iterable[Event]) -> Iterator[tuple[str, int, int]]:
    """(label, first, last instant) of what did happen: what waits for its moment may wait in vain."""
    times: dict[str, list[int]] = {}
    for event in events:
        if event.anomaly:
            times.setdefault(event.anomaly, []).append(event.time)
    return ((label, found[0], found[-1]) for label, found in times.items())


def labelled_days(life: Life, label: str | None = None) -> Bools:
    """The days on which something carries this *label*, or any. (D,)."""
    own = (it for it in life.events if it.anomaly and label in (None, it.anomaly))
    those = {life.clock.local(it.time)[0] for it in own}
    return np.array([day in those for day in range(life.days)], bool)


def outside(start: Integers, end: Integers, those: Iterable[Anomalous]) -> Bools:
    """Which stretches of time lie outside of every anomaly and its consequences. (N,)."""
    free = np.ones(len(start), bool)
    for it in those:
        free &= (end < it.start) | (start >= it.over)
    return free


def _elapsed(instant: str, clock: Clock) -> int:
    return round(datetime.fromisoformat(instant).timestamp() * 1000) - clock.epoch
