"""Life events as schedule: what changes in a household from one day on, for good or until another."""

from collections.abc import Iterator, Sequence
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, WithJsonSchema, model_validator

from scenarios.frozen import Contradictions, Finding, Frozen, Identifier

ChangeKind = Literal[
    "illness", "holiday", "visitor", "new_shift", "season", "new_habits", "new_device", "new_baby",
    "moving_out", "moving_in",
]  # fmt: skip
JOINS = ("visitor", "new_baby", "moving_in")  # somebody comes who was not there before
ALTERS = ("new_shift", "season", "new_habits")  # somebody who lives here lives otherwise

LEAVES, COMES = 10 * 60, 16 * 60
"""Minutes of the day at which people set out and arrive, on the first and the last day of being away."""
KEYS = {"type": "object", "description": "Keys of a profile, which may extend fragments."}
KEYS_OF_A_KIND = ("until", "who", "device", "profile", "gradual")  # which some kinds have and others do not

Needs = tuple[tuple[str, ...], tuple[str, ...]]
ProfileKeys = Annotated[dict[str, Any], WithJsonSchema(KEYS)]


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
    profile: ProfileKeys | None = None
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
        found = list(key_findings(self, self.kind, needs(self.kind), KEYS_OF_A_KIND))
        if self.kind in JOINS and self.profile is not None and not self.joins:
            found.append((("profile",), "whoever joins needs a `name`"))
        if self.kind not in JOINS and (own := sorted({"id", "name"} & set(self.profile or ()))):
            found.append((("profile", own[0]), "nobody's name changes; leave it out"))
        if self.until is not None and self.until < self.day:
            found.append((("until",), f"ends on day {self.until}, before it begins on day {self.day}"))
        if self.gradual and self.until is not None:
            found.append((("gradual",), "what comes slowly comes to stay; leave `until` out"))
        return found


def needs(kind: ChangeKind) -> Needs:
    """(keys that a change of this kind needs, keys that it may have)."""
    if kind in JOINS:
        return (("profile", "until") if kind == "visitor" else ("profile",)), ()
    return {
        "illness": (("who", "until"), ("profile",)),
        "holiday": (("until",), ("who",)),
        "season": (("profile",), ("who", "until", "gradual")),
        "new_device": (("device",), ()),
        "moving_out": (("who",), ()),
    }.get(kind, (("who", "profile"), ("until", "gradual")))


def key_findings(change: Frozen, kind: ChangeKind, wanted: Needs, keys: Sequence[str]) -> Iterator[Finding]:
    """Which of *keys* a change of this kind lacks, or has and has no use for."""
    needed, may = wanted
    for key in needed:
        if not (value := getattr(change, key)) and value != 0:
            yield (), f"{a(kind)} needs `{key}`"
    for key in keys:
        if key not in (*needed, *may) and getattr(change, key) not in (None, (), 0):
            yield (key,), f"{a(kind)} takes no `{key}`; leave it out"
