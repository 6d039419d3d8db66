"""What a sensor measures and how it errs. Part of a device type: a sensor is a device that senses."""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field, model_validator

from scenarios.frozen import Frozen

Quantity = Literal[
    "motion", "contact", "presence", "button", "temperature", "humidity", "illuminance", "co2", "noise",
    "power", "energy",
]  # fmt: skip
"""What can be sensed: the first four are events, the others levels (°C, %, lux, ppm, dB(A), W, Wh)."""

WORDS: Mapping[str, tuple[str, ...]] = {
    "motion": ("inactive", "active"), "contact": ("closed", "open"), "presence": ("not present", "present"),
    "button": ("pushed",),
}  # fmt: skip
"""What sensors of events report, as SmartThings says it: when it ends, when it begins."""

EVENTS = frozenset(WORDS)
_OF_LEVELS = ("every", "change", "heartbeat", "error", "bias", "resolution")
_OF_MOTION = ("coverage", "hold")

Seconds = Annotated[float, Field(ge=0, le=86_400)]
Share = Annotated[float, Field(ge=0, le=1)]


class Sensing(Frozen):
    """One quantity, reported by itself, with all the ways in which real reports differ from the truth.

    Each candidate report is either emitted or lost, for exactly one cause. Levels are looked at every
    `every` seconds, in whole half hours (hours, while nobody is up), and reported when they have moved by
    `change`, or after `heartbeat` seconds at the latest. A stuck sensor repeats its last level at each
    heartbeat.
    """

    quantity: Quantity
    coverage: Share = 1.0  # chance that a movement in the room is within view
    every: Annotated[float, Field(ge=60, le=86_400)] = 1800.0  # seconds between two looks at a level
    change: Annotated[float, Field(ge=0)] = 0.0  # least change that is reported; 0 = every look
    heartbeat: Seconds = 0.0  # report at least so often; 0 = only changes
    error: Annotated[float, Field(ge=0)] = 0.0  # standard deviation of a measured level
    bias: Annotated[float, Field(ge=0)] = 0.0  # standard deviation between sensors of a constant offset
    resolution: Annotated[float, Field(ge=0)] = 0.0  # the step to which a level is rounded
    latency: Seconds = 0.3  # until the hub knows
    jitter: Seconds = 0.1  # standard deviation of the latency
    drop_out: Share = 0.0  # of reports lost on the way
    false_triggers: Annotated[float, Field(ge=0, le=100)] = 0.0  # a day, of events that never were
    hold: Seconds = 60.0  # motion: seconds without movement until 'inactive'
    cool_down: Seconds = 0.0  # after a report, another of the same value is kept back
    battery_days: Annotated[float, Field(ge=0)] = 0.0  # mean life, part of it behind it; 0 = on the mains

    @model_validator(mode="after")
    def _says_only_what_applies(self) -> "Sensing":
        foreign = {*(_OF_LEVELS if self.quantity in EVENTS else ("cool_down", "false_triggers"))}
        foreign |= set() if self.quantity == "motion" else {*_OF_MOTION}
        foreign |= {"false_triggers"} if self.quantity == "button" else set()
        if wrong := sorted(foreign & self.model_fields_set):
            raise ValueError(f"{', '.join(wrong)}: does not apply to {self.quantity}")
        return self
