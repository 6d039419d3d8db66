"""Who sees to the children on a day: taken and fetched, minded, put to bed. Settled before anybody sets out.

A child goes with whoever passes the school anyway, else with whoever is free; where everybody is out, it is
taken somewhere by the last to leave and brought home by the first to return.
"""

from collections.abc import Iterator, Mapping, Sequence

from agents.fixed import Draft, Hours, Span
from scenarios.kin import LED
from world.clock import MINUTE
from world.mind import Company

ON_THE_WAY = (25 * MINUTE, 45 * MINUTE)  # by which a commuter leaves earlier, or waits, for a child
RUN, TRAFFIC = 12 * MINUTE, (0.8, 1.5)  # to the school, one way; how much it varies from day to day
DETOUR = 15 * MINUTE  # that whoever is free stays behind a commuter by
SHORT = 20 * MINUTE  # without anybody, and somebody waits at home instead
TUCKED_IN = 9  # years below which somebody puts a child to bed
BEDTIME = 20 * MINUTE
NAPS, NAP = 4, (770, 90)  # years below which a child naps; from which minute of the day for how many

SOMEWHERE = "a childminder's"


def see_to_children(draft: Draft, minders: Mapping[str, Sequence[str]]) -> None:
    """Fix the hours and steps of all children and of those who look after them."""
    for child, those in minders.items():
        hours = _hours_out(draft, child, those)
        draft.hours[child] = []
        for leave, back, place, _ in hours:
            way = f"{child} {draft.day} {leave}"
            today = draft.wakings[child][1]
            if leave > today.wake:  # else it has not come home for the night
                leave = _taken(draft, child, those, leave, place, way)
            back = max(back, leave + MINUTE)
            if back < today.wake_again:
                back = _fetched(draft, child, those, back, place)
            escort = _escort(draft, those, way)
            company = Company(way, escort) if escort else None
            draft.hours[child].append(Hours(leave, back, place, company))
    for child, those in minders.items():
        _nap(draft, child)
        _bed(draft, child, those)


def nurse(draft: Draft, minders: Mapping[str, Sequence[str]]) -> None:
    """Somebody stays at home with a child that is ill, where all would be out."""
    for child, those in minders.items():
        life = draft.people[child].life
        if life is None or not life.ails(draft.day) or not list(_nobody(draft, those)):
            continue
        able = [who for who in those if (it := draft.people[who].life) is None or it.as_usual(draft.day)]
        if able:
            draft.hours[min(able, key=lambda who: (_turn(draft, who), who))] = []


def _hours_out(draft: Draft, child: str, minders: Sequence[str]) -> list[Hours]:
    """The child's own hours, with the time in which nobody would be at home."""
    hours = sorted(draft.hours[child])
    if draft.people[child].profile.age >= LED:
        return hours
    alone = [span for span in _nobody(draft, minders) if span[1] - span[0] > SHORT]
    for start, end in alone:
        near = [it for it in hours if it.leave <= end + SHORT and start - SHORT <= it.back]
        hours = [it for it in hours if it not in near]
        place = near[0].place if near else SOMEWHERE
        whole = [start, end, *(it.leave for it in near), *(it.back for it in near)]
        hours.append(Hours(min(whole), max(whole), place))
    return sorted(hours)


def _nobody(draft: Draft, minders: Sequence[str]) -> list[Span]:
    """When all who might look after a child are out."""
    spans: list[Span] | None = None
    for who in minders:
        out = [(it.leave, it.back) for it in draft.hours[who]]
        spans = out if spans is None else list(_both(spans, out))
    return sorted(spans or [])


def _both(some: Sequence[Span], others: Sequence[Span]) -> Iterator[Span]:
    for one in some:
        for two in others:
            if (start := max(one[0], two[0])) < (end := min(one[1], two[1])):
                yield start, end


Offer = tuple[int, int, str, Hours | None]
"""What it costs (ms out of the way), rank, who, and the hours out that lead past the place."""


def _taken(draft: Draft, child: str, minders: Sequence[str], leave: int, place: str, way: str) -> int:
    """Find somebody to take *child*; when they leave."""
    early, late = ON_THE_WAY
    offers: list[Offer] = [
        (abs(out.leave - leave), rank, who, out)
        for rank, who in enumerate(minders)
        for out in draft.hours[who]
        if -early <= out.leave - leave <= late and _can_take(draft, child, out.company)
    ]
    run = _run(draft, child, "there")
    offers += _free(draft, minders, leave - MINUTE, leave + 2 * run)
    if not offers:
        return leave
    _, _, who, out = min(offers, key=_cheapest)
    company = _with(draft, child, way)
    if out is not None and out.company is not None:
        company = out.company._replace(takes=(*out.company.takes, child))
    if out is None:
        reason = f"takes {draft.names([child])} to {place}"
        draft.fix(who, "take_along", "outside", leave, leave + 2 * run, reason, company)
        return leave
    begin = min(leave, out.leave)
    _replace(draft, who, out, out._replace(leave=begin, company=company))
    return begin


