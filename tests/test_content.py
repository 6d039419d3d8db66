"""The shipped people: would a person live so? Each rule is one that readers of the YAML take for granted."""

from collections import Counter
from functools import cache
from itertools import combinations, pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple, get_args

import pytest

from scenarios.activity import Activity, Occasion
from scenarios.catalogue import load_catalogue
from scenarios.frozen import WEEKDAYS, clock_text
from scenarios.including import SHIPPED
from scenarios.loading import load_routines_file, load_scenario
from scenarios.resident import Profile, Schedule
from scenarios.routine import AuthoredRoutine, AuthoredRoutines, Step
from scenarios.scenario import Scenario
from world.layout import Layout

DAY, WEEK = 1440, 7 * 1440  # minutes
SCENARIOS = ("quickstart", "fr_home", "family")
HOMES = {
    "office_worker": "two_room_flat",
    "freelancer": "two_room_flat",
    "night_shift_nurse": "two_room_flat",
    "student": "studio",
    "schoolchild": "family_house",
    "parent_at_home": "family_house",
    "shift_worker": "family_house",
    "retired": "family_house",
}
ALONE = """\
name: alone
start: 2026-01-12
home: {{include: homes/{home}.yaml}}
residents:
  - {{include: profiles/{person}.yaml}}
"""
# what is begun and ended, by device type: (begins, ends)
PAIRS = {
    "Television": ("switch on", "switch off"),
    "SmartPlug": ("switch on", "switch off"),
    "Oven": ("switch on", "switch off"),
    "AirPurifier": ("switch on", "switch off"),
    "NetworkAudio": ("mediaPlayback play", "mediaPlayback stop"),
    "GarageDoor": ("doorControl open", "doorControl close"),
    "Blind": ("windowShade open", "windowShade close"),
}

people = pytest.mark.parametrize("person", HOMES)


class Lived(NamedTuple):
    """A step on the week's line: minutes since Monday's midnight; past Sunday it goes on."""

    start: int
    end: int
    routine: str
    step: Step

    def __str__(self) -> str:
        when = f"{WEEKDAYS[self.start // DAY % 7]} {clock_text(self.start)}"
        return f"{when} {self.step.activity} ({self.routine})"


@cache
def household(person: str) -> Scenario:
    """The profile alone in its home, loaded as a user's own file would be."""
    with TemporaryDirectory() as folder:
        file = Path(folder, "alone.yaml")
        file.write_text(ALONE.format(home=HOMES[person], person=person), encoding="utf-8")
        return load_scenario(file)


def profile_of(person: str) -> Profile:
    return household(person).residents[0]


def schedule_of(person: str) -> Schedule:
    schedule = profile_of(person).schedule
    assert schedule is not None
    return schedule


@cache
def routines_of(person: str) -> AuthoredRoutines:
    return load_routines_file(SHIPPED / "routines" / f"{person}.yaml")


@cache
def week_of(person: str) -> tuple[Lived, ...]:
    """Every step of every routine on the days it happens, in order."""
    lived = [
        step for routine in routines_of(person).routines for day in routine.days for step in _on(routine, day)
    ]
    return tuple(sorted(lived, key=lambda step: (step.start, step.end)))


def _on(routine: AuthoredRoutine, day: int) -> list[Lived]:
    steps, midnight, before = [], day * DAY, 0
    for step in routine.steps:
        if before - step.at > DAY // 2:
            midnight += DAY
        before = step.at
        start = midnight + step.at
        steps.append(Lived(start, start + step.minutes, routine.name, step))
    return steps


def wakes(schedule: Schedule, day: int) -> int:
    free = day % 7 in schedule.free_days and schedule.free_wake is not None
    return schedule.free_wake if free and schedule.free_wake is not None else schedule.wake


def sleeps(schedule: Schedule, day: int) -> int:
    """When the waking day *day* ends, in minutes; who is free tomorrow stays up longer."""
    free = (day + 1) % 7 in schedule.free_days and schedule.free_bed is not None
    bed = schedule.free_bed if free and schedule.free_bed is not None else schedule.bed
    return bed + DAY * (bed <= wakes(schedule, day))


