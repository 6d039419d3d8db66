"""A picture of a run: day by day, who is in which room, and which device is on. One self-contained SVG."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path

from evaluation.reading import Log, Run, read_run, words
from evaluation.spans import OUTSIDE, Doing, Stay, Use, doings, stays, uses
from evaluation.svg import box, element, label, safe, title
from scenarios.errors import UserError
from scenarios.frozen import clock_text
from world.event import Event, Kind

WIDTH, LEFT, RIGHT = 1200, 204, 18  # px
PERSON, DEVICE, HEAD = 22, 12, 46  # px: height of a resident's row, of a device's, of a day's heading
MARGIN = 16
DAYS = 7  # shown unless asked otherwise
PASSING = 45_000  # ms; whoever is in a room for less only walks through
SHORT = 1.2  # px at least for what was on but a moment
NAME = 32  # characters of a device's name that fit

PALETTE = ("#77aadd", "#ee8866", "#eedd88", "#ffaabb", "#44bb99", "#bbcc33", "#99ddff", "#aaaa00")
"""Paul Tol's 'light' scheme: apart for every kind of colour vision, dark text readable on each.
https://personal.sron.nl/~pault/ ; beyond eight rooms the same again, dotted."""

STYLE = """
.homefolk { --paper: #fff; --ink: #1d1d1f; --soft: #5c5c63; --line: #d9d9de; --away: #ededf0; --use: #3b3b45;
  background: var(--paper); font: 12px system-ui, sans-serif; }
@media (prefers-color-scheme: dark) { .homefolk { --paper: #17181c; --ink: #ececf0; --soft: #a3a3ad;
  --line: #3a3b42; --away: #26272d; --use: #d5d5de; } }
.homefolk text { fill: var(--ink); }
.homefolk .soft { fill: var(--soft); font-size: 10px; }
.homefolk .device { font-size: 10px; }
.homefolk .heading { font-size: 17px; font-weight: 600; }
.homefolk .day { font-size: 13px; font-weight: 600; }
.homefolk .grid { stroke: var(--line); stroke-width: 1; }
.homefolk .away { fill: var(--away); stroke: var(--line); }
.homefolk .use { fill: var(--use); }
.homefolk .where { fill: #1d1d1f; font-size: 10.5px; paint-order: stroke; stroke-width: 3px; }
.homefolk .nowhere { fill: var(--soft); font-size: 10.5px; }
"""

PATTERNS = (
    '<defs><pattern id="asleep" width="5" height="5" patternUnits="userSpaceOnUse" '
    'patternTransform="rotate(45)"><rect width="1.6" height="5" fill="#1d1d1f" fill-opacity=".55"/></pattern>'
    '<pattern id="dots" width="6" height="6" patternUnits="userSpaceOnUse">'
    '<circle cx="2" cy="2" r="1.1" fill="#1d1d1f" fill-opacity=".6"/></pattern></defs>'
)


@dataclass(frozen=True)
class Band:
    """One day across the picture: from `start` to `end` in ms, `top` in px."""

    run: Run
    day: int
    top: float

    @property
    def start(self) -> int:
        """Midnight."""
        return self.run.clock.midnight(self.day)

    @property
    def end(self) -> int:
        """The next midnight."""
        return self.run.clock.midnight(self.day + 1)

    def x(self, time: int) -> float:
        """Where *time* lies, px; days of 23 and 25 hours fill the same width."""
        share = (min(max(time, self.start), self.end) - self.start) / (self.end - self.start)
        return LEFT + share * (WIDTH - LEFT - RIGHT)

    def holds(self, start: int, end: int) -> bool:
        """Whether anything of [start, end) lies in this day."""
        return start < self.end and end > self.start

    def at(self, time: int) -> str:
        """The clock at *time*."""
        return clock_text(self.run.clock.local(time)[2])


@dataclass(frozen=True)
class Scene:
    """What is drawn of one household."""

    run: Run
    log: Log
    colours: Mapping[str, str]
    dotted: frozenset[str]
    where: Mapping[str, list[Stay]]
    doing: Mapping[str, list[Doing]]
    devices: Mapping[str, tuple[list[Use], list[Event]]]  # in the order of their rows

    @property
    def height(self) -> float:
        """Of one day's band, px."""
        return HEAD + PERSON * len(self.where) + 6 + DEVICE * len(self.devices) + 18


def timeline(folder: Path, household: str | None = None, days: tuple[int, int] = (0, DAYS)) -> str:
    """The SVG of *household* (else the first) in the run in *folder*; *days* are (first, how many)."""
    run = read_run(folder)
    return draw(run, run.log(household), days)


