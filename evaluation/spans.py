"""From events to spans of time: who was where, who did what, which device was on.

Everything that looks at a run (timeline, checks, report) looks at these spans, [start, end) in ms.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from evaluation.reading import Log, Run
from scenarios.activity import WAITING
from scenarios.device import Value
from scenarios.sensing import WORDS
from world.audit import PROGRAMME
from world.changing import CAUSE as CHANGE
from world.changing import COME_ABOUT
from world.devices import Device
from world.event import Event, Kind
from world.happening import OVER, WORKS_AGAIN, follow

OUTSIDE, ON = "outside", "on"

MOMENTS = frozenset({"visitor", "message"})  # happenings of which no end is written down
WATCHED = frozenset({"motion", "contact"})

Span = tuple[int, int]
"""[start, end) in ms."""


@dataclass(frozen=True, slots=True)
class Stay:
    """A resident in one room."""

    resident: str
    room: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Doing:
    """A resident at one activity. `again`: gone back to after an interruption."""

    resident: str
    activity: str
    room: str
    start: int
    end: int
    basis: str
    decision: int
    asleep: bool
    again: bool


@dataclass(frozen=True, slots=True)
class Use:
    """A device out of its resting state: `state` is 'on' where it is at work, else what it merely is: 'open'.

    `cause` is that of the event with which it began.
    """

    device: str
    start: int
    end: int
    state: str
    cause: str

    @property
    def still(self) -> bool:
        """Whether it is merely open, unlocked, lowered."""
        return self.state != ON


@dataclass(frozen=True, slots=True)
class Befallen:
    """What befell the household; where it lasts, until it was over."""

    kind: str
    text: str
    device: str
    start: int
    end: int
    cause: str = ""


def stays(run: Run, log: Log) -> dict[str, list[Stay]]:
    """The whereabouts of each resident from the first event that tells them to the end of the run."""
    seen: dict[str, list[tuple[int, str]]] = {resident: [] for resident in log.residents}
    for event in log.events:
        if event.actor and event.kind in (Kind.MOVE, Kind.ACTIVITY):
            track = seen[event.actor]
            if not track or track[-1][1] != event.room:
                track.append((event.time, event.room))
    return {
        resident: [
            Stay(resident, room, start, end)
            for (start, room), end in zip(track, [*(time for time, _ in track[1:]), run.end], strict=True)
        ]
        for resident, track in seen.items()
        if track
    }


def doings(run: Run, log: Log) -> dict[str, list[Doing]]:
    """The activities of each resident, each until the next begins."""
    began: dict[str, list[Event]] = {resident: [] for resident in log.residents}
    for event in log.events:
        if event.kind is Kind.ACTIVITY and event.actor:
            began[event.actor].append(event)
    return {resident: list(_doings(run, log, events)) for resident, events in began.items()}


def _doings(run: Run, log: Log, events: list[Event]) -> Iterable[Doing]:
    done: set[int] = set()
    for event, end in zip(events, [*(event.time for event in events[1:]), run.end], strict=True):
        yield Doing(
            resident=event.actor, activity=event.activity, room=event.room, start=event.time, end=end,
            basis=event.cause, decision=event.decision, asleep=_asleep(run, log, event),
            again=event.decision in done,
        )  # fmt: skip
        done |= {event.decision} - {-1} if event.activity not in WAITING else set()  # waiting is no beginning


def _asleep(run: Run, log: Log, event: Event) -> bool:
    if taken := log.decisions.get(event.decision):
        return taken.asleep
    activity = run.catalogue.activities.get(event.activity)
    return activity is not None and activity.asleep


def uses(run: Run, log: Log) -> dict[str, list[Use]]:
    """When each device was out of its resting state, from its commands and reports alone."""
    devices = fresh(run)
    resting = {name: Rest.of(device) for name, device in devices.items()}
    found: dict[str, list[Use]] = {name: [] for name in devices}
    since: dict[str, tuple[Event, str]] = {}
    for event, device in led(devices, log.events):
        look = resting[device.id].look(device)
        began, before = since.get(device.id, (event, ""))
        if look != before:
            if before:
                found[device.id].append(Use(device.id, began.time, event.time, before, began.cause))
            since[device.id] = (event, look)
    for name, (began, look) in since.items():
        if look:
            found[name].append(Use(name, began.time, run.end, look, began.cause))
    return found


def fresh(run: Run) -> dict[str, Device]:
    """The home's devices as they are before anything has happened."""
    types, home = run.catalogue.devices, run.scenario.home
    return {name: Device(name, types[place.type], place.room) for name, place in home.devices.items()}


def led(devices: Mapping[str, Device], events: Iterable[Event]) -> Iterator[tuple[Event, Device]]:
    """Lead *devices* through *events*: each event with every device it concerned, once it has happened."""
    for event in events:
        for device in _followed(devices, event):
            yield event, device


