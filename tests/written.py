"""Runs written down by hand, a line a call: what people see of a run is tested on these."""

import json
from datetime import date
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from dataset.log import Log
from dataset.manifest import Manifest, write_manifest
from dataset.schema import Origin
from dataset.store import write_household
from scenarios.home import Climate, Home, Placement, Room
from scenarios.resident import Profile
from scenarios.scenario import Scenario
from world.contention import Conflict
from world.event import Event, Kind
from world.mind import Basis, Cause, Decided, Decision, Said

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


def hostile_run(folder: Path) -> Path:
    story = ordinary()
    story.rings("19:00", HOSTILE)
    devices = {**HOME.devices, "tv": Placement(type="Television", room="living", name=HOSTILE)}
    home = HOME.model_copy(update={"name": HOSTILE, "devices": devices})
    story.does("19:10", "read", "kitchen", reason=HOSTILE)
    people = (Profile(id="ada", name=HOSTILE),)
    return write(folder, story, home=home, residents=people, about=HOSTILE)


SVG = "{http://www.w3.org/2000/svg}"


def titles(picture: str) -> list[str]:
    return [found.text or "" for found in ElementTree.fromstring(picture).iter(f"{SVG}title")]  # noqa: S314


def texts(picture: str) -> list[str]:
    return ["".join(it.itertext()) for it in ElementTree.fromstring(picture).iter(f"{SVG}text")]  # noqa: S314


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