def nights(schedule: Schedule) -> list[tuple[int, int]]:
    return [
        (day * DAY + sleeps(schedule, day), (day + 1) * DAY + wakes(schedule, day + 1))
        for day in range(-2, 8)
    ]


def hours_away(schedule: Schedule) -> list[tuple[int, int]]:
    return [
        (day * DAY + away.leave, day * DAY + away.back + DAY * (away.back <= away.leave))
        for away in schedule.away
        for week in (-7, 0, 7)
        for day in (weekday + week for weekday in away.days)
    ]


def place(person: str, step: Step) -> tuple[Layout, str]:
    """The layout of the person's home and the room of the step."""
    scenario = household(person)
    layout = Layout(scenario.home, load_catalogue())
    who = profile_of(person)
    room = layout.room_for(layout.catalogue.activities[step.activity], who, layout.bedroom(who))
    assert room is not None, f"{person}: no room for {step.activity}"
    return layout, room


# --- files -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", SCENARIOS)
def test_every_shipped_scenario_loads(name: str) -> None:
    scenario = load_scenario(SHIPPED / f"{name}.yaml")
    assert scenario.name == name
    assert scenario.start.weekday() == 0, "shipped weeks begin on a Monday"


def test_every_profile_and_routines_file_is_looked_at() -> None:
    """Those whose routines go by the clock; test_profiles.py looks at those who go by their own hours."""
    by_clock = {file.stem for file in (SHIPPED / "profiles").glob("*.yaml") if "memory:" in file.read_text()}
    assert by_clock == {file.stem for file in (SHIPPED / "routines").glob("*.yaml")} == set(HOMES)


def test_profiles_are_different_people() -> None:
    profiles = [profile_of(person) for person in HOMES]
    assert len({p.id for p in profiles}) == len({p.about for p in profiles}) == len(HOMES)
    assert all(p.about and p.tastes and p.intents and p.occupation for p in profiles)


def test_the_quickstart_interrupts_people_who_can_be_interrupted() -> None:
    quickstart = load_scenario(SHIPPED / "quickstart.yaml")
    assert {happening.kind for happening in quickstart.happenings} == {"visitor", "message", "device_fault"}
    profiles = {"anna": "office_worker", "ben": "freelancer"}
    for happening in quickstart.happenings:
        when = happening.day * DAY + happening.at
        concerned = happening.to or tuple(profiles)
        schedules = [schedule_of(profiles[who]) for who in concerned]
        assert any(not any(a <= when < b for a, b in [*nights(s), *hours_away(s)]) for s in schedules), (
            f"nobody notices {happening.text!r}"
        )


# --- activities --------------------------------------------------------------------------------------------


def test_every_device_type_of_the_catalogue_means_exactly_one_activity() -> None:
    catalogue = load_catalogue()
    meant = Counter(device for activity in catalogue.activities.values() for device in activity.devices)
    assert meant == Counter(catalogue.devices.keys())


def test_every_interruption_has_an_answer() -> None:
    activities = load_catalogue().activities.values()
    answered = {occasion for activity in activities for occasion in activity.answers}
    occasions = {word for words in get_args(Occasion) for word in get_args(words)}
    assert answered == occasions - {"dark"}  # that is a reflex


def test_an_idle_hour_operates_the_television_and_nothing_else() -> None:
    """What fills a gap must not invent device use that memory does not hold; who lives by a log has none."""
    idle = {name: a for name, a in load_catalogue().activities.items() if a.idle}
    assert {"relax", "potter", "read", "snack"} <= set(idle)
    assert [name for name, activity in idle.items() if activity.start or activity.end] == ["watch_television"]


def test_phrases_are_distinct_and_follow_to() -> None:
    activities = load_catalogue().activities
    phrases = [activity.phrase for activity in activities.values()]
    assert len(set(phrases)) == len(phrases)
    assert all(phrase[0].islower() and not phrase.startswith("to ") for phrase in phrases)


@people
def test_what_a_person_means_to_do_has_a_place_in_their_home(person: str) -> None:
    for intent in profile_of(person).intents:
        place(person, Step(at="12:00", activity=intent.activity))


