"""Two want the same: a bathroom, the washer, another temperature. Who waits, who yields, who makes way."""

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from runner.household import Lived
from scenarios.catalogue import Catalogue
from scenarios.contention import Contention, Policy
from scenarios.home import Home, Room
from scenarios.problems import ScenarioError
from scenarios.scenario import Scenario
from scenarios.validating import load_home
from sppc.memory import Memory
from tests.stories import (
    CATALOGUE,
    FLAT,
    ROOT,
    Doing,
    a_house,
    account,
    at,
    doing,
    events,
    lived,
    order,
    someone,
    told,
    watch,
)
from tests.test_living import visit
from world.audit import audit
from world.body import HURRY, MOMENT
from world.clock import MINUTE
from world.contention import Conflict, limits
from world.event import Kind
from world.house import House
from world.loop import Record
from world.mind import Basis, Cause, Mind

HOUR = 60 * MINUTE
ANN, BEN, CAT = someone("ann"), someone("ben"), someone("cat")
WASH = "washerOperatingState setMachineState run"


def flat(**customs: object) -> Home:
    return FLAT.model_copy(update={"contention": Contention.model_validate(customs)})


def conflicts(records: Sequence[Record]) -> list[Conflict]:
    return [record for record in records if isinstance(record, Conflict)]


def rows(records: Sequence[Record]) -> list[tuple[str, tuple[str, ...], str, str, int]]:
    """(who, against whom, for what, outcome, minutes waited)."""
    return [
        (it.resident, it.others, it.resource, it.outcome, round(it.wait_ms / MINUTE))
        for it in conflicts(records)
    ]


def story(home: Home, minds: Mapping[str, Mind], minutes: float = 60, **more: object) -> list[Record]:
    """What *minds* live through in *home*; nothing in it may be impossible."""
    house = a_house(*(someone(id) for id in minds), home=home, **more)  # type: ignore[arg-type]  # noqa: A001
    records = watch(house, minds, round(minutes * MINUTE))
    assert audit(events(records), home, CATALOGUE.devices, conflicts(records)) == []
    return records


def after(minutes: float, *then: Doing) -> tuple[Doing, ...]:
    return (doing("read", "bedroom", minutes), *then)


def shower(minutes: float = 10, **more: object) -> Doing:
    return doing("shower", "bathroom", minutes, **more)


IDLE = doing("read", "bedroom", 1e4)


# Waiting


def test_whoever_comes_second_waits_where_they_are_and_goes_in_when_the_other_is_out() -> None:
    minds = {"ann": told(shower(), IDLE), "ben": told(*after(5, shower(10)), IDLE)}
    records = story(FLAT, minds)
    assert account(records, Kind.MOVE, Kind.ACTIVITY) == [
        "00:00 ben activity read in bedroom",
        "00:00 ann move hall",
        "00:00 ann move bathroom",
        "00:00 ann activity shower in bathroom",
        "00:05 ben activity wait in bedroom",
        "00:10 ann move hall",
        "00:10 ann move bedroom",
        "00:10 ann activity read in bedroom",
        "00:10 ben move hall",
        "00:10 ben move bathroom",
        "00:10 ben activity shower in bathroom",
        "00:20 ben move hall",
        "00:20 ben move bedroom",
        "00:20 ben activity read in bedroom",
    ]
    (conflict,) = conflicts(records)
    assert (conflict.resident, conflict.others, conflict.resource) == ("ben", ("ann",), "bathroom")
    assert (conflict.kind, conflict.policy, conflict.outcome) == ("room", "wait", "waited")
    assert (conflict.time, conflict.decision) == (5 * MINUTE, 2)
    assert 5 * MINUTE < conflict.wait_ms < 5.5 * MINUTE
    assert [seen.cause for seen in minds["ben"].asked] == [Cause.START, Cause.NEXT, Cause.NEXT]


