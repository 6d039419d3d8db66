"""What bench/ablations.py judges by: rooms as they were, profiles as they were meant, honest distances."""

from collections import Counter
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from statistics import fmean, median

import pytest

from bench.ablated import CONDITIONS, Life
from bench.ablations import MEASURES, Figures, cell, shows, table, worse
from bench.like_real import distances, next_apart
from bench.sensible import case_of, from_own_week, household
from evaluation import keeping
from evaluation.case import Case
from evaluation.exposure import exposures, replayed
from evaluation.reading import Log, Run
from scenarios.resident import Profile
from scenarios.scenario import Scenario
from tests.stories import AT_EASE, QUICKSTART, at, did, someone
from world.event import Event, Kind

QUIET = QUICKSTART.model_copy(update={"happenings": ()})


def told(events: Sequence[Event], *people: Profile, days: int = 2) -> Case:
    """A log that somebody made up, of people in the quickstart's flat."""
    scenario = QUIET.model_copy(update={"residents": people, "days": days})
    log = Log("h00000", tuple(sorted(events, key=lambda event: event.time)), {})
    return Case(Run(Path("a story"), scenario, (log,)), log)


def begins(when: int, who: str, activity: str, room: str, decision: int = -1) -> list[Event]:
    moved = Event(when, Kind.MOVE, who, room)
    return [moved, Event(when, Kind.ACTIVITY, who, room, activity=activity, decision=decision)]


def operates(when: int, who: str, device: str, command: str) -> Event:
    place = QUIET.home.devices[device]
    return Event(when, Kind.COMMAND, who, place.room, device, place.type, command)


@cache
def weekdays(condition: str) -> Case:
    return case_of(QUIET.model_copy(update={"days": 4}), CONDITIONS[condition], 101)


# The rooms


def test_an_evening_without_a_lamp_is_spent_in_the_dark() -> None:
    evening = [
        *begins(at(0, "20:00"), "ann", "read", "living"),
        *begins(at(0, "22:00"), "ann", "away", "outside"),
    ]
    end = begins(at(1, "12:00"), "ann", "away", "outside")
    lamp = operates(at(0, "20:00") + 1000, "ann", "living_lamp", "switch on")
    dark = exposures(told([*evening, *end], someone()))["ann"]
    assert dark.dark == pytest.approx(2, abs=0.3)
    assert exposures(told([*evening, *end, lamp], someone()))["ann"].dark == 0


def test_discomfort_is_that_of_ones_own_comfort() -> None:
    day = [
        *begins(at(0, "10:00"), "ann", "read", "living"),
        *begins(at(0, "14:00"), "ann", "away", "outside"),
    ]
    shivering = someone(comfort={**AT_EASE, "temperature": (35.0, 60.0)})
    sweating = someone(comfort={**AT_EASE, "temperature": (-50.0, 5.0)})
    cold, hot = (exposures(told(day, who))["ann"] for who in (shivering, sweating))
    assert (cold.cold, cold.hot) == (pytest.approx(4, abs=0.3), 0)
    assert (hot.cold, hot.hot) == (0, pytest.approx(4, abs=0.3))


def test_rooms_laid_over_a_log_are_as_its_thermometers_say() -> None:
    case = case_of(household("family").model_copy(update={"days": 2}), CONDITIONS["full"], 101)
    said = [
        (it.time, it.room, float(it.value))
        for it in case.log.events
        if it.kind is Kind.READING and it.type == "TemperatureSensor" and it.command == "temperature"
    ]
    looks = replayed(case)
    now, physics, _ = next(looks)
    apart: dict[str, list[float]] = {"living": [], "children": []}
    for time, room, celsius in said:
        while now < time:
            now, physics, _ = next(looks)
        apart[room].append(physics.temperature(room, now) - celsius)
    for differences in apart.values():  # a thermometer is off by as much all the time
        own = median(differences)
        assert len(differences) > 8
        assert fmean(abs(it - own) for it in differences) < 0.25


# The profiles


def test_who_leaves_an_hour_late_has_kept_seven_hours_of_eight() -> None:
    clerk = someone(schedule={"away": [{"days": "mon-fri", "leave": "08:00", "back": "16:00"}]})
    late = [
        *begins(at(0, "07:00"), "ann", "eat", "kitchen"),
        *begins(at(0, "09:00"), "ann", "away", "outside"),
    ]
    home = begins(at(0, "16:30"), "ann", "read", "living")
    kept, due = keeping.regular_hours(told([*late, *home], clerk, days=1))
    assert (kept, due) == (7, 8)


def test_a_night_at_work_is_slept_off_by_day() -> None:
    nurse = someone(
        schedule={
            "wake": "15:00",
            "bed": "08:30",
            "away": [{"days": "mon", "leave": "20:00", "back": "07:00"}],
        }
    )
    night = [*begins(0, "ann", "away", "outside"), *begins(at(1, "08:00"), "ann", "sleep", "bedroom")]
    up = begins(at(1, "14:00"), "ann", "read", "living")
    assert keeping.slept_off(told([*night, *up], nurse)) == (6, 1)


def test_an_intent_counts_as_often_as_it_is_meant() -> None:
    reader = someone(intents=[{"activity": "read", "per_week": 7}, {"activity": "exercise", "per_week": 7}])
    times = [
        begins(at(0, f"{hour}:00"), "ann", what, "living", hour)
        for hour, what in enumerate(["read", "tidy"] * 4, 10)
    ]
    kept, meant = keeping.intents_kept(told([event for step in times for event in step], reader))
    assert (kept, meant) == (2, 4)


