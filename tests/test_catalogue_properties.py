"""The interpreter under random hands, on shipped device types and on types that nobody ever wrote."""

from math import isfinite
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from scenarios.catalogue import load_catalogue
from scenarios.chance import Chance
from scenarios.device import DeviceType
from tests.stories import possible
from world.devices import Device, Impossible

TYPES = load_catalogue().devices
WORDS = ("a", "b", "c")

word_attributes = st.integers(2, 3).map(lambda many: {"values": WORDS[:many], "initial": "a"})
number_attributes = st.tuples(st.integers(-5, 1), st.integers(2, 9)).map(
    lambda it: {"range": it, "initial": it[0]}
)


@st.composite
def states(draw: st.DrawFn, attributes: dict[str, Any], most: int = 2) -> dict[str, Any]:
    names = draw(st.lists(st.sampled_from(sorted(attributes)), max_size=most, unique=True))
    return {name: draw(values(attributes[name])) for name in names}


def values(attribute: dict[str, Any]) -> st.SearchStrategy[Any]:
    return st.sampled_from(attribute["values"]) if "values" in attribute else st.integers(*attribute["range"])


@st.composite
def commands(draw: st.DrawFn, attributes: dict[str, Any], name: str) -> dict[str, Any]:
    """A command that makes sense, given the attributes; `when` may be out of reach."""
    command: dict[str, Any] = {"says": f"{name} {{device}}", "set": draw(states(attributes))}
    numbers = [key for key, it in attributes.items() if "range" in it]
    pairs = [key for key, it in attributes.items() if len(it.get("values", ())) == 2]
    if draw(st.booleans()):
        command["when"] = draw(states(attributes, 1))
    if numbers and draw(st.booleans()):
        number = draw(st.sampled_from(numbers))
        if draw(st.booleans()):
            command["step"] = {number: draw(st.integers(-3, 3))}
        else:
            command["set"] |= {number: "$argument"}
            command["argument"] = {"range": attributes[number]["range"]}
    if pairs and draw(st.booleans()):
        command["toggle"] = draw(st.sampled_from(pairs))
    if draw(st.booleans()):
        command["finishes"] = {
            "minutes": [1, 5],
            "when": draw(states(attributes, 1)),
            "paused": draw(states(attributes, 1)),
            "set": draw(states(attributes)),
            "emits": draw(st.sampled_from(["", "done"])),
        }
    return command


@st.composite
def invented(draw: st.DrawFn) -> DeviceType:
    many = draw(st.integers(1, 3))
    attributes = {f"x{i}": draw(word_attributes | number_attributes) for i in range(many)}
    named = {f"do {i}": draw(commands(attributes, f"do {i}")) for i in range(draw(st.integers(1, 4)))}
    draws = [
        {"when": draw(states(attributes, 1)), "watts": watts, "noise": 40, "moisture": -3, "lumens": 7}
        for watts in draw(st.lists(st.integers(0, 3000), max_size=2))
    ]
    parts = {"type": "Invented", "label": "the invention", "attributes": attributes, "draws": draws}
    try:
        return DeviceType.model_validate({**parts, "commands": {**named, "done": {"by": "device"}}})
    except ValidationError as error:
        assert "nothing ever makes" in str(error), "no other contradiction may be found in it"
        assume(False)
        raise


kinds = st.one_of(st.sampled_from(sorted(TYPES)).map(TYPES.__getitem__), invented())


def arguments(kind: DeviceType, name: str) -> st.SearchStrategy[str]:
    """Proper arguments, and a few that are not."""
    argument = kind.commands[name].argument
    if argument is None:
        return st.sampled_from(["", "", "", "1"])
    if argument.range is None:
        return st.sampled_from([*(argument.values or ()), "", "nonsense"])
    low, high = argument.range
    good = (
        st.floats(low, high).map(lambda number: f"{number:.6g}").filter(lambda it: low <= float(it) <= high)
    )
    return st.one_of(good, good, st.sampled_from(["", "nan", "inf", "-1e9", "warm"]))


def emission(some: Device) -> tuple[float, ...]:
    out = some.output
    return out.watts, out.heat, out.lumens, out.noise, out.moisture, out.fresh_air


def look(some: Device) -> tuple[Any, ...]:
    return dict(some.state), some.programme, some.run, some.minutes, emission(some), possible(some)