def test_patience_ends_and_the_mind_is_asked_again() -> None:
    minds = {"ann": told(shower(60), IDLE), "ben": told(*after(5, shower(10)), IDLE)}
    records = story(flat(patience=8), minds)
    assert rows(records) == [("ben", ("ann",), "bathroom", "gave_up", 8)]
    assert [(seen.time, seen.cause) for seen in minds["ben"].asked] == [
        (0, Cause.START), (5 * MINUTE, Cause.NEXT), (13 * MINUTE, Cause.NEXT)
    ]  # fmt: skip
    assert "00:13 ben activity read in bedroom" in account(records)


def test_first_come_first_served() -> None:
    minds = {
        "ann": told(shower(), shower(), IDLE),
        "ben": told(*after(3, shower(5)), IDLE),
        "cat": told(*after(2, shower(5)), IDLE),
    }
    records = story(FLAT, minds)
    assert rows(records) == [
        ("cat", ("ann",), "bathroom", "waited", 8),
        ("ben", ("ann", "cat"), "bathroom", "waited", 12),
        ("ann", ("cat", "ben"), "bathroom", "waited", 10),
    ]
    inside = [event.actor for event in events(records) if event.activity == "shower"]
    assert list(dict.fromkeys(inside)) == ["ann", "cat", "ben"]


def test_nobody_waits_in_a_room_that_others_wait_for() -> None:
    """After her shower Ann would shower again; Ben is before her, so she steps out."""
    minds = {"ann": told(shower(), shower(5), IDLE), "ben": told(*after(5, shower(5)), IDLE)}
    records = story(FLAT, minds)
    assert [line for line in account(records, Kind.MOVE, Kind.ACTIVITY) if "ann" in line][2:] == [
        "00:00 ann activity shower in bathroom",
        "00:10 ann move hall",
        "00:10 ann activity wait in hall",
        "00:15 ann move bathroom",
        "00:15 ann activity shower in bathroom",
        "00:20 ann move hall",
        "00:20 ann move bedroom",
        "00:20 ann activity read in bedroom",
    ]


def test_whoever_only_lingers_makes_room_without_a_word() -> None:
    linger = doing("shower", "bathroom", 10, basis=Basis.IDLE)
    hang_about = doing("shower", "hall", 30, basis=Basis.IDLE)
    minds = {"ann": told(shower(), linger, hang_about), "ben": told(*after(5, shower(5)), IDLE)}
    records = story(FLAT, minds)
    assert rows(records) == [("ben", ("ann",), "bathroom", "waited", 5)]
    assert "00:10 ben activity shower in bathroom" in account(records)
    assert [seen.room for seen in minds["ann"].asked[:3]] == ["bedroom", "bathroom", "hall"]


def test_the_next_thing_in_the_same_room_goes_on_while_nobody_waits() -> None:
    minds = {"ann": told(shower(5), doing("wash_up", "bathroom", 5), IDLE), "ben": told(IDLE)}
    records = story(FLAT, minds)
    assert conflicts(records) == []
    assert [line for line in account(records, Kind.MOVE) if "hall" in line] == [
        "00:00 ann move hall", "00:10 ann move hall"
    ]  # fmt: skip


def test_walking_through_and_sleeping_together_take_no_place() -> None:
    one = {"hall": Room(kind="hall", capacity=1), "bedroom": Room(kind="bedroom", capacity=1)}
    crowded = FLAT.model_copy(update={"rooms": {**FLAT.rooms, **one}})
    sleep = doing("sleep", "bedroom", 60, asleep=True)
    walk = doing("read", "living", 30)
    minds = {who: told(sleep, walk, sleep) for who in ("ann", "ben", "cat")}
    records = story(crowded, minds, 150)
    assert conflicts(records) == []


def test_a_room_may_have_more_than_one_place() -> None:
    big = FLAT.model_copy(update={"rooms": {**FLAT.rooms, "bathroom": Room(kind="bathroom", capacity=2)}})
    minds = {who: told(doing("use_toilet", "bathroom", 10), IDLE) for who in ("ann", "ben", "cat")}
    assert rows(story(big, minds)) == [("cat", ("ann", "ben"), "bathroom", "waited", 10)]