def draw(run: Run, log: Log, days: tuple[int, int] = (0, DAYS)) -> str:
    """The SVG of one household."""
    first, count = days
    if not 0 <= first < run.scenario.days or count < 1:
        raise UserError(f"day {first} is not in this run: it has days 0 to {run.scenario.days - 1}")
    shown = range(first, min(first + count, run.scenario.days))
    scene = _scene(run, log, run.clock.midnight(shown[0]), run.clock.midnight(shown[-1] + 1))
    legend, top = _legend(scene, 78)
    bands = [Band(run, day, top + scene.height * number) for number, day in enumerate(shown)]
    heading, about = _heading(run, log, shown)
    drawn = chain.from_iterable(_band(scene, band) for band in bands)
    height = top + scene.height * len(bands) + 4
    return element(
        "svg", title(heading).replace("<title", '<title id="timeline-title"'),
        element("desc", safe(_description(scene, about)), id="timeline-desc"),
        f"<style>{STYLE}</style>", PATTERNS, box(0, 0, WIDTH, height, fill="var(--paper)"),
        label(heading, MARGIN, 32, class_="heading"), label(about, MARGIN, 52, class_="soft"),
        *legend, *drawn,
        xmlns="http://www.w3.org/2000/svg", viewBox=f"0 0 {WIDTH} {height:g}", width="100%",
        role="img", aria_labelledby="timeline-title timeline-desc", class_="homefolk",
    )  # fmt: skip


def _scene(run: Run, log: Log, start: int, end: int) -> Scene:
    rooms = list(run.scenario.home.rooms)
    places = run.scenario.home.devices
    used = {name: [use for use in spans if use.start < end and use.end > start] for name, spans in
            uses(run, log).items()}  # fmt: skip
    given: dict[str, list[Event]] = {name: [] for name in places}
    for event in log.events:
        if event.kind is Kind.COMMAND and start <= event.time < end and event.device in given:
            given[event.device].append(event)
    rows = sorted(
        (name for name in places if used[name] or given[name]),
        key=lambda name: (rooms.index(places[name].room), name),
    )
    return Scene(
        run=run, log=log,
        colours={room: PALETTE[number % len(PALETTE)] for number, room in enumerate(rooms)},
        dotted=frozenset(rooms[len(PALETTE):]),
        where={who: _settled(track, start, end) for who, track in stays(run, log).items()},
        doing={who: [it for it in done if it.start < end and it.end > start] for who, done in
               doings(run, log).items()},
        devices={name: (used[name], given[name]) for name in rows},
    )  # fmt: skip


def _settled(track: Iterable[Stay], start: int, end: int) -> list[Stay]:
    """The stays within [start, end), without rooms only walked through."""
    kept: list[Stay] = []
    for stay in track:
        if stay.end <= start or stay.start >= end:
            continue
        if kept and (stay.end - stay.start < PASSING or stay.room == kept[-1].room):
            kept[-1] = replace(kept[-1], end=stay.end)
        else:
            kept.append(stay)
    return kept


def _heading(run: Run, log: Log, shown: range) -> tuple[str, str]:
    first, last = (run.clock.date_of(day) for day in (shown[0], shown[-1]))
    household = f", household {log.household}" if len(run.logs) > 1 else ""
    cut = "" if len(shown) == run.scenario.days else f" ({len(shown)} of the run's {run.scenario.days} days)"
    dates = _date(first) if first == last else f"{_date(first)} to {_date(last)}"
    about = f"{run.scenario.home.name}, {dates}{cut}. Times are the home's own."
    return f"{words(run.scenario.name)}{household}: who is where, and what is on", about


def _date(day: object) -> str:
    return f"{day:%-d %B %Y}"


def _description(scene: Scene, about: str) -> str:
    people = ", ".join(_name(scene, who) for who in scene.where)
    devices = ", ".join(map(scene.run.device_name, scene.devices)) or "none"
    return (
        f"{about} A band a day; in it a row for each resident ({people}), coloured by room, hatched while "
        f"asleep, pale while out; below, a row for each device used ({devices})."
    )


def _name(scene: Scene, who: str) -> str:
    return scene.run.names.get(who, who)


def _legend(scene: Scene, top: float) -> tuple[list[str], float]:
    """Keys in rows that fit the width, and where the bands may begin."""
    keys = [(_swatch(scene, room), words(room)) for room in scene.colours]
    keys += [
        (box(0, 0, 22, 11, class_="away"), "out"),
        (box(0, 0, 22, 11, fill=PALETTE[0]) + box(0, 0, 22, 11, fill="url(#asleep)"), "asleep"),
        (box(0, 3, 22, 6, class_="use"), "device on"),
        (box(0, 5, 22, 2, class_="use"), "open, unlocked or lowered"),
        (box(10, 1, 1.2, 10, class_="use"), "operated"),
        (_mark(11, 10), "something happens"),
    ]
    drawn, x, y = [], float(MARGIN), top
    for picture, text in keys:
        width = 40 + 6.6 * len(text)
        if x + width > WIDTH - RIGHT:
            x, y = float(MARGIN), y + 20
        drawn.append(element("g", picture, label(text, 28, 10), transform=f"translate({x:g} {y - 10:g})"))
        x += width
    return drawn, y + 18


def _swatch(scene: Scene, room: str) -> str:
    dots = box(0, 0, 22, 11, fill="url(#dots)") if room in scene.dotted else ""
    return box(0, 0, 22, 11, fill=scene.colours[room]) + dots


