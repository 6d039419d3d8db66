"""Life events as schedule: who is there on which day, by which profile, and what the log says of it."""

import json
import re
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import get_args

import pytest

from agents.habit import HabitMind
from agents.person import living_by
from agents.schedule import waking
from dataset.routines import Routines
from evaluation.diary import diary_of
from evaluation.figures import changes
from evaluation.preview import preview
from evaluation.timeline import draw
from evaluation.togetherness import brought, left_alone
from runner.course import change_points, person_of, unfolded
from runner.household import Lived
from runner.memories import by_own_hours
from scenarios.chance import Chance
from scenarios.change import Change, ChangeKind
from scenarios.course import later_devices, lives_of, remembering
from scenarios.loading import ScenarioError, load_scenario
from scenarios.scenario import Scenario
from sppc.shifting import shifted
from tests.stories import CATALOGUE, a_person, did, lived, someone
from world.audit import audit
from world.clock import HOUR, Clock
from world.event import Kind
from world.layout import Layout

OF_PEOPLE = (Kind.COMMAND, Kind.DEED, Kind.ACTIVITY, Kind.MOVE)
COUPLE = """
name: story
start: 2026-01-12
days: {days}
home: {{include: homes/two_room_flat.yaml}}
residents:
  - {{archetype: office_worker, name: Anna, memory: null, extends: [bedtime], age: 34}}
  - {{archetype: freelancer, name: Ben, memory: null, extends: [bedtime], age: 36}}
"""
FAMILY = """
name: story
start: 2026-02-02
days: {days}
home: {{include: homes/sydney_bungalow.yaml}}
residents:
  - archetype: father_at_home
    name: Diego
    relationships: [{{to: kate, kind: partner}}, {{to: mila, kind: parent}}]
  - archetype: teacher
    name: Kate
    memory: null
    relationships: [{{to: diego, kind: partner}}, {{to: mila, kind: parent}}]
  - {{archetype: toddler, name: Mila, relationships: [{{to: diego, kind: child}}, {{to: kate, kind: child}}]}}
"""
NIGHTS = (
    "profile: {schedule: {wake: '14:30', bed: '08:25', free_days: sun, free_wake: '14:30', free_bed: "
    "'08:25', "
    "away: [{days: daily, leave: '20:25', back: '07:35', place: hospital}]}}"
)
NEW_BABY = "profile: {archetype: baby, name: Ida, relationships: [{to: kate, kind: child}]}"


@pytest.fixture
def story(tmp_path: Path) -> Callable[..., Scenario]:
    def read(*changes: str, beneath: str = COUPLE, days: int = 8) -> Scenario:
        lines = "".join(f"  - {{{change}}}\n" for change in changes)
        file = tmp_path / "story.yaml"
        file.write_text(beneath.format(days=days) + (f"changes:\n{lines}" if changes else ""))
        return load_scenario(file)  # type: ignore[return-value]

    return read


def lines(story: Callable[..., Scenario], *changes: str, beneath: str = COUPLE) -> list[str]:
    """What is wrong with *changes*, each without its file."""
    with pytest.raises(ScenarioError) as error:
        story(*changes, beneath=beneath)
    return [f"{problem.line}: {problem.where}: {problem.message}" for problem in error.value.problems]


def clock_of(scenario: Scenario) -> Clock:
    return Clock(scenario.start, scenario.home.address.zone)


def labels(whole: Lived, scenario: Scenario) -> list[tuple[int, str, str, str]]:
    """(day, kind, who or what, words) of every change point in the log."""
    clock = clock_of(scenario)
    return [
        (clock.local(it.time)[0], it.command, it.actor or it.device, it.value)
        for it in whole.events
        if it.cause == "change"
    ]


def at_home(whole: Lived, scenario: Scenario) -> Counter[tuple[str, int]]:
    """Rows of each person and day that happen in the home."""
    clock = clock_of(scenario)
    return Counter(
        (it.actor, clock.local(it.time)[0])
        for it in whole.events
        if it.kind in OF_PEOPLE and it.room != "outside"
    )


