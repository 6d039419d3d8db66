"""Routines authored by hand, for households without a log of their own."""

from pydantic import Field

from scenarios.frozen import Clock, Days, Frozen


class Step(Frozen):
    """At a time, an activity, its actions at the beginning and, `minutes` later, at the end."""

    at: Clock
    activity: str
    minutes: int = Field(default=10, gt=0, le=1440)
    start: tuple[str, ...] = ()  # 'Light:switch on'
    end: tuple[str, ...] = ()


class AuthoredRoutine(Frozen):
    """Steps that belong together, on the days they happen."""

    name: str
    days: Days
    steps: tuple[Step, ...] = Field(min_length=1)


class AuthoredRoutines(Frozen):
    """A file of authored routines. `provenance` says that nobody lived them."""

    provenance: str
    weeks: float = Field(default=1.0, gt=0)  # how many weeks the routines below describe
    routines: tuple[AuthoredRoutine, ...] = Field(min_length=1)
