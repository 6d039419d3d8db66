"""People who live together: meals, small children and who minds them, messages, guests, quiet."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

import pytest

from agents.agenda import draw, revised
from agents.departing import departures
from agents.habit import HabitMind
from agents.household import shared_home
from agents.person import Person
from agents.schedule import waking
from agents.sharing import needless
from agents.step import Step
from bench.family import MUST, look
from runner.household import Lived
from scenarios.chance import Chance
from scenarios.home import Home
from scenarios.kin import charges, family
from scenarios.resident import Profile
from scenarios.scenario import Mind as MindChoice
from scenarios.scenario import Scenario
from tests.stories import (
    FLAT,
    QUICKSTART,
    Doing,
    a_house,
    a_memory,
    a_person,
    account,
    at,
    did,
    doing,
    events,
    let_it_be,
    lived,
    memory_of,
    order,
    someone,
    told,
    watch,
)
from tests.test_contention import IDLE
from tests.test_living import visit
from world.audit import audit
from world.care import RELIEF, Care
from world.clock import MINUTE
from world.event import Kind
from world.gathering import PATIENT
from world.loop import Record
from world.mind import Basis, Cause, Company, Message, Mind, Observation, Senses

HOUR = 60 * MINUTE
WORK = {"days": "mon-fri", "leave": "08:00", "back": "17:00"}


def parent(who: str, *away: Mapping[str, str], **about: object) -> Profile:
    schedule = {"wake": "06:30", "bed": "22:30", "away": list(away)}
    return someone(who, role="parent", schedule=schedule, **about)


def child(age: int, *away: Mapping[str, str], who: str = "mia") -> Profile:
    schedule = {"wake": "06:45", "bed": "19:30", "away": list(away)}
    return someone(who, age=age, role="child", schedule=schedule)


# Who is who


def test_small_children_are_looked_after_by_the_nearest() -> None:
    gran = someone("gran", age=70, role="grandparent")
    everybody = [child(3), parent("ben"), parent("ann"), gran, child(9, who="tom")]
    assert charges(everybody) == {"mia": ("ann", "ben", "gran")}
    assert family(everybody) == ("ann", "ben", "gran", "mia", "tom")


def test_flatmates_are_no_family_and_two_of_no_role_are() -> None:
    assert family([someone("ann", role="student"), someone("ben", role="student")]) == ()
    assert family([someone("ann"), someone("ben")]) == ("ann", "ben")
    assert family([someone("ann"), someone("ben"), someone("cat")]) == ()
    assert family([someone("ann")]) == ()


def test_relationships_count_more_than_roles() -> None:
    flatmates = [{"to": "ben", "kind": "flatmate"}]
    strangers = [someone("ann", role="partner", relationships=flatmates), someone("ben", role="partner")]
    assert family(strangers) == ()
    partners = [{"to": "ben", "kind": "partner"}]
    three = [someone("ann", role="student", relationships=partners), someone("ben"), someone("cat")]
    assert family(three) == ("ann", "ben")


# The door: whatever minds decide


def story(minds: Mapping[str, Mind], minutes: float, *people: Profile) -> list[Record]:
    house = a_house(*people)
    records = watch(house, minds, round(minutes * MINUTE))
    assert audit(events(records), FLAT, house.catalogue.devices, []) == []
    return records


def moves(records: Sequence[Record], who: str) -> list[str]:
    return [line for line in account(records, Kind.MOVE) if f" {who} " in line]


def playing(minutes: float = 1e4) -> Doing:
    return doing("play", "bedroom", minutes)


def test_who_goes_out_takes_the_child_that_would_be_alone_and_brings_it_back() -> None:
    minds = {
        "ann": told(doing("read", "living", 10), doing("go_out", "outside", 30), doing("read", "living", 60)),
        "mia": told(playing()),
    }
    records = story(minds, 90, parent("ann"), child(2))
    gone = [it for it in events(records) if it.kind is Kind.MOVE and it.room == "outside"]
    assert [it.actor for it in gone] == ["mia", "ann"]
    assert gone[1].time - gone[0].time < MINUTE
    back = [it for it in events(records) if it.kind is Kind.MOVE and it.time > gone[1].time]
    assert back[0].actor == "ann"
    assert back[-1].actor == "mia"
    assert back[-1].room in ("living", "bedroom")
    assert "go_along" in {it.activity for it in events(records) if it.actor == "mia"}


def test_a_small_child_waits_for_the_bathroom_and_washes_nowhere_else() -> None:
    minds = {
        "ann": told(doing("go_out", "outside", 30), doing("wash_up", "bathroom", 5), IDLE),
        "mia": told(playing(20), doing("use_toilet", "bathroom", 60)),
    }
    records = story(minds, 90, parent("ann"), child(5))
    done = [it for it in events(records) if it.activity in ("wash_up", "use_toilet")]
    assert [(it.actor, it.room) for it in done if it.kind is Kind.ACTIVITY] == [
        ("ann", "bathroom"),
        ("mia", "bathroom"),
    ]


def test_a_small_child_that_finds_no_place_does_without() -> None:
    minds = {
        "ann": told(doing("wash_up", "bathroom", 60), IDLE),
        "mia": told(playing(20), doing("use_toilet", "bathroom", 15), playing()),
    }
    records = story(minds, 90, parent("ann"), child(5))
    assert "bathroom" not in {it.room for it in events(records) if it.actor == "mia"}


def test_with_somebody_else_at_home_the_child_stays() -> None:
    minds = {"ann": told(doing("go_out", "outside", 30), IDLE), "ben": told(IDLE), "mia": told(playing())}
    records = story(minds, 60, parent("ann"), parent("ben"), child(2))
    assert not any("outside" in line for line in moves(records, "mia"))


def test_two_who_leave_at_once_do_not_count_on_each_other() -> None:
    out = doing("go_out", "outside", 30)
    minds = {"ann": told(out, IDLE), "ben": told(out, IDLE), "mia": told(playing())}
    records = story(minds, 60, parent("ann"), parent("ben"), child(2))
    gone = [it for it in events(records) if it.kind is Kind.MOVE and it.room == "outside"]
    assert {it.actor for it in gone if it.time < gone[0].time + MINUTE} >= {"mia"}


def test_before_work_one_waits_to_be_relieved() -> None:
    """Ben is back twenty minutes late; Ann does not leave before."""
    minds = {
        "ann": told(doing("read", "living", 10), doing("away", "outside", 300)),
        "ben": told(doing("away", "outside", 30), IDLE),
        "mia": told(playing()),
    }
    records = story(minds, 90, parent("ann"), parent("ben"), child(2))
    waits = [line for line in account(records, Kind.ACTIVITY) if "ann" in line and "wait_for_relief" in line]
    assert [line[:5] for line in waits] == ["00:10"]
    assert any(line.startswith("00:30 ann move outside") for line in moves(records, "ann"))
    assert not any("outside" in line for line in moves(records, "mia"))


def test_nobody_waits_in_the_bathroom_for_relief() -> None:
    """Ann has put out its lamp before leaving; who does nothing there takes no place, and others come in."""
    house = a_house(parent("ann"), parent("ben"), child(2))
    house.devices["bathroom_lamp"].obey("switch on")
    minds = {
        "ann": told(doing("read", "living", 10), doing("away", "outside", 300)),
        "ben": told(doing("away", "outside", 30), IDLE),
        "mia": told(playing()),
    }
    records = events(watch(house, minds, 90 * MINUTE))
    assert any(it.room == "bathroom" and it.command == "switch off" for it in records)
    waits = [it.room for it in records if it.actor == "ann" and it.activity == "wait_for_relief"]
    assert waits and "bathroom" not in waits


def test_nobody_waits_for_ever() -> None:
    minds = {"ann": told(doing("away", "outside", 300)), "mia": told(playing())}
    records = story(minds, 120, parent("ann"), child(2))
    gone = {it.actor: it.time for it in events(records) if it.kind is Kind.MOVE and it.room == "outside"}
    assert set(gone) == {"ann", "mia"}
    assert RELIEF <= gone["mia"] < RELIEF + 2 * MINUTE


def test_a_small_child_operates_nothing_and_goes_nowhere_by_itself() -> None:
    lamp = order("living_lamp", "switch on")
    minds = {
        "ann": told(IDLE),
        "mia": told(doing("play", "living", 30, lamp), doing("go_out", "outside", 30), playing()),
    }
    records = story(minds, 180, parent("ann"), child(2))
    by_hand = [it for it in events(records) if it.actor == "mia" and it.kind in (Kind.COMMAND, Kind.DEED)]
    assert by_hand == []
    assert not any("outside" in line for line in moves(records, "mia"))


def test_a_small_child_that_was_out_with_others_is_in_time_for_dinner() -> None:
    """What was to be switched off at the end of a film that began without it is not waited for."""
    film = doing("watch_television", "living", 60, order("television", "switch off", after=60))
    minds = {
        "ann": told(doing("read", "living", 5), doing("go_out", "outside", 50), IDLE),
        "mia": told(doing("play", "living", 10), film, doing("eat", "kitchen", 20), playing()),
    }
    records = story(minds, 180, parent("ann"), child(5))
    (ate,) = [it.time for it in events(records) if it.actor == "mia" and it.activity == "eat"][:1]
    assert ate < 75 * MINUTE


def test_a_sleeping_child_is_taken_too() -> None:
    asleep = doing("sleep", "bedroom", 600, asleep=True)
    minds = {
        "ann": told(doing("read", "living", 5), doing("go_out", "outside", 30), IDLE),
        "mia": told(asleep),
    }
    records = story(minds, 60, parent("ann"), child(1))
    assert any("outside" in line for line in moves(records, "mia"))


def test_homes_without_small_children_pay_nothing() -> None:
    house = a_house(parent("ann"), child(8))
    assert house.care is None
    assert isinstance(a_house(parent("ann"), child(2)).care, Care)


# Beginning together


def eating(who: str, *others: str, minutes: float = 20) -> Doing:
    return doing("eat", "kitchen", minutes, company=Company("dinner 0", others))


def test_a_meal_waits_for_the_others() -> None:
    minds = {
        "ann": told(eating("ann", "ben"), IDLE),
        "ben": told(doing("read", "bedroom", 5), eating("ben", "ann"), IDLE),
    }
    records = story(minds, 60, someone("ann"), someone("ben"))
    table = [it for it in events(records) if it.kind is Kind.ACTIVITY and it.room == "kitchen"]
    assert (table[0].actor, table[0].activity) == ("ann", "wait_for_others")
    began = [it.time for it in table if it.activity == "eat"]
    assert 5 * MINUTE < min(began) <= max(began) < 6 * MINUTE
    left = [it.time for it in events(records) if it.kind is Kind.MOVE and it.time > max(began)]
    assert min(left) > max(began) + 19 * MINUTE  # nobody eats shorter for having waited


def test_a_meal_does_not_wait_for_ever_and_who_is_late_joins() -> None:
    minds = {
        "ann": told(eating("ann", "ben"), IDLE),
        "ben": told(doing("read", "bedroom", 20), eating("ben", "ann"), IDLE),
    }
    records = story(minds, 60, someone("ann"), someone("ben"))
    eats = {it.actor: it.time for it in events(records) if it.activity == "eat" and it.kind is Kind.ACTIVITY}
    assert PATIENT <= eats["ann"] < PATIENT + MINUTE
    assert 20 * MINUTE < eats["ben"] < 21 * MINUTE


# Messages and guests


def test_a_message_is_in_the_data_with_its_sender_and_is_heard_by_who_is_there() -> None:
    late = Company(message=Message(("ben", "cat"), "I shall be late."))
    minds = {
        "ann": told(doing("away", "outside", 5), doing("away", "outside", 60, company=late), IDLE),
        "ben": told(IDLE, message=let_it_be),
        "cat": told(doing("away", "outside", 300)),
    }
    records = story(minds, 30, someone("ann"), someone("ben"), someone("cat"))
    (sent,) = [it for it in events(records) if it.command == "message"]
    assert (sent.actor, sent.value, sent.kind) == ("ann", "I shall be late.", Kind.HAPPENING)
    heard = [it for it in minds["ben"].asked if it.cause is Cause.MESSAGE]
    assert [(it.sender, it.about) for it in heard] == [("ann", "a message from Ann: I shall be late.")]
    assert not any(it.cause is Cause.MESSAGE for it in minds["cat"].asked)


def test_a_visitor_is_introduced_once_somebody_has_let_them_in() -> None:
    welcome = doing("receive_visitor", "living", 45, resume=True)
    minds = {"ann": told(IDLE, visitor=welcome), "ben": told(IDLE, guest=let_it_be, visitor=welcome)}
    house = a_house(someone("ann"), someone("ben"), happenings=[visit(0, "00:10", minutes=45)])
    watch(house, minds, 60 * MINUTE)
    came = (Cause.VISITOR, Cause.GUEST)
    asked = {who: [it.cause for it in mind.asked if it.cause in came] for who, mind in minds.items()}
    assert sorted(asked.values()) == [[Cause.GUEST], [Cause.VISITOR]]


def test_nobody_is_introduced_to_whom_the_door_stayed_shut() -> None:
    minds = {"ann": told(IDLE, visitor=let_it_be), "ben": told(IDLE, visitor=let_it_be)}
    house = a_house(someone("ann"), someone("ben"), happenings=[visit(0, "00:10", minutes=45)])
    watch(house, minds, 60 * MINUTE)
    assert not any(it.cause is Cause.GUEST for mind in minds.values() for it in mind.asked)


# What is fixed


def people(*profiles: Profile, home: Home = FLAT, seed: int = 7) -> dict[str, Person]:
    alone = {it.id: a_person(it, home=home) for it in profiles}
    return shared_home(
        {who: replace(it, chance=Chance(seed).branch("mind", who)) for who, it in alone.items()},
        Chance(seed).branch("household"),
    )


def fixed(everybody: Mapping[str, Person], who: str, day: int) -> Sequence[Step]:
    household = everybody[who].household
    assert household is not None
    return household.fixed(who, waking(everybody[who], day)).steps


def test_appointments_do_not_depend_on_who_asks_first_nor_on_the_order_of_residents() -> None:
    care = {**WORK, "place": "day care"}
    everybody = [parent("ann", WORK), parent("ben"), child(3, care), child(8, who="tom")]
    one, two = people(*everybody), people(*reversed(everybody))
    asked = {(who, day): fixed(one, who, day) for day in range(5) for who in sorted(one)}
    again = {(who, day): fixed(two, who, day) for day in (4, 3, 2, 1, 0) for who in sorted(two, reverse=True)}
    assert asked == again
    assert sum(map(len, asked.values())) > 40


def test_those_who_dine_together_do_so_in_one_room_at_one_time() -> None:
    together = people(parent("ann", WORK), parent("ben"), child(8, who="tom"))
    cooks = Counter[str]()
    for day in range(7):
        steps = [(who, it) for who in together for it in fixed(together, who, day)]
        dinners = [(it.start, it.end, it.room) for _, it in steps if it.reason.startswith("dinner with")]
        assert len(set(dinners)) <= 1, day
        assert len(dinners) != 1, day
        cooks.update(who for who, it in steps if it.activity == "cook")
    assert set(cooks) <= {"ann", "ben"}
    assert cooks.total() >= 6


def test_who_cooks_sits_down_to_eat() -> None:
    flat = [
        someone("ada", relationships=[{"to": "max", "kind": "partner"}, {"to": "pia", "kind": "flatmate"}]),
        someone("max", relationships=[{"to": "ada", "kind": "partner"}, {"to": "pia", "kind": "flatmate"}]),
        someone("pia", relationships=[{"to": "ada", "kind": "flatmate"}, {"to": "max", "kind": "flatmate"}]),
    ]
    together = people(*flat)
    cooks = {
        who
        for day in range(20)
        for who in together
        if any(it.activity == "cook" for it in fixed(together, who, day))
    }
    assert cooks == {"ada", "max"}


def test_a_newborn_has_no_place_at_the_table() -> None:
    newborn = child(0).model_copy(update={"avoids": ("eat", "breakfast")})
    together = people(parent("ann"), parent("ben"), newborn)
    meals = {who: [it for it in fixed(together, who, 0) if " with " in it.reason] for who in together}
    assert meals["ann"]
    assert not meals["mia"]
    assert "Mia" not in " ".join(it.reason for it in meals["ann"])


def test_a_child_is_taken_and_fetched_by_who_can() -> None:
    care = {"days": "mon-fri", "leave": "08:10", "back": "15:00", "place": "day care"}
    home = people(parent("ann", WORK), parent("ben"), child(3, care))
    ann, ben = draw(home["ann"], waking(home["ann"], 1)), draw(home["ben"], waking(home["ben"], 1))
    mia = draw(home["mia"], waking(home["mia"], 1))
    (away,) = [it for it in mia if it.activity == "away"]
    (work,) = [it for it in ann if it.activity == "away"]
    assert work.company is not None
    assert work.company.takes == ("mia",)
    assert work.start == away.start
    (fetch,) = [it for it in ben if it.activity == "take_along"]
    assert fetch.company is not None
    assert fetch.company.brings == ("mia",)
    assert fetch.end == away.end


def test_where_all_work_the_child_is_somewhere_as_long() -> None:
    home = people(parent("ann", WORK), parent("ben", {**WORK, "leave": "07:30", "back": "16:00"}), child(3))
    mia = draw(home["mia"], waking(home["mia"], 1))
    (away,) = [it for it in mia if it.activity == "away"]
    assert away.reason == "at a childminder's"
    assert at(1, "07:40") < away.start < at(1, "08:20")
    assert at(1, "15:40") < away.end < at(1, "16:20")


def test_a_school_child_and_whoever_takes_it_set_out_together() -> None:
    school = {"days": "mon-fri", "leave": "08:20", "back": "14:00", "place": "school"}
    home = people(parent("ann"), child(8, school))
    mia, ann = (draw(home[who], waking(home[who], 2)) for who in ("mia", "ann"))
    (away,) = [it for it in mia if it.activity == "away"]
    out = next(it for it in ann if it.activity == "take_along")
    assert away.company is not None
    assert out.company is not None
    assert away.company.gathering == out.company.gathering != ""
    assert (away.company.others, out.company.others) == (("ann",), ("mia",))


def test_somebody_who_is_held_up_writes_and_dinner_is_later_for_who_has_read_it() -> None:
    home = people(parent("ann", WORK), parent("ben"))
    ben, household = home["ben"], home["ben"].household
    assert household is not None
    days = [day for day in range(200) if _message(home["ann"], day)]
    assert 1 <= len(days) <= 12  # one working day in twenty, if it matters to anybody
    day = days[0]
    message = _message(home["ann"], day)
    assert message is not None
    assert message.to == ("ben",)
    assert message.text.startswith("I am held up and shall be home at ")
    today = waking(ben, day)
    agenda = revised(ben, today, [it for it in draw(ben, today) if it.start > message.at], message.at)
    expected, told_ = household.fixed("ben", today), household.fixed("ben", today, told=True)
    assert expected.steps != told_.steps
    ahead = [it for it in told_.steps if it.start > message.at]
    assert [it for it in agenda if it.basis is Basis.FAMILY] == ahead
    assert all(one.end <= two.start for one, two in pairwise(agenda))


def _message(person: Person, day: int) -> Message | None:
    sent = [
        it.company.message for it in draw(person, waking(person, day)) if it.company and it.company.message
    ]
    return sent[0] if sent else None


def test_what_is_loud_waits_until_nobody_sleeps() -> None:
    nights = {"wake": "16:00", "bed": "08:30", "away": [{"days": "daily", "leave": "20:30", "back": "07:30"}]}
    nurse = someone("ines", role="student", schedule=nights)
    quiet = {"activity": "vacuum", "per_week": 7.0, "between": ["09:00", "19:00"]}
    flatmate = someone("ann", role="student", intents=[quiet])
    home = people(flatmate, nurse, home=QUICKSTART.home)
    nurses = [waking(home["ines"], day) for day in range(-1, 14)]
    loud = [
        step
        for day in range(14)
        for step in draw(home["ann"], waking(home["ann"], day))
        if home["ann"].layout.catalogue.activities[step.activity].loud
    ]
    assert loud
    for step in loud:
        assert not any(it.bed < step.end and step.start < it.wake_again for it in nurses)


def test_nobody_makes_the_bed_that_somebody_sleeps_in() -> None:
    mornings = [[did(day, 2, "Blind:windowShade open", 7 * 60 + 40, "make_bed")] for day in range(7)]

    def made(up: str) -> int:
        ben = someone("ben", role="parent", schedule={"wake": up, "bed": "23:30"})
        week = QUICKSTART.model_copy(update={"residents": (parent("ann"), ben), "happenings": (), "days": 7})
        beds = [it for it in lived(week, {"ann": a_memory(*mornings)}).events if it.activity == "make_bed"]
        return sum(it.kind is Kind.ACTIVITY for it in beds)

    assert made("06:30") > 3
    assert made("09:30") == 0


@pytest.mark.parametrize(("outdoors", "why"), [(22.0, ""), (33.0, "it is too hot for the oven")])
def test_nobody_bakes_in_a_heat_wave(outdoors: float, why: str) -> None:
    ann, noon = a_person(), at(0, "12:00")
    bread = Step(noon, noon + HOUR, "bake", "kitchen", Basis.MEMORY)
    seen = Observation(
        time=noon, weekday=0, minute=720, resident="ann", room="living", cause=Cause.NEXT,
        sense=lambda: Senses(outdoors=outdoors),
    )  # fmt: skip
    assert needless(ann, seen, bread) == why


# Out of the door


def test_the_coat_is_put_on_last_and_the_door_locked_from_outside() -> None:
    lock = order("front_door_lock", "lock lock", after=4)
    layout = a_person().layout
    assert "front_door_lock" in layout.home.devices

    def step(start: float, minutes: float, activity: str, room: str, *orders: object) -> Step:
        return Step(
            round(start * MINUTE), round((start + minutes) * MINUTE), activity, room, Basis.MEMORY, orders
        )  # type: ignore[arg-type]

    day = [
        step(0, 4, "leave_home", "hall", lock),
        step(4, 6, "make_bed", "bedroom"),
        step(10, 60, "away", "outside"),
    ]
    bed, coat, away = departures(layout, day)
    assert (bed.activity, coat.activity, away.activity) == ("make_bed", "leave_home", "away")
    assert coat.end == away.start
    assert coat.orders == ()
    assert [it.device for it in away.orders] == ["front_door_lock"]


def test_nobody_comes_in_who_has_not_been_out() -> None:
    layout = a_person().layout
    come = Step(0, MINUTE, "come_home", "hall", Basis.MEMORY)
    assert departures(layout, [come]) == []
    out = Step(0, HOUR, "go_out", "outside", Basis.MEMORY)
    assert departures(layout, [out, come.moved(HOUR)]) == [out, come.moved(HOUR)]
    coat = Step(0, MINUTE, "leave_home", "hall", Basis.MEMORY)
    assert departures(layout, [coat]) == []
    cook = Step(HOUR, HOUR + 20 * MINUTE, "cook", "kitchen", Basis.FAMILY)
    assert departures(layout, [out, cook, come.moved(cook.end)]) == [out, cook]  # long since off


def test_a_day_that_is_planned_again_still_has_coats_and_needs() -> None:
    ben = people(parent("ann", WORK), parent("ben", health={"medication": ["20:30"]}))["ben"]
    today, noon = waking(ben, 0), at(0, "12:00")
    errand = Step(noon + HOUR, noon + 2 * HOUR, "go_out", "outside", Basis.MEMORY)
    again = [it.activity for it in revised(ben, today, [errand], noon)]
    out = again.index("go_out")
    assert (again[out - 1], again[out + 1]) == ("leave_home", "come_home")
    assert {"use_toilet", "take_medicine"} <= {*again}


def test_between_bathroom_or_hall_and_what_is_next_one_waits_where_that_is() -> None:
    def waits(activity: str, room: str, ahead: str) -> tuple[str, str]:
        mind, now = HabitMind(a_person()), at(0, "12:00")
        mind.adopt([Step(now + 5 * MINUTE, now + HOUR, "read", ahead, Basis.MEMORY)], now)
        seen = Observation(
            time=now, weekday=0, minute=720, resident="ann", room=room, cause=Cause.NEXT, activity=activity
        )
        decision = mind.follow(seen)
        return decision.activity, decision.room

    assert waits("come_home", "hall", "kitchen") == ("relax", "kitchen")
    assert waits("shower", "bathroom", "living") == ("relax", "living")
    assert waits("shower", "bathroom", "bathroom") == ("relax", "bedroom")
    assert waits("come_home", "hall", "outside") == ("relax", "bedroom")
    assert waits("read", "living", "kitchen") == ("read", "living")


# Whole weeks


@pytest.mark.parametrize("index", range(3))
def test_families_by_chance_live_as_families_do(index: int) -> None:
    week = look(3, index)
    assert {check: week.wrong[check] for check in MUST if week.wrong[check]} == {}
    assert len(week.wrong["meals"]) <= 0.05 * week.looked["meals"]
    assert week.looked["meals"] > 10


def test_without_coordination_everybody_lives_for_themself() -> None:
    memories = {it.id: memory_of(it) for it in QUICKSTART.residents}

    def shared(scenario: Scenario) -> Lived:
        return lived(scenario, memories)

    calm = QUICKSTART.model_copy(update={"mind": MindChoice(), "happenings": ()})
    alone = calm.model_copy(update={"mind": MindChoice(coordination=False)})
    assert sum(it.decision.basis is Basis.FAMILY for it in shared(calm).decisions) > 8
    assert not any(it.decision.basis is Basis.FAMILY for it in shared(alone).decisions)
