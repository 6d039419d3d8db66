"""Anomalies as a scenario writes them: what goes wrong on purpose, on which days, how hard to find."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, WithJsonSchema, model_validator

from scenarios.anomaly_kinds import KINDS, AnomalyKind
from scenarios.frozen import Clock, Contradictions, Finding, Frozen, Identifier
from scenarios.problems import unknown

Difficulty = Literal["easy", "medium", "hard"]
"""How hard it is to find: `easy` is blatant, at `hard` only the context is odd."""


def _known(kind: str) -> str:
    if kind not in KINDS:
        raise ValueError(unknown("kind of anomaly", kind, KINDS))
    return kind


AnomalyName = Annotated[str, AfterValidator(_known), WithJsonSchema({"type": "string", "enum": list(KINDS)})]


class Anomaly(Frozen):
    """Something that goes wrong on purpose, once, every few days, or on a share of the days.

    All that comes of it is labelled in `oracle.anomaly`; without it the rest of the life is the same.
    """

    kind: AnomalyName
    day: Annotated[int, Field(ge=0)] | None = None  # the first day that it may be; 0 is the scenario's first
    until: Annotated[int, Field(ge=0)] | None = None  # the last
    every: Annotated[int, Field(ge=1, le=366)] | None = None  # days from one to the next
    share: Annotated[float, Field(gt=0, le=1)] | None = None  # of days, drawn
    at: Clock | None = None  # its window begins; else drawn from the hours of its kind
    minutes: Annotated[float, Field(gt=0, le=24 * 60)] | None = None  # of its window; else as its kind has it
    device: Identifier | None = None  # else one that fits is drawn
    who: Identifier | None = None  # else somebody is drawn
    difficulty: Difficulty = "medium"

    @property
    def of(self) -> AnomalyKind:
        """What its kind is."""
        return KINDS[self.kind]

    @model_validator(mode="after")
    def _makes_sense(self) -> "Anomaly":
        if findings := [*self._when(), *self._whom()]:
            raise Contradictions(findings)
        return self

    def _when(self) -> list[Finding]:
        found: list[Finding] = []
        if self.every is not None and self.share is not None:
            found.append((("share",), "comes either `every` so many days or on a `share` of them"))
        often = self.every is not None or self.share is not None
        if self.day is None and not often:
            found.append(((), f"{self.kind} needs a `day`, or `every`, or a `share` of the days"))
        if self.until is not None and self.until < (self.day or 0):
            found.append((("until",), f"ends on day {self.until}, before it begins on day {self.day}"))
        if self.of.lasting:
            wrong = [key for key in ("every", "share", "at", "minutes") if getattr(self, key) is not None]
            said = f"{self.kind} lasts from `day` to the end of `until`; leave this out"
            return [*found, *(((key,), said) for key in wrong)]
        if self.until is not None and not often:
            found.append(
                (("until",), f"{self.kind} is over in its window; say how often it comes until then")
            )
        return found

    def _whom(self) -> list[Finding]:
        about = self.of.about
        found: list[Finding] = []
        if self.device is not None and not self.of.parts:
            found.append((("device",), f"{self.kind} is about no single device; leave it out"))
        if self.who is not None and about != "person":
            found.append((("who",), f"{self.kind} is about nobody in particular; leave it out"))
        return found