def check(some: Device) -> None:
    """What holds of every device at every moment."""
    attributes = some.type.attributes
    assert some.state.keys() == attributes.keys()
    assert all(attributes[name].admits(value) for name, value in some.state.items())
    watts, heat, lumens, noise, moisture, air = emission(some)
    assert all(isfinite(one) for one in emission(some))
    assert min(watts, heat, lumens, noise, air) >= 0
    assert heat <= watts + 1e-9
    fresh = Device("other", some.type, "living")
    fresh.state = dict(some.state)
    fresh.fail("measured anew")
    fresh.recover("measured anew")
    assert emission(some) == (emission(fresh) if some.online else (0.0,) * 6)
    assert moisture == 0 or some.online


def order(some: Device, name: str, argument: str) -> None:
    """refusal() and apply() agree; what is refused changes nothing."""
    by, before = some.type.commands[name].by, look(some)
    if some.refusal(name, argument, by):
        with pytest.raises(Impossible):
            some.apply(name, argument, by)
        assert look(some) == before
        return
    started = some.apply(name, argument, by)
    if started is None:
        assert some.run == before[2]
    else:
        assert (some.programme, some.run) == (started, before[2] + 1)
        assert 0 < some.minutes[0] <= some.minutes[1]


def end(some: Device, run: int) -> None:
    """Only the programme that runs ends, once, in the state it was going to bring about."""
    before, programme, stale = look(some), some.programme, run != some.run
    if stale or programme is None or some.held:
        assert some.finish(run) is None
        assert look(some) == before
        return
    assert some.finish(run) == programme.emits
    assert some.programme is None
    assert all(some.state[name] == value for name, value in programme.set.items())
    after = look(some)
    assert some.finish(run) is None
    assert look(some) == after


@settings(max_examples=250, deadline=None)
@given(data=st.data())
def test_whatever_hands_do_a_device_stays_one(data: st.DataObject) -> None:
    kind = data.draw(kinds)
    some, faults = Device("it", kind, "living"), list[str]()
    names = sorted(kind.commands)
    deeds = ["order"] * 6 * bool(names) + ["end", "end stale", "fail", "recover"]
    for deed in data.draw(st.lists(st.sampled_from(deeds), max_size=20)):
        if deed == "order":
            name = data.draw(st.sampled_from(names))
            order(some, name, data.draw(arguments(kind, name)))
        elif deed == "end":
            end(some, some.run)
        elif deed == "end stale":
            end(some, some.run - data.draw(st.integers(1, 3)))
        elif deed == "fail":
            faults.append(data.draw(st.sampled_from(["power_cut", "device_fault"])))
            some.fail(faults[-1])
        elif faults:
            some.recover(faults.pop(data.draw(st.integers(0, len(faults) - 1))))
        assert some.online == (not faults)
        check(some)


@settings(max_examples=100, deadline=None)
@given(data=st.data())
def test_a_fault_stops_everything_and_leaves_everything_as_it_was(data: st.DataObject) -> None:
    kind = data.draw(kinds)
    some = Device("it", kind, "living")
    for name in (
        data.draw(st.lists(st.sampled_from(sorted(kind.commands)), max_size=6)) if kind.commands else ()
    ):
        argument = data.draw(arguments(kind, name))
        if not some.refusal(name, argument, kind.commands[name].by):
            some.apply(name, argument, kind.commands[name].by)
    before = look(some)
    some.fail("one")
    some.fail("another")
    for _ in range(2):
        assert (emission(some), possible(some), some.conditioning()) == ((0.0,) * 6, (), None)
        assert all(some.refusal(name, "", command.by) for name, command in kind.commands.items())
        assert some.finish(some.run) is None
        some.recover("one" if some.held and len(some._faults) == 2 else "another")
    assert look(some) == before


@settings(max_examples=60, deadline=None)
@given(kind=kinds, seeds=st.lists(st.integers(0, 99), max_size=8))
def test_the_same_hands_do_the_same(kind: DeviceType, seeds: list[int]) -> None:
    twins = Device("one", kind, "living"), Device("two", kind, "living")
    for seed in seeds:
        for twin in twins:
            rng = Chance(seed).rng("hands")
            names = possible(twin)
            if names:
                name = names[int(rng.integers(len(names)))]
                twin.apply(name, twin.default_argument(name, rng))
        assert look(twins[0]) == look(twins[1])
