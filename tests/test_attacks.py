"""Attacks on the network, drift as SmartGen has it, and an intruder: what is observed is not what is true."""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from functools import cache

import pytest

from runner.household import Lived
from scenarios.anomaly import Anomaly
from scenarios.loading import load_scenario
from scenarios.scenario import Scenario
from tests.stories import CATALOGUE, ROOT, lived
from world.event import BEHAVIOUR, OBSERVABLE, Event, Kind
from world.wire import FORGED

DAYS = 3


@cache
def home() -> Scenario:
    """Two people in a flat that is watched in every room."""
    whole = load_scenario(ROOT / "scenarios" / "watched.yaml")
    assert isinstance(whole, Scenario)
    return whole.model_copy(update={"days": DAYS, "start": date(2026, 7, 7)})


@cache
def life(kind: str = "", difficulty: str = "easy") -> Lived:
    """The days with an anomaly from the second on; without *kind* their twin."""
    found: tuple[Anomaly, ...] = ()
    if kind:
        told = {"kind": kind, "day": 1, "until": 1, "every": 1, "difficulty": difficulty}
        lasting = Anomaly(kind=kind, day=1).of.lasting
        found = (Anomaly.model_validate({key: told[key] for key in told if key != "every" or not lasting}),)
    return lived(home().model_copy(update={"anomalies": found}), {})


def labelled(events: Sequence[Event]) -> list[Event]:
    return [it for it in events if it.anomaly]


def sound(so: Lived) -> bool:
    return not so.impossible(home(), CATALOGUE)


@pytest.mark.parametrize("kind", ["spoof", "replay", "delay", "drop", "only_television", "heater_in_spring"])
def test_an_attack_is_labelled_and_the_log_stays_possible(kind: str) -> None:
    so = life(kind)
    (window,) = so.windows
    assert labelled(so.events)
    assert {it.anomaly for it in labelled(so.events)} == {window.id}
    assert all(window.start <= it.time <= window.over for it in labelled(so.events))
    assert sound(so)


def test_nobody_made_a_spoofed_report_and_nothing_moved() -> None:
    forged = [it for it in labelled(life("spoof").events) if it.cause in FORGED]
    assert len(forged) == 20  # ten movements, each with an end
    assert {it.kind for it in forged} == {Kind.READING}
    assert not any(it.actor or it.activity for it in forged)


def test_what_is_replayed_was_reported_as_long_ago() -> None:
    events = life("replay").events
    ago = 4 * 3_600_000
    real = Counter((it.time, it.device, it.command, it.value) for it in events if not it.anomaly)
    again = [it for it in labelled(events) if it.cause in FORGED]
    assert len(again) > 5
    assert all(real[it.time - ago, it.device, it.command, it.value] for it in again)


def test_what_is_dropped_was_done_all_the_same() -> None:
    so, twin = life("drop"), life()
    (window,) = so.windows
    inside = [it for it in so.events if window.start <= it.time < window.end]
    assert not any(it.kind in (Kind.COMMAND, Kind.READING) for it in inside)
    done = [(it.time, it.device, it.command) for it in inside if it.kind is Kind.DEED and it.anomaly]
    before = {(it.time, it.device, it.command) for it in twin.events if it.kind is Kind.COMMAND}
    assert done
    assert not {it for it in done if it[0] < window.start + 600_000} - before


def test_what_is_delayed_arrives_once_and_late() -> None:
    events = labelled(life("delay").events)
    held = [it for it in events if it.kind in (Kind.DEED, Kind.LOST)]
    came = [it for it in events if it.kind in OBSERVABLE]
    lags = {b.time - a.time for a, b in zip(held, came, strict=True)}
    assert len(lags) == 1
    assert 90 <= lags.pop() / 60_000 <= 240


def test_an_injected_command_acts_in_the_home() -> None:
    so = life("injected_command")
    given = [it for it in labelled(so.events) if it.cause == "anomaly"]
    assert len(given) == 6
    assert all(it.kind is Kind.COMMAND and not it.actor for it in given)
    assert sound(so)


def test_drift_tells_the_deeds_of_the_night_by_day() -> None:
    so = life("night_by_day")
    clock_hours = [it.time // 3_600_000 % 24 for it in labelled(so.events) if it.kind in BEHAVIOUR]
    assert clock_hours
    assert all(6 <= hour < 18 for hour in clock_hours)
    assert sound(so)


def test_only_a_television_is_told_of_and_by_turns() -> None:
    told = [it.command for it in labelled(life("only_television").events) if it.kind in BEHAVIOUR]
    assert told[:4] == ["switch on", "switch off"] * 2


@pytest.mark.parametrize("difficulty", ["easy", "hard"])
def test_an_intruder_comes_while_nobody_is_home_and_is_seen_as_people_are(difficulty: str) -> None:
    so = life("intruder", difficulty)
    visit = [it for it in labelled(so.events) if it.actor == "intruder_0"]
    rooms = [it.room for it in visit if it.kind is Kind.MOVE]
    assert rooms[0] == "hall"
    assert rooms[-1] == "outside"
    assert any(it.command == "motion" and it.kind is Kind.READING for it in visit)
    came, went = visit[0].time, max(it.time for it in visit if it.kind is Kind.MOVE)
    at = {who.id: "bedroom" for who in home().residents}
    for event in so.events:
        if event.time > came:
            break
        if event.kind is Kind.MOVE and event.actor in at:
            at[event.actor] = event.room
    assert set(at.values()) == {"outside"}
    assert 1 < (went - came) / 60_000 < 90
    inside = [it for it in visit if it.kind in BEHAVIOUR]
    assert bool(inside) is (difficulty == "easy")
    assert {it.type for it in inside} <= {"Light", "Camera"}, "has no key, and opens no windows"
    assert [it.value for it in visit if it.device == "front_door_contact"][:2] == ["open", "closed"]
    assert sound(so)


def test_nobody_at_home_is_counted_for_the_intruder() -> None:
    """The phone of a stranger is not in the network: no presence sensor takes them for a resident."""
    so = life("intruder", "hard")
    assert not [it for it in labelled(so.events) if it.command == "presence"]
