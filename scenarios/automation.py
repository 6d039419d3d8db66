"""Automations: what the home does by itself, as people set it up in an app. `world.automations` runs them.

A rule fires when one of its triggers happens and all its conditions hold; it then gives its commands in turn.
"""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from scenarios.frozen import Clock, Days, Frozen, Identifier


class Trigger(Frozen):
    """Exactly one of: a time of day, the sun, a device's reading or state, everybody gone or somebody back."""

    at: Clock | None = None
    sun: Literal["sunrise", "sunset"] | None = None
    offset: Annotated[int, Field(ge=-720, le=720)] = 0  # minutes after the sun's event; before where negative
    device: Identifier | None = None  # a sensor's reading or a device's state; connected ones only
    attribute: str = ""  # 'motion', 'contact', 'switch', 'temperature'
    becomes: str | None = None  # the word it changes to
    above: float | None = None  # the number it rises over
    below: float | None = None  # the number it falls under
    home: Literal["empty", "occupied"] | None = None

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
        return self


class Condition(Frozen):
    """All that is given must hold."""

    days: Days | None = None
    after: Clock | None = None  # hours may pass midnight: after 22:00, before 06:00
    before: Clock | None = None
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
        if all(it is None for it in (self.days, self.after, self.before, self.device, self.home)):
            raise ValueError("a condition says something: days, after, before, device or home")
        return self


class Act(Frozen):
    """A command to a device, some seconds after the one before."""

    device: Identifier
    command: str
    value: str = ""
    wait: Annotated[float, Field(ge=0, le=86_400)] = 0.0  # seconds


class Automation(Frozen):
    """One rule. `settle`: a rule does not fire again within so many seconds."""

    when: Annotated[tuple[Trigger, ...], Field(min_length=1)]
    provided: tuple[Condition, ...] = ()
    then: Annotated[tuple[Act, ...], Field(min_length=1)]
    settle: Annotated[float, Field(ge=0, le=86_400)] = 5.0
