"""What a run will cost, told before it is lived: near what it then asks, and at once for large ones."""

from pathlib import Path

import pytest

from bench.estimate import compared, money
from evaluation.estimate_table import as_json, text
from runner.estimate import MOST_DAYS, Estimate, _plan
from scenarios.budget import Budget, Price
from scenarios.loading import load_scenario
from tests.command import QUICKSTART, SCENARIOS, said


@pytest.mark.parametrize(("name", "days", "households"), [("quickstart", 7, 2), ("family", 7, 1)])
def test_an_estimate_is_near_what_is_asked(name: str, days: int, households: int) -> None:
    """Not of two cold days: the stub is fond of heaters, so it is asked far less often."""
    thought, was = compared(name, days=days, households=households)
    likely = {key: figure[0] for key, figure in thought.figures.items()}
    for key in ("prompt_tokens", "fresh_tokens"):
        assert likely[key] == pytest.approx(was[key], rel=0.2), key
    assert money(likely) == pytest.approx(money(was), rel=0.2)
    assert likely["calls"] == pytest.approx(was["calls"], rel=0.35)  # a few dozen
    for likely_one, least, most in (*thought.figures.values(), thought.hours):
        assert 0 <= least <= likely_one <= most


def test_large_ones_are_sampled_households_and_seasons() -> None:
    year = load_scenario(QUICKSTART, {"days": 365})
    ((index, stretches),), lives, later = _plan(year)
    assert (index, lives) == (0, 1)
    assert len(stretches) == 1 + later >= 5
    assert [it.first for it in stretches] == sorted(it.first for it in stretches)
    assert stretches[-1].first > 300
    assert stretches[-1].first + stretches[-1].days <= 365
    million = load_scenario(SCENARIOS / "population.yaml", {"households": 1_000_000, "days": 7})
    households, _, _ = _plan(million)
    assert households[0][0] == 0
    assert households[-1][0] == 999_999
    assert sum(it.days for _, them in households for it in them) <= MOST_DAYS
    small, lives, later = _plan(load_scenario(QUICKSTART))
    assert (len(small), later) == (1, 0)
    assert lives > 1


def test_the_command_tells_people_and_programs(tmp_path: Path) -> None:
    shown = said("estimate", QUICKSTART, "--model", "gpt-4o-mini", "--days", "1")
    assert shown.code == 0
    assert "1 household x 1 day, gpt-4o-mini by letters" in shown.out
    assert " USD (" in shown.out
    asked = said("estimate", QUICKSTART, "--mind", "habit", "--days", "1", "--json")
    assert asked.summary["calls"] == {"likely": 0, "from": 0, "to": 0}
    assert asked.summary["speed_measured"] is True
    assert said("estimate", tmp_path / "none.yaml").code == 2


def test_caps_that_will_not_do_are_told() -> None:
    figures = dict.fromkeys(("calls", "prompt_tokens", "fresh_tokens", "completion_tokens"), (9.0, 8.0, 10.0))
    found = Estimate(
        households=1, days=1, lived=(1, 1), seconds=0.1, settings=None, figures=figures,
        money=(2.0, 1.0, 3.0), currency="USD", hours=(0.1, 0.1, 0.2), measured=False,
    )  # fmt: skip
    budget = Budget(calls=8, tokens=100, money=1.5, prices={"m": Price(prompt=1.0, completion=1.0)})
    assert as_json(found, budget)["beyond"] == ["calls", "money"]
    assert "beyond budget.money" in text(found, budget)
