"""The thinking mind: habits, and a language model where somebody has to think.

`daily_plan` asks for the plan of a day; `interrupts` also when something comes up, or the plan is overtaken;
everything else follows the agenda in plain code. For comparison, `every_action` asks about every step and
`tick` every quarter of an hour, as other simulators do.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from agents import planning, reflecting, words
from agents.agenda import Agenda, draw
from agents.choice import weighed
from agents.daytype import day_type
from agents.gateway.port import Port
from agents.habit import INTERRUPTIONS, HabitMind, begin, carry_out
from agents.lived import behaviours
from agents.negotiation import speak, speak_thoughtfully
from agents.person import Person
from agents.planning import PlannedStep
from agents.schedule import Waking
from agents.settling import ways_on
from agents.step import Step
from agents.turn import Desk, think
from scenarios.scenario import Deliberation
from world.clock import MINUTE
from world.mind import Affordance, Basis, Cause, Decision, Observation, Thought

DAYS_TO_CHOOSE = 3  # agendas drawn from memory for a model that cannot write one
OBVIOUS = 0.95  # prior above which nobody needs to think
OVERTAKEN = 30 * MINUTE  # by which the agenda is late when it has to be thought over
REFLECTS = 7  # days from one look back to the next
TICK = 15 * MINUTE
ANSWERS = frozenset(
    {"interrupts", "every_action", "tick"}
)  # deliberations that think when something comes up
PLANS = frozenset({"daily_plan", "interrupts"})


@dataclass(frozen=True, kw_only=True)
class Thinking:
    """How a mind uses its model."""

    port: Port
    deliberation: Deliberation
    writes: bool  # plans are written, not chosen
    weight: float  # of the evidence against the prior, when something comes up
    routine_weight: float  # when nothing does


class ThinkingMind:
    """One resident who can think."""

    def __init__(self, person: Person, thinking: Thinking) -> None:
        self._habits = HabitMind(person)
        self.thinking = thinking
        self._plans: dict[str, Sequence[PlannedStep]] = {}  # by type of day
        self._news: list[str] = []  # what came up since the last plan
        self._today: list[str] = []  # what came up today
        self._lately: list[str] = []  # the days since one last looked back
        self._insight = ""
        self._started = False

    @property
    def person(self) -> Person:
        """Who this is today."""
        return self._habits.person

    @property
    def _looks_back(self) -> bool:
        return self.thinking.writes and self.thinking.deliberation in PLANS

    async def decide(self, seen: Observation) -> Decision:
        """Follow the agenda; think when a day begins or something comes up."""
        decision = await self._decided(seen)
        if self._looks_back:
            self.person.experience.keep(behaviours(self.person, seen, decision))
        return decision

    async def _decided(self, seen: Observation) -> Decision:
        if seen.cause is Cause.TALK:
            return await self._speak(seen)
        if seen.cause in INTERRUPTIONS:
            self._habits.hear(seen)
            return await self._answer(seen)
        thoughts = await self._catch_up(seen) if self.thinking.deliberation == "interrupts" else ()
        if not self._habits.has_plans(seen.time):
            return await self._begin_day(seen)
        if self.thinking.deliberation in PLANS:
            decision = self._habits.follow(seen)
            return decision._replace(thoughts=thoughts) if thoughts else decision
        return await self._next(seen)

    async def _speak(self, seen: Observation) -> Decision:
        """In words of one's own where the model can find them."""
        if self.thinking.writes and self.thinking.deliberation in ANSWERS:
            return await speak_thoughtfully(seen, self.person, self.thinking.port)
        return speak(seen, self.person)

    async def _answer(self, seen: Observation) -> Decision:
        if seen.cause is not Cause.NEED:  # discomfort is for now, not for tomorrow's plan
            self._news.append(seen.about)
            self._today.append(seen.about)
        offered, prior = weighed(seen, self.person)
        certain = max(prior) > math.log(OBVIOUS)
        if self.thinking.deliberation not in ANSWERS or certain:
            return self._habits.react(seen)
        return await self._choose(seen, offered, prior)

    async def _choose(
        self, seen: Observation, offered: Sequence[Affordance], prior: Sequence[float]
    ) -> Decision:
        desk = replace(self._desk(seen), options=[option.text for option in offered], prior=prior)
        state, thought = await think(desk)
        basis = Basis.FALLBACK if thought.fallback else Basis.CHOICE
        option = offered[state["chosen"]]
        self.person.experience.note(option.activity, seen.slot)
        return carry_out(seen, option, basis, thought)

    async def _catch_up(self, seen: Observation) -> tuple[Thought, ...]:
        """Think over how to go on with an agenda that events have overtaken."""
        agenda, now = self._habits.agenda, seen.time
        if not agenda or now - agenda[0].start <= OVERTAKEN:
            return ()
        missed, ways = ways_on(agenda, now)
        if not missed or len(ways) < 2:
            return ()
        late = (
            f"{self.person.profile.name} is {(now - missed[0].start) // MINUTE} minutes behind the day's plan"
        )
        phrases = words.phrases(self.person, missed)
        desk = replace(
            self._desk(replace(seen, about=late)), question="late",
            options=[f"catch up on what was missed: {phrases}", f"leave it for today: {phrases}"],
            prior=[-math.log(2)] * 2,
        )  # fmt: skip
        state, thought = await think(desk)
        self._habits.adopt(ways[0 if thought.fallback else state["chosen"]], now)
        return (thought,)

    async def _next(self, seen: Observation) -> Decision:
        """Every step is a question: what is due, or something else first."""
        step, *later = self._habits.agenda
        if step.start > seen.time or step.basis is Basis.SCHEDULE or not self._free(step):
            return self._habits.follow(seen)
        step = step.shortened_from(seen.time)
        if self.thinking.deliberation == "tick" and step.end - seen.time > TICK:
            step, rest = step.split(seen.time + TICK, seen.time + TICK)
            later = [rest, *later]
        offered, prior = weighed(seen, self.person)
        others = [
            (it, nats)
            for it, nats in zip(offered[1:], prior[1:], strict=True)
            if it.activity != step.activity
        ]
        options = [words.step(self.person, seen, step), *(it.text for it, _ in others)]
        desk = replace(
            self._desk(seen), question="step", weight=self.thinking.routine_weight,
            options=options, prior=[prior[0], *(nats for _, nats in others)],
        )  # fmt: skip
        state, thought = await think(desk)
        if state["chosen"] == 0 or thought.fallback:
            self._habits.adopt(later, seen.time)
            self.person.experience.note(step.activity, seen.slot)
            basis = Basis.FALLBACK if thought.fallback else Basis.CHOICE
            return begin(step)._replace(basis=basis, thoughts=(thought,))
        option = others[state["chosen"] - 1][0]
        if self.thinking.deliberation == "tick":
            option = option._replace(minutes=min(option.minutes, TICK / MINUTE))
        self.person.experience.note(option.activity, seen.slot)
        decision = carry_out(seen, option, Basis.CHOICE, thought)
        return decision._replace(resume=False, reason=f"rather than {words.phrases(self.person, [step])}")

    def _free(self, step: Step) -> bool:
        activity = self.person.layout.catalogue.activities[step.activity]
        return activity.chosen and not activity.asleep and not activity.outside

    async def _begin_day(self, seen: Observation) -> Decision:
        """The run begins in the middle of an ordinary day; the ones after are thought about."""
        thoughts = await self._look_back(seen) if self._started else ()
        before, today = self.person, self._habits.next_day(seen.time)
        if self.person is not before:
            self._plans.clear()
            self._news += self.person.news(today.day)
        if self._started and not today.absent and self.thinking.deliberation in PLANS:
            agenda, planned = await self._plan(seen, today)
            thoughts = (*thoughts, *planned)
        else:
            agenda = draw(self.person, today)
        self._started = True
        self._habits.adopt(agenda, seen.time)
        decision = self._habits.follow(seen)
        return decision._replace(thoughts=thoughts) if thoughts else decision

    async def _look_back(self, seen: Observation) -> tuple[Thought, ...]:
        """Note the day that is over; once a week memory takes them in, and a sentence is made of them."""
        if not self._looks_back:
            return ()
        self._lately.append(words.lived(self.person, seen, self._today))
        self._today = []
        if len(self._lately) < REFLECTS:
            return ()
        state, thought = await think(replace(self._desk(seen), question="reflection", lately=self._lately))
        self._lately = []
        if self.person.memory is not None:
            self.person.experience.look_back(self.person.memory, REFLECTS)
        if not thought.fallback:
            self._insight, _ = reflecting.read(state["text"])
            self._plans.clear()
        return (thought,)

    async def _plan(self, seen: Observation, today: Waking) -> tuple[Agenda, tuple[Thought, ...]]:
        if self.thinking.writes:
            return await self._write_plan(seen, today)
        if not self.thinking.routine_weight:  # what the model makes of ordinary days is worth nothing
            return draw(self.person, today), ()
        agendas = [draw(self._variant(number), today) for number in range(DAYS_TO_CHOOSE)]
        days = words.particulars(self.person, agendas)
        if len(set(days)) == 1:  # nothing to tell them apart by
            return agendas[0], ()
        desk = replace(
            self._desk(seen), question="plan", weight=self.thinking.routine_weight, today=today,
            options=days, prior=[-math.log(len(days))] * len(days),
        )  # fmt: skip
        state, thought = await think(desk)
        return _credited(agendas[state["chosen"]], thought), (thought,)

    async def _write_plan(self, seen: Observation, today: Waking) -> tuple[Agenda, tuple[Thought, ...]]:
        """A plan holds for all days of its type until something comes up."""
        kind = day_type(self.person, today.day)
        if self._news:
            self._plans.clear()
        if kind in self._plans:
            return planning.agenda(self._plans[kind], self.person, today), ()
        usual, news = draw(self.person, today), tuple(self._news)
        desk = replace(
            self._desk(seen), question="plan", today=today, usual=usual, news=news, insight=self._insight
        )
        state, thought = await think(desk)
        self._news = []
        if thought.fallback:
            return _credited(usual, thought), (thought,)
        self._plans[kind], _ = planning.read(state["text"], self.person, today)
        return planning.agenda(self._plans[kind], self.person, today), (thought,)

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
