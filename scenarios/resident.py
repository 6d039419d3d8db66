"""A resident's profile (BehaviorGen's conditioning): who the person is, when, what for, remembering what."""

from typing import Annotated

from pydantic import Field, model_validator

from scenarios.frozen import Clock, Days, Frozen, Identifier


class Away(Frozen):
    """Regular hours out of the home."""

    days: Days
    leave: Clock
    back: Clock
    place: str = "work"


class Schedule(Frozen):
    """When the person sleeps and is out. `wake` may lie after noon: night shifts sleep by day."""

    wake: Clock = 7 * 60
    bed: Clock = 23 * 60
    free_days: Days = (5, 6)
    free_wake: Clock | None = None
    free_bed: Clock | None = None
    away: tuple[Away, ...] = ()


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


class Profile(Frozen):
    """One resident."""

    id: Identifier
    name: str
    age: Annotated[int, Field(ge=0, le=120)] = 35
    role: str = "adult"
    occupation: str = ""
    about: str = ""
    tastes: tuple[str, ...] = ()
    bedroom: Identifier | None = None
    schedule: Schedule | None = None  # None: read off the rhythm of memory
    comfort: Comfort = Comfort()
    intents: tuple[Intent, ...] = ()
    forbidden: tuple[str, ...] = ()  # device types this person does not operate
    memory: MemorySource | None = None
