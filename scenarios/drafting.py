"""A profile to begin with: short, commented, and valid as it is."""

import os
from pathlib import Path

from scenarios.errors import UserError
from scenarios.frozen import WEEKDAYS, clock_text
from scenarios.including import SHIPPED
from scenarios.problems import printable, unknown
from scenarios.resident import Profile, identifier
from scenarios.rhythm import rhythm_of
from scenarios.validating import load_profile

DRAFT = """\
# yaml-language-server: $schema={schema}
# {name}, laid over scenarios/profiles/{archetype}.yaml; what stands here wins.
# Take the `#` off a line to change what it says. Everything but the name may be left out.
# `run_sim.py validate FILE` checks the file, `run_sim.py preview FILE` lives a day of it.

name: {quoted}
archetype: {archetype}
# extends: [night_owl]            # fragments over the archetype: of scenarios/fragments/, or your own

# age: {age}
# occupation: {occupation}
# about: One or two sentences, for a language model.
# tastes: [{tastes}]   # words in scenarios/tastes/ lean towards a pastime

# schedule:                        # now: {hours}
#   wake: {wake}
#   bed: {bed}
# chronotype: late                 # early, late, or minutes as against the hours written
# comfort: {{temperature: [{low:g}, {high:g}]}}   # °C
# mobility: {mobility:g}                    # walking speed, in that of a healthy adult
# health: {{conditions: [], medication: ["08:00"], naps: 0, night_visits: 0, wakeful: 0}}

# intents:                         # what is meant to be done so many times a week; added to the archetype's
#   - {{activity: read, per_week: 3, between: ["20:00", "22:00"]}}
# avoids: []                       # activities this person does not do
# forbidden: []                    # device types this person does not operate
# relationships: [{{to: somebody, kind: partner}}]   # the id of another resident, and what one is to them
"""


def draft(name: str, archetype: str, folder: Path) -> str:
    """The text of a profile called *name* that begins as the shipped *archetype*, for a file in *folder*."""
    names = sorted(file.stem for file in (SHIPPED / "profiles").glob("*.yaml"))
    if archetype not in names:
        raise UserError(f"--archetype: {unknown('archetype', archetype, names)}")
    if not identifier(name) or not name.isprintable():
        raise UserError(f"--name {printable(repr(name))}: expected a name with a Latin letter in it")
    person = load_profile(SHIPPED / "profiles" / f"{archetype}.yaml")
    hours = rhythm_of(person).days[0]
    return DRAFT.format(
        schema=_schema(folder), name=name, archetype=archetype, quoted=_quoted(name),
        age=person.age, occupation=person.occupation or "what the person does all day",
        tastes=", ".join(person.tastes[:2]) or "jazz", hours=_told(person), wake=clock_text(hours.wake),
        bed=clock_text(hours.bed), low=person.comfort.temperature[0], high=person.comfort.temperature[1],
        mobility=person.mobility,
    )  # fmt: skip


def _schema(folder: Path) -> str:
    """The path of the schema as the file's first line names it: it goes along with a checkout."""
    schema = SHIPPED / "schema" / "profile.json"
    ours = folder.resolve().is_relative_to(SHIPPED.parent)
    return os.path.relpath(schema, folder.resolve()) if ours else str(schema)


def _quoted(name: str) -> str:
    return '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _told(person: Profile) -> str:
    """The hours of the first kind of day in a few words."""
    hours = rhythm_of(person).days[0]
    away = [f"{place} {clock_text(leave)} to {clock_text(back)}" for leave, back, place in hours.away]
    day = f"on {hours.kind}" if hours.kind in WEEKDAYS else f"shift {hours.kind}"
    return ", ".join([f"{day} up {clock_text(hours.wake)} to {clock_text(hours.bed)}", *away])
