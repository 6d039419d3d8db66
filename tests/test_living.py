"""The core loop, bodies and the house: people do what they are told, and nothing that cannot be done."""

import asyncio
from collections import Counter
from itertools import pairwise

import pytest

from runner.household import Lived
from scenarios.catalogue import Catalogue
from scenarios.home import Home
from scenarios.scenario import Happening, Scenario
from sppc.memory import Memory
from tests.stories import (
    FLAT,
    REST,
    SENSED,
    Told,
    a_house,
    account,
    at,
    decisions,
    doing,
    events,
    let_it_be,
    lived,
    order,
    someone,
    told,
    watch,
)
from world.audit import audit
from world.body import PATIENCE
from world.clock import MINUTE
from world.event import Event, Kind
from world.house import House
from world.mind import Basis, Cause, Decision, Observation
from world.rooms import Rooms

HOUR = 60 * MINUTE


def visit(day: int, when: str, kind: str = "visitor", **about: object) -> Happening:
    return Happening.model_validate({"day": day, "at": when, "kind": kind, **about})


# One person


def test_a_person_walks_through_the_rooms_and_operates_what_stands_there(house: House) -> None:
    morning = told(
        doing("wrap_up", "bedroom", 30),
        doing(
            "cool_off", "kitchen", 20, order("microwave", "switch on", after=5), order("oven", "switch on")
        ),
        doing("away", "outside", 60),
    )
    records = watch(house, {"ann": morning}, 3 * HOUR)
    assert account(records) == [
        "00:00 ann activity wrap_up in bedroom",
        "00:30 ann move hall",
        "00:30 ann move kitchen",
        "00:30 ann activity cool_off in kitchen",
        "00:30 ann command oven switch on",
        "00:35 ann command microwave switch on",
        "00:38 - report microwave notification",
        "00:50 ann move hall",
        "00:50 ann command front_door_lock lock unlock",
        "00:50 ann move outside",
        "00:50 ann command front_door_lock lock lock",
        "00:50 ann activity away in outside",
        "01:38 - happening oven",
        "01:50 ann command front_door_lock lock unlock",
        "01:50 ann move hall",
        "01:50 ann move bathroom",
        "01:50 ann command front_door_lock lock lock",
        "01:50 ann activity potter in bathroom",
        "01:50 ann command bathroom_lamp switch on",
    ]
    walks = [event for event in events(records) if event.kind is Kind.MOVE]
    assert walks[0].time - 30 * MINUTE == house.rooms.walk_ms("bedroom", "hall")
    assert walks[1].time - walks[0].time == house.rooms.walk_ms("hall", "kitchen")
    assert [seen.cause for seen in morning.asked] == [Cause.START, *[Cause.NEXT] * 3]
    assert audit(events(records), FLAT, house.catalogue.devices) == []


def test_every_event_belongs_to_the_decision_that_led_to_it(house: House) -> None:
    records = watch(
        house,
        {"ann": told(doing("wrap_up", "bedroom", 5), doing("cool_off", "kitchen", 5, basis=Basis.MEMORY))},
        9 * MINUTE,
    )
    assert [(it.id, it.time, it.cause) for it in decisions(records)] == [
        (0, 0, Cause.START),
        (1, 5 * MINUTE, Cause.NEXT),
    ]
    theirs = [event for event in events(records) if event.kind not in SENSED]
    assert [(event.kind, event.decision, event.cause) for event in theirs] == [
        (Kind.ACTIVITY, 0, Basis.PLAN),
        (Kind.MOVE, 1, Basis.MEMORY),
        (Kind.MOVE, 1, Basis.MEMORY),
        (Kind.ACTIVITY, 1, Basis.MEMORY),
    ]


def test_a_step_is_closed_when_its_time_is_over(house: House) -> None:
    music = doing(
        "listen_to_music",
        "living",
        10,
        order("speaker", "mediaPlayback play"),
        closing=(order("speaker", "mediaPlayback stop"), order("television", "switch off")),
    )
    told_of = account(watch(house, {"ann": told(music)}, 11 * MINUTE), Kind.COMMAND)
    assert [line for line in told_of if "lamp" not in line] == [
        "00:00 ann command speaker mediaPlayback play",
        "00:10 ann command speaker mediaPlayback stop",
        "00:10 ann command television switch off",
    ]


