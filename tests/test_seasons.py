"""A season reaches the log through the world: what people do in January and July, in cold and hot places."""

from functools import cache

from bench.seasons import MADRID, PARIS, STOCKHOLM, Place, measured

JANUARY, JULY = 1, 7


@cache
def a_day(place: Place) -> dict[str, float]:
    """How often a resident does each thing a day, on average."""
    return {name: mean for name, (mean, _) in measured(place, days=7, households=8).items()}


def test_the_cold_turns_heating_up_and_the_heat_does_not() -> None:
    cold, warm, colder = (
        a_day(Place("paris", PARIS, JANUARY)), a_day(Place("paris", PARIS, JULY)),
        a_day(Place("stockholm", STOCKHOLM, JANUARY)),
    )  # fmt: skip
    assert cold["heating turned up"] > warm["heating turned up"] + 0.05
    assert colder["heating turned up"] > warm["heating turned up"] + 0.05
    assert cold["cooling"] == colder["cooling"] == 0


def test_the_heat_brings_cooling_and_opens_windows() -> None:
    winter, summer, south = (
        a_day(Place("paris", PARIS, JANUARY)), a_day(Place("paris", PARIS, JULY)),
        a_day(Place("madrid", MADRID, JULY)),
    )  # fmt: skip
    assert summer["windows opened"] > winter["windows opened"] + 0.3
    assert south["cooling"] > winter["cooling"] + 0.3


def test_long_nights_burn_lamps_longest_in_the_north() -> None:
    summer, winter, north = (
        a_day(Place("paris", PARIS, JULY)), a_day(Place("paris", PARIS, JANUARY)),
        a_day(Place("stockholm", STOCKHOLM, JANUARY)),
    )  # fmt: skip
    assert summer["lamp-hours"] + 2 < winter["lamp-hours"] < north["lamp-hours"]
    assert winter["blinds opened"] < summer["blinds opened"]  # shut out the sun, let in the light


def test_without_physics_one_month_is_like_the_other() -> None:
    january, july = (a_day(Place("paris", PARIS, month, physics=False)) for month in (JANUARY, JULY))
    for name in ("heating turned up", "cooling", "windows opened", "lamps lit", "lamp-hours"):
        assert january[name] == july[name] == 0
    for name in ("blinds opened", "blinds closed"):  # but for what is too cold to be done in the garden
        assert abs(january[name] - july[name]) < 0.1