def _mark(x: float, y: float) -> str:
    return element("path", d=f"M{x - 4:.1f} {y - 8:.1f}h8l-4 8z", class_="use")


def _band(scene: Scene, band: Band) -> Iterator[str]:
    bottom = band.top + scene.height - 14
    yield label(f"{band.run.clock.date_of(band.day):%A %-d %B}", MARGIN, band.top + 20, class_="day")
    yield from _grid(band, bottom)
    yield from _happenings(scene, band)
    y = band.top + HEAD
    for who in scene.where:
        yield label(_cut(_name(scene, who), 22), MARGIN, y + 15)
        yield from _person(scene, band, who, y)
        y += PERSON
    y += 6
    for device in scene.devices:
        yield from _device(scene, band, device, y)
        y += DEVICE


def _grid(band: Band, bottom: float) -> Iterator[str]:
    for hour in range(25):
        x = band.x(band.end if hour == 24 else band.run.clock.ms(band.day, hour * 60))
        yield element("line", x1=x, x2=x, y1=band.top + HEAD - 3, y2=bottom, class_="grid")
        if hour % 2 == 0:
            yield label(f"{hour:02d}", x, band.top + HEAD - 7, class_="soft", text_anchor="middle")


def _happenings(scene: Scene, band: Band) -> Iterator[str]:
    for event in scene.log.events:
        if event.kind is Kind.HAPPENING and event.value and band.holds(event.time, event.time + 1):
            about = title(f"{band.at(event.time)} {event.value}")
            yield element("g", about, _mark(band.x(event.time), band.top + HEAD - 17))


def _person(scene: Scene, band: Band, who: str, y: float) -> Iterator[str]:
    for stay in scene.where[who]:
        if band.holds(stay.start, stay.end):
            yield from _stay(scene, band, stay, y)
    for doing in scene.doing.get(who, []):
        if doing.asleep and band.holds(doing.start, doing.end):
            x, last = band.x(doing.start), band.x(doing.end)
            yield box(x, y + 1, last - x, PERSON - 4, fill="url(#asleep)", pointer_events="none")
    for stay in scene.where[who]:
        if band.holds(stay.start, stay.end):
            yield _where(scene, band, stay, y)


def _stay(scene: Scene, band: Band, stay: Stay, y: float) -> Iterator[str]:
    x, last = band.x(stay.start), band.x(stay.end)
    place = (x, y + 1, last - x, PERSON - 4)
    about = title(_told(scene, band, stay))
    if stay.room not in scene.colours:
        yield box(*place, about, class_="away")
        return
    yield box(*place, about, fill=scene.colours[stay.room])
    if stay.room in scene.dotted:
        yield box(*place, fill="url(#dots)", pointer_events="none")


def _told(scene: Scene, band: Band, stay: Stay) -> str:
    """'Anna, 07:17 to 07:40, kitchen: make coffee, have breakfast'."""
    done = dict.fromkeys(
        scene.run.phrase(doing.activity)
        for doing in scene.doing.get(stay.resident, [])
        if doing.start < stay.end and doing.end > stay.start and doing.room == stay.room
    )
    room = "out" if stay.room == OUTSIDE else words(stay.room)
    span = f"{band.at(stay.start)} to {band.at(stay.end)}"
    return f"{_name(scene, stay.resident)}, {span}, {room}: {', '.join(done)}".removesuffix(": ")


def _where(scene: Scene, band: Band, stay: Stay, y: float) -> str:
    """The room's name, where it fits."""
    text = "out" if stay.room == OUTSIDE else words(stay.room)
    x, last = band.x(stay.start), band.x(stay.end)
    if last - x < 6.3 * len(text) + 8:
        return ""
    colour = scene.colours.get(stay.room)
    look: dict[str, str] = {"class_": "where", "stroke": colour} if colour else {"class_": "nowhere"}
    return label(text, (x + last) / 2, y + 14, text_anchor="middle", pointer_events="none", **look)


def _device(scene: Scene, band: Band, device: str, y: float) -> Iterator[str]:
    room = scene.run.scenario.home.devices[device].room
    name = scene.run.device_name(device)
    yield box(MARGIN, y + 3, 6, 6, fill=scene.colours[room])
    shown = _cut(name.removeprefix("the "), NAME)
    about = title(f"{name} ({words(room)})")
    yield element("text", about, safe(shown), x=MARGIN + 11, y=y + 9.5, class_="device")
    spans, given = scene.devices[device]
    for use in spans:
        if band.holds(use.start, use.end):
            x, height = band.x(use.start), 2 if use.still else 7
            state = "open, unlocked or lowered" if use.still else "on"
            about = title(f"{name} {state}, {band.at(use.start)} to {band.at(use.end)}")
            width = max(SHORT, band.x(use.end) - x)
            yield box(x, y + 6 - height / 2, width, height, about, class_="use")
    for event in given:
        if band.holds(event.time, event.time + 1):
            about = title(f"{band.at(event.time)} {name}: {event.command} {event.value}".rstrip())
            yield box(band.x(event.time), y + 1.5, SHORT, 9, about, class_="use")


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"
