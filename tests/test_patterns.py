"""Routines as patterns: what is written is read back, and what recurs costs little."""

import json
import os
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dataset.routines import ACTIVITY_ONLY, Behaviour, Routine
from sppc.clock import SLOT
from sppc.patterns import prices, read, write
from sppc.split import split
from sppc.text import cost, tokens

DATA = Path(os.environ.get("HOMEFOLK_DATA", Path(__file__).parents[2] / "shared" / "data"))
NAMES = st.sampled_from(
    ["Light", "a", "+3", "Mon 06", "x2", "b=c", "c: d", "a = b", "Küche", "Mon 6 A", "[s]", "%", "\n"]
)


def known_by_slot(day: int, slot: int, *actions: str) -> Routine:
    return tuple(Behaviour(day, slot, action.partition(":")[0], action) for action in actions)


def test_the_notation() -> None:
    """As shown in the module's docstring."""
    cook = Behaviour(0, 2, "Stove", "Stove:switch on", 375, "cook")
    routines = {
        known_by_slot(0, 2, "TV:setChannel", "Light:switch on"): 1,
        known_by_slot(0, 2, "Light:switch on"): 1,
        known_by_slot(5, 7, "Light:switch on", "Light:switch on"): 3,
        (cook, cook._replace(minute=380)): 1,
    }
    assert write(routines).splitlines() == [
        "Light: a=on",
        "[cook] Stove: b=on",
        "TV: c:setChannel",
        "Mon 6 A C a :15 B +5 b",
        "Sat 21 A a3",
    ]
    assert read(write(routines)) == routines


def test_what_recurs_is_named_once() -> None:
    habit = ("Light:switch on", "Blind:open", "Coffee:brew", "Radio:play")
    routines = {
        known_by_slot(day, slot, *habit, f"Lamp{slot % 3}:on"): 1 for day in range(7) for slot in range(8)
    }
    text = write(routines)
    assert read(text) == routines
    assert tokens(text) < 0.2 * sum(map(cost, routines))


def test_what_a_piece_takes_among_the_others() -> None:
    routines = {
        known_by_slot(0, 2, "TV:setChannel", "Light:switch on"): 1,
        known_by_slot(1, 2, "Light:switch on"): 3,
        (Behaviour(2, 2, "TV", "TV:off"), Behaviour(2, 3, "TV", "TV:off")): 1,
    }
    assert [prices(routines)[piece] for piece in routines] == [2, 2, 4]  # '+3' is two


@st.composite
def routine(draw: st.DrawFn) -> Routine:
    """A piece by slots, by minutes, or (where a log is at odds with itself) by both; in any order."""
    kind = draw(st.sampled_from(["slots", "minutes", "mixed"]))
    behaviours = []
    for _ in range(draw(st.integers(1, 6))):
        minute = draw(st.integers(0, 1439)) if kind == "minutes" or draw(st.booleans()) else -1
        minute = -1 if kind == "slots" else minute
        slot = minute // SLOT if minute >= 0 else draw(st.integers(0, 7))
        device, activity = draw(NAMES), draw(st.sampled_from(["", "cook", "+1 a"]))
        action = f"{device}:{draw(NAMES)}"
        if activity and draw(st.booleans()):
            device, action = ACTIVITY_ONLY, f"{ACTIVITY_ONLY}:{activity}"
        behaviours.append(Behaviour(draw(st.integers(0, 6)), slot, device, action, minute, activity))
    return tuple(behaviours)


@given(st.dictionaries(routine(), st.integers(1, 40), min_size=1, max_size=8))
def test_nothing_is_lost(routines: dict[Routine, int]) -> None:
    assert read(write(routines)) == routines
    assert write(dict(reversed(routines.items()))) == write(routines)


@pytest.mark.parametrize("name", ["fr", "an"])
def test_a_real_log_in_a_tenth_of_the_tokens_or_little_more(name: str) -> None:
    path = DATA / "raw_10x5" / f"{name}_trn.parquet"
    if not path.is_file():
        pytest.skip(f"no real logs in {DATA}")
    import pyarrow.parquet as pq

    words = json.loads((DATA / "vocab" / f"{name}.json").read_text())
    sequences: dict[int, list[Behaviour]] = {}
    for row in pq.read_table(path).to_pylist():
        device, action = words["device"][str(row["device"])], words["action"][str(row["action"])]
        sequences.setdefault(row["seq_id"], []).append(Behaviour(row["day"], row["hour"], device, action))
    pieces = split([tuple(b for b in s if "refresh" not in b.action) for s in sequences.values()])
    text = write(Counter(pieces))
    assert read(text) == Counter(pieces)
    assert tokens(text) < 0.1 * sum(map(cost, pieces))
