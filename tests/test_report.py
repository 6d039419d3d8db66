"""The report that a run draws at its end: what it says by itself, with no real log."""

import json
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest

from evaluation.energy import energy
from evaluation.outdoors import weather
from evaluation.reading import read_run
from evaluation.report import write_report
from evaluation.rhythm import heat_map
from evaluation.timeline import timeline
from scenarios.chance import Chance
from scenarios.errors import UserError
from scenarios.scenario import Happening
from tests.stories import CATALOGUE, FLAT, WINTER, ZONE, doing, events, order, someone, told, watch
from tests.written import (
    DAY,
    HOUR,
    Page,
    Story,
    ordinary,
    titles,
    write,
)
from world.clock import Clock
from world.house import House
from world.layout import Layout
from world.mind import Basis, Said, Thought


def test_the_report_says_in_plain_words_what_the_dataset_is(tmp_path: Path) -> None:
    folder = write(tmp_path, ordinary(2), days=2)
    found = write_report(folder)
    assert found["verdict"]["what"] == (
        "A simulated log of one household (test home; Ada) over 2 days, 2 March 2026 to 3 March 2026: 16 "
        "observable events from 10 decisions. Nobody lived these days."
    )
    assert "No language model was asked" in found["verdict"]["how"]
    assert found["beside"] is None
    answers = {it["use"]: it["answer"] for it in found["verdict"]["judgements"]}
    assert answers["anything about real homes"] == answers["studying how people differ"] == "not known"
    assert answers["the files are what the run wrote"] == "yes"
    assert found["residents"][0]["rooms"][0]["name"] == "kitchen"
    assert sum(room["minutes"] for room in found["residents"][0]["rooms"]) == pytest.approx(1440, abs=2)
    assert found["decisions"]["bases"][0] == {"name": "memory", "count": 6, "share": 0.6}


def test_the_page_is_self_contained_and_its_links_lead_somewhere(tmp_path: Path) -> None:
    page = page_of(write(tmp_path, ordinary(2), days=2))
    assert page.loads == []
    assert set(page.links) <= set(page.ids)
    assert len(page.ids) == len(set(page.ids))
    assert "Nothing here was compared with a real log" in page.text
    kept = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    assert kept["verdict"]["in short"] in page.text


def test_the_report_counts_what_the_model_cost_and_where_it_failed(tmp_path: Path) -> None:
    good = Thought(question="choice", replies=("k1", "k2"), prompt_tokens=300, completion_tokens=5)
    bad = replace(good, fallback="no JSON came back")
    story = ordinary()
    story.does("19:00", "read", "kitchen", basis=Basis.CHOICE, thoughts=(good,))
    story.does("19:30", "read", "kitchen", basis=Basis.FALLBACK, thoughts=(bad,))
    found = write_report(write(tmp_path, story))
    model = found["model"]
    assert (model["thoughts"], model["replies"], model["prompt_tokens"]) == (2, 4, 600)
    assert (model["decided"], model["fallback"]) == (1, 1)
    assert model["fallbacks"][0]["name"] == "no JSON came back"
    assert "1 thoughts (50%) failed and fell back" in found["verdict"]["how"]


def test_the_report_tells_of_sensors_conflicts_energy_and_weather(tmp_path: Path) -> None:
    story = ordinary()
    story.wants("08:30", "kitchen", "bo", 10, "waited", Said("bo", "refuse", "<i>Not</i> before ten."))
    story.wants("08:30", "kitchen", "bo", 20, "gave_up")
    ledger = {"candidates": 9, "emitted": 6, "drop_out": 2, "in_flight": 1, "false_triggers": 3}
    folder = write(tmp_path, story, sensors={"motion": {"motion": ledger}})
    found = write_report(folder)
    assert found["sensors"]["causes"] == ["drop_out"]
    (row,) = found["sensors"]["rows"]
    assert (row["name"], row["lost"], row["in_flight"], row["false"]) == ("the motion sensor", [2], 1, 3)
    (kitchen,) = found["conflicts"]["resources"]
    assert (kitchen["count"], kitchen["wait"]) == (2, 15.0)
    assert kitchen["outcomes"] == "gave up 1, waited 1"
    drawn = {row["name"]: row["kwh"] for row in found["energy"]["rows"]}
    assert drawn["Light"] == pytest.approx((2 * 0.4 * 24 + 10 * 19 / 60) / 1000)  # two lamps, one lit 19 min
    assert found["energy"]["total"] == pytest.approx(sum(drawn.values()))
    (day,) = found["outdoors"]
    assert (day["name"], day["low"] < day["mean"] < day["high"]) == ("Mon 2 Mar", True)
    page = page_of(folder)
    assert {"sensors", "conflicts", "energy"} <= set(page.ids)
    assert "Computed, not metered" in page.text
    assert "<i>Not</i> before ten." in page.text  # what was said, as text


def test_energy_and_weather_are_those_that_the_house_had(tmp_path: Path) -> None:
    befallen_ = (
        Happening(day=0, at="12:00", kind="cold_spell", minutes=600),
        Happening(day=0, at="19:00", kind="power_cut", minutes=30),
    )
    chance = Chance(7).branch("household", 0)
    house = House(Layout(FLAT, CATALOGUE), [someone("ada")], befallen_, Clock(WINTER, ZONE), chance)
    dinner = doing("cook", "kitchen", 60, order("oven", "switch on"), order("dishwasher", "start", after=20))
    evening = doing("watch_television", "living", 1000, order("television", "switch on"))
    story = Story()
    story.events = events(watch(house, {"ada": told(doing("sleep", "bedroom", 1080), dinner, evening)}, DAY))
    house.env.run(until=DAY)  # nothing happens after the last event, but time passes
    run = read_run(write(tmp_path, story, home=FLAT, start=WINTER, happenings=befallen_))
    used = energy(run, run.log())
    assert used == {device: house.meter.energy(device) for device in house.devices}
    assert used["dishwasher"] > 100 and used["oven"] > 500
    sky = weather(run, run.log())
    assert sky is not None
    hours = range(0, DAY, HOUR)
    assert [sky.temperature(hour) for hour in hours] == [house.physics.outdoors(hour) for hour in hours]


def test_a_run_without_events_is_reported_and_one_under_way_is_not(tmp_path: Path) -> None:
    folder = write(tmp_path / "empty", Story())
    assert "0 observable events" in write_report(folder)["verdict"]["what"]
    assert ElementTree.fromstring(timeline(folder)) is not None  # noqa: S314
    with pytest.raises(UserError, match="is no complete run"):
        write_report(write(tmp_path / "part", ordinary(), complete=False))


def test_the_heat_map_tells_its_numbers() -> None:
    values = [[0.0] * 24 for _ in range(7)]
    values[2][19] = 4.5
    found = titles(heat_map(values).replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg"', 1))
    assert "Wed 19:00, 4.5 on average" in found


def busy(days: int, commands: int) -> Story:
    story = ordinary(days)
    for day in range(days):
        for number in range(commands):
            story.operates(f"20:{10 + number % 50}", "tv", "volumeDown", day)
    return story


def test_ten_thousand_events_are_reported(tmp_path: Path) -> None:
    folder = write(tmp_path, busy(100, 92), days=100)
    assert write_report(folder)["about"]["events"] == 10_000


def test_the_same_run_gives_the_same_report(tmp_path: Path) -> None:
    pages = [page_of(write(tmp_path / name, ordinary(2), days=2)).text for name in "ab"]
    assert pages[0] == pages[1]


def page_of(folder: Path) -> Page:
    write_report(folder)
    return Page((folder / "report.html").read_text(encoding="utf-8"))
