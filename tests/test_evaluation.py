"""What people see of a run: timeline, diary, checks, report, on small households made by hand."""

import json
import re
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from dataset.log import Log
from dataset.manifest import Manifest, write_manifest
from dataset.routines import Behaviour, Routines
from dataset.schema import Origin
from dataset.store import write_household
from evaluation.checks import CHECKS, check
from evaluation.diary import WIDTH, diary
from evaluation.energy import energy
from evaluation.fidelity import (
    compare,
    copies,
    divergence,
    markov,
    profile,
    sample_of_routines,
    sample_of_run,
)
from evaluation.outdoors import weather
from evaluation.reading import read_run
from evaluation.report import report, write_report
from evaluation.rhythm import heat_map
from evaluation.spans import Use, befallen, doings, merged, sensed, stays, together, uses
from evaluation.timeline import timeline
from evaluation.wording import third_person, verbs
from scenarios.catalogue import load_catalogue
from scenarios.chance import Chance
from scenarios.errors import UserError
from scenarios.home import Climate, Home, Placement, Room
from scenarios.resident import Profile
from scenarios.scenario import Happening, Scenario
from tests.stories import CATALOGUE, FLAT, WINTER, ZONE, doing, events, order, someone, told, watch
from world.clock import Clock
from world.contention import Conflict
from world.event import Event, Kind
from world.house import House
from world.layout import Layout
from world.mind import Basis, Cause, Decided, Decision, Said, Thought

HOUR, MINUTE, DAY = 3_600_000, 60_000, 86_400_000
HOSTILE = "<script>alert('x')</script>\"&\x07"
RUN = "washerOperatingState setMachineState run"
ORIGIN = Origin(scenario="test_home", fingerprint="f" * 64, seed=7)
YEAR = (10.0,) * 12

HOME = Home(
    name="test home",
    climate=Climate(name="cool", mean=(3.0,) * 12, daily_range=YEAR, cloud=(0.5,) * 12),
    rooms={
        "hall": Room(kind="hall"),
        "living": Room(kind="living"),
        "kitchen": Room(kind="kitchen"),
        "bedroom": Room(kind="bedroom"),
    },
    doors=(("outside", "hall"), ("hall", "living"), ("living", "kitchen"), ("hall", "bedroom")),
    devices={
        "bed_lamp": Placement(type="Light", room="bedroom", name="the bedside lamp"),
        "living_lamp": Placement(type="Light", room="living", name="the floor lamp"),
        "blind": Placement(type="Blind", room="living", name="the blind"),
        "tv": Placement(type="Television", room="living", name="the television"),
        "oven": Placement(type="Oven", room="kitchen", name="the oven"),
        "washer": Placement(type="Washer", room="kitchen", name="the washing machine"),
        "motion": Placement(type="MotionSensor", room="living", name="the motion sensor"),
        "window": Placement(type="Window", room="kitchen", name="the kitchen window"),
        "hob": Placement(type="Hob", room="kitchen", name="the hob"),
    },
)


def clock(at: str, day: int = 0) -> int:
    hours, minutes = at.split(":")
    return day * DAY + int(hours) * HOUR + int(minutes) * MINUTE


