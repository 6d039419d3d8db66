"""What a hub knows at the moment something reaches it: the context in which a behaviour is ordinary or odd.

Counting sees what is done. Context is when, how long after what, who is where as far as sensors tell, and how
the home is. All of it is read off the observable log, event by event, never off the truth.
"""

from bisect import bisect_left
from collections import defaultdict, deque
from collections.abc import Iterable, Mapping, Sequence
from math import log1p, nan
from typing import NamedTuple

import numpy as np

from evaluation.detectors.windows import Floats, Integers
from scenarios.home import Home
from scenarios.sensing import EVENTS, WORDS
from world.clock import MINUTE, Clock
from world.event import Event, Kind

NAMES = (
    "minute",  # of the day
    "weekday",
    "place",  # which device
    "room",
    "since done",  # how long ago anything was done, log(1 + s)
    "done before",  # what that was
    "done before that",
    "since this",  # how long ago this device did, or was made to do, something
    "this before",  # what that was
    "lasted",  # how long it was so that this now ends: since its last other word or command
    "since here",  # how long ago somebody moved in this room; 0 while they move
    "since elsewhere",  # in any other room
    "room elsewhere",  # which one
    "since near",  # in this room or the next: a sensor does not see everybody
    "at home",  # 1, 0: as the presence sensor says
    "since door",  # how long ago somebody went through the front door
    "locked",
    "standing open",  # windows and doors, as contacts say
    "running",  # devices in this room that are on
    "celsius",
    "humidity",
    "lux",
    "level",  # of a reading: what it reads, and how far from the reading before
    "step",
    "often",  # how often this device in the last half hour, and all in the last ten minutes
    "busy",
    "until here",  # how long until somebody is seen to move in this room: hands come before a sensor's report
)  # fmt: skip
OUTSIDE = "outside"
ON, OFF = ("switch on", "setLevel"), "switch off"
LOCKED = {"lock lock": 1.0, "lock unlock": 0.0}
PRESENT = {"present": 1.0, "not present": 0.0}
ROOM_LEVELS = ("temperature", "humidity", "illuminance")
NEAR = 2  # events of the same log, imagined soon after each
OTHERS = NEAR + 1  # and one at any time: a home is empty, or asleep, for hours in which little happens
LONGER = 3  # the same event, had it been so for other times
FAKES = OTHERS + LONGER
PAUSE = 30 * MINUTE  # after a real event at most
BUSY, OFTEN = 10 * MINUTE, 30 * MINUTE
LASTED, SINCE, MINE = (NAMES.index(it) for it in ("lasted", "since this", "this before"))
DONE, WHAT, EARLIER = (NAMES.index(it) for it in ("since done", "done before", "done before that"))
COUNT, ALL = NAMES.index("often"), NAMES.index("busy")
DAY = log1p(86_400)


class Contexts(NamedTuple):
    """The context of events as they were, and of others that are made up at moments between them."""

    real: Floats  # (E, K), as `NAMES` says; nan where nothing is known
    imagined: Floats  # (E, FAKES, K): other events, had they come after each; each, after another time
    templates: Integers  # (E, FAKES): which these are, as rows of `real`