def test_orders_are_given_in_the_order_of_their_times(house: House) -> None:
    late_first = (order("oven", "switch off", after=20), order("oven", "switch on", after=10))
    records = watch(house, {"ann": told(doing("cool_off", "kitchen", 30, *late_first))}, HOUR)
    assert account(records, Kind.COMMAND)[:2] == [
        "00:10 ann command oven switch on",
        "00:20 ann command oven switch off",
    ]


def test_what_cannot_be_done_is_written_down_and_changes_nothing() -> None:
    house = a_house(someone(forbidden=("Oven",)))
    impossible = doing(
        "cool_off",
        "kitchen",
        10,
        order("oven", "switch on"),
        order("television", "switch on"),
        order("microwave", "fly"),
        order("refrigerator", "refresh refresh", "now"),
        order("living_heater", "setHeatingSetpoint", "99"),
        order("coffee_machine", "switch on", "loudly"),
    )
    before = {name: dict(device.state) for name, device in house.devices.items()}
    records = watch(house, {"ann": told(impossible)}, 9 * MINUTE)
    assert account(records, Kind.REFUSED, Kind.COMMAND) == [
        "00:00 ann refused oven switch on Ann does not operate the oven",
        "00:00 ann refused television switch on the television is in living, Ann in kitchen",
        "00:00 ann refused microwave fly Microwave has no command 'fly'",
        "00:00 ann refused refrigerator refresh refresh 'refresh refresh' takes no value; got 'now'",
        "00:00 ann refused living_heater setHeatingSetpoint "
        "'setHeatingSetpoint' takes a number from 5 to 30; got '99'",
        "00:00 ann refused coffee_machine switch on 'switch on' takes no value; got 'loudly'",
    ]
    assert {name: dict(device.state) for name, device in house.devices.items()} == before
    assert audit(events(records), FLAT, house.catalogue.devices) == []
    assert not house.bodies["ann"].recent


def test_a_report_of_the_device_is_no_command_of_a_person(house: House) -> None:
    records = watch(
        house, {"ann": told(doing("cool_off", "kitchen", 5, order("hall_camera", "notification")))}, HOUR
    )
    assert account(records, Kind.REPORT) == ["00:00 ann report hall_camera notification"]


def test_a_value_that_nobody_gave_is_drawn_and_sensible(house: House) -> None:
    warm = doing("wrap_up", "bedroom", 5, order("bedroom_heater", "setHeatingSetpoint"))
    (event,) = [it for it in events(watch(house, {"ann": told(warm)}, 5 * MINUTE)) if it.kind is Kind.COMMAND]
    assert 19.5 <= float(event.value) <= 22.5
    assert house.devices["bedroom_heater"].state["heatingSetpoint"] == float(event.value)


def test_a_programme_ends_by_itself_and_says_so_where_it_can(house: House) -> None:
    start = doing("cool_off", "kitchen", 5, order("dishwasher", "start"), order("microwave", "switch on"))
    records = watch(house, {"ann": told(start)}, 3 * HOUR)
    ended = [event for event in events(records) if event.cause == "programme"]
    assert [(event.kind, event.device, event.command) for event in ended] == [
        (Kind.REPORT, "microwave", "notification"),
        (Kind.REPORT, "dishwasher", "notification"),
    ]
    assert 60 <= (ended[1].time - events(records)[3].time) / MINUTE <= 151
    assert house.devices["dishwasher"].state["machine"] == "stop"


def test_a_programme_stopped_by_hand_does_not_end_a_second_time(house: House) -> None:
    wash = "washerOperatingState setMachineState"
    hasty = doing(
        "wrap_up", "bathroom", 60,
        order("washer", f"{wash} run"), order("washer", f"{wash} stop", after=5),
        order("washer", f"{wash} run", after=10),
    )  # fmt: skip
    records = watch(house, {"ann": told(hasty)}, 4 * HOUR)
    ended = [event for event in events(records) if event.cause == "programme"]
    second = [event for event in events(records) if event.command == f"{wash} run"][1]
    assert len(ended) == 1
    assert 40 * MINUTE <= ended[0].time - second.time <= 110 * MINUTE


