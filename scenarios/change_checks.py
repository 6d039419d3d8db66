"""What life events presuppose: people and devices that exist, an order that can be, somebody at home.

Each finding has the line of the change it is about.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations

from scenarios.beds import bed_findings, bedrooms
from scenarios.change import ALTERS, Change, a
from scenarios.composing import laid
from scenarios.course import BEFORE, NEVER, Life, eras_of, lives_of
from scenarios.frozen import Finding
from scenarios.including import SHIPPED, Folder
from scenarios.kin import LED
from scenarios.problems import Problem, nearest, unknown
from scenarios.resident import ALONE, Profile
from scenarios.scenario import Scenario
from scenarios.tree import Node, find, locate, problem, put

ILL = SHIPPED / "fragments" / "ill.yaml"


def with_illness(tree: Node, folder: Folder) -> Node:
    """*tree* in which whoever falls ill is so in the way of the shipped fragment, but for what is said."""
    for path, change in list(find(tree, "changes.*")):
        kind, said = (_value(change, key) for key in ("kind", "profile"))
        if kind is not None and kind.value == "illness":
            ill = folder.tree(ILL)
            tree = put(tree, (*path, "profile"), ill if said is None else laid(ill, said))
    return tree


def check_changes(tree: Node) -> Iterator[Problem]:
    """Changes are about residents and devices that there are, on days of the run."""
    known = {str(node.value) for _, node in find(tree, "residents.*.id")}
    known |= {str(node.value) for _, node in find(tree, "changes.*.profile.id")}
    for pattern in ("changes.*.who", "changes.*.who.*"):
        for path, node in find(tree, pattern):
            if isinstance(node.value, str) and node.value not in known:
                yield problem(node, path, unknown("resident", node.value, known))
    devices = [
        key for _, found in find(tree, "home.devices") if isinstance(found.value, dict) for key in found.value
    ]
    for path, node in find(tree, "changes.*.device"):
        if isinstance(node.value, str) and node.value not in devices:
            hint = nearest(node.value, devices) or "; a new device stands among the home's `devices`"
            yield problem(node, path, f"no device {node.value!r}{hint}")
    days = next((days.value for _, days in find(tree, "days") if days.file), None)
    for key in ("day", "until"):
        for path, node in find(tree, f"changes.*.{key}"):
            if isinstance(days, int) and isinstance(node.value, int) and node.value >= days:
                said = f"day {node.value} comes after the last day, {days - 1} (days count from 0)"
                yield problem(node, path, said)


def profile_trees(scenario: Scenario, tree: Node) -> Iterator[tuple[int, Node]]:
    """(number of a change, profile as a tree) of everybody who lives by another profile from then on."""
    bases = {str(node.value): locate(tree, path[:2])[1] for path, node in find(tree, "residents.*.id")}
    overs = {path[1]: node for path, node in find(tree, "changes.*.profile")}
    for number, change in enumerate(scenario.changes):
        if change.joins:
            yield number, overs[number]
            bases[change.joins] = overs[number]
    for who, base in bases.items():
        mine = [
            (it, overs[number])
            for number, it in enumerate(scenario.changes)
            if number in overs and not it.joins and (who in it.who or (not it.who and it.kind in ALTERS))
        ]
        numbers = {
            it.day: number for number, it in enumerate(scenario.changes) if any(it is own for own, _ in mine)
        }
        for day, laid_, passing in eras_of(base, mine):
            if day in numbers and not passing:
                yield numbers[day], laid_


def with_beds(scenario: Scenario) -> Scenario:
    """The scenario in which those who join have a bed, and nobody else another for it."""
    here = list(scenario.residents)
    changes = []
    for change in scenario.changes:
        if change.joins and change.profile is not None:
            who = Profile.model_validate(change.profile)
            room = bedrooms(scenario.home, [*here, who]).get(who.id, who.bedroom)
            here.append(who.model_copy(update={"bedroom": room}))
            change = change.model_copy(update={"profile": {**change.profile, "bedroom": room}})
        changes.append(change)
    return scenario.model_copy(update={"changes": tuple(changes)})


def change_findings(scenario: Scenario, lives: Mapping[str, Life] | None = None) -> Iterator[Finding]:
    """In what the changes of a household contradict one another, or leave somebody alone.

    *lives* are the courses of life that they make, where somebody knows them already.
    """
    yield from _twice(scenario)
    found = list(_out_of_order(scenario.changes, {who.id for who in scenario.residents}))
    yield from found
    if not found:
        lives = lives_of(scenario) if lives is None else lives
        yield from _unaccompanied(scenario, lives)
        yield from _left_alone(scenario, lives)
        yield from _without_bed(scenario, lives)


def _twice(scenario: Scenario) -> Iterator[Finding]:
    here, new = {who.id for who in scenario.residents}, set[str]()
    for number, change in enumerate(scenario.changes):
        if who := change.joins:
            if who in here:
                yield (number, "profile"), f"{who!r} lives here already; give another name or id"
            here.add(who)
        if change.device is not None:
            if change.device in new:
                yield (number, "device"), f"{change.device!r} is new already; leave one of them out"
            new.add(change.device)


def _out_of_order(changes: Sequence[Change], residents: Iterable[str]) -> Iterator[Finding]:
    for who in sorted({*residents, *(it.joins for it in changes if it.joins)}):
        mine = [(number, it) for number, it in enumerate(changes) if who in it.concerns or not _names(it)]
        comes = next((it.day for _, it in mine if it.joins), BEFORE)
        leaves = next((_end(it) for _, it in mine if it.kind in ("moving_out", "visitor")), NEVER)
        for number, it in mine:
            if who in it.concerns and not it.joins and it.day <= comes:
                yield (number, "day"), f"{who!r} comes on day {comes} only; a later day is needed"
            if who in it.concerns and it.kind != "moving_out" and not it.joins and _end(it) >= leaves:
                yield (number, "day"), f"{who!r} leaves on day {leaves}; end it before, or leave it out"
        for (_, one), (number, two) in combinations(sorted(mine, key=lambda it: it[1].day), 2):
            if why := _clash(one, two):
                yield (number, "day"), f"{who!r} {why}; change the days of one of them"


def _names(change: Change) -> bool:
    return bool(change.concerns) or change.kind == "new_device"


def _end(change: Change) -> int:
    """The last day that a change is about."""
    return change.day if change.until is None else change.until


def _clash(one: Change, two: Change) -> str:
    """Why *two*, which does not begin before *one*, cannot; '' where it can."""
    elsewhere = ("illness", "holiday", "moving_out")
    if one.kind in elsewhere and two.kind in elsewhere and two.day <= _end(one):
        return f"has {a(one.kind)} until day {_end(one)}, and {a(two.kind)} from day {two.day}"
    both = set(one.profile or ()) & set(two.profile or ())
    if one.kind in ALTERS and two.kind in ALTERS and one.day == two.day and both:
        return f"has two changes of {', '.join(sorted(both))} on day {one.day}"
    return ""


def _left_alone(scenario: Scenario, lives: Mapping[str, Life]) -> Iterator[Finding]:
    """Children, and others who need somebody, at home with nobody who may be left with them."""
    for number, change in enumerate(scenario.changes):
        days = {
            change.day,
            change.day + 1,
            *(() if change.until is None else (change.until, change.until + 1)),
        }
        for day in sorted(day for day in days if day < scenario.days):
            here = [life.on(day) for life in lives.values() if life.sleeps_here(day) and life.there(day)]
            before = [life.on(0) for life in lives.values() if life.there(0)]
            if any(it.minds_others for it in here) or not any(it.minds_others for it in before):
                continue
            needy = [it for it in here if it.care != "none"]
            if needy:
                who = needy[0]
                need = f"{who.age} years" if who.age < ALONE else "who needs care"
                said = f"nobody who looks after {who.name} ({need}) is at home in the night of day {day}"
                yield (number,), f"{said}; take {who.name} along, or have somebody stay"
                break


def _unaccompanied(scenario: Scenario, lives: Mapping[str, Life]) -> Iterator[Finding]:
    """Small children who would set out, or come back, without anybody who looks after them."""
    for number, change in enumerate(scenario.changes):
        if change.kind not in ("holiday", "moving_out") or not change.who:
            continue
        alike = [
            it
            for it in scenario.changes
            if (it.kind, it.day, it.until) == (change.kind, change.day, change.until)
        ]
        along = [lives[who].on(change.day) for it in alike for who in it.concerns]
        small = [it.name for it in along if it.id in change.who and it.age < LED]
        if small and not any(it.minds_others for it in along):
            yield (number, "who"), f"nobody goes along who looks after {small[0]}; name somebody beside"


def _without_bed(scenario: Scenario, lives: Mapping[str, Life]) -> Iterator[Finding]:
    for number, change in enumerate(scenario.changes):
        if change.joins:
            here = [life.on(change.day) for life in lives.values() if life.sleeps_here(change.day)]
            for _, sentence in bed_findings(scenario.home, here):
                yield (number,), sentence


def _value(node: Node, key: str) -> Node | None:
    return node.value.get(key) if isinstance(node.value, dict) else None