class Story:
    """Writes down a household's days, one line a call."""

    def __init__(self, who: str = "ada") -> None:
        self.who, self.events, self.decisions = who, list[Event](), list[Decided]()
        self.conflicts = list[Conflict]()
        self.activity, self.basis = "", Basis.MEMORY

    def goes(self, at: str, *rooms: str, day: int = 0) -> None:
        for number, room in enumerate(rooms):
            self._add(clock(at, day) + number * 3000, Kind.MOVE, room)

    def does(self, at: str, activity: str, room: str, day: int = 0, **told: Any) -> None:
        asleep = activity == "sleep"
        told = {"basis": Basis.MEMORY, "reason": "a routine remembered", **told}
        cause = told.pop("cause", Cause.NEXT)
        moment = clock(at, day)
        decision = Decision(activity=activity, room=room, until=moment + HOUR, asleep=asleep, **told)
        number = len(self.decisions)
        self.decisions.append(
            Decided(id=number, time=moment, resident=self.who, cause=cause, decision=decision)
        )
        self.activity, self.basis = activity, told["basis"]
        self._add(moment, Kind.ACTIVITY, room)

    def operates(self, at: str, device: str, command: str, day: int = 0, **more: Any) -> None:
        place = HOME.devices[device]
        more = {"kind": Kind.COMMAND, "room": place.room, **more}
        self._add(clock(at, day), device=device, type=place.type, command=command, **more)

    def finishes(self, at: str, device: str, day: int = 0) -> None:
        place = HOME.devices[device]
        self.events.append(
            Event(
                time=clock(at, day), kind=Kind.REPORT, actor="", room=place.room, device=device,
                type=place.type, command="notification", cause="programme",
            )
        )  # fmt: skip

    def rings(self, at: str, words: str, day: int = 0) -> None:
        self.befalls(at, "visitor", words, day)

    def befalls(self, at: str, kind: str, words: str, day: int = 0, device: str = "") -> None:
        place = HOME.devices.get(device)
        self.events.append(
            Event(
                time=clock(at, day), kind=Kind.HAPPENING, actor="", room=place.room if place else "",
                device=device, type=place.type if place else "", command=kind, value=words, cause="scenario",
            )
        )  # fmt: skip

    def senses(self, at: str, word: str, day: int = 0, **more: Any) -> None:
        told = {"kind": Kind.READING, "actor": "", "activity": "", "cause": "", "value": word, **more}
        self.operates(at, "motion", "motion", day, **told)

    def wants(self, at: str, resource: str, other: str, minutes: int, outcome: str, *said: Said) -> None:
        """*other* has it."""
        self.conflicts.append(
            Conflict(
                time=clock(at, 0), resident=self.who, others=(other,), resource=resource, kind="room",
                policy="wait", wait_ms=minutes * MINUTE, outcome=outcome,  # type: ignore[arg-type]
                decision=len(self.decisions) - 1, said=said,
            )
        )  # fmt: skip

    def _add(self, moment: int, kind: Kind, room: str, **more: Any) -> None:
        told = {"actor": self.who, "activity": self.activity, "cause": self.basis, **more}
        decision = len(self.decisions) - 1
        self.events.append(Event(time=moment, kind=kind, room=room, decision=decision, **told))


def ordinary(days: int = 1) -> Story:
    """Ada sleeps, gets up, eats, starts a wash, watches television, goes to bed."""
    story = Story()
    for day in range(days):
        story.does("00:00", "sleep", "bedroom", day, basis=Basis.SCHEDULE, reason="the night")
        story.does("07:00", "get_up", "bedroom", day)
        story.operates("07:01", "bed_lamp", "switch on", day, cause=Basis.REFLEX)
        story.operates("07:20", "bed_lamp", "switch off", day)
        story.goes("07:21", "hall", "living", "kitchen", day=day)
        story.does("07:22", "breakfast", "kitchen", day)
        story.operates("08:00", "washer", RUN, day)
        story.finishes("09:00", "washer", day)
        story.goes("20:00", "living", day=day)
        story.does("20:00", "watch_television", "living", day)
        story.operates("20:01", "tv", "switch on", day)
        story.operates("20:05", "blind", "windowShade close", day)
        story.operates("21:30", "blind", "windowShade open", day)
        story.operates("22:00", "tv", "switch off", day)
        story.goes("22:05", "hall", "bedroom", day=day)
        story.does("22:10", "sleep", "bedroom", day, basis=Basis.SCHEDULE, reason="the night")
    return story


def write(
    folder: Path, *stories: Story, days: int = 1, complete: bool = True, sensors: Any = None, **changes: Any
) -> Path:
    """A run folder of one household a story."""
    settings: dict[str, Any] = {
        "name": "test_home", "start": date(2026, 3, 2), "days": days, "home": HOME,
        "residents": (Profile(id="ada", name="Ada"),), "households": max(1, len(stories)),
    }  # fmt: skip
    scenario = Scenario(**settings | changes)
    records = tuple(
        write_household(
            folder, f"h{index:05d}", index,
            Log.of(sorted(story.events, key=lambda event: event.time), story.decisions), story.conflicts,
            start=scenario.start, zone=scenario.home.address.zone, origin=ORIGIN,
        )
        for index, story in enumerate(stories)
    )  # fmt: skip
    kept = json.dumps({"scenario": scenario.model_dump(mode="json")})
    (folder / "scenario.json").write_text(kept, encoding="utf-8")
    if complete:
        manifest = Manifest(
            origin=ORIGIN, settings={}, households=records, packages={}, tokens={}, sensors=sensors or {}
        )
        write_manifest(folder, manifest)
    return folder


# --- spans ---------------------------------------------------------------------------------------------


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
    both = report(plain), report(folder)
    assert sample_of_run(read_run(plain)) == sample_of_run(run)
    assert both[0]["rhythm"] == both[1]["rhythm"] and both[0]["devices"] == both[1]["devices"]
    assert "11 observable events, 3 of them readings" in both[1]["verdict"][0]


