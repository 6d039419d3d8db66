"""Light as a reflex: a lamp where it is dark, the blind by day, nothing over somebody who sleeps."""

from datetime import date

import pytest

from scenarios.scenario import Scenario
from sppc.memory import Memory
from tests.stories import (
    SUMMER,
    WINTER,
    a_house,
    account,
    at,
    doing,
    events,
    lived,
    order,
    someone,
    told,
    watch,
)
from world.event import Event, Kind
from world.light import TIDY
from world.mind import Basis

READING = doing("read", "living", 60)


def reading_at(hour: str, *before: object, start: date = WINTER, lasts: float = 60) -> list[str]:
    """What Ann operates, told in minutes, who sits down in the living room at that hour to read."""
    house = a_house(someone(), start=start)
    minutes = at(0, hour, start=start) / 60_000
    steps = (
        doing("close_blinds", "living", minutes / 2, *before),  # type: ignore[arg-type]
        doing("away", "outside", minutes / 2),
        doing("read", "living", lasts),
    )
    records = watch(house, {"ann": told(*steps)}, at(0, hour, start=start) + round(lasts * 60_000))
    told_ = [line for line in account(records, Kind.COMMAND, start=start) if "door_lock" not in line]
    return told_[len(before) :]


def test_whoever_reads_after_dark_reaches_for_the_lamp() -> None:
    assert reading_at("20:00") == ["20:00 ann command living_lamp switch on"]


def test_whoever_reads_by_day_needs_none() -> None:
    assert reading_at("12:00") == []


def test_by_day_one_opens_the_blind_and_lights_no_lamp() -> None:
    closed = order("living_blind", "windowShade close")
    assert reading_at("12:00", closed) == ["12:00 ann command living_blind windowShade open"]


def test_a_blind_stays_as_it_was_put_for_two_hours() -> None:
    """Whoever closes it for the night before it is dark means it."""
    close = doing("close_blinds", "living", 60, order("living_blind", "windowShade close"))

    def opened(hours: float) -> list[str]:
        awhile = doing("away", "outside", hours * 60)
        steps = (doing("away", "outside", 11 * 60), close, awhile, doing("read", "living", 60))
        records = watch(a_house(someone()), {"ann": told(*steps)}, at(0, "16:59"))
        return [it.command for it in events(records) if it.device == "living_blind" and it.activity == "read"]

    assert opened(0) == []
    assert opened(2) == ["windowShade open"]


def test_no_blind_is_opened_over_somebody_who_goes_to_bed() -> None:
    def opened(activity: str) -> list[str]:
        closed = order("bedroom_blind", "windowShade close")
        ann = told(doing("wrap_up", "bedroom", 600, closed), doing(activity, "bedroom", 120))
        ben = told(doing("away", "outside", 610), doing("get_dressed", "bedroom", 30))
        records = watch(a_house(someone("ann"), someone("ben")), {"ann": ann, "ben": ben}, at(0, "10:59"))
        return [it.command for it in events(records) if it.actor == "ben" and it.device == "bedroom_blind"]

    assert opened("go_to_bed") == []
    assert opened("wrap_up") == ["windowShade open"]


def test_nobody_raises_the_blind_over_somebody_asleep_but_lowers_it() -> None:
    def moved(command: str, *, asleep: bool) -> list[str]:
        other = "windowShade open" if command.endswith("close") else "windowShade close"
        ann = told(doing("sleep", "bedroom", 600, order("bedroom_blind", other), asleep=asleep))
        makes = doing("make_bed", "bedroom", 5, order("bedroom_blind", command)._replace(unless_so=True))
        ben = told(doing("read", "living", 60), makes)
        records = watch(a_house(someone("ann"), someone("ben")), {"ann": ann, "ben": ben}, at(0, "02:00"))
        return [it.command for it in events(records) if it.actor == "ben" and it.device == "bedroom_blind"]

    assert moved("windowShade open", asleep=True) == []
    assert moved("windowShade open", asleep=False) == ["windowShade open"]
    assert moved("windowShade close", asleep=True) == ["windowShade close"]


def test_after_dark_nobody_opens_a_blind_to_see_better() -> None:
    closed = order("living_blind", "windowShade close")
    assert reading_at("20:00", closed) == ["20:00 ann command living_lamp switch on"]


def test_the_same_hour_is_bright_in_summer() -> None:
    assert reading_at("19:00", start=WINTER) == ["19:00 ann command living_lamp switch on"]
    assert reading_at("19:00", start=SUMMER) == []


