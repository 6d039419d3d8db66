"""Decline of a resident over days: falls, wandering, forgetting, lying in, withdrawal, broken sleep.

The mind plans as before; it is the body that does not follow (`world.sway`). How often, and how much, grows
from nothing at the beginning of the window to its most at the end.
"""

from collections import deque
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from scenarios.activity import SLEEP
from scenarios.chance import Chance
from world.alert import Alert
from world.anomaly.window import CAUSE, Window
from world.clock import HOUR, MINUTE
from world.devices import describe
from world.event import Event, Kind
from world.light import is_so
from world.mind import Basis, Cause, Decision, Observation, Order
from world.timeline import Process

if TYPE_CHECKING:
    from world.body import Body
    from world.house import House

MOST = {"easy": 1.0, "medium": 0.6, "hard": 0.3}  # severity on the last day
NIGHT = 3 * HOUR  # of sleep at least, or it is a nap
LIE_IN = 180 * MINUTE  # at most, at severity 1; so are the figures below
UP_LATE, UP_AT_NIGHT = 150.0, 75.0  # minutes
FALLS = 4.0  # a day
ON_THE_FLOOR = (10.0, 60.0)  # minutes
HESITATES = (0.1, 0.5)  # minutes, before one goes elsewhere than one meant to
PACES = 8  # rooms that are walked through
LEFT_ON = (20.0, 90.0)  # minutes until it is noticed
SOCIAL = frozenset(
    {"go_out", "call_someone", "receive_visitor", "join_guest", "answer_message", "play_with_child"}
)
AWAKE, LIES, PACING, IN_BED = "relax", "lie_on_the_floor", "potter", "stay_in_bed"
OFF = ("off", "close", "lock lock", "stop")


class Part(NamedTuple):
    """Something to do instead: where, for how many minutes."""

    activity: str
    room: str
    minutes: float
    asleep: bool = False
    orders: tuple[Order, ...] = ()


class Frailty:
    """What all kinds of decline share: a severity that grows, and what is done instead of what was meant."""

    def __init__(self, house: "House", window: Window, chance: Chance) -> None:
        self.house, self.window, self.chance = house, window, chance
        self.body: Body = house.bodies[window.who]
        self.parts: deque[Part] = deque()  # to do now, one after the other
        self.rest: Decision | None = None  # what was meant, if it is gone on with afterwards

    @property
    def severity(self) -> float:
        """From 0 at the beginning of the window to its most at the end."""
        since, whole = self.house.env.now - self.window.start, self.window.end - self.window.start
        return MOST[self.window.difficulty] * min(1.0, since / whole)

    @property
    def away(self) -> bool:
        """Whether they are out: they come home as ever."""
        return self.body.room == "outside"

    def draw(self, *name: str | int) -> float:
        """Uniform in 0..1, by name and instant."""
        return self.chance.uniform(*name, self.house.env.now)

    def instead(self, seen: Observation) -> Decision | None:
        """The next part, then the rest of what was meant."""
        if self.parts:
            return self._labelled(self.parts.popleft())
        rest, self.rest = self.rest, None
        return rest if rest is not None and rest.until - seen.time > MINUTE else None

    def after(self, seen: Observation, meant: Decision) -> Decision:
        """What was meant."""
        return meant

    def replaced(self, *parts: Part, rest: Decision | None = None, resume: bool = False) -> Decision:
        """The first of *parts*; the others, and what remains of *rest*, follow."""
        first, *others = parts if resume else (*self._hesitates(parts[0]), *parts)
        self.parts.extend(others)
        self.rest = None if rest is None else rest._replace(anomaly=self.window.id)
        return self._labelled(first)._replace(resume=resume)

    def _hesitates(self, first: Part) -> Iterator[Part]:
        """Whoever goes elsewhere than they meant to stands there for a moment.

        The way out of a room is often the same wherever one goes. So it is gone at another moment than in the
        life without the anomaly, which then has nothing of what carries its label.
        """
        if first.room != (here := self.body.room):
            least, most = HESITATES
            yield Part(first.activity, here, least + (most - least) * self.draw("hesitates"))

    def broken(self, meant: Decision, at: int, *parts: Part) -> Decision:
        """What was meant, as it was meant until *at*; then *parts*, and what remains of it."""
        self.parts.extend(parts)
        self.rest = meant._replace(orders=(), anomaly=self.window.id)
        return meant._replace(until=at, closing=())

    def _labelled(self, part: Part) -> Decision:
        return Decision(
            activity=part.activity, room=part.room, until=self.house.env.now + round(part.minutes * MINUTE),
            basis=Basis.REFLEX, orders=part.orders, asleep=part.asleep, reason=self.window.kind,
            anomaly=self.window.id,
        )  # fmt: skip


