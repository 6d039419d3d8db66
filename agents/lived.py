"""A decision as the behaviours that memory takes in."""

from agents.person import Person
from dataset.routines import ACTIVITY_ONLY, Behaviour, Routine
from sppc.clock import SLOT
from world.mind import Basis, Decision, Observation, Order

OWN = frozenset({Basis.MEMORY, Basis.PLAN, Basis.INTENT, Basis.FAMILY, Basis.CHOICE})
"""What people do and may do again; sleep and hours out are settled, and idle time is filled anew each day."""


def behaviours(person: Person, seen: Observation, decision: Decision) -> Routine:
    """What is done by *decision*: its commands, or the activity alone where there are none."""
    if decision.basis not in OWN:
        return ()
    closing = [order.at(decision.until - seen.time) for order in decision.closing]
    orders: list[Order | None] = [*decision.orders, *closing] or [None]
    return tuple(_behaviour(person, seen.time, decision.activity, order) for order in orders)


def _behaviour(person: Person, start: int, activity: str, order: Order | None) -> Behaviour:
    day, _, minute = person.clock.local(start + (order.after if order else 0))
    device = person.layout.home.devices[order.device].type if order else ACTIVITY_ONLY
    action = f"{device}:{order.command if order else activity}"
    return Behaviour(person.kind(day), minute // SLOT, device, action, minute, activity)
