"""Routines authored by hand, for people without a log of their own."""

import re
from typing import Annotated, Any, NamedTuple

from pydantic import BeforeValidator, Field, PlainSerializer, WithJsonSchema, model_validator

from scenarios.frozen import Days, Frozen, Identifier, clock_text, minute_of_day

EVERY_DAY = tuple(range(7))


class Anchored(NamedTuple):
    """So many minutes after (or, below 0, before) an hour of the person's own day."""

    to: str  # wake, leave, back or bed
    minutes: int


def moment(text: Any) -> int | Anchored:
    """'07:30' -> 450; 'leave-12' -> twelve minutes before the person leaves the home."""
    match = (
        re.fullmatch(r"(wake|leave|back|bed)\s*([+-]\s*\d{1,3})?", text) if isinstance(text, str) else None
    )
    if match:
        return Anchored(match[1], int((match[2] or "0").replace(" ", "")))
    try:
        return minute_of_day(text)
    except ValueError:
        raise ValueError("expected a time such as 07:30, or wake+10, leave-12, back+5, bed-30") from None


def moment_text(at: int | Anchored) -> str:
    """The same as it stands in files."""
    return clock_text(at) if isinstance(at, int) else f"{at.to}{at.minutes:+d}"


Moment = Annotated[
    int | Anchored,
    BeforeValidator(moment),
    PlainSerializer(moment_text, return_type=str),
    WithJsonSchema({"type": "string", "examples": ["07:30", "wake+10", "leave-12", "back+5", "bed-30"]}),
]
"""A time of day, or one that goes with the person's own hours."""


class Step(Frozen):
    """At a time, an activity, its actions at the beginning and, `minutes` later, at the end."""

    at: Moment
    activity: str
    minutes: int = Field(default=10, gt=0, le=1440)
    start: tuple[str, ...] = ()  # 'Light:switch on'
    end: tuple[str, ...] = ()


class AuthoredRoutine(Frozen):
    """Steps that belong together, on the days they happen.

    `on` narrows `days` to kinds of day: 'work' (with hours away), 'free' (without), or shifts of a rota.
    """

    name: str
    days: Days = EVERY_DAY
    on: tuple[Identifier, ...] = ()
    steps: tuple[Step, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _days_or_kinds(self) -> "AuthoredRoutine":
        if "days" not in self.model_fields_set and "on" not in self.model_fields_set:
            raise ValueError("says neither `days` (mon-fri) nor `on` ([work]); `days: daily` is every day")
        return self


class AuthoredRoutines(Frozen):
    """A file of authored routines. `provenance` says that nobody lived them."""

    provenance: str
    weeks: float = Field(default=1.0, gt=0)  # how many weeks the routines below describe
    routines: tuple[AuthoredRoutine, ...] = Field(min_length=1)