class LyingIn(Frailty):
    """Does not get up."""

    lain = -1  # the last day

    def after(self, seen: Observation, meant: Decision) -> Decision:
        """On the first waking of a day, sleep on."""
        day = self.house.clock.local(seen.time)[0]
        if seen.cause is not Cause.WOKE or meant.asleep or day == self.lain:
            return meant
        self.lain = day
        longer = self.severity * (0.5 + 0.5 * self.draw()) * LIE_IN / MINUTE
        return self.replaced(Part(IN_BED, seen.room, longer, asleep=True)) if longer > 1 else meant


class Withdrawn(Frailty):
    """Sees nobody."""

    def after(self, seen: Observation, meant: Decision) -> Decision:
        """Keep to the bedroom instead."""
        if self.away or meant.activity not in SOCIAL or self.draw() > self.severity:
            return meant
        minutes = (meant.until - seen.time) / MINUTE
        bedroom = self.house.layout.bedroom(self.body.profile)
        return self.replaced(Part(AWAKE, bedroom, minutes), resume=meant.resume)


class Sleepless(Frailty):
    """Goes to bed late, and is up at night."""

    def after(self, seen: Observation, meant: Decision) -> Decision:
        """Break the night that begins into parts."""
        if self.away or not begins_night(seen, meant) or self.draw("whether") > self.severity:
            return meant
        late = self.severity * UP_LATE * self.draw("late")
        up = self.severity * UP_AT_NIGHT * (0.4 + 0.6 * self.draw("up"))
        first = (0.2 + 0.4 * self.draw("first")) * (meant.until - seen.time - late * MINUTE) / MINUTE
        place = self.house.layout.room_for(
            self.house.catalogue.activities[AWAKE], self.body.profile, seen.room
        )
        night = [Part(AWAKE, place or seen.room, up), Part(SLEEP, meant.room, first, asleep=True)]
        parts = [Part(AWAKE, place or seen.room, late), night[1], night[0]]
        return self.replaced(*parts, rest=meant)


class Wandering(Frailty):
    """Walks about."""

    def after(self, seen: Observation, meant: Decision) -> Decision:
        """In the night that begins, and in place of pastimes."""
        night = begins_night(seen, meant)
        if self.away or not (night or meant.basis is Basis.IDLE) or self.draw("whether") > self.severity:
            return meant
        rounds = [
            Part(PACING, room, 0.7 + 3 * self.draw(room, turn)) for turn, room in enumerate(self._way())
        ]
        if not night:
            return self.replaced(*rounds)
        first = (0.15 + 0.5 * self.draw("first")) * (meant.until - seen.time)
        return self.broken(meant, seen.time + round(first), *rounds)

    def _way(self) -> list[str]:
        """Rooms one after the other, each next to the one before."""
        room, way = self.body.room, []
        for turn in range(2 + round(PACES * self.severity)):
            near = sorted(set(self.house.rooms.neighbours(room)) - {"outside"})
            room = near[int(self.draw("way", turn) * len(near))]
            way.append(room)
        return way


