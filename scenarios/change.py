"""Life events as schedule: what changes in a household from one day on, for good or until another."""

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, WithJsonSchema, model_validator

from scenarios.frozen import Contradictions, Finding, Frozen, Identifier

ChangeKind = Literal[
    "illness", "holiday", "visitor", "new_shift", "season", "new_habits", "new_device", "new_baby",
    "moving_out", "moving_in",
]  # fmt: skip
JOINS = ("visitor", "new_baby", "moving_in")  # somebody comes who was not there before
ALTERS = ("new_shift", "season", "new_habits")  # somebody who lives here lives otherwise
PASSES = ("illness", "holiday", "visitor")  # has an end

LEAVES, COMES = 10 * 60, 16 * 60
"""Minutes of the day at which people set out and arrive, on the first and the last day of being away."""
KEYS = {"type": "object", "description": "Keys of a profile, which may extend fragments."}


def _people(value: Any) -> Any:
    return (value,) if isinstance(value, str) else value


def a(kind: str) -> str:
    """'an illness', 'a new device'."""
    return f"{'an' if kind[0] in 'aeiou' else 'a'} {kind.replace('_', ' ')}"


class Change(Frozen):
    """One life event. Every one is a change point: a labelled row of the oracle.

    `profile` holds the keys of a profile: laid over that of `who` from that day on, or, where somebody joins,
    a whole one. It may `extends` fragments as any profile does.
    """

    day: Annotated[int, Field(ge=0)]  # 0 is the first day
    until: Annotated[int, Field(ge=0)] | None = None  # the last day; on it, whoever was away comes back
    kind: ChangeKind
    who: Annotated[
        tuple[Identifier, ...],
        BeforeValidator(_people),
        WithJsonSchema({"type": ["string", "array"], "items": {"type": "string"}}),
    ] = ()  # empty: of a holiday or a season, everybody who lives here
    device: Identifier | None = None  # that is new: it stands in the home, and is there from this day on
    profile: Annotated[dict[str, Any], WithJsonSchema(KEYS)] | None = None
    gradual: Annotated[int, Field(ge=0, le=365)] = 0  # days over which wake and bed times come to be new
    text: str = ""  # in words; said of itself where there are none

    @model_validator(mode="after")
    def _makes_sense(self) -> "Change":
        if findings := list(self._findings()):
            raise Contradictions(findings)
        return self

    @property
    def joins(self) -> str:
        """The id of who joins; '' where nobody does."""
        return str((self.profile or {}).get("id", "")) if self.kind in JOINS else ""

    @property
    def concerns(self) -> tuple[str, ...]:
        """Whom it is about, by id; empty: everybody, or the home."""
        return (self.joins,) if self.joins else self.who

    def _findings(self) -> "list[Finding]":
        known, kind = self._needs(), self.kind
        found: list[Finding] = [
            ((), f"{a(kind)} needs `{key}`") for key in known[0] if not getattr(self, key)
            and getattr(self, key) != 0
        ]  # fmt: skip
        found += [
            ((key,), f"{a(kind)} takes no `{key}`; leave it out")
            for key in ("until", "who", "device", "profile", "gradual")
            if key not in (*known[0], *known[1]) and getattr(self, key) not in (None, (), 0)
        ]
        if kind in JOINS and self.profile is not None and not self.joins:
            found.append((("profile",), "whoever joins needs a `name`"))
        if kind not in JOINS and (own := sorted({"id", "name"} & set(self.profile or ()))):
            found.append((("profile", own[0]), "nobody's name changes; leave it out"))
        if self.until is not None and self.until < self.day:
            found.append((("until",), f"ends on day {self.until}, before it begins on day {self.day}"))
        if self.gradual and self.until is not None:
            found.append((("gradual",), "what comes slowly comes to stay; leave `until` out"))
        return found

    def _needs(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """(keys that this kind needs, keys that it may have)."""
        if self.kind in JOINS:
            return (("profile", "until") if self.kind == "visitor" else ("profile",)), ()
        return {
            "illness": (("who", "until"), ("profile",)),
            "holiday": (("until",), ("who",)),
            "season": (("profile",), ("who", "until", "gradual")),
            "new_device": (("device",), ()),
            "moving_out": (("who",), ()),
        }.get(self.kind, (("who", "profile"), ("until", "gradual")))
