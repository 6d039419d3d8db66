"""What happened as spans and as a timeline, on small households made by hand."""

from datetime import date
from pathlib import Path
from xml.etree import ElementTree

import pytest

from evaluation.diary import diary
from evaluation.reading import read_run
from evaluation.report import write_report
from evaluation.spans import Use, befallen, doings, merged, sensed, stays, together, uses
from evaluation.timeline import timeline
from scenarios.errors import UserError
from tests.written import DAY, SVG, clock, hostile_run, ordinary, texts, titles, write
from world.event import Kind
from world.mind import Basis


def test_spans_say_who_was_where_doing_what_and_which_device_was_on(tmp_path: Path) -> None:
    run = read_run(write(tmp_path, ordinary()))
    where = [(stay.room, stay.start, stay.end) for stay in stays(run, run.log())["ada"]]
    assert where[0] == ("bedroom", 0, clock("07:21"))
    assert where[-1] == ("bedroom", clock("22:05") + 3000, DAY)
    done = doings(run, run.log())["ada"]
    assert [(it.activity, it.asleep) for it in done[:2]] == [("sleep", True), ("get_up", False)]
    used = uses(run, run.log())
    assert used["bed_lamp"] == [Use("bed_lamp", clock("07:01"), clock("07:20"), "on", Basis.REFLEX)]
    assert used["washer"] == [
        Use("washer", clock("08:00"), clock("09:00"), "on", Basis.MEMORY)
    ]  # ends by itself
    assert used["blind"] == [Use("blind", clock("20:05"), clock("21:30"), "at 0 %", Basis.MEMORY)]
    assert used["oven"] == []


def test_what_still_runs_at_the_end_runs_to_the_end(tmp_path: Path) -> None:
    story = ordinary()
    story.operates("23:00", "bed_lamp", "switch on")
    run = read_run(write(tmp_path, story))
    assert uses(run, run.log())["bed_lamp"][-1] == Use("bed_lamp", clock("23:00"), DAY, "on", Basis.SCHEDULE)


def test_a_device_is_on_or_stands_open_in_its_own_word(tmp_path: Path) -> None:
    story = ordinary()
    story.operates("07:30", "window", "tilt", kind=Kind.DEED)
    story.operates("07:40", "window", "open", kind=Kind.DEED)
    story.operates("07:50", "window", "close", kind=Kind.DEED)
    story.operates("08:10", "hob", "turn on", kind=Kind.DEED)
    story.operates("08:20", "hob", "turn off", kind=Kind.DEED)
    run = read_run(write(tmp_path, story))
    used = uses(run, run.log())
    assert [(use.state, use.still) for use in used["window"]] == [("tilted", True), ("open", True)]
    assert used["hob"] == [Use("hob", clock("08:10"), clock("08:20"), "on", Basis.SCHEDULE)]


def test_what_befalls_lasts_until_it_is_over(tmp_path: Path) -> None:
    story = ordinary(2)
    story.befalls("10:00", "heat_wave", "a heat wave")
    story.befalls("19:00", "visitor", "a friend rings")
    story.befalls("21:00", "device_fault", "the television stops working", device="tv")
    story.befalls("21:30", "device_fault", "works again", device="tv")
    story.befalls("22:00", "power_cut", "the power goes out", day=1)
    story.befalls("09:00", "heat_wave", "is over", day=1)
    run = read_run(write(tmp_path, story, days=2))
    found = [(it.kind, it.start, it.end) for it in befallen(run, run.log())]
    assert found == [
        ("heat_wave", clock("10:00"), clock("09:00", 1)),
        ("visitor", clock("19:00"), clock("19:00")),
        ("device_fault", clock("21:00"), clock("21:30")),
        ("power_cut", clock("22:00", 1), 2 * DAY),  # not over yet
    ]
    picture = timeline(tmp_path)
    assert "a heat wave, day 0, 10:00 to day 1, 09:00" in titles(picture)
    assert "the television stops working, 21:00 to 21:30" in titles(picture)
    told = diary(tmp_path, "ada", 1)
    assert "* the heat wave is over" in told
    assert "21:30  living   * the television works again" in diary(tmp_path, "ada", 0)


