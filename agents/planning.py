"""A day's plan as a model writes it: what is asked for, how it is checked, how it becomes an agenda."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel, ValidationError

from agents.agenda import Agenda, compose, new_step
from agents.gateway.port import json_in
from agents.person import Person
from agents.prompts import prompt
from agents.remembering import EARLY, remembered
from agents.schedule import Waking
from agents.words import diary, introduce, plain
from scenarios.activity import ADJUST
from scenarios.frozen import Clock, clock_text
from scenarios.problems import printable
from world.mind import Basis

MOST_STEPS, LEAST_STEPS = 24, 3
REPEATS = 4  # of one activity; a model that loops writes 'make coffee' twelve times
PLAN_TOKENS = 900
UNSAID = "as planned"  # where the model gives no reason


class PlannedStep(BaseModel):
    """One line of a plan."""

    at: Clock
    activity: str
    minutes: int
    why: str = ""


class Plan(BaseModel):
    """The reply that is asked for."""

    steps: list[PlannedStep]


def plannable(person: Person) -> list[str]:
    """Activities that can be planned in this home: the enum of the schema."""
    return [
        name
        for name, activity in sorted(person.layout.catalogue.activities.items())
        if activity.chosen
        and not activity.asleep
        and not activity.answers
        and name != ADJUST
        and person.layout.room_for(activity, person.profile, person.bedroom) is not None
    ]


def schema(person: Person) -> dict[str, Any]:
    """JSON schema of a plan; what is not possible here is not in it."""
    step = {
        "at": {"type": "string"},
        "activity": {"type": "string", "enum": plannable(person)},
        "minutes": {"type": "integer"},
        "why": {"type": "string"},
    }
    return {
        "title": "plan",
        "type": "object",
        "properties": {"steps": {"type": "array", "items": _closed(step)}},
        "required": ["steps"],
        "additionalProperties": False,
    }


def messages(
    person: Person, usual: Agenda, today: str, memories: str, news: Sequence[str], insight: str = ""
) -> tuple[tuple[str, str], ...]:
    """What the model is told: rules, then the person and what they remember, then today."""
    rules, question = prompt(
        "plan",
        activities=", ".join(plannable(person)),
        person=introduce(person.profile),
        name=plain(person.profile.name),
        usual=diary(person, [step for step in usual if step.basis in {Basis.MEMORY, Basis.INTENT}]),
        memories=memories,
        today=today,
        lately=f"Lately: «{plain(insight)}»" if insight else "",
        news="".join(f"News: «{plain(line)}»\n" for line in news),
    )
    return ("system", rules), ("user", question)


def repair(
    asked: Sequence[tuple[str, str]], reply: str, problems: Sequence[str]
) -> tuple[tuple[str, str], ...]:
    """The same conversation, one turn on."""
    (mend,) = prompt("repair", problems="\n".join(f"- {problem}" for problem in problems))
    return (*asked, ("assistant", reply[:4000]), ("user", mend))


def read(text: str, person: Person, today: Waking) -> tuple[list[PlannedStep], list[str]]:
    """The steps of a reply, and what is wrong with them; any problem makes the plan unusable."""
    try:
        steps = Plan.model_validate(json_in(text)).steps
    except ValidationError as error:
        return [], [f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors()[:3]]
    except ValueError:
        return [], ["the reply is not JSON of the form asked for"]
    return steps, _problems(steps, person, today)


def agenda(steps: Sequence[PlannedStep], person: Person, today: Waking) -> Agenda:
    """The plan settled among sleep, the hours out, and what only routine does: coming, going, getting up."""
    planned = [
        new_step(person, step.activity, _start(step, person, today), step.minutes, Basis.PLAN, _why(step))
        for step in steps
    ]
    activities = person.layout.catalogue.activities
    unplanned = [step for step in remembered(person, today) if not activities[step.activity].chosen]
    return compose(person, today, [*(step for step in planned if step is not None), *unplanned])


def _why(step: PlannedStep) -> str:
    return step.why.strip() or UNSAID


def _problems(steps: Sequence[PlannedStep], person: Person, today: Waking) -> list[str]:
    known = set(plannable(person))
    names = [printable(step.activity) for step in steps]
    found = [
        f"{name!r} is not one of the activities"
        for name, step in zip(names, steps, strict=True)
        if step.activity not in known
    ]
    found += [
        f"{name} cannot last {printable(str(step.minutes))} minutes"
        for name, step in zip(names, steps, strict=True)
        if not 0 < step.minutes <= 600
    ]
    counts = Counter(names)
    found += [f"{name} comes {count} times" for name, count in sorted(counts.items()) if count > REPEATS]
    if not LEAST_STEPS <= len(steps) <= MOST_STEPS:
        found.append(f"{len(steps)} steps; {LEAST_STEPS} to {MOST_STEPS} are wanted")
    starts = [_start(step, person, today) for step in steps]
    found += [
        f"{clock_text(step.at)} is not between waking and bed"
        for step, start in zip(steps, starts, strict=True)
        if not today.wake <= start < today.bed
    ]
    if starts != sorted(starts):
        found.append("the steps are not in order of time")
    return found[:5]


def _start(step: PlannedStep, person: Person, today: Waking) -> int:
    start = person.clock.ms(today.day, step.at)
    return start if start >= today.wake - EARLY else person.clock.ms(today.day + 1, step.at)


def _closed(properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }
