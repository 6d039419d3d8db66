"""What gives a log away, and what does not: copies, leaks, and honest data."""

import numpy as np

from evaluation.corpus import Corpus
from evaluation.privacy import leak, longest_runs, privacy, recited
from evaluation.references import REFERENCES
from evaluation.two_sample import joined
from tests.test_fidelity_measures import at, corpora, did


def wander(count: int, seed: int) -> list[tuple[object, ...]]:
    """Sequences of many actions in many orders: none comes twice by chance."""
    rng = np.random.default_rng(seed)
    rows = rng.integers((7, 8, 12), size=(count, 6, 3)).tolist()
    return [tuple(did(row[0][0], row[0][1], f"A:{act}") for _, _, act in row) for row in rows]


def logs() -> tuple[Corpus, Corpus, Corpus]:
    mine, source, unseen = corpora(wander(400, 1), wander(400, 2), wander(200, 3))  # type: ignore[arg-type]
    return mine, source, unseen


def planted(mine: Corpus, source: Corpus, share: float) -> Corpus:
    count = round(share * len(mine))
    return joined(mine.rows(np.arange(len(mine) - count)), source.rows(np.arange(count)))


def test_honest_data_pass() -> None:
    mine, source, unseen = logs()
    found = privacy(mine, source, unseen, at())
    assert not found.leak.found
    assert found.closer.low < 0.5 < found.closer.high and 0.4 < found.membership.value < 0.6
    assert found.exact.value == 0 and abs(found.run.value) < 0.2


def test_a_leak_of_one_in_twenty_fails() -> None:
    mine, source, unseen = logs()
    found = leak(planted(mine, source, 0.05), source, unseen)
    assert found.found and found.known_hit == 20 and found.unseen_hit == 0
    assert "20 are there word for word" in found.says


def test_copies_are_caught_by_everything() -> None:
    _, source, unseen = logs()
    found = privacy(REFERENCES["copies"](source, 300, at()), source, unseen, at())
    assert found.leak.found and found.closer.low > 0.9 and found.membership.low > 0.6
    assert found.exact.low > 0.3 and found.longest == 6


def test_what_was_held_out_is_no_leak() -> None:
    mine, source, unseen = logs()
    assert not leak(planted(mine, unseen, 0.05), source, unseen).found


def test_longest_runs_are_of_slot_and_action() -> None:
    one, two = corpora(
        [tuple(did(0, 2, f"A:{it}") for it in "abcd")],
        [tuple(did(3, 2, f"A:{it}") for it in "xbcy"), tuple(did(0, 5, f"A:{it}") for it in "abcd")],
    )
    assert longest_runs(one, two).tolist() == [2]


def test_one_log_is_its_own_control_on_another_day_of_the_week() -> None:
    mine, source, _ = logs()
    assert not recited(mine, source).found
    found = recited(planted(mine, source, 0.05), source)
    assert found.found and (found.known_hit, found.unseen_hit) == (20, 0)
    assert "of the same on another day of the week" in found.says
