"""Automations: what the home does by itself, as people set it up in an app. `world.automations` runs them.

A rule fires when one of its triggers happens and all its conditions hold; it then gives its commands in turn.
While it is at it, it does not fire again.
"""

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, RootModel, WithJsonSchema, model_validator

from scenarios.frozen import Clock, Days, Frozen, Identifier


def _words(value: Any) -> Any:
    """A number as people write it in a file, as the text that a command takes."""
    return f"{value:g}" if isinstance(value, int | float) and not isinstance(value, bool) else value


Text = Annotated[
    str,
    Field(max_length=200),
    BeforeValidator(_words),
    WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "number"}]}),
]

MOST_RULES = 200


class Trigger(Frozen):
    """Exactly one of: a time of day, the sun, a device's reading or state, everybody gone or somebody back.

    It happens at the moment of change: a temperature that stays above 25 triggers once.
    """

    at: Clock | None = None
    sun: Literal["sunrise", "sunset"] | None = None
    offset: Annotated[int, Field(ge=-720, le=720)] = 0  # minutes after the sun's event; before where negative
    device: Identifier | None = None  # a sensor's reading or a device's state; connected ones only
    attribute: str = ""  # 'motion', 'contact', 'switch', 'temperature'
    becomes: str | None = None  # the word it changes to
    above: float | None = None  # the number it rises over
    below: float | None = None  # the number it falls under
    home: Literal["empty", "occupied"] | None = None
    lasting: Annotated[float, Field(ge=0, le=86_400)] = 0.0  # seconds that it must stay so

    @model_validator(mode="after")
    def _one_thing(self) -> "Trigger":
        given = [name for name in ("at", "sun", "device", "home") if getattr(self, name) is not None]
        if len(given) != 1:
            raise ValueError(
                f"a trigger is one of at, sun, device or home; got {' and '.join(given) or 'none'}"
            )
        tests = [it for it in (self.becomes, self.above, self.below) if it is not None]
        if self.device is not None and (not self.attribute or len(tests) != 1):
            raise ValueError("a device trigger names an attribute and one of becomes, above or below")
        if self.device is None and (self.attribute or tests):
            raise ValueError("attribute, becomes, above and below belong to a device")
        if self.offset and self.sun is None:
            raise ValueError("offset belongs to sun")
        if self.lasting and self.device is None and self.home is None:
            raise ValueError("lasting belongs to device or home")
        return self


class Condition(Frozen):
    """All that is given must hold, at the moment when the rule is triggered."""

    days: Days | None = None  # of that moment: after midnight it is the next day
    after: Clock | None = None  # hours may pass midnight: after 22:00, before 06:00
    before: Clock | None = None
    sun: Literal["up", "down"] | None = None
    device: Identifier | None = None
    attribute: str = ""
    equals: str | None = None
    above: float | None = None
    below: float | None = None
    home: Literal["empty", "occupied"] | None = None

    @model_validator(mode="after")
    def _something(self) -> "Condition":
        tests = [it for it in (self.equals, self.above, self.below) if it is not None]
        if (self.device is None) != (not self.attribute) or (self.device is not None) != (len(tests) == 1):
            raise ValueError("a device condition names device, attribute and one of equals, above or below")
        said = (self.days, self.after, self.before, self.sun, self.device, self.home)
        if all(it is None for it in said):
            raise ValueError("a condition says something: days, after, before, sun, device or home")
        if self.after is not None and self.after == self.before:
            raise ValueError("no time is both after and before the same; leave both out for all day")
        return self


class Act(Frozen):
    """A command to a device, some seconds after the one before."""

    device: Identifier
    command: str
    value: Text = ""  # what the command takes: 40, or 'movie'
    wait: Annotated[float, Field(ge=0, le=86_400)] = 0.0  # seconds


class Automation(Frozen):
    """One rule. `settle`: a rule does not fire again within so many seconds of the last time."""

    about: str = ""
    when: Annotated[tuple[Trigger, ...], Field(min_length=1, max_length=8)]  # any of them
    provided: Annotated[tuple[Condition, ...], Field(max_length=8)] = ()  # all of them
    then: Annotated[tuple[Act, ...], Field(min_length=1, max_length=16)]
    settle: Annotated[float, Field(ge=1, le=86_400)] = 5.0


Rules = Annotated[dict[Identifier, Automation], Field(max_length=MOST_RULES)]
"""Automations by id."""


class Automations(RootModel[Rules]):
    """Rules in a file of their own, for homes to include."""
