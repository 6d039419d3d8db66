"""A household's days played to a broker at a chosen speed, event by event."""

import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from math import inf
from pathlib import Path
from typing import Any

import numpy as np

from dataset.clock import local
from dataset.exporters.home_assistant import first_midnight
from dataset.exporters.home_assistant_shown import Display, Shown
from dataset.exporters.source import Household, household_of
from dataset.exporters.tables import json_text, rows_of
from dataset.live.broker import Address, Broker, connected
from dataset.live.discovery import Names, attributes, configs, is_kept, payload
from scenarios.errors import UserError
from scenarios.problems import printable

LATE = 1.0  # seconds behind its time from which on the clock of the home stands still instead


def read_speed(text: str) -> float:
    """'60x' as simulated seconds a second; 'max' for as fast as the broker takes it."""
    if text == "max":
        return inf
    match = re.fullmatch(r"(\d{1,7}(?:\.\d{1,3})?)x?", text)
    if match is None or not float(match[1]):
        raise UserError(f"--speed {printable(text)}: expected 1x, 60x or another number, or max")
    return float(match[1])


def read_prefix(text: str) -> str:
    """A topic that can be told to: no wildcards in it."""
    if not text or {*"+#\0"} & {*text} or text.startswith("/"):
        raise UserError(f"--prefix {printable(text)}: expected a topic such as homeassistant")
    return text


@dataclass
class Pace:
    """When what happens at a simulated instant is due."""

    speed: float
    rest: Callable[[float], None]  # lets seconds go by
    now: Callable[[], float] = time.monotonic
    _began: float = field(init=False)

    def begin(self, at: float) -> None:
        """It is *at* now: simulated seconds since whenever."""
        self._began = self.now() - at / self.speed

    def wait(self, at: float) -> None:
        """Until it is *at*; time in which nobody listened does not count."""
        left = self._began + at / self.speed - self.now()
        if left > 0:
            self.rest(left)
        elif left < -LATE:
            self._began -= left


def stream(
    run: Path, address: Address, name: str | None, speed: float, prefix: str, once: bool,
    tell: Callable[[str], None],
) -> int:  # fmt: skip
    """Play the household *name* of the run, or its first, again and again unless *once*; how many events."""
    household, scenario = household_of(run, name)
    names = Names(f"{scenario}_{household.name}", read_prefix(prefix))
    with connected(address, names.availability, tell) as broker:
        display = _display(household)
        for topic, content in configs(names, household.scenario.home, household.catalogue, display.entities):
            broker.say(topic, content, retain=True)
        broker.say(names.availability, "online", retain=True)
        tell(f"{len(display.entities)} entities as {names.node} at {address}; Ctrl-C ends it")
        pace = Pace(speed, broker.rest)
        count = _play(household, broker, names, pace)
        while not once:
            count += _play(household, broker, names, pace)
    return count


def _display(household: Household) -> Display:
    return Display(household.scenario.home, household.catalogue)


def _play(household: Household, broker: Broker, names: Names, pace: Pace) -> int:
    display, events = _display(household), household.table("events")
    start, days = first_midnight(household, events), household.scenario.days
    pace.begin(_seconds(start))
    for shown in display.at_first():
        _show(broker, names, shown, local(np.array([start]), household.zone)[0].item().isoformat())
    for row in rows_of(events):
        pace.wait(row["time"].timestamp())
        broker.say(names.events, json_text(row))
        found = display.after(row)
        if isinstance(found, Shown):
            _show(broker, names, found, row["local"].isoformat())
    pace.wait(_seconds(start) + timedelta(days=days).total_seconds())
    return int(events.num_rows)


def _show(broker: Broker, names: Names, shown: Shown, wall: str) -> None:
    """What is known of the device first: who reads its state finds them together."""
    where = names.of(shown.entity)
    broker.say(f"{where}/attributes", attributes(shown, wall), retain=True)
    if shown.changed:
        broker.say(f"{where}/state", payload(shown), retain=is_kept(shown.entity))


def _seconds(instant: Any) -> float:
    return int(instant.astype("datetime64[ms]").astype(np.int64)) / 1000
