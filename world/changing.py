"""Life events as a house lives through them: labels in the log, people who come and go, things that are new.

Nothing here decides how anybody lives; that is the mind's, which has the same course of life before it.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from scenarios.change import COMES, LEAVES, Change
from scenarios.course import Life, change_words
from scenarios.resident import Profile
from world.event import Event, Kind
from world.happening import OVER
from world.timeline import Process

if TYPE_CHECKING:
    from world.house import House
    from world.layout import Layout

CAUSE = "change"  # of a change point's row
NEW = "new_device"
COME_ABOUT = "has come about"  # of what comes slowly


class Course(NamedTuple):
    """What a house has before it."""

    changes: Sequence[Change] = ()
    lives: Mapping[str, Life] = {}
    layouts: "Sequence[tuple[int, Layout]]" = ()  # by the day from which they hold
    awaited: Mapping[str, int] = {}  # device -> the day from which it is there


def begin(house: "House", course: Course) -> None:
    """Have everything in *house* as it is at first, and all that changes begin in its time."""
    for device in course.awaited:
        house.devices[device].fail(NEW)
        house.sensors.silence(device, silent=True)
    if course.layouts:
        house.refurnish(course.layouts[0][1])
    for who, life in course.lives.items():
        body = house.bodies[who]
        if life.comes is not None:
            body.wait_outside(house.clock.ms(life.comes, COMES))
        if life.leaves is not None:
            body.leaves = house.clock.ms(life.leaves, LEAVES)
        for era in life.eras[1:]:
            house.env.start(_live_by(house, who, era.first, era.profile))
    for day, layout in course.layouts[1:]:
        house.env.start(_refurnish(house, course, day, layout))
    for change in course.changes:
        for who in whom(change, course.lives):
            house.env.start(_label(house, change, who, course.lives))


def whom(change: Change, lives: Mapping[str, Life]) -> Sequence[str]:
    """Whose life *change* is about, by id; of what is new in the home, nobody's in particular: ''."""
    if change.device is not None:
        return ("",)
    return change.concerns or [who for who, life in lives.items() if life.there(change.day)]


def _live_by(house: "House", who: str, day: int, profile: Profile) -> Process:
    yield _midnight(house, day)
    house.bodies[who].profile = profile
    house.offers.forget()


def _refurnish(house: "House", course: Course, day: int, layout: "Layout") -> Process:
    yield _midnight(house, day)
    house.refurnish(layout)
    for name, first in course.awaited.items():
        if first == day:
            house.devices[name].recover(NEW)
            house.sensors.silence(name, silent=False)
            house.changed(house.devices[name])


def _label(house: "House", change: Change, who: str, lives: Mapping[str, Life]) -> Process:
    """The rows of a change point: when it begins, and when it is over or complete."""
    yield _midnight(house, change.day)
    name = lives[who].on(change.day).name if who else ""
    device = house.devices.get(change.device or "")
    _write(house, change, who, change_words(change, name, device.name if device else ""))
    if change.gradual:
        yield _midnight(house, change.day + change.gradual)
        _write(house, change, who, COME_ABOUT)
    elif change.until is not None:
        yield _midnight(house, change.until + 1)
        _write(house, change, who, OVER)


def _midnight(house: "House", day: int):  # type: ignore[no-untyped-def]  # what a process yields
    return house.env.pause(max(0, house.clock.midnight(day) - house.env.now))


def _write(house: "House", change: Change, who: str, words: str) -> None:
    device = house.devices.get(change.device or "")
    house.record(
        Event(
            house.env.now, Kind.HAPPENING, who, device.room if device else "", device.id if device else "",
            device.type.type if device else "", change.kind, words, "", CAUSE,
        )
    )  # fmt: skip