def test_a_fault_holds_a_programme_which_then_goes_on() -> None:
    start = doing("cool_off", "kitchen", 5, order("dishwasher", "start"))
    fault = visit(0, "00:30", "device_fault", device="dishwasher", minutes=300)
    ends = []
    for happenings in ((), (fault,)):
        house = a_house(someone(), happenings=happenings)
        lived = events(watch(house, {"ann": told(start, device_fault=let_it_be)}, 9 * HOUR))
        (end,) = [event for event in lived if event.cause == "programme"]
        assert (end.kind, end.command) == (Kind.REPORT, "notification")
        ends.append(end.time)
        assert audit(lived, FLAT, house.catalogue.devices) == []
    assert ends[1] - ends[0] == 300 * MINUTE


# Several people


class Slow:
    """Takes its time to think, the first most of all, and notes who thinks beside it."""

    def __init__(self, seconds: float, thinking: list[str], together: list[int]) -> None:
        self.seconds, self.thinking, self.together = seconds, thinking, together

    async def decide(self, seen: Observation) -> Decision:
        self.thinking.append(seen.resident)
        await asyncio.sleep(self.seconds)
        self.together.append(len(self.thinking))
        await asyncio.sleep(self.seconds)
        self.thinking.remove(seen.resident)
        return doing("wrap_up", "bedroom", 30)(seen)


def test_those_who_decide_at_one_instant_think_together_and_act_in_order() -> None:
    house, together = a_house(someone("ben"), someone("ann")), [0]
    thinking: list[str] = []
    minds = {"ann": Slow(0.02, thinking, together), "ben": Slow(0.005, thinking, together)}
    records = watch(house, minds, 31 * MINUTE)
    assert max(together) == 2
    assert [(it.id, it.resident, it.time) for it in decisions(records)] == [
        (0, "ann", 0),
        (1, "ben", 0),
        (2, "ann", 30 * MINUTE),
        (3, "ben", 30 * MINUTE),
    ]


def test_those_who_are_done_at_one_instant_are_answered_by_name_whoever_began_first() -> None:
    house, part = a_house(someone("ann"), someone("ben")), doing("wrap_up", "bedroom", 30)
    minds = {"ann": told(part, part, part), "ben": told(doing("wrap_up", "bedroom", 60))}
    records = watch(house, minds, 61 * MINUTE)
    assert [it.resident for it in decisions(records) if it.time == 60 * MINUTE] == ["ann", "ben"]


def two(names: list[str]) -> list[Event]:
    people = [someone(name) for name in names]
    friend = visit(0, "01:00")
    house = a_house(*people, happenings=(friend, visit(0, "01:00", "message", text="hello")))

    def script() -> Told:
        steps = (
            doing("cool_off", "kitchen", 20, order("microwave", "switch on")),
            doing("wrap_up", "bedroom", 90),
        )
        return told(*steps, visitor=doing("relax", "living", 30, resume=True), message=let_it_be)

    return events(watch(house, {name: script() for name in names}, 5 * HOUR))


def test_the_order_in_which_residents_are_listed_decides_nothing() -> None:
    assert two(["ann", "ben", "cleo"]) == two(["cleo", "ann", "ben"])


def test_one_more_resident_leaves_the_hands_of_the_others_alone() -> None:
    def times(names: list[str]) -> list[int]:
        return [event.time for event in two(names) if event.actor == "ann" and event.type == "Microwave"]

    assert times(["ann"]) == times(["ann", "cleo"]) != []


def test_people_see_who_else_is_in_the_room() -> None:
    house = a_house(someone("ann", name="Ann"), someone("ben", name="Ben"), someone("cleo", name="Cleo"))
    out = told(doing("away", "outside", 10), doing("away", "outside", 10))
    here = told(doing("wrap_up", "bedroom", 10), REST)
    watch(house, {"ann": here, "ben": told(doing("wrap_up", "bedroom", 20)), "cleo": out}, 30 * MINUTE)
    assert [seen.senses.company for seen in here.asked] == [("Ben", "Cleo"), ("Ben",)]
    assert out.asked[1].senses.company == ()