def test_intents_fall_into_waking_hours() -> None:
    for person in HOMES:
        schedule = schedule_of(person)
        for intent in profile_of(person).intents:
            assert intent.between is not None
            asleep = [(a % WEEK, a % WEEK + b - a) for a, b in nights(schedule)]
            for day in range(7):
                opens, closes = (day * DAY + minute for minute in intent.between)
                assert not [n for n in asleep if n[0] < closes and opens < n[1]], (
                    f"{person}: {intent.activity}"
                )


# --- routines ----------------------------------------------------------------------------------------------


@people
def test_a_week_of_routines_says_what_it_is(person: str) -> None:
    routines = routines_of(person)
    assert routines.provenance == "authored by hand for Homefolk's demo; nobody lived these days"
    names = [routine.name for routine in routines.routines]
    assert len(set(names)) == len(names)
    assert 25 <= len(names) <= 50


@people
def test_every_action_meets_its_device_where_the_person_stands(person: str) -> None:
    for lived in week_of(person):
        layout, room = place(person, lived.step)
        activity = layout.catalogue.activities[lived.step.activity]
        for action in (*lived.step.start, *lived.step.end):
            order = layout.order_for(action, room)
            assert order is not None, f"{person}: {lived}: no {action} in this home"
            assert order.device and layout.reachable(order, room), (
                f"{person}: {lived}: {action} is out of reach"
            )
            assert action.partition(":")[0] not in profile_of(person).forbidden, f"{person}: {lived}"
        assert_natural(activity, lived)


def assert_natural(activity: Activity, lived: Lived) -> None:
    """Authored durations lie within what the catalogue calls possible."""
    least, _, most = activity.minutes
    assert least <= lived.step.minutes <= most, f"{lived}: {lived.step.minutes} min, possible {least}-{most}"


@people
def test_nobody_acts_while_asleep_or_away(person: str) -> None:
    schedule = schedule_of(person)
    for lived in week_of(person):
        for what, spans in (("asleep", nights(schedule)), ("away", hours_away(schedule))):
            clash = [span for span in spans if lived.start < span[1] and span[0] < lived.end]
            assert not clash, f"{person}: {lived} while {what}"


@people
def test_a_person_does_one_thing_after_the_other(person: str) -> None:
    for before, after in pairwise(week_of(person)):
        assert before.end <= after.start, f"{person}: {before} overlaps {after}"


@people
def test_pastimes_operate_nothing(person: str) -> None:
    """What memory knows of an idle activity is repeated whenever an hour is free."""
    idle = {name for name, it in load_catalogue().activities.items() if it.idle} - {"watch_television"}
    for lived in week_of(person):
        if lived.step.activity in idle:
            assert not lived.step.start and not lived.step.end, f"{person}: {lived}"


@people
def test_neighbouring_steps_of_a_routine_differ(person: str) -> None:
    """Two steps of one activity in a row would be remembered as one long step."""
    for routine in routines_of(person).routines:
        for before, after in pairwise(routine.steps):
            assert before.activity != after.activity, f"{person}: {routine.name}: twice {after.activity}"


@people
def test_every_day_has_a_morning_and_an_evening(person: str) -> None:
    schedule, week = schedule_of(person), week_of(person)
    for day in range(7):
        wake, bed = day * DAY + wakes(schedule, day), day * DAY + sleeps(schedule, day)
        first = [s for s in week if 0 <= (s.start - wake) % WEEK <= 30]
        last = [s for s in week if 0 <= (bed - s.end) % WEEK <= 60]
        assert any(s.step.activity == "get_up" for s in first), f"{person}: nobody gets up on day {day}"
        assert any(s.step.activity == "go_to_bed" for s in last), f"{person}: nobody goes to bed on day {day}"