def befallen(run: Run, log: Log) -> list[Befallen]:
    """All happenings in order; a visit or a message is a moment, and so is a change that comes to stay."""
    found: list[Befallen] = []
    lasting: dict[tuple[str, str, str], list[int]] = {}  # places in *found* of those that are not over
    for event in log.events:
        if event.kind is not Kind.HAPPENING or not event.value:
            continue
        begun = lasting.setdefault((event.command, event.device, event.actor), [])
        if event.value in (WORKS_AGAIN, OVER, COME_ABOUT) and begun:
            place = begun.pop(0)
            found[place] = replace(found[place], end=event.time)
            continue
        moment = event.command in MOMENTS
        if not moment:
            begun.append(len(found))
        end = event.time if moment or (event.cause == CHANGE and not _ends(run, event)) else run.end
        found.append(Befallen(event.command, event.value, event.device, event.time, end, event.cause))
    return found


def _ends(run: Run, event: Event) -> bool:
    """Whether the change that *event* begins passes, or is under way for days."""
    day = run.clock.local(event.time)[0]
    return any(
        (it.kind, it.day) == (event.command, day) and (it.until is not None or it.gradual)
        for it in run.scenario.changes
    )


def sensed(run: Run, log: Log) -> dict[str, list[Span]]:
    """When each motion and contact sensor said so: from its readings alone, as an installation has them."""
    found: dict[str, list[Span]] = {}
    since: dict[str, int] = {}
    for event in log.events:
        if event.kind is not Kind.READING or event.command not in WATCHED:
            continue
        spans = found.setdefault(event.device, [])
        if event.value == WORDS[event.command][1]:
            since.setdefault(event.device, event.time)
        elif (began := since.pop(event.device, None)) is not None:
            spans.append((began, event.time))
    for sensor, began in since.items():
        found[sensor].append((began, run.end))
    return found


def _followed(devices: Mapping[str, Device], event: Event) -> list[Device]:
    """The devices that one event concerns, once it has happened to them."""
    if event.kind is Kind.HAPPENING and event.cause != PROGRAMME:
        return follow(event, devices)
    device = devices.get(event.device)
    return [device] if device is not None and _follow(device, event) else []


def _follow(device: Device, event: Event) -> bool:
    """Let one event change *device*; False when it concerns no state. The audit judges, this does not."""
    if event.cause == PROGRAMME:
        return device.finish(device.run) is not None
    command = device.type.commands.get(event.command)
    if event.kind not in (Kind.COMMAND, Kind.DEED, Kind.REPORT) or command is None:
        return False
    if device.refusal(event.command, event.value, command.by):
        return False
    device.apply(event.command, event.value, command.by)
    return True


@dataclass(frozen=True, slots=True)
class Rest:
    """What a device gives off in its first state, and its leading attribute there."""

    watts: float
    lumens: float
    noise: float
    attribute: str
    value: Value | None

    @classmethod
    def of(cls, device: Device) -> "Rest":
        """That of *device* as it is now."""
        name = next(iter(device.state), "")
        leading = "" if name == "switch" else name  # switches that matter show in what a device gives off
        given = device.output
        return cls(given.watts, given.lumens, given.noise, leading, device.state.get(leading))

    def look(self, device: Device) -> str:
        """'on', what stands open, unlocked, lowered in its own word, or ''."""
        given = device.output
        if given.watts > self.watts or given.lumens > self.lumens:
            return ON
        if given.noise > self.noise and device.type.domain != "cover":  # a window lets noise in, no more
            return ON
        if not self.attribute or (value := device.state[self.attribute]) == self.value:
            return ""
        return value if isinstance(value, str) else f"at {value:g} {self._unit(device)}".rstrip()

    def _unit(self, device: Device) -> str:
        return device.type.attributes[self.attribute].unit


def overlap(start: int, end: int, spans: Iterable[Span]) -> int:
    """How many ms of [start, end) lie within *spans*, which do not overlap one another."""
    return sum(max(0, min(end, last) - max(start, first)) for first, last in spans)


def merged(spans: Iterable[Span]) -> list[Span]:
    """The same time in order and without overlaps."""
    whole: list[Span] = []
    for start, end in sorted(spans):
        if whole and start <= whole[-1][1]:
            whole[-1] = (whole[-1][0], max(end, whole[-1][1]))
        else:
            whole.append((start, end))
    return whole


def together(lists: Iterable[Iterable[Span]], end: int) -> list[Span]:
    """The spans of [0, end) that all of *lists* cover; each list in order of time, without overlaps."""
    common: list[Span] = [(0, end)]
    for spans in lists:
        common = list(_both(common, list(spans)))
    return common


def _both(one: list[Span], two: list[Span]) -> Iterator[Span]:
    here = there = 0
    while here < len(one) and there < len(two):
        start, end = max(one[here][0], two[there][0]), min(one[here][1], two[there][1])
        if start < end:
            yield start, end
        if one[here][1] <= two[there][1]:
            here += 1
        else:
            there += 1


def nobody_in(room: str, whereabouts: Mapping[str, list[Stay]], end: int) -> list[Span]:
    """The spans in which nobody is in *room*."""
    elsewhere = (
        merged((stay.start, stay.end) for stay in track if stay.room != room)
        for track in whereabouts.values()
    )
    return together(elsewhere, end)