def _fetched(draft: Draft, child: str, minders: Sequence[str], back: int, place: str) -> int:
    """Find somebody to fetch *child*; when they are home."""
    early, late = ON_THE_WAY
    offers: list[Offer] = [
        (abs(out.back - back), rank, who, out)
        for rank, who in enumerate(minders)
        for out in draft.hours[who]
        if -early <= out.back - back <= late and out.leave < back
    ]
    run = _run(draft, child, "back")
    offers += _free(draft, minders, back - run - MINUTE, back + run)
    if not offers:
        return _later(draft, minders, back)
    _, _, who, out = min(offers, key=_cheapest)
    if out is None:
        reason = f"fetches {draft.names([child])} from {place}"
        brings = Company(brings=(child,))
        draft.fix(who, "take_along", "outside", back - run, back + run, reason, brings)
        return back + run
    home, company = max(out.back, back), out.company or Company()
    company = company._replace(brings=(*company.brings, child))
    _replace(draft, who, out, out._replace(back=home, company=company))
    return home


def _run(draft: Draft, child: str, way: str) -> int:
    """How long the way takes today."""
    least, most = TRAFFIC
    return round(RUN * (least + (most - least) * draft.chance.uniform("traffic", child, way)))


def _free(draft: Draft, minders: Sequence[str], start: int, end: int) -> Iterator[Offer]:
    for rank, who in enumerate(minders):
        if draft.free(who, start, end):
            yield DETOUR + _turn(draft, who), rank, who, None


def _cheapest(offer: Offer) -> tuple[int, int]:
    return offer[:2]


def _later(draft: Draft, minders: Sequence[str], back: int) -> int:
    """Nobody can come in time: the child stays until the first of them is home, if none is there."""
    out = [[it.back for it in draft.hours[who] if it.leave < back < it.back] for who in minders]
    return min(min(backs) for backs in out) if all(out) else back


def _with(draft: Draft, child: str, way: str) -> Company:
    """A small child is led; with a bigger one, one sets out together."""
    small = draft.people[child].profile.age < LED
    return Company(takes=(child,)) if small else Company(way, (child,))


def _escort(draft: Draft, minders: Sequence[str], way: str) -> tuple[str, ...]:
    """Who has been found for this way."""
    steps = [(who, step.company) for who in minders for step in draft.steps[who]]
    hours = [(who, out.company) for who in minders for out in draft.hours[who]]
    return tuple(who for who, company in (*steps, *hours) if company is not None and company.gathering == way)


def _can_take(draft: Draft, child: str, company: Company | None) -> bool:
    """Whether who sets out in *company* may take *child*, too: of several who are led, one takes all."""
    if company is None:
        return True
    return not company.gathering and draft.people[child].profile.age < LED


def _turn(draft: Draft, who: str) -> int:
    """Whose turn it is, the same on every such weekday."""
    weekday = draft.people[who].clock.date_of(draft.day).weekday()
    return round(draft.household.uniform("turn", who, weekday) * DETOUR)


def _replace(draft: Draft, who: str, old: Hours, new: Hours) -> None:
    draft.hours[who] = sorted([it for it in draft.hours[who] if it is not old] + [new])


def _nap(draft: Draft, child: str) -> None:
    """After lunch, where nothing else is said about naps."""
    profile = draft.people[child].profile
    if profile.age >= NAPS or profile.health.naps:
        return
    start = draft.at(NAP[0] + 20 * draft.chance.uniform("nap", child))
    end = start + round(NAP[1] * (0.7 + 0.6 * draft.chance.uniform("nap", child, "long")) * MINUTE)
    if draft.free(child, start, end):
        draft.fix(child, "nap", draft.people[child].bedroom, start, end, "a nap after lunch")


def _bed(draft: Draft, child: str, minders: Sequence[str]) -> None:
    """Somebody who is there puts the child to bed."""
    person = draft.people[child]
    end = draft.wakings[child][1].bed
    start = end - BEDTIME
    able = [who for who in minders if draft.free(who, start - MINUTE, end)]
    if person.profile.age >= TUCKED_IN or not able or not draft.free(child, start, end):
        return
    who = able[int(draft.chance.uniform("bed", child) * min(2, len(able)))]
    company = f"bed {child} {draft.day}"
    others = (who,) if person.profile.age >= LED else ()
    draft.fix(child, "go_to_bed", person.bedroom, start, end, f"put to bed by {draft.names([who])}",
              Company(company, others) if others else None)  # fmt: skip
    draft.fix(who, "put_to_bed", person.bedroom, start, end, f"puts {draft.names([child])} to bed",
              Company(company, (child,)) if others else None)  # fmt: skip
