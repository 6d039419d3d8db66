"""Going out in one piece: coat, door, lock. Nobody comes in who has not been out."""

from collections.abc import Iterator, Sequence
from itertools import zip_longest

from agents.doing import new_step
from agents.person import Person
from agents.step import Step
from scenarios.activity import COME, LEAVE
from world.clock import MINUTE
from world.layout import Layout
from world.mind import Basis, Company, Order

SOON = 40 * MINUTE  # within which one goes out, having put on one's coat, or comes in, having been out
OWN = frozenset({Basis.MEMORY, Basis.PLAN, Basis.INTENT, Basis.IDLE})
BEHIND_ONE = 15_000  # ms after which the door is locked from outside
COAT = 3 * MINUTE  # of an outing of which memory tells no more than that, to put it on, and to take it off
OUTING = 20 * MINUTE  # and more
AT_THE_END = MINUTE  # of getting ready: what is operated then belongs to the door


def departures(layout: Layout, steps: Sequence[Step]) -> list[Step]:
    """*steps* with every coat put on right before one goes out, and the door locked from outside."""
    found: list[Step] = []
    coat: Step | None = None
    for step in steps:
        if step.activity == LEAVE:
            coat = step
        elif step.room == "outside" and coat is not None and step.start - coat.end < SOON:
            found += _out(layout, coat, step, found[-1].end if found else coat.start)
            coat = None
        else:
            found.append(step)
    return _without_vain_returns(found)


def _out(layout: Layout, coat: Step, out: Step, ready: int) -> tuple[Step, Step]:
    """The coat, and then the door; *ready* is when what comes before has ended."""
    lasts = coat.end - coat.start
    start = max(ready, out.start - lasts)
    locks = [it for it in coat.orders if _is_of_the_door(layout, it, lasts)]
    kept = tuple(it for it in coat.orders if it not in locks)
    coat = coat._replace(start=start, end=start + lasts, orders=kept)
    known = {(it.device, it.command) for it in out.orders if it.after < MINUTE}
    locks = [it.at(BEHIND_ONE) for it in locks if (it.device, it.command) not in known]
    begin = max(out.start, coat.end)
    out = out._replace(start=begin, end=max(out.end, begin + MINUTE), orders=(*locks, *out.orders))
    return coat, out


def _is_of_the_door(layout: Layout, order: Order, lasts: int) -> bool:
    """Whether it is operated as one goes: a lock, whenever that was, and what comes last."""
    kind = layout.catalogue.devices[layout.home.devices[order.device].type]
    return layout.reachable(order, "outside") and (order.after >= lasts - AT_THE_END or kind.domain == "lock")


def _without_vain_returns(steps: Sequence[Step]) -> list[Step]:
    """Nobody comes in who has not been out, or takes off the coat after having cooked in it."""
    found: list[Step] = []
    for step in steps:
        before = found[-1] if found else None
        out = before is not None and before.room == "outside" and step.start - before.end <= SOON
        if step.activity != COME or out:
            found.append(step)
    return found


def dressed(person: Person, steps: Sequence[Step]) -> list[Step]:
    """*steps*; who goes out alone for longer puts on a coat, and takes it off again, if memory has none."""
    if person.profile.lives_by_log:
        return [*steps]
    found: list[Step] = []
    for step, after in zip_longest(steps, steps[1:]):
        before = found[-1] if found else None
        if step.room != "outside" or step.company is not None or step.end - step.start < OUTING:
            found.append(step)
            continue
        free = before is not None and step.start - before.end >= COAT
        on = _coat(person, LEAVE, step.start - COAT * free, before, free or step.basis in OWN)
        free = after is not None and after.start - step.end >= COAT
        off = _coat(person, COME, step.end - COAT * (not free), after, free or step.basis in OWN)
        out = step._replace(start=on.end if on else step.start, end=off.start if off else step.end)
        found += [it for it in (on, out, off) if it is not None]
    return found


def _coat(person: Person, name: str, start: int, beside: Step | None, time: bool) -> Step | None:
    """Putting a coat on or off at *start*; none where the step *beside* is that, or out of doors, too."""
    if not time or (beside is not None and (beside.activity == name or beside.room == "outside")):
        return None
    step = new_step(person, name, start, COAT / MINUTE, Basis.SCHEDULE, "the coat")
    return step._replace(orders=()) if step else None


def spoken(steps: Sequence[Step]) -> Iterator[Step]:
    """*steps*, each in two where a message is sent in the middle of it."""
    for step in steps:
        message = step.company.message if step.company else None
        if step.company is None or message is None or not step.start < message.at < step.end:
            yield step
            continue
        done, rest = step.split(message.at, message.at)
        yield done._replace(company=Company(takes=step.company.takes))
        yield rest
