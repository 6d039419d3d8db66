"""What is drawn of a household, worked out of its log: who, what, when; and the days it is drawn on."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from evaluation.reading import Log, Run
from evaluation.spans import (
    Befallen,
    Doing,
    Span,
    Stay,
    Use,
    befallen,
    doings,
    sensed,
    stays,
    uses,
)
from scenarios.frozen import clock_text
from world.automations import CAUSE as RULE
from world.event import Event, Kind

WIDTH, LEFT, RIGHT = 1200, 204, 18  # px
PERSON, DEVICE, HEAD = 22, 12, 46  # px: height of a resident's row, of a device's, of a day's heading
FATE, SENSOR = 16, 9  # px: height of the row of a happening that lasts, of a sensor's
PASSING = 45_000  # ms; whoever is in a room for less only walks through

PALETTE = ("#77aadd", "#ee8866", "#eedd88", "#ffaabb", "#44bb99", "#bbcc33", "#99ddff", "#aaaa00")
"""Paul Tol's 'light' scheme: apart for every kind of colour vision, dark text readable on each.
https://personal.sron.nl/~pault/ ; beyond eight rooms the same again, dotted."""


@dataclass(frozen=True)
class Band:
    """One day across the picture: from `start` to `end` in ms, `top` in px."""

    run: Run
    day: int
    top: float

    @property
    def start(self) -> int:
        """Midnight."""
        return self.run.clock.midnight(self.day)

    @property
    def end(self) -> int:
        """The next midnight."""
        return self.run.clock.midnight(self.day + 1)

    def x(self, time: int) -> float:
        """Where *time* lies, px; days of 23 and 25 hours fill the same width."""
        share = (min(max(time, self.start), self.end) - self.start) / (self.end - self.start)
        return LEFT + share * (WIDTH - LEFT - RIGHT)

    def holds(self, start: int, end: int) -> bool:
        """Whether anything of [start, end) lies in this day."""
        return start < self.end and end > self.start

    def at(self, time: int) -> str:
        """The clock at *time*."""
        return clock_text(self.run.clock.local(time)[2])


@dataclass(frozen=True)
class Scene:
    """What is drawn of one household."""

    run: Run
    log: Log
    colours: Mapping[str, str]
    dotted: frozenset[str]
    where: Mapping[str, list[Stay]]
    doing: Mapping[str, list[Doing]]
    devices: Mapping[str, tuple[list[Use], list[Event]]]  # in the order of their rows
    fates: list[Befallen]  # what befell the household
    rules: Mapping[str, list[Event]]  # what each has done
    sensors: Mapping[str, list[Span]]

    def height(self, band: Band) -> float:
        """Of the band of one day, px."""
        people = FATE * len(self.lasting(band)) + PERSON * len(self.where)
        rows = DEVICE * (len(self.devices) + len(self.rules)) + SENSOR * len(self.sensors)
        return HEAD + people + 6 + rows + 6 + 18

    def name(self, who: str) -> str:
        """What a resident is called."""
        return self.run.names.get(who, who)

    def waits(self, who: str = "") -> list[tuple[int, int, str]]:
        """When *who*, or anybody, waited for what others had, and the words for it."""
        return [
            (
                it.time,
                it.time + it.wait_ms,
                f"{self.name(it.resident)} waits for {self.run.called(it.resource)}",
            )
            for it in self.log.conflicts
            if it.wait_ms and who in ("", it.resident)
        ]

    def lasting(self, band: Band) -> list[Befallen]:
        """What befell the household and lasts on that day."""
        return [it for it in self.fates if it.end > it.start and band.holds(it.start, it.end)]


def scene_of(run: Run, log: Log, start: int, end: int) -> Scene:
    """What is drawn of the time from *start* to *end*."""
    rooms = list(run.scenario.home.rooms)
    places = run.scenario.home.devices
    used = {name: [use for use in spans if use.start < end and use.end > start] for name, spans in
            uses(run, log).items()}  # fmt: skip
    given: dict[str, list[Event]] = {name: [] for name in places}
    for event in log.events:
        if event.kind in (Kind.COMMAND, Kind.DEED) and start <= event.time < end and event.device in given:
            given[event.device].append(event)
    rows = sorted(
        (name for name in places if used[name] or given[name]),
        key=lambda name: (rooms.index(places[name].room), name),
    )
    return Scene(
        run=run, log=log,
        colours={room: PALETTE[number % len(PALETTE)] for number, room in enumerate(rooms)},
        dotted=frozenset(rooms[len(PALETTE):]),
        where={who: _settled(track, start, end) for who, track in stays(run, log).items()},
        doing={who: [it for it in done if it.start < end and it.end > start] for who, done in
               doings(run, log).items()},
        devices={name: (used[name], given[name]) for name in rows},
        fates=[it for it in befallen(run, log) if it.start < end and it.end >= start],
        rules=_by_rule(event for events in given.values() for event in events),
        sensors={name: spans for name, every in sensed(run, log).items() if name in places and
                 (spans := [span for span in every if span[0] < end and span[1] > start])},
    )  # fmt: skip


def _by_rule(given: Iterable[Event]) -> dict[str, list[Event]]:
    """What each rule has commanded, in the order of their names."""
    found: dict[str, list[Event]] = {}
    for event in given:
        if event.cause.startswith(RULE):
            found.setdefault(event.cause.removeprefix(RULE), []).append(event)
    return dict(sorted(found.items()))


def _settled(track: Iterable[Stay], start: int, end: int) -> list[Stay]:
    """The stays within [start, end), without rooms only walked through."""
    kept: list[Stay] = []
    for stay in track:
        if stay.end <= start or stay.start >= end:
            continue
        if kept and (stay.end - stay.start < PASSING or stay.room == kept[-1].room):
            kept[-1] = replace(kept[-1], end=stay.end)
        else:
            kept.append(stay)
    return kept
