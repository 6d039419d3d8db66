"""Programmes in a house: they run, pause without losing time, end, and say so."""

import pytest

from scenarios.home import Home
from scenarios.scenario import Happening
from tests.stories import FLAT, Told, a_house, account, at, doing, events, order, someone, told, watch
from world.audit import audit
from world.clock import MINUTE
from world.event import Event, Kind
from world.house import House
from world.mind import Order

HOUR = 60 * MINUTE
PLACES = {
    "washer": "Washer", "dryer": "Dryer", "dishwasher": "Dishwasher", "oven": "Oven", "robot": "RobotCleaner",
    "steamer": "ClothingCareMachine", "kettle": "kettle", "machine": "washing_machine", "sweeper": "sweeper",
    "window": "Window", "shower": "Shower",
}  # fmt: skip
RUN, PAUSE, STOP = (f"dryerOperatingState setMachineState {word}" for word in ("run", "pause", "stop"))


def home() -> Home:
    """The flat with every machine in its kitchen."""
    devices = {name: {"type": kind, "room": "kitchen"} for name, kind in PLACES.items()}
    return Home.model_validate({**FLAT.model_dump(mode="json", by_alias=True), "devices": devices})


HOME = home()


def house(*happenings: Happening, seed: int = 7) -> House:
    return a_house(someone(), happenings=happenings, home=HOME, seed=seed)


def hands(*orders: Order) -> Told:
    """Somebody who stays in the kitchen and does this."""
    return told(doing("potter", "kitchen", 1e6, *orders))


def story(
    *orders: Order, until: int = 8 * HOUR, happenings: tuple[Happening, ...] = (), seed: int = 7
) -> list[Event]:
    """What devices did; the log is audited."""
    lived = house(*happenings, seed=seed)
    told_ = events(watch(lived, {"ann": hands(*orders)}, until))
    assert audit(told_, HOME, lived.catalogue.devices) == []
    return [event for event in told_ if event.device]


def ends(log: list[Event]) -> list[Event]:
    return [event for event in log if event.cause == "programme"]


@pytest.mark.parametrize(
    ("device", "command", "says"),
    [
        ("washer", "washerOperatingState setMachineState run", "notification"),
        ("dryer", RUN, "notification"),
        ("steamer", RUN, "notification"),
        ("dishwasher", "start", "notification"),
        ("oven", "switch on", ""),
        ("robot", "setRobotCleanerMovement cleaning", "notification"),
        ("kettle", "heat", "end"),
        ("machine", "wash", "finish"),
        ("sweeper", "sweep", ""),
    ],
)
def test_every_appliance_ends_its_programme_and_says_so_where_the_logs_do(
    device: str, command: str, says: str
) -> None:
    log = story(order(device, command))
    (end,) = ends(log)
    assert (end.device, end.command) == (device, says)
    assert end.kind is (Kind.REPORT if says else Kind.HAPPENING)


def test_a_pause_costs_no_time() -> None:
    """However long and often it pauses, a programme runs for the minutes it was going to."""
    (plain,) = ends(story(order("dryer", RUN)))
    start = story(order("dryer", RUN))[0].time
    paused = story(
        order("dryer", RUN),
        order("dryer", PAUSE, after=10),
        order("dryer", RUN, after=100),
        order("dryer", PAUSE, after=110),
        order("dryer", RUN, after=111),
    )
    (end,) = ends(paused)
    deeds = [event.time for event in paused if event.kind is Kind.COMMAND]
    stood = (deeds[2] - deeds[1]) + (deeds[4] - deeds[3])
    assert end.time - start == plain.time - start + stood
    assert stood > 90 * MINUTE


def test_a_programme_that_is_paused_or_stopped_does_not_end() -> None:
    assert ends(story(order("dryer", RUN), order("dryer", PAUSE, after=10))) == []
    assert ends(story(order("dryer", RUN), order("dryer", STOP, after=10))) == []
    stopped = story(order("dryer", RUN), order("dryer", PAUSE, after=10), order("dryer", STOP, after=20))
    assert ends(stopped) == []


def test_what_is_started_anew_takes_its_own_time_and_ends_once() -> None:
    log = story(order("dryer", RUN), order("dryer", STOP, after=30), order("dryer", RUN, after=60))
    (end,) = ends(log)
    again = [event.time for event in log if event.command == RUN][1]
    assert 45 * MINUTE <= end.time - again <= 120 * MINUTE


def test_a_power_cut_holds_the_wash_and_it_goes_on_afterwards() -> None:
    run = order("washer", "washerOperatingState setMachineState run")
    cut = Happening.model_validate({"day": 0, "at": "00:20", "kind": "power_cut", "minutes": 60})
    (plain,), (held,) = ends(story(run)), ends(story(run, happenings=(cut,)))
    assert held.time - plain.time == 60 * MINUTE


def test_an_oven_bakes_for_its_timer_less_what_it_was_held() -> None:
    log = story(
        order("oven", "signalahead13665.programdurationv2 setProgramDuration", "50"),
        order("oven", "signalahead13665.startstopprogramv2 setStartstop", "start"),
        order("oven", "signalahead13665.pauseresumev2 setPauseState", "pause", after=20),
        order("oven", "signalahead13665.pauseresumev2 setPauseState", "resume", after=30),
    )
    (end,), start, pause, resume = ends(log), *(event.time for event in log[1:4])
    assert end.time == start + 50 * MINUTE + (resume - pause)


def test_the_audit_finds_a_programme_that_ends_while_it_stands_still() -> None:
    lived = house()
    log = events(watch(lived, {"ann": hands(order("dryer", RUN), order("dryer", PAUSE, after=10))}, 2 * HOUR))
    end = Event(
        time=2 * HOUR, kind=Kind.REPORT, actor="", room="kitchen", device="dryer", type="Dryer",
        command="notification", cause="programme",
    )  # fmt: skip
    (fault,) = audit([*log, end], HOME, lived.catalogue.devices)
    assert "a programme ends that stands still" in fault


def test_another_device_does_not_change_how_long_a_programme_takes() -> None:
    alone = ends(story(order("dryer", RUN)))[0].time
    both = story(order("dryer", RUN), order("washer", "washerOperatingState setMachineState run", after=5))
    assert [end.time for end in ends(both) if end.device == "dryer"] == [alone]
    assert ends(story(order("dryer", RUN), seed=8))[0].time != alone


def test_plain_things_are_used_and_no_log_shows_it() -> None:
    log = story(
        order("window", "tilt"), order("shower", "turn on", after=1), order("shower", "turn off", after=9)
    )
    assert {event.kind for event in log} == {Kind.DEED}
    assert account(log) == [
        f"00:{minute:02d} ann deed {what}"
        for minute, what in ((0, "window tilt"), (1, "shower turn on"), (9, "shower turn off"))
    ]
    assert at(0, "00:09") <= log[-1].time < at(0, "00:10")