def test_together_and_merged() -> None:
    assert together([[(0, 5), (8, 20)], [(3, 10), (12, 13)]], 15) == [(3, 5), (8, 10), (12, 13)]
    assert together([], 15) == [(0, 15)]
    assert merged([(5, 9), (0, 3), (2, 4)]) == [(0, 4), (5, 9)]


# --- timeline ------------------------------------------------------------------------------------------

SVG = "{http://www.w3.org/2000/svg}"


def titles(picture: str) -> list[str]:
    return [found.text or "" for found in ElementTree.fromstring(picture).iter(f"{SVG}title")]  # noqa: S314


def texts(picture: str) -> list[str]:
    return ["".join(it.itertext()) for it in ElementTree.fromstring(picture).iter(f"{SVG}text")]  # noqa: S314


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


def hostile_run(folder: Path) -> Path:
    story = ordinary()
    story.rings("19:00", HOSTILE)
    devices = {**HOME.devices, "tv": Placement(type="Television", room="living", name=HOSTILE)}
    home = HOME.model_copy(update={"name": HOSTILE, "devices": devices})
    story.does("19:10", "read", "kitchen", reason=HOSTILE)
    people = (Profile(id="ada", name=HOSTILE),)
    return write(folder, story, home=home, residents=people, about=HOSTILE)


def test_hostile_names_are_only_text(tmp_path: Path) -> None:
    folder = hostile_run(tmp_path)
    picture = timeline(folder)
    assert "<script" not in picture
    assert any("<script>alert('x')</script>\"&" in text for text in titles(picture))  # parsed: whole, as text
    page = write_report(folder).read_text(encoding="utf-8")
    assert "<script" not in page.lower()
    told = diary(folder, "ada", 0)
    assert "\x07" not in told


# --- diary ---------------------------------------------------------------------------------------------


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
    assert report(folder)["rules"] == [{"name": "film light", "count": 2, "share": 1.0}]


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


# --- checks --------------------------------------------------------------------------------------------


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
    assert offending(write(tmp_path, story, days=2, home=home)) == {}


def test_findings_give_examples_and_add_up_over_households(tmp_path: Path) -> None:
    other = ordinary()
    through_the_wall(other)
    found = check(read_run(write(tmp_path, ordinary(), other)))["whereabouts"]
    assert (found.violations, found.looked_at) == (1, 6 + 6 + 4)
    assert found.examples == ("h00001: day 0, 12:00: Ada from kitchen to bedroom",)


# --- fidelity ------------------------------------------------------------------------------------------

CYCLE = ("Light:switch on", "Television:switch on", "Television:switch off", "Light:switch off")


def log(sequences: int) -> Routines:
    """Four actions always in one order, beginning anywhere; with polling and a step without a device."""
    rows = [
        [Behaviour(0, 6, action.split(":")[0], action) for action in (CYCLE * 3)[start % 4 : start % 4 + 8]]
        + [Behaviour(0, 6, "Light", "Light:refresh refresh"), Behaviour(0, 6, "Activity", "Activity:read")]
        for start in range(sequences)
    ]
    return Routines.of(map(tuple, rows), source="<b>a log</b>", provenance="observed")


def test_divergence_is_0_for_the_same_and_1_for_nothing_in_common() -> None:
    assert divergence({"a": 1, "b": 3}, {"a": 2, "b": 6}) == 0
    assert divergence({"a": 1}, {"b": 5}) == 1
    assert divergence({}, {"b": 5}) == 1
    assert 0 < divergence({"a": 1, "b": 1}, {"a": 1, "b": 3}) < 1


def test_polling_and_what_no_device_shows_do_not_count() -> None:
    sample = sample_of_routines(log(8), load_catalogue().polling())
    assert {action for sequence in sample for _, action in sequence} == set(CYCLE)


def test_references_stand_in_their_order() -> None:
    sample = sample_of_routines(log(40), load_catalogue().polling())
    rows = compare(sample[:10], sample, Chance(3))
    assert rows == compare(sample[:10], sample, Chance(3))
    transitions = {name: row["transitions"] for name, row in rows.items()}
    assert transitions["independent draws"] > 0.2 > 0.05 > transitions["Markov chain"]
    assert transitions["copies"] < 0.05
    assert transitions["routines, half against half"] < 0.05


def test_references_have_the_size_asked_for() -> None:
    sample = sample_of_routines(log(5), load_catalogue().polling())
    for make in (copies, markov):
        assert sum(map(len, make(sample, 33, Chance(1).rng("size")))) == 33


def test_the_sample_of_a_run_is_what_an_installation_sees(tmp_path: Path) -> None:
    sample = sample_of_run(read_run(write(tmp_path, ordinary(2), days=2)))
    assert [len(day) for day in sample] == [8, 8]
    assert sample[0][0] == (2, "Light:switch on")
    assert profile(sample)["transitions"]["Light:switch on", "Light:switch off"] == 2