def contexts(
    events: Sequence[Event], kept: Sequence[int], home: Home, clock: Clock, words: Mapping[str, int]
) -> Contexts:
    """The contexts of those observable *events* that are *kept*; *words* numbers what events say."""
    watcher, comings, rng = Watcher(home, clock, words), _comings(events), np.random.default_rng(0)
    times, rows = np.array([it.time for it in events], np.int64), np.array(kept, np.int64)
    templates = rng.integers(max(1, len(kept)), size=(len(kept), OTHERS))
    moments, lasting = _moments(times, rows, rng), rng.normal(size=(len(kept), LONGER))
    real, imagined = np.empty((len(kept), len(NAMES))), np.empty((len(kept), FAKES, len(NAMES)))
    wanted = dict(zip(kept, range(len(kept)), strict=True))
    for which in np.argsort(np.concatenate([times, moments.ravel()]), kind="stable").tolist():
        if which < len(events):
            event = events[which]
            if (number := wanted.get(which)) is not None:
                known = [*watcher.row(event), _until(comings, event)]
                deed, factors = event.kind is not Kind.READING, lasting[number].tolist()
                real[number] = known
                imagined[number, OTHERS:] = [_after(it, known, deed) for it in factors]
            watcher.remember(event)
        else:
            number, column = divmod(which - len(events), OTHERS)
            fake = events[kept[templates[number, column]]]._replace(time=int(moments[number, column]))
            imagined[number, column] = [*watcher.row(fake), _until(comings, fake)]
    return Contexts(real, imagined, np.column_stack([templates, *[np.arange(len(kept))] * LONGER]))


def _moments(times: Integers, rows: Integers, rng: np.random.Generator) -> Integers:
    """When others are imagined: soon after each of *rows*, before anything else is heard, and at any time."""
    since, until = times[rows], times[np.minimum(rows + 1, len(times) - 1)]
    soon = since[:, None] + np.minimum(until - since, PAUSE)[:, None] * rng.random((len(rows), NEAR))
    first, last = (times[0], times[-1]) if len(times) else (0, 0)
    ever = first + (last - first) * rng.random((len(rows), 1))
    return np.concatenate([soon, ever], 1).astype(np.int64)


def _after(factor: float, known: Sequence[float], deed: bool) -> list[float]:
    """The same, had it been so for another time: by this log *factor* longer or shorter, up to a day.

    What lasts ten minutes as a rule is imagined to last four or twenty-five, not any time up to a day: there
    is where the limit lies between what is usual and what is too long. All else that tells of the time is
    made to agree with it: trees would learn what does not agree, and not what is too long.
    """
    other = [*known]
    time = other[LASTED] = float(np.clip(known[LASTED] + factor, 0.0, DAY))
    since = other[SINCE] = time if known[SINCE] == known[LASTED] else min(known[SINCE], time)
    if deed and known[DONE] == known[SINCE]:  # it was the last thing done, and is
        other[DONE] = since
    elif deed and since < known[DONE]:  # now it is
        other[DONE], other[WHAT], other[EARLIER] = since, known[MINE], known[WHAT]
    for column, span in ((COUNT, log1p(OFTEN / 1000)), (ALL, log1p(BUSY / 1000))):
        other[column] += (since < span) - (known[SINCE] < span)
    return other


def _comings(events: Iterable[Event]) -> Mapping[str, Sequence[int]]:
    """When movements begin in each room."""
    found: dict[str, list[int]] = defaultdict(list)
    for event in events:
        if event.command == "motion" and event.value == WORDS["motion"][-1]:
            found[event.room].append(event.time)
    return found


def _until(comings: Mapping[str, Sequence[int]], event: Event) -> float:
    """How long it takes until somebody is seen to move in the room of *event*."""
    times = comings.get(event.room, ())
    at = bisect_left(times, event.time + (event.command == "motion"))
    return log1p((times[at] - event.time) / 1000) if at < len(times) else nan