def done(whole: Lived, scenario: Scenario, who: str, day: int) -> list[str]:
    clock = clock_of(scenario)
    return [
        it.activity
        for it in whole.events
        if it.kind is Kind.ACTIVITY and it.actor == who and clock.local(it.time)[0] == day
    ]


# Life events


def test_who_is_ill_stays_at_home_rests_and_goes_out_again(story: Callable[..., Scenario]) -> None:
    scenario = story("day: 1, until: 3, who: anna, kind: illness")
    whole = lived(scenario, {})
    assert whole.impossible(scenario, CATALOGUE) == []
    for day in (1, 3):  # Tuesday and Thursday she would be at the office
        assert "away" not in done(whole, scenario, "anna", day)
    assert "away" in done(whole, scenario, "anna", 0)
    assert "away" in done(whole, scenario, "anna", 4)
    assert sum(done(whole, scenario, "anna", day).count("nap") for day in (1, 2, 3)) >= 2
    assert "exercise" not in [name for day in (1, 2, 3) for name in done(whole, scenario, "anna", day)]
    assert labels(whole, scenario) == [
        (1, "illness", "anna", "Anna falls ill"), (4, "illness", "anna", "is over"),
    ]  # fmt: skip


def test_a_household_on_holiday_leaves_an_empty_and_silent_home(story: Callable[..., Scenario]) -> None:
    scenario = story("day: 2, until: 5, kind: holiday")
    whole = lived(scenario, {})
    here = at_home(whole, scenario)
    assert [here[who, day] for who in ("anna", "ben") for day in (3, 4)] == [0, 0, 0, 0]
    assert all(here[who, day] for who in ("anna", "ben") for day in (0, 1, 2, 5, 6))
    clock, out = clock_of(scenario), ("anna", "ben")
    leave, back = clock.ms(2, 12 * 60), clock.ms(5, 15 * 60)
    between = [it for it in whole.events if leave < it.time < back and it.actor in out]
    assert all(it.room == "outside" for it in between)
    assert whole.impossible(scenario, CATALOGUE) == []
    assert [row[:3] for row in labels(whole, scenario)] == [
        (2, "holiday", "anna"), (2, "holiday", "ben"), (6, "holiday", "anna"), (6, "holiday", "ben"),
    ]  # fmt: skip


def test_a_guest_is_there_for_days_and_nowhere_before_and_after(story: Callable[..., Scenario]) -> None:
    guest = "profile: {name: Otto, archetype: retired, memory: null, age: 70}"
    scenario = story(f"day: 2, until: 5, kind: visitor, {guest}")
    whole, alone = lived(scenario, {}), lived(story(), {})
    here = at_home(whole, scenario)
    assert [bool(here["otto", day]) for day in range(8)] == [
        False,
        False,
        True,
        True,
        True,
        True,
        False,
        False,
    ]
    first = min(it.time for it in whole.events if it.actor == "otto" and it.cause != "change")
    assert clock_of(scenario).local(first)[0] == 2
    assert len([it for it in whole.decisions if it.resident == "otto"])
    clock = clock_of(scenario)
    before = [it for it in whole.events if it.time < clock.midnight(2)]
    assert before == [it for it in alone.events if it.time < clock.midnight(2)]  # nobody else lives otherwise
    assert whole.impossible(scenario, CATALOGUE) == []


def test_a_new_shift_turns_the_day_round(story: Callable[..., Scenario]) -> None:
    scenario = story(f"day: 4, who: anna, kind: new_shift, {NIGHTS}", days=9)
    clock, whole = clock_of(scenario), lived(scenario, {})
    nights = [
        clock.local(it.time)[2] // 60
        for it in whole.events
        if (it.kind, it.actor, it.activity) == (Kind.ACTIVITY, "anna", "away") and it.time > clock.midnight(4)
    ]
    assert nights and all(hour in (20, 21) for hour in nights)
    asleep = [it for it in whole.decisions if it.resident == "anna" and it.decision.asleep]
    by_day = [
        it for it in asleep if it.time > clock.midnight(5) and clock.local(it.time)[2] // 60 in range(7, 11)
    ]
    assert len(by_day) >= 3
    assert labels(whole, scenario) == [(4, "new_shift", "anna", "Anna has new working hours")]


