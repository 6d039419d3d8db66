"""The base of every model that a YAML file can hold, and the small types they share."""

import re
from collections.abc import Iterable
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetJsonSchemaHandler,
    PlainSerializer,
    WithJsonSchema,
)  # fmt: skip
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from scenarios.remarks import remarks

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class Frozen(BaseModel):
    """Immutable, and closed: an unknown key is an error, never ignored."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    @classmethod
    def __get_pydantic_json_schema__(cls, core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """The comment beside a field in the code describes its key, in editors and in the reference."""
        found = handler(core)
        keys = handler.resolve_ref_schema(found).get("properties", {})
        for name in keys.keys() & remarks(cls):
            keys[name].setdefault("description", remarks(cls)[name])
        return found


def minute_of_day(text: Any) -> int:
    """'22:30' -> 1350. Minutes after local midnight."""
    match = re.fullmatch(r"([01]?\d|2[0-3]):([0-5]\d)", text) if isinstance(text, str) else None
    if match is None:
        raise ValueError("expected a time of day from 00:00 to 23:59, such as 07:30")
    return int(match[1]) * 60 + int(match[2])


def clock_text(minute: int) -> str:
    """1350 -> '22:30'."""
    return f"{minute // 60 % 24:02d}:{minute % 60:02d}"


def weekday_numbers(text: Any) -> tuple[int, ...]:
    """'mon-fri', 'sat,sun', 'daily' or a list of names -> weekday numbers, Monday = 0, sorted."""
    parts = text if isinstance(text, list | tuple) else str(text).replace(" ", "").split(",")
    days: set[int] = set()
    for part in parts:
        if part == "daily":
            days.update(range(7))
            continue
        first, _, last = str(part).partition("-")
        if first not in WEEKDAYS or (last or first) not in WEEKDAYS:
            raise ValueError("expected days such as mon-fri, sat,sun or daily")
        start, end = WEEKDAYS.index(first), WEEKDAYS.index(last or first)
        days.update((start + step) % 7 for step in range((end - start) % 7 + 1))
    return tuple(sorted(days))


def weekday_names(days: tuple[int, ...]) -> str:
    """(0, 1) -> 'mon,tue'."""
    return ",".join(WEEKDAYS[day] for day in days)


Clock = Annotated[
    int,
    BeforeValidator(minute_of_day),
    PlainSerializer(clock_text, return_type=str),
    WithJsonSchema({"type": "string", "pattern": "^([01]?[0-9]|2[0-3]):[0-5][0-9]$", "examples": ["07:30"]}),
]
"""A time of day; minutes after local midnight inside, 'HH:MM' in files."""

Days = Annotated[
    tuple[int, ...],
    BeforeValidator(weekday_numbers),
    PlainSerializer(weekday_names, return_type=str),
    WithJsonSchema({"type": ["string", "array"], "examples": ["mon-fri", "sat,sun", "daily"]}),
]
"""Weekdays; Monday = 0 inside, 'mon-fri' in files."""

RoomKind = Literal[
    "hall", "living", "kitchen", "dining", "bedroom", "child", "bathroom", "toilet", "office", "laundry",
    "storage", "garage", "garden", "balcony", "outside",
]  # fmt: skip
"""What a room is for. `outside` is everywhere beyond the front door."""

Need = Literal["cold", "hot", "dark", "noisy", "stuffy", "humid", "dry"]
"""Discomforts that the home can cause and an action can relieve."""

IDENTIFIER = "^[a-z][a-z0-9_]*$"
Identifier = Annotated[str, Field(pattern=IDENTIFIER, max_length=64)]
"""A name used as a key: lower snake, as in Home Assistant's object ids."""

Finding = tuple[tuple[str | int, ...], str]
"""The keys that lead to what is wrong, and a sentence about it."""


class Contradictions(ValueError):
    """What is wrong between the parts of a model, each at its own place."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings = tuple(findings)
        super().__init__("; ".join(sentence for _, sentence in self.findings))
