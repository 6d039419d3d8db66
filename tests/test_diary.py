"""A day as a diary, on small households made by hand."""

import re
from pathlib import Path
from typing import Any

import pytest

from evaluation.checks import check
from evaluation.diary import WIDTH, diary
from evaluation.reading import read_run
from evaluation.report import write_report
from evaluation.timeline import timeline
from evaluation.wording import third_person, verbs
from scenarios.catalogue import load_catalogue
from scenarios.errors import UserError
from scenarios.resident import Profile
from tests.written import DAY, Story, clock, ordinary, texts, titles, write
from world.event import Kind
from world.mind import Basis, Thought


def test_a_day_reads_like_a_diary(tmp_path: Path) -> None:
    story = ordinary()
    story.rings("19:00", "a friend rings the doorbell")
    lines = diary(write(tmp_path, story), "Ada", 0).splitlines()
    assert lines[0] == "Ada, Monday 2 March 2026 (day 0 of 1 in test home)"
    assert lines[2:8] == [
        "00:00  bedroom  sleeps                                    [schedule: the night]",
        "07:00  bedroom  gets up                                   [memory: a routine remembered]",
        "07:01           turns on the bedside lamp                 [reflex]",
        "07:20           turns off the bedside lamp",
        "07:22  kitchen  has breakfast                             [memory: a routine remembered]",
        "08:00           starts the washing machine",
    ]
    assert "09:00  kitchen  (the washing machine has finished)" in lines
    assert "19:00           * a friend rings the doorbell" in lines


def test_the_diary_says_what_the_home_does_by_which_rule(tmp_path: Path) -> None:
    story = ordinary()
    by_rule: dict[str, Any] = {"actor": "", "activity": "", "cause": "automation:film_light"}
    story.operates("20:02", "living_lamp", "setLevel", value="20", **by_rule)
    story.operates("20:03", "oven", "setChannel", kind=Kind.REFUSED, value="the oven is offline", **by_rule)
    folder = write(tmp_path, story)
    lines = diary(folder, "Ada", 0).splitlines()
    assert "20:02  living   (the home dims the floor lamp to 20 %)    [rule film light]" in lines
    assert any("in vain)" in line and line.startswith("20:03  kitchen  (the home tries to") for line in lines)
    assert check(read_run(folder))["out of reach"].violations == 0
    picture = timeline(folder)
    assert "20:02 rule film light: dim the floor lamp to 20 %" in titles(picture)
    assert any("rule film light" in text for text in texts(picture))
    assert write_report(folder)["rules"] == [{"name": "film light", "count": 2, "share": 1.0}]


def test_the_diary_tells_of_windows_and_of_waiting(tmp_path: Path) -> None:
    story = ordinary()
    story.operates("07:30", "window", "open", kind=Kind.DEED)
    story.does("08:30", "shower", "kitchen")
    story.does("08:30", "wait", "kitchen")
    story.wants("08:30", "bedroom", "bo", 12, "waited")
    story.wants("12:00", "oven", "bo", 0, "shared")
    folder = write(tmp_path, story, residents=(Profile(id="ada", name="Ada"), Profile(id="bo", name="Bo")))
    lines = diary(folder, "ada", 0).splitlines()
    assert "07:30           opens the kitchen window" in lines
    assert "08:30  kitchen  waits until it is free                    [the bedroom: Bo]" in lines
    assert "08:42           (it is free: the bedroom)                 [policy wait]" in lines
    assert "12:00           (shares the oven with Bo)                 [policy wait]" in lines
    assert "Ada waits for the bedroom, 08:30 to 08:42" in titles(timeline(folder))


def test_the_diary_tells_refusals_choices_plans_and_failures(tmp_path: Path) -> None:
    plan = Thought(question="plan", options=("have an ordinary day", "bake"), chosen=1)
    choice = Thought(question="choice", options=("a", "b", "c"), chosen=0, fallback="no JSON came back")
    story = Story()
    story.does("07:00", "get_up", "bedroom", thoughts=(plan,))
    story.operates("07:10", "tv", "setChannel", kind=Kind.REFUSED, value="the television has switch off")
    story.does("18:00", "relax", "living", basis=Basis.CHOICE, reason="it is cold", thoughts=(choice,))
    told = diary(write(tmp_path, story), "ada", 0)
    assert "makes a plan for the day: bake (one of 2)" in told
    assert "tries to change the channel of the television" in told
    assert "[the television has switch off]" in told
    assert re.search(
        r"\[choice of 3: it is cold; the model\s+failed:\s+no\s+JSON\s+came\s+back\]",
        told,
    )


def test_the_diary_goes_on_from_the_day_before_and_back_after_interruptions(tmp_path: Path) -> None:
    story = ordinary(2)
    story.events = [it for it in story.events if it.time != DAY]  # the second night begins with no new event
    back = next(it for it in story.events if it.activity == "breakfast" and it.kind is Kind.ACTIVITY)
    story.events.append(back._replace(time=clock("10:00")))
    folder = write(tmp_path, story, days=2)
    assert "[since 22:10]" in diary(folder, "ada", 1).splitlines()[2]
    assert "10:00  kitchen  back to it: has breakfast" in diary(folder, "ada", 0)


def test_long_lines_are_wrapped(tmp_path: Path) -> None:
    story = Story()
    story.does("07:00", "relax", "living", reason="because " + "of this and that " * 30)
    lines = diary(write(tmp_path, story), "ada", 0).splitlines()
    assert len(lines) > 5
    assert max(map(len, lines)) <= WIDTH


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"resident": "adda"}, "no resident 'adda'; did you mean 'ada'?"),
        ({"resident": "zoe"}, "no resident 'zoe'; there is ada"),
        ({"day": 5}, r"day 5 is not in this run: it has days 0 to 0 \(2 March 2026 to 2 March 2026\)"),
        ({"day": -1}, "day -1 is not in this run"),
        ({"household": "h0000"}, "no household 'h0000'; did you mean 'h00000'"),
    ],
)
def test_what_is_not_there_is_named(tmp_path: Path, asked: dict[str, Any], sentence: str) -> None:
    folder = write(tmp_path, ordinary())
    with pytest.raises(UserError, match=sentence):
        diary(folder, **{"resident": "ada", "day": 0, **asked})


def test_a_folder_that_is_no_run(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"is no run: it has no scenario\.json"):
        timeline(tmp_path)


@pytest.mark.parametrize(
    ("phrase", "sentence"),
    [
        ("get up", "gets up"),
        ("have breakfast", "has breakfast"),
        ("wash and brush teeth", "washes and brushes teeth"),
        ("tidy up", "tidies up"),
        ("play a game", "plays a game"),
        ("put on coat and shoes to go out", "puts on coat and shoes to go out"),
        ("let the visitor in and sit together", "lets the visitor in and sits together"),
        ("hold or go on with the programme of the oven", "holds or goes on with the programme of the oven"),
        ("be out at work or school", "is out at work or school"),
        ("sleep", "sleeps"),
    ],
)
def test_phrases_become_sentences(phrase: str, sentence: str) -> None:
    assert third_person(phrase, verbs(load_catalogue())) == sentence