def test_another_room_that_serves_as_well_is_taken_first() -> None:
    two = FLAT.model_copy(
        update={
            "rooms": {**FLAT.rooms, "toilet": Room(kind="toilet")},
            "doors": (*FLAT.doors, ("hall", "toilet")),
        }
    )
    go = doing("use_toilet", "toilet", 10)
    minds = {who: told(go, IDLE) for who in ("ann", "ben", "cat")}
    records = story(two, minds)
    assert "00:00 ben activity use_toilet in bathroom" in account(records)
    assert rows(records) == [("cat", ("ann",), "toilet", "waited", 10)]


def test_what_comes_up_is_answered_while_one_waits_at_the_price_of_ones_place() -> None:
    message = visit(0, "00:08", "message", to=("ben",))
    minds = {
        "ann": told(shower(), IDLE),
        "ben": told(*after(5, shower(5)), IDLE, message=doing("answer_message", "living", 1, resume=True)),
        "cat": told(*after(6, shower(5)), IDLE),
    }
    records = story(FLAT, minds, happenings=[message])
    assert [line for line in account(records, Kind.ACTIVITY) if "ben" in line] == [
        "00:00 ben activity read in bedroom",
        "00:05 ben activity wait in bedroom",
        "00:08 ben activity answer_message in living",
        "00:09 ben activity wait in living",
        "00:15 ben activity shower in bathroom",
        "00:20 ben activity read in bedroom",
    ]


def test_whoever_is_called_away_gives_the_room_free_and_waits_to_go_on() -> None:
    bell = visit(0, "00:05", "message", to=("ann",))
    minds = {
        "ann": told(shower(30), IDLE, message=doing("answer_message", "living", 2, resume=True)),
        "ben": told(*after(4, shower(10)), IDLE),
    }
    records = story(FLAT, minds, happenings=[bell])
    assert rows(records) == [
        ("ben", ("ann",), "bathroom", "waited", 1),
        ("ann", ("ben",), "bathroom", "waited", 8),
    ]
    assert [line for line in account(records, Kind.ACTIVITY) if "ann" in line] == [
        "00:00 ann activity shower in bathroom",
        "00:05 ann activity answer_message in living",
        "00:07 ann activity wait in living",
        "00:15 ann activity shower in bathroom",
        "00:30 ann activity read in bedroom",
    ]


# Devices


def test_all_that_a_step_takes_is_had_at_once_or_not_at_all() -> None:
    """Ben wants both of what Ann and Cat have; Dan, who came after him, wants but one of them."""
    roast = doing("cook", "kitchen", 14, order("oven", "switch on"))
    warm_up = doing("reheat", "kitchen", 10, order("microwave", "switch on"))
    both = doing(
        "relax", "kitchen", 10, order("oven", "switch off"), order("microwave", "switch on", after=1)
    )
    later = doing("reheat", "kitchen", 5, order("microwave", "switch on"))
    minds = {
        "ann": told(roast, IDLE),
        "cat": told(warm_up, IDLE),
        "ben": told(*after(2, both), IDLE),
        "dan": told(*after(6, later), IDLE),
    }
    records = story(FLAT, minds, 40)
    assert rows(records) == [
        ("ben", ("cat",), "microwave", "waited", 12),
        ("ben", ("ann",), "oven", "waited", 12),
        ("dan", ("cat", "ben"), "microwave", "waited", 18),
    ]


def test_whoever_has_a_room_for_one_has_all_that_stands_in_it() -> None:
    laundry = doing("laundry", "bathroom", 10, order("washer", WASH))
    minds = {"ann": told(laundry, IDLE), "ben": told(*after(2, laundry), IDLE)}
    assert rows(story(FLAT, minds, 30)) == [("ben", ("ann",), "bathroom", "waited", 8)]


