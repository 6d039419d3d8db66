"""What is wrong with a home's automations: names that mean nothing, dead rules, loops, quarrels.

Checked on the tree, so that each finding has its line. Rules that cannot be read at all are left to pydantic.
"""

from collections.abc import Iterator, Mapping
from math import inf
from typing import TypeVar, get_args

from pydantic import ValidationError

from scenarios.automation import Act, Automation, Condition, Trigger
from scenarios.device import Command, DeviceType, Range
from scenarios.facts import Facts, expected, facts_of, join
from scenarios.frozen import Frozen
from scenarios.loops import Installation, Rule, at_once, circles
from scenarios.problems import Problem, unknown
from scenarios.sensing import WORDS, Quantity
from scenarios.tree import KeyPath, Node, child, find, plain, problem

_NOT_BY_PEOPLE = {"device": "is reported by the device itself", "poll": "is status polling"}

Read = TypeVar("Read", bound=Frozen)


def check_automations(tree: Node, types: Mapping[str, DeviceType | None], at: str = "") -> Iterator[Problem]:
    """All that is wrong with the rules of the home at *at*, whose devices are of *types*."""
    home = _home(tree, types, at)
    wrong = [*_names(tree, home, at)]
    yield from wrong
    bad = {found.where for found in wrong}
    rules = {
        str(path[-1]): Rule(str(path[-1]), rule, path, node)
        for path, node in find(tree, f"{at}automations.*")
        if (rule := _read(Automation, node)) and not any(where.startswith(_dotted(path)) for where in bad)
    }
    for it in rules.values():
        yield from _never(it)
    yield from _quarrels(rules, home)
    yield from circles(rules.values(), home)


def _dotted(path: KeyPath) -> str:
    return ".".join(map(str, path)) + "."


def _home(tree: Node, types: Mapping[str, DeviceType | None], at: str) -> Installation:
    """The home's devices: the type of each, None where it is not known, and what sensors watch."""
    devices: dict[str, DeviceType | None] = {}
    watchers: dict[str, list[str]] = {}
    for path, node in find(tree, f"{at}devices.*"):
        name, kind, watched = str(path[-1]), _text(node, "type"), _text(node, "watches")
        devices[name] = types.get(kind)
        if watched:
            watchers.setdefault(watched, []).append(name)
    return Installation(devices, watchers)


def _text(node: Node, key: str) -> str:
    below = child(node, key)
    return below.value if below is not None and isinstance(below.value, str) else ""


def _read(model: type[Read], node: Node) -> Read | None:
    try:
        return model.model_validate(plain(node))
    except ValidationError:
        return None


def _names(tree: Node, home: Installation, at: str) -> Iterator[Problem]:
    for path, node in find(tree, f"{at}automations.*.when.*"):
        if trigger := _read(Trigger, node):
            yield from _test_problems(trigger, trigger.becomes, "becomes", (path, node), home)
    for path, node in find(tree, f"{at}automations.*.provided.*"):
        if condition := _read(Condition, node):
            yield from _test_problems(condition, condition.equals, "equals", (path, node), home)
    for path, node in find(tree, f"{at}automations.*.then.*"):
        if act := _read(Act, node):
            yield from _act_problems(act, (path, node), home)


Place = tuple[KeyPath, Node]


def _at(place: Place, key: str, message: str) -> Problem:
    path, node = place
    return problem(child(node, key) or node, (*path, key), message)


def _unseen(name: str, place: Place, home: Installation) -> Iterator[Problem]:
    if name not in home.devices:
        yield _at(place, "device", unknown("device", name, home.devices))


def _unconnected(kind: DeviceType, place: Place, verb: str) -> Problem:
    return _at(place, "device", f"a {kind.type} is known to no network: a rule cannot {verb} it")


def _test_problems(
    test: Trigger | Condition, word: str | None, key: str, place: Place, home: Installation
) -> Iterator[Problem]:
    """A trigger or condition names a device that tells that attribute, and a value that it can have."""
    if test.device is None:
        return
    yield from _unseen(test.device, place, home)
    kind = home.devices.get(test.device)
    if kind is None:
        return
    known = told(kind)
    choice = known.get(test.attribute)
    if not known and not kind.connected:
        yield _unconnected(kind, place, "see")
    elif choice is None:
        yield _at(place, "attribute", unknown(f"attribute of {test.device}", test.attribute, known))
    elif isinstance(choice, tuple):
        yield from _number_problems(test, word, key, place, choice)
    elif word is None:
        named = "above" if test.above is not None else "below"
        yield _at(place, named, f"{test.attribute!r} is no number but {expected(choice)}: say {key}")
    elif word not in choice:
        yield _at(place, key, unknown(test.attribute, word, choice))


