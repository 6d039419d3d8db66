"""A resident's body: a SimPy process that walks, operates devices, waits, and is interrupted.

It does what decisions say and asks for the next one; it never chooses.
"""

from collections import deque
from collections.abc import Callable, Iterable
from itertools import pairwise
from operator import attrgetter
from typing import TYPE_CHECKING

import simpy

from scenarios.activity import GATHER, WAIT
from scenarios.chance import Chance
from scenarios.frozen import Need
from scenarios.resident import Profile
from world.alert import NEXT, WOKE, Alert
from world.claims import Wanted
from world.clock import MINUTE
from world.contention import lingers
from world.door import to_lock, to_unlock
from world.draws import Draws
from world.event import Kind, new_event
from world.gathering import PATIENT
from world.hands import Hands
from world.leaving import left_on
from world.light import TIDY, is_so, lamp_wanted, lamps_on
from world.looking import goes_on, needless
from world.mind import Basis, Cause, Company, Decided, Decision, Order
from world.night import for_the_night, on_rising
from world.talk import exchange
from world.timeline import Process

if TYPE_CHECKING:
    from world.house import House

NEVER = 2**62  # ms
RECENT = 6  # last actions that a person is aware of
HURRY = (60_000, 120_000)  # ms within which one makes way
QUARTER = 15 * MINUTE  # within which one notices that it has grown dark
MOMENT = MINUTE  # to think of something else to do
PATIENCE = 90 * MINUTE  # between two complaints about the same discomfort


