"""The thinking mind: habits, and a language model where somebody has to think.

`daily_plan` asks for the plan of a day; `interrupts` also when something comes up. Everything else
follows the agenda in plain code.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from agents import planning
from agents.agenda import Agenda, draw
from agents.choice import weighed
from agents.habit import INTERRUPTIONS, HabitMind, carry_out
from agents.person import Person
from agents.planning import PlannedStep
from agents.port import Port
from agents.schedule import Waking, is_free
from agents.turn import Desk, think
from agents.words import particulars
from scenarios.scenario import Deliberation
from world.mind import Basis, Cause, Decision, Observation, Thought

DAYS_TO_CHOOSE = 3  # agendas drawn from memory for a model that cannot write one
OBVIOUS = 0.95  # prior above which nobody needs to think


@dataclass(frozen=True, kw_only=True)
class Thinking:
    """How a mind uses its model."""

    port: Port
    deliberation: Deliberation
    writes: bool  # plans are written, not chosen
    weight: float  # of the evidence against the prior


class ThinkingMind:
    """One resident who can think."""

    def __init__(self, person: Person, thinking: Thinking) -> None:
        self.person, self.thinking = person, thinking
        self._habits = HabitMind(person)
        self._plans: dict[bool, Sequence[PlannedStep]] = {}  # by day type: free or not
        self._news: list[str] = []  # what came up since the last plan
        self._started = False

    async def decide(self, seen: Observation) -> Decision:
        """Follow the agenda; think when a day begins or something comes up."""
        if seen.cause in INTERRUPTIONS:
            return await self._answer(seen)
        if self._habits.has_plans(seen.time):
            return self._habits.follow(seen)
        return await self._begin_day(seen)

    async def _answer(self, seen: Observation) -> Decision:
        if seen.cause is not Cause.NEED:  # discomfort is for now, not for tomorrow's plan
            self._news.append(seen.about)
        offered, log_prior = weighed(seen, self.person)
        certain = max(log_prior) > math.log(OBVIOUS)
        if self.thinking.deliberation != "interrupts" or certain:
            return self._habits.react(seen)
        state, thought = await think(replace(self._desk(seen), offered=offered))
        basis = Basis.FALLBACK if thought.fallback else Basis.CHOICE
        return carry_out(seen, offered[state["chosen"]], basis, thought)

    async def _begin_day(self, seen: Observation) -> Decision:
        """The run begins in the middle of an ordinary day; the ones after are thought about."""
        today = self._habits.next_day(seen.time)
        thoughts: tuple[Thought, ...] = ()
        if self._started:
            agenda, thoughts = await self._plan(seen, today)
        else:
            agenda = draw(self.person, today)
        self._started = True
        self._habits.adopt(agenda, seen.time)
        return replace(self._habits.follow(seen), thoughts=thoughts)

    async def _plan(self, seen: Observation, today: Waking) -> tuple[Agenda, tuple[Thought, ...]]:
        if self.thinking.writes:
            return await self._write_plan(seen, today)
        agendas = [draw(self._variant(number), today) for number in range(DAYS_TO_CHOOSE)]
        if len(set(particulars(self.person, agendas))) == 1:  # nothing to tell them apart by
            return agendas[0], ()
        state, thought = await think(replace(self._desk(seen), today=today, agendas=agendas))
        return _credited(agendas[state["chosen"]], thought), (thought,)

    async def _write_plan(self, seen: Observation, today: Waking) -> tuple[Agenda, tuple[Thought, ...]]:
        """A plan holds for all days of its type until something comes up."""
        free = is_free(self.person, today.day)
        if free in self._plans and not self._news:
            return planning.agenda(self._plans[free], self.person, today), ()
        usual, news = draw(self.person, today), tuple(self._news)
        desk = replace(self._desk(seen), today=today, agendas=[usual], writes=True, news=news)
        state, thought = await think(desk)
        self._news = []
        if thought.fallback:
            return _credited(usual, thought), (thought,)
        self._plans[free], _ = planning.read(state["text"], self.person, today)
        return planning.agenda(self._plans[free], self.person, today), (thought,)

    def _variant(self, number: int) -> Person:
        """The same person on another draw of the day; the first is the one habit would live."""
        chance = self.person.chance
        return replace(self.person, chance=chance.branch("variant", number) if number else chance)

    def _desk(self, seen: Observation) -> Desk:
        return Desk(
            port=self.thinking.port, person=self.person, seen=seen, weight=self.thinking.weight,
            draw=self._habits.chance(seen),
        )  # fmt: skip


def _credited(agenda: Agenda, thought: Thought) -> Agenda:
    """What habit does only because the model failed says so."""
    if not thought.fallback:
        return agenda
    return tuple(
        step._replace(basis=Basis.FALLBACK) if step.basis is Basis.MEMORY else step for step in agenda
    )