def test_only_what_is_forbidden_to_oneself_counts() -> None:
    child = someone("elias", forbidden=["Light"])
    lit = [operates(at(0, "18:00"), who, "living_lamp", "switch on") for who in ("elias", "ann", "ann")]
    assert keeping.forbidden_used(told(lit, child, someone(), days=7)) == (1, 1)


def test_a_meal_is_shared_by_those_who_sit_at_one_table() -> None:
    dinner = [
        *begins(at(0, "19:00"), "ann", "eat", "kitchen"),
        *begins(at(0, "19:20"), "ann", "read", "living"),
    ]
    with_her = [
        *begins(at(0, "19:05"), "ben", "eat", "kitchen"),
        *begins(at(0, "19:30"), "ben", "tidy", "kitchen"),
    ]
    alone = [
        *begins(at(0, "21:00"), "ben", "eat", "kitchen"),
        *begins(at(0, "21:30"), "ben", "tidy", "kitchen"),
    ]
    two = someone(), someone("ben")
    assert keeping.meals_shared(told([*dinner, *with_her, *alone], *two)) == (2, 3)
    assert keeping.meals_shared(told(dinner, someone())) == (0, 0)


def test_a_child_is_led_when_somebody_older_goes_the_same_way() -> None:
    def out(who: str, leave: str, back: str) -> list[Event]:
        home = begins(0, who, "play", "living")
        return [
            *home,
            *begins(at(0, leave), who, "away", "outside"),
            *begins(at(0, back), who, "play", "living"),
        ]

    people = someone("mia", age=6), someone()
    both = told([*out("mia", "08:00", "15:00"), *out("ann", "08:01", "17:00")], *people)
    assert keeping.led_by_hand(both) == (1, 2)


# The conditions


def test_each_condition_takes_away_what_it_says_and_nothing_else() -> None:
    whole = Life(QUIET, {})
    bare = CONDITIONS["without profile"](whole).scenario
    assert [(it.id, it.name) for it in bare.residents] == [(it.id, it.name) for it in QUIET.residents]
    assert all(it == Profile(id=it.id, name=it.name, bedroom=it.bedroom) for it in bare.residents)
    changed = {
        name: _changed(whole.scenario, condition(whole).scenario) for name, condition in CONDITIONS.items()
    }
    assert changed == {
        "full": set(), "other seeds": set(), "without memory": set(), "without profile": {"residents"},
        "without physics": {"physics"}, "without coordination": {"mind"},
    }  # fmt: skip


def _changed(before: Scenario, after: Scenario) -> set[str]:
    return {key for key in Scenario.model_fields if getattr(before, key) != getattr(after, key)}


def test_without_physics_people_sit_in_the_dark() -> None:
    whole, still = (
        sum(it.dark for it in exposures(weekdays(it)).values()) for it in ("full", "without physics")
    )
    assert still > 3 * whole


def test_without_memory_ones_own_week_is_not_lived() -> None:
    mine, forgotten = (sum(from_own_week(weekdays(it))) for it in ("full", "without memory"))
    assert forgotten > 1.5 * mine


def test_without_profile_nobody_goes_to_work() -> None:
    kept, due = keeping.regular_hours(weekdays("full"))
    assert kept > 0.9 * due
    assert keeping.regular_hours(weekdays("without profile"))[0] < 0.2 * due


# The table


def test_distances_are_nothing_to_oneself_and_one_to_strangers() -> None:
    mine = [(did(0, 1, "Light:switch on"), did(0, 1, "Blind:windowShade open"))]
    others = [(did(0, 5, "Fan:switch on"), did(0, 5, "Fan:switch off"))]
    assert set(distances(mine, mine).values()) == {0.0}
    assert set(distances(mine, others).values()) == {1.0}
    assert set(distances([], mine).values()) == {1.0}


def test_what_follows_weighs_as_often_as_it_is_done() -> None:
    truth: Counter[object] = Counter({("a", "b"): 3, ("c", "d"): 1})
    assert next_apart(Counter({("a", "b"): 1}), truth) == 0.25
    assert next_apart(Counter({("a", "b"): 1, ("a", "x"): 1, ("c", "d"): 9}), truth) == 0.375


def told_figures(full: Sequence[float], other: Sequence[float]) -> dict[str, list[Figures]]:
    return {"full": [{"out": it} for it in full], "without profile": [{"out": it} for it in other]}


def test_worse_is_worse_at_the_same_seeds() -> None:
    measure = MEASURES["out"]
    paired = told_figures([0.5, 0.7, 0.9], [0.4, 0.61, 0.8])
    mixed = told_figures([0.5, 0.7, 0.9], [0.4, 0.8, 0.8])
    better = told_figures([0.5, 0.7, 0.9], [0.6, 0.8, 1.0])
    assert [worse(it, "without profile", "out", measure) for it in (paired, mixed, better)] == [
        True,
        False,
        False,
    ]
    assert cell(paired, "without profile", "out", measure).startswith("**0.603 ±")
    assert not shows(mixed, "out", measure)


def test_a_table_has_a_row_for_what_was_measured_and_no_other() -> None:
    rows = table(told_figures([0.5, 0.7, 0.9], [float("nan")] * 3), {}).splitlines()
    assert len(rows) == 3
    assert rows[2].startswith("| regular hours spent out, share | more | 0.700 ± ")
    assert "| none |" in rows[2]
