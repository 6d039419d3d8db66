"""The three uses of lived data: shares of a log, what is made of them, learned from it, and compared."""

import dataclasses
import json
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from dataset.routines import Behaviour
from evaluation.predictors.data import Ints
from evaluation.uses import bench, made
from evaluation.uses.bench import BESIDE, FIRST, INSTEAD, REAL, as_many, familiar, lessons, uses
from evaluation.uses.learning import DETECTORS, PREDICTORS, Foreseen, Lesson, flagged, foreseen
from evaluation.uses.logs import Real, groups, read_real, shared
from evaluation.uses.made import besides, lived, reordered
from evaluation.uses.paired import gain, resamples
from scenarios.catalogue import load_catalogue
from scenarios.chance import Chance
from tests.command import said

CATALOGUE = load_catalogue()
ACTIONS = ("Television:switch on", "Television:setChannel", "Television:switch off", "Blind:windowShade open",
           "Blind:windowShade close", "Television:refresh refresh", "Light:switch on")  # fmt: skip
DEVICES = ("Television", "Blind", "Light")
EVENING, MORNING = [0, 1, 5, 2], [3, 0, 2]


def rows(kinds: list[list[int]], weeks: int) -> list[list[tuple[int, int, int, int]]]:
    """Mornings and evenings of some weeks, in ids; sequences of one kind differ in their days."""
    owner = [DEVICES.index(name.partition(":")[0]) for name in ACTIONS]
    return [
        [(day, 2 + 4 * (kind is EVENING), owner[it], it) for it in kind]
        for _ in range(weeks) for day in range(7) for kind in kinds
    ]  # fmt: skip


def table(sequences: list[list[tuple[int, int, int, int]]], **more: object) -> pa.Table:
    flat = [(number, pos, *row) for number, it in enumerate(sequences) for pos, row in enumerate(it)]
    names = ("seq_id", "pos", "day", "hour", "device", "action")
    columns = {name: list(values) for name, values in zip(names, zip(*flat, strict=True), strict=True)}
    return pa.table({**columns, **{name: [value] * len(flat) for name, value in more.items()}})


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A country of its own: television in the evening, blinds in the morning; attacked by a lamp."""
    days = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
    words = {"dataset": "lu", "day": days, "hour_bucket": [f"({3 * it}~{3 * it + 3})" for it in range(8)],
             "device": DEVICES, "action": ACTIONS}  # fmt: skip
    for name in ("vocab", "smartguard", "smartguard_attacks"):
        (tmp_path / name).mkdir()
    numbered = {
        key: value if isinstance(value, str) else {str(at): it for at, it in enumerate(value)}
        for key, value in words.items()
    }
    (tmp_path / "vocab" / "lu.json").write_text(json.dumps(numbered), encoding="utf-8")
    for part, weeks in (("trn", 3), ("vld", 1), ("test", 1)):
        pq.write_table(table(rows([EVENING, MORNING], weeks)), tmp_path / "smartguard" / f"lu_{part}.parquet")
    attack = table(
        rows([[6, 6, *EVENING], [6, 6, *MORNING]], 1), attack="lamp", category="SD", labeled_file=True
    )
    pq.write_table(attack, tmp_path / "smartguard_attacks" / "lu.parquet")
    return tmp_path


@pytest.fixture
def real(folder: Path) -> Real:
    return read_real(folder, "lu", CATALOGUE.polling())


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two people for a week, and models that count."""
    monkeypatch.setattr(made, "PEOPLE", 2)
    monkeypatch.setattr(made, "DAYS", 7)
    monkeypatch.setattr(bench, "PREDICTORS", {"Markov": PREDICTORS["Markov"]})
    monkeypatch.setattr(bench, "DETECTORS", {"Markov": DETECTORS["Markov"]})


def test_polling_is_in_no_part_and_each_attack_knows_its_window(real: Real) -> None:
    polling = ACTIONS.index("Television:refresh refresh")
    assert not any((it[:, 3] == polling).any() for it in (*real.train, *real.test, *real.attacks.windows))
    assert real.attacks.made_from.tolist() == real.numbers.tolist()


def test_windows_of_one_day_are_in_a_share_together(real: Real) -> None:
    stream = [np.array([(0, 2, 0, it)], np.int64) for it in (0, 1, 2, 0, 1, 1, 2, 3)]
    whole = np.concatenate(stream)
    windows = [whole[:6], whole[2:], np.array([(3, 3, 1, 3)], np.int64)]
    assert len({*groups(windows)[:2]}) == 1
    assert len({*groups(windows)}) == 2
    some = shared(windows, 0.4, Chance(3))
    assert [len(it) for it in some.fit] == [1]


