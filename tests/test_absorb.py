"""Memory that goes on: new days come in, old ones fade, the budget holds."""

from collections import Counter
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dataset.routines import Behaviour, Routine, Routines
from sppc.absorb import HALF_LIFE, RECENT, absorb
from sppc.compress import remember
from sppc.memory import Memory
from sppc.patterns import write
from sppc.split import split
from sppc.text import tokens
from sppc.transitions import EDGES_A_TOKEN
from tests.test_memory import many, of, seen, timed, week

NOTHING: frozenset[str] = frozenset()


def weeks_of(sequences: list[Routine], weeks: float | None) -> Routines:
    return Routines.of(sequences, source="days", provenance="simulated", weeks=weeks)


def tea(day: int) -> Routine:
    """What nobody of `week` does."""
    return (
        timed(day, "16:00", "Kettle:switch on", "tea"),
        timed(day, "16:05", "Kettle:switch off", "tea"),
    )


@pytest.fixture(scope="module")
def memory() -> Memory:
    return remember(of(week()), 1500, 7, NOTHING)


def weight(memory: Memory) -> float:
    return sum(kept.weight for kept in memory.routines)


def test_without_dates_nothing_fades_and_two_halves_are_the_whole(memory: Memory) -> None:
    sequences = week()
    half = remember(weeks_of(sequences[:6], None), 1500, 7, NOTHING)
    both = absorb(half, weeks_of(sequences[6:], None), NOTHING)
    whole = remember(weeks_of(sequences, None), 1500, 7, NOTHING)
    assert both.transitions == whole.transitions
    assert [(h.name, h.count, h.weekdays) for h in both.activities] == [
        (h.name, h.count, h.weekdays) for h in whole.activities
    ]
    assert {k.behaviours: k.days for k in both.routines} == {k.behaviours: k.days for k in whole.routines}
    for habit, other in zip(both.habits, whole.habits, strict=True):
        assert (habit.name, habit.count, habit.clock) == (other.name, other.count, other.clock)
        assert habit.weekdays == other.weekdays
        assert habit.minute == pytest.approx(other.minute, abs=0.01)
        assert habit.concentration == pytest.approx(other.concentration, abs=1e-5)


def test_after_a_half_life_the_new_weighs_as_much_as_all_before(memory: Memory) -> None:
    settled = remember(weeks_of(week() * 100, 100.0), 1500, 7, NOTHING)
    days = [tea(day) for day in range(7)] * round(HALF_LIFE)
    later = absorb(settled, weeks_of(days, HALF_LIFE), NOTHING)
    oven = next(habit for habit in later.habits if habit.name == "Oven:switch on")
    assert oven.count == pytest.approx(250)
    assert later.weeks == pytest.approx(50 + HALF_LIFE)
    assert later.rate(0) == pytest.approx((100 + 9) / (50 + HALF_LIFE))
    kettle = next(habit for habit in later.habits if habit.name == "Kettle:switch on")
    assert kettle.weekdays[0] == pytest.approx(9 / (50 + HALF_LIFE), abs=1e-6)
    assert later.actions_for("tea") == (("Kettle:switch on",), ("Kettle:switch off",))
    assert later.actions_for("cook") == memory.actions_for("cook")


def test_what_is_done_no_more_is_forgotten_in_the_end_and_its_days_still_count(memory: Memory) -> None:
    now = memory
    for _ in range(60):
        now = absorb(now, weeks_of([tea(day) for day in range(7)], 1.0), NOTHING)
    assert {behaviour.device for kept in now.routines for behaviour in kept.behaviours} == {"Kettle"}
    assert [habit.name for habit in now.habits] == ["Kettle:switch off", "Kettle:switch on"]
    assert weight(now) == pytest.approx(now.pieces, rel=1e-4)
    assert now.report.pieces == 14 + 60 * 7
    foreseen = now.recall(seen(0, "16:00"))
    assert max(foreseen, key=foreseen.__getitem__) == "Kettle:switch on"


def test_an_empty_week_or_one_of_polling_changes_nothing(memory: Memory) -> None:
    assert absorb(memory, weeks_of([], 1.0), NOTHING) is memory
    polled = weeks_of([(timed(0, "03:00", "X:poll"),)], 1.0)
    assert absorb(memory, polled, frozenset({"X:poll"})) is memory


