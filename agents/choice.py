"""A choice is prior x evidence: what this person does at such times, times what a model makes of the moment.

    log p(option) = log prior(option | memory, occasion) + weight * evidence(option | situation) + const

The prior comes from memory, from what has been learned since, and from what options are for (a heater
relieves cold, letting in answers a visitor); the evidence is a language model's, in nats, and is all zero
without one. The option is drawn from the seeded tree.
"""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from itertools import accumulate
from math import exp, log

from agents.person import Person
from dataset.routines import ACTIVITY_ONLY
from scenarios.activity import ADJUST
from world.mind import Affordance, Cause, Observation

MOST = 12  # options weighed at once
FLOOR = 0.02  # of an option that memory has never seen
ANSWER = 3.0  # nats for what the occasion calls for
SEVERE = 3.0  # °C beyond what one is at ease in, at which a drink or a pullover is half an answer
CARRY_ON = 1.0  # nats for letting it be
UNRELATED = -2.0  # nats for anything else
UNUSUAL = -1.5  # nats for an activity outside its usual hours
NO_EVIDENCE: tuple[float, ...] = ()

_OCCASIONS = {
    Cause.VISITOR: "visitor", Cause.GUEST: "guest", Cause.MESSAGE: "message", Cause.FAULT: "device_fault",
    Cause.POWER_CUT: "power_cut", Cause.NETWORK: "network_outage",
}  # fmt: skip


def options(seen: Observation, person: Person) -> tuple[Affordance, ...]:
    """At most twelve things to do about it: to let it be, and the affordances of the highest prior."""
    return weighed(seen, person)[0]


def weighed(seen: Observation, person: Person) -> tuple[tuple[Affordance, ...], tuple[float, ...]]:
    """The options and their prior, worked out together."""
    stay = Affordance(
        key="carry_on", text=_carry_on_text(seen, person), activity=seen.activity, room=seen.room, minutes=0.0
    )
    expected = _expected(seen, person)
    offered = [
        _as_long(option, seen, person) for option in seen.afford(seen.need) if _sensible(option, seen, person)
    ]
    ranked = sorted((-_nats(seen, option, expected, person), option.key, option) for option in offered)
    best = ranked[: MOST - 1]
    nats = [_nats(seen, stay, expected, person), *(-less for less, _, _ in best)]
    return (stay, *(option for _, _, option in best)), _normalised(nats)


def prior(seen: Observation, offered: Sequence[Affordance], person: Person) -> tuple[float, ...]:
    """Log-probabilities of the options before any model is asked."""
    expected = _expected(seen, person)
    return _normalised([_nats(seen, option, expected, person) for option in offered])


def settle(log_prior: Sequence[float], evidence: Sequence[float], weight: float, draw: float) -> int:
    """The option that *draw*, uniform in 0..1, falls on."""
    nats = [
        weight * more + less for less, more in zip(log_prior, evidence or [0.0] * len(log_prior), strict=True)
    ]
    ranges = list(accumulate(map(exp, _normalised(nats))))
    return min(bisect_left(ranges, draw), len(ranges) - 1)


def _expected(seen: Observation, person: Person) -> Mapping[str, float]:
    return person.recalled.recall(person.filed(seen)) if person.recalled else {}


def _normalised(nats: Sequence[float]) -> tuple[float, ...]:
    """Log-probabilities that add up to one."""
    top = max(nats, default=0.0)
    total = top + log(sum([exp(value - top) for value in nats]) or 1.0)
    return tuple([value - total for value in nats])


def _nats(seen: Observation, option: Affordance, expected: Mapping[str, float], person: Person) -> float:
    if option.key == "carry_on":
        return log(FLOOR) + CARRY_ON
    habit = sum([expected.get(action, 0.0) for action in _actions(option, person)]) if expected else 0.0
    nats = log(FLOOR + habit) + person.experience.learned.get((option.activity, seen.slot), 0.0)
    if seen.need is not None and seen.need in option.relieves:
        return nats + ANSWER * option.relieves[seen.need]
    activity = person.layout.catalogue.activities[option.activity]
    if activity.answers and _occasion(seen) in activity.answers:
        return nats + ANSWER / (1 + _beyond(seen, person) / SEVERE)
    return nats + UNRELATED + (0.0 if activity.usual_at(seen.minute) else UNUSUAL)


def _beyond(seen: Observation, person: Person) -> float:
    """By how many °C it is too hot or too cold here."""
    lowest, highest = person.profile.comfort.temperature
    if seen.need not in ("hot", "cold"):
        return 0.0
    felt = seen.senses.temperature
    return max(0.0, felt - highest if seen.need == "hot" else lowest - felt)


def _occasion(seen: Observation) -> str:
    return seen.need or _OCCASIONS.get(seen.cause, "")


def _actions(option: Affordance, person: Person) -> list[str]:
    """As memory knows them: commands, and the activity itself where it was done without any."""
    devices = person.layout.home.devices
    alone = f"{ACTIVITY_ONLY}:{option.activity}"
    return [alone, *(f"{devices[order.device].type}:{order.command}" for order in option.orders)]


def _sensible(option: Affordance, seen: Observation, person: Person) -> bool:
    """Nobody comes home because the bell rings, and nobody lets in a guest who is not there."""
    activity = person.layout.catalogue.activities[option.activity]
    if ":" in option.key:
        return seen.need is not None and seen.need in option.relieves
    if activity.asleep or not activity.chosen or option.activity in {ADJUST, seen.activity}:
        return False
    if seen.need is not None:
        return seen.need in activity.answers
    return not activity.answers or _occasion(seen) in activity.answers


def _as_long(option: Affordance, seen: Observation, person: Person) -> Affordance:
    """What answers a visit lasts as long as the visit."""
    answers = seen.lasts and person.layout.catalogue.activities[option.activity].answers
    return option._replace(minutes=seen.lasts) if answers else option


def _carry_on_text(seen: Observation, person: Person) -> str:
    doing = person.layout.catalogue.activities.get(seen.activity)
    return f"carry on and {doing.phrase}" if doing else "carry on"
