"""One day of a profile or a household, lived at once and kept nowhere: for whoever writes one."""

import asyncio
from dataclasses import asdict
from datetime import date
from pathlib import Path

from evaluation.diary import diary_of
from evaluation.reading import Log, Run, Taken, words
from evaluation.spans import OUTSIDE, doings
from evaluation.timeline import draw
from runner.household import whole_life
from runner.memories import fresh_memories
from scenarios.catalogue import load_catalogue
from scenarios.errors import UserError
from scenarios.including import SHIPPED
from scenarios.loading import load_scenario
from scenarios.problems import unknown
from scenarios.resident import Profile
from scenarios.scenario import Mind, Scenario
from scenarios.validating import kind_of, load_home, load_profile
from world.clock import HOUR

MONDAY = date(2026, 1, 12)
HOMES = {18: "two_room_flat", 0: "family_house"}
"""The home for a profile alone, by least age: a child's has a child's room."""
QUARTER = HOUR // 4
ASLEEP, OUT, NOTHING = "z", "·", " "


def preview(source: str, day: int = 0) -> Run:
    """The run of *source*, a file or the name of a shipped profile, lived by habit until *day* has ended."""
    scenario = scenario_of(source)
    if not 0 <= day < 366:
        raise UserError(f"--day {day}: expected a day from 0 to 365")
    scenario = scenario.model_copy(update={"days": day + 1, "mind": Mind(), "households": 1})
    catalogue = load_catalogue(scenario.device_types)
    lived = asyncio.run(whole_life(scenario, catalogue, fresh_memories(scenario, catalogue), None, 0))
    taken = {
        it.id: Taken(
            id=it.id, time=it.time, until=it.decision.until, resident=it.resident, cause=it.cause,
            basis=it.decision.basis, activity=it.decision.activity, room=it.decision.room,
            reason=it.decision.reason, asleep=it.decision.asleep, resume=it.decision.resume, fallback="",
            thoughts=tuple(asdict(thought) for thought in it.decision.thoughts),
        )
        for it in lived.decisions
    }  # fmt: skip
    log = Log(lived.name, tuple(lived.events), taken, tuple(lived.conflicts))
    return Run(Path(source), scenario, (log,))


def text(run: Run, resident: str | None = None) -> str:
    """The last day lived: a strip of quarter hours for each resident, then the diary of all, or of one."""
    log, day = run.log(), run.scenario.days - 1
    people = log.residents if resident is None else (resident,)
    diaries = "\n".join(diary_of(run, log, who, day) for who in people)
    return f"{_strips(run, log, day)}\n\n{diaries}"


def svg(run: Run) -> str:
    """The timeline of the last day."""
    return draw(run, run.log(), (run.scenario.days - 1, 1))


def scenario_of(source: str) -> Scenario:
    """The household in the file *source*; of a profile, or the name of a shipped one, a home of its own."""
    path = Path(source)
    if not path.is_file() and path.suffix not in (".yaml", ".yml"):
        names = sorted(file.stem for file in (SHIPPED / "profiles").glob("*.yaml"))
        if source not in names:
            raise UserError(f"{unknown('profile', source, names)} (a file ends in .yaml)")
        path = SHIPPED / "profiles" / f"{source}.yaml"
    if kind_of(path) not in ("profile", "scenario"):
        raise UserError(f"{path} holds a {kind_of(path)}; expected a profile or a scenario")
    if kind_of(path) == "profile":
        return _alone(load_profile(path))
    scenario = load_scenario(path)
    if not isinstance(scenario, Scenario):
        raise UserError(f"{path} is a population; `run_sim.py {path} --days 1` lives a day of it")
    return scenario


def _alone(person: Profile) -> Scenario:
    home = next(name for age, name in HOMES.items() if person.age >= age)
    person = person.model_copy(update={"bedroom": None, "relationships": ()})
    return Scenario(
        name="preview", start=MONDAY, home=load_home(SHIPPED / "homes" / f"{home}.yaml"), residents=(person,)
    )


def _strips(run: Run, log: Log, day: int) -> str:
    start = run.clock.midnight(day)
    done = doings(run, log)
    rooms: dict[str, str] = {}
    lines = []
    for who in log.residents:
        marks = [NOTHING] * 96
        for doing in done.get(who, ()):
            first, last = (doing.start - start) // QUARTER, (doing.end - 1 - start) // QUARTER
            for quarter in range(max(0, first), min(95, last) + 1):
                marks[quarter] = _mark(doing.room, rooms, asleep=doing.asleep)
        lines.append(f"{run.names.get(who, who)[:12]:>12} {''.join(marks)}")
    hours = "".join(f"{hour:<8}" for hour in range(0, 24, 2))
    legend = ", ".join(f"{mark} {words(room)}" for room, mark in rooms.items())
    return "\n".join([f"{'':>12} {hours}", *lines, f"{'':>12} {ASLEEP} asleep, {OUT} out, {legend}"])


def _mark(room: str, rooms: dict[str, str], *, asleep: bool) -> str:
    if room == OUTSIDE:
        return OUT
    if asleep:
        return ASLEEP
    if room not in rooms:
        free = (letter for letter in (*room.upper(), *"123456789") if letter not in rooms.values())
        rooms[room] = next(letter for letter in free if letter.isalnum())
    return rooms[room]
