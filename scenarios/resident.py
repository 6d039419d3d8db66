"""A resident's profile (BehaviorGen's conditioning): who the person is, when, what for, remembering what."""

import re
import unicodedata
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from scenarios.frozen import Clock, Frozen, Identifier
from scenarios.routine import AuthoredRoutine
from scenarios.schedule import Away, Rota, Schedule, Shift

__all__ = [
    "Away", "Comfort", "Fragment", "Health", "Intent", "MemorySource", "Profile", "Relationship", "Rota",
    "Schedule", "Shift",
]  # fmt: skip

Care = Literal["constant", "company", "none"]
"""What a person needs: somebody who can look after others in the home always; while awake; or nobody."""

SMALL, ALONE = 4, 10  # ages up to which care is constant, and from which a child may be alone at home
MINDER = 14  # the age from which a person may look after others

Kinship = Literal[
    "partner", "parent", "child", "sibling", "grandparent", "grandchild", "friend", "carer", "cared_for",
    "flatmate",
]  # fmt: skip

EARLY_OR_LATE = {"early": -60, "intermediate": 0, "late": 75}
"""Minutes, as against the hours written; about a standard deviation of the midpoint of free days' sleep
(Roenneberg et al. 2007, 'Epidemiology of the human circadian clock')."""


class Comfort(Frozen):
    """What the person is at ease with: °C, % relative humidity, at most so many dB(A) and ppm of CO₂."""

    temperature: tuple[float, float] = (19.0, 25.5)
    humidity: tuple[float, float] = (15.0, 75.0)
    noise: Annotated[float, Field(ge=20, le=120)] = 62.0
    co2: Annotated[float, Field(ge=450, le=10_000)] = 1400.0

    @model_validator(mode="after")
    def _low_below_high(self) -> "Comfort":
        for name in ("temperature", "humidity"):
            lowest, highest = getattr(self, name)
            if lowest >= highest:
                raise ValueError(f"{name} is [lowest, highest]; got {[lowest, highest]}")
        return self


class Health(Frozen):
    """What of the person's health shows in the day."""

    conditions: tuple[str, ...] = ()  # in words, for the prompt; what they do to the day stands below
    medication: tuple[Clock, ...] = ()  # when something is taken, as long as the person is up and at home
    naps: Annotated[float, Field(ge=0, le=14)] = 0.0  # a week
    nap_hours: tuple[Clock, Clock] = (13 * 60, 16 * 60 + 30)
    night_visits: Annotated[float, Field(ge=0, le=6)] = 0.0  # to the toilet, a night
    wakeful: Annotated[float, Field(ge=0, le=7)] = 0.0  # nights a week with an hour or so awake
    night_care: Annotated[float, Field(ge=0, le=6)] = 0.0  # a child to be fed or calmed, times a night


class Relationship(Frozen):
    """What the person is to another resident: {to: elias, kind: parent} says 'I am Elias's parent'."""

    to: Identifier
    kind: Kinship


class Intent(Frozen):
    """Something the person means to do so many times a week, and when."""

    activity: str
    per_week: Annotated[float, Field(gt=0, le=70)] = 3.0
    between: tuple[Clock, Clock] | None = None


class MemorySource(Frozen):
    """The routines that seed memory, and how much of them fits."""

    routines: str  # a Parquet file made by `import`, or an authored YAML
    budget: Annotated[int, Field(ge=50, le=100_000)] = 1500  # tokens
    per_day: Annotated[float, Field(gt=0, le=200)] | None = None  # routines a day, where the log has no dates
    sleep: Annotated[float, Field(ge=3, le=14)] = 7.5  # hours, in the quietest of the log, without a schedule
    like: Annotated[float, Field(ge=0, lt=1)] | None = (
        None  # one of the ways of life in a log, by share; None: all
    )
    pace: Annotated[float, Field(gt=0, le=20)] = 1.0  # times as soon as in that way something new is begun
    private: bool = True  # no routine tells whose it was; False: for those whose log it is, nothing is hidden

    @property
    def authored(self) -> bool:
        """Whether somebody wrote the routines, else they are a log; recorded, '@' and a digest follow."""
        return self.routines.partition("@")[0].endswith((".yaml", ".yml"))


class Profile(Frozen):
    """One resident. A name is all that is needed; `archetype` and `extends` lay what is shipped beneath."""

    id: Identifier  # in a file: derived from the name unless given
    name: str
    archetype: str | None = None  # a shipped profile that the keys here are laid over
    extends: tuple[str, ...] = ()  # fragments laid over the archetype, one after the other
    age: Annotated[int, Field(ge=0, le=120)] = 35
    role: str = "adult"
    occupation: str = ""
    about: str = ""
    tastes: tuple[str, ...] = ()
    bedroom: Identifier | None = None
    schedule: Schedule | None = None  # None: read off the rhythm of memory
    chronotype: Literal["early", "intermediate", "late"] | Annotated[int, Field(ge=-240, le=240)] = 0
    comfort: Comfort = Comfort()
    health: Health = Health()
    mobility: Annotated[float, Field(ge=0.2, le=1.5)] = 1.0  # walking speed, in that of a healthy adult
    intents: tuple[Intent, ...] = ()
    forbidden: tuple[str, ...] = ()  # device types this person does not operate
    avoids: tuple[str, ...] = ()  # activities that this person does not do
    relationships: tuple[Relationship, ...] = ()
    needs_care: Care | None = None  # None: by age
    routines: tuple[AuthoredRoutine, ...] = ()  # remembered beside those of `memory`
    memory: MemorySource | None = None

    @model_validator(mode="before")
    @classmethod
    def _named(cls, data: Any) -> Any:
        if isinstance(data, dict) and "id" not in data and (made := identifier(data.get("name"))):
            return {**data, "id": made}
        return data

    @property
    def care(self) -> Care:
        """Constant below 4 years, company below 10, then none, unless the profile says otherwise."""
        if self.needs_care is not None:
            return self.needs_care
        return "constant" if self.age < SMALL else "company" if self.age < ALONE else "none"

    @property
    def lives_by_log(self) -> bool:
        """Whether the person lives by a real log, which tells all that they operate."""
        return self.memory is not None and not self.memory.authored

    @property
    def minds_others(self) -> bool:
        """Whether this person may be left with somebody who needs care."""
        return self.age >= MINDER and self.care == "none"

    @property
    def shift(self) -> int:
        """How many minutes later (or, below 0, earlier) than the hours written this person lives."""
        return self.chronotype if isinstance(self.chronotype, int) else EARLY_OR_LATE[self.chronotype]


class Fragment(Profile):
    """Part of a profile, for others to extend: nobody's name, and only what it is about."""

    id: Identifier = "someone"
    name: str = "somebody"


def identifier(name: object) -> str:
    """'José-María 2' -> 'jose_maria_2'; '' where nothing is left that an id may hold."""
    plain = unicodedata.normalize("NFKD", str(name or "")).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "_", plain).strip("_").lstrip("0123456789_")[:64]
