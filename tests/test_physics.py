"""Physics of a lived-in house: what happens between two ticks; heating, faults, noise, light; none at all."""

from collections.abc import Callable
from dataclasses import dataclass
from math import log10

import pytest

from scenarios.home import Home, Room
from scenarios.scenario import Scenario
from sppc.memory import Memory
from tests.stories import FLAT, SUMMER, WINTER, a_house, at, lived, someone
from world.clock import HOUR, MINUTE
from world.house import House
from world.illuminance import UTILISATION, Glass, on_walls
from world.mind import Cause
from world.noise import QUIET, STREET, TALK
from world.physics import Physics, Still
from world.sun import Sky, sky

QUARTER = 15 * MINUTE


@dataclass
class Somebody:
    """A person of whom only the whereabouts matter."""

    id: str
    room: str
    asleep: bool = False


def physics_of(house: House) -> Physics:
    assert isinstance(house.physics, Physics)
    return house.physics


def change(house: House, device: str, command: str, now: int, argument: str = "") -> None:
    """As the house does it, but at any time."""
    house.devices[device].apply(command, argument)
    house.physics.changed(house.devices[device], now)


def a_day(step: int, start: object = WINTER) -> Physics:
    """A day with people who come and go, windows, lamps, heaters, told to physics at every *step*."""
    house = a_house(someone(), start=start)  # type: ignore[arg-type]
    physics, ann, ben = physics_of(house), Somebody("a", "bedroom", True), Somebody("b", "bedroom", True)
    people = (ann, ben)

    def up(now: int) -> None:
        ann.asleep = ben.asleep = False
        ann.room, ben.room = "bathroom", "kitchen"
        for person in people:
            physics.moved(person, now)

    def out(now: int) -> None:
        ann.room = "outside"
        physics.moved(ann, now)

    def back(now: int) -> None:
        ann.room = ben.room = "living"
        for person in people:
            physics.moved(person, now)

    story: dict[str, Callable[[int], None]] = {
        "06:52": up,
        "06:55": lambda now: change(house, "shower", "turn on", now),
        "07:04": lambda now: change(house, "shower", "turn off", now),
        "07:11": lambda now: change(house, "bedroom_window", "open", now),
        "07:16": lambda now: change(house, "bedroom_window", "close", now),
        "07:33": lambda now: change(house, "oven", "switch on", now),
        "07:51": lambda now: change(house, "oven", "switch off", now),
        "08:20": out,
        "12:07": lambda now: change(house, "living_heater", "setHeatingSetpoint", now, "22"),
        "18:04": back,
        "21:05": lambda now: change(house, "living_window", "tilt", now),
    }
    times = {at(0, clock, start): act for clock, act in story.items()}  # type: ignore[arg-type]
    for now in sorted({*range(0, 24 * HOUR + 1, step), *times}):
        if now in times:
            times[now](now)
        if now % step == 0:
            physics.advance(now, people)
    return physics


