"""BehaviorGen's view of a household: (weekday, time, location, intent) of each, read off what was lived.

Mobility and telephones follow from the agenda as it came to be: an hour out has a place and a way there and
back, a pastime leaves time for a telephone. Nothing here is seen by the home, and nothing at home depends on
it: draws come from branches of their own.
"""

from bisect import bisect
from collections.abc import Iterable, Mapping, Sequence
from itertools import accumulate

from scenarios.activity import WAITING, Activity
from scenarios.behaviour import HOME, WAY, Behaviours, Place, Situation, Usage, everyday
from scenarios.chance import Chance
from scenarios.course import Life
from scenarios.resident import Profile
from world.behaved import Behaved
from world.clock import HOUR, MINUTE, Clock
from world.draws import Draws
from world.event import Event, Kind
from world.mind import Decided

MOBILITY, PHONE = "mobility", "phone"
TRAVEL, BACK = "travel", "go_home"
OUTSIDE, CALL, ESCORT = "outside", "call_someone", "take_along"
SCHOOL, WORK = "school", "work"
LONGEST = 0.35  # of the time out that one way takes
DROWSY = (2, 25)  # minutes before sleep, or after it, within which somebody in bed takes up a telephone
SLEEP = 2 * HOUR  # shorter, one is soon asleep again
TEACHES = 26  # years from which somebody at a school works there
NIGHT = (1.0, 7.0)  # hours out of which nobody away for days is awake


class Followed:
    """Everybody of one household, followed through what they do."""

    def __init__(
        self,
        lives: Mapping[str, Life],
        activities: Mapping[str, Activity],
        clock: Clock,
        chance: Chance,
        *,
        mobility: bool = True,
        phones: bool = True,
    ) -> None:
        known, self._follows = everyday(), mobility or phones
        self._people = {
            who: _Followed(who, life, activities, clock, chance.branch(who), known, (mobility, phones))
            for who, life in lives.items()
        }
        self._places: dict[int, str] = {}  # by the number of the decision to be there

    def take(self, events: Iterable[Event], decisions: Iterable[Decided]) -> None:
        """Follow what was recorded, in order."""
        if not self._follows:
            return
        for decided in decisions:
            if decided.decision.place:
                self._places[decided.id] = decided.decision.place
        for event in events:
            kind = event[1]
            if kind is Kind.ACTIVITY and event.actor in self._people:  # an intruder's telephone is unknown
                self._people[event.actor].begins(event, self._places.get(event.decision, ""))
            elif kind is Kind.HAPPENING and event.command == "message" and event.actor:
                self._people[event.actor].writes(event.time)

    def rows(self, end: int) -> list[Behaved]:
        """All behaviours until *end* (ms), in order of time."""
        for person in self._people.values():
            person.ends(end)
        return sorted(row for person in self._people.values() for row in person.rows if row.time < end)


