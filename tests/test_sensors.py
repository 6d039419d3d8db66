"""Sensors without errors: who watches what, what they say, when, and what the log must not tell."""

import shutil
from itertools import pairwise
from pathlib import Path

import pytest

from dataset.schema import SCHEMAS
from scenarios.home import Placement
from scenarios.loading import load_scenario
from scenarios.problems import ScenarioError
from scenarios.sensing import Sensing
from scenarios.validating import validate
from tests.sensing import HOUR, day, seen, sensing_house, told_or_lost, words
from tests.stories import FLAT, ROOT, a_house, account, doing, events, order, someone, told
from world.clock import MINUTE
from world.event import Kind
from world.mind import Mind

ANN, BOB = someone(), someone("bob")


def pottering(*rooms: str, minutes: float = 60) -> dict[str, Mind]:
    """Ann goes from room to room, for so long in each."""
    return {"ann": told(*[doing("potter", room, minutes) for room in rooms])}


def test_motion_in_a_room_is_told_when_somebody_enters_and_when_all_is_still() -> None:
    house = sensing_house({"eye": {"quantity": "motion", "room": "kitchen", "hold": 60}})
    records = day(house, pottering("bedroom", "kitchen", "bedroom", minutes=20), 1.5)
    entered = [it.time for it in events(records) if it.kind is Kind.MOVE and it.room == "kitchen"]
    rows = told_or_lost(records, "eye")
    assert words(rows)[:2] == ["active", "inactive"]
    assert rows[0].time == entered[0] + 300
    assert 60_000 <= rows[1].time - rows[0].time < 3 * MINUTE
    assert all(one != two for one, two in pairwise(words(rows)))
    assert {row.actor for row in rows} == {"ann"}


@pytest.mark.parametrize(("kind", "place", "share"), [(0.0, None, 0), (1.0, 0.0, 0), (0.0, 1.0, 1)])
def test_the_placement_has_the_last_word_on_what_is_in_view(
    kind: float, place: float | None, share: int
) -> None:
    eye: dict[str, object] = {"quantity": "motion", "room": "kitchen", "coverage": kind}
    eye |= {} if place is None else {"sees": place}
    records = day(sensing_house({"eye": eye}), pottering("kitchen", "bedroom", "kitchen"), 5)
    assert bool(seen(records)) is bool(share)


def test_who_sits_still_is_seen_now_and_then_and_who_sleeps_is_not() -> None:
    eye = {"quantity": "motion", "room": "bedroom", "hold": 30}
    awake = day(sensing_house({"eye": eye}), pottering("bedroom", minutes=900), 12)
    asleep = {"ann": told(doing("sleep", "bedroom", 900, asleep=True))}
    assert 10 <= len(told_or_lost(awake, "eye")) <= 60
    assert len(told_or_lost(day(sensing_house({"eye": eye}), asleep, 12), "eye")) == 0


def test_a_door_opens_and_falls_shut_behind_whoever_passes() -> None:
    door = {"quantity": "contact", "watches": ["hall", "living"]}
    records = day(sensing_house({"door": door}), pottering("bedroom", "living", "bathroom", "kitchen"), 5)
    passed = [it for it in events(records) if it.kind is Kind.MOVE]
    through = [two.time for one, two in pairwise(passed) if {one.room, two.room} == {"hall", "living"}]
    rows = told_or_lost(records, "door")
    assert words(rows) == ["open", "closed"] * len(through)
    assert [row.time for row in rows[::2]] == [time + 300 for time in through]
    assert all(
        2_000 < shut.time - opened.time < 12_000 for opened, shut in zip(rows[::2], rows[1::2], strict=True)
    )


def test_a_contact_without_a_door_of_its_own_watches_the_front_door() -> None:
    records = day(
        sensing_house({"door": {"quantity": "contact"}}), pottering("living", "outside", "kitchen"), 4
    )
    assert words(told_or_lost(records, "door")) == ["open", "closed"] * 2


def test_a_contact_on_a_lock_follows_the_lock() -> None:
    house = sensing_house({"bolt": {"quantity": "contact", "watches": "front_door_lock"}})
    lock = [order("front_door_lock", f"lock {how}", after=10 * n) for n, how in enumerate(("unlock", "lock"))]
    records = day(house, {"ann": told(doing("potter", "hall", 30, *lock))}, 2)
    assert words(told_or_lost(records, "bolt")) == ["open", "closed"]
    assert {row.actor for row in told_or_lost(records, "bolt")} == {"ann"}