@people
def test_no_day_is_like_another(person: str) -> None:
    days = [
        {(s.start % DAY, s.step.activity) for s in week_of(person) if s.start // DAY == day}
        for day in range(7)
    ]
    for one, other in combinations(days, 2):
        alike = len(one & other) / min(len(one), len(other))
        assert alike < 0.9, f"{person}: two days share {alike:.0%} of their minutes"
    up = {s.start % DAY for s in week_of(person) if s.step.activity == "get_up"}
    assert len(up) >= 4, f"{person} gets up by the clock: {sorted(up)}"


@people
def test_what_is_begun_is_ended(person: str) -> None:
    """Television, music, coffee machine: on, then off within hours. Blinds: open and closed in turn."""
    events = sorted(events_of(person))
    for device, (begins, ends) in PAIRS.items():
        rooms = {room for _, room, action in events if action.startswith(f"{device}:")}
        for room in sorted(rooms):
            line = [
                (at, action.partition(":")[2])
                for at, where, action in events
                if where == room and action.startswith(f"{device}:")
            ]
            assert [command for _, command in line] in (
                [begins, ends] * (len(line) // 2),
                [ends, begins] * (len(line) // 2),  # a blind closed on Tuesday morning was opened on Monday
            ), f"{person}: {device} in {room}: {line}"
            if device != "Blind":
                assert line[0][1] == begins
                assert all(off - on < 4 * 60 for (on, _), (off, _) in zip(line[::2], line[1::2], strict=True))


def events_of(person: str) -> list[tuple[int, str, str]]:
    """(minute of the week, room, action) of a week."""
    events = []
    for lived in week_of(person):
        _, room = place(person, lived.step)
        events += [(lived.start, room, action) for action in lived.step.start]
        events += [(lived.end, room, action) for action in lived.step.end]
    return events


@people
def test_the_door_is_locked_behind_whoever_comes_or_goes(person: str) -> None:
    for lived in week_of(person):
        actions = (*lived.step.start, *lived.step.end)
        if lived.step.activity == "leave_home":
            assert actions[-1] in {"SmartLock:lock lock", "GarageDoor:doorControl close"}, (
                f"{person}: {lived}"
            )
        if lived.step.activity == "come_home":
            assert actions in {
                ("SmartLock:lock unlock", "SmartLock:lock lock"),
                ("GarageDoor:doorControl open", "GarageDoor:doorControl close"),
            }, f"{person}: {lived}"


@people
def test_coming_and_going_belong_to_being_out(person: str) -> None:
    """Whoever leaves is out afterwards, whoever is out left before and comes home after."""
    week = week_of(person)
    out = sorted(
        [(s.start, s.end) for s in week if s.step.activity == "go_out"] + hours_away(schedule_of(person))
    )
    left = [s.end for s in week if s.step.activity == "leave_home"]
    came = [s.start for s in week if s.step.activity == "come_home"]
    for start, end in out:
        if 0 <= start < WEEK:
            assert any(0 <= start - minute <= 15 for minute in left), (
                f"{person} is out at {start} without leaving"
            )
            assert any(0 <= (minute - end) % WEEK <= 10 for minute in came), (
                f"{person} never comes home at {end}"
            )
    assert len(left) == len(came) == len([span for span in out if 0 <= span[0] < WEEK])


@people
def test_washing_does_not_stay_wet(person: str) -> None:
    week = week_of(person)
    for lived in week:
        if lived.step.activity == "laundry":
            later = [s.start - lived.end for s in week if s.step.activity in {"hang_laundry", "dryer"}]
            assert any(90 <= wait <= 300 for wait in later), f"{person}: {lived}"


@people
def test_programmes_are_started_by_somebody_who_hears_them(person: str) -> None:
    schedule = schedule_of(person)
    for at, _, action in events_of(person):
        if action.split(":")[0] in {"Washer", "Dryer"}:
            assert not [n for n in nights(schedule) if n[0] < at + 60 and at < n[1]], (
                f"{person}: {action} at night"
            )


@pytest.mark.parametrize("name", ["quickstart", "family"])
def test_one_television_one_hand_on_the_remote(name: str) -> None:
    """Two people of one household do not both plan to switch it on."""
    persons = [
        Path(resident.memory.routines).stem
        for resident in load_scenario(SHIPPED / f"{name}.yaml").residents
        if resident.memory
    ]
    on = sorted(
        (lived.start, lived.end, person)
        for person in persons
        for lived in week_of(person)
        if "Television:switch on" in lived.step.start
    )
    for (_, end, one), (start, _, other) in pairwise(on):
        assert end <= start, f"{one} and {other} both switch on the television at {start}"
