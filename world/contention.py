"""What happens when somebody wants what others have: the household's policies at work."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from scenarios.contention import Policy
from scenarios.frozen import RoomKind
from scenarios.home import OPEN_AIR, Home
from world.claims import NOTHING, Claims, Resource, Wanted
from world.clock import MINUTE
from world.mind import Basis, Decided, Decision, Said, Talk
from world.rooms import CALLED
from world.talk import outcome

if TYPE_CHECKING:
    from world.body import Body
    from world.house import House

ONE_AT_A_TIME: frozenset[RoomKind] = frozenset({"bathroom", "toilet"})

Outcome = Literal["waited", "gave_up", "yielded", "shared", "overrode", "agreed", "compromised"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """Two wanted the same; written down once it is settled, `wait_ms` after `time`."""

    time: int  # ms, when it arose
    resident: str  # who came second
    others: tuple[str, ...]  # who had it, or was to have it before
    resource: str  # a room or device id
    kind: Literal["room", "device", "setting"]
    policy: Policy
    wait_ms: int
    outcome: Outcome  # of the resident who came second
    decision: int  # number of the decision that wanted it
    said: tuple[Said, ...] = ()  # where they talked it over


@dataclass(frozen=True, slots=True)
class Dispute:
    """What stands in the way of *decided*, until when one waits for it, and what one does about it."""

    who: str
    decided: Decided
    since: int
    until: int
    obstacles: Mapping[Resource, tuple[str, ...]]
    course: Policy
    silent: bool  # nothing to tell of


def limits(home: Home) -> dict[str, int]:
    """How many may do something in a room at once, for rooms where not everybody may."""
    places = {
        name: room.capacity or (1 if room.kind in ONE_AT_A_TIME else 0) for name, room in home.rooms.items()
    }
    return {name: number for name, number in sorted(places.items()) if number}


class Access:
    """Who may use the rooms and devices that not everybody can use at once.

    A step takes its room, unless one sleeps there, and the devices that it operates; whoever has a room for
    one has all that stands in it. Homes with room enough for their people have nothing to contend for.
    """

    def __init__(self, house: "House", people: int) -> None:
        self._house = house
        home, self._rules = house.layout.home, house.layout.home.contention
        places = {name: number for name, number in limits(home).items() if number < people}
        alone = {room for room in places if places[room] == 1 and self._rules.of_room(room) != "share"}
        self._rooms = {name: Resource("room", name) for name in places}
        self._devices = {
            name: Resource("device", name)
            for name, device in house.devices.items()
            if device.type.exclusive and people > 1 and device.room not in alone
        }
        self._policies: dict[Resource, Policy] = {
            **{it: self._rules.of_room(it.name) for it in self._rooms.values()},
            **{
                it: self._rules.of_device(it.name, house.devices[it.name].type.type)
                for it in self._devices.values()
            },
        }
        self._places = {it: places.get(it.name, 1) if it.kind == "room" else 1 for it in self._policies}
        self._claims = Claims(
            {it: people if self._policies[it] == "share" else number for it, number in self._places.items()}
        )
        self.held = self._claims.held
        """What somebody has for themselves."""
        self._taken: dict[tuple[str, str], Wanted] = {}  # by activity and room
        self._overridden: set[tuple[str, Resource]] = set()
        self._said: dict[tuple[str, Resource], tuple[Said, ...]] = {}

    def wanted(self, decision: Decision) -> Wanted:
        """What *decision* takes that others may want too."""
        if not self._policies:
            return NOTHING
        taken = NOTHING if decision.asleep else self._taken.get((decision.activity, decision.room))
        if taken is None:
            taken = self._taken_by(decision.activity, decision.room)
        if self._devices:
            for order in (*decision.orders, *decision.closing):
                if order.device in self._devices:
                    taken = taken | {self._devices[order.device]}
        return taken

    def _taken_by(self, activity: str, room: str) -> Wanted:
        """What doing this there takes, whatever else is operated."""
        runs = [start.device for start, _ in self._house.layout.meanwhile(activity, room)]
        found = [self._rooms.get(room), *(self._devices.get(device) for device in runs)]
        taken = self._taken[activity, room] = frozenset(it for it in found if it is not None)
        return taken

    def occupies(self, who: str, room: str) -> bool:
        """Whether *who* takes a place in *room*."""
        return self._rooms.get(room) in self._claims.held(who)

    def limited(self, room: str) -> bool:
        """Whether not everybody can be in *room* at once."""
        return room in self._rooms

    def ask(self, who: str, wanted: Wanted) -> bool:
        """Ask for *wanted*; whether it is one's turn at once."""
        return not wanted or self._claims.ask(who, wanted)

    def leave(self, who: str) -> None:
        """Give back what *who* has, or stop waiting; those whose turn it is are told."""
        for other in self._claims.leave(who):
            self._house.bodies[other].stir()

    def swap(self, who: str, wanted: Wanted) -> bool:
        """Take *wanted* for what one has, if nobody is passed by and no room has to be left first."""
        rooms = {it for it in self.held(who) if it.kind == "room"}
        if not rooms <= wanted or not self._claims.could_swap(who, wanted):
            return False
        self.leave(who)
        return self.ask(who, wanted)

    def elsewhere(self, body: "Body", decided: Decided) -> Decided:
        """*decided*, or the same in another room that serves as well, where the one meant is full."""
        decision = decided.decision
        if decision.room not in self._rooms or decision.asleep or decision.orders or decision.closing:
            return decided
        layout = self._house.layout
        activity = layout.catalogue.activities.get(decision.activity)
        if activity is None or self._has_place(body.id, decision.room):
            return decided
        rooms = layout.rooms_for(activity, body.profile, decision.room)
        free = next((room for room in rooms if self._has_place(body.id, room)), decision.room)
        return decided._replace(decision=decision._replace(room=free))

    def aside(self, room: str, goal: str) -> str:
        """Where to wait for *goal*: where one is, but for rooms of few places; not outside, if possible."""
        if room != "outside" and room not in self._rooms:
            return room
        home, rooms = self._house.layout.home.rooms, self._house.rooms
        free = [name for name in home if name not in self._rooms and home[name].kind not in OPEN_AIR]
        around = room if room != "outside" else goal
        return min(free, key=lambda name: (rooms.walk_ms(around, name), name), default="outside")

    def dispute(self, body: "Body", decided: Decided, *, lingers: bool) -> Dispute:
        """*body* cannot have what *decided* takes: what to do about it. Who is to make way is told."""
        obstacles = self._claims.obstacles(body.id)
        policies = {self._policies[resource] for resource in obstacles}
        now = self._house.env.now
        until = now + round(self._rules.patience * MINUTE)
        course: Policy = "yield" if lingers or "yield" in policies else "wait"
        if course == "wait":
            for resource in obstacles:
                self._override(body, resource)
        return Dispute(body.id, decided, now, until, obstacles, course, silent=lingers)

    def to_talk_over(self, dispute: Dispute) -> tuple["Body", Talk] | None:
        """With whom to talk about going first, and what about; None where that is not the custom."""
        for resource, others in dispute.obstacles.items():
            if self._policies[resource] != "negotiate" or dispute.course != "wait":
                continue
            for asked in (self._house.bodies[who] for who in others):
                if asked.attentive and self._has(asked, resource):
                    return asked, Talk(about=self._called(resource), other=asked.id, asks=True)
        return None

    def talked(self, dispute: Dispute, asked: "Body", said: tuple[Said, ...]) -> None:
        """Keep what was said; who agreed makes way."""
        for resource in dispute.obstacles:
            if self._policies[resource] == "negotiate" and self._has(asked, resource):
                self._said[dispute.who, resource] = said
                if outcome(said) == "agreed":
                    self._make_way(self._house.bodies[dispute.who], resource)

    def _has(self, body: "Body", resource: Resource) -> bool:
        return body.id in self._claims.holders(resource)

    def settle(self, dispute: Dispute) -> bool:
        """Write down how it has ended; whether *dispute* ended with having it all."""
        who, has = dispute.who, bool(self.held(dispute.who))
        for resource, others in dispute.obstacles.items():
            if not dispute.silent:
                self._write(dispute, resource, others, self._outcome(dispute, resource, has=has))
            if has:
                self._overridden.discard((who, resource))
        if not has:
            self.leave(who)
        return has

    def note_company(self, who: str, decided: Decided, wanted: Wanted) -> None:
        """Write down with whom *who* shares what there are not places enough for."""
        for resource in sorted(wanted):
            others = tuple(other for other in self._claims.holders(resource) if other != who)
            if len(others) >= self._places[resource]:
                now = self._house.env.now
                dispute = Dispute(who, decided, now, now, {}, "share", silent=False)
                self._write(dispute, resource, others, "shared")

    def _has_place(self, who: str, room: str) -> bool:
        resource = self._rooms.get(room)
        return resource is None or self._claims.could_swap(who, frozenset({resource}))

    def _override(self, body: "Body", resource: Resource) -> None:
        """Ask the holders to make way, where that is the custom; who was asked to before, waits."""
        if self._policies[resource] == "override" and (body.id, resource) not in self._overridden:
            self._make_way(body, resource)

    def _make_way(self, body: "Body", resource: Resource) -> None:
        for holder in self._claims.holders(resource):
            self._overridden.add((holder, resource))
            self._house.bodies[holder].make_way(f"{body.profile.name} wants {self._called(resource)}")

    def _called(self, resource: Resource) -> str:
        name = resource.name
        if resource.kind == "device":
            return self._house.devices[name].name
        return f"the {CALLED.get(name, name.replace('_', ' '))}"

    def _outcome(self, dispute: Dispute, resource: Resource, *, has: bool) -> Outcome:
        if not has:
            return "yielded" if dispute.course == "yield" else "gave_up"
        said = self._said.get((dispute.who, resource))
        if said and outcome(said) == "agreed":
            return "agreed"
        overridden = (dispute.who, resource) in self._overridden
        return "overrode" if self._policies[resource] == "override" and not overridden else "waited"

    def _write(self, dispute: Dispute, resource: Resource, others: tuple[str, ...], ended: Outcome) -> None:
        conflict = Conflict(
            time=dispute.since, resident=dispute.who, others=others, resource=resource.name,
            kind=resource.kind, policy=self._policies[resource],
            wait_ms=self._house.env.now - dispute.since, outcome=ended, decision=dispute.decided.id,
            said=self._said.pop((dispute.who, resource), ()),
        )  # fmt: skip
        self._house.record(conflict)


def lingers(body: "Body", decision: Decision) -> bool:
    """Whether *decision* is to do nothing new and nothing in particular where one is."""
    return (
        decision.basis is Basis.IDLE
        and not decision.orders
        and (decision.activity, decision.room) == (body.activity, body.room)
    )
