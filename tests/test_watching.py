"""Windows of a lived log with their context, and a detector that knows it."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from evaluation.context import NAMES, OTHERS
from evaluation.detectors import contextual, daily
from evaluation.detectors.durations import known_durations
from evaluation.detectors.scoring import auc
from evaluation.detectors.windows import ACTION, Windows
from evaluation.watching import Watched, anomalous, deeds, watched, words_of
from runner.household import Lived
from scenarios.anomaly import Anomaly
from scenarios.loading import load_scenario
from scenarios.scenario import Scenario
from tests.stories import ROOT, lived
from world.clock import Clock

WHOLE = load_scenario(ROOT / "scenarios" / "watched.yaml")
assert isinstance(WHOLE, Scenario)
SCENARIO = WHOLE.model_copy(update={"days": 4, "start": date(2026, 7, 6)})
CLOCK = Clock(SCENARIO.start, SCENARIO.home.address.zone)
WRONG = Anomaly.model_validate({"kind": "water_valve_wrong_time", "day": 1, "every": 1, "difficulty": "hard"})


def of(life: Lived, *lives: Lived) -> list[Watched]:
    words = words_of(it.events for it in (life, *lives))
    return [watched(it.events, SCENARIO.home, CLOCK, words, deeds) for it in (life, *lives)]


@pytest.fixture(scope="module")
def lives() -> tuple[Lived, Lived]:
    """Some clean days, and the same days with a valve that opens where nobody is."""
    return lived(SCENARIO, {}), lived(SCENARIO.model_copy(update={"anomalies": (WRONG,)}), {})


def test_context_is_what_a_hub_can_know(lives: tuple[Lived, Lived]) -> None:
    (clean,) = of(lives[0])
    context = clean.windows.context
    assert context is not None
    column = {name: context[..., number][clean.windows.mask] for number, name in enumerate(NAMES)}
    assert set(np.unique(column["at home"][~np.isnan(column["at home"])])) <= {0.0, 1.0}
    assert (column["minute"] < 24 * 60).all()
    here = column["since here"][~np.isnan(column["since here"])]
    assert (here >= 0).all()
    assert (here == 0).mean() > 0.1  # much is done where somebody moves
    assert not any(clean.labels)


def test_a_detector_that_knows_the_context_sees_what_counting_cannot(lives: tuple[Lived, Lived]) -> None:
    clean, odd = of(*lives)
    detector = contextual.fit(clean.windows, clean.windows, 0)
    labels = sorted({it.anomaly for it in lives[1].events if it.anomaly})
    rows = np.any([anomalous(odd, it, 0, 0) for it in labels], axis=0)
    assert rows.any()
    scores = detector.score(odd.windows)
    assert auc(scores[~rows], scores[rows]) > 0.8


def test_what_lasts_far_longer_than_it_does_usually_is_odd(lives: tuple[Lived, Lived]) -> None:
    (clean,) = of(lives[0])
    windows = clean.windows
    assert windows.context is not None
    detector = contextual.fit(windows, windows, 0)
    long = windows.context.copy()
    long[..., [NAMES.index("lasted"), NAMES.index("since this")]] = np.log1p(5 * 3600)
    closes = windows.field(ACTION) == words_of([lives[0].events]).words["WaterValve:valve close"]
    assert closes.sum() > 20
    usual, odd = (detector.of_each(it)[closes] for it in (windows, replace(windows, context=long)))
    assert auc(usual, odd) > 0.95


def test_what_is_imagined_to_last_longer_agrees_with_all_else(lives: tuple[Lived, Lived]) -> None:
    """Something was done as lately as this tap was turned, however long ago that is imagined to be."""
    (clean,) = of(lives[0])
    windows, action = clean.windows, words_of([lives[0].events]).words["Tap:valve close"]
    assert windows.imagined is not None
    longer = windows.imagined[windows.field(ACTION) == action][:, OTHERS:, 2:].reshape(-1, len(NAMES))
    done, this, times = (longer[:, NAMES.index(it)] for it in ("since done", "since this", "lasted"))
    assert len(np.unique(times)) > len(times) / 2
    assert (done <= this + 1e-9).all()
    assert (done == this).mean() > 0.1


def test_longer_than_ever_is_so_whatever_it_is_of() -> None:
    minutes = np.array([*range(1, 21), *range(101, 121)], np.float64)
    kinds = np.repeat([[1.0, 2.0, np.nan], [1.0, 3.0, 4.0]], 20, axis=0)
    usual = known_durations(kinds, np.log1p(minutes))
    among, longest = usual.figures(kinds[[0, 0]], np.log1p([10.0, 60.0]))
    assert among[0] == 11 / 20
    assert longest[0] == 0
    assert longest[1] > 1 > 0.2 > among[1]
    assert np.isnan(usual.figures(np.array([[9.0, 9.0, 9.0]]), np.array([1.0]))).all()
    own = usual.figures(kinds, np.log1p(minutes), own=True)
    assert own[19, 0] == 0
    assert own[39, 0] == 0


def test_without_context_it_says_what_is_missing() -> None:
    bare = Windows(np.zeros((1, 1, 4), np.int64), np.ones((1, 1), bool), (7, 8, 1, 1))
    with pytest.raises(ValueError, match="windows without context"):
        contextual.fit(bare, bare, 0)


def test_a_day_without_anybody_is_odd(lives: tuple[Lived, Lived]) -> None:
    days = daily.split(lives[0].events, CLOCK, SCENARIO.days)
    for watch in daily.WATCHES.values():
        usual = daily.fit([days], SCENARIO.home, CLOCK, watch)
        assert usual.score([[]], SCENARIO.home, CLOCK)[0] > usual.score(days, SCENARIO.home, CLOCK).max()