def test_a_share_is_no_larger_than_asked_and_a_fifth_of_it_watches(real: Real) -> None:
    some = shared(real.train, 0.5, Chance(1))
    assert len(some.fit) + len(some.held) == len(real.train) // 2
    assert len(some.held) == round(0.2 * (len(real.train) // 2))


def test_lives_come_from_the_share_alone(real: Real, short: None) -> None:
    known = shared(real.train, 0.5, Chance(1)).fit
    blind = dataclasses.replace(real, train=[], test=[], numbers=real.numbers[:0])
    both = [lived(it, known, CATALOGUE, Chance(2)) for it in (real, blind)]
    assert both[0]
    assert [it.tolist() for it in both[0]] == [it.tolist() for it in both[1]]


def test_another_order_is_the_same_done_within_the_same_slots(real: Real) -> None:
    known = [np.array([(0, 2, device, it) for device, it in ((0, 0), (1, 3), (2, 6))], np.int64)]
    again = reordered(real, known, 40, Chance(1))
    assert all(sorted(it.tolist()) == known[0].tolist() for it in again)
    assert 2 < len({tuple(it[:, 3].tolist()) for it in again}) <= 6


def test_what_nobody_remembers_is_told_as_seldom_as_the_log_has_it() -> None:
    tv, lamp, fan = (Behaviour(0, 0, it, f"{it}:switch on") for it in ("Television", "Light", "Fan"))
    life = (*[tv._replace(activity="memory")] * 80, *[lamp] * 60, *[fan] * 40)
    shares = besides([life], [(tv,)] * 7 + [(lamp,)])
    assert shares[lamp.action] == pytest.approx(80 / 8 / 60)  # once in eight: ten of what is remembered
    assert shares[fan.action] == pytest.approx(80 / 8 / 40)  # one thing in eight was there once, so is new
    assert tv.action not in shares


def test_no_detector_is_taught_what_the_share_never_has() -> None:
    tv, both = np.array([(0, 2, 0, 0)], np.int64), np.array([(0, 2, 0, 0), (0, 2, 2, 6)], np.int64)
    assert [it.tolist() for it in familiar([both, both[1:]], [tv])] == [tv.tolist()]


def test_every_training_set_is_a_row_beside_real_alone(folder: Path, short: None) -> None:
    told: list[str] = []
    found = uses(folder, "lu", (0.5,), 1, 7, told.append)
    assert {(row.task, row.model) for row in found.rows} == {("predictor", "Markov"), ("detector", "Markov")}
    ways = {(row.made, row.use) for row in found.rows}
    assert {(REAL, "alone"), ("copies", BESIDE), ("ours", INSTEAD), ("ours", BESIDE)} <= ways
    assert FIRST not in {use for _, use in ways}  # models that count have no first and then
    assert {"another order", "Markov chain", "independent draws"} <= {made for made, _ in ways}
    alone, copied, instead = (
        next(row for row in found.rows if row.task == "predictor" and (row.made, row.use) == key)
        for key in ((REAL, "alone"), ("copies", BESIDE), ("ours", INSTEAD))
    )
    assert alone.over_real == {} and alone.figures["hr10"] == 1.0
    assert copied.over_real["hr1"].low <= copied.over_real["hr1"].by <= copied.over_real["hr1"].high
    assert instead.replaced is not None and instead.n_made > 0
    assert found == uses(folder, "lu", (0.5,), 1, 7, told.append)


def test_networks_go_on_from_what_they_were_trained_on_before(real: Real) -> None:
    some = shared(real.train, 0.5, Chance(1))
    nothing: list[Ints] = []
    evenings = [it for it in some.fit if len(it) == 3 and it[0, 3] == 0]
    assert evenings
    first = Lesson(some.fit, evenings, some.held, 24)
    only = Lesson(nothing, evenings, some.held, 24)
    with_more, without = (foreseen(PREDICTORS["SASRec"], it, real, Chance(1)) for it in (first, only))
    assert (with_more.places < 1).mean() > (without.places < 1).mean()
    lamps = flagged(DETECTORS["autoencoder"], Lesson(nothing, some.fit, some.held, 40), real, Chance(1))
    assert lamps.flags[1].mean() > 0.9


def test_what_is_made_never_outvotes_what_is_real() -> None:
    real, made = [np.array([(0, 2, 0, it)], np.int64) for it in (0, 3)]
    assert len(as_many([real] * 3, [made] * 10)) == 9
    assert len(as_many([real] * 3, [made])) == 3


def test_what_was_learned_before_is_kept_where_more_of_the_few_makes_it_worse(real: Real) -> None:
    evenings = [it for it in real.train if it[0, 3] == 0]
    asked = dataclasses.replace(real, test=evenings)
    known, spoiled = (
        Lesson(evenings, it, evenings, 40) for it in ([evenings[0]], [evenings[0][::-1]] * 32 * 40)
    )
    foresees = [
        (foreseen(PREDICTORS["GRU"], it, asked, Chance(1)).places < 1).mean() for it in (known, spoiled)
    ]
    assert foresees == [1.0, 1.0]
    limits = [flagged(DETECTORS["autoencoder"], it, real, Chance(1)).limit for it in (known, spoiled)]
    assert limits[0] == pytest.approx(limits[1], rel=0.2)


def test_the_same_is_no_gain_and_the_better_is_one_beyond_chance(real: Real) -> None:
    drawn = resamples(real, 2, Chance(1))
    of = np.repeat(np.arange(len(real.test)), 2)
    worse, better = (Foreseen(np.full(len(of), float(place)), of) for place in (11, 0))
    figures = [drawn.figures([it, it])["ndcg10"] for it in (worse, better)]
    assert gain(figures[0], figures[0]) == (0.0, 0.0, 0.0)
    assert gain(figures[1], figures[0]) == (1.0, 1.0, 1.0)
    kept = drawn.attacks[:, real.attacks.made_from >= 0]
    assert (kept == drawn.test).all()  # each attack is drawn with its window


def test_what_is_missing_is_one_sentence(folder: Path) -> None:
    (folder / "smartguard_attacks" / "lu.parquet").unlink()
    found = said("bench", "uses", "--data", folder, "--dataset", "lu", "--json")
    assert (found.code, found.out) == (2, "")
    assert "smartguard_attacks/lu.parquet is not there" in found.err


def test_lessons_that_are_compared_take_as_many_batches(real: Real) -> None:
    some = shared(real.train, 0.5, Chance(1))
    made_of = dict(lessons(real, some, some.fit, Chance(1)))
    steps = {key: it.steps * (1 + bool(it.before)) for key, it in made_of.items()}
    assert steps.pop((REAL, "alone")) * 2 == min(steps.values()) == max(steps.values())