class Forgetting(Frailty):
    """Leaves on what is on, open what is open."""

    def __init__(self, house: "House", window: Window, chance: Chance) -> None:
        super().__init__(house, window, chance)
        self.left: list[tuple[int, Order]] = []  # what was left, and when it will be noticed

    def forgets(self, order: Order) -> bool:
        """Whether what is to be ended goes on."""
        if self.draw("forgets", order.device) > self.severity:
            return False
        least, most = LEFT_ON
        later = least + (most - least) * self.draw("notices", order.device)
        self.left.append((self.house.env.now + round(later * MINUTE), order))
        self._note(order)
        return True

    def _note(self, order: Order) -> None:
        """What is not done leaves no other trace."""
        device, kind = self.house.devices[order.device], self.window.kind
        words = f"forgets to {describe(device.type.commands[order.command], device.name)}"
        self.house.record(
            Event(
                self.house.env.now, Kind.HAPPENING, self.body.id, device.room, device.id, device.type.type,
                kind, words, self.body.activity, CAUSE, self.body.decision, self.window.id,
            )
        )  # fmt: skip

    def after(self, seen: Observation, meant: Decision) -> Decision:
        """Without some of what would end it; or see to what was left on."""
        if meant.basis is Basis.IDLE and not meant.asleep and (due := self._noticed(seen.time)):
            return self.replaced(Part(PACING, self.house.devices[due.device].room, 1.5, orders=(due,)))
        orders = tuple(it for it in meant.orders if not (_ends(it) and self.forgets(it)))
        closing = tuple(it for it in meant.closing if not (_ends(it) and self.forgets(it)))
        return meant._replace(orders=orders, closing=closing)

    def _noticed(self, now: int) -> Order | None:
        for found in self.left:
            when, order = found
            if when <= now:
                self.left.remove(found)
                return None if is_so(self.house.devices[order.device], order.command) else order
        return None


class Falling(Frailty):
    """Falls, now and then."""

    def instead(self, seen: Observation) -> Decision | None:
        """Lie there; whatever comes up meanwhile is let be."""
        if seen.cause is Cause.BODY:
            least, most = ON_THE_FLOOR
            minutes = least + (most - least) * self.severity * self.draw("lies")
            return self.replaced(Part(LIES, seen.room, minutes), resume=True)
        if self.body.activity == LIES and seen.cause not in (Cause.NEXT, Cause.WOKE, Cause.TALK):
            return self.replaced(Part(LIES, seen.room, 0.0), resume=True)
        return None


def begins_night(seen: Observation, meant: Decision) -> bool:
    """Whether what is meant is to sleep through the night."""
    return meant.asleep and meant.activity == SLEEP and meant.until - seen.time > NIGHT


def _ends(order: Order) -> bool:
    return order.command.endswith(OFF)


def declining(
    kind: Callable[["House", Window, Chance], Frailty],
) -> "Callable[[House, Window, Chance], Process]":
    """The process of a window: governed from its beginning to its end."""

    def decline(house: "House", window: Window, chance: Chance) -> Process:
        frailty = kind(house, window, chance)
        house.sways[window.who].append(frailty)
        if isinstance(frailty, Forgetting):
            house.bodies[window.who].forgets = frailty.forgets
        yield house.env.pause(window.end - house.env.now)
        house.sways[window.who].remove(frailty)
        house.bodies[window.who].forgets = None

    return decline


def falls(house: "House", window: Window, chance: Chance) -> Process:
    """Ever more often the person falls."""
    frailty = Falling(house, window, chance)
    house.sways[window.who].append(frailty)
    while house.env.now < window.end:
        hour = house.env.now
        yield house.env.pause(min(int(HOUR * frailty.draw("minute")), window.end - hour))
        if frailty.draw("falls") < FALLS / 16 * frailty.severity:  # of the hours that one is up
            house.bodies[window.who].alert(Alert(Cause.BODY, "a fall"))
        yield house.env.pause(min(hour + HOUR, window.end) - house.env.now)
    house.sways[window.who].remove(frailty)


ACTS = {
    "falls": falls,
    "wandering": declining(Wandering),
    "forgetting": declining(Forgetting),
    "staying_in_bed": declining(LyingIn),
    "withdrawal": declining(Withdrawn),
    "irregular_sleep": declining(Sleepless),
}
