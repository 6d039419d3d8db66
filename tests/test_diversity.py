"""Whether people differ, cover what real ones do, change; and labels that show through."""

from dataclasses import replace

import numpy as np

from dataset.routines import Routine
from evaluation.corpus import Corpus, corpus, words_of
from evaluation.diversity import coverage, differences, drift, entropies, entropy
from evaluation.leaking import marks
from tests.test_fidelity_measures import at, corpora, did, life


def people(count: int, *, alike: bool) -> Corpus:
    """Each with a favourite device at a favourite hour; or all with the same."""
    rng, log, owner = at(), list[Routine](), list[int]()
    for who in range(count):
        taste = 0 if alike else who
        for day in range(12):
            kind = taste % 9 if rng.random() < 0.8 else int(rng.integers(9))
            log.append(tuple(did(day % 7, taste % 8, f"D{kind}:{it}") for it in ("on", "off")))
            owner.append(who)
    return corpus(log, words_of(log), owner)


def test_people_differ_and_clones_do_not() -> None:
    different, cloned = differences(people(20, alike=False), at()), differences(people(20, alike=True), at())
    assert different.low > 1.5
    assert cloned.low < 1.1 and cloned.value < 1.3


def test_one_resident_cloned_to_all_is_caught() -> None:
    honest = people(20, alike=False)
    first = np.flatnonzero(honest.owner == 0)
    cheat = honest.rows(np.tile(first, 20))
    cheat = replace(cheat, owner=np.repeat(np.arange(20), len(first)))
    assert differences(cheat, at()).high < differences(honest, at()).low
    assert coverage(cheat, honest).mass < 0.5 < coverage(honest, honest).mass


def test_real_life_covers_itself() -> None:
    real, other = corpora(life(80, 1), [tuple(did(5, 4, "Oven:on") for _ in range(3))] * 20)
    own, far = coverage(real, real), coverage(other, real)
    assert own.mass > 0.95 and own.overlap > 0.8
    assert far.clusters == 0 and far.overlap == 0.0


def test_entropy_is_that_of_the_book() -> None:
    assert entropy(np.array([0, 1, 2, 3])) == 2.0 and entropy(np.array([5, 5])) == 0.0
    (real,) = corpora(life(100, 1))
    found = entropies(real)
    assert found["an action after another"] < found["an action"]


def test_drift_is_seen_above_chance_and_only_there() -> None:
    words = words_of(life(60, 1), [(did(0, 0, "Oven:on"),)])
    weeks = [corpus(life(40, seed), words) for seed in (1, 2)]
    changed = corpus([(did(0, 4, "Oven:on"),)] * 60 + life(20, 3), words)
    far, floor = drift([*weeks, changed], at())
    assert far[1] > 2 * floor[1] and far[0] < 0.2 * far[1]


def test_labels_that_leak_into_columns_are_found() -> None:
    rng = at()
    label = (rng.random(2000) < 0.1).astype(int)
    device = rng.integers(6, size=2000)
    time = rng.integers(10_000, size=2000) * 1000 + rng.integers(1000, size=2000)
    honest = {"value": rng.integers(5, size=2000).tolist(), "room": device.tolist()}
    assert marks(honest, time, device.tolist(), {"anomaly": label.tolist()}) == []
    leaky = {**honest, "value": (2 * label + rng.integers(2, size=2000)).tolist()}
    found = marks(leaky, time, device.tolist(), {"anomaly": label.tolist()})
    assert [(it.column, it.label) for it in found] == [("value", "anomaly")]
    told = marks(honest, time // 1000 * 1000 + label * 500, device.tolist(), {"anomaly": label.tolist()})
    assert [it.column for it in told] == ["thousandths of a second of the time"]


def test_what_happens_is_no_mark() -> None:
    device = at().integers(6, size=1000)
    anomaly = (device == 3).astype(int).tolist()
    assert marks({"room": device.tolist()}, device * 0, device.tolist(), {"anomaly": anomaly}) == []
