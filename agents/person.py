"""What a mind knows of its own person: profile, memory, the layout of the home, the calendar, its chance."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

from agents.customs import Customs
from agents.experience import Experience
from agents.recombining import Crossings, crossings
from agents.step import Step
from agents.walking import Walk
from dataset.routines import Routine
from scenarios.chance import Chance
from scenarios.course import Life
from scenarios.frozen import clock_text
from scenarios.resident import Intent, MemorySource, Profile
from scenarios.rhythm import Hours, Rhythm, rhythm
from scenarios.schedule import DAY, Schedule
from sppc.memory import Memory
from world.clock import Clock
from world.layout import Layout
from world.mind import Observation

if TYPE_CHECKING:
    from agents.household import Household

SLEEP = 7.5  # hours looked for in memory's rhythm when no schedule is given
NAP = "nap"


@dataclass(frozen=True)
class Person:
    """One resident, seen from inside."""

    profile: Profile
    memory: Memory | None
    layout: Layout
    clock: Clock
    chance: Chance
    per_day: float = 12.0  # routines lived a day, where memory cannot tell
    household: "Household | None" = field(default=None, repr=False, compare=False)  # None: lives for themself
    life: Life | None = field(default=None, repr=False, compare=False)  # None: nothing changes in it
    eras: "Sequence[Era]" = field(default=(), repr=False, compare=False)  # of a life that changes
    drawn: dict[int, list[Step]] = field(default_factory=dict, init=False, repr=False, compare=False)
    """Routines of the last days, which `agents.remembering` would draw again the same."""

    walked: "dict[int, Sequence[Routine]]" = field(
        default_factory=dict, init=False, repr=False, compare=False
    )
    """What is done on each of the days last walked through, by the first of them."""

    experience: Experience = field(default_factory=Experience, init=False, repr=False, compare=False)
    """What has been done since the run began, and learned from it."""

    def on(self, day: int) -> "Person":
        """The person as they are on *day*."""
        if not self.eras:
            return self
        return self.eras[max(0, bisect_right(self.eras, day, key=_first) - 1)][1]

    def news(self, day: int) -> tuple[str, ...]:
        """In words what is new in one's life on *day*."""
        return self.life.news(day) if self.life else ()

    @property
    def recalled(self) -> Memory | None:
        """Memory as it is now, with what was lived since where somebody looks back."""
        return self.experience.memory or self.memory

    @property
    def bedroom(self) -> str:
        """Where the person sleeps."""
        return self.layout.bedroom(self.profile)

    @cached_property
    def rhythm(self) -> Rhythm:
        """The hours of every kind of day; read off memory where the profile does not say."""
        if self.profile.schedule is None and self._way is not None:
            return rhythm(self._remembered_hours(self.profile.shift))
        return rhythm(self.profile.schedule or self._remembered_hours(), self.profile.shift)

    def kind(self, day: int) -> int:
        """Which kind of day *day* is, as memory files it: the weekday, or the shift of a rota."""
        return self.on(day).rhythm.kind(day, self.clock.date_of(day))

    def filed(self, seen: Observation) -> Observation:
        """The moment as memory files it: under a rota by the shift, not the weekday."""
        if self.rhythm.rota is None:
            return seen
        return replace(seen, weekday=self.kind(self.clock.local(seen.time)[0]))

    def hours(self, day: int) -> Hours:
        """The hours of *day*."""
        now = self.on(day)
        return now.rhythm.days[now.rhythm.kind(day, self.clock.date_of(day))]

    @cached_property
    def intents(self) -> tuple[Intent, ...]:
        """What the person means to do that no log tells of, with the naps that health asks for."""
        health = self.profile.health
        meant = tuple(it for it in self.profile.intents if not self.customs.told(it.activity))
        if not health.naps:
            return meant
        nap = Intent(activity=NAP, per_week=health.naps).model_copy(update={"between": health.nap_hours})
        return (*meant, nap)

    def _remembered_hours(self, later: int = 0) -> Schedule:
        """A log without profile still has a rhythm: its quietest hours are the night.

        Of equally quiet hours, those *later* minutes than most people sleep.
        """
        if self.memory is None:
            return Schedule()
        sleep = self.profile.memory.sleep if self.profile.memory else SLEEP
        bed = round(self.memory.quiet_window(sleep, later)) % DAY
        wake = round(bed + sleep * 60) % DAY
        return Schedule.model_validate({"wake": clock_text(wake), "bed": clock_text(bed)})

    @cached_property
    def crossings(self) -> Crossings:
        """Where the routines that one remembers meet."""
        return crossings(self.memory.routines) if self.memory else {}

    @cached_property
    def walk(self) -> Walk | None:
        """The ways through a way of life; None for who remembers something else, or to the minute."""
        own = self.customs.own
        if self.memory is None or self._way is None or own is None:
            return None
        dated = any(it.behaviours[0].minute >= 0 for it in self.memory.routines)
        return None if dated else Walk(self.memory, self._way.pace, own, private=self._way.private)

    @property
    def _way(self) -> MemorySource | None:
        """The way of life in a log that one lives by, if one does."""
        source = self.profile.memory
        return None if source is None or source.like is None else source

    @cached_property
    def customs(self) -> Customs:
        """Where the person does what, and how."""
        return Customs(self.profile, self.memory, self.layout)


Era = tuple[int, Person]
"""The day from which a person is so, until the next begins."""


def _first(era: Era) -> int:
    return era[0]


def living_by(eras: Sequence[Era]) -> Person:
    """The person of the first of *eras*, who knows of all of them."""
    if len(eras) == 1:
        return eras[0][1]
    known: list[Era] = []
    known += [(first, replace(person, eras=known)) for first, person in eras]
    return known[0][1]


def in_household(person: Person, household: "Household") -> Person:
    """The same person, who knows with whom they live."""
    if not person.eras:
        return replace(person, household=household)
    return living_by([(first, replace(era, household=household)) for first, era in person.eras])