class Watcher:
    """All that one home's hub remembers."""

    def __init__(self, home: Home, clock: Clock, words: Mapping[str, int]) -> None:
        self._clock, self._words = clock, words
        self._rooms = {room: number for number, room in enumerate(home.rooms)}
        self._places = {name: number for number, name in enumerate(sorted(home.devices))}
        self._near = {room: {room} for room in home.rooms}
        for one, other in (door for door in home.doors if OUTSIDE not in door):
            self._near[one].add(other)
            self._near[other].add(one)
        self._doors = {name for name, it in home.devices.items() if OUTSIDE in (it.watches or ())}
        self._done: deque[tuple[int, float]] = deque(
            [(0, nan)] * 2, maxlen=2
        )  # (ms, word) of the last two deeds
        self._of: dict[str, tuple[int, str]] = {}  # the same of each device
        self._since: dict[str, int] = {}  # device -> when its last word was first said
        self._moved: dict[str, int] = {}  # room -> when somebody last moved there
        self._moving: set[str] = set()
        self._door, self._locked, self._home = -1, nan, nan
        self._open: set[str] = set()
        self._running: dict[str, set[str]] = {room: set() for room in home.rooms}
        self._levels: dict[tuple[str, str], float] = {}  # (room, quantity) and (device, quantity)
        self._recent: deque[tuple[int, str]] = deque()

    def row(self, event: Event) -> list[float]:
        """What is known as *event* comes; of `NAMES` all but the last, which is known later."""
        now, device, room = event.time, event.device, event.room
        _, weekday, minute = self._clock.local(now)
        (_, earlier), (done, what) = self._done
        mine = self._of.get(device)
        elsewhere = max(((at, it) for it, at in self._moved.items() if it != room), default=None)
        away = 0.0 if self._moving - {room} else _since(now, elsewhere[0] if elsewhere else None)
        near = self._near.get(room, {room})
        nearby = max((at for it, at in self._moved.items() if it in near), default=None)
        level = _number(event)
        recent = [it for at, it in self._recent if at > now - OFTEN]
        return [
            minute, weekday, self._places.get(device, -1), self._rooms.get(room, -1),
            _since(now, done), what, earlier,
            _since(now, mine[0] if mine else None), self._words[mine[1]] if mine else nan,
            _since(now, self._since.get(device)) if mine else nan,
            0.0 if room in self._moving else _since(now, self._moved.get(room)),
            away, self._rooms[elsewhere[1]] if elsewhere else nan,
            0.0 if self._moving & near else _since(now, nearby),
            self._home, _since(now, self._door) if self._door >= 0 else nan, self._locked,
            len(self._open), len(self._running.get(room, ())),
            *(self._levels.get((room, it), nan) for it in ROOM_LEVELS),
            level, level - self._levels.get((device, event.command), nan),
            recent.count(device), sum(at > now - BUSY for at, _ in self._recent),
        ]  # fmt: skip

    def remember(self, event: Event) -> None:
        """From now on *event* is known."""
        now, device, room, word = event.time, event.device, event.room, word_of(event)
        mine = self._of.get(device)
        if mine is None or mine[1] != word:
            self._since[device] = now
        self._of[device] = (now, word)
        self._recent.append((now, device))
        while self._recent[0][0] <= now - OFTEN:
            self._recent.popleft()
        if event.kind is Kind.READING:
            self._hear(event)
            return
        self._done.append((now, self._words[word]))
        self._locked = LOCKED.get(event.command, self._locked)
        if event.command in ON:
            self._running[room].add(device)
        elif event.command == OFF:
            self._running[room].discard(device)

    def _hear(self, event: Event) -> None:
        quantity, device, room, now = event.command, event.device, event.room, event.time
        if quantity not in EVENTS:
            self._levels[room, quantity] = self._levels[device, quantity] = _number(event)
            return
        begins = event.value == WORDS[quantity][-1]
        if quantity == "presence":
            self._home = PRESENT[event.value]
        elif device in self._doors:
            self._door = now
        elif quantity == "contact":
            (self._open.add if begins else self._open.discard)(device)
        elif quantity == "motion":
            (self._moving.add if begins else self._moving.discard)(room)
            self._moved[room] = now


def word_of(event: Event) -> str:
    """What an event says: 'Light:switch on', 'MotionSensor:motion active'; of a level the quantity alone."""
    told = event.kind is Kind.READING and event.command in EVENTS
    return f"{event.action} {event.value}" if told else event.action


def _number(event: Event) -> float:
    return float(event.value) if event.kind is Kind.READING and event.command not in EVENTS else nan


def _since(now: int, then: int | None) -> float:
    return nan if then is None else log1p((now - then) / 1000)