def test_a_device_is_held_for_the_whole_step_that_begins_or_ends_with_it_or_runs_it_meanwhile() -> None:
    bake = doing("relax", "kitchen", 30, order("oven", "switch on"))
    take_out = doing("relax", "kitchen", 5, closing=(order("oven", "switch off"),))
    minds = {"ann": told(bake, IDLE), "ben": told(*after(15, take_out), IDLE)}
    records = story(FLAT, minds, 40)
    assert rows(records) == [("ben", ("ann",), "oven", "waited", 15)]
    assert "00:35 ben command oven switch off" in account(records)
    roomy = FLAT.rooms["bathroom"].model_copy(update={"capacity": 2})
    home = FLAT.model_copy(update={"rooms": FLAT.rooms | {"bathroom": roomy}})
    minds = {"ann": told(shower(10), IDLE), "ben": told(*after(5, shower(10)), IDLE)}
    assert ("ben", ("ann",), "shower", "waited", 5) in rows(story(home, minds, 40))


# Other customs


def test_yielding_is_to_do_something_else_at_once() -> None:
    minds = {"ann": told(shower(30), IDLE), "ben": told(*after(5, shower(10)), IDLE)}
    records = story(flat(policies={"bathroom": "yield"}), minds)
    assert rows(records) == [("ben", ("ann",), "bathroom", "yielded", 0)]
    assert [seen.time for seen in minds["ben"].asked] == [0, 5 * MINUTE, 5 * MINUTE + MOMENT]


def test_a_stubborn_mind_that_yields_stops_no_clock() -> None:
    minds = {"ann": told(shower(30), IDLE), "ben": told(*[shower(5)] * 100)}
    records = story(flat(rooms="yield"), minds)
    assert Counter(it.outcome for it in conflicts(records))["yielded"] == 31


def test_sharing_is_written_down_and_is_no_double_use() -> None:
    comb, brush = doing("get_dressed", "bathroom", 30), doing("use_toilet", "bathroom", 10)
    minds = {"ann": told(comb, IDLE), "ben": told(*after(5, brush), IDLE)}
    home = flat(rooms="share")
    records = story(home, minds)
    assert rows(records) == [("ben", ("ann",), "bathroom", "shared", 0)]
    assert "00:05 ben activity use_toilet in bathroom" in account(records)
    (fault,) = audit(events(records), home, CATALOGUE.devices, [])
    assert "bathroom: ann, ben are at something there; there is room for 1" in fault


def test_overriding_makes_the_other_finish_up() -> None:
    music = (order("bathroom_lamp", "switch on", after=40),)
    long = doing("bathe", "bathroom", 60, *music, closing=(order("bathroom_lamp", "switch off"),))
    minds = {"ann": told(long, IDLE), "ben": told(*after(5, shower(10)), IDLE)}
    records = story(flat(policies={"bathroom": "override"}), minds)
    ((who, _, _, outcome, minutes),) = rows(records)
    assert (who, outcome) == ("ben", "overrode")
    assert HURRY[0] <= minutes * MINUTE <= HURRY[1] + MINUTE
    ended = minds["ann"].asked[1]
    assert (ended.cause, ended.about) == (Cause.CONFLICT, "Ben wants the bathroom")
    assert HURRY[0] <= ended.time - 5 * MINUTE <= HURRY[1] + MINUTE
    lamp = [line[6:] for line in account(records, Kind.COMMAND) if "ann command bathroom" in line]
    assert lamp[-2:] == ["ann command bathroom_lamp switch on", "ann command bathroom_lamp switch off"]