@pytest.mark.parametrize(("thing", "command"), [("refrigerator", "open"), ("microwave", "switch on")])
def test_a_contact_follows_a_door_that_falls_shut_or_else_hands_laid_on_the_thing(
    thing: str, command: str
) -> None:
    house = sensing_house({"lid": {"quantity": "contact", "room": "kitchen", "watches": thing}})
    records = day(house, {"ann": told(doing("potter", "kitchen", 30, order(thing, command)))}, 2)
    assert words(told_or_lost(records, "lid")) == ["open", "closed"]
    assert told_or_lost(records, "lid")[0].actor == "ann"


def test_presence_is_of_the_whole_home() -> None:
    minds = pottering("living", "outside", "living")
    minds["bob"] = told(
        doing("potter", "living", 30), doing("away", "outside", 60), doing("potter", "living", 600)
    )
    house = sensing_house({"home": {"quantity": "presence"}}, ANN, BOB)
    assert words(told_or_lost(day(house, minds, 5), "home")) == ["not present", "present"]


def test_a_level_is_told_when_it_moves_and_when_it_has_been_silent() -> None:
    warm = {"quantity": "temperature", "room": "bedroom", "every": 900, "change": 0.5, "resolution": 0.1}
    idle = pottering("bathroom", minutes=5000)
    changes = told_or_lost(day(sensing_house({"t": warm}), idle), "t")
    values = [float(row.value) for row in changes]
    assert values
    assert all(abs(one - two) >= 0.39 for one, two in pairwise(values))  # rounded by 0.1 at either end
    assert all(row.value == f"{float(row.value):.1f}" for row in changes)
    beats = told_or_lost(day(sensing_house({"t": warm | {"heartbeat": 3600}}), idle), "t")
    assert 24 <= len(beats) <= 24 + len(changes)
    assert all(two.time - one.time <= HOUR + 2_000 for one, two in pairwise(beats))
    every = told_or_lost(day(sensing_house({"t": warm | {"change": 0}}), idle), "t")
    assert len(every) in (47, 48)


def test_every_quantity_can_be_sensed() -> None:
    levels = ("temperature", "humidity", "illuminance", "co2", "noise", "power", "energy")
    house = sensing_house({name: {"quantity": name, "room": "living"} for name in levels})
    records = day(house, pottering("living", minutes=600), 3)
    last = dict(seen(records))
    assert last.keys() == set(levels)
    assert 10 < float(last["temperature"]) < 30
    assert 10 < float(last["humidity"]) < 90
    assert float(last["co2"]) > 400
    assert float(last["energy"]) > 0


def test_a_plug_tells_the_power_of_what_hangs_on_it_at_once() -> None:
    switched = [order("coffee_machine", "switch on"), order("coffee_machine", "switch off", after=10)]
    house = sensing_house(
        {"m": {"quantity": "power", "watches": "coffee_machine", "change": 5, "resolution": 1}}
    )
    records = day(house, {"ann": told(doing("potter", "kitchen", 30, *switched))}, 2)
    done = [it.time for it in events(records) if it.kind is Kind.COMMAND and it.device == "coffee_machine"]
    rows = [row for row in told_or_lost(records, "m") if row.actor == "ann"]
    assert [row.time - 300 for row in rows] == done
    assert float(rows[0].value) > 20 > float(rows[1].value)


def test_a_button_tells_that_it_was_pushed_and_nothing_else_does() -> None:
    house = sensing_house({"b": {"quantity": "button"}})
    device = house.devices["b"]
    house.sensors.changed(device)  # nobody
    assert house.sensors.ledger()["b"]["button"] == {}
    records = day(house, pottering("living"), 1)
    assert seen(records) == []


def test_the_shipped_button_speaks_by_its_reading_alone() -> None:
    bell = Placement(type="Button", room="living")
    house = a_house(ANN, home=FLAT.model_copy(update={"devices": {**FLAT.devices, "bell": bell}}))
    records = day(house, {"ann": told(doing("potter", "living", 10, order("bell", "push")))}, 1)
    rows = [(it.kind, it.command, it.value, it.actor) for it in events(records) if it.device == "bell"]
    assert rows == [(Kind.DEED, "push", "", "ann"), (Kind.READING, "button", "pushed", "ann")]