# Interruptions

TELEVISION = (order("television", "switch on"), order("television", "switch off", after=60))


def evening(happening: Happening, **answers: object) -> tuple[list[str], Told]:
    house = a_house(someone(), happenings=(happening,))
    mind = told(doing("watch_television", "living", 60, *TELEVISION), **answers)  # type: ignore[arg-type]
    kinds = (Kind.ACTIVITY, Kind.COMMAND, Kind.HAPPENING, Kind.REFUSED)
    records = watch(house, {"ann": mind}, 3 * HOUR)
    return account(records, *kinds), mind


def test_an_interrupted_step_goes_on_with_what_is_left_of_it() -> None:
    door = doing("receive_visitor", "hall", 20, order("front_door_lock", "lock unlock"), resume=True)
    story, mind = evening(visit(0, "00:20", text="a friend rings"), visitor=door)
    assert story == [
        "00:00 ann activity watch_television in living",
        "00:00 ann command television switch on",
        "00:20 - happening visitor a friend rings",
        "00:20 ann activity receive_visitor in hall",
        "00:20 ann command hall_lamp switch on",
        "00:20 ann command front_door_lock lock unlock",
        "00:40 ann command hall_lamp switch off",
        "00:40 ann activity watch_television in living",
        "01:00 ann command television switch off",
        "01:00 ann activity potter in bathroom",
        "01:00 ann command bathroom_lamp switch on",
    ]
    assert [(seen.cause, seen.about, seen.activity, seen.room) for seen in mind.asked] == [
        (Cause.START, "", "", "bedroom"),
        (Cause.VISITOR, "a friend rings", "watch_television", "living"),
        (Cause.NEXT, "", "watch_television", "living"),
    ]


def test_one_person_answers_the_door_and_everybody_hears_of_a_fault() -> None:
    house = a_house(
        someone("ann"), someone("ben"), someone("cat"),
        happenings=(
            visit(0, "00:20", text="a friend rings"),
            visit(0, "00:40", "device_fault", device="television"),
        ),
    )  # fmt: skip
    minds = {
        "ann": told(doing("sleep", "hall", 120, asleep=True)),  # the nearest, but asleep
        "ben": told(doing("read", "bathroom", 120), visitor=let_it_be, device_fault=let_it_be),
        "cat": told(doing("read", "hall", 120), visitor=let_it_be, device_fault=let_it_be),
    }
    watch(house, minds, HOUR)
    heard = {who: [seen.cause for seen in mind.asked if seen.about] for who, mind in minds.items()}
    assert heard == {"ann": [], "ben": [Cause.FAULT], "cat": [Cause.VISITOR, Cause.FAULT]}


def test_an_interruption_longer_than_the_step_still_ends_the_step() -> None:
    door = doing("answer_message", "hall", 90, resume=True)
    story, _ = evening(visit(0, "00:20", "message", text="call me"), message=door)
    assert story[-4:] == [
        "01:50 ann activity watch_television in living",
        "01:50 ann command television switch off",
        "01:50 ann activity potter in bathroom",
        "01:50 ann command bathroom_lamp switch on",
    ]


def test_a_step_that_is_dropped_is_closed_first() -> None:
    house = a_house(someone(), happenings=(visit(0, "00:20", "message", text="come over"),))
    show = doing(
        "watch_television", "living", 60,
        order("television", "switch on"), order("television", "volumeDown", after=40),
        closing=(order("television", "switch off"),),
    )  # fmt: skip
    records = watch(house, {"ann": told(show, message=doing("go_out", "outside", 30))}, 40 * MINUTE)
    assert account(records, Kind.ACTIVITY, Kind.COMMAND) == [
        "00:00 ann activity watch_television in living",
        "00:00 ann command television switch on",
        "00:20 ann command television switch off",
        "00:20 ann command front_door_lock lock unlock",
        "00:20 ann command front_door_lock lock lock",
        "00:20 ann activity go_out in outside",
    ]
    switched_off = next(event for event in events(records) if event.command == "switch off")
    assert (switched_off.decision, switched_off.activity) == (0, "watch_television")