def test_dusk_is_noticed_by_whoever_sits_there() -> None:
    """In mid January the sun sets over Paris at twenty past five."""
    (line,) = reading_at("15:00", lasts=240)
    assert line.endswith("living_lamp switch on")
    assert "16:30" < line[:5] < "17:45"


def test_what_needs_no_light_gets_none() -> None:
    house = a_house(someone())
    dull = told(doing("watch_television", "living", 60), doing("sleep", "bedroom", 60, asleep=True))
    assert account(watch(house, {"ann": dull}, at(0, "01:59")), Kind.COMMAND) == []


def test_a_room_without_lamp_or_blind_stays_dark() -> None:
    house = a_house(someone(forbidden=("Light",)))
    assert account(watch(house, {"ann": told(READING)}, at(0, "00:59")), Kind.COMMAND) == []


def test_a_broken_lamp_is_left_alone() -> None:
    house = a_house(someone())
    house.devices["living_lamp"].fail("fault")
    records = watch(house, {"ann": told(READING)}, at(0, "00:59"))
    assert account(records, Kind.COMMAND, Kind.REFUSED) == []


def test_a_reflex_says_so_and_asks_nobody() -> None:
    house, mind = a_house(someone()), told(READING)
    (lamp,) = [it for it in events(watch(house, {"ann": mind}, at(0, "00:59"))) if it.kind is Kind.COMMAND]
    assert (lamp.cause, lamp.decision, lamp.activity) == (Basis.REFLEX, 0, "read")
    assert len(mind.asked) == 1


def test_nobody_lights_a_lamp_over_somebody_who_sleeps() -> None:
    def story(asleep: bool) -> list[str]:
        house = a_house(someone("ann"), someone("ben"))
        ann = told(doing("nap" if asleep else "wrap_up", "bedroom", 120, asleep=asleep))
        ben = told(doing("wrap_up", "bedroom", 30), doing("get_dressed", "bedroom", 30))
        return account(watch(house, {"ann": ann, "ben": ben}, at(0, "00:59")), Kind.COMMAND)

    assert story(asleep=True) == []
    assert story(asleep=False) == ["00:30 ben command bedroom_lamp switch on"]


def test_the_lamp_is_lit_once_for_all_who_are_there() -> None:
    house = a_house(someone("ann"), someone("ben"))
    minds = {"ann": told(doing("read", "living", 60)), "ben": told(doing("wrap_up", "hall", 5), READING)}
    assert account(watch(house, minds, at(0, "00:50")), Kind.COMMAND) == [
        "00:00 ann command living_lamp switch on"
    ]


def test_only_the_last_one_out_switches_off() -> None:
    house = a_house(someone("ann"), someone("ben"))
    out = doing("away", "outside", 600)
    minds = {"ann": told(doing("read", "living", 20), out), "ben": told(doing("read", "living", 40), out)}
    records = watch(house, minds, at(0, "00:59"))
    off = [line for line in account(records, Kind.COMMAND) if "switch off" in line]
    assert off == ["00:40 ben command living_lamp switch off"]


def test_the_last_one_out_forgets_the_lamp_now_and_then() -> None:
    """Ann reads, and goes to another room, two hundred times."""
    steps = [doing("relax", "living", 2), doing("read", "bathroom", 3)] * 200
    records = watch(a_house(someone()), {"ann": told(*steps)}, at(1, "00:00"))
    off = sum("bathroom_lamp switch off" in line for line in account(records, Kind.COMMAND))
    assert 0.8 < off / 200 < 0.97
    assert pytest.approx(0.9) == TIDY


def lamps(week: list[Event]) -> int:
    return sum(event.kind is Kind.COMMAND and event.type == "Light" for event in week)


def test_people_need_more_lamps_in_winter(quickstart: Scenario, memories: dict[str, Memory]) -> None:
    def week(start: date) -> list[Event]:
        there = {"start": start, "days": 5, "happenings": ()}
        return lived(quickstart.model_copy(update=there), memories).events

    winter, summer = week(WINTER), week(SUMMER)
    assert lamps(winter) > 1.25 * lamps(summer)
    assert len([it for it in winter if it.kind is Kind.ACTIVITY]) == pytest.approx(
        len([it for it in summer if it.kind is Kind.ACTIVITY]), rel=0.15
    )
