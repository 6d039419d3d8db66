"""What a resident remembers, and what comes to mind when."""

import pytest

from dataset.routines import Behaviour, Routine, Routines
from scenarios.chance import Chance
from scenarios.errors import UserError
from sppc.compress import remember
from sppc.memory import Memory
from world.mind import Cause, Observation


def timed(day: int, clock: str, action: str, activity: str = "") -> Behaviour:
    minute = int(clock[:2]) * 60 + int(clock[3:])
    return Behaviour(day, minute // 180, action.partition(":")[0], action, minute, activity)


def week() -> list[Routine]:
    """A working week of somebody who gets up at seven and cooks at seven in the evening."""
    sequences: list[Routine] = []
    for day in range(5):
        sequences.append(
            (
                timed(day, "07:00", "Light:switch on", "get_up"),
                timed(day, "07:05", "CoffeeMaker:switch on", "breakfast"),
                timed(day, "07:25", "CoffeeMaker:switch off", "breakfast"),
            )
        )
        sequences.append(
            (
                timed(day, "19:00", "Oven:switch on", "cook"),
                timed(day, "19:45", "Oven:switch off", "cook"),
                timed(day, "20:00", "Television:switch on", "watch_tv"),
                timed(day, "22:30", "Television:switch off", "watch_tv"),
            )
        )
    weekend = [
        (
            timed(day, "09:30", "Blind:windowShade open", "get_up"),
            timed(day, "22:00", "Projector:switch on", "film"),
            timed(day, "23:45", "Projector:switch off", "film"),
        )
        for day in (5, 6)
    ]
    return sequences + weekend


def of(sequences: list[Routine], weeks: float | None = 1.0) -> Routines:
    return Routines.of(sequences, source="a week", provenance="authored", weeks=weeks)


def seen(weekday: int, clock: str, *recent: str) -> Observation:
    minute = int(clock[:2]) * 60 + int(clock[3:])
    return Observation(
        time=0, weekday=weekday, minute=minute, resident="ada", room="kitchen", cause=Cause.NEXT,
        recent=recent,
    )  # fmt: skip


@pytest.fixture(scope="module")
def memory() -> Memory:
    return remember(of(week()), 1500, Chance(7), frozenset())


def likeliest(memory: Memory, observation: Observation) -> str:
    foreseen = memory.recall(observation)
    assert sum(foreseen.values()) == pytest.approx(1)
    return max(foreseen, key=lambda action: foreseen[action])


def test_a_small_log_is_kept_whole(memory: Memory) -> None:
    assert memory.report.method == "whole"
    assert "kept whole" in memory.report.note
    assert memory.report.kept == memory.report.distinct == 14
    assert sum(kept.weight for kept in memory.routines) == memory.pieces == 14


def test_monday_morning_and_saturday_night_bring_different_things_to_mind(memory: Memory) -> None:
    assert likeliest(memory, seen(0, "07:00")) == "Light:switch on"
    assert likeliest(memory, seen(0, "07:00", "Projector:switch off")) == "Light:switch on"
    assert likeliest(memory, seen(5, "22:00")) == "Projector:switch on"


def test_what_comes_next_follows_from_what_was_just_done(memory: Memory) -> None:
    assert likeliest(memory, seen(0, "07:05", "Light:switch on")) == "CoffeeMaker:switch on"
    assert likeliest(memory, seen(2, "19:45", "Oven:switch on")) == "Oven:switch off"
    assert likeliest(memory, seen(2, "19:50", "Oven:switch on", "Oven:switch off")) == "Television:switch on"


def test_days_and_rates(memory: Memory) -> None:
    assert [len(memory.on(day)) for day in range(7)] == [2, 2, 2, 2, 2, 2, 2]
    assert memory.rate(0) == 2
    fortnight = remember(of(week(), weeks=2.0), 1500, 7, frozenset())
    assert fortnight.rate(0) == 1
    assert remember(of(week(), weeks=None), 1500, 7, frozenset()).rate(0) is None


def test_activities_and_how_they_are_begun_and_ended(memory: Memory) -> None:
    assert memory.actions_for("cook") == (("Oven:switch on",), ("Oven:switch off",))
    assert memory.actions_for("get_up") == (("Light:switch on",), ())
    assert memory.actions_for("juggle") == ((), ())
    cook = next(habit for habit in memory.activities if habit.name == "cook")
    assert cook.weekdays == (1, 1, 1, 1, 1, 0, 0)
    assert cook.minute == pytest.approx(19 * 60)
    assert cook.concentration == 1
    assert cook.lasts == 45
    assert cook.gap == 60
    television = next(habit for habit in memory.activities if habit.name == "watch_tv")
    assert television.after == (("cook", 1.0),)


def test_activities_without_a_device_lend_no_actions() -> None:
    reading = (Behaviour(0, 6, "Activity", "Activity:read", 1200, "read"),)
    assert remember(of([reading]), 500, 7, frozenset()).actions_for("read") == ((), ())


def test_the_night_is_found_in_the_log(memory: Memory) -> None:
    start = memory.quiet_window(7.0)
    assert start == 0 * 60  # 00:00 to 07:00: after the film of Saturday, before the light of Monday
    assert 9 * 60 <= memory.quiet_window(9.0) <= 10 * 60  # the working day is the longer silence


def test_a_memory_is_a_file_that_reads_back(memory: Memory) -> None:
    text = memory.to_json()
    again = Memory.from_json(text)
    assert again == memory
    assert again.to_json() == text
    assert again.recall(seen(0, "07:00")) == memory.recall(seen(0, "07:00"))
    with pytest.raises(UserError, match="no memory"):
        Memory.from_json(text[:500])


def many() -> list[Routine]:
    """More than fits: sixty distinct routines, the first ten of them often."""
    devices = ("Light", "Fan", "Oven", "Blind", "Washer", "Camera")
    made = [
        tuple(
            Behaviour(n % 7, n % 8, f"{devices[n % 6]}", f"{devices[n % 6]}:do {k}") for k in range(n % 4 + 1)
        )
        for n in range(60)
    ]
    return made + made[:10] * 9


def test_the_same_seed_gives_the_same_bytes() -> None:
    first = remember(of(many()), 150, Chance(7).branch("ada"), frozenset())
    assert first.report.method == "informative"
    assert first.report.tokens_after <= 150
    assert sum(kept.weight for kept in first.routines) == first.pieces == 150
    assert remember(of(many()), 150, Chance(7).branch("ada"), frozenset()).to_json() == first.to_json()


def test_polling_is_dropped_and_counted() -> None:
    polled = [*week(), (timed(0, "03:00", "Television:refresh refresh"),)]
    memory = remember(of(polled), 1500, 7, frozenset({"Television:refresh refresh"}))
    assert (memory.report.polling, memory.report.emptied) == (1, 1)
    assert all(habit.name != "Television:refresh refresh" for habit in memory.habits)


def test_a_log_of_nothing_is_refused_in_one_sentence() -> None:
    with pytest.raises(UserError, match="it is empty"):
        remember(of([]), 500, 7, frozenset())
    with pytest.raises(UserError, match="all 1 behaviours are status polling"):
        remember(of([(timed(0, "03:00", "X:poll"),)]), 500, 7, frozenset({"X:poll"}))
    with pytest.raises(UserError, match="no selection method"):
        remember(of(many()), 400, 7, frozenset(), method="magic")


def test_one_sequence_of_one_device() -> None:
    memory = remember(of([(timed(0, "07:00", "Light:switch on"),)]), 500, 7, frozenset())
    assert likeliest(memory, seen(3, "12:00")) == "Light:switch on"
    assert Memory.from_json(memory.to_json()) == memory
