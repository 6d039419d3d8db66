"""Context shifts of the seeds: the same scenario in another season, at other hours, with more people."""

import os
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import pytest

from dataset.importing import Choices, import_into
from dataset.vocabulary import Vocabulary
from evaluation.preview import preview
from runner.memories import by_own_hours, with_own
from scenarios.course import remembering
from scenarios.loading import load_scenario
from scenarios.scenario import Scenario
from sppc.compress import remember
from tests.stories import CATALOGUE, ROOT, lived
from world.clock import Clock
from world.event import Event, Kind

SHIFTS = ROOT / "scenarios" / "shifts"
PAIRS = {"winter": "spring", "day": "night", "single": "multiple"}
DATA = Path(os.environ.get("HOMEFOLK_DATA", ROOT.parent / "shared" / "data"))
DAYS = 7


def statements(name: str) -> list[str]:
    lines = (SHIFTS / f"{name}.yaml").read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line.strip() and not line.startswith("#")]


@pytest.mark.parametrize(("source", "target"), PAIRS.items())
def test_a_target_differs_from_its_source_by_one_line(source: str, target: str) -> None:
    include, *others = statements(target)
    assert include == f"include: shifts/{source}.yaml"
    assert len(others) == 1 and len(others[0]) <= 110
    one, two = (load_scenario(SHIFTS / f"{name}.yaml") for name in (source, target))
    before, after = one.model_dump(), two.model_dump()
    assert [key for key in before if before[key] != after[key]] == [others[0].partition(":")[0]]


@cache
def authored(name: str) -> tuple[Scenario, tuple[Event, ...]]:
    run = preview(str(SHIFTS / f"{name}.yaml"), DAYS - 1)
    return run.scenario, run.log().events


def by_a_log(name: str, log: Path) -> tuple[Scenario, Iterable[Event]]:
    """The scenario lived by the habits in *log*, nothing compressed."""
    scenario = load_scenario(SHIFTS / f"{name}.yaml", {"days": DAYS, "routines": str(log)})
    assert isinstance(scenario, Scenario)
    memories = {}
    for key, person in remembering(scenario):
        path = Path(person.memory.routines) if person.memory else log
        whole = with_own(by_own_hours(person, path, CATALOGUE), person)
        assert whole is not None
        memories[key] = remember(whole, 10**6, 0, CATALOGUE.polling())
    return scenario, lived(scenario, memories).events


def a_day(events: Iterable[Event], *types: str) -> float:
    """How often a day something of these types is operated."""
    return sum(it.kind is Kind.COMMAND and it.type in types for it in events) / DAYS


def by_night(scenario: Scenario, events: Iterable[Event], first: int = 22, last: int = 6) -> float:
    """The share of commands between these hours."""
    clock = Clock(scenario.start, scenario.home.address.zone)
    hours = [clock.local(it.time)[2] // 60 for it in events if it.kind is Kind.COMMAND]
    return sum(hour >= first or hour < last for hour in hours) / len(hours)


HEATING, COOLING = ("Heater", "Thermostat"), ("AirConditioner", "Fan")


def test_in_spring_less_is_heated_and_more_cooled(tmp_path: Path) -> None:
    def lives(name: str) -> list[Event]:
        found: list[Event] = []
        for seed in range(1, 9):
            file = tmp_path / f"{name}_{seed}.yaml"
            file.write_text(f"include: shifts/{name}.yaml\nseed: {seed}\n", encoding="utf-8")
            found += preview(str(file), 2 * DAYS - 1).log().events
        return found

    winter, spring = lives("winter"), lives("spring")
    assert a_day(winter, *COOLING) == 0  # as in SmartGen's winter
    assert a_day(spring, *COOLING) >= 16 * 0.5
    assert a_day(spring, *HEATING) < 0.5 * a_day(winter, *HEATING)


def test_by_night_more_is_done_at_night() -> None:
    assert by_night(*authored("day")) < 0.15
    assert by_night(*authored("night")) > 0.3


def test_two_do_more_than_one_and_with_more_devices() -> None:
    _, single = authored("single")
    _, multiple = authored("multiple")
    one, two = (sum(it.kind is Kind.COMMAND for it in events) for events in (single, multiple))
    assert two > 1.4 * one
    devices = [{it.device for it in events if it.kind is Kind.COMMAND} for events in (single, multiple)]
    assert len(devices[1]) > len(devices[0])
    assert {it.actor for it in multiple if it.kind is Kind.ACTIVITY} == {"camille", "louis"}


@pytest.mark.skipif(not DATA.is_dir(), reason="no real logs at hand")
def test_real_logs_are_the_memory_of_the_source_alone(tmp_path: Path) -> None:
    log = tmp_path / "fr.parquet"
    import_into(
        log, "smartsense", DATA / "raw_10x5" / "fr_vld.parquet", Choices(vocabulary=Vocabulary.shipped("fr"))
    )
    day, night = by_a_log("day", log), by_a_log("night", log)
    assert by_night(*night) > by_night(*day) + 0.15
    assert by_night(*night, 18, 6) > by_night(*day, 18, 6)  # the slots that SmartGen calls night
    winter, spring = by_a_log("winter", log), by_a_log("spring", log)
    assert a_day(spring[1], *COOLING) > a_day(winter[1], *COOLING)
