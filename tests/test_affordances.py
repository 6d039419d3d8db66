"""What one can do here and now: all of it can be done, and what relieves a need, relieves it."""

import re
from copy import copy
from datetime import date

import pytest

from agents.choice import options
from agents.habit import HabitMind
from scenarios.explaining import parsed, settled
from scenarios.home import Climate
from scenarios.including import SHIPPED, read_tree
from scenarios.scenario import Happening, Scenario
from scenarios.validating import load_home
from sppc.memory import Memory
from tests.stories import (
    FLAT,
    SUMMER,
    WINTER,
    a_house,
    a_person,
    at,
    doing,
    events,
    let_it_be,
    lived,
    order,
    someone,
    told,
    watch,
)
from world.affordances import affordances
from world.event import Event, Kind
from world.house import House
from world.mind import Affordance, Cause, Decision, Observation

LIKES = {"temperature": (20.0, 25.5)}  # so heated to 21.5 and cooled to 24 °C


def offered(house: House) -> dict[str, Affordance]:
    found = affordances(house, house.bodies["ann"])
    assert len({option.key for option in found}) == len(found)
    return {option.key: option for option in found}


def after(house: House, room: str, *orders: object, minutes: float = 5) -> dict[str, Affordance]:
    """What Ann can do in *room* after she has given *orders*."""
    mind = told(doing("wrap_up", room, 1e3, *orders), need=let_it_be)  # type: ignore[arg-type]
    watch(house, {"ann": mind}, at(0, f"00:{int(minutes):02d}"))
    return offered(house)


def climate(name: str) -> Climate:
    tree, _ = read_tree(SHIPPED / "climates" / f"{name}.yaml")
    return settled(*parsed(Climate, tree))


@pytest.mark.parametrize("room", ["kitchen", "living", "bedroom", "bathroom", "hall"])
def test_whatever_is_offered_can_be_done(room: str) -> None:
    for key in sorted(after(a_house(someone()), room)):
        house = a_house(someone())

        def choose(seen: Observation, key: str = key) -> Decision:
            option = next(it for it in seen.affordances if it.key == key)
            return doing(option.activity, option.room, 2, *option.orders, closing=option.closing)(seen)

        records = watch(house, {"ann": told(doing("wrap_up", room, 5), choose)}, at(0, "00:08"))
        done = [event for event in events(records) if event.decision == 1]
        assert not [event for event in done if event.kind is Kind.REFUSED], key
        if ":" in key:
            assert [event.command for event in done if event.kind in (Kind.COMMAND, Kind.DEED)][:1] == [
                key.split(":")[1]
            ]


class Sceptic:
    """A mind of habit that tries on copies whatever it is offered."""

    def __init__(self, habits: HabitMind, house: House) -> None:
        self.habits, self.house, self.tried = habits, house, 0

    async def decide(self, seen: Observation) -> Decision:
        for option in seen.affordances:
            self._try(option)
        return await self.habits.decide(seen)

    def _try(self, option: Affordance) -> None:
        copies = {}
        for it in (*option.orders, *option.closing):
            device = copies.setdefault(it.device, copy(self.house.devices[it.device]))
            device.state = dict(device.state)
            assert device.room == option.room or device.type.reach == "home", option.key
            draw = self.habits.person.chance.rng(it.device)
            argument = it.argument or device.default_argument(it.command, draw)
            assert not device.refusal(it.command, argument), (option.key, device.state)
            device.apply(it.command, argument)
            self.tried += 1


def test_whatever_is_offered_on_a_day_in_the_family_can_be_done_then(memories: dict[str, Memory]) -> None:
    house = a_house(someone("anna"), someone("ben", forbidden=("Oven", "Washer")))
    minds = {
        name: Sceptic(HabitMind(a_person(house.bodies[name].profile, memories[name])), house)
        for name in ("anna", "ben")
    }
    records = watch(house, minds, at(1, "00:00"))
    assert minds["anna"].tried > 1000 < minds["ben"].tried
    assert not [event for event in events(records) if event.kind is Kind.REFUSED]


def test_only_what_is_within_reach_is_offered(house: House) -> None:
    here = after(house, "bedroom")
    devices = {it.device: house.devices[it.device] for o in here.values() if ":" in o.key for it in o.orders}
    heated = {"bathroom", "kitchen", "living"}  # from anywhere, by app
    assert {device.room for device in devices.values()} == {"bedroom", "hall", *heated}
    assert not {device.type.type for device in devices.values()} & {"Oven", "Television"}
    assert "living_heater:switch off:" in here  # by app
    assert "living_lamp:switch on:" not in here


def test_what_a_person_may_not_touch_is_not_offered() -> None:
    here = after(a_house(someone(forbidden=("Oven", "SmartPlug", "SmartLock"))), "kitchen")
    assert not [key for key in here if key.startswith(("oven:", "coffee_machine:", "front_door_lock:"))]
    assert here["coffee"].orders == () == here["coffee"].closing  # she makes it without the machine
    assert here["receive_visitor"].orders == ()
    assert "bake" not in here or not here["bake"].orders