def _number_problems(
    test: Trigger | Condition, word: str | None, key: str, place: Place, choice: Range
) -> Iterator[Problem]:
    low, high = choice
    if word is not None:
        yield _at(place, key, f"{test.attribute!r} is a number: say above or below")
    elif test.above is not None and not low <= test.above < high:
        yield _at(place, "above", f"{test.attribute!r} is {expected(choice)}: it crosses no {test.above:g}")
    elif test.below is not None and not low < test.below <= high:
        yield _at(place, "below", f"{test.attribute!r} is {expected(choice)}: it crosses no {test.below:g}")


def told(kind: DeviceType) -> dict[str, frozenset[str] | Range]:
    """What a device of this kind tells a hub: its words, or the range of its numbers.

    Of what no network knows, only what it senses: of a button on the wall, that it is pushed.
    """
    attributes: dict[str, frozenset[str] | Range] = {
        name: frozenset(attribute.values or ()) if attribute.range is None else attribute.range
        for name, attribute in (kind.attributes if kind.connected else {}).items()
    }
    for quantity in get_args(Quantity):
        if any(sensing.quantity == quantity for sensing in kind.senses):
            words = WORDS.get(quantity)
            attributes[quantity] = (-inf, inf) if words is None else frozenset(words)
    return attributes


def _act_problems(act: Act, place: Place, home: Installation) -> Iterator[Problem]:
    """An act names a device, one of its commands that people can give, and a value that it takes."""
    yield from _unseen(act.device, place, home)
    kind = home.devices.get(act.device)
    if kind is None:
        return
    command = kind.commands.get(act.command)
    if not kind.connected:
        yield _unconnected(kind, place, "command")
    elif command is None:
        people = [name for name, it in kind.commands.items() if it.by == "person"]
        yield _at(place, "command", unknown(f"command of {act.device}", act.command, people))
    elif command.by != "person":
        yield _at(place, "command", f"{act.command!r} {_NOT_BY_PEOPLE[command.by]}: no rule can give it")
    else:
        yield from _value_problems(act, command, place)


def _value_problems(act: Act, command: Command, place: Place) -> Iterator[Problem]:
    argument = command.argument
    if argument is None:
        if act.value:
            yield _at(place, "value", f"{act.command!r} takes no value")
    elif not act.value:
        yield _at(place, "value", f"{act.command!r} needs a value: {argument.expected()}")
    elif not argument.admits(_number(act.value) if argument.range is not None else act.value):
        yield _at(place, "value", f"{act.command!r} takes {argument.expected()}; got {act.value!r}")


def _number(text: str) -> str | float:
    try:
        return float(text)
    except ValueError:
        return text  # admitted nowhere


def _never(rule: Rule) -> Iterator[Problem]:
    """Conditions that exclude one another, or a trigger."""
    facts: Facts = {}
    for number, condition in enumerate(rule.automation.provided):
        together = join(facts, facts_of(condition))
        if together is None:
            yield rule.problem("provided", number, "can never hold together with the conditions before it")
            return
        facts = together
    for number, trigger in enumerate(rule.automation.when):
        if join(facts, facts_of(trigger)) is None:
            yield rule.problem("when", number, "never fires the rule: its conditions do not hold then")


def _quarrels(rules: Mapping[str, Rule], home: Installation) -> Iterator[Problem]:
    """Two rules that command opposite things at the same instant."""
    by_trigger: dict[Trigger, list[Rule]] = {}
    for rule in rules.values():
        for trigger in dict.fromkeys(rule.automation.when):
            by_trigger.setdefault(trigger, []).append(rule)
    for trigger, fired in by_trigger.items():
        orders = [(rule, *_at_once(rule, trigger, home)) for rule in fired]
        for number, (second, facts, wanted) in enumerate(orders):
            for first, others, before in orders[:number]:
                for key in wanted.keys() & before.keys():
                    if (
                        join({key: wanted[key]}, {key: before[key]}) is None
                        and join(facts, others) is not None
                    ):
                        said = f"and {first.name!r} command opposite things at the same instant: "
                        yield problem(
                            second.node, second.path, f"{second.name!r} {said}{key[0]}, its {key[1]}"
                        )


def _at_once(rule: Rule, trigger: Trigger, home: Installation) -> tuple[Facts, Facts]:
    """What holds when *trigger* fires the rule, and what its commands before the first wait bring about."""
    facts = rule.facts(trigger) or {}
    return facts, at_once(rule, facts, home)
