"""Small children at home: they go where they are taken, operate nothing, and are never alone.

Whatever plans say, the door sees to it. A child goes out when somebody calls it to come along, and comes in
with whoever took it out, or when somebody who looks after it is at home. Nobody leaves it alone at home: one
takes it along, or, before regular hours, waits a while to be relieved.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from scenarios.activity import ALONG, AWAY, CARE, GATHER, MINDING, PLAY, RELAX, TENDED, WAIT, Activity
from world.alert import Alert
from world.body import Body
from world.clock import MINUTE
from world.light import is_so
from world.looking import needless
from world.mind import Basis, Cause, Company, Decided, Decision, Order
from world.timeline import Process

if TYPE_CHECKING:
    from world.house import House

RELIEF = 45 * MINUTE  # that one waits for whoever takes over, before the child comes along
READY = 45 * MINUTE  # that a child who has to go out waits to be taken
IN_LINE = 10 * MINUTE  # that a child waits for the bathroom
PUT_ON = 4 * MINUTE  # that it waits for somebody to switch on what it wants to watch
DAWDLE = (5_000, 40_000)  # ms after which a child follows
CLINGS = 4  # years below which a child stays in the room of whoever looks after it


class Care:
    """Who looks after whom, and where they are."""

    def __init__(self, house: "House", minders: Mapping[str, Sequence[str]]) -> None:
        self._house, self._minders = house, minders
        self.leaving: set[str] = set()  # who is on the way out, and no longer counts as at home

    def left_alone(self, body: Body) -> list["Charge"]:
        """The children at home with whom nobody would be if *body* went."""
        return [
            child for child in self._children() if child.indoors and self._minded(child) in ((), (body.id,))
        ]

    def may_enter(self, child: "Charge") -> bool:
        """Whether somebody is there who brings *child* in, or is at home to open to it."""
        minders = [it for it in self._house.bodies.values() if isinstance(it, Minder)]
        leader = child.leader
        if leader is not None and (not leader.at_home or leader.id in self.leaving):
            return False
        fetching = any(child.id in it.company.brings for it in minders if not it.at_home)
        return not fetching and bool(self._minded(child))

    def haven(self, child: "Charge") -> str:
        """The room of whoever is up and nearest to *child*, else its own; '' where it cannot follow."""
        for who in self._minders[child.id]:
            body = self._house.bodies[who]
            if body.attentive:
                return "" if self._house.access.limited(body.room) else body.room
        return self._house.layout.bedroom(child.profile)

    def tend(self, minder: "Minder") -> None:
        """Have the youngest whom *minder* looks after at home come to be fed, washed and changed."""
        mine = [it for it in self._children() if it.at_home and minder.id in self._minders[it.id]]
        if mine:
            child = min(mine, key=lambda it: (it.profile.age, it.id))
            child.tended = child.tended or minder
            child.stir()

    def let_go(self, minder: "Minder") -> None:
        """The child that *minder* has tended goes on with what it was at."""
        for child in self._children():
            if child.tended is minder:
                child.tended = None
                child.stir()

    def send(self, child: "Charge", order: Order) -> bool:
        """Have the nearest of those who look after *child* give an order for it; whether anybody is up."""
        house = self._house
        device = house.devices[order.device]
        able = [
            body
            for body in (house.bodies[who] for who in self._minders[child.id])
            if body.attentive and device.type.type not in body.profile.forbidden
        ]
        if able:
            min(able, key=lambda it: (house.rooms.walk_ms(it.room, device.room), it.id)).send(order)
        return bool(able)

    def to_take(self, ids: Sequence[str]) -> list["Charge"]:
        """The children among *ids* who are at home."""
        return [child for child in self._children() if child.id in ids and child.indoors]

    def moved(self) -> None:
        """Somebody who looks after children has come into another room."""
        for child in self._children():
            if child.follows or not child.at_home:
                child.stir()
        for who in sorted({who for minders in self._minders.values() for who in minders}):
            body = self._house.bodies[who]
            if body.activity == MINDING:
                body.stir()

    def _children(self) -> list["Charge"]:
        found = [self._house.bodies[who] for who in self._minders]
        return [body for body in found if isinstance(body, Charge)]

    def _minded(self, child: "Charge") -> tuple[str, ...]:
        """Who is at home and looks after *child*."""
        bodies = self._house.bodies
        return tuple(
            who for who in self._minders[child.id] if bodies[who].at_home and who not in self.leaving
        )


class Minder(Body):
    """Somebody who looks after small children."""

    company = Company()
    _regular = False  # on the way to regular hours
    _tends = False  # feeds, washes or changes a child

    def _begin(self, activity: str, *, asleep: bool = False) -> None:
        super()._begin(activity, asleep=asleep)
        care = self.house.care
        if care is not None and (activity == CARE) is not self._tends:
            self._tends = activity == CARE
            (care.tend if self._tends else care.let_go)(self)

    def _take_up(self, decided: Decided) -> Process:
        decision = decided.decision
        if self.at_home or decision.room == "outside":  # who comes home brings whom they were to bring
            self.company = decision.company or Company()
        self._regular = decision.activity == AWAY
        return (yield from super()._take_up(decided))

    def _walk(self, room: str) -> Process:
        care = self.house.care
        assert care is not None  # noqa: S101
        if room == "outside" and self.at_home:
            yield from self._leave_nobody_alone(care)
        yield from super()._walk(room)
        care.leaving.discard(self.id)
        if self.at_home:
            self.company = Company()
        care.moved()

    def _leave_nobody_alone(self, care: Care) -> Process:
        """Wait to be relieved before regular hours; then go, with the children who would be alone."""
        until = self.house.now + (RELIEF if self._regular else 0)
        while self._would_be_alone(care) and self.house.now < until:
            if self.house.access.limited(self.room):  # put out the lamp there; others may want the place
                yield from super()._walk(self.house.rooms.entry[0])
            self._begin(MINDING)
            yield from self._rest(until)
        care.leaving.add(self.id)
        along = [*care.to_take(self.company.takes), *self._would_be_alone(care)]
        if not along:
            return
        yield from super()._walk(self.house.rooms.entry[0])
        self._begin(GATHER)
        while slow := [child for child in along if child.indoors]:
            for child in slow:
                child.come_along(self)
            yield from self._rest(self.house.now + MINUTE)

    def _would_be_alone(self, care: Care) -> list["Charge"]:
        return [child for child in care.left_alone(self) if child.id not in self.company.takes]


class Charge(Body):
    """A small child."""

    small = True

    def __init__(self, *given: object) -> None:
        super().__init__(*given)  # type: ignore[arg-type]
        self.leader: Body | None = None  # who takes it along
        self.tended: Minder | None = None  # who feeds, washes or changes it
        self._called = self._coming_in = False
        self._ends: list[Order] = []  # what switches off what others have put on for it

    @property
    def attentive(self) -> bool:
        """Neither bells nor the cold are its business."""
        return False

    @property
    def indoors(self) -> bool:
        """Whether it is at home, or about to be."""
        return self.at_home or self._coming_in

    def come_along(self, leader: Body) -> None:
        """Go out with *leader*, whatever one is at."""
        self.leader, self._called = leader, True
        self.stir()

    def alert(self, alert: Alert) -> bool:
        """Nobody asks it."""
        return False

    def _take_up(self, decided: Decided) -> Process:
        decision = self._meant(decided.decision)
        self.asleep, self.decision, self.basis = False, decided.id, decision.basis
        self._step, self._at_it, self._waited = decided.id, True, 0
        self.follows = False
        if (decision.room == "outside") is not self.at_home:
            yield from self._settle_down(decision)
            return None
        if decision.room == "outside":
            self._begin(GATHER)
            self._at_it = yield from self._taken(min(decision.until, self.house.now + READY))
        else:
            self._at_it = yield from self._brought(decision)
        if self._at_it:
            yield from self._settle_down(decision)
        return None

    def _meant(self, decision: Decision) -> Decision:
        """To go on doing nothing outside is to play at home, once one is brought there."""
        if decision.basis is not Basis.IDLE or decision.room != "outside":
            return decision
        return decision._replace(room=self.house.layout.bedroom(self.profile), activity=self._idles)

    @property
    def _idles(self) -> str:
        """What it does that does nothing in particular: a newborn does not play."""
        return RELAX if PLAY in self.profile.avoids else PLAY

    def _settle_down(self, decision: Decision) -> Process:
        """Begin, where it is to be done; what is nothing in particular, where somebody is."""
        self.follows = decision.basis is Basis.IDLE and self.profile.age < CLINGS and self.at_home
        room = (self._care.haven(self) if self.follows else "") or decision.room
        if room != self.room and (yield from self._finds_place(decision, room)):
            yield from self._walk(room)
        if self.room == "outside" and decision.room == "outside":
            self.leader, self._called = None, False  # left there, whoever else has called meanwhile
        fits = (yield from self._can_do(decision)) if self.at_home else True
        self._begin(decision.activity if fits else self._idles, asleep=decision.asleep)
        known = self.house.catalogue.activities.get(self.activity)
        self._ends = self._takes(known.end, known) if known and known.requires and self.at_home else []

    def _can_do(self, decision: Decision) -> Process:
        """Whether what it means to do has its place here, and what that takes is on, or is put on for it."""
        layout, known = self.house.layout, self.house.catalogue.activities.get(decision.activity)
        if known is None or decision.asleep:
            return True
        if self.follows and known.rooms and self.room not in layout.rooms_for(known, self.profile, self.room):
            return False
        lacking = [order for order in self._takes(known.start, known) if not self._is_so(order)]
        until = self.house.now + PUT_ON
        asked = all(self._care.send(self, order) for order in lacking)
        while asked and not all(map(self._is_so, lacking)) and self.house.now < until and not self._called:
            yield from self._rest(min(until, self.house.now + MINUTE // 2))
        return all(map(self._is_so, lacking))

    def _takes(self, actions: Sequence[str], known: Activity) -> list[Order]:
        """Those of *actions* without which nobody does it, with what stands in the room."""
        layout = self.house.layout
        orders = (layout.order_for(it, self.room) for it in actions if it.partition(":")[0] in known.requires)
        return [it for it in orders if it is not None and self.house.devices[it.device].room == self.room]

    def _is_so(self, order: Order) -> bool:
        return is_so(self.house.devices[order.device], order.command)

    def _begin(self, activity: str, *, asleep: bool = False) -> None:
        """What was on for what it has done so far is switched off, unless others are at that, too."""
        ends, before = self._ends, self.activity
        super()._begin(activity, asleep=asleep)
        if ends and activity != before:
            self._ends = []
            for order in ends:
                if not needless(self.house, self, order):
                    self._care.send(self, order)

    def _finds_place(self, decision: Decision, room: str) -> Process:
        """Have a place in *room*, be it after a while; whether one has, where not everybody has one."""
        access = self.house.access
        if not access.limited(room):
            return True
        until = self.house.now + IN_LINE
        if access.held(self.id):
            yield from self._walk(self.house.layout.bedroom(self.profile))
        taken = access.wanted(decision._replace(room=room, orders=(), closing=()))
        granted = access.ask(self.id, taken)
        while not granted and self.house.now < until and not self._called:
            self._begin(WAIT)
            yield from self._rest(until)
            granted = bool(access.held(self.id))
        if granted:
            now = self.house.now
            access.note_company(self.id, Decided(self.decision, now, self.id, Cause.NEXT, decision), taken)
        else:
            access.leave(self.id)
        return granted

    def _walk(self, room: str) -> Process:
        """Give one's place back once one is out of the room."""
        before = self.room
        yield from super()._walk(room)
        if self.house.access.occupies(self.id, before):
            self.house.access.leave(self.id)

    def _be_tended(self, minder: Minder, decision: Decision) -> Process:
        """Go to whoever feeds, washes and changes one, and then on with *decision*."""
        self.asleep = False
        yield from self._rest(self.house.now + self._between(*DAWDLE))
        if not self.house.access.limited(minder.room) and minder.room != self.room:
            yield from self._walk(minder.room)
        self._begin(TENDED)
        while self.tended is minder and not self._called:
            yield from self._rest(self.house.now + RELIEF)
        if not self._called:
            yield from self._settle_down(decision)

    def _follow(self, decided: Decided, late: int) -> Process:
        """It gives no orders, so it waits for none, and is not late for what comes next."""
        return (yield from self._wait(decided.decision.until + late, decided))

    def _wait(self, until: int, decided: Decided) -> Process:
        """Let time pass; go out with whoever calls, and after whoever moves about."""
        decision = self._meant(decided.decision)
        while self.house.now < until:
            if self._called:
                yield from self._go_out()
            elif not self.at_home and decision.room != "outside":
                if not (yield from self._brought(decision)):
                    return None  # too late for it
                yield from self._settle_down(decision)
            elif self.tended is not None:
                yield from self._be_tended(self.tended, decision)
            elif self.follows and self._care.haven(self) not in ("", self.room):
                yield from self._rest(self.house.now + self._between(*DAWDLE))
                yield from self._settle_down(decision)
            else:
                yield from self._rest(until)
        return None

    def _taken(self, until: int) -> Process:
        """Wait at home to be taken out; whether one was."""
        while self.at_home and self.house.now < until:
            if self._called:
                yield from self._go_out()
            else:
                yield from self._rest(until)
        return not self.at_home

    def _go_out(self) -> Process:
        self.asleep = False
        yield from self._walk("outside")
        self._called = False  # by whomever
        self._begin(ALONG)
        if self.leader is not None:
            self.leader.stir()

    def _brought(self, decision: Decision) -> Process:
        """Stay outside until somebody brings one home; whether it was in time for *decision*."""
        self._begin(ALONG)
        while not self._care.may_enter(self):
            if self.house.now >= decision.until:
                return False
            yield from self._rest(decision.until)
        self._coming_in, self.leader = True, None
        crowded = self.house.access.limited(decision.room)  # a small child asks for no place
        yield from self._walk(self.house.layout.bedroom(self.profile) if crowded else decision.room)
        self._coming_in = False
        return True

    @property
    def _care(self) -> Care:
        assert self.house.care is not None  # noqa: S101
        return self.house.care

    def _operate(self, order: object) -> Process:
        return
        yield

    def _set_going(self) -> Process:
        return
        yield

    def _shut_up_house(self, *, out: bool) -> Process:
        return
        yield

    def _leave_dark(self, burning: object) -> Process:
        return
        yield

    def _reflex(self, order: object) -> Process:
        return
        yield


def body_of(who: str, minders: Mapping[str, Sequence[str]]) -> type[Body]:
    """What sort of body *who* has, where *minders* look after these children."""
    if who in minders:
        return Charge
    return Minder if any(who in those for those in minders.values()) else Body