def test_what_is_broken_is_not_offered_and_what_is_all_about_it_neither(house: House) -> None:
    house.devices["television"].fail("fault")
    house.devices["living_blind"].fail("fault")
    here = after(house, "living")
    assert not [key for key in here if key.startswith(("television:", "living_blind:"))]
    assert "watch_television" not in here
    assert here["open_blinds"].orders == ()


def test_what_already_runs_is_not_started_again(house: House) -> None:
    assert "laundry" in after(house, "bathroom")
    start = order("washer", "washerOperatingState setMachineState run")
    running = after(a_house(someone()), "bathroom", start)
    assert "laundry" not in running
    assert "washer:washerOperatingState setMachineState pause:" in running


@pytest.mark.parametrize("room", ["living", "kitchen"])
def test_what_is_offered_reads_as_english(room: str) -> None:
    for key, option in after(a_house(someone()), room).items():
        assert re.fullmatch(r"[a-z][^_{}$]*[a-z0-9°C%]", option.text), (key, option.text)
        assert "  " not in option.text
        assert " in the living" not in option.text.replace(" in the living room", ""), option.text


@pytest.mark.parametrize(
    ("key", "text"),
    [
        ("watch_television", "watch television in the living room"),
        ("go_out", "go out for an errand or a walk"),
        (
            "bedroom_heater:setHeatingSetpoint:21.5",
            "set the heating temperature of the bedroom heater to 21.5 °C",
        ),
        ("bedroom_lamp:switch on:", "turn on the bedroom lamp"),
    ],
)
def test_an_offer_in_words(key: str, text: str) -> None:
    assert after(a_house(someone(comfort=LIKES)), "bedroom")[key].text == text


# Relief


def relieving(house: House, room: str, need: str, *orders: object) -> dict[str, float]:
    here = after(house, room, *orders)
    return {key: round(o.relieves[need], 3) for key, o in here.items() if need in o.relieves}  # type: ignore[index]


def test_the_heater_of_the_room_relieves_most_and_the_one_next_door_half() -> None:
    assert relieving(a_house(someone(comfort=LIKES)), "bedroom", "cold") == {
        "bedroom_heater:setHeatingSetpoint:21.5": 1.0,
    }
    assert relieving(a_house(someone(comfort=LIKES)), "hall", "cold") == {
        "bathroom_heater:setHeatingSetpoint:21.5": 0.5,
        "bedroom_heater:setHeatingSetpoint:21.5": 0.5,
        "kitchen_heater:setHeatingSetpoint:21.5": 0.5,
        "living_heater:setHeatingSetpoint:21.5": 0.5,
    }


def test_switching_on_what_is_on_relieves_nobody() -> None:
    lit = relieving(a_house(someone()), "kitchen", "dark", order("kitchen_lamp", "switch on"))
    assert "kitchen_lamp:switch on:" not in lit
    off = relieving(a_house(someone()), "bedroom", "cold", order("bedroom_heater", "switch off"))
    assert off["bedroom_heater:switch on:"] == 0.7


def in_madrid(day: int, *orders: object) -> dict[str, Affordance]:
    """What Ann can do in her bedroom on an afternoon in July; every house begins at 20 °C."""
    home = FLAT.model_copy(update={"climate": climate("madrid")})
    house = a_house(someone(comfort=LIKES), start=SUMMER, home=home)
    mind = told(doing("wrap_up", "bedroom", 1e5, *orders), need=let_it_be)  # type: ignore[arg-type]
    watch(house, {"ann": mind}, at(day, "16:00", start=SUMMER))
    return offered(house)


def test_turning_down_a_heater_helps_only_while_it_is_warm() -> None:
    setpoint, high = (
        "bedroom_heater:setHeatingSetpoint:21.5",
        order("bedroom_heater", "setHeatingSetpoint", "22"),
    )
    assert after(a_house(someone(comfort=LIKES)), "bedroom", high)[setpoint].relieves == {"hot": 1.0}
    assert in_madrid(2, high)[setpoint].relieves == {}


def test_a_cooling_setpoint_matters_only_to_what_cools() -> None:
    setpoint = "bedroom_heater:setCoolingSetpoint:24"
    assert in_madrid(2)[setpoint].relieves == {}
    assert in_madrid(2, order("bedroom_heater", "setMode", "cool"))[setpoint].relieves == {"hot": 1.0}


@pytest.mark.parametrize("command", ["switch on", "setCoolingSetpoint"])
@pytest.mark.parametrize(("start", "helps"), [(WINTER, False), (SUMMER, True)])
def test_nobody_turns_on_the_air_conditioner_in_winter(start: date, helps: bool, command: str) -> None:
    house = in_the_flat_of_madrid(start)
    ways = [it for key, it in offered(house).items() if key.startswith(f"air_conditioner:{command}:")]
    assert [it.relieves.keys() == {"hot"} for it in ways] == [helps]