# --- report --------------------------------------------------------------------------------------------


class Page(HTMLParser):
    """Collects what a page loads, its text, and the ids that it has and links to."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.loads: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        self.loads += [str(told[name]) for name in ("src", "xlink:href", "data") if name in told]
        self.loads += [str(told["href"])] if tag == "link" else []
        self.links += [str(told["href"])[1:]] if tag == "a" else []
        self.ids += [str(told["id"])] if "id" in told else []

    def handle_data(self, data: str) -> None:
        self.text += data


def test_the_report_says_in_plain_words_what_the_dataset_is(tmp_path: Path) -> None:
    folder = write(tmp_path, ordinary(2), days=2)
    found = report(folder)
    assert found["verdict"][0] == (
        "A simulated log of one household (test home; Ada) over 2 days, 2 March 2026 to 3 March 2026: 16 "
        "observable events from 10 decisions. Nobody lived these days."
    )
    assert "No language model was asked" in found["verdict"][1]
    assert found["fidelity"] is None
    assert found["residents"][0]["rooms"][0]["name"] == "kitchen"
    assert sum(room["minutes"] for room in found["residents"][0]["rooms"]) == pytest.approx(1440, abs=2)
    assert found["decisions"]["bases"][0] == {"name": "memory", "count": 6, "share": 0.6}


def test_the_page_is_self_contained_and_its_links_lead_somewhere(tmp_path: Path) -> None:
    path = write_report(write(tmp_path, ordinary(2), days=2), log(12))
    page = Page(path.read_text(encoding="utf-8"))
    assert page.loads == []
    assert set(page.links) <= set(page.ids)
    assert len(page.ids) == len(set(page.ids))
    assert "<b>a log</b>" in page.text
    kept = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    assert kept["fidelity"]["rows"]["this dataset"]["actions"] > kept["fidelity"]["rows"]["copies"]["actions"]
    assert "certify nothing" in kept["verdict"][-1]


def test_the_report_counts_what_the_model_cost_and_where_it_failed(tmp_path: Path) -> None:
    good = Thought(question="choice", replies=("k1", "k2"), prompt_tokens=300, completion_tokens=5)
    bad = replace(good, fallback="no JSON came back")
    story = ordinary()
    story.does("19:00", "read", "kitchen", basis=Basis.CHOICE, thoughts=(good,))
    story.does("19:30", "read", "kitchen", basis=Basis.FALLBACK, thoughts=(bad,))
    model = report(write(tmp_path, story))["model"]
    assert (model["thoughts"], model["replies"], model["prompt_tokens"]) == (2, 4, 600)
    assert (model["decided"], model["fallback"]) == (1, 1)
    assert model["fallbacks"][0]["name"] == "no JSON came back"
    assert "1 thoughts (50%) failed and fell back" in report(tmp_path)["verdict"][1]


def test_the_report_tells_of_sensors_conflicts_energy_and_weather(tmp_path: Path) -> None:
    story = ordinary()
    story.wants("08:30", "kitchen", "bo", 10, "waited", Said("bo", "refuse", "<i>Not</i> before ten."))
    story.wants("08:30", "kitchen", "bo", 20, "gave_up")
    ledger = {"candidates": 9, "emitted": 6, "drop_out": 2, "in_flight": 1, "false_triggers": 3}
    folder = write(tmp_path, story, sensors={"motion": {"motion": ledger}})
    found = report(folder)
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
    page = Page(write_report(folder).read_text(encoding="utf-8"))
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


def test_a_run_under_way_and_a_run_without_events_are_reported(tmp_path: Path) -> None:
    found = report(write(tmp_path / "part", ordinary(), complete=False))
    assert "has not come to its end" in " ".join(found["verdict"])
    folder = write(tmp_path / "empty", Story())
    assert "0 observable events" in report(folder)["verdict"][0]
    assert write_report(folder).is_file()
    assert ElementTree.fromstring(timeline(folder)) is not None  # noqa: S314


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


def test_ten_thousand_events_are_reported_within_three_seconds(tmp_path: Path) -> None:
    folder = write(tmp_path, busy(100, 92), days=100)
    real = log(1000)
    began = time.process_time()
    found = report(folder, real)
    assert found["about"]["events"] == 10_000
    assert time.process_time() - began < 3


def test_the_same_run_gives_the_same_report(tmp_path: Path) -> None:
    pages: Sequence[bytes] = [
        write_report(write(tmp_path / name, ordinary(2), days=2), log(12)).read_bytes() for name in "ab"
    ]
    assert pages[0] == pages[1]
