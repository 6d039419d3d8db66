"""Rules that set each other off: what each can bring about, whom that fires, and whether the circle closes.

A command fires a rule when it can change the attribute of one of its triggers to what the trigger waits for.
Only what provably cannot be, because conditions exclude it at that instant, breaks a link. While a rule waits
between its commands, others may change anything; of itself it is taken to know what it did.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from scenarios.automation import Act, Automation, Trigger
from scenarios.device import ARGUMENT, Attribute, DeviceType, Value
from scenarios.facts import ANYTHING, Facts, Key, Possible, facts_of, join, meet, wanted, within
from scenarios.problems import Problem
from scenarios.tree import KeyPath, Node, child, problem

STARTS = 5  # firings in a knot from which the shortest circle is sought
MOST_PAIRS = 100_000  # of an effect and a trigger that are compared; hundreds of real rules need far fewer
TOLD_BY_SENSORS: Mapping[str, Possible] = {
    "power": ANYTHING, "energy": ANYTHING, "contact": frozenset({"open", "closed"}),
}  # fmt: skip
"""What a sensor tells of the device that it watches, or is part of, when that is operated."""


@dataclass(frozen=True)
class Installation:
    """The devices that rules see and command: their types, None = unknown; and which sensors watch which."""

    devices: Mapping[str, DeviceType | None]
    watchers: Mapping[str, Sequence[str]]


@dataclass(frozen=True, eq=False)
class Rule:
    """An automation and where it stands."""

    name: str
    automation: Automation
    path: KeyPath
    node: Node

    def facts(self, trigger: Trigger) -> Facts | None:
        """What holds when *trigger* fires the rule; None when it cannot."""
        facts: Facts | None = facts_of(trigger)
        for condition in self.automation.provided:
            facts = join(facts, facts_of(condition)) if facts is not None else None
        return facts

    def problem(self, key: str, number: int, message: str) -> Problem:
        """What is wrong with one of its triggers or conditions."""
        part = child(self.node, key) or self.node
        return problem(child(part, number) or part, (*self.path, key, number), message)


@dataclass(frozen=True)
class Change:
    """What an attribute can become by a command; `trend` -1: it can only fall."""

    key: Key
    before: Possible | None
    after: Possible
    trend: int = 0


@dataclass(frozen=True)
class Effect:
    """A change and the command that brings it about; `facts` hold right after, None = nobody knows when."""

    act: Act
    change: Change
    facts: Facts | None


def at_once(rule: Rule, facts: Facts, home: Installation) -> Facts:
    """What the commands before the first wait make of the home, for sure."""
    made: Facts = {}
    for act in rule.automation.then:
        kind = home.devices.get(act.device)
        if act.wait or kind is None:
            break
        made.update({change.key: change.after for change in _changes(act, kind, {**facts, **made})})
    return made


def _changes(act: Act, kind: DeviceType, facts: Facts) -> Iterator[Change]:
    """What one command changes at once."""
    command = kind.commands[act.command]
    for name, value in command.set.items():
        key, given = (act.device, name), act.value if value == ARGUMENT else value
        yield Change(key, facts.get(key), _exactly(given, kind.attributes[name]))
    if name := command.toggle:
        key, values = (act.device, name), frozenset(kind.attributes[name].values or ())
        before = facts.get(key)
        known = isinstance(before, frozenset) and len(before) == 1
        yield Change(key, before, values.difference(before or ()) if known else values)
    for name, step in command.step.items():
        key = (act.device, name)
        yield Change(key, facts.get(key), kind.attributes[name].range or ANYTHING, 1 if step > 0 else -1)


def _exactly(value: Value, attribute: Attribute) -> Possible:
    return frozenset({value}) if attribute.range is None else (float(value), float(value))


def _later(act: Act, kind: DeviceType, home: Installation) -> Iterator[Change]:
    """What the end of the programme brings, and what sensors tell of the device some time after."""
    command = kind.commands[act.command]
    for name, value in command.finishes.set.items() if command.finishes else ():
        yield Change((act.device, name), None, _exactly(value, kind.attributes[name]))
    if command.set or command.toggle or command.step:
        for sensor in (act.device, *home.watchers.get(act.device, ())):
            for quantity, after in TOLD_BY_SENSORS.items():
                yield Change((sensor, quantity), None, after)


def _effects(rule: Rule, facts: Facts, home: Installation, *, alone: bool) -> Iterator[Effect]:
    """Everything that the rule can bring about; *alone*: nobody else acts while it waits."""
    for act in rule.automation.then:
        if act.wait:
            facts = {key: it for key, it in facts.items() if key[0]} if alone else {}
        kind = home.devices.get(act.device)
        if kind is None:
            continue
        changes = list(_changes(act, kind, facts))
        facts = {**facts, **{change.key: change.after for change in changes}}
        yield from (Effect(act, change, facts) for change in changes)
        yield from (Effect(act, change, None) for change in _later(act, kind, home))


@dataclass(frozen=True)
class Firing:
    """One rule fired by one of its triggers, and what holds then."""

    place: tuple[int, int]  # of the rule and of the trigger, for order
    rule: Rule
    trigger: Trigger
    facts: Facts


Links = dict[tuple[int, int], dict[tuple[int, int], Act]]
"""Which firing can lead to which, and by what command."""


def circles(rules: Iterable[Rule], home: Installation) -> Iterator[Problem]:
    """One sentence for every knot of rules that can keep each other going for ever."""
    firings = {firing.place: firing for firing in _firings(rules)}
    links = _links(firings.values(), home)
    if not any(links.values()):
        return
    import networkx as nx  # takes a tenth of a second, and most homes have no links between rules

    graph = nx.DiGraph([(one, other) for one, others in links.items() for other in others])
    for knot in sorted(nx.strongly_connected_components(graph), key=min):
        if circle := _shortest_circle(graph.subgraph(knot), sorted(knot)[:STARTS]):
            yield _loop([(firings[it].rule, links[it]) for it in circle], circle)


def _firings(rules: Iterable[Rule]) -> Iterator[Firing]:
    for number, rule in enumerate(rules):
        for place, trigger in enumerate(rule.automation.when):
            if (facts := rule.facts(trigger)) is not None:
                yield Firing((number, place), rule, trigger, facts)


def _links(firings: Iterable[Firing], home: Installation) -> Links:
    waiting: dict[Key, list[Firing]] = {}
    for firing in firings:
        if firing.trigger.device is not None:
            waiting.setdefault((firing.trigger.device, firing.trigger.attribute), []).append(firing)
    links: Links = {}
    for one, effect, other in islice(_pairs(firings, waiting, home), MOST_PAIRS):
        reached = links.setdefault(one.place, {})
        if other.place not in reached and _fires(effect, other):
            reached[other.place] = effect.act
    return links


def _pairs(
    firings: Iterable[Firing], waiting: Mapping[Key, Sequence[Firing]], home: Installation
) -> Iterator[tuple[Firing, Effect, Firing]]:
    """Every effect of a firing with everything that waits for a change of that attribute."""
    for one in firings:
        for alone in (False, True):
            for effect in _effects(one.rule, one.facts, home, alone=alone):
                for other in waiting.get(effect.change.key, ()):
                    if (other.rule is one.rule) is alone:
                        yield one, effect, other


def _fires(effect: Effect, other: Firing) -> bool:
    """Whether *effect* can make the trigger of *other* happen while the conditions of its rule hold."""
    change, trigger = effect.change, other.trigger
    waits_for = wanted(trigger)
    met = meet(change.after, waits_for)
    if met is None or within(change.before, waits_for):
        return False
    if (change.trend > 0 and trigger.below is not None) or (change.trend < 0 and trigger.above is not None):
        return False
    if effect.facts is None or trigger.lasting:
        return True
    return join({**effect.facts, change.key: met}, other.facts) is not None


def _shortest_circle(knot: Any, starts: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """From its first rule on; empty where a knot is one firing that does not lead to itself."""
    import networkx as nx

    found = [
        path
        for start in starts
        for end, path in nx.single_source_shortest_path(knot, start).items()
        if knot.has_edge(end, start)
    ]
    shortest: list[tuple[int, int]] = min(found, key=lambda path: (len(path), path), default=[])
    first = shortest.index(min(shortest)) if shortest else 0
    return shortest[first:] + shortest[:first]


def _loop(
    circle: Sequence[tuple[Rule, Mapping[tuple[int, int], Act]]], places: Sequence[tuple[int, int]]
) -> Problem:
    names = [rule.name for rule, _ in circle]
    steps = [
        f"{rule.name!r} gives {_given(links[after])}, which fires {name!r}"
        for (rule, links), after, name in zip(
            circle, [*places[1:], places[0]], [*names[1:], names[0]], strict=True
        )
    ]
    different = list(dict.fromkeys(names))
    who = ", ".join(map(repr, different[:-1])) + " and " * (len(different) > 1) + repr(different[-1])
    verb = "set each other off" if len(different) > 1 else "sets itself off"
    said = (
        f"a loop: {who} {verb} without end: {'; '.join(steps)}; a condition that does not hold then ends it"
    )
    return problem(circle[0][0].node, circle[0][0].path, said)


def _given(act: Act) -> str:
    return f"{act.device} {f'{act.command} {act.value}'.rstrip()!r}"
