"""A resident's body: a SimPy process that walks, operates devices, waits, and is interrupted.

It does what decisions say and asks for the next one; it never chooses.
"""

from collections import deque
from collections.abc import Generator
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import simpy

from scenarios.chance import Chance
from scenarios.frozen import Need
from scenarios.resident import Profile
from world.clock import MINUTE
from world.event import Event, Kind
from world.light import TIDY, lamp_wanted, lamps_on
from world.mind import Basis, Cause, Decided, Decision, Order

if TYPE_CHECKING:
    from world.house import House

Process = Generator[simpy.Event, Any, Any]

REACH = (1500, 6000)  # ms to reach out and operate something
RECENT = 6  # last actions that a person is aware of
PATIENCE = 90 * MINUTE  # between two complaints about the same discomfort


@dataclass(frozen=True, slots=True)
class Alert:
    """Something that asks for a person's attention."""

    cause: Cause
    about: str = ""
    need: Need | None = None
    lasts: float = 0.0  # minutes; 0 = unknown


class Body:
    """One person in the house. `room` is where they are; `activity` what they do."""

    def __init__(self, house: "House", profile: Profile, bedroom: str, chance: Chance) -> None:
        self.house, self.profile = house, profile
        self.id = profile.id
        self.room = bedroom
        self.activity = ""
        self.asleep = False
        self.decision = -1  # number of the decision being carried out
        self.basis = Basis.IDLE
        self.recent: deque[str] = deque(maxlen=RECENT)
        self._known = ("", "")  # activity and room as last written down
        self._alerts: deque[Alert] = deque()
        self._wake_up: simpy.Event | None = None
        self._complained: dict[Need, int] = {}
        self._pace = chance.rng("pace")  # ms to reach a switch, and tidiness

    @property
    def at_home(self) -> bool:
        """Whether the person is inside the house."""
        return self.room != "outside"

    @property
    def attentive(self) -> bool:
        """Whether the person would notice a bell or the cold."""
        return self.at_home and not self.asleep

    def live(self) -> Process:
        """The process: ask, perform, ask again, for as long as the simulation runs."""
        decided = yield self.house.ask(self, Alert(Cause.START))
        while True:
            yield from self._perform(decided)
            decided = yield self.house.ask(self, Alert(Cause.WOKE if self.asleep else Cause.NEXT))

    def alert(self, alert: Alert) -> None:
        """Ask for attention. The sleeping and the absent do not notice; discomfort nags only so often."""
        if not self.attentive:
            return
        if alert.need is not None:
            if self.house.now < self._complained.get(alert.need, -PATIENCE) + PATIENCE:
                return
            self._complained[alert.need] = self.house.now
        self._alerts.append(alert)
        self._stir()

    def notice_dusk(self) -> None:
        """Look up when it has grown too dark for what one does."""
        if lamp_wanted(self.house, self):
            self._stir()

    def _stir(self) -> None:
        if self._wake_up is not None and not self._wake_up.triggered:
            self._wake_up.succeed()

    def _perform(self, decided: Decided | None) -> Process:
        """Carry out a decision to its end; one dropped for another, and then that one."""
        while decided is not None:
            yield from self._take_up(decided)
            yield from self._see_to_light()
            instead = yield from self._follow(decided)
            for order in decided.decision.closing:
                yield from self._operate(order)
            decided = instead

    def _take_up(self, decided: Decided) -> Process:
        """Go where it is done and begin, or go on with it."""
        decision = decided.decision
        self.asleep = False
        self.decision, self.basis = decided.id, decision.basis
        yield from self._walk(decision.room)
        self.activity, self.asleep = decision.activity, decision.asleep
        if self._known != (doing := (self.activity, self.room)):
            self._known = doing
            self.house.record(self._event(Kind.ACTIVITY))
            self.house.stirred(self)

    def _follow(self, decided: Decided) -> Process:
        """Give the orders at their times; returns what the rest is dropped for, None when it is done."""
        decision, started = decided.decision, self.house.now
        for order in sorted(decision.orders, key=lambda order: order.after):
            if (instead := (yield from self._wait(started + order.after, decided))) is not None:
                return instead
            yield from self._operate(order)
        return (yield from self._wait(decision.until, decided))

    def _wait(self, until: int, decided: Decided) -> Process:
        """Let time pass until *until*, answering what comes up; returns an answer that replaces *decided*."""
        env = self.house.env
        while True:
            while self._alerts:
                answer = yield self.house.ask(self, self._alerts.popleft())
                if not answer.decision.resume:
                    return answer
                if not _carries_on(answer.decision, self.room, self.house.now):
                    yield from self._perform(answer)
                    yield from self._take_up(decided)
            if self.house.now < until:
                yield from self._see_to_light()
            if self.house.now >= until:
                return None
            self._wake_up = env.event()
            yield env.any_of([env.timeout(until - self.house.now), self._wake_up])
            self._wake_up = None

    def _walk(self, room: str) -> Process:
        """Go to *room* through the doors on the way."""
        for here, there in pairwise(self.house.rooms.path(self.room, room)):
            if here != "outside":
                yield from self._leave_dark(here)
            yield self.house.env.timeout(self.house.rooms.walk_ms(here, there))
            self.room = there
            self.house.record(self._event(Kind.MOVE))
            self.house.moved(self, here)

    def _operate(self, order: Order) -> Process:
        """Reach out and operate a device; takes a few seconds."""
        yield self.house.env.timeout(int(self._pace.integers(*REACH)))
        self.house.stirred(self)
        if self.house.operate(self, order):
            self.recent.append(self.house.devices[order.device].type.type + ":" + order.command)

    def _see_to_light(self) -> Process:
        """A room too dark for what one does gets a lamp: a reflex, no decision."""
        if order := lamp_wanted(self.house, self):
            yield from self._reflex(order)

    def _leave_dark(self, room: str) -> Process:
        """Whoever is last to leave a room mostly switches its lamps off."""
        if self.house.occupants(room) == (self.id,):
            for order in lamps_on(self.house, room):
                if self._pace.random() < TIDY:
                    yield from self._reflex(order)

    def _reflex(self, order: Order) -> Process:
        basis, self.basis = self.basis, Basis.REFLEX
        yield from self._operate(order)
        self.basis = basis

    def _event(self, kind: Kind) -> Event:
        return Event(
            time=self.house.now, kind=kind, actor=self.id, room=self.room,
            activity=self.activity, cause=self.basis, decision=self.decision,
        )  # fmt: skip


def _carries_on(answer: Decision, room: str, now: int) -> bool:
    return not answer.orders and answer.room == room and answer.until <= now
