"""An independent check of a household's log: every event is replayed on fresh devices and must be possible.

What the log has to say for that, and the core loop therefore writes:
- COMMAND: an agent operated a device, with the argument that was used; DEED: one that no network knows.
  REPORT: a device spoke by itself.
- A programme that ends writes one event with the cause 'programme' and the command it emits, '' where it
  emits none. Stale ends write nothing. While it is paused, or a fault lasts, its time stands still.
- A programme that will not end in its time writes a HAPPENING 'runs on'.
- What is forged on the network (`world.wire`) says so in its cause, and tells of nothing that happened.
- A fault writes a HAPPENING with the command 'device_fault' and the device, or 'power_cut', twice: the
  second, with the value 'works again', ends it.
"""

from collections.abc import Collection, Iterable, Mapping

from scenarios.activity import SLEEP
from scenarios.device import DeviceType
from scenarios.home import Home
from scenarios.problems import nearest
from world.changing import NEW
from world.contention import Conflict
from world.crowding import crowding
from world.devices import Device
from world.event import Event, Kind
from world.happening import follow
from world.programmes import RUNS_ON, Stopwatches
from world.wire import FORGED

_OF_A_DEVICE = (Kind.COMMAND, Kind.REPORT, Kind.DEED, Kind.HAPPENING)
PROGRAMME = "programme"  # the cause of whatever a programme's end does

MINUTE = 60_000  # ms
ENDLESS = 2**62  # ms
ROUNDING = 1  # ms: minutes drawn as floats become whole milliseconds


def audit(
    events: Iterable[Event],
    home: Home,
    catalogue_devices: Mapping[str, DeviceType],
    conflicts: Iterable[Conflict] | None = None,
    asleep: Collection[str] = (SLEEP,),
    awaited: Collection[str] = (),
) -> list[str]:
    """One sentence for every executed event that was not possible; empty for a sound log.

    With the household's *conflicts*, also for every room and device that more people had than can have it;
    *asleep* are the activities of those who sleep; *awaited* are devices that are not there before their row.
    """
    replay = _Replay(home, catalogue_devices, awaited)
    faults = [
        f"{event.time} ms, {event.device or event.actor}, {event.command!r}: {fault}"
        for event in events
        if (fault := replay.take(event))
    ]
    crowds = () if conflicts is None else crowding(events, home, catalogue_devices, conflicts, asleep)
    return [*faults, *crowds]


class _Replay:
    """The household's devices and whereabouts as the log implies them."""

    def __init__(self, home: Home, types: Mapping[str, DeviceType], awaited: Collection[str] = ()) -> None:
        self.awaited = set(awaited)
        self.devices = {
            name: Device(name, types[place.type], place.room, place.name)
            for name, place in home.devices.items()
        }
        self.whereabouts: dict[str, str] = {}
        self.watches = Stopwatches()
        self.time = 0

    def take(self, event: Event) -> str:
        """Follow one event; why it was impossible, or ''."""
        if event.time < self.time:
            return f"comes after an event at {self.time} ms"
        self.time = event.time
        if event.cause in FORGED:
            return ""  # nothing happened
        if event.kind is Kind.MOVE:
            self.whereabouts[event.actor] = event.room
        if not event.device and event.kind is not Kind.HAPPENING:
            return ""
        device = self.devices.get(event.device)
        if event.device and device is None:
            return f"no device {event.device!r} in this home{nearest(event.device, self.devices)}"
        if device is not None and device.id in self.awaited:
            return self._unpack(event)
        if event.kind is Kind.HAPPENING and event.cause != PROGRAMME:
            self._befall(event)
        if device is None or event.kind not in _OF_A_DEVICE:
            return ""
        return self._misplaced(event, device) or self._follow(event, device)

    def _befall(self, event: Event) -> None:
        for stopped in follow(event, self.devices):
            self.watches.follow(stopped, event.time)
        if event.command == RUNS_ON and (watch := self.watches.of(self.devices[event.device])):
            watch.longer = ENDLESS

    def _unpack(self, event: Event) -> str:
        if event.command != NEW:
            return "is not there yet"
        self.awaited.discard(event.device)
        return ""

    def _misplaced(self, event: Event, device: Device) -> str:
        if event.kind is Kind.HAPPENING:
            return ""
        if event.type != device.type.type:
            return f"is logged as {event.type}, but is {device.type.type}"
        if event.room != device.room:
            return f"is logged in {event.room!r}, but stands in {device.room!r}"
        here = self.whereabouts.get(event.actor, device.room)
        by_hand = bool(event.actor) and event.kind in (Kind.COMMAND, Kind.DEED)
        if by_hand and device.type.reach == "room" and here != device.room:
            return f"{event.actor} is in {here!r}, out of reach of {device.room!r}"
        return ""

    def _follow(self, event: Event, device: Device) -> str:
        if event.cause == PROGRAMME:
            return self._finish(event, device)
        if event.kind is Kind.HAPPENING:
            return ""
        return self._overdue(event, device) or self._apply(event, device)

    def _apply(self, event: Event, device: Device) -> str:
        command = device.type.commands.get(event.command)
        by = command.by if command is not None else "person"
        if (by == "person") is (event.kind is Kind.REPORT):
            return f"is by {by}, yet logged as a {event.kind}"
        if refusal := device.refusal(event.command, event.value, by):
            return refusal
        device.apply(event.command, event.value, by)
        self.watches.follow(device, event.time)
        return ""

    def _finish(self, event: Event, device: Device) -> str:
        if device.programme is None:
            return "a programme ends, but none runs"
        if device.held:
            return "a programme ends that stands still"
        (least, most), took = device.minutes, self._ran(device, event.time)
        late = self._late(device, event.time)
        emitted = self._end(device, event.time)
        if took < least * MINUTE - ROUNDING or late > ROUNDING:
            return f"the programme took {took / MINUTE:.1f} minutes; expected {least:g} to {most:g}"
        if event.command != emitted:
            return f"the programme ends with {event.command!r}; expected {emitted!r}"
        return ""

    def _overdue(self, event: Event, device: Device) -> str:
        late = self._late(device, event.time)
        if device.programme is None or device.held or late <= ROUNDING:
            return ""
        self._end(device, event.time)
        return f"its programme should have ended {late / MINUTE:.1f} minutes before"

    def _end(self, device: Device, now: int) -> str | None:
        emitted = device.finish(device.run)
        self.watches.follow(device, now)
        return emitted

    def _late(self, device: Device, now: int) -> float:
        """By how many ms its programme is over the time that it takes at most."""
        watch = self.watches.of(device)
        return self._ran(device, now) - device.minutes[1] * MINUTE - (watch.longer if watch else 0)

    def _ran(self, device: Device, now: int) -> int:
        watch = self.watches.of(device)
        return watch.ran(now) if watch else 0
