"""What troubles people in a home, and what would ease it: heat, stale air, noise, damp."""

from scenarios.scenario import Happening
from tests.stories import SUMMER, a_house, account, at, doing, let_it_be, order, someone, told, watch
from world.clock import HOUR
from world.comfort import discomforts, relief
from world.event import Kind
from world.house import House
from world.mind import Cause, Order

EASY = {"temperature": (-50.0, 60.0), "humidity": (0.0, 100.0)}


def needs(house: House, who: str = "ann") -> set[str]:
    return {need for need, _ in discomforts(house, house.bodies[who])}


def test_two_in_a_shut_bedroom_find_the_air_stuffy_and_an_open_window_helps() -> None:
    def after_a_morning(*orders: Order) -> set[str]:
        house = a_house(*(someone(name, comfort=EASY | {"co2": 1000}) for name in ("ann", "ben")))
        reading = doing("read", "bedroom", 600, *orders)
        watch(house, {"ann": told(reading, need=let_it_be), "ben": told(reading, need=let_it_be)}, 5 * HOUR)
        return needs(house)

    assert "stuffy" in after_a_morning()
    assert "stuffy" not in after_a_morning(order("bedroom_window", "open"))


def test_nobody_flees_the_noise_they_make_themselves() -> None:
    house = a_house(*(someone(name, comfort=EASY | {"noise": 57}) for name in ("ann", "ben")))
    vacuum = doing("relax", "living", 60, order("robot_cleaner", "setRobotCleanerMovement cleaning", after=5))
    watch(house, {"ann": told(vacuum), "ben": told(doing("read", "living", 60), need=let_it_be)}, HOUR // 3)
    assert house.physics.noise("living", house.now) > 57
    assert needs(house, "ann") == set()
    assert needs(house, "ben") == {"noisy"}


def test_what_takes_minutes_is_finished_first() -> None:
    cold = someone(comfort={"temperature": (40.0, 50.0)})
    mind = told(doing("use_toilet", "bathroom", 110), doing("read", "bedroom", 60), need=let_it_be)
    watch(a_house(cold), {"ann": mind}, 3 * HOUR)
    complaints = [(seen.room, seen.activity) for seen in mind.asked[2:] if seen.cause is Cause.NEED]
    assert complaints == [("bedroom", "read")]


def test_nobody_gets_out_of_the_bath_to_air_the_room() -> None:
    cold = someone(comfort={"temperature": (40.0, 50.0)})
    mind = told(doing("bathe", "bathroom", 90), need=let_it_be)
    watch(a_house(cold), {"ann": mind}, 80 * HOUR // 60)
    assert [seen.cause for seen in mind.asked] == [Cause.START]


def test_an_open_window_helps_against_heat_only_when_it_is_cooler_outdoors() -> None:
    window = a_house(someone()).devices["living_window"]
    open_it, close_it = (window.type.commands[name] for name in ("open", "close"))
    assert relief(window, open_it, 28.0, 20.0)["hot"] > 0
    assert relief(window, open_it, 28.0, 24.0)["hot"] == 1.0  # as much as a cold drink
    assert "hot" not in relief(window, open_it, 28.0, 35.0)
    assert relief(window, open_it, 20.0, 2.0) == {}  # in the cold one airs for minutes
    window.apply("open")
    assert relief(window, close_it, 28.0, 35.0)["hot"] > 0
    assert "hot" not in relief(window, close_it, 28.0, 20.0)


def test_the_last_one_out_shuts_the_windows_and_switches_the_cooling_off() -> None:
    house = a_house(someone(), start=SUMMER, seed=8)  # one in ten forgets
    hot = doing(
        "relax", "living", 30, order("living_window", "open"), order("air_conditioner", "switch on", after=1),
        order("living_lamp", "switch on", after=2),
    )  # fmt: skip
    records = watch(house, {"ann": told(hot, doing("go_out", "outside", 60))}, at(0, "01:30"))
    assert house.devices["living_window"].state["opening"] == "closed"
    assert house.devices["air_conditioner"].state["switch"] == "off"
    assert house.devices["living_lamp"].state["switch"] == "off"
    assert any("living_window close" in line for line in account(records, Kind.DEED))


def test_a_cooker_hood_that_was_turned_on_for_the_air_does_not_run_for_days() -> None:
    house = a_house(someone(), seed=1)  # one in ten forgets
    damp = doing("relax", "kitchen", 30, order("cooker_hood", "turn on"))
    records = watch(house, {"ann": told(damp, doing("go_out", "outside", 60))}, at(0, "01:30"))
    assert any("cooker_hood turn off" in line for line in account(records, Kind.DEED))
    assert house.devices["cooker_hood"].state["switch"] == "off"


def test_what_runs_while_one_does_something_stops_and_starts_with_it() -> None:
    house = a_house(someone())
    shower = doing("shower", "bathroom", 20)
    records = watch(house, {"ann": told(shower, doing("relax", "living", 60))}, HOUR)
    deeds = [line.partition(" ann deed ")[2] for line in account(records, Kind.DEED)]
    assert deeds == ["shower turn on", "shower turn off"]


def test_the_hob_stays_on_while_the_cook_answers_a_message() -> None:
    message = Happening(day=0, at="00:10", kind="message")  # type: ignore[arg-type]
    house = a_house(someone(), happenings=[message])
    answer = doing("answer_message", "kitchen", 3, resume=True)
    records = watch(house, {"ann": told(doing("cook", "kitchen", 30), message=answer)}, HOUR)
    hob = [line for line in account(records, Kind.DEED) if " hob " in line]
    assert hob == ["00:00 ann deed hob turn on", "00:30 ann deed hob turn off"]


def test_a_shower_that_one_is_called_away_from_goes_on_afterwards() -> None:
    bell = Happening(day=0, at="00:05", kind="visitor", minutes=5)  # type: ignore[arg-type]
    house = a_house(someone(), happenings=[bell])
    receive = doing("receive_visitor", "living", 5, resume=True)
    records = watch(house, {"ann": told(doing("shower", "bathroom", 20), visitor=receive)}, HOUR)
    assert [line[6:] for line in account(records, Kind.DEED)] == [
        f"ann deed shower turn {way}" for way in ("on", "off", "on", "off")
    ]