def test_who_was_overridden_waits() -> None:
    minds = {"ann": told(shower(30), shower(5), IDLE), "ben": told(*after(5, shower(10)), IDLE)}
    records = story(flat(rooms="override"), minds)
    assert [(row[0], row[3]) for row in rows(records)] == [("ben", "overrode"), ("ann", "waited")]
    assert [seen.cause for seen in minds["ben"].asked] == [Cause.START, Cause.NEXT, Cause.NEXT]
    assert [seen.cause for seen in minds["ann"].asked] == [Cause.START, Cause.CONFLICT, Cause.NEXT]


def test_the_most_specific_custom_wins() -> None:
    customs = Contention(policies={"oven": "share", "Oven": "yield"}, devices="override")
    assert customs.of_device("oven", "Oven") == "share"
    assert customs.of_device("second_oven", "Oven") == "yield"
    assert customs.of_device("washer", "Washer") == "override"
    assert customs.of_room("bathroom") == "wait"
    assert customs.of_setting("second_oven", "Oven") == "yield"


def test_a_custom_for_what_is_not_there_is_found_at_its_line(tmp_path: Path) -> None:
    home = (ROOT / "scenarios" / "homes" / "two_room_flat.yaml").read_text(encoding="utf-8")
    file = tmp_path / "home.yaml"
    custom = "contention:\n  policies:\n    bathrom: wait\n    Oven: share\n"
    file.write_text(home + custom, encoding="utf-8")
    line = len(file.read_text(encoding="utf-8").splitlines()) - 1
    with pytest.raises(ScenarioError) as found:
        load_home(file)
    (problem,) = found.value.problems
    assert (problem.line, problem.where) == (line, "contention.policies.bathrom")
    assert problem.message.startswith("no room, device or device type 'bathrom'; did you mean 'bathroom'")


# Settings


def set_to(degrees: str, after_minutes: float) -> tuple[Doing, Doing]:
    """Turn the heating to so many degrees after a while."""
    return (
        doing("read", "living", after_minutes),
        doing("adjust_home", "living", 1, order("living_heater", "setHeatingSetpoint", degrees)),
    )


def war(home: Home, first: str, second: str, gap: float = 30) -> tuple[list[Record], House]:
    minds: dict[str, Mind] = {
        "ann": told(*set_to(first, 5), IDLE),
        "ben": told(*set_to(second, 5 + gap), IDLE),
    }
    house = a_house(ANN, BEN, home=home)
    return watch(house, minds, 6 * HOUR), house


def setpoints(records: Sequence[Record]) -> list[str]:
    return [event.value for event in events(records) if event.command == "setHeatingSetpoint"]


def test_the_last_one_wins_a_war_of_thermostats() -> None:
    records, house = war(FLAT, "22", "19")
    assert rows(records) == [("ben", ("ann",), "living_heater", "overrode", 0)]
    assert conflicts(records)[0].kind == "setting"
    assert setpoints(records) == ["22", "19"]
    assert house.devices["living_heater"].state["heatingSetpoint"] == 19


@pytest.mark.parametrize("policy", ["yield", "wait"])
def test_whoever_yields_leaves_a_setting_as_it_is(policy: str) -> None:
    records, house = war(flat(policies={"Thermostat": policy}), "22", "19")
    assert rows(records) == [("ben", ("ann",), "living_heater", "yielded", 0)]
    assert house.devices["living_heater"].state["heatingSetpoint"] == 22
    assert account(records, Kind.REFUSED) == [
        "00:35 ben refused living_heater setHeatingSetpoint Ann has set the living-room heater to 22"
    ]


def test_a_shared_setting_is_the_mean_of_both() -> None:
    records, house = war(flat(settings="share"), "22", "19")
    assert rows(records) == [("ben", ("ann",), "living_heater", "shared", 0)]
    assert setpoints(records) == ["22", "20.5"]
    assert house.devices["living_heater"].state["heatingSetpoint"] == 20.5


@pytest.mark.parametrize(
    ("second", "gap", "why"), [("21.5", 30, "as good as the same"), ("19", 125, "it is long ago")]
)
def test_no_war_where_nobody_minds(second: str, gap: float, why: str) -> None:
    records, _ = war(FLAT, "22", second, gap)
    assert conflicts(records) == [], why
    assert setpoints(records) == ["22", second]