def test_dropping_a_hundred_things_in_turn_is_no_deep_matter() -> None:
    calls = [visit(0, f"{minute // 60:02d}:{minute % 60:02d}", "message") for minute in range(1, 900)]
    house = a_house(someone(), happenings=calls)
    busy = told(doing("wrap_up", "bedroom", 1e4), message=doing("wrap_up", "bedroom", 1e4))
    assert len(decisions(watch(house, {"ann": busy}, 16 * HOUR))) == 900


def test_an_interruption_within_an_interruption() -> None:
    both = (visit(0, "00:20", text="a friend rings"), visit(0, "00:30", "message", text="call me"))
    house = a_house(someone(), happenings=both)
    mind = told(
        doing("watch_television", "living", 60, *TELEVISION),
        visitor=doing("receive_visitor", "kitchen", 20, resume=True),
        message=doing("answer_message", "bedroom", 5, resume=True),
    )
    records = watch(house, {"ann": mind}, 61 * MINUTE)
    assert account(records, Kind.ACTIVITY) == [
        "00:00 ann activity watch_television in living",
        "00:20 ann activity receive_visitor in kitchen",
        "00:30 ann activity answer_message in bedroom",
        "00:35 ann activity receive_visitor in kitchen",
        "00:40 ann activity watch_television in living",
        "01:00 ann activity potter in bathroom",
    ]


def test_letting_it_be_leaves_no_trace_but_the_decision() -> None:
    story, mind = evening(visit(0, "00:20", "message", text="hello"), message=let_it_be)
    assert [line for line in story if "activity" in line] == [
        "00:00 ann activity watch_television in living",
        "01:00 ann activity potter in bathroom",
    ]
    assert [seen.cause for seen in mind.asked] == [Cause.START, Cause.MESSAGE, Cause.NEXT]


@pytest.mark.parametrize(
    ("activity", "room", "asleep"), [("sleep", "bedroom", True), ("away", "outside", False)]
)
def test_the_sleeping_and_the_absent_do_not_notice(activity: str, room: str, asleep: bool) -> None:
    house = a_house(someone(), happenings=[visit(0, "00:30"), visit(0, "00:40", "message")])
    mind = told(doing(activity, room, 60, asleep=asleep))
    records = watch(house, {"ann": mind}, 2 * HOUR)
    assert [seen.cause for seen in mind.asked] == [Cause.START, Cause.WOKE if asleep else Cause.NEXT]
    assert [line[:28] for line in account(records, Kind.HAPPENING)] == [
        "00:30 - happening visitor vi",
        "00:40 - happening message me",
    ]


def test_a_message_reaches_those_it_is_for() -> None:
    house = a_house(someone("ann"), someone("ben"), happenings=[visit(0, "00:30", "message", to=("ben",))])
    ann, ben = told(REST), told(doing("potter", "hall", 1e6), message=let_it_be)
    watch(house, {"ann": ann, "ben": ben}, HOUR)
    assert ([seen.cause for seen in ann.asked], [seen.cause for seen in ben.asked]) == (
        [Cause.START],
        [Cause.START, Cause.MESSAGE],
    )


def test_a_broken_device_does_nothing_until_it_works_again() -> None:
    fault = visit(0, "00:10", "device_fault", device="television", minutes=30)
    story, mind = evening(fault, device_fault=let_it_be)
    assert mind.asked[1].about == "the television stops working"
    assert story == [
        "00:00 ann activity watch_television in living",
        "00:00 ann command television switch on",
        "00:10 - happening television device_fault the television stops working",
        "00:40 - happening television device_fault works again",
        "01:00 ann command television switch off",
        "01:00 ann activity potter in bathroom",
        "01:00 ann command bathroom_lamp switch on",
    ]


def test_a_visit_lasts_as_long_as_it_lasts() -> None:
    house = a_house(someone(), happenings=[visit(0, "00:10", minutes=75), visit(0, "02:00", "message")])
    mind = told(REST, visitor=let_it_be, message=let_it_be)
    watch(house, {"ann": mind}, 3 * HOUR)
    assert [seen.lasts for seen in mind.asked] == [0, 75, 0]