def test_what_a_sensor_says_is_a_lane_of_its_own_and_nothing_else(tmp_path: Path) -> None:
    story = ordinary()
    plain = write(tmp_path / "plain", story)
    for at, word in (("20:00", "active"), ("20:03", "inactive"), ("22:00", "active")):
        story.senses(at, word)
    story.senses("21:00", "active", kind=Kind.LOST, cause="drop_out")
    folder = write(tmp_path / "sensed", story)
    run = read_run(folder)
    assert sensed(run, run.log()) == {
        "motion": [(clock("20:00"), clock("20:03")), (clock("22:00"), DAY)]
    }  # what was lost, nobody saw
    assert set(titles(timeline(plain))) < set(titles(timeline(folder)))
    assert diary(folder, "ada", 0) == diary(plain, "ada", 0)
    both = write_report(plain), write_report(folder)
    assert both[0]["rhythm"] == both[1]["rhythm"] and both[0]["devices"] == both[1]["devices"]
    assert "11 observable events, 3 of them readings" in both[1]["verdict"]["what"]


def test_together_and_merged() -> None:
    assert together([[(0, 5), (8, 20)], [(3, 10), (12, 13)]], 15) == [(3, 5), (8, 10), (12, 13)]
    assert together([], 15) == [(0, 15)]
    assert merged([(5, 9), (0, 3), (2, 4)]) == [(0, 4), (5, 9)]


def test_the_timeline_shows_rooms_devices_and_happenings(tmp_path: Path) -> None:
    story = ordinary()
    story.rings("19:00", "a friend rings the doorbell")
    found = titles(timeline(write(tmp_path, story)))
    assert "Ada, 20:00 to 22:05, living: watch television" in found
    assert "the television on, 20:01 to 22:00" in found
    assert "the blind at 0 %, 20:05 to 21:30" in found
    assert "19:00 a friend rings the doorbell" in found
    assert not any("oven" in text for text in found)  # never used, no row


def test_the_timeline_is_labelled_for_screen_readers(tmp_path: Path) -> None:
    root = ElementTree.fromstring(timeline(write(tmp_path, ordinary())))  # noqa: S314
    assert root.get("role") == "img"
    ids = {found.get("id") for found in root.iter()}
    assert set((root.get("aria-labelledby") or "").split()) <= ids
    assert "Ada" in (root.findtext(f"{SVG}desc") or "")


def test_the_timeline_says_when_it_is_cut(tmp_path: Path) -> None:
    folder = write(tmp_path, ordinary(9), days=9)
    assert "(7 of the run's 9 days)" in texts(timeline(folder))[1]
    last = timeline(folder, days=(8, 7))
    assert "Tuesday 10 March" in last
    assert "Monday 9 March" not in last
    with pytest.raises(UserError, match=r"day 9 is not in this run: it has days 0 to 8"):
        timeline(folder, days=(9, 1))


def test_a_day_of_23_hours_fills_its_band(tmp_path: Path) -> None:
    picture = timeline(write(tmp_path, ordinary(), start=date(2026, 3, 29)))
    assert "Ada, 00:00 to 08:21, bedroom: sleep, get up" in titles(picture)  # the story tells elapsed hours
    assert "24" in texts(picture)


def test_hostile_names_are_only_text(tmp_path: Path) -> None:
    folder = hostile_run(tmp_path)
    picture = timeline(folder)
    assert "<script" not in picture
    assert any("<script>alert('x')</script>\"&" in text for text in titles(picture))  # parsed: whole, as text
    write_report(folder)
    page = (folder / "report.html").read_text(encoding="utf-8")
    assert "<script" not in page.lower()
    told = diary(folder, "ada", 0)
    assert "\x07" not in told
