"""A waking day: when it begins and ends, what is remembered of it, and how it all fits."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.agenda import GAP, compose, draw, new_step
from agents.person import Person
from agents.remembering import remembered
from agents.schedule import REST, UNWIND, Waking, waking
from agents.settling import HOLD_UP, caught_up, settle
from agents.step import Step
from dataset.routines import Behaviour
from scenarios.explaining import parsed, settled
from scenarios.frozen import clock_text
from scenarios.including import SHIPPED, read_tree
from scenarios.resident import Profile
from tests.stories import (
    SUMMER,
    a_house,
    a_memory,
    a_person,
    at,
    did,
    events,
    habits,
    memory_of,
    order,
    someone,
    watch,
)
from world.clock import MINUTE
from world.event import Kind
from world.mind import Basis, Order

HOUR = 60 * MINUTE
MONDAY, TUESDAY, SATURDAY, SUNDAY = 0, 1, 5, 6

OFFICE = {
    "wake": "07:00", "bed": "23:00", "free_wake": "09:00", "free_bed": "00:30",
    "away": [{"days": "mon-fri", "leave": "08:30", "back": "17:30", "place": "office"}],
}  # fmt: skip


def profile(name: str) -> Profile:
    tree, _ = read_tree(SHIPPED / "profiles" / f"{name}.yaml")
    shipped = settled(*parsed(Profile, tree))
    assert shipped.memory is not None
    source = {"routines": str(SHIPPED / shipped.memory.routines)}
    return shipped.model_copy(update={"memory": shipped.memory.model_copy(update=source)})


def told_at(person: Person, *instants: int) -> list[str]:
    """'mon 07:02' each."""
    names = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
    local = [person.clock.local(ms) for ms in instants]
    return [f"{names[weekday]} {clock_text(minute)}" for _, weekday, minute in local]


def near(person: Person, ms: int, text: str, minutes: float) -> bool:
    """Whether the wall clock shows *text* at *ms*, give or take."""
    hours, rest = map(int, text.split(":"))
    off = abs(person.clock.local(ms)[2] - 60 * hours - rest)
    return min(off, 1440 - off) <= minutes


# The schedule


def test_a_working_day_and_a_free_one() -> None:
    ann = a_person(someone(schedule=OFFICE))
    monday, saturday = waking(ann, MONDAY), waking(ann, SATURDAY)
    assert near(ann, monday.wake, "07:00", 18)
    assert near(ann, monday.bed, "23:00", 36)
    ((leave, back, place),) = monday.away
    assert (near(ann, leave, "08:30", 8), near(ann, back, "17:30", 8), place) == (True, True, "office")
    assert near(ann, saturday.wake, "09:00", 18)
    assert saturday.away == ()


def test_who_is_free_tomorrow_stays_up_past_midnight() -> None:
    ann = a_person(someone(schedule=OFFICE))
    friday, sunday = waking(ann, 4), waking(ann, SUNDAY)
    assert told_at(ann, friday.bed)[0].startswith("sat 00:")
    assert told_at(ann, sunday.bed)[0].startswith(("sun 22", "sun 23"))


def test_one_day_ends_where_the_next_begins() -> None:
    ann = a_person(someone(schedule=OFFICE))
    days = [waking(ann, day) for day in range(-1, 60)]
    assert all(one.wake_again == other.wake for one, other in pairwise(days))
    assert all(day.wake < day.bed < day.wake_again for day in days)
    assert len({day.wake - ann.clock.midnight(day.day) for day in days}) > 10  # no two mornings alike


def test_a_late_return_leaves_time_to_unwind_and_to_sleep() -> None:
    late = [{"days": "daily", "leave": "18:00", "back": "03:30", "place": "club"}]
    ann = a_person(someone(schedule={"wake": "06:30", "bed": "22:00", "away": late}))
    today = waking(ann, MONDAY)
    assert today.bed >= today.away[-1][1] + UNWIND * MINUTE
    assert today.wake_again >= today.bed + REST * MINUTE


def test_a_night_shift_belongs_to_the_evening_on_which_it_begins() -> None:
    ines = a_person(profile("night_shift_nurse"))
    monday = waking(ines, MONDAY)
    assert near(ines, monday.wake, "12:30", 18)
    ((leave, back, place),) = monday.away
    assert (told_at(ines, leave, back), place) == (told_at(ines, leave, back), "hospital")
    assert told_at(ines, leave, back, monday.bed)[0].startswith("mon 20:")
    assert told_at(ines, leave, back, monday.bed)[1].startswith("tue 07:")
    assert told_at(ines, leave, back, monday.bed)[2][:6] in ("tue 07", "tue 08")
    assert told_at(ines, monday.wake_again)[0].startswith("tue 14:")
    assert monday.bed > back


@pytest.mark.parametrize(("start", "hours"), [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25)])
def test_clocks_that_change_overnight_change_no_habit(start: date, hours: int) -> None:
    """People live by the wall clock, on days of 23 and of 25 hours too."""
    routine = [did(SUNDAY, 3, "SmartPlug:switch on", 600, "coffee")]
    schedule = {"wake": "07:00", "bed": "23:00", "free_days": "daily"}
    ann = a_person(someone(schedule=schedule), a_memory(routine), start=start)
    assert ann.clock.midnight(1) == hours * HOUR
    today = waking(ann, 0)
    assert near(ann, today.wake, "07:00", 18)
    assert near(ann, today.bed, "23:00", 36)
    (coffee,) = remembered(ann, today)
    assert near(ann, coffee.start, "10:00", 30)
    days = [waking(ann, day) for day in (-1, 0, 1)]
    assert all(one.wake_again == other.wake for one, other in pairwise(days))


def test_one_more_person_changes_nobody_elses_hours() -> None:
    ann = a_person(someone(schedule=OFFICE))
    assert waking(ann, 3) == waking(a_person(someone(schedule=OFFICE)), 3)
    assert waking(ann, 3) != waking(replace(ann, chance=ann.chance.branch("mind", "ben")), 3)


def test_without_a_schedule_the_quiet_hours_of_memory_are_the_night() -> None:
    late, noon = ("Television:switch on", 60 * 18, 30), (COFFEE, 60 * 10, 60)
    evenings, noons = (
        [[did(day, (begin + gap * n) // 180, action, begin + gap * n)] for day in range(7) for n in range(8)]
        for action, begin, gap in (late, noon)
    )
    memory = a_memory(*noons, *evenings)
    bo = a_person(someone(schedule=None), memory)
    quiet = memory.quiet_window(7.5)
    today = waking(bo, TUESDAY)
    assert near(bo, today.bed, clock_text(quiet), 37)
    assert near(bo, today.wake, clock_text((quiet + 450) % 1440), 19)
    assert today.wake < at(TUESDAY, "10:00")
    assert waking(a_person(someone()), TUESDAY).away == ()  # nothing known at all: ordinary hours


# Remembering


LAMP, COFFEE = "Light:switch on", "SmartPlug:switch on"
ALL_DAY = {"wake": "05:00", "bed": "03:00", "free_days": "daily"}  # so that nothing remembered is missed


def every_day(*behaviours: Behaviour) -> list[list[Behaviour]]:
    return [[b._replace(day=(b.day + day) % 7) for b in behaviours] for day in range(7)]


def days_lived(person: Person, days: int = 200) -> list[list[Step]]:
    return [remembered(person, waking(person, day)) for day in range(days)]


def test_routines_come_as_often_as_memory_has_them() -> None:
    """Over two hundred days; each stands for what happened on its weekday in four weeks."""
    often = every_day(did(0, 2, COFFEE, 480, "coffee")) * 4
    seldom = [[did(MONDAY, 4, "Washer:act", 800, "laundry")]] * 2
    ann = a_person(someone(schedule=ALL_DAY), a_memory(*often, *seldom, weeks=4))
    lived = days_lived(ann)
    counts = Counter(step.activity for day in lived for step in day)
    assert 195 <= counts["coffee"] <= 200
    mondays = sum(ann.clock.date_of(day).weekday() == MONDAY for day in range(200))
    assert counts["laundry"] == pytest.approx(mondays / 2, abs=3 * (mondays / 4) ** 0.5)
    weekdays = {ann.clock.local(step.start)[1] for day in lived for step in day if step.activity == "laundry"}
    assert weekdays == {MONDAY}


def test_a_log_without_dates_is_lived_at_the_rate_one_is_told() -> None:
    slots = [[did(day, slot, LAMP)] for day in range(7) for slot in range(2, 8)]
    ann = a_person(someone(schedule=ALL_DAY), a_memory(*slots, weeks=None), per_day=4.0)
    counts = [len(day) for day in days_lived(ann)]
    assert np.mean(counts) == pytest.approx(4.0, abs=0.3)
    assert np.std(counts) > 0.3


def test_what_is_known_to_the_slot_stays_in_its_slot() -> None:
    log = [[did(day, slot, LAMP), did(day, slot, COFFEE)] for day in range(7) for slot in range(8)]
    ann = a_person(someone(schedule=ALL_DAY), a_memory(*log))
    times: dict[int, list[float]] = {slot: [] for slot in range(8)}
    for day in days_lived(ann, 100):
        for step in day:
            for given_ in step.orders:
                _, _, minute = ann.clock.local(step.start + given_.after)
                times[minute // 180].append(minute % 180)
    assert all(60 < np.mean(minutes) < 120 and np.std(minutes) > 30 for minutes in times.values())
    assert {slot: 150 < len(found) < 250 for slot, found in times.items()} == dict.fromkeys(range(8), True)


def test_a_dated_routine_happens_at_most_once_a_day() -> None:
    thrice = every_day(did(0, 2, COFFEE, 480, "coffee")) * 3
    ann = a_person(someone(schedule=ALL_DAY), a_memory(*thrice))
    assert {len(day) for day in days_lived(ann, 50)} == {1}


def test_times_vary_as_people_do_and_keep_their_order() -> None:
    morning = every_day(
        did(0, 2, "Activity:get_up", 420, "get_up"),
        did(0, 2, COFFEE, 430, "coffee"),
        did(0, 2, "SmartPlug:switch off", 438, "coffee"),
    )
    ann = a_person(someone(schedule=ALL_DAY), a_memory(*morning))
    for day in days_lived(ann, 60):
        up, coffee = day
        assert (up.activity, coffee.activity) == ("get_up", "coffee")
        assert up.end <= coffee.start + 1  # ms, of rounding
        assert [it.command for it in coffee.orders] == ["switch on", "switch off"]
        assert coffee.orders[0].after == 0 < coffee.orders[1].after <= coffee.end - coffee.start
    begins = [(day[0].start - ann.clock.midnight(n)) / MINUTE for n, day in enumerate(days_lived(ann, 60))]
    assert np.std(begins) == pytest.approx(9.2, rel=0.35)


def test_nobody_makes_coffee_in_a_few_seconds() -> None:
    coffee = [did(0, 2, COFFEE, 430, "coffee"), did(0, 2, "SmartPlug:switch off", 436, "coffee")]
    ann = a_person(someone(schedule=ALL_DAY), a_memory(*every_day(*coffee)))
    lasts = [day[0].orders[1].after / MINUTE for day in days_lived(ann)]
    assert min(lasts) > 2.99
    assert np.mean(lasts) == pytest.approx(6, rel=0.1)


def test_who_naps_by_habit_sleeps() -> None:
    nap = every_day(did(0, 4, "Activity:nap", 14 * 60, "nap"))
    (first,) = days_lived(a_person(someone(schedule=ALL_DAY), a_memory(*nap)), 1)[0]
    assert (first.activity, first.asleep) == ("nap", True)


def test_a_routine_goes_on_past_midnight() -> None:
    late = [did(SATURDAY, 7, "Activity:snack", 1426, "snack"), did(SUNDAY, 0, "Activity:read", 40, "read")]
    ann = a_person(someone(schedule=ALL_DAY), a_memory(late))
    snack, reading = remembered(ann, waking(ann, SATURDAY))
    assert told_at(ann, snack.start)[0][:6] in ("sat 23", "sun 00")
    assert told_at(ann, reading.start)[0].startswith("sun 00:")
    assert remembered(ann, waking(ann, SUNDAY)) == []


def test_polling_is_never_lived() -> None:
    log = every_day(
        did(0, 2, "SmartPlug:refresh refresh", 480),
        did(0, 2, COFFEE, 481),
    )
    ann = a_person(someone(schedule=ALL_DAY), a_memory(*log))
    given_ = {it.command for day in days_lived(ann, 20) for step in day for it in step.orders}
    assert given_ == {"switch on"}


def test_what_the_home_lacks_or_the_person_may_not_touch_is_forgotten() -> None:
    log = every_day(
        did(0, 3, "Projector:switch on", 600),
        did(0, 4, "Oven:switch on", 800),
        did(0, 4, "Activity:sleep", 810, "sleep"),
        did(0, 4, "Activity:yodel", 820, "yodel"),
    )
    memory = a_memory(*log)
    ann = a_person(someone(schedule=ALL_DAY), memory)
    assert [it.activity for it in remembered(ann, waking(ann, 1))] == ["cook"]
    child = a_person(someone(schedule=ALL_DAY, forbidden=("Oven",)), memory)
    assert remembered(child, waking(child, 1)) == []


def test_a_device_in_another_room_is_walked_to() -> None:
    log = every_day(did(0, 4, "Television:switch on", 800, "eat"))
    ann = a_person(someone(schedule=ALL_DAY), a_memory(*log))
    (step,) = remembered(ann, waking(ann, 0))
    assert (step.activity, step.room) == ("eat", "living")


def test_a_night_shift_remembers_the_morning_after() -> None:
    nurse = profile("night_shift_nurse")
    ines = a_person(nurse, memory_of(nurse))
    agenda = draw(ines, waking(ines, MONDAY))
    home = [step for step in agenda if step.start >= waking(ines, MONDAY).away[0][1] - HOUR]
    assert [step.activity for step in home][:2] == ["away", "come_home"] or home[0].activity == "come_home"
    assert [step.activity for step in home if step.basis is Basis.MEMORY] == [
        "come_home", "breakfast", "shower", "ready_bedroom", "go_to_bed",
    ]  # fmt: skip
    assert agenda[-1].asleep
    assert told_at(ines, agenda[-1].start)[0].startswith("tue 08:")


# Settling


def step(
    activity: str, start: float, minutes: float, room: str = "living", orders: Sequence[Order] = ()
) -> Step:
    """*start* in minutes after midnight."""
    begin = round(start * MINUTE)
    return Step(
        start=begin, end=begin + round(minutes * MINUTE), activity=activity, room=room, basis=Basis.MEMORY,
        orders=tuple(orders),
    )  # fmt: skip


def away_from(start: float, end: float) -> Step:
    return step("away", start, end - start, "outside")


DAY = Waking(0, 7 * HOUR, 23 * HOUR, 31 * HOUR, ())
SHOW = (order("television", "switch on"), order("television", "switch off", after=120))


def plan_of(steps: Sequence[Step]) -> list[tuple[str, str, str]]:
    def clock(ms: int) -> str:
        return clock_text(round(ms / MINUTE))

    return [(it.activity, clock(it.start), clock(it.end)) for it in steps]


def test_a_short_chore_interrupts_a_long_film_which_goes_on_and_is_switched_off() -> None:
    film, chore = step("watch_television", 1200, 120, orders=SHOW), step("dishes", 1230, 10, "kitchen")
    found = settle([], [chore, film], DAY)
    assert plan_of(found) == [
        ("watch_television", "20:00", "20:30"),
        ("dishes", "20:30", "20:40"),
        ("watch_television", "20:40", "22:00"),
    ]
    assert [it.command for it in found[0].orders] == ["switch on"]
    assert [(it.command, it.after) for it in found[2].orders] == [("switch off", 80 * MINUTE)]


def test_two_chores_during_one_film_are_both_done_before_it_goes_on() -> None:
    film = step("watch_television", 1200, 120, orders=SHOW)
    chores = [step("dishes", 1230, 10, "kitchen"), step("use_toilet", 1235, 4, "bathroom")]
    assert plan_of(settle([], [film, *chores], DAY)) == [
        ("watch_television", "20:00", "20:30"),
        ("dishes", "20:30", "20:40"),
        ("use_toilet", "20:40", "20:44"),
        ("watch_television", "20:44", "22:00"),
    ]


def test_the_end_of_a_step_is_waited_for_when_it_is_near() -> None:
    found = settle([], [step("read", 600, 30), step("dishes", 615, 10, "kitchen")], DAY)
    assert plan_of(found) == [("read", "10:00", "10:30"), ("dishes", "10:30", "10:40")]


def test_what_would_begin_an_hour_late_is_dropped_and_leaves_no_trace() -> None:
    out = step("go_out", 600, 120, "outside")
    missed = step("watch_television", 630, 60, orders=SHOW)
    assert plan_of(settle([], [out, missed], DAY)) == [("go_out", "10:00", "12:00")]
    assert settle([], [out, missed], DAY) == [out]


def test_nobody_leaves_before_waking_or_is_out_before_the_run_began() -> None:
    """The run begins in the middle of day -1, whose times are negative."""
    yesterday = Waking(-1, -17 * HOUR, -HOUR, 7 * HOUR, ())
    assert plan_of(settle([away_from(-960, -480)], [], yesterday)) == [("away", "08:00", "16:00")]
    early = settle([away_from(360, 600)], [], DAY)
    assert plan_of(early) == [("away", "07:00", "10:00")]


def test_one_leaves_when_ready_and_comes_home_when_one_comes() -> None:
    day = [step("leave_home", 495, 5, "hall"), step("come_home", 1068, 5, "hall")]
    assert plan_of(settle([away_from(510, 1050)], day, DAY)) == [
        ("leave_home", "08:15", "08:20"), ("away", "08:20", "17:48"), ("come_home", "17:48", "17:53"),
    ]  # fmt: skip


def test_what_holds_one_up_too_long_is_cut_short() -> None:
    show = step("watch_television", 480, 120, orders=SHOW)
    found = settle([away_from(510, 1050)], [show], DAY)
    assert plan_of(found) == [("watch_television", "08:00", "08:50"), ("away", "08:50", "17:30")]
    assert [(it.command, it.after) for it in found[0].orders] == [
        ("switch on", 0),
        ("switch off", 50 * MINUTE),
    ]


def test_nobody_bakes_for_ten_minutes_and_leaves() -> None:
    work, dinner = away_from(485, 1050), step("eat", 490, 30, "kitchen")._replace(basis=Basis.FAMILY)
    bread = step("bake", 480, 60, "kitchen")
    assert settle([work], [bread], DAY) == [work]
    assert settle([dinner], [bread], DAY) == [dinner]
    nearly = step("bake", 470, 60, "kitchen")
    assert plan_of(settle([work], [nearly], DAY))[0] == ("bake", "07:50", "08:25")


def test_a_morning_begins_on_waking_however_late_that_is() -> None:
    assert plan_of(settle([], [step("get_up", 405, 6), step("breakfast", 415, 15, "kitchen")], DAY)) == [
        ("get_up", "07:00", "07:06"), ("breakfast", "07:06", "07:21"),
    ]  # fmt: skip


ORDERS = st.builds(order, st.sampled_from("abc"), st.just("switch on"), after=st.integers(0, 100))
STEPS = st.builds(
    step,
    st.sampled_from(["watch_television", "read", "dishes", "leave_home", "come_home", "use_toilet"]),
    st.integers(6 * 60, 25 * 60),
    st.integers(1, 200),
    st.sampled_from(["living", "kitchen", "outside"]),
    st.lists(ORDERS, max_size=3),
).map(lambda it: it.shortened(it.end))
HOURS = st.lists(st.tuples(st.integers(6, 20), st.integers(1, 6)), max_size=2).map(
    lambda spans: [away_from(60 * start, 60 * (start + hours)) for start, hours in spans]
)


@settings(max_examples=400, deadline=None)
@given(HOURS, st.lists(STEPS, max_size=10))
def test_settled_steps_are_in_order_and_never_overlap(hours: list[Step], wished: list[Step]) -> None:
    found = settle(hours, wished, DAY)
    assert all(one.end <= other.start for one, other in pairwise(found))
    assert all(it.start < it.end and it.start >= DAY.wake for it in found)
    assert sum(it.activity == "away" for it in found) == len(hours)
    assert all(0 <= o.after <= it.end - it.start for it in found for o in it.orders)
    if len({(it.start, it.activity) for it in wished}) == len(wished):
        assert settle(hours, wished[::-1], DAY) == found


@settings(max_examples=400, deadline=None)
@given(HOURS, st.lists(STEPS, max_size=8))
def test_every_wish_is_kept_with_all_its_orders_or_dropped_whole(
    hours: list[Step], wished: list[Step]
) -> None:
    named = [it._replace(reason=str(number)) for number, it in enumerate(wished)]
    kept: dict[str, list[str]] = {}
    for it in settle(hours, named, DAY):
        kept.setdefault(it.reason, []).extend(o.device for o in it.orders)
    for wish in named:
        assert sorted(kept.get(wish.reason, ())) in ([], sorted(o.device for o in wish.orders))


# The agenda


def assert_whole(person: Person, today: Waking, agenda: Sequence[Step]) -> None:
    """From waking to waking again, in order, nothing twice at one time, small gaps at most."""
    assert all(one.end <= other.start <= one.end + GAP for one, other in pairwise(agenda)), plan_of(agenda)
    assert agenda[0].start <= today.wake + GAP
    assert agenda[-1].asleep
    assert agenda[-1].room == person.bedroom
    assert agenda[-1].end >= today.wake_again
    for leave, back, _ in today.away:
        out = [it for it in agenda if it.start < back and it.end > leave and it.room != "outside"]
        assert all(it.start <= leave + HOLD_UP or it.start >= back - MINUTE for it in out)


@pytest.mark.parametrize(
    "name", ["office_worker", "freelancer", "night_shift_nurse", "retired", "schoolchild", "shift_worker"]
)
def test_every_kind_of_person_has_whole_days(name: str) -> None:
    someone_ = profile(name)
    person = a_person(someone_, memory_of(someone_))
    for day in range(-1, 14):
        today = waking(person, day)
        agenda = draw(person, today)
        assert_whole(person, today, agenda)
        assert agenda == draw(person, today)


def test_a_person_without_memory_idles_and_works() -> None:
    ann = a_person(someone(schedule=OFFICE))
    agenda = draw(ann, waking(ann, MONDAY))
    assert_whole(ann, waking(ann, MONDAY), agenda)
    assert {it.basis for it in agenda} == {Basis.SCHEDULE, Basis.IDLE}
    assert {it.activity for it in agenda if it.orders and it.basis is Basis.IDLE} <= {"watch_television"}


def test_intents_are_lived_as_often_as_meant_within_their_hours() -> None:
    reading = {"activity": "read", "per_week": 3.5, "between": ("19:00", "22:00")}
    ann = a_person(someone(schedule=OFFICE, intents=[reading]))
    meant = [it for day in range(140) for it in draw(ann, waking(ann, day)) if it.basis is Basis.INTENT]
    assert len(meant) == pytest.approx(70, abs=18)
    minutes = [ann.clock.local(it.start)[2] for it in meant] + [ann.clock.local(it.end)[2] for it in meant]
    assert all(19 * 60 <= minute <= 22 * 60 for minute in minutes)


def test_an_intent_without_a_gap_waits_for_another_day() -> None:
    sitting = {"activity": "read", "per_week": 7, "between": ("08:40", "17:20")}
    ann = a_person(someone(schedule=OFFICE, intents=[sitting]))
    days = [{it.basis for it in draw(ann, waking(ann, day))} for day in range(7)]
    assert [Basis.INTENT in bases for bases in days] == [False] * 5 + [True] * 2


def test_who_wakes_long_before_the_first_thing_gets_up_and_who_does_not_dozes_on() -> None:
    ann = a_person(someone(schedule={"wake": "07:00", "bed": "23:00"}))
    today = waking(ann, MONDAY)
    soon = step("breakfast", 0, 15, "kitchen").moved(today.wake + 20 * MINUTE)
    assert [(it.activity, it.reason) for it in compose(ann, today, [soon])][:3] == [
        ("sleep", "a while longer in bed"),
        ("use_toilet", "nature calls"),
        ("breakfast", ""),
    ]
    late = soon.moved(today.wake + 3 * HOUR)
    assert [it.basis for it in compose(ann, today, [late])][:2] == [Basis.SCHEDULE, Basis.IDLE]


def test_whoever_is_in_bed_early_sleeps_and_whoever_is_late_sleeps_late() -> None:
    ann = a_person(someone(schedule={"wake": "07:00", "bed": "23:00"}))
    today = waking(ann, MONDAY)
    early = step("go_to_bed", 0, 10, "bedroom").moved(today.bed - 25 * MINUTE)
    late = step("watch_television", 0, 20).moved(today.bed - 5 * MINUTE)
    assert 0 <= compose(ann, today, [early])[-1].start - early.end < 10 * MINUTE
    assert compose(ann, today, [late])[-1].start == late.end


def test_what_memory_knows_of_an_activity_comes_before_the_catalogue() -> None:
    log = every_day(
        did(0, 2, "Microwave:switch on", 480, "coffee"),
        did(0, 2, "SmartPlug:switch on", 481, "coffee"),
        did(0, 2, "SmartPlug:switch off", 490, "coffee"),
    )
    ann, bea = a_person(someone(), a_memory(*log)), a_person(someone())
    mine, hers = (new_step(it, "coffee", 0, 8, Basis.INTENT, "") for it in (ann, bea))
    assert mine is not None and hers is not None
    assert [(it.device, it.after) for it in mine.orders] == [
        ("microwave", 0), ("coffee_machine", 0), ("coffee_machine", 8 * MINUTE),
    ]  # fmt: skip
    assert [(it.device, it.after) for it in hers.orders] == [
        ("coffee_machine", 0),
        ("coffee_machine", 8 * MINUTE),
    ]
    child = new_step(a_person(someone(forbidden=("SmartPlug",))), "coffee", 0, 8, Basis.INTENT, "")
    assert child is not None
    assert child.orders == ()
    assert new_step(ann, "dryer", 0, 8, Basis.INTENT, "") is None


def test_an_agenda_is_lived() -> None:
    """The film that a chore interrupts is switched on and off once each."""
    log = every_day(
        did(0, 6, "Television:switch on", 1200, "watch_television"),
        did(0, 7, "Television:switch off", 1320, "watch_television"),
    )
    chores = every_day(did(0, 6, "Dishwasher:start", 1235, "dishes"))
    schedule = {"wake": "07:00", "bed": "23:00", "free_days": "daily"}
    ann = a_person(someone(schedule=schedule), a_memory(*log, *chores), start=SUMMER)
    records = watch(a_house(ann.profile, start=SUMMER), dict(habits(ann)), at(1, "00:00", start=SUMMER))
    told_ = [it for it in events(records) if it.kind is Kind.COMMAND and it.cause == Basis.MEMORY]
    assert [(it.device, it.command) for it in told_] == [
        ("television", "switch on"), ("dishwasher", "start"), ("television", "switch off"),
    ]  # fmt: skip


# When something takes longer than planned


def evening(*plans: tuple[str, str, str, Basis]) -> list[Step]:
    return [
        Step(start=at(0, begin), end=at(0, end), activity=name, room="kitchen", basis=basis)
        for begin, end, name, basis in plans
    ]


def left_at(text: str, steps: Sequence[Step]) -> list[tuple[str, float, float]]:
    """(activity, minutes after *text* at which it begins, minutes it lasts) of what is done after all."""
    now = at(0, text)
    return [(step.activity, (step.start - now) / MINUTE, step.minutes) for step in caught_up(steps, now)]


def test_after_a_long_visit_dinner_is_eaten_late_and_idle_time_gives_way() -> None:
    steps = evening(
        ("19:00", "19:30", "eat", Basis.MEMORY),
        ("19:30", "19:45", "dishes", Basis.MEMORY),
        ("19:45", "20:40", "relax", Basis.IDLE),
        ("20:40", "20:50", "read", Basis.INTENT),
        ("23:00", "23:59", "sleep", Basis.SCHEDULE),
    )
    assert left_at("20:00", steps) == [
        ("eat", 0, 30), ("dishes", 30, 15), ("read", 45, 5), ("sleep", 180, 59),
    ]  # fmt: skip


def test_who_is_a_little_late_is_done_when_it_was_to_be_done() -> None:
    steps = evening(("19:00", "19:30", "eat", Basis.MEMORY), ("19:30", "19:40", "dishes", Basis.MEMORY))
    assert left_at("19:05", steps) == [("eat", 0, 25), ("dishes", 25, 10)]


def test_what_was_missed_by_hours_is_given_up_and_the_night_ends_when_it_ends() -> None:
    steps = evening(("18:00", "18:30", "cook", Basis.MEMORY), ("22:30", "23:59", "sleep", Basis.SCHEDULE))
    assert left_at("23:00", steps) == [("sleep", 0, 59)]


def test_the_coat_of_a_late_outing_is_put_on_late() -> None:
    steps = evening(
        ("19:00", "19:03", "leave_home", Basis.SCHEDULE), ("19:03", "19:30", "go_out", Basis.MEMORY)
    )
    assert left_at("19:40", steps) == [("leave_home", 0, 3), ("go_out", 3, 27)]


def test_nothing_is_begun_to_pass_the_time_for_which_there_is_none() -> None:
    ann = a_person(someone(schedule={"wake": "07:00", "bed": "23:00"}))
    least = {name: it.minutes[0] for name, it in ann.layout.catalogue.activities.items()}
    idle = [it for day in range(30) for it in draw(ann, waking(ann, day)) if it.basis is Basis.IDLE]
    assert [it for it in idle if it.minutes < least[it.activity] - 0.01] == []


def test_nothing_left_to_do_is_no_error() -> None:
    assert caught_up([], at(0, "12:00")) == []
    assert left_at("12:00", evening(("08:00", "09:00", "relax", Basis.IDLE))) == []
