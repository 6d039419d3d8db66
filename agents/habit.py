"""The habit mind: lives its agenda, answers surprises from memory, asks no model."""

from collections.abc import Sequence
from dataclasses import replace

from agents.agenda import draw, revised, spared
from agents.choice import NO_EVIDENCE, settle, weighed
from agents.negotiation import speak
from agents.person import Person
from agents.schedule import Waking, waking
from agents.settling import caught_up
from agents.sharing import needless
from agents.step import Step
from scenarios.activity import COME, LEAVE, RELAX
from scenarios.frozen import clock_text
from scenarios.home import OPEN_AIR
from world.clock import MINUTE
from world.mind import Affordance, Basis, Cause, Decision, Observation, Thought

ONE_AT_A_TIME = frozenset({"bathroom", "toilet"})
PASSING = ONE_AT_A_TIME | {"hall"}  # kinds of rooms in which nobody sits down
INTERRUPTIONS = frozenset(
    {Cause.NEED, Cause.VISITOR, Cause.GUEST, Cause.MESSAGE, Cause.FAULT, Cause.POWER_CUT, Cause.NETWORK}
)


class HabitMind:
    """One resident's habits. Keeps the agenda of the day and nothing else."""

    def __init__(self, person: Person) -> None:
        self.person = replace(person)  # a life of its own: what is learned in it is known in no other
        self._agenda: Sequence[Step] = ()
        self._day: int | None = None  # the waking day that the agenda is for
        self._today: Waking | None = None

    async def decide(self, seen: Observation) -> Decision:
        """The next step of the agenda, or an answer to what came up."""
        if seen.cause is Cause.TALK:
            return speak(seen, self.person)
        if seen.cause in INTERRUPTIONS:
            self.hear(seen)
            return self.react(seen)
        if not self.has_plans(seen.time):
            today = self.next_day(seen.time)  # from which on one may be another
            self.adopt(draw(self.person, today), seen.time)
        return self.follow(seen)

    @property
    def agenda(self) -> Sequence[Step]:
        """What is still ahead, as it was planned."""
        return self._agenda

    def has_plans(self, now: int) -> bool:
        """Whether anything on the agenda is still ahead, once what was missed is put off."""
        self._agenda = caught_up(self._agenda, now)
        return bool(self._agenda)

    def next_day(self, now: int) -> Waking:
        """The waking day that begins now; at the very start, the one that we are in the middle of."""
        self.person.experience.sleep_on_it()
        self._day = self.person.clock.local(now)[0] - 1 if self._day is None else self._day + 1
        today = self._waking(self._day)
        while today.wake_again <= now:
            self._day += 1
            today = self._waking(self._day)
        self._today = today
        if self.person.eras:
            self._live_by(self.person.on(self._day))
        return today

    def _live_by(self, now: Person) -> None:
        """Be who one is from this day on, with all that one has learned."""
        if now.profile is not self.person.profile or now.layout is not self.person.layout:
            before, self.person = self.person, replace(now)
            vars(self.person.experience).update(vars(before.experience))
            if now.memory is not before.memory:
                self.person.experience.memory = None  # one lives by other routines from now on

    def _waking(self, day: int) -> Waking:
        household = self.person.household
        return household.waking(self.person.profile.id, day) if household else waking(self.person, day)

    def adopt(self, agenda: Sequence[Step], now: int) -> None:
        """Make what is still ahead of *agenda* the plan."""
        self._agenda = [step for step in agenda if step.end > now]

    def follow(self, seen: Observation) -> Decision:
        """The step that is due, or a wait for the next one."""
        step, *later = self._agenda
        if step.start > seen.time:
            return self._linger(seen, step.start)
        self._agenda = later
        if why := needless(self.person, seen, step):
            step = spared(self.person, step, why)
        self.person.experience.note(step.activity, seen.slot)
        return begin(step.shortened_from(seen.time))

    def _linger(self, seen: Observation, until: int) -> Decision:
        """Go on doing nothing in particular; nobody showers on, or sleeps on, where that is over."""
        room, activity = seen.room, seen.activity or "potter"
        if not self.person.profile.lives_by_log and self._is_over(seen):
            room, activity = self._at_leisure(room), RELAX
        return Decision(
            activity=activity, room=room, until=until, basis=Basis.IDLE,
            reason=f"nothing to do at {clock_text(seen.minute)}",
        )  # fmt: skip

    def _at_leisure(self, room: str) -> str:
        """Where one waits who is in *room*: where one is needed next rather than in bathroom or hall."""
        rooms = self.person.layout.home.rooms
        if rooms[room].kind not in PASSING:
            return room
        ahead = self._agenda[0].room
        fit = ahead in rooms and rooms[ahead].kind not in PASSING and rooms[ahead].kind not in OPEN_AIR
        return ahead if fit else self.person.bedroom

    def _is_over(self, seen: Observation) -> bool:
        """Whether what one was at ends when it ends: sleep, the coat, and whatever water runs for."""
        known = self.person.layout.catalogue.activities.get(seen.activity)
        rooms = self.person.layout.home.rooms
        if known is None or seen.room not in rooms:
            return False
        coat = seen.activity in (LEAVE, COME)
        return coat or known.asleep or bool(known.meanwhile) or rooms[seen.room].kind in ONE_AT_A_TIME

    def hear(self, seen: Observation) -> None:
        """Fit one's plans to what somebody of the household writes."""
        if seen.sender and self._today is not None and self.person.household is not None:
            self.adopt(revised(self.person, self._today, self._agenda, seen.time), seen.time)

    def react(self, seen: Observation) -> Decision:
        """Answer an interruption from memory alone."""
        offered, log_prior = weighed(seen, self.person)
        chosen = settle(log_prior, NO_EVIDENCE, 0.0, self.chance(seen))
        thought = Thought(
            question="choice",
            options=tuple(option.text for option in offered),
            prior=log_prior,
            chosen=chosen,
        )
        self.person.experience.note(offered[chosen].activity, seen.slot)
        return carry_out(seen, offered[chosen], Basis.MEMORY, thought)

    def chance(self, seen: Observation) -> float:
        """The one draw that this moment's choice rests on, uniform in 0..1."""
        return self.person.chance.uniform("choice", seen.time, seen.cause)


def begin(step: Step) -> Decision:
    """A step of the agenda as a decision."""
    return Decision(
        activity=step.activity, room=step.room, until=step.end, orders=step.orders, basis=step.basis,
        reason=step.reason, asleep=step.asleep, company=step.company, place=step.place,
    )  # fmt: skip


def carry_out(seen: Observation, option: Affordance, basis: Basis, *thoughts: Thought) -> Decision:
    """A chosen affordance as a decision; afterwards the person goes back to what they were at."""
    return Decision(
        activity=option.activity, room=option.room, until=seen.time + round(option.minutes * MINUTE),
        orders=option.orders, closing=option.closing, basis=basis, resume=True,
        reason=f"{seen.about}: to {option.text}", thoughts=thoughts,
    )  # fmt: skip