def test_the_latest_days_are_kept_as_they_were() -> None:
    memory = remember(of(week()), 450, 7, NOTHING)
    latest = [tea(day) for day in (4, 5, 6)]
    later = absorb(memory, weeks_of([*many(), *latest], 1.0), NOTHING)
    assert tokens(write(Counter(latest))) <= RECENT * 450
    assert later.report.tokens_after <= 450 < later.report.tokens_before
    assert {*latest} <= {kept.behaviours for kept in later.routines}


days = st.integers(0, 6)
behaviours = st.builds(
    lambda day, minute, device, command, activity: Behaviour(
        day, minute // 180, device, f"{device}:{command}", minute, activity
    ),
    days,
    st.integers(0, 1439),
    st.sampled_from(["Light", "Oven", "Lamp x2", "Bl|nd"]),
    st.sampled_from(["switch on", "switch off", "set > 3", "run"]),
    st.sampled_from(["", "cook", "be [odd]"]),
)
logs = st.lists(st.lists(behaviours, min_size=1, max_size=8).map(tuple), min_size=1, max_size=8)


@settings(max_examples=12, deadline=None)
@given(first=logs, more=st.lists(logs, min_size=1, max_size=3), weeks=st.sampled_from([None, 0.1, 1.0, 60.0]))
def test_whatever_comes_in_the_budget_holds_and_every_piece_is_counted(
    first: list[Routine], more: list[list[Routine]], weeks: float | None
) -> None:
    budget = tokens(write(Counter(split(first))))  # the first log is kept whole, what comes after is not
    memory = remember(weeks_of(first, weeks), budget, 0, NOTHING)
    for log in more:
        later = absorb(memory, weeks_of(log, weeks), NOTHING)
        assert later == absorb(memory, weeks_of(log, weeks), NOTHING)
        memory = later
        report = memory.report
        bare = write(dict.fromkeys([it.behaviours for it in memory.routines], 1))
        assert tokens(bare) <= report.tokens_after
        assert report.tokens_after <= budget or report.kept == 1
        assert memory.transitions.edges <= max(EDGES_A_TOKEN * budget, len(memory.transitions.actions))
        assert weight(memory) == pytest.approx(memory.pieces, abs=1e-3)
        assert Memory.from_json(memory.to_json()) == memory
    assert memory.report.sequences == sum(map(len, [first, *more]))
    assert memory.report.behaviours == sum(len(s) for log in [first, *more] for s in log)
    assert sum(memory.recall(seen(0, "07:00", "Oven:run")).values()) == pytest.approx(1)


@settings(max_examples=12, deadline=None)
@given(log=logs, data=st.data())
def test_statistics_do_not_depend_on_the_order_of_sequences(log: list[Routine], data: st.DataObject) -> None:
    shuffled = data.draw(st.permutations(log))
    one, other = (remember(weeks_of(it, 1.0), 5000, 0, NOTHING) for it in (log, shuffled))
    assert one.transitions == other.transitions
    assert [(h.name, h.count, h.gap, h.after) for h in one.habits] == [
        (h.name, h.count, h.gap, h.after) for h in other.habits
    ]
    assert np.allclose([h.clock for h in one.habits], [h.clock for h in other.habits], atol=1e-3)
    assert {k.behaviours: k.days for k in one.routines} == {k.behaviours: k.days for k in other.routines}


def year(weeks: int) -> list[Routine]:
    """A simulated year in small: days of thirty behaviours."""
    rng = np.random.default_rng(7)
    devices = ("Light", "Oven", "Fan", "Blind", "Washer", "Television", "Kettle", "Lock")
    sequences = []
    for day in range(7 * weeks):
        minutes = np.sort(rng.integers(360, 1400, 30))
        names = rng.choice(devices, 30)
        sequences.append(
            tuple(
                Behaviour(day % 7, int(m) // 180, str(d), f"{d}:switch {'on' if m % 2 else 'off'}", int(m))
                for m, d in zip(minutes, names, strict=True)
            )
        )
    return sequences


def test_a_year_takes_no_more_room_than_two_weeks() -> None:
    days = year(52)
    memory, sizes = remember(weeks_of(days[:1], 1 / 7), 1000, 0, NOTHING), []
    for first, last in pairwise((1, 14, *range(63, 365, 49), 364)):
        memory = absorb(memory, weeks_of(days[first:last], (last - first) / 7), NOTHING)
        sizes.append(len(memory.to_json()))
        assert memory.report.tokens_after <= 1000
        assert memory.transitions.edges <= EDGES_A_TOKEN * 1000
    assert max(sizes) < 1.5 * sizes[0]
    assert max(sizes[2:]) < 1.1 * sizes[1]
    assert memory.report.behaviours == 364 * 30