def test_a_shift_for_a_while_ends(story: Callable[..., Scenario]) -> None:
    scenario = story("day: 1, until: 2, who: anna, kind: new_shift, profile: {schedule: {wake: '05:00'}}")
    life = lives_of(scenario)["anna"]
    wake = [life.on(day).schedule.wake // 60 for day in range(5)]  # type: ignore[union-attr]
    assert wake == [6, 5, 5, 6, 6]


def test_bedtime_drifts_by_ninety_minutes_in_a_month(story: Callable[..., Scenario]) -> None:
    later = "profile: {schedule: {bed: '00:20', free_bed: '00:50'}}"
    scenario = story(f"day: 2, who: anna, kind: new_habits, gradual: 30, {later}", days=40)
    _, course = unfolded(scenario, Layout(scenario.home, CATALOGUE))
    clock = clock_of(scenario)
    profile = scenario.residents[0]
    person = person_of(profile, course, {}, Layout(scenario.home, CATALOGUE), clock, Chance(7))
    beds = [person.hours(day).bed for day in range(40)]
    assert beds[1] == 22 * 60 + 50 and beds[35] == 24 * 60 + 20
    weekdays = [bed for day, bed in enumerate(beds) if clock.date_of(day).weekday() < 4]
    steps = [two - one for one, two in pairwise(weekdays)]
    assert min(steps) >= 0 and max(steps) <= 14  # 90 minutes over 30 days, at most four of them between
    assert [(it.first, it.passing) for it in lives_of(scenario)["anna"].eras][-1] == (32, False)


def test_a_new_device_is_neither_used_nor_seen_nor_heard_of_before(story: Callable[..., Scenario]) -> None:
    scenario = story(
        "day: 3, kind: new_device, device: television", "day: 3, kind: new_device, device: living_motion",
        days=6,
    )  # fmt: skip
    whole, clock = lived(scenario, {}), clock_of(scenario)
    for device in ("television", "living_motion"):
        mine = [it for it in whole.events if it.device == device and it.cause != "change"]
        days = {clock.local(it.time)[0] for it in mine}
        assert days and min(days) >= 3, device
    watched = {
        day
        for day in range(6)
        for who in ("anna", "ben")
        if "watch_television" in done(whole, scenario, who, day)
    }
    assert watched and min(watched) >= 3
    assert whole.impossible(scenario, CATALOGUE) == []
    before = [it for it in whole.events if it.command != "new_device"]
    found = audit(before, scenario.home, CATALOGUE.devices, awaited=later_devices(scenario))
    assert found and all("is not there yet" in it for it in found)


def test_a_child_is_born_and_one_parent_leaves(story: Callable[..., Scenario]) -> None:
    scenario = story(
        f"day: 2, kind: new_baby, {NEW_BABY}", "day: 4, who: diego, kind: moving_out", beneath=FAMILY, days=8
    )
    whole = lived(scenario, {})
    here, clock = at_home(whole, scenario), clock_of(scenario)
    assert [bool(here["ida", day]) for day in range(4)] == [False, False, True, True]
    assert [bool(here["diego", day]) for day in range(3, 8)] == [True, True, False, False, False]
    people = [life.eras[0].profile for life in lives_of(scenario).values()]
    assert left_alone(whole.events, people, clock, clock.midnight(8))[1] == []
    assert brought(whole.events, people)[1] == []
    assert whole.impossible(scenario, CATALOGUE) == []


def test_small_children_go_along_on_holiday_and_come_back(story: Callable[..., Scenario]) -> None:
    scenario = story("day: 1, until: 3, kind: holiday", beneath=FAMILY, days=5)
    whole = lived(scenario, {})
    here = at_home(whole, scenario)
    assert here["mila", 2] == 0 and here["mila", 3] and here["mila", 4]
    people, clock = scenario.residents, clock_of(scenario)
    assert left_alone(whole.events, people, clock, clock.midnight(5))[1] == []
    assert brought(whole.events, people)[1] == []
    moves = [it for it in whole.events if it.kind is Kind.MOVE and it.time > clock.midnight(3)]
    inside = [it for it in moves if it.room != "outside"]
    arrived = {who: min(it.time for it in inside if it.actor == who) for who in ("diego", "kate", "mila")}
    assert max(arrived.values()) - min(arrived.values()) < HOUR


def test_somebody_stays_with_a_child_that_is_ill(story: Callable[..., Scenario]) -> None:
    both = FAMILY.replace("archetype: father_at_home", "archetype: teacher\n    memory: null")
    scenario = story("day: 1, until: 2, who: mila, kind: illness", beneath=both, days=4)
    whole = lived(scenario, {})
    for day in (1, 2):
        assert "away" not in done(whole, scenario, "mila", day)
        stays = [who for who in ("diego", "kate") if "away" not in done(whole, scenario, who, day)]
        assert len(stays) == 1
    assert "go_along" in done(whole, scenario, "mila", 3)


def test_who_joins_during_a_holiday_of_the_others_is_not_on_it(story: Callable[..., Scenario]) -> None:
    joins = "day: 3, kind: moving_in, profile: {name: Otto, archetype: retired, memory: null}"
    scenario = story("day: 2, until: 5, kind: holiday", joins)
    life = lives_of(scenario)["otto"]
    assert [life.there(day) for day in range(2, 7)] == [False, True, True, True, True]
    here = at_home(lived(scenario, {}), scenario)
    assert here["otto", 4] and not here["anna", 4]


def test_an_absent_person_holds_nobody_up_and_keeps_nobody_quiet(story: Callable[..., Scenario]) -> None:
    scenario = story("day: 1, until: 6, who: anna, kind: holiday")
    whole = lived(scenario, {})
    days = [clock_of(scenario).local(it.time)[0] for it in whole.events if it.command == "message"]
    assert not [day for day in days if 1 <= day <= 6]
    meals = [it.decision.reason for it in whole.decisions if " with Anna" in it.decision.reason]
    times = [it.time for it in whole.decisions if " with Anna" in it.decision.reason]
    clock = clock_of(scenario)
    assert meals and all(clock.local(time)[0] not in range(2, 6) for time in times)


# The same life, seen from inside and from outside


def test_a_life_that_changes_is_lived_the_same_twice_and_costs_nothing_where_it_does_not(
    story: Callable[..., Scenario],
) -> None:
    changes = ("day: 2, until: 3, who: ben, kind: illness", "day: 4, until: 6, kind: holiday")
    scenario = story(*changes)
    again = Scenario.model_validate_json(scenario.model_dump_json())
    assert again == scenario
    assert lived(again, {}).events == lived(scenario, {}).events
    before = clock_of(scenario).midnight(2)
    plain = [it for it in lived(story(), {}).events if it.time < before]
    assert [it for it in lived(scenario, {}).events if it.time < before] == plain


def test_nobody_forgets_what_they_have_learned_because_they_are_ill() -> None:
    well, ill = a_person(someone()), a_person(someone(mobility=0.7))
    mind = HabitMind(living_by([(0, well), (3, ill)]))
    mind.person.experience.note("tea", 5)
    for day in range(5):
        mind.next_day(mind.person.clock.midnight(day))
    assert mind.person.profile.mobility == 0.7
    assert mind.person.experience.mean["tea", 5] > 0


def test_waking_days_hang_together_through_every_change(story: Callable[..., Scenario]) -> None:
    scenario = story(
        f"day: 3, until: 6, who: anna, kind: new_shift, {NIGHTS}", "day: 8, until: 9, kind: holiday", days=12
    )
    layout = Layout(scenario.home, CATALOGUE)
    _, course = unfolded(scenario, layout)
    person = person_of(scenario.residents[0], course, {}, layout, clock_of(scenario), Chance(3))
    days = [waking(person, day) for day in range(12)]
    for one, two in pairwise(days):
        assert one.wake_again == two.wake
        assert one.wake <= one.bed <= one.wake_again
    assert [day.elsewhere for day in days] == [day == 8 for day in range(12)]


def test_memory_is_another_where_hours_that_routines_go_by_are_others(story: Callable[..., Scenario]) -> None:
    scenario = story(
        "day: 1, until: 2, who: anna, kind: illness",
        "day: 4, who: anna, kind: new_shift, profile: {schedule: {wake: '05:30'}}",
    )
    assert [key for key, _ in remembering(scenario)] == ["anna", "anna@4", "ben"]


def test_a_log_is_lived_by_new_hours_as_a_whole() -> None:
    evening = (did(0, 6, "Television:switch on", 20 * 60), did(0, 7, "Television:switch off", 22 * 60))
    log = Routines.of([evening, (did(6, 7, "Light:switch on"),)], source="a log", provenance="observed")
    later = shifted(log, 9 * 60)
    one, two = later.sequences()
    assert [(it.day, it.slot, it.minute) for it in one] == [(1, 1, 5 * 60), (1, 2, 7 * 60)]
    assert [(it.day, it.slot, it.minute) for it in two] == [(0, 2, -1)]
    assert list(shifted(later, -9 * 60).sequences()) == list(log.sequences())


def test_a_new_shift_moves_a_log_and_an_illness_does_not(
    story: Callable[..., Scenario], tmp_path: Path
) -> None:
    day = [did(weekday, 5, "Television:switch on", 17 * 60) for weekday in range(5)]
    log = Routines.of([(done,) for done in day], source="log", provenance="observed", weeks=1.0)
    log.write(tmp_path / "log.parquet")
    scenario = story(
        "day: 1, until: 2, who: anna, kind: illness", f"day: 4, who: anna, kind: new_shift, {NIGHTS}"
    )
    found = {
        key: by_own_hours(person, tmp_path / "log.parquet", CATALOGUE)
        for key, person in remembering(scenario)
    }
    minutes = {key: {it.minute // 60 for one in log.sequences() for it in one} for key, log in found.items()}
    assert minutes == {"anna": {17}, "anna@4": {1}, "ben": {17}}  # she rises at 6:45, then at 14:30


def test_the_manifest_tells_every_change_point(story: Callable[..., Scenario]) -> None:
    told = change_points(
        story("day: 4, until: 6, kind: holiday", "day: 1, kind: new_device, device: television")
    )
    assert [(it["day"], it["date"], it["kind"], it["who"], it["device"]) for it in told] == [
        (1, "2026-01-13", "new_device", [], "television"), (4, "2026-01-16", "holiday", ["anna", "ben"], ""),
    ]  # fmt: skip
    json.dumps(told)


def test_diary_timeline_and_report_tell_of_it(story: Callable[..., Scenario], tmp_path: Path) -> None:
    story(
        "day: 1, until: 2, who: anna, kind: illness", "day: 2, kind: new_device, device: television", days=4
    )
    run = preview(str(tmp_path / "story.yaml"), 3)
    assert "* Anna falls ill" in diary_of(run, run.log(), "anna", 1)
    assert "* the illness of Anna is over" in diary_of(run, run.log(), "ben", 3)
    assert "Anna falls ill, day 1, 00:00 to day 3, 00:00" in draw(run, run.log(), (0, 4))
    assert [(row["day"], row["until"], row["kind"]) for row in changes(run)] == [
        ("day 1, 13 January", "day 2, 14 January", "illness"), ("day 2, 14 January", "", "new device"),
    ]  # fmt: skip


# What cannot be


@pytest.mark.parametrize(
    ("wrong", "beneath", "expected"),
    [
        (["day: 1, until: 2, who: ana, kind: illness"], COUPLE,
         ["10: changes.0.who: no resident 'ana'; did you mean 'anna'?"]),
        (["day: 3, until: 1, who: anna, kind: illness"], COUPLE,
         ["10: changes.0.until: ends on day 1, before it begins on day 3"]),
        (["day: 3, until: 9, kind: holiday"], COUPLE,
         ["10: changes.0.until: day 9 comes after the last day, 7 (days count from 0)"]),
        (["day: 3, kind: new_device, device: televison"], COUPLE,
         ["10: changes.0.device: no device 'televison'; did you mean 'television'?"]),
        (["day: 3, kind: moving_in, profile: {archetype: widow, name: Anna}"], COUPLE,
         ["10: changes.0.profile: 'anna' lives here already; give another name or id"]),
        (["day: 3, kind: moving_in, profile: {archetype: widow}"], COUPLE,
         ["10: changes.0.profile: whoever joins needs a `name`"]),
        (["day: 3, kind: illness"], COUPLE,
         ["10: changes.0: an illness needs `until`", "10: changes.0: an illness needs `who`"]),
        (["day: 1, until: 4, kind: holiday", "day: 3, until: 5, who: ben, kind: illness"], COUPLE,
         ["11: changes.1.day: 'ben' has a holiday until day 4, and an illness from day 3; change the days of "
          "one of them"]),
        (["day: 1, who: ben, kind: moving_out", "day: 3, until: 5, who: ben, kind: illness"], COUPLE,
         ["11: changes.1.day: 'ben' leaves on day 1; end it before, or leave it out"]),
        (["day: 1, who: anna, kind: new_shift, profile: {schedule: {wakes: '05:00'}}"], COUPLE,
         ["10: changes.0.profile.schedule.wakes: unknown key; did you mean 'wake'?"]),
        (["day: 1, who: anna, kind: new_shift, profile: {schedule: {wake: '09:00'}}"], COUPLE,
         ["10: changes.0.profile.schedule.wake: asleep until 09:00, but at 08:10 it is time to leave for "
          "office (mon); wake earlier or leave later"]),
        (["day: 1, who: anna, kind: new_habits, gradual: 5, until: 6, profile: {chronotype: late}"], COUPLE,
         ["10: changes.0.gradual: what comes slowly comes to stay; leave `until` out"]),
        (["day: 2, until: 4, who: mila, kind: holiday"], FAMILY,
         ["16: changes.0.who: nobody goes along who looks after Mila; name somebody beside"]),
        (["day: 2, until: 4, who: [diego, kate], kind: holiday"], FAMILY,
         ["16: changes.0: nobody who looks after Mila (2 years) is at home in the night of day 2; take Mila "
          "along, or have somebody stay"]),
    ],
)  # fmt: skip
def test_what_cannot_be_is_said_at_its_line(
    story: Callable[..., Scenario], wrong: Sequence[str], beneath: str, expected: list[str]
) -> None:
    assert lines(story, *wrong, beneath=beneath) == expected


def test_a_change_by_hand_needs_no_file() -> None:
    change = Change.model_validate({"day": 3, "until": 4, "kind": "illness", "who": "ann"})
    assert change.who == ("ann",) and change.concerns == ("ann",)
    with pytest.raises(ValueError, match="takes no `device`"):
        Change.model_validate({"day": 3, "until": 4, "kind": "illness", "who": "ann", "device": "tv"})


def test_the_guide_tells_of_every_kind_and_its_example_is_sound(tmp_path: Path) -> None:
    guide = (Path(__file__).parents[1] / "docs" / "changes.md").read_text(encoding="utf-8")
    assert [kind for kind in get_args(ChangeKind) if f"`{kind}`" not in guide] == []
    (block,) = re.findall(r"```yaml\n(.*?)```", guide, flags=re.DOTALL)
    (tmp_path / "story.yaml").write_text(
        COUPLE.format(days=100).replace("two_room_flat", "family_house") + block
    )
    scenario = load_scenario(tmp_path / "story.yaml")
    assert isinstance(scenario, Scenario) and len(scenario.changes) == 9


def test_a_newborn_does_not_play_wherever_it_is_carried() -> None:
    week = preview("scenarios/gallery/new_baby.yaml", 19).log().events
    does = {it.activity for it in week if it.kind is Kind.ACTIVITY and it.actor == "noa"}
    assert {"nap", "sleep", "be_cared_for", "relax"} <= does
    assert "play" not in does