class Body(Hands):
    """One person in the house. `room` is where they are; `activity` what they do."""

    small = follows = False  # a child who is led, one that is where somebody is; see `world.care`

    def __init__(self, house: "House", profile: Profile, bedroom: str, chance: Chance) -> None:
        self.house, self.profile = house, profile
        self.id = profile.id
        self.room = bedroom
        self.activity = ""
        self.lux = 0.0  # that it takes
        self.asleep = False
        self.decision = -1  # number of the decision being carried out
        self.basis = Basis.IDLE
        self.used: set[str] = set()  # devices operated since the step began
        self.recent: deque[str] = deque(maxlen=RECENT)
        self._running: list[Order] = []  # what ends that which was set going
        self.errands: deque[Order] = deque()  # what to see to in between
        self._known = ("", "")  # activity and room as last written down
        self._joined = -1  # number of the last decision taken up that concerns others
        self._alerts: deque[Alert] = deque()
        self.process: simpy.Process = house.env.start(self.live())
        self._resting = False
        self._complained: dict[Need, int] = {}
        self._at_it = True  # one has all that the step takes
        self._step, self._waited = -1, 0  # the last decision that had to ask for it; ms by which it is late
        self._finish_by, self._ousted = NEVER, ""  # somebody has asked one to make way, in these words
        self.leaves = NEVER  # ms from which on one does not come back
        self._comes = 0  # ms at which one comes for the first time
        self.anomaly = ""  # the window of the anomaly that governs what one does
        self.forgets: Callable[[Order], bool] | None = None  # whether one leaves on what ran meanwhile
        self.overruns: dict[int, tuple[int, str]] = {}  # decision -> ms longer than meant, because of what
        self._late = ""  # the window of the anomaly by which one is late to leave what one did
        self.pace = Draws(chance.branch("pace"))  # ms to reach a switch, and tidiness

    @property
    def at_home(self) -> bool:
        """Whether the person is inside the house."""
        return self.room != "outside"

    @property
    def attentive(self) -> bool:
        """Whether the person would notice a bell or the cold."""
        return not self.asleep and self.room != "outside"

    def live(self) -> Process:
        """The process: ask, perform, ask again, as long as the simulation runs and the person lives here."""
        if self._comes:
            yield self.house.env.pause(self._comes)
        decided = yield self.house.ask(self, Alert(Cause.START))
        while True:
            yield from self._perform(decided)
            if self.house.env.now >= self.leaves and not self.at_home:
                return
            decided = yield self.house.ask(self, self._occasion())

    def alert(self, alert: Alert) -> bool:
        """Ask for attention, and whether it is given: not by sleepers, and to discomfort only so often."""
        if not self.attentive:
            return False
        if alert.need is not None:
            now = self.house.env.now
            if now < self._complained.get(alert.need, -PATIENCE) + PATIENCE:
                return False
            self._complained[alert.need] = now
        self._alerts.append(alert)
        self.stir()
        return True

    def wait_outside(self, until: int) -> None:
        """Come to live here at *until* (ms), and be nowhere before."""
        self.room, self._comes = "outside", until

    def notice_dusk(self) -> None:
        """Look up, before long, when it has grown too dark for what one does."""
        if self.lux and lamp_wanted(self.house, self):
            self.house.env.start(self._look_up(self.notices_after(QUARTER)))

    def _look_up(self, after: int) -> Process:
        yield self.house.env.pause(after)
        self.stir()

    def notices_after(self, most: int) -> int:
        """In how many ms, at *most*, one becomes aware of what has slowly come about."""
        return self._between(1, most)

    def make_way(self, words: str) -> None:
        """Come to an end within a minute or two with what one does, because somebody asks for it."""
        if self._finish_by == NEVER:
            self._finish_by = self.house.env.now + self._between(*HURRY)
            self._ousted = words
            self.stir()

    def stir(self) -> None:
        """Look up from what one does: something may have changed."""
        if self._resting:
            self._resting = False
            self.process.interrupt()

    def _occasion(self) -> Alert:
        """Why the next decision is due."""
        if self._ousted:
            return Alert(Cause.CONFLICT, self._ousted)
        return WOKE if self.asleep else NEXT

    def _perform(self, decided: Decided | None) -> Process:
        """Carry out a decision to its end; one dropped for another, and then that one."""
        while decided is not None:
            decided = self.house.access.elsewhere(self, decided)
            dawdles, running = lingers(self, decided.decision), len(self._running)
            instead = yield from self._take_up(decided)
            if self._at_it:
                if self.lux and (lamp := lamp_wanted(self.house, self)):
                    yield from self._reflex(lamp)
                if not dawdles:
                    yield from self._set_going()
                instead = yield from self._follow(decided, self._waited)
            if len(self._running) > running:
                yield from self._stop(running)
            for order in decided.decision.closing if self._at_it else ():
                yield from self._operate(order)
            decided = instead

    def _take_up(self, decided: Decided) -> Process:
        """Go where it is done and begin, or go on with it.

        `_at_it` then says whether one is; if not, returns the answer that it was dropped for, if any.
        """
        decision, slept = decided.decision, self.asleep
        self.asleep = False
        self.decision, self.basis = decided.id, decision.basis
        self.anomaly = decision.anomaly or self._late
        if decided.id != self._step:
            self.used.clear()
        instead = yield from self._claim(decided)
        if self._at_it:
            if self.room != "outside" and (decision.room == "outside" or (decision.asleep and not slept)):
                yield from self._shut_up_house(out=decision.room == "outside")
            if slept and not decision.asleep:
                yield from self._reflexes(on_rising(self.house, self))
            if self.room != decision.room:
                passes = "outside" in (self.room, decision.room)
                yield from self._walk(decision.room)
                if passes:
                    yield from self._reflexes(to_lock(self.house, self, decision))
            if decision.company is not None and decided.id != self._joined:
                yield from self._join(decision.company, decided.id)
            if decision.asleep and not slept:
                yield from self._reflexes(for_the_night(self.house, self))
            self.anomaly, self._late = decision.anomaly, ""
            self._begin(decision.activity, asleep=decision.asleep)
        return instead

    def _join(self, company: Company, decision: int) -> Process:
        """Send what there is to tell, and wait for those with whom one begins."""
        self._joined, since = decision, self.house.env.now
        if company.message is not None:
            self.house.deliver(self, company.message)
        if company.gathering:
            gatherings, until = self.house.gatherings, since + PATIENT
            gatherings.come(self, company)
            while not gatherings.begun(company) and self.house.env.now < until:
                self._begin(GATHER)
                yield from self._rest(until)
            gatherings.begin(company)
            self._waited += self.house.env.now - since

    def _begin(self, activity: str, *, asleep: bool = False) -> None:
        self.activity, self.asleep = activity, asleep
        if self._known != (doing := (activity, self.room)):
            self._known = doing
            self.house.lately[activity] = (self.id, self.house.env.now)
            known = self.house.catalogue.activities.get(activity)
            self.lux = known.lux if known and self.room != "outside" else 0.0
            self._record(Kind.ACTIVITY)
            self.house.stirred(self)

    def _claim(self, decided: Decided) -> Process:
        """Come to have what the step takes; returns an answer that replaces *decided* while one waits."""
        access, decision = self.house.access, decided.decision
        wanted, held = access.wanted(decision), access.held(self.id)
        goes_on = decision.resume or decided.id == self._step
        self._at_it, self._waited = True, 0
        kept = goes_on and decision.room == self.room and wanted <= held
        if not kept:
            self._step, self._finish_by, self._ousted = decided.id, NEVER, ""
        if kept or not (wanted or held):
            return None
        idle, instead = lingers(self, decision), None
        if not (yield from self._ask(decision, wanted)):
            instead = yield from self._contend(decided, wanted, idle=idle)
        if self._at_it:
            access.note_company(self.id, decided, wanted)
        return instead

    def _ask(self, decision: Decision, wanted: Wanted) -> Process:
        """Leave what one had and ask for *wanted*; whether it is one's turn at once."""
        access = self.house.access
        if not access.held(self.id):
            return access.ask(self.id, wanted)
        if access.swap(self.id, wanted):
            return True
        if access.occupies(self.id, self.room):  # out of it, before it is anybody else's
            way = self.house.rooms.path(self.room, decision.room)
            yield from self._walk(way[1] if len(way) > 1 else access.aside(self.room, decision.room))
        access.leave(self.id)
        return access.ask(self.id, wanted)

    def _contend(self, decided: Decided, wanted: Wanted, *, idle: bool) -> Process:
        """Others have it: wait for one's turn, or let it be, as is the custom of the household."""
        access, self._at_it, since = self.house.access, False, self.house.env.now
        dispute, instead = access.dispute(self, decided, lingers=idle), None
        yield from self._walk(access.aside(self.room, decided.decision.room))
        if talk := access.to_talk_over(dispute):
            access.talked(dispute, talk[0], (yield from exchange(self, *talk)))
        if dispute.course == "yield":
            access.settle(dispute)
            yield self.house.env.pause(MOMENT)
            return None
        while instead is None and not access.held(self.id) and self.house.env.now < dispute.until:
            self._begin(WAIT)
            instead = yield from self._stand_in_line(decided, wanted, dispute.until)
        self._at_it = access.settle(dispute) and instead is None
        self._waited = self.house.env.now - since
        return instead

    def _stand_in_line(self, decided: Decided, wanted: Wanted, until: int) -> Process:
        """Wait until something changes; returns an answer to what came up that replaces *decided*."""
        if not self._alerts:
            yield from self._rest(until)
            return None
        answer = yield self.house.ask(self, self._alerts.popleft())
        if not answer.decision.resume:
            return answer
        if not answer.decision.carries_on(self.room, self.house.env.now):
            self.house.access.leave(self.id)  # nobody waits, or has anything, while doing something else
            yield from self._perform(answer)
            self.decision, self.basis, self._at_it = decided.id, decided.decision.basis, False
            if not (yield from self._ask(decided.decision, wanted)):
                yield from self._walk(self.house.access.aside(self.room, decided.decision.room))
        return None

    def _follow(self, decided: Decided, late: int) -> Process:
        """Give the orders at their times; returns what the rest is dropped for, None when it is done."""
        decision, started = decided.decision, self.house.env.now
        for order in sorted(decision.orders, key=attrgetter("after")) if decision.orders else ():
            instead = yield from self._wait(started + order.after, decided)
            if instead is not None or not self._at_it:
                return instead
            yield from self._operate(order)
        until = decision.until + late
        instead = yield from self._wait(until, decided)
        if instead is None and (overrun := self.overruns.pop(decided.id, None)):
            longer, self.anomaly = overrun
            decided = decided._replace(decision=decision._replace(anomaly=self.anomaly))
            instead = yield from self._wait(until + longer, decided)
            self._late = "" if instead else self.anomaly
        return instead

    def _wait(self, until: int, decided: Decided) -> Process:
        """Let time pass until *until*, answering what comes up; returns an answer that replaces *decided*."""
        while True:
            while self._alerts:
                answer = yield self.house.ask(self, self._alerts.popleft())
                if not answer.decision.resume:
                    return answer
                if not answer.decision.carries_on(self.room, self.house.env.now):
                    if answer.decision.room != self.room:
                        yield from self._stop()
                    yield from self._perform(answer)
                    instead = yield from self._take_up(decided)
                    if not self._at_it:
                        return instead
                    yield from self._set_going()
            end = min(until, self._finish_by)
            if self.house.env.now >= end:
                return None
            if self.errands or self.lux:
                yield from self._look_round()
            if self.house.env.now < end:
                yield from self._rest(end)

    def _look_round(self) -> Process:
        """Reach for a lamp; see to errands and come back, unless one has what others wait for."""
        if self.lux and (lamp := lamp_wanted(self.house, self)):
            yield from self._reflex(lamp)
        here = self.room
        while self.errands and not self.house.access.held(self.id):
            order = self.errands.popleft()
            if self.attentive and not needless(self.house, self, order):
                if not self.house.layout.reachable(order, self.room):
                    yield from self._walk(self.house.devices[order.device].room)
                yield from self._reflex(order)
        if self.room != here:
            yield from self._walk(here)

    def _rest(self, until: int) -> Process:
        """Let time pass until *until*, or until one is stirred."""
        self._resting = True
        try:  # noqa: SIM105 - `suppress` would be made anew every time
            yield self.house.env.pause(until - self.house.env.now)
        except simpy.Interrupt:
            pass
        self._resting = False

    def _walk(self, room: str) -> Process:
        """Go to *room* through the doors on the way."""
        house = self.house
        for here, there in pairwise(house.rooms.path(self.room, room)):
            if (burning := lamps_on(house, here)) and house.last_in(here, self):
                yield from self._leave_dark(burning)
            if "outside" in (here, there):
                yield from self._reflexes(to_unlock(house, self))
            yield house.env.pause(round(house.rooms.walk_ms(here, there) / self.profile.mobility))
            self.room = there
            self._record(Kind.MOVE)
            house.moved(self, here)

    def _set_going(self) -> Process:
        """Start what runs as long as one does this: the shower, the hob, a window open to air the room."""
        for start, end in self.house.layout.meanwhile(self.activity, self.room):
            so = is_so(self.house.devices[start.device], start.command)
            if not so and self._can(start) and (yield from self._unless_done(start)):
                self._running.append(end)

    def _stop(self, kept: int = 0) -> Process:
        """End what was set going but for the first *kept*, as long as one is there to end it."""
        while len(self._running) > kept:
            order = self._running.pop()
            if self.forgets is not None and self.forgets(order):
                continue
            if (other := goes_on(self.house, self, order)) is not None:
                other._running.append(order)
                continue
            if self.house.devices[order.device].room == self.room and self._can(order):
                yield from self._unless_done(order)

    def _shut_up_house(self, *, out: bool) -> Process:
        """The last to go out or to bed mostly shuts the windows and switches off what nobody needs."""
        for order in left_on(self.house, self, out=out):
            if self.pace.uniform() < TIDY:
                if not self.house.layout.reachable(order, self.room):
                    yield from self._walk(self.house.devices[order.device].room)
                yield from self._reflex(order)

    def _leave_dark(self, burning: Iterable[Order]) -> Process:
        """Whoever is last to leave a room mostly switches its lamps off."""
        for order in burning:
            if self.pace.uniform() < TIDY:
                yield from self._reflex(order)

    def _record(self, kind: Kind) -> None:
        now, activity, basis, decision = self.house.env.now, self.activity, self.basis, self.decision
        what = (now, kind, self.id, self.room, "", "", "", "", activity, basis, decision, self.anomaly)
        self.house.record(new_event(what))