# Whole households


def crowd(scenario: Scenario, people: int, home: Home = FLAT, days: int = 7) -> Scenario:
    """So many people who rise, work and sleep alike."""
    one = scenario.residents[0]
    residents = [
        one.model_copy(update={"id": f"p{number}", "name": f"P{number}", "bedroom": None})
        for number in range(people)
    ]
    return scenario.model_copy(
        update={"home": home, "residents": tuple(residents), "days": days, "happenings": ()}
    )


def remembered(scenario: Scenario, memories: dict[str, Memory]) -> dict[str, Memory]:
    return {person.id: next(iter(memories.values())) for person in scenario.residents}


@pytest.fixture(scope="module")
def morning(quickstart: Scenario, memories: dict[str, Memory]) -> Lived:
    four = crowd(quickstart, 4, days=1)
    return lived(four, remembered(four, memories))


def test_four_people_and_one_bathroom_get_through_the_morning(
    morning: Lived, quickstart: Scenario, catalogue: Catalogue
) -> None:
    assert morning.impossible(crowd(quickstart, 4), catalogue) == []
    early = [it for it in morning.conflicts if it.time < at(0, "10:00")]
    assert {it.resource for it in early} >= {"bathroom"}
    for person in ("p0", "p1", "p2", "p3"):
        mine = {
            event.activity
            for event in morning.events
            if event.actor == person and event.time < at(0, "10:00")
        }
        assert mine >= {"get_up", "shower", "breakfast", "away"}, f"{person} did {mine}"


@pytest.mark.parametrize(("policy", "days"), [("wait", 7), ("yield", 2), ("share", 2), ("override", 2)])
def test_six_in_a_studio_live_a_week_without_standing_in_each_others_way(
    policy: Policy, days: int, quickstart: Scenario, memories: dict[str, Memory], catalogue: Catalogue
) -> None:
    customs = Contention(rooms=policy, devices=policy, settings=policy)
    studio = load_home(ROOT / "scenarios" / "homes" / "studio.yaml").model_copy(
        update={"contention": customs}
    )
    six = crowd(quickstart, 6, studio, days)
    week = lived(six, remembered(six, memories))
    assert week.impossible(six, catalogue) == []
    assert len(week.conflicts) > 7 * days
    outcomes = {it.outcome for it in week.conflicts}
    assert outcomes <= {"waited", "gave_up", "yielded", "shared", "overrode"}
    last = {event.actor: event.time for event in week.events if event.kind is Kind.ACTIVITY}
    assert all(
        last[person.id] > at(days - 1, "18:00", zone=studio.address.zone) for person in six.residents
    ), "somebody stands still for ever"
    longest = max(it.wait_ms for it in week.conflicts)
    assert longest <= (20 + 60) * MINUTE


def test_the_same_crowd_lives_the_same_day_again(
    quickstart: Scenario, memories: dict[str, Memory], morning: Lived
) -> None:
    four = crowd(quickstart, 4, days=1)
    again = lived(four.model_copy(update={"residents": four.residents[::-1]}), remembered(four, memories))
    assert (again.events, again.conflicts) == (morning.events, morning.conflicts)


def test_whoever_lives_alone_contends_with_nobody(quickstart: Scenario, memories: dict[str, Memory]) -> None:
    alone = crowd(quickstart, 1, days=3)
    week = lived(alone, remembered(alone, memories))
    assert week.conflicts == []
    assert "wait" not in {event.activity for event in week.events}


def test_rooms_for_one() -> None:
    rooms = {
        "bathroom": Room(kind="bathroom"),
        "toilet": Room(kind="toilet", capacity=3),
        "gym": Room(kind="living"),
    }
    assert limits(FLAT.model_copy(update={"rooms": rooms})) == {"bathroom": 1, "toilet": 3}