class _Followed:
    """One person."""

    def __init__(
        self,
        who: str,
        life: Life,
        activities: Mapping[str, Activity],
        clock: Clock,
        chance: Chance,
        known: Behaviours,
        domains: tuple[bool, bool],
    ) -> None:
        self.rows: list[Behaved] = []
        self._who, self._profile, self._activities, self._clock = who, life.eras[0].profile, activities, clock
        self._chance, self._known = chance, known
        self._mobile, phones = domains
        self._trips, self._uses = Draws(chance.branch(MOBILITY)), Draws(chance.branch(PHONE))
        self._phone = _Telephone(self._profile, known) if phones and _has_one(self._profile, known) else None
        self._since: tuple[int, str, str, str] | None = None  # when what began, in which room, at which place
        self._at = HOME
        self._ways: dict[str, int] = {}  # ms to each place

    def begins(self, event: Event, place: str) -> None:
        """Something is begun, and what was done before it has ended."""
        self._close(event.time, event.room)
        self._since = event.time, event.activity, event.room, place

    def writes(self, now: int) -> None:
        """A message is sent."""
        if self._phone is not None:
            self._row(now, PHONE, self._at, "messages", MINUTE)

    def ends(self, now: int) -> None:
        """The run is over."""
        self._close(now, OUTSIDE)
        self._since = None

    def _close(self, now: int, room: str) -> None:
        if self._since is None or now <= self._since[0]:
            return
        start, name, where, place = self._since
        for draws in (self._trips, self._uses):
            draws.renew(self._clock.local(start)[0])
        if where == OUTSIDE:
            if name not in WAITING:
                self._out(name, place, start, now, home=room != OUTSIDE)
            elif room != OUTSIDE:
                self._led_home(start, now)
            return
        self._at = HOME
        if self._phone is not None:
            self._use_at_home(name, start, now)

    def _use_at_home(self, name: str, start: int, end: int) -> None:
        activity = self._activities.get(name)
        if activity is None:
            return
        if activity.asleep and end - start < SLEEP:
            return
        if activity.asleep:
            for edge, way in ((start, -1), (end, 1)):
                least, most = DROWSY
                later = round((least + (most - least) * self._uses.uniform()) * MINUTE)
                self._use("bed", max(0, edge + way * later), 0, self._level("bed"))
        elif name == CALL:
            self._row(start, PHONE, HOME, "call", end - start)
        else:
            situation: Situation = "idle" if activity.idle else "busy"
            self._use(situation, start, end - start, self._level(situation) * (end - start) / HOUR)

    def _out(self, name: str, place: str, start: int, end: int, *, home: bool) -> None:
        """A time out: the way there, what one is there for, the way home."""
        kind, intent = self._whither(name, place, start)
        way = round(min(self._way(place or kind, kind), LONGEST * (end - start)))
        there, leaves = start + way, end - (way if home else 0)
        if self._mobile:
            self._row(start, MOBILITY, WAY, TRAVEL, way)
            self._row(there, MOBILITY, kind, intent, leaves - there)
            if home:
                self._row(leaves, MOBILITY, WAY, BACK, way)
                self._row(end, MOBILITY, HOME, "be_home", 0)
        if self._phone is not None:
            self._at = WAY
            self._use("way", start, way, self._level("way") * way / HOUR)
            self._at = kind
            self._use("out", there, leaves - there, self._level("out") * (leaves - there) / HOUR)
        self._at = HOME if home else kind

    def _led_home(self, start: int, end: int) -> None:
        """A child is brought home by whoever fetches it."""
        if self._mobile and self._at != HOME:
            self._row(start, MOBILITY, WAY, BACK, end - start)
            self._row(end, MOBILITY, HOME, "be_home", 0)
        self._at = HOME

    def _whither(self, name: str, place: str, start: int) -> tuple[str, str]:
        """(kind of place, intent) of a time out."""
        places = self._known.places
        if name == ESCORT:
            return SCHOOL, ESCORT
        if place:
            kind = _kind_of(place, places)
            teaches = kind == SCHOOL and self._profile.age >= TEACHES
            return kind, WORK if teaches else places[kind].intent
        _, weekday, minute = self._clock.local(start)
        age = self._profile.age
        able = [
            (kind, it) for kind, it in places.items()
            if it.errand and it.ages[0] <= age <= it.ages[1] and weekday in it.days
            and it.between[0] <= minute <= it.between[1]
        ]  # fmt: skip
        if not able:
            return "park", "walk"
        ranges = list(accumulate(it.errand for _, it in able))
        kind, chosen = able[bisect(ranges, self._trips.uniform() * ranges[-1], hi=len(able) - 1)]
        return kind, chosen.intent

    def _way(self, name: str, kind: str) -> int:
        """How far it is (ms): everybody has a shop, a gym, an office of their own."""
        if name not in self._ways:
            least, typical, most = self._known.places[kind].way
            draw = self._chance.rng("way", name).triangular(least, typical, most) if least < most else least
            self._ways[name] = round(float(draw) * MINUTE / min(1.0, self._profile.mobility))
        return self._ways[name]

    def _level(self, situation: Situation) -> float:
        return self._phone.rates[situation] if self._phone is not None else 0.0

    def _use(self, situation: Situation, start: int, span: int, expected: float) -> None:
        """Take up the telephone as often as *expected* on average, within *span* ms."""
        phone, uniform = self._phone, self._uses.uniform
        if phone is None:
            return
        for _ in range(int(expected + uniform())):
            time = start + int(span * uniform())
            if span > 12 * HOUR and NIGHT[0] <= self._clock.local(time)[2] / 60 < NIGHT[1]:
                continue
            intent, least, ratio = phone.drawn(situation, uniform())
            self._row(time, PHONE, self._at, intent, int(least * ratio ** uniform() * MINUTE))

    def _row(self, time: int, domain: str, location: str, intent: str, lasts: int) -> None:
        self.rows.append(Behaved(time, self._who, domain, location, intent, lasts))


class _Telephone:
    """What one person does with it: by age, tastes and situation."""

    def __init__(self, profile: Profile, known: Behaviours) -> None:
        level = _factor(profile.age, known.phone.levels)
        self.rates = {situation: rate * level for situation, rate in known.phone.rates.items()}
        likes = " ".join(profile.tastes).lower()
        self._uses = [
            (name, it.minutes[0], it.minutes[1] / it.minutes[0]) for name, it in known.phone.uses.items()
        ]
        self._ranges = {
            situation: list(
                accumulate(_weight(it, situation, profile.age, likes) for it in known.phone.uses.values())
            )
            for situation in known.phone.rates
        }

    def drawn(self, situation: Situation, draw: float) -> tuple[str, float, float]:
        """(what for, least minutes, most over least) of one use."""
        ranges = self._ranges[situation]
        return self._uses[bisect(ranges, draw * ranges[-1], hi=len(self._uses) - 1)]


def _weight(use: Usage, situation: Situation, age: int, likes: str) -> float:
    liked = 2.0 if any(word in likes for word in use.words) else 1.0
    return use.weight * use.where.get(situation, 1.0) * _factor(age, use.ages) * liked


def _factor(age: int, factors: Sequence[tuple[int, int, float]]) -> float:
    return next((factor for first, last, factor in factors if first <= age <= last), 1.0)


def _has_one(profile: Profile, known: Behaviours) -> bool:
    least, most = known.phone.ages
    return least <= profile.age <= most


def _kind_of(place: str, places: Mapping[str, Place]) -> str:
    """Which kind of place a schedule means; what it has no word for is work."""
    said = place.lower().replace("_", " ")
    return next(
        (kind for kind, it in places.items() if kind != WORK and any(w in said for w in it.words)), WORK
    )