def test_reports_arrive_in_the_order_of_time_and_of_their_sensor() -> None:
    slow = {"quantity": "contact", "watches": ["hall", "living"], "latency": 3, "jitter": 3}
    rooms = ["living", "bedroom"] * 40
    records = day(sensing_house({"door": slow}), pottering(*rooms, minutes=3), 5)
    times = [it.time for it in events(records)]
    assert times == sorted(times)
    rows = words(told_or_lost(records, "door"))
    assert len(rows) > 80
    assert rows == ["open", "closed"] * (len(rows) // 2)


def test_one_sensor_more_changes_no_other_and_nothing_that_people_do() -> None:
    eye = {"quantity": "motion", "room": "living", "coverage": 0.6, "drop_out": 0.2, "false_triggers": 5}
    warm = {"quantity": "temperature", "room": "living", "error": 0.2, "jitter": 0.2, "drop_out": 0.1}
    both = {"ann": pottering(*["living", "kitchen"] * 12)["ann"]}
    few = day(sensing_house({"eye": eye, "t": warm}), both)
    more = {"a": eye | {"room": "kitchen"}, "eye": eye, "t": warm, "zz": {"quantity": "co2"}}
    many = day(sensing_house(more), {"ann": pottering(*["living", "kitchen"] * 12)["ann"]})
    kept = [it for it in events(many) if it.device not in ("a", "zz")]
    assert kept == events(few)
    assert len(events(many)) > len(kept)


def test_what_is_observable_names_nobody() -> None:
    assert not {"actor", "resident", "activity", "cause", "decision"} & set(SCHEMAS["events"].names)
    house = sensing_house({"eye": {"quantity": "motion", "room": "living", "false_triggers": 10}})
    told_ = [
        it for it in events(day(house, pottering("living", "hall", "living"))) if it.kind is Kind.READING
    ]
    assert {it.cause for it in told_} == {"", "false_trigger"}
    shown = {value for it in told_ for value in (it.device, it.type, it.command, it.value, it.room)}
    assert shown == {"eye", "Probe_eye", "motion", "active", "inactive", "living"}


@pytest.mark.parametrize(
    ("wrong", "what"),
    [
        ({"quantity": "contact", "heartbeat": 60}, "heartbeat: does not apply to contact"),
        ({"quantity": "contact", "coverage": 0.5}, "coverage: does not apply to contact"),
        ({"quantity": "temperature", "false_triggers": 1}, "false_triggers: does not apply"),
        ({"quantity": "co2", "cool_down": 1}, "cool_down: does not apply"),
        ({"quantity": "smell"}, "Input should be 'motion'"),
        ({"quantity": "motion", "drop_out": 1.1}, "less than or equal to 1"),
    ],
)
def test_a_sensing_that_makes_no_sense_is_refused(wrong: dict[str, object], what: str) -> None:
    with pytest.raises(ValueError, match=what):
        Sensing.model_validate(wrong)


def test_a_sensor_that_watches_nothing_is_found_with_its_line(tmp_path: Path) -> None:
    text = (ROOT / "scenarios" / "homes" / "two_room_flat.yaml").read_text()
    text = text.replace("{include: climates/paris.yaml}", _climate())
    text += "  lost: {type: ContactSensor, room: hall, watches: refrigeratr}\n"
    text += "  walled: {type: ContactSensor, room: hall, watches: [bedroom, kitchen]}\n"
    (tmp_path / "home.yaml").write_text(text)
    with pytest.raises(ScenarioError) as caught:
        validate(tmp_path / "home.yaml")
    lines = len(text.splitlines())
    assert [it.line for it in caught.value.problems] == [lines - 1, lines]
    assert "did you mean 'refrigerator'" in str(caught.value)
    assert "there is no door from 'bedroom' to 'kitchen' to watch" in str(caught.value)


def _climate() -> str:
    twelve = [0.5] * 12
    return f"{{name: x, mean: {twelve}, daily_range: {twelve}, cloud: {twelve}}}"


def test_what_senses_nothing_cannot_fail_as_a_sensor(tmp_path: Path) -> None:
    text = (ROOT / "scenarios" / "quickstart.yaml").read_text().replace("device_fault", "sensor_failure")
    path = tmp_path / "story.yaml"
    path.write_text(text)
    shutil.copytree(ROOT / "scenarios", tmp_path, dirs_exist_ok=True)
    with pytest.raises(ScenarioError, match="'living_heater' is a Thermostat, which senses nothing"):
        load_scenario(path)


def test_lamps_and_people_go_on_as_they_did_with_sensors() -> None:
    bare = sensing_house({})
    many = sensing_house({f"s{n}": {"quantity": "motion", "room": "living"} for n in range(5)})
    steps = ["living", "kitchen", "outside", "bedroom"]
    kinds = (Kind.COMMAND, Kind.MOVE, Kind.ACTIVITY, Kind.DEED)
    with_, without = (account(day(it, pottering(*steps)), *kinds) for it in (many, bare))
    assert with_ == without
