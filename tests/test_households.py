"""Households that nobody wrote: whatever chance puts together must hold (bench/households.py lives more)."""

import pytest

from bench.households import look, made_up


@pytest.mark.parametrize("seed", range(4))
def test_nothing_impossible_stuck_crowded_or_out_of_order(seed: int) -> None:
    for index in range(4):
        week = look(seed, index)
        assert not week.wrong, (seed, index, week.wrong)
        assert week.events > 100 * week.people


def test_whoever_is_asked_to_make_way_for_nothing_goes_on_living() -> None:
    """A household that once stood still for ever, asking one person the same thing."""
    assert look(1, 58).wrong == ()


def test_chance_makes_households_that_differ_and_come_out_again() -> None:
    homes = [made_up(5, index) for index in range(20)]
    assert len({home.home.climate.name for home in homes}) > 8
    assert len({len(home.residents) for home in homes}) > 3
    assert homes[3] == made_up(5, 3)
