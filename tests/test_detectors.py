"""Detectors: windows, floors, scoring, and the classical ones, on small made-up homes and on real logs."""

import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from dataset.routines import Behaviour
from dataset.vocabulary import Vocabulary
from evaluation.detectors import classical, counting, markov
from evaluation.detectors.methods import CLASSICAL, FLOORS
from evaluation.detectors.published import FAMILIES, read_published
from evaluation.detectors.scoring import (
    auc,
    f1_at,
    flag_all,
    judge,
    rates,
    threshold,
)
from evaluation.detectors.windows import ACTION, Windows, from_ids, joined
from scenarios.errors import UserError

DATA = Path(os.environ.get("HOMEFOLK_DATA", Path(__file__).parents[2] / "shared" / "data"))
SIZES = (7, 8, 4, 12)


def home(windows: int, seed: int, length: int = 10) -> Windows:
    """Each device has three actions that follow one another; device 3 and actions 9 to 11 never occur."""
    random = np.random.default_rng(seed)
    start = random.integers(3, size=(windows, 1))
    device = (start + np.arange(length) // 3) % 3
    action = 3 * device + np.arange(length) % 3
    day = np.broadcast_to(random.integers(7, size=(windows, 1)), device.shape)
    fields = np.stack([day, device % 8, device, action], -1)
    mask = np.arange(length) < random.integers(2, length + 1, size=(windows, 1))
    return Windows(np.where(mask[..., None], fields, 0), mask, SIZES)


def with_second(windows: Windows, field: int, value: int) -> Windows:
    """The same with one field of each second behaviour overwritten."""
    fields = windows.fields.copy()
    fields[:, 1, field] = value
    return Windows(fields, windows.mask, windows.sizes)


def test_sequences_become_padded_windows_of_ids() -> None:
    words = Vocabulary.shipped("fr")
    on = Behaviour(0, 2, "Light", "Light:switch on")
    ids = np.array([words.encode(it) for it in (on, on._replace(day=6, slot=7), on)])
    found = from_ids(ids, np.array([0, 2, 2]), words.sizes)
    assert found.mask.sum(1).tolist() == [1, 2]
    assert found.fields[0, 0].tolist() == [*words.encode(on)]
    assert found.fields[1, 0, :2].tolist() == [6, 7]
    assert not found.fields[0, 1:].any()
    assert found.sizes == words.sizes
    assert len(from_ids(ids[:0], np.zeros(0, np.int64), words.sizes)) == 0


def test_what_does_not_fit_a_window_is_refused() -> None:
    words = Vocabulary.shipped("fr")
    on = Behaviour(0, 2, "Light", "Light:switch on")
    with pytest.raises(ValueError, match="11 behaviours; cut it into windows of 10"):
        from_ids(np.array([words.encode(on)] * 11), np.zeros(11, np.int64), words.sizes)
    with pytest.raises(UserError, match="no id for Kettle:switch on"):
        words.check([on._replace(device="Kettle", action="Kettle:switch on")])
    with pytest.raises(ValueError, match="outside the sizes"):
        from_ids(np.array([[0, 8, 0, 0]]), np.array([0]), SIZES)
    with pytest.raises(ValueError, match="window 1 has no behaviour"):
        Windows(np.zeros((2, 3, 4), np.int64), np.array([[True] * 3, [False] * 3]), SIZES)


@pytest.mark.parametrize("name", [*FLOORS, "Markov", "LOF", "one-class SVM"])
def test_what_was_never_seen_scores_above_what_is_usual(name: str) -> None:
    train, usual = home(300, 0), home(80, 1)
    detector = {**FLOORS, **CLASSICAL}[name](train, home(80, 2), 0)
    odd = with_second(usual, 1, 7) if name == "hour" else with_second(usual, ACTION, 11)
    found = detector.score(usual), detector.score(odd)
    assert auc(*found) > {"LOF": 0.7, "one-class SVM": 0.8}.get(name, 0.9)


def test_an_isolation_forest_sees_only_what_varies_in_training() -> None:
    forest = classical.isolation_forest(home(300, 0), home(80, 2), 0)
    usual = home(80, 1)
    monotonous = replace(usual, fields=usual.fields.copy())
    monotonous.fields[:, :, ACTION] = 8
    assert auc(forest.score(usual), forest.score(monotonous)) > 0.7
    assert auc(forest.score(usual), forest.score(with_second(usual, ACTION, 11))) < 0.6


@pytest.mark.parametrize("name", [*FLOORS, *CLASSICAL])
def test_a_score_depends_on_its_window_alone(name: str) -> None:
    detector = {**FLOORS, **CLASSICAL}[name](home(100, 0), home(30, 2), 0)
    windows = home(20, 3)
    alone = [detector.score(windows.rows([row]))[0] for row in range(20)]
    assert np.allclose(detector.score(windows), alone)


def test_floors_count_what_they_say() -> None:
    ids = np.array([[0, 1, 0, 0], [0, 1, 0, 1], [0, 1, 0, 0], [0, 1, 0, 1]])
    train = from_ids(ids, np.array([0, 0, 1, 1]), (7, 8, 2, 3), 2)
    odd = from_ids(np.array([[0, 1, 0, 1], [5, 6, 1, 2], [0, 1, 0, 0]]), np.array([0, 0, 1]), (7, 8, 2, 3), 2)
    assert counting.unseen_value(train, train, 0).score(odd).tolist() == [4, 0]
    rare = counting.rarest_action(train, train, 0).score(odd)
    assert rare.tolist() == pytest.approx([-np.log(0.5 / 5.5), -np.log(2.5 / 5.5)])
    step = counting.rarest_step(train, train, 0).score(odd)
    assert step.tolist() == pytest.approx(
        [np.log(3), 0]
    )  # after 1 nothing is known; alone nothing comes after
    chain = markov.fit(train, train, 0)
    assert np.exp(-chain.step).sum(1).tolist() == pytest.approx([1, 1, 1])
    assert chain.score(train).tolist() == pytest.approx([(chain.first[0] + chain.step[0, 1]) / 2] * 2)


def test_counts_ignore_what_is_not_there() -> None:
    found = classical.counts(home(50, 0))
    assert (found.sum(1) == 4 * home(50, 0).mask.sum(1)).all()


def test_rates_are_those_of_the_confusion() -> None:
    found = judge(np.array([0.0, 1.0, 2.0, 3.0]), np.array([2.5, 2.0, 9.0, 1.0]), 2.0)
    assert found == pytest.approx((2 / 3, 0.5, 4 / 7, 0.25, (3 + 2.5 + 4 + 1.5) / 16))
    assert f1_at(found, 4, 4) == pytest.approx(found.f1)
    assert f1_at(found, 4, 40) == pytest.approx(2 * 20 / (20 + 1 + 40))
    assert flag_all(10, 10).f1 == pytest.approx(2 / 3)
    assert threshold(np.arange(101.0)) == 95
    assert np.isnan(rates(np.zeros(3, bool), np.zeros(0, bool)).recall)


@pytest.mark.skipif(not DATA.is_dir(), reason="the real logs are not here (HOMEFOLK_DATA)")
@pytest.mark.parametrize(
    ("name", "parts", "attacks"),
    [("an", (830, 103, 255), (765, 510, 255, 255)), ("fr", (2233, 322, 641), (1923, 1282, 1282, 885))],
)
def test_the_published_sets_are_read_whole(
    name: str, parts: tuple[int, ...], attacks: tuple[int, ...]
) -> None:
    found = read_published(DATA, name)
    assert tuple(map(len, (found.train, found.validation, found.test))) == parts
    assert tuple(len(found.family(family)) for family in FAMILIES) == attacks
    assert len(found.family("ALL")) == sum(attacks)
    assert joined(found.train, found.test).mask.all()


@pytest.mark.skipif(not DATA.is_dir(), reason="the real logs are not here (HOMEFOLK_DATA)")
def test_counting_suffices_on_fr() -> None:
    found = read_published(DATA, "fr")
    floor = counting.rarest_action(found.train, found.validation, 0)
    limit, normal = threshold(floor.score(found.validation)), floor.score(found.test)
    f1 = [judge(normal, floor.score(found.family(family)), limit).f1 for family in FAMILIES]
    assert f1 == pytest.approx([0.9917, 0.9877, 0.9877, 0.9822], abs=1e-3)
