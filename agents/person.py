"""What a mind knows of its own person: profile, memory, the layout of the home, the calendar, its chance."""

from dataclasses import dataclass, field
from functools import cached_property

from agents.customs import Customs
from agents.experience import Experience
from agents.step import Step
from scenarios.chance import Chance
from scenarios.resident import Profile
from sppc.memory import Memory
from world.clock import Clock
from world.layout import Layout


@dataclass(frozen=True)
class Person:
    """One resident, seen from inside."""

    profile: Profile
    memory: Memory | None
    layout: Layout
    clock: Clock
    chance: Chance
    per_day: float = 12.0  # routines lived a day, where memory cannot tell
    drawn: dict[int, list[Step]] = field(default_factory=dict, init=False, repr=False, compare=False)
    """Routines of the last days, which `agents.remembering` would draw again the same."""

    experience: Experience = field(default_factory=Experience, init=False, repr=False, compare=False)
    """What has been done since the run began, and learned from it."""

    @property
    def bedroom(self) -> str:
        """Where the person sleeps."""
        return self.layout.bedroom(self.profile)

    @cached_property
    def customs(self) -> Customs:
        """Where the person does what, and how."""
        return Customs(self.profile, self.memory, self.layout)
