"""Ways of life in a log, and people of a population who live by them."""

from pathlib import Path

import numpy as np
import pytest

from dataset.routines import Routine, Routines
from runner.personas import Personas
from scenarios.chance import Chance
from scenarios.population_draw import household
from scenarios.schedule import DAY
from sppc.compress import pieces_of
from sppc.personas import WAYS, Weighed, memory_like, ways_of
from tests.stories import did
from tests.test_population import CATALOGUE, TOWN, loaded, town
from tests.test_population_changes import SHIFT


def a_log() -> Routines:
    """Three ways of life: the kettle at seven, television at night, the washer at noon."""

    def morning(day: int) -> Routine:
        return (did(day, 2, "kettle:turn on", 400), did(day, 2, "Light:switch on", 410))

    def evening(day: int) -> Routine:
        return (did(day, 7, "Television:switch on", 1270), did(day, 7, "Television:switch off", 1400))

    def noon(day: int) -> Routine:
        return (did(day, 4, "Washer:switch on", 740), did(day, 4, "Washer:switch off", 790))

    rows = [
        way(day)
        for way, many in ((morning, 10), (evening, 8), (noon, 6))
        for day in range(7)
        for _ in range(many)
    ]
    distinct = [
        (*row, did(row[0].day, row[0].slot, "Fan:switch on", row[-1].minute + number % 2))
        for number, row in enumerate(rows)
    ]
    return Routines.of(distinct, source="three ways", provenance="observed", weeks=30)


def test_ways_of_life_are_found_and_lived_by() -> None:
    pieces = pieces_of(a_log(), frozenset(), Chance(0))
    known = {name: getattr(pieces, name) for name in type(pieces).__dataclass_fields__}
    ways = ways_of(Weighed(**known, nats=np.ones(len(pieces.cut))))
    assert 3 <= len(ways.shares) <= WAYS and ways.shares.sum() == pytest.approx(1)
    most = set()
    for like in np.linspace(0, 0.999, 40):
        memory = memory_like(ways, *ways.variant(float(like)), 300)
        assert memory.report.tokens_after <= 300
        uses = {habit.name: habit.count for habit in memory.habits if "Fan" not in habit.name}
        most.add(max(uses, key=lambda name: (uses[name], name)).partition(":")[0])
    assert most == {"kettle", "Television", "Washer"}
    assert memory_like(ways, 0, 3, 300) == memory_like(ways, 0, 3, 300) != memory_like(ways, 0, 4, 300)


def test_adults_of_a_population_with_a_log_live_by_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    a_log().write(tmp_path / "log.parquet")
    scenario = loaded(town(tmp_path, text=TOWN + "routines: log.parquet\n"))
    personas, found = Personas(CATALOGUE), set()
    for index in range(8):
        one = household(scenario, index)
        memories = personas.of(one)
        for who in one.residents:
            if who.age >= 18:
                assert who.schedule is None and memories[who.id].source == "three ways"
                found.add(memories[who.id].routines)
    assert len(found) > 3


def test_a_way_of_life_moves_with_new_hours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    a_log().write(tmp_path / "log.parquet")
    text = (
        TOWN.replace("days: 1", "days: 9")
        + f"routines: log.parquet\nchanges:\n  - {SHIFT.replace('memory: null, ', '')}\n"
    )
    scenario = loaded(town(tmp_path, text=text))
    personas, moved = Personas(CATALOGUE), 0
    for index in range(8):
        memories = personas.of(household(scenario, index))
        for key in (key for key in memories if key.endswith("@2")):
            before, after = memories[key.removesuffix("@2")], memories[key]
            _, _, hours, _, way = after.source.split()
            later = round(60 * float(hours)) * (1 if way == "later" else -1)
            was, now = (
                {it.minute for kept in memory.routines for it in kept.behaviours if it.device != "Fan"}
                for memory in (before, after)
            )
            assert now == {(minute + later) % DAY for minute in was}
            up = before.quiet_window(7.5) + 450 + later
            assert abs(up % DAY - (14 * 60 + 30)) <= 30, "she rises at half past two, and so does her log"
            moved += 1
    assert moved > 1
