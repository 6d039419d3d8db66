"""The scenario: a home and residents or a population, a season, events, the kind of mind that lives there."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field, RootModel, field_validator, model_validator

from scenarios.anomaly import Anomaly
from scenarios.budget import Budget
from scenarios.change import Change
from scenarios.device import DeviceType
from scenarios.frozen import Clock, Contradictions, Finding, Frozen, Identifier
from scenarios.home import Home
from scenarios.population import Population
from scenarios.population_change import PopulationChange, population_change_findings
from scenarios.resident import MemorySource, Profile

MindKind = Literal["habit", "llm"]
Deliberation = Literal["habit", "daily_plan", "interrupts", "every_action", "tick"]
"""When a model is asked: never; for the plan of a day; also when something comes up; or, for comparison with
other simulators, about every step, or every quarter of an hour."""


HappeningKind = Literal[
    "visitor", "message", "device_fault", "sensor_failure", "heating_fault", "power_cut", "network_outage",
    "heat_wave", "cold_spell",
]  # fmt: skip
OF_A_DEVICE = ("device_fault", "sensor_failure")
OF_WEATHER = ("heat_wave", "cold_spell")
FAULTS = ("device_fault", "sensor_failure", "heating_fault", "power_cut", "network_outage")
"""What of them is an anomaly of its own, labelled as one: these are kinds of anomalies, too."""
FAILS: Literal["dead"] = "dead"
DEGREES = 8.0


class Happening(Frozen):
    """Something that befalls the household at a time."""

    day: Annotated[int, Field(ge=0)]  # 0 is the first day
    at: Clock
    kind: HappeningKind
    text: str = ""  # what residents perceive: 'a friend rings the doorbell'
    to: tuple[Identifier, ...] = ()  # empty = all at home and awake; of them the nearest opens to a visitor
    device: Identifier | None = None  # the device that fails
    fails: Literal["dead", "stuck"] = FAILS  # a sensor says nothing, or never changes its word
    degrees: Annotated[float, Field(gt=0, le=25)] = DEGREES  # warmer in a heat wave, colder in a cold spell
    minutes: Annotated[float, Field(gt=0)] = 60.0  # how long the visit, the fault or the weather lasts

    @model_validator(mode="after")
    def _faults_have_a_device(self) -> "Happening":
        if (self.kind in OF_A_DEVICE) != (self.device is not None):
            raise ValueError("a device_fault or sensor_failure names its device; nothing else names one")
        if self.kind != "sensor_failure" and self.fails != FAILS:
            raise ValueError("only a sensor_failure says how it fails")
        if self.kind not in OF_WEATHER and self.degrees != DEGREES:
            raise ValueError("degrees belong to a heat_wave or cold_spell")
        return self


class LLM(Frozen):
    """Which model thinks, and how it is asked. Keys come from the environment, never from a file."""

    model: str = "embedded"
    base_url: str | None = None
    temperature: Annotated[float, Field(ge=0, le=2)] = 0.7
    evidence: Literal["auto", "score", "letters", "json"] = "auto"
    plans: Literal["auto", "choose", "write"] = "auto"
    weight: Annotated[float, Field(ge=0, le=5)] | None = None  # of the evidence against the prior
    timeout: Annotated[float, Field(gt=0)] = 120.0  # seconds a try
    deadline: Annotated[float, Field(gt=0)] = 600.0  # seconds a question, all its tries together
    outage: Annotated[float, Field(ge=0)] = (
        600.0  # seconds that an endpoint which answers nobody is waited for
    )
    concurrency: Annotated[int, Field(ge=1, le=1024)] = 8  # calls at once, at most
    most_fallbacks: Annotated[float, Field(ge=0, le=1)] = 0.25  # share of thoughts above which a run fails

    @field_validator("base_url")
    @classmethod
    def _no_secrets(cls, address: str | None) -> str | None:
        if address and set("@?#") & set(address):
            raise ValueError(
                "an address; got one with a user or a query in it, and keys come from OPENAI_API_KEY alone"
            )
        return address


class Mind(Frozen):
    """`habit` needs no model; `llm` asks one as often as `deliberation` says."""

    kind: MindKind = "habit"
    deliberation: Deliberation = "interrupts"
    llm: LLM = LLM()
    coordination: bool = True  # False: everybody lives for themself, for comparison


class Terms(Frozen):
    """What a scenario says whoever lives in it."""

    name: Identifier
    about: str = ""
    seed: Annotated[int, Field(ge=0, lt=2**63)] = 7
    start: Annotated[date, Field(ge=date(1950, 1, 1), lt=date(2150, 1, 1))]
    days: Annotated[int, Field(ge=1, le=3660)] = 7
    households: Annotated[int, Field(ge=1, le=1_000_000)] = 1
    first: Annotated[int, Field(ge=0, lt=10**9)] = 0  # the index of the first household that is lived
    physics: bool = True  # False: always 21 °C and bright, for comparison
    device_types: tuple[DeviceType, ...] = ()  # beside the shipped catalogue
    happenings: tuple[Happening, ...] = ()
    anomalies: tuple[Anomaly, ...] = ()
    mobility: bool = True  # the dataset tells where people go
    phones: bool = True  # and what they use a telephone for; neither changes what happens at home
    routines: str | None = None  # seeds every resident without a memory of their own
    mind: Mind = Mind()
    budget: Budget = Budget()


class Scenario(Terms):
    """Everything that a run depends on, but for the routines file it names."""

    home: Home
    weather: str | None = None  # a CSV of hourly weather; instead of the climate's normals
    residents: Annotated[tuple[Profile, ...], Field(min_length=1)]
    changes: tuple[Change, ...] = ()  # life events, and people who come and go


class PopulationScenario(Terms):
    """The same where every household has its own home and residents, drawn from a population.

    `routines`, if given, is a log whose ways of life the adults share out among them.
    """

    population: Population
    private: bool = True  # may be given away: no routine tells whose it was (`MemorySource.private`)
    changes: tuple[PopulationChange, ...] = ()  # life events, by what share they happen to, and to whom

    @property
    def log(self) -> MemorySource | None:
        """What seeds the memory of adults, if anything does."""
        return MemorySource(routines=self.routines, private=self.private) if self.routines else None

    @model_validator(mode="after")
    def _happens_anywhere(self) -> "PopulationScenario":
        """No household has the same devices or people as another."""
        findings: list[Finding] = [
            ((where, number, key), f"names {key!r}, but no two households of a population are alike")
            for where, keys in (("happenings", ("device", "to")), ("anomalies", ("device", "who")))
            for number, it in enumerate(getattr(self, where))
            for key in keys
            if getattr(it, key)
        ]
        findings += population_change_findings(self.population, self.changes)
        if findings:
            raise Contradictions(findings)
        return self


class ScenarioFile(RootModel[Scenario | PopulationScenario]):
    """A file of either kind, for its schema."""
