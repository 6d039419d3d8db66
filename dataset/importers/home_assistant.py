"""Home Assistant's state history: the CSV that its history page saves, and the JSON of its history API.

A behaviour is a change of state that somebody can bring about, by the table in `home_assistant_actions`.
The first state of an entity is what was so already; a measurement is nobody's act. What has no place in the
table is left out and counted by domain and state. Times are UTC, as Home Assistant keeps them.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from zoneinfo import available_timezones

from dataset.importers.codebook import Codebook, Meaning
from dataset.importers.home_assistant_actions import ACTIONS, MOMENTARY, kind_of, meant
from dataset.importers.lines import NO_TIME, instant, opened, rows
from dataset.importers.report import Incoming, Tally
from dataset.importers.state_json import states
from dataset.importers.timed import timed_log
from scenarios.errors import UserError
from scenarios.problems import unknown

UNKNOWN = "a state that is not known (unavailable)"
MEASURED = "a measurement, nobody's behaviour"
AT_REST = "a sensor at rest, nobody's behaviour"
UNMAPPED = "nothing in the catalogue stands for it"
NO_ENTITY = "no entity_id such as light.kitchen"
MOST_KINDS = 1000  # without a mapping, told apart


class State(NamedTuple):
    """A row of the history."""

    entity: str
    state: str
    changed: str  # ISO time
    device_class: str = ""


def read_home_assistant(path: Path, zone: str | None, scratch: Path | None) -> Incoming:
    """The history at *path*, on the clock of *zone*."""
    book, tally = Codebook(), Tally("states")
    if zone is not None and zone not in available_timezones():
        raise UserError(unknown("time zone", zone, available_timezones()))
    with opened(path) as file:
        is_json = file.read(4096).lstrip()[:1] in (b"[", b"{")
    found = _from_json(path, tally) if is_json else _from_csv(path, tally)
    log = timed_log(
        _readings(found, book, tally), book, tally,
        source=f"home-assistant {path.name}", zone=zone or "UTC", changes=True, scratch=scratch,
    )  # fmt: skip
    if zone is None:
        tally.note("times are shown in UTC, for want of a --zone", tally.read)
    return log


def _from_csv(path: Path, tally: Tally) -> Iterator[State]:
    for row in rows(path, tally, wanted=("entity_id", "state", "last_changed")):
        yield State(row["entity_id"], row["state"], row["last_changed"], row.get("device_class", ""))


def _from_json(path: Path, tally: Tally) -> Iterator[State]:
    """A list of lists, one an entity; with `minimal_response` only its first state names the entity."""
    entity = device_class = ""
    for begins, entry in states(path):
        if begins:
            entity = device_class = ""
        attributes = entry.get("attributes")
        if isinstance(attributes, dict):
            device_class = str(attributes.get("device_class") or "")
        entity = str(entry.get("entity_id") or entity)
        tally.read += 1
        yield State(entity, str(entry.get("state", "")), str(entry.get("last_changed", "")), device_class)


def _readings(found: Iterator[State], book: Codebook, tally: Tally) -> Iterator[tuple[int, int]]:
    codes: dict[tuple[str, str, str], Meaning | str] = {}
    for row in found:
        key = (row.entity, row.state, row.device_class)
        meaning = codes.get(key) or _meaning(row, tally)
        time = instant(row.changed)
        if time is None or isinstance(meaning, str):
            tally.skip(NO_TIME if time is None else str(meaning))
            continue
        if not meaning.momentary:
            codes[key] = meaning
        yield time, book.code(meaning)


def _meaning(row: State, tally: Tally) -> Meaning | str:
    """What a state means, or why it means nothing here."""
    domain, _, name = row.entity.partition(".")
    if not domain or not name:
        return NO_ENTITY
    if row.state in ("unavailable", "unknown", "none", ""):
        return UNKNOWN
    if domain in MOMENTARY:
        return Meaning(row.entity, "pressed", action=MOMENTARY[domain], momentary=True)
    actions = ACTIONS.get(kind_of(domain, name, row.device_class), {})
    state = meant(actions, row.state)
    if state is not None:
        action = actions[state].format(name)
        return Meaning(row.entity, state, action=action, reason="" if action else AT_REST)
    if _is_number(row.state):
        return MEASURED
    kind = f"{domain}.{row.state[:40]}" if actions else domain
    tally.unmapped[kind if len(tally.unmapped) < MOST_KINDS else "others"] += 1
    return UNMAPPED


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
