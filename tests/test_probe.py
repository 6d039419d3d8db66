"""The probe of good sense, and the ways to choose that it compares."""

import math
import re
from collections import Counter
from itertools import pairwise

import pytest

from agents.probe import Situation, held_out, situations
from agents.probe.comparing import WEIGHTS, comparison, fitted_weight, halves, share, worth
from scenarios.chance import Chance

LITTLE = """a all again an and at but by down for from had has have he her him his in into is it its no not
of off on one or out round she so that the them then there they this to until up was what with within"""


def stem(word: str) -> str:
    ending = next(
        (it for it in ("ing", "ed", "es", "s") if word.endswith(it) and len(word) > len(it) + 2), ""
    )
    return word.removesuffix(ending).rstrip("e")


def said(text: str) -> set[str]:
    return {stem(word) for word in re.findall("[a-z]{2,}", text.lower()) if word not in LITTLE.split()}


def test_the_probe_is_balanced_and_its_options_are_twelve() -> None:
    items = situations()
    assert len(items) >= 100
    assert set(Counter(it.cause for it in items).values()) == {18}
    assert {it.cause for it in items} == {"need", "visitor", "message", "fault", "power_cut", "routine"}
    assert {len(set(it.actions)) for it in items} == {12}
    assert all(it.plausible and it.plausible < set(it.actions) for it in items)
    assert sum(len(it.plausible) > 1 for it in items) > len(items) / 2
    assert len({it.text for it in items}) == len(items)


def test_what_is_right_shares_no_word_with_its_situation() -> None:
    shared = [
        (item.text, action, said(item.text) & said(action))
        for item in situations()
        for action in item.plausible
        if said(item.text) & said(action)
    ]
    assert shared == []


def test_matching_words_does_not_help() -> None:
    items = situations()
    matched = [tuple(float(len(said(it.text) & said(action))) for action in it.actions) for it in items]
    chance, _, words, _ = comparison({"words": matched}, items)
    assert words.right[0] <= chance.right[0]


def test_habit_is_that_of_the_program() -> None:
    assert all(math.isclose(sum(map(math.exp, it.prior)), 1) for it in situations() + held_out())
    chance, prior = comparison({}, situations())
    assert chance.right[0] == pytest.approx(
        sum(len(it.plausible) for it in situations()) / 12 / 108, abs=1e-4
    )
    assert prior.right[1] > chance.right[2]  # the intervals do not meet


def test_days_held_out_are_not_in_memory() -> None:
    items = held_out()
    assert len(items) > 30
    assert {len(it.actions) for it in items} == {12}
    assert all(len(it.plausible) == 1 and "Wednesday" in it.text for it in items)
    _, prior = comparison({}, items)
    assert 0.15 < prior.right[0] < 0.8  # that would be too good to be unseen


def made_up(number: int, right: int, prior: tuple[float, ...]) -> Situation:
    actions = tuple("abcd")
    return Situation(
        cause="routine", text=str(number), actions=actions, plausible=frozenset(actions[right]), prior=prior
    )


FLAT = (math.log(0.25),) * 4


def test_the_weight_grows_with_the_worth_of_the_evidence() -> None:
    chance = Chance(3)
    items = [made_up(n, n % 4, FLAT) for n in range(200)]

    def evidence(truth: float) -> list[tuple[float, ...] | None]:
        noise = [[3 * chance.uniform(n, k) for k in range(4)] for n in range(200)]
        return [tuple(noise[n][k] + truth * (k == n % 4) for k in range(4)) for n in range(200)]

    weights = [fitted_weight(evidence(truth), items) for truth in (-1.0, 0.5, 2.0)]
    assert weights[0] == 0.0
    assert all(a < b for a, b in pairwise(weights))
    assert weights[-1] <= WEIGHTS[-1]
    assert worth(evidence(2.0), items, weights[-1]) > worth(evidence(0.5), items, weights[1]) > 0
    even, odd = halves(evidence(2.0), items)
    assert abs(even - odd) < 1.5


def test_a_prior_that_knows_leaves_the_evidence_little_weight() -> None:
    sure = [
        made_up(n, n % 4, tuple(math.log(0.97 if k == n % 4 else 0.01) for k in range(4))) for n in range(40)
    ]
    misled: list[tuple[float, ...] | None] = [tuple(float(k == 0) for k in range(4)) for _ in range(40)]
    assert fitted_weight(misled, sure) == 0.0
    ways = {it.way: it for it in comparison({"m": misled}, sure)}
    assert ways["prior x m"].right == ways["prior"].right == (1.0, 1.0, 1.0)
    assert ways["m"].right[0] <= 0.25
    assert abs(ways["prior x m"].gain[0]) < 0.01


def test_no_situation_is_judged_by_a_weight_that_it_helped_to_find() -> None:
    """Evidence right in one half and wrong in the other: each half is judged by the other's weight."""
    items = [made_up(n, 0, FLAT) for n in range(40)]
    found: list[tuple[float, ...] | None] = [
        (4.0, 0.0, 0.0, 0.0) if n % 2 == 0 else (0.0, 4.0, 0.0, 0.0) for n in range(40)
    ]
    assert halves(found, items)[0] == WEIGHTS[-1]
    assert halves(found, items)[1] == 0.0
    way = next(it for it in comparison({"m": found}, items) if it.way == "m")
    assert way.mass[0] < 0.15  # worse than guessing, as it should be


def test_without_evidence_the_prior_decides_and_without_either_chance() -> None:
    item = made_up(0, 1, (math.log(0.1), math.log(0.7), math.log(0.1), math.log(0.1)))
    assert share(None, item, 1.0) == pytest.approx((0.1, 0.7, 0.1, 0.1))
    assert share(None, item, 1.0, prior=False) == (0.25,) * 4
