"""When a person sleeps and is out: the same every week, or by a rota of shifts."""

from datetime import date
from typing import Annotated

from pydantic import Field, model_validator

from scenarios.frozen import Clock, Contradictions, Days, Finding, Frozen, Identifier
from scenarios.problems import unknown

DAY = 1440  # minutes
OFF = "off"  # a day of the rota without a shift
READY = 75  # minutes between waking and leaving, and between coming home and bed, unless a shift says so
DAY_SLEEP = 390  # minutes of sleep after a night, unless a shift says so
BETWEEN_SHIFTS = 480  # minutes at least; the European Working Time Directive asks for 660


class Away(Frozen):
    """Regular hours out of the home; `back` not after `leave` is the next day."""

    days: Days
    leave: Clock
    back: Clock
    place: str = "work"


class Shift(Frozen):
    """The hours of one shift; without `leave` a day off. `wake` and `bed` follow from them unless given."""

    leave: Clock | None = None
    back: Clock | None = None
    wake: Clock | None = None
    bed: Clock | None = None
    place: str = "work"

    @model_validator(mode="after")
    def _there_and_back(self) -> "Shift":
        if (self.leave is None) != (self.back is None):
            raise ValueError("a shift has both `leave` and `back`, or, as a day off, neither")
        return self


class Rota(Frozen):
    """A cycle of shifts that goes round for ever, whatever the weekday.

    `first` says where in the cycle the run begins (0 = its first shift), or on which date a cycle began.
    """

    cycle: Annotated[tuple[Identifier, ...], Field(min_length=2, max_length=84)]
    shifts: Annotated[dict[Identifier, Shift], Field(min_length=1, max_length=7)]
    first: int | date = 0

    @model_validator(mode="after")
    def _shifts_are_known(self) -> "Rota":
        known = {*self.shifts, OFF}
        findings: list[Finding] = [
            (("cycle", number), unknown("shift", name, known))
            for number, name in enumerate(self.cycle)
            if name not in known
        ]
        findings += [
            (("shifts", name), f"no day of the cycle is {name!r}; name it there or leave it out")
            for name in self.shifts
            if name not in self.cycle
        ]
        if not findings and len(self.kinds) > 7:
            findings = [
                (("shifts",), f"expected at most 7 kinds of day, with days off; got {len(self.kinds)}")
            ]
        if findings:
            raise Contradictions(findings)
        return self

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of day, in order of first mention: memory keeps one sort of day for each."""
        return tuple(dict.fromkeys(self.cycle))

    def on(self, day: int, when: date) -> str:
        """The shift of *day* (0 is the first of the run), which falls on the date *when*."""
        if isinstance(self.first, date):
            return self.cycle[(when - self.first).days % len(self.cycle)]
        return self.cycle[(self.first + day) % len(self.cycle)]


class Schedule(Frozen):
    """When the person sleeps and is out. `wake` may lie after noon: night shifts sleep by day."""

    wake: Clock = 7 * 60
    bed: Clock = 23 * 60
    free_days: Days = (5, 6)
    free_wake: Clock | None = None
    free_bed: Clock | None = None
    away: tuple[Away, ...] = ()
    rota: Rota | None = None  # instead of `away`; days off keep the hours of free days