def test_nobody_blows_cold_air_about_in_winter() -> None:
    assert not offered(in_the_flat_of_madrid(WINTER))["living_fan:switch on:"].relieves
    assert offered(in_the_flat_of_madrid(SUMMER))["living_fan:switch on:"].relieves


def in_the_flat_of_madrid(start: date, *orders: object) -> House:
    """Ann in the living room at three in the afternoon."""
    home = load_home(SHIPPED / "homes" / "madrid_flat.yaml")
    house = a_house(someone(comfort=LIKES), start=start, home=home)
    mind = told(doing("wrap_up", "living", 1e5, *orders), need=let_it_be)  # type: ignore[arg-type]
    watch(house, {"ann": mind}, at(0, "15:00", start=start))
    return house


def ways(house: House, device: str) -> dict[str, set[str]]:
    """How Ann would set what heats or cools, and against what."""
    setting = re.compile(f"{device}:(set(Heat|Cool)ingSetpoint|switch off):")
    return {setting.sub("", it): {*way.relieves} for it, way in offered(house).items() if setting.match(it)}


@pytest.mark.parametrize(("set_to", "then"), [("27", {"24": {"hot"}}), ("24", {}), ("21", {"24": {"cold"}})])
def test_who_sets_the_air_conditioner_sets_what_they_like_and_no_less(
    set_to: str, then: dict[str, set[str]]
) -> None:
    house = in_the_flat_of_madrid(SUMMER, order("air_conditioner", "setCoolingSetpoint", set_to))
    assert ways(house, "air_conditioner") == {"": {"cold"}, **then}


@pytest.mark.parametrize(
    ("set_to", "then"), [("17", {"21.5": {"cold"}}), ("21.5", {}), ("22", {"21.5": {"hot"}})]
)
def test_who_sets_a_heater_sets_what_they_like_and_no_more(set_to: str, then: dict[str, set[str]]) -> None:
    house = a_house(someone(comfort=LIKES))
    after(house, "bedroom", order("bedroom_heater", "setHeatingSetpoint", set_to))
    assert {key: way for key, way in ways(house, "bedroom_heater").items() if key not in ("", "24")} == then


def test_a_july_of_two_ends_as_cool_as_it_began(quickstart: Scenario, memories: dict[str, Memory]) -> None:
    home = load_home(SHIPPED / "homes" / "madrid_flat.yaml")
    there = {"home": home, "start": date(2026, 7, 1), "days": 30, "happenings": ()}
    july = lived(quickstart.model_copy(update=there), memories).events
    asked = [float(it.value) for it in july if it.kind is Kind.COMMAND and it.command == "setCoolingSetpoint"]
    assert asked
    assert min(asked) >= 23


# Comfort drives what people do


def answers(scenario: Scenario, memories: dict[str, Memory]) -> tuple[list[str], list[Event]]:
    """What people did about cold and heat, and all commands."""
    week = lived(scenario, memories)
    did = [it.decision.reason for it in week.decisions if it.cause is Cause.NEED]
    return did, [event for event in week.events if event.kind is Kind.COMMAND]


def test_people_whose_heaters_fail_in_winter_help_themselves(
    quickstart: Scenario, memories: dict[str, Memory]
) -> None:
    failures = tuple(
        Happening(day=0, at="06:00", kind="device_fault", device=device, minutes=2880)  # type: ignore[arg-type]
        for device in ("living_heater", "bedroom_heater", "bathroom_heater", "kitchen_heater")
    )
    warm, _ = answers(quickstart.model_copy(update={"happenings": ()}), memories)
    cold, commands = answers(quickstart.model_copy(update={"happenings": failures}), memories)
    assert len(cold) > 2 * len(warm)
    assert sum("put on a pullover" in reason for reason in cold) > 3
    while_broken = [event for event in commands if at(0, "06:00") < event.time < at(2, "06:00")]
    assert while_broken
    assert not [event for event in while_broken if "heater" in event.device]


def test_a_summer_in_madrid_is_cooled_and_a_winter_is_not(
    quickstart: Scenario, memories: dict[str, Memory]
) -> None:
    home = FLAT.model_copy(update={"climate": climate("madrid")})

    def cooled(start: object) -> int:
        there = {"home": home, "start": start, "days": 5, "happenings": ()}
        _, commands = answers(quickstart.model_copy(update=there), memories)
        return sum(event.type in ("AirConditioner", "Fan") for event in commands)

    assert cooled(SUMMER) >= 3
    assert cooled(WINTER) == 0


def test_a_visit_is_offered_for_as_long_as_it_lasts() -> None:
    visitor = Happening(day=0, at="12:00", kind="visitor", minutes=75)  # type: ignore[arg-type]
    house, person = a_house(someone(), happenings=[visitor]), a_person()
    seen: list[float] = []

    def look(observation: Observation) -> Decision:
        seen.extend(it.minutes for it in options(observation, person) if it.key == "receive_visitor")
        return doing("wrap_up", "bedroom", 1, resume=True)(observation)

    watch(house, {"ann": told(doing("wrap_up", "bedroom", 1e3), visitor=look)}, at(0, "13:00"))
    assert seen == [75]