def test_a_tick_of_a_quarter_of_an_hour_misses_nothing_that_a_tick_of_half_a_minute_sees() -> None:
    coarse, fine = a_day(QUARTER), a_day(MINUTE // 2)
    for room in FLAT.rooms:
        assert coarse.temperature(room, 0) == pytest.approx(fine.temperature(room, 0), abs=0.05)
        assert coarse.co2(room) == pytest.approx(fine.co2(room), rel=0.03)
        assert coarse.humidity(room) == pytest.approx(fine.humidity(room), abs=1.5)
        assert coarse.heating(room) == pytest.approx(fine.heating(room), rel=0.02, abs=20)


def test_a_visit_counts_for_as_long_as_it_lasted_and_not_for_the_whole_tick() -> None:
    def after(minutes: int) -> float:
        physics, ann = physics_of(a_house(someone())), Somebody("a", "outside")
        physics.advance(QUARTER, [ann])
        ann.room = "bathroom"
        physics.moved(ann, QUARTER)
        ann.room = "outside"
        physics.moved(ann, QUARTER + minutes * MINUTE)
        physics.advance(2 * QUARTER, [ann])
        return physics.co2("bathroom")

    nobody, short, long = after(0), after(3), after(12)
    assert long - nobody == pytest.approx(4 * (short - nobody), rel=1e-6)
    assert short > nobody + 20


def test_whoever_sleeps_breathes_less_than_whoever_is_awake() -> None:
    def after(asleep: bool) -> float:
        physics = physics_of(a_house(someone()))
        for now in (0, QUARTER, 2 * QUARTER):
            physics.advance(now, [Somebody("a", "bedroom", asleep)])
        return physics.co2("bedroom")

    assert after(asleep=True) < after(asleep=False)


def test_whoever_has_slept_here_and_gone_leaves_nothing_behind_in_the_long_run() -> None:
    used, empty = physics_of(a_house(someone())), physics_of(a_house(someone()))
    for now in range(0, 72 * HOUR, QUARTER):
        used.advance(now, [Somebody("a", "bedroom" if now < HOUR else "outside", now < HOUR)])
        empty.advance(now, ())
    assert used.co2("bedroom") == pytest.approx(empty.co2("bedroom"), abs=0.01)
    assert used.humidity("bedroom") == pytest.approx(empty.humidity("bedroom"), abs=0.05)


def advanced(house: House, hours: int) -> Physics:
    physics = physics_of(house)
    for now in range(0, hours * HOUR + 1, QUARTER):
        physics.advance(now, ())
    return physics


def test_while_the_heating_is_broken_nothing_heats() -> None:
    sound, broken = a_house(someone()), a_house(someone())
    broken.physics.heating_faults += 1
    warm, cold = advanced(sound, 24), advanced(broken, 24)
    assert cold.heating("living") == 0 < 500 < warm.heating("living")
    assert cold.temperature("living", 0) < warm.temperature("living", 0) - 1
    broken.physics.heating_faults -= 1
    cold.advance(25 * HOUR, ())
    assert cold.heating("living") > 500


def test_a_heater_that_is_switched_off_at_noon_heats_no_more_from_noon_on() -> None:
    house = a_house(someone())
    physics = advanced(house, 12)
    change(house, "living_heater", "switch off", 12 * HOUR)
    until_noon = physics.heating("living")
    physics.advance(18 * HOUR, ())
    assert physics.heating("living") == until_noon > 0


def test_beside_a_heater_a_cooler_cools_what_is_hot_and_the_heater_heats_what_is_cold() -> None:
    def season(start: object) -> tuple[float, float]:
        house = a_house(someone(), start=start)  # type: ignore[arg-type]
        for device, command in (("air_conditioner", "switch on"), ("living_heater", "switch on")):
            house.devices[device].apply(command)
        physics = physics_of(house)
        physics.changed(house.devices["air_conditioner"], 0)
        physics.changed(house.devices["living_heater"], 0)
        advanced(house, 48)
        return physics.heating("living"), physics.cooling("living")

    heated, cooled = season(WINTER)
    assert heated > 1000
    assert cooled == 0
    heated, cooled = season(SUMMER)
    assert cooled > 5 * heated


def test_neighbours_do_not_cool_a_flat_in_a_hot_summer() -> None:
    hot = FLAT.climate.model_copy(update={"mean": (30.0,) * 12})
    home = FLAT.model_copy(
        update={"climate": hot, "envelope": FLAT.envelope.model_copy(update={"shared": 0.9})}
    )
    physics = physics_of(a_house(someone(), start=SUMMER, home=home))
    for now in range(0, 20 * 24 * HOUR, HOUR):
        physics.advance(now, ())
    assert min(physics.temperature(room, 0) for room in home.rooms) > 26


def test_the_order_of_rooms_and_devices_in_a_file_changes_no_digit() -> None:
    def backwards(held: dict[str, object]) -> dict[str, object]:
        return dict(reversed(list(held.items())))

    turned = FLAT.model_dump()
    turned["rooms"], turned["devices"] = backwards(turned["rooms"]), backwards(turned["devices"])
    turned["doors"] = tuple(reversed(turned["doors"]))
    one = advanced(a_house(someone()), 24)
    two = advanced(a_house(someone(), home=Home.model_validate(turned)), 24)
    assert [one.temperature(room, 0) for room in FLAT.rooms] == [
        two.temperature(room, 0) for room in FLAT.rooms
    ]
    assert [one.co2(room) for room in FLAT.rooms] == [two.co2(room) for room in FLAT.rooms]


def test_noise_adds_up_as_energy_and_a_door_keeps_most_of_it_out() -> None:
    house = a_house(someone())
    physics = physics_of(house)
    assert physics.noise("living", 0) == pytest.approx(QUIET, abs=0.5), "the fridge next door hums"
    change(house, "television", "switch on", 0)
    loud = house.devices["television"].output.noise
    assert physics.noise("living", 0) == pytest.approx(
        10 * log10(10 ** (loud / 10) + 10 ** (QUIET / 10)), abs=0.1
    )
    assert QUIET < physics.noise("hall", 0) < loud - 15
    change(house, "television", "switch off", 0)
    assert physics.noise("living", 0) == pytest.approx(QUIET, abs=0.5)


def test_the_street_is_heard_through_an_open_window_alone() -> None:
    house = a_house(someone())
    physics = physics_of(house)
    shut = physics.noise("bedroom", 0)
    change(house, "bedroom_window", "open", 0)
    assert physics.noise("bedroom", 0) > shut + 15
    assert physics.noise("outside", 0) == STREET


def test_people_talk_in_company_and_neither_alone_nor_over_sleepers() -> None:
    physics = physics_of(a_house(someone()))
    ann, ben = Somebody("a", "living"), Somebody("b", "living", True)
    physics.advance(0, [ann, ben])
    alone = physics.noise("living", 0)
    ben.asleep = False
    physics.advance(QUARTER, [ann, ben])
    assert physics.noise("living", 0) == pytest.approx(TALK, abs=0.2)
    assert alone < TALK - 20


def test_the_morning_sun_shines_into_the_east_room_and_not_into_the_west_room() -> None:
    def shone_into(sky: Sky, **about: object) -> tuple[float, float]:
        glass, walls = Glass(Room.model_validate({"area": 12, **about})), on_walls(sky, ("east", "west"))
        return glass.watts(walls), glass.lux(walls, sky)

    east, west = ({"kind": "bedroom", "windows": [{"facing": it, "area": 2}]} for it in ("east", "west"))
    morning, night = sky(25, 95, 0.1), sky(-5, 95, 0.1)
    (warm, bright), (cool, dim) = shone_into(morning, **east), shone_into(morning, **west)
    assert warm > 3 * cool > 0
    assert bright > 3 * dim > 20
    assert shone_into(morning, kind="bathroom") == (0, 0)
    assert shone_into(morning, kind="garden")[1] == morning.lux
    assert shone_into(night, **east)[0] == 0 < shone_into(night, **east)[1]


def test_a_lamp_adds_its_light_and_a_blind_takes_the_day_away() -> None:
    house, noon = a_house(someone()), at(0, "12:00")
    physics = physics_of(house)
    day = physics.lux("living", noon)
    change(house, "living_lamp", "switch on", noon)
    lit = UTILISATION * house.devices["living_lamp"].output.lumens / FLAT.rooms["living"].area
    assert physics.lux("living", noon) == pytest.approx(day + lit)
    change(house, "living_blind", "windowShade close", noon)
    assert physics.lux("living", noon) == pytest.approx(lit)
    assert physics.daylight("living", noon) == pytest.approx(day), "that is with the blinds open"
    assert physics.lux("outside", noon) == pytest.approx(physics.weather.sky(noon).lux)
    assert physics.lux("outside", noon) > 10 * day


def test_a_closed_blind_keeps_the_summer_sun_out() -> None:
    def afternoon(command: str) -> float:
        house = a_house(someone(), start=SUMMER)
        change(house, "living_blind", command, 0)
        return advanced(house, 17).temperature("living", 0)

    assert afternoon("windowShade close") < afternoon("windowShade open") - 1


def test_without_physics_every_room_is_the_same_whatever_is_done() -> None:
    house = a_house(someone())
    still = Still(house.physics.weather)
    still.changed(house.devices["living_heater"], 0)
    still.advance(HOUR, [Somebody("a", "living")])
    for room in FLAT.rooms:
        levels = still.temperature(room, HOUR), still.humidity(room), still.co2(room), still.lux(room, HOUR)
        assert (*levels, still.noise(room, HOUR)) == (21.0, 45.0, 600.0, 500.0, 28.0)
    assert still.temperature("outside", HOUR) == house.physics.outdoors(HOUR)


def test_without_physics_nobody_is_ever_cold_or_hot_or_in_the_dark(
    quickstart: Scenario, memories: dict[str, Memory]
) -> None:
    week = {"physics": False, "days": 3, "happenings": ()}
    story = lived(quickstart.model_copy(update=week), memories)
    assert story.decisions
    assert all(decided.cause is not Cause.NEED for decided in story.decisions)
    assert not [event for event in story.events if event.cause == "reflex" and event.command == "switch on"]
