"""Checks of common sense find what they are for, and nothing else."""

from pathlib import Path
from typing import Any

import pytest

from evaluation.checks import CHECKS, check
from evaluation.reading import read_run
from tests import written
from tests.written import HOME, Story, write
from world.event import Kind


def ordinary(days: int = 1) -> Story:
    """Nor does Ada go without."""
    story = written.ordinary(days)
    for day in range(days):
        story.does("09:00", "use_toilet", "kitchen", day)
    return story


def offending(folder: Path) -> dict[str, int]:
    return {name: it.violations for name, it in check(read_run(folder)).items() if it.violations}


def test_an_ordinary_life_passes_every_check(tmp_path: Path) -> None:
    found = check(read_run(write(tmp_path, ordinary(3), days=3)))
    assert {name: it.violations for name, it in found.items()} == dict.fromkeys(CHECKS, 0)
    looked = {name: it.looked_at for name, it in found.items()}
    assert looked["sleep"] == 2
    assert looked["meals"] == 3
    assert looked["light for nobody"] == 3
    assert looked["impossible commands"] == 24


def no_sleep(story: Story) -> None:
    story.decisions = [it._replace(decision=it.decision._replace(asleep=False)) for it in story.decisions]


def through_the_wall(story: Story) -> None:
    story.goes("12:00", "bedroom")
    story.goes("12:10", "hall", "living", "kitchen")


def screen_by_night(story: Story) -> None:
    story.events = [it for it in story.events if not (it.device == "tv" and it.command == "switch off")]


def lamp_forgotten(story: Story) -> None:
    story.operates("20:30", "living_lamp", "switch on")


def no_meal(story: Story) -> None:
    story.events = [
        it._replace(activity="relax") if it.activity == "breakfast" else it for it in story.events
    ]


def breakfast_at_night(story: Story) -> None:
    story.does("17:00", "breakfast", "kitchen")


def over_and_over(story: Story) -> None:
    for number in range(9):
        story.does(f"{10 + number}:00", "relax", "kitchen")


def dropped(story: Story) -> None:
    story.does("11:00", "relax", "kitchen")
    story.does("11:02", "potter", "kitchen")


def from_afar(story: Story) -> None:
    story.operates("12:00", "living_lamp", "switch on")  # from the kitchen
    story.operates("20:30", "living_lamp", "switch off")


def window_forgotten(story: Story) -> None:
    story.operates("07:40", "window", "open", kind=Kind.DEED)
    story.goes("09:30", "living", "hall", "outside")
    story.goes("12:30", "hall", "living", "kitchen")
    story.operates("12:40", "window", "close", kind=Kind.DEED)


def window_open_all_day(story: Story) -> None:
    story.operates("07:40", "window", "tilt", kind=Kind.DEED)
    story.operates("15:00", "window", "close", kind=Kind.DEED)


def hob_forgotten(story: Story) -> None:
    story.operates("10:00", "hob", "turn on", kind=Kind.DEED)
    story.operates("13:30", "hob", "turn off", kind=Kind.DEED)


def impossible_value(story: Story) -> None:
    story.operates("20:30", "tv", "setChannel", value="100000")


def held_in(story: Story) -> None:
    story.events = [
        it._replace(activity="potter") if it.activity == "use_toilet" else it for it in story.events
    ]


def dark_screen(story: Story) -> None:
    story.events = [it for it in story.events if it.device != "tv"]


@pytest.mark.parametrize(
    ("change", "names"),
    [
        (no_sleep, {"sleep"}),
        (through_the_wall, {"whereabouts"}),
        (screen_by_night, {"left on overnight"}),
        (lamp_forgotten, {"light for nobody"}),
        (no_meal, {"meals"}),
        (breakfast_at_night, {"odd hours"}),
        (over_and_over, {"repetition"}),
        (dropped, {"cut short"}),
        (from_afar, {"out of reach", "impossible commands", "light for nobody"}),
        (window_forgotten, {"window left open"}),
        (window_open_all_day, {"window left open"}),
        (hob_forgotten, {"left running"}),
        (impossible_value, {"impossible commands"}),
        (held_in, {"toilet"}),
        (dark_screen, {"screens"}),
    ],
    ids=lambda value: value.__name__ if callable(value) else "",
)
def test_each_check_finds_what_it_is_for(tmp_path: Path, change: Any, names: set[str]) -> None:
    story = ordinary(2)
    change(story)
    assert set(offending(write(tmp_path, story, days=2))) == names


def test_what_a_rule_lights_and_what_night_workers_do_offends_nobody(tmp_path: Path) -> None:
    story = ordinary(2)
    by_rule: dict[str, Any] = {"actor": "", "activity": "", "cause": "automation:against_thieves"}
    story.operates("20:30", "living_lamp", "switch on", **by_rule)
    assert offending(write(tmp_path / "lit", story, days=2)) == {}
    night = Story()
    for day in range(2):
        night.does("00:00", "breakfast", "kitchen", day)
        night.does("09:00", "sleep", "bedroom", day)
        night.does("17:00", "breakfast", "bedroom", day)
    assert "odd hours" not in offending(write(tmp_path / "night", night, days=2))


def test_a_window_open_in_summer_is_no_mistake(tmp_path: Path) -> None:
    story = ordinary(2)
    window_forgotten(story)
    warm = HOME.climate.model_copy(update={"mean": (22.0,) * 12})
    home = HOME.model_copy(update={"climate": warm})
    assert offending(write(tmp_path / "warm", story, days=2, home=home)) == {}
    hot = HOME.model_copy(update={"climate": HOME.climate.model_copy(update={"mean": (39.0,) * 12})})
    assert offending(write(tmp_path / "hot", story, days=2, home=hot)) == {"window open in the heat": 1}


def test_findings_give_examples_and_add_up_over_households(tmp_path: Path) -> None:
    other = ordinary()
    through_the_wall(other)
    found = check(read_run(write(tmp_path, ordinary(), other)))["whereabouts"]
    assert (found.violations, found.looked_at) == (1, 6 + 6 + 4)
    assert found.examples == ("h00001: day 0, 12:00: Ada from kitchen to bedroom",)
