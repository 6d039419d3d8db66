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
from world.event import Event, Kind
from world.light import TIDY, lamp_wanted, lamps_on
from world.mind import Basis, Cause, Decision, Order

if TYPE_CHECKING:
    from world.house import House

Waiting = Generator[simpy.Event, Any, Any]

SECOND = 1000
MINUTE = 60 * SECOND
RECENT = 6  # last actions that a person is aware of
PATIENCE = 90 * MINUTE  # between two complaints about the same discomfort


@dataclass(frozen=True, slots=True)
class Alert:
    """Something that asks for a person's attention."""

    cause: Cause
    about: str
    need: Need | None = None


class Body:
    """One person in the house. `room` is where they are; `activity` what they do."""

    def __init__(self, house: "House", profile: Profile, bedroom: str, chance: Chance) -> None:
        self.house, self.profile, self.chance = house, profile, chance
        self.id = profile.id
        self.room = bedroom
        self.activity = ""
        self.asleep = False
        self._known = ("", "")  # activity and room as last written down
        self.decision = -1  # number of the decision being carried out
        self.basis = Basis.IDLE
        self.recent: deque[str] = deque(maxlen=RECENT)
        self._alerts: deque[Alert] = deque()
        self._wake_up: simpy.Event | None = None
        self._complained: dict[Need, int] = {}
        self._pace = chance.rng("pace")  # seconds to reach a switch, and tidiness

    @property
    def at_home(self) -> bool:
        """Whether the person is inside the house."""
        return self.room != "outside"

    def live(self) -> Waiting:
        """The process: ask, perform, ask again, for as long as the simulation runs."""
        decision = yield self.house.ask(self, Alert(Cause.START, ""))
        while True:
            was_asleep = decision.asleep
            yield from self._perform(decision)
            cause = Cause.WOKE if was_asleep else Cause.NEXT
            decision = yield self.house.ask(self, Alert(cause, ""))

    def alert(self, alert: Alert) -> None:
        """Ask for attention. The sleeping and the absent do not notice; discomfort nags only so often."""
        if self.asleep or not self.at_home:
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

    def _perform(self, decision: Decision) -> Waiting:
        """Carry out one decision to its end, or until an interruption makes the person drop it."""
        number = self.decision
        yield from self._walk(decision.room)
        self._begin(decision, number)
        yield from self._see_to_light()
        started, kept = self.house.now, True
        for order in sorted(decision.orders, key=lambda order: order.after):
            kept = yield from self._wait(started + order.after, decision, number)
            if not kept:
                break
            yield from self._operate(order)
        if kept:
            yield from self._wait(decision.until, decision, number)
        if decision.closing:
            yield from self._walk(decision.room)
        for order in decision.closing:
            yield from self._operate(order)
        self.asleep = False

    def _begin(self, decision: Decision, number: int) -> None:
        self.activity, self.asleep = decision.activity, decision.asleep
        self.decision, self.basis = number, decision.basis
        if self._known != (doing := (self.activity, self.room)):
            self._known = doing
            self.house.record(self._event(Kind.ACTIVITY))

    def _wait(self, until: int, decision: Decision, number: int) -> Waiting:
        """Let time pass until *until*, answering what comes up. False: the step is dropped."""
        env = self.house.env
        while True:
            while self._alerts:
                answer = yield self.house.ask(self, self._alerts.popleft())
                if not _carries_on(answer, self.room, self.house.now):
                    yield from self._perform(answer)
                if not answer.resume:
                    return False
                yield from self._walk(decision.room)
                self._begin(decision, number)
            if self.house.now < until:
                yield from self._see_to_light()
            if self.house.now >= until:
                return True
            self._wake_up = env.event()
            yield env.any_of([env.timeout(until - self.house.now), self._wake_up])
            self._wake_up = None

    def _walk(self, room: str) -> Waiting:
        """Go to *room* through the doors on the way."""
        for here, there in pairwise(self.house.rooms.path(self.room, room)):
            if here != "outside":
                yield from self._leave_dark(here)
            yield self.house.env.timeout(self.house.rooms.walk_ms(here, there))
            self.room = there
            self.house.record(self._event(Kind.MOVE))

    def _operate(self, order: Order) -> Waiting:
        """Reach out and operate a device; takes a few seconds."""
        yield self.house.env.timeout(int(self._pace.integers(1500, 6000)))
        if self.house.operate(self, order):
            self.recent.append(self.house.devices[order.device].type.type + ":" + order.command)

    def _see_to_light(self) -> Waiting:
        """A room too dark for what one does gets a lamp: a reflex, no decision."""
        if order := lamp_wanted(self.house, self):
            yield from self._reflex(order)

    def _leave_dark(self, room: str) -> Waiting:
        """Whoever is last to leave a room mostly switches its lamps off."""
        if self.house.occupants(room) == (self.id,):
            for order in lamps_on(self.house, room):
                if self._pace.random() < TIDY:
                    yield from self._reflex(order)

    def _reflex(self, order: Order) -> Waiting:
        basis, self.basis = self.basis, Basis.REFLEX
        yield from self._operate(order)
        self.basis = basis

    def _event(self, kind: Kind) -> Event:
        return Event(
            time=self.house.now, kind=kind, actor=self.id, room=self.room,
            activity=self.activity, cause=self.basis, decision=self.decision,
        )  # fmt: skip


def _carries_on(answer: Decision, room: str, now: int) -> bool:
    return answer.resume and not answer.orders and answer.room == room and answer.until <= now
