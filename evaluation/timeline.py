"""A picture of a run: day by day, who is in which room, and which device is on. One self-contained SVG."""

from itertools import chain
from pathlib import Path

from evaluation.lanes import MARGIN, band_of, mark
from evaluation.reading import Log, Run, read_run, words
from evaluation.scene import PALETTE, RIGHT, WIDTH, Band, Scene, scene_of
from evaluation.svg import box, element, label, safe, title
from scenarios.errors import UserError

DAYS = 7  # shown unless asked otherwise

STYLE = """
.homefolk { --paper: #fff; --ink: #1d1d1f; --soft: #5c5c63; --line: #d9d9de; --away: #ededf0; --use: #3b3b45;
  --rule: #a4460f; --fate: #f3d9c4;
  background: var(--paper); font: 12px system-ui, sans-serif; }
@media (prefers-color-scheme: dark) { .homefolk { --paper: #17181c; --ink: #ececf0; --soft: #a3a3ad;
  --line: #3a3b42; --away: #26272d; --use: #d5d5de; --rule: #ff9d66; --fate: #5a3a26; } }
.homefolk text { fill: var(--ink); }
.homefolk .soft { fill: var(--soft); font-size: 10px; }
.homefolk .device { font-size: 10px; }
.homefolk .thin { font-size: 8.5px; }
.homefolk .heading { font-size: 17px; font-weight: 600; }
.homefolk .day { font-size: 13px; font-weight: 600; }
.homefolk .grid { stroke: var(--line); stroke-width: 1; }
.homefolk .away { fill: var(--away); stroke: var(--line); }
.homefolk .use { fill: var(--use); }
.homefolk .rule { fill: var(--rule); }
.homefolk .fate { fill: var(--fate); }
.homefolk .sensed { fill: var(--soft); }
.homefolk .waits { fill: none; stroke: #1d1d1f; stroke-width: 1.6; stroke-dasharray: 3 2; }
.homefolk .where { fill: #1d1d1f; font-size: 10.5px; paint-order: stroke; stroke-width: 3px; }
.homefolk .nowhere { fill: var(--soft); font-size: 10.5px; }
"""

PATTERNS = (
    '<defs><pattern id="asleep" width="5" height="5" patternUnits="userSpaceOnUse" '
    'patternTransform="rotate(45)"><rect width="1.6" height="5" fill="#1d1d1f" fill-opacity=".55"/></pattern>'
    '<pattern id="dots" width="6" height="6" patternUnits="userSpaceOnUse">'
    '<circle cx="2" cy="2" r="1.1" fill="#1d1d1f" fill-opacity=".6"/></pattern></defs>'
)


def timeline(folder: Path, household: str | None = None, days: tuple[int, int] = (0, DAYS)) -> str:
    """The SVG of *household* (else the first) in the run in *folder*; *days* are (first, how many)."""
    run = read_run(folder, household, 1)
    return draw(run, run.log(household), days)


def draw(run: Run, log: Log, days: tuple[int, int] = (0, DAYS)) -> str:
    """The SVG of one household."""
    run, (first, count) = run.of(log), days
    if not 0 <= first < run.scenario.days or count < 1:
        raise UserError(f"day {first} is not in this run: it has days 0 to {run.scenario.days - 1}")
    shown = range(first, min(first + count, run.scenario.days))
    scene = scene_of(run, log, run.clock.midnight(shown[0]), run.clock.midnight(shown[-1] + 1))
    legend, top = _legend(scene, 78)
    bands: list[Band] = []
    for day in shown:
        bands.append(Band(run, day, top))
        top += scene.height(bands[-1])
    heading, about = _heading(run, log, shown)
    drawn = chain.from_iterable(band_of(scene, band) for band in bands)
    height = top + 4
    return element(
        "svg", title(heading).replace("<title", '<title id="timeline-title"'),
        element("desc", safe(_description(scene, about)), id="timeline-desc"),
        f"<style>{STYLE}</style>", PATTERNS, box(0, 0, WIDTH, height, fill="var(--paper)"),
        label(heading, MARGIN, 32, class_="heading"), label(about, MARGIN, 52, class_="soft"),
        *legend, *drawn,
        xmlns="http://www.w3.org/2000/svg", viewBox=f"0 0 {WIDTH} {height:g}", width="100%",
        role="img", aria_labelledby="timeline-title timeline-desc", class_="homefolk",
    )  # fmt: skip


def _heading(run: Run, log: Log, shown: range) -> tuple[str, str]:
    first, last = (run.clock.date_of(day) for day in (shown[0], shown[-1]))
    household = f", household {log.household}" if run.households > 1 else ""
    cut = "" if len(shown) == run.scenario.days else f" ({len(shown)} of the run's {run.scenario.days} days)"
    dates = _date(first) if first == last else f"{_date(first)} to {_date(last)}"
    about = f"{run.scenario.home.name}, {dates}{cut}. Times are the home's own."
    return f"{words(run.scenario.name)}{household}: who is where, and what is on", about


def _date(day: object) -> str:
    return f"{day:%-d %B %Y}"


def _description(scene: Scene, about: str) -> str:
    people = ", ".join(scene.name(who) for who in scene.where)
    devices = ", ".join(map(scene.run.device_name, scene.devices)) or "none"
    rules = f", a row for each rule at work ({', '.join(map(words, scene.rules))})" if scene.rules else ""
    sensors = ", a thin row for each motion and contact sensor" if scene.sensors else ""
    return (
        f"{about} A band a day; in it a row for each resident ({people}), coloured by room, hatched while "
        f"asleep, pale while out; below, a row for each device used ({devices}){rules}{sensors}."
    )


def _legend(scene: Scene, top: float) -> tuple[list[str], float]:
    """Keys in rows that fit the width, and where the bands may begin."""
    keys = [(_swatch(scene, room), words(room)) for room in scene.colours]
    keys += [
        (box(0, 0, 22, 11, class_="away"), "out"),
        (box(0, 0, 22, 11, fill=PALETTE[0]) + box(0, 0, 22, 11, fill="url(#asleep)"), "asleep"),
        (box(0, 3, 22, 6, class_="use"), "device on"),
        (box(0, 5, 22, 2, class_="use"), "open, unlocked or lowered"),
        (box(10, 1, 1.2, 10, class_="use"), "operated"),
        (mark(11, 10), "something happens"),
    ]
    keys += (
        [(box(0, 0, 22, 11, class_="fate"), "it lasts")]
        if any(it.end > it.start for it in scene.fates)
        else []
    )
    keys += (
        [(box(0, 0, 22, 11, fill=PALETTE[0]) + box(1, 1, 20, 9, class_="waits"), "waits")]
        if scene.waits()
        else []
    )
    keys += [(box(10, 1, 2, 10, class_="rule"), "by a rule")] if scene.rules else []
    keys += [(box(0, 4, 22, 3, class_="sensed"), "motion, or open, as sensors say")] if scene.sensors else []
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
