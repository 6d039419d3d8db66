"""The calendar: local days of 23, 24 and 25 hours, and wall times that are skipped or come twice."""

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from world.clock import HOUR, MINUTE, Clock

PARIS = Clock(date(2026, 3, 27), "Europe/Paris")  # a Friday; summer time begins on day 2
AUTUMN = Clock(date(2026, 10, 24), "Europe/Paris")  # a Saturday; summer time ends on day 1


def test_time_zero_is_the_first_local_midnight() -> None:
    assert PARIS.local(0) == (0, 4, 0)
    assert PARIS.at(0).isoformat() == "2026-03-27T00:00:00+01:00"
    assert PARIS.local(-1) == (-1, 3, 1439)


def test_the_day_summer_time_begins_has_23_hours() -> None:
    assert PARIS.midnight(3) - PARIS.midnight(2) == 23 * HOUR
    before = PARIS.midnight(2) + 2 * HOUR - 1
    assert PARIS.local(before) == (2, 6, 119)
    assert PARIS.local(before + 1) == (2, 6, 180)
    assert PARIS.local(PARIS.midnight(3)) == (3, 0, 0)


def test_a_skipped_wall_time_happens_as_much_later() -> None:
    assert PARIS.local(PARIS.ms(2, 150)) == (2, 6, 210)
    assert PARIS.at(PARIS.ms(2, 12 * 60)).isoformat() == "2026-03-29T12:00:00+02:00"


def test_the_day_summer_time_ends_has_25_hours() -> None:
    assert AUTUMN.midnight(2) - AUTUMN.midnight(1) == 25 * HOUR
    first, second = AUTUMN.midnight(1) + 150 * MINUTE, AUTUMN.midnight(1) + 210 * MINUTE
    assert AUTUMN.local(first) == AUTUMN.local(second) == (1, 6, 150)
    assert AUTUMN.ms(1, 150) == first, "of a wall time that comes twice, the first is meant"
    assert AUTUMN.at(AUTUMN.ms(1, 180)).isoformat() == "2026-10-25T03:00:00+01:00"


def test_minutes_past_midnight_run_into_the_next_days() -> None:
    assert PARIS.ms(1, 25 * 60) == PARIS.ms(2, 60)
    assert PARIS.ms(1, 24 * 60 + 180) == PARIS.ms(2, 180) == PARIS.midnight(2) + 2 * HOUR
    assert PARIS.ms(3, -60) == PARIS.ms(2, 23 * 60)


@pytest.mark.parametrize(
    ("zone", "day"),
    [
        ("Australia/Lord_Howe", date(2026, 4, 5)),  # half an hour
        ("Africa/Cairo", date(2026, 4, 24)),  # jumps at midnight: this day begins at 01:00
        ("America/Santiago", date(2026, 4, 4)),  # at 24:00 it is 23:00 again
        ("America/Havana", date(2026, 11, 1)),  # at 01:00 it is 00:00 again
        ("Asia/Seoul", date(2026, 7, 1)),
    ],
)
def test_the_wall_clock_agrees_with_the_zone_database_at_every_minute(zone: str, day: date) -> None:
    clock = Clock(date.fromordinal(day.toordinal() - 1), zone)
    for ms in range(0, clock.midnight(3), MINUTE):
        number, weekday, minute = clock.local(ms)
        there = clock.at(ms)
        assert (clock.date_of(number), weekday, minute) == (
            there.date(),
            there.weekday(),
            there.hour * 60 + there.minute,
        )


@given(day=st.integers(0, 800), minute=st.integers(0, 1439))
def test_wall_times_outside_the_skipped_hour_go_there_and_back(day: int, minute: int) -> None:
    ms = PARIS.ms(day, minute)
    spring = PARIS.midnight(day + 1) - PARIS.midnight(day) == 23 * HOUR
    if not (spring and 120 <= minute < 180):
        assert PARIS.local(ms) == (day, PARIS.date_of(day).weekday(), minute)
    assert PARIS.at(ms).replace(tzinfo=None) >= datetime.combine(PARIS.date_of(day), datetime.min.time())


def test_days_asked_in_any_order_are_the_same() -> None:
    fresh = Clock(date(2026, 3, 27), "Europe/Paris")
    assert [fresh.local(day * 24 * HOUR) for day in (400, 2, -30, 213, 0)] == [
        PARIS.local(day * 24 * HOUR) for day in (400, 2, -30, 213, 0)
    ]