def test_discomfort_nags_every_hour_and_a_half_and_no_more() -> None:
    cold = someone(comfort={"temperature": (40.0, 50.0)})
    mind = told(doing("watch_television", "bedroom", 600), need=let_it_be)
    watch(a_house(cold), {"ann": mind}, 6 * HOUR)
    asked = mind.asked[1:]
    assert {seen.need for seen in asked} == {"cold"}
    assert all(PATIENCE <= two.time - one.time <= PATIENCE + HOUR for one, two in pairwise(asked))
    assert len(asked) in (3, 4)
    assert mind.asked[1].about == f"it is cold in the bedroom, {mind.asked[1].senses.temperature:.0f} °C"


def test_nobody_at_ease_complains() -> None:
    mind = told(doing("wrap_up", "bedroom", 600))
    watch(a_house(someone()), {"ann": mind}, 10 * HOUR)
    assert [seen.cause for seen in mind.asked] == [Cause.START]


def test_a_call_while_one_walks_is_answered_on_arrival() -> None:
    house = a_house(someone(), happenings=[visit(0, "00:10", "message", text="hello")])
    mind = told(doing("wrap_up", "bedroom", 9.95), doing("cool_off", "kitchen", 10), message=let_it_be)
    watch(house, {"ann": mind}, 15 * MINUTE)
    assert [(seen.cause, seen.room) for seen in mind.asked[1:]] == [
        (Cause.NEXT, "bedroom"),
        (Cause.MESSAGE, "kitchen"),
    ]


# A whole household


@pytest.fixture(scope="module")
def week(quickstart: Scenario, memories: dict[str, Memory]) -> Lived:
    return lived(quickstart.model_copy(update={"days": 5}), memories)


def test_a_household_of_habit_lives_a_week_in_which_nothing_is_impossible(
    week: Lived, quickstart: Scenario, catalogue: Catalogue
) -> None:
    assert week.impossible(quickstart, catalogue) == []
    assert week.refused == 0
    assert {"anna", "ben"} <= {event.actor for event in week.events}
    assert [it.id for it in week.decisions] == list(range(len(week.decisions)))
    asked = {it.cause for it in week.decisions}
    assert asked >= {Cause.START, Cause.WOKE, Cause.NEXT, Cause.VISITOR, Cause.MESSAGE, Cause.FAULT}


def test_time_never_goes_back_and_ends_with_the_last_day(week: Lived) -> None:
    times = [event.time for event in week.events]
    assert times == sorted(times)
    assert at(4, "22:00") < times[-1] < at(5, "00:00")
    decided = {it.id: it.time for it in week.decisions}
    assert all(decided[event.decision] <= event.time for event in week.events if event.decision >= 0)


def test_people_move_only_through_doors_and_are_where_they_act(week: Lived, home: Home) -> None:
    rooms, whereabouts = Rooms(home), {"anna": "bedroom", "ben": "bedroom"}
    for event in week.events:
        if not event.actor:
            continue
        if event.kind is Kind.MOVE:
            assert event.room in rooms.neighbours(whereabouts[event.actor]), event
            whereabouts[event.actor] = event.room
        elif event.kind is Kind.ACTIVITY:
            assert event.room == whereabouts[event.actor], event


def test_the_same_household_lives_the_same_week_again(
    week: Lived, quickstart: Scenario, memories: dict[str, Memory]
) -> None:
    people = {"residents": quickstart.residents[::-1], "days": 5}
    again = lived(quickstart.model_copy(update=people), memories)
    assert again.events == week.events
    assert again.decisions == week.decisions


def test_every_day_has_its_nights_and_its_hours_out(week: Lived) -> None:
    done = Counter((event.actor, event.activity) for event in week.events if event.kind is Kind.ACTIVITY)
    assert 5 <= done["anna", "sleep"] <= 12
    assert done["anna", "away"] == 4  # Monday, Tuesday, Thursday, Friday
    assert done["ben", "away"] == 0
    assert len(done) > 40
