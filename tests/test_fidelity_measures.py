"""Measures of fidelity on sequences made up for the purpose: what each sees and is not fooled by."""

from collections.abc import Sequence

import numpy as np
import pytest

from dataset.routines import Behaviour, Routine
from evaluation.corpus import Corpus, corpus, grams, words_of
from evaluation.cutting import cut, evenly, logged
from evaluation.distance import edit_distances
from evaluation.measures.figure import measured
from evaluation.measures.table import MEASURES
from evaluation.references import REFERENCES
from evaluation.standing import MINE, REAL, standing
from evaluation.two_sample import auc, joined, logistic, recurrent, told_apart
from scenarios.chance import Chance
from world.event import Event, Kind

MORNING = ("Light:switch on", "Kettle:start", "Radio:play", "Light:switch off")
EVENING = tuple(f"{it}:{do}" for do in ("on", "dim", "loud", "off") for it in ("Television", "Lamp", "Hob"))
NIGHT = ("Fan:on", "Fan:off")


def did(day: int, slot: int, action: str) -> Behaviour:
    return Behaviour(day, slot, action.partition(":")[0], action)


def life(count: int, seed: int) -> list[Routine]:
    """Sequences of somebody with habits: mornings, evenings, some nights; now and then a step is left out."""
    rng = np.random.default_rng(seed)
    found = []
    for number in range(count):
        actions, slot = [(MORNING, 2), (EVENING, 6), (NIGHT, 0)][int(rng.choice(3, p=(0.45, 0.45, 0.1)))]
        kept = [it for it in actions if rng.random() < 0.95] or [actions[0]]
        found.append(tuple(did(number % 7, slot + (place > 2), it) for place, it in enumerate(kept)))
    return found


def corpora(*samples: Sequence[Routine]) -> list[Corpus]:
    words = words_of(*samples)
    return [corpus(sample, words) for sample in samples]


def at(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def test_a_corpus_is_its_sequences() -> None:
    log = life(20, 0)
    (whole,) = corpora(log)
    assert (len(whole), whole.events) == (20, sum(map(len, log)))
    taken = whole.rows(np.array([3, 3, 0]))
    assert [whole.words.actions[it] for it in taken.action] == [
        it.action for row in (3, 3, 0) for it in log[row]
    ]
    with pytest.raises(ValueError, match="at least one"):
        corpus([()], whole.words)


def test_grams_are_runs_within_a_sequence() -> None:
    log = [tuple(did(0, 0, f"A:{it}") for it in word) for word in ("abc", "bcd", "xy", "abc")]
    (whole,) = corpora(log)
    codes, rows = grams(whole, 2, whole.action)
    assert rows.tolist() == [0, 0, 1, 1, 2, 3, 3]
    assert codes[1] == codes[2] and codes[0] == codes[5] and len(set(codes.tolist())) == 4
    assert len(grams(whole, 4, whole.action)[0]) == 0


@pytest.mark.parametrize("name", MEASURES)
def test_a_dataset_is_as_its_own_and_unlike_another(name: str) -> None:
    real, other = corpora(life(80, 1), [tuple(did(5, 4, "Oven:on") for _ in range(12))] * 40)
    measure = MEASURES[name]
    same, far = measured(measure, real, real, at()), measured(measure, other, real, at())
    assert same.value == pytest.approx(1.0 if measure.more else 0.0)
    assert far.value == pytest.approx(0.0) if measure.more else far.value > 0.03
    assert far.low <= far.value <= far.high


def test_intervals_hold_what_another_draw_gives() -> None:
    one, two, real = corpora(life(200, 1), life(200, 2), life(200, 3))
    figure = measured(MEASURES["actions"], one, real, at())
    again = measured(MEASURES["actions"], two, real, at())
    assert figure.low <= again.value <= figure.high


def test_independent_draws_have_the_marginals_and_nothing_else() -> None:
    (real,) = corpora(life(400, 1))
    drawn = REFERENCES["independent draws"](real, 400, at())
    for name in ("hours", "days", "actions"):
        assert measured(MEASURES[name], drawn, real, at()).value < 0.02
    for name in ("transitions", "devices by hour"):
        assert measured(MEASURES[name], drawn, real, at()).value > 0.1
    assert measured(MEASURES["4-gram precision"], drawn, real, at()).value < 0.3


def test_a_chain_goes_only_where_somebody_went() -> None:
    (real,) = corpora(life(200, 1))
    walked = REFERENCES["Markov chain"](real, 150, at())
    assert measured(MEASURES["2-gram precision"], walked, real, at()).value == 1.0
    assert len(walked) == 150 and walked.lengths.max() <= real.lengths.max()
    assert measured(MEASURES["hours"], walked, real, at()).value < 0.02


@pytest.mark.parametrize("judge", [logistic, recurrent])
def test_a_judge_tells_order_and_is_not_fooled_by_another_draw(judge: object) -> None:
    real, other = corpora(life(100, 1), life(100, 2))
    assert 0.35 < told_apart(other, real, judge, at()).value < 0.65  # type: ignore[arg-type]
    drawn = REFERENCES["independent draws"](real, 100, at())
    assert told_apart(drawn, real, judge, at()).value > 0.85  # type: ignore[arg-type]


def test_only_the_sequence_model_sees_a_reversed_order() -> None:
    log = life(100, 1)
    turned = [tuple(a._replace(action=b.action, device=b.device) for a, b in zip(it, it[::-1], strict=True))
              for it in life(100, 2)]  # fmt: skip
    real, reverse = corpora(log, turned)
    assert told_apart(reverse, real, recurrent, at()).value > 0.9
    assert told_apart(reverse, real, logistic, at()).value < 0.7


def test_auc_counts_ties_by_half() -> None:
    assert auc(np.array([1.0, 2.0]), np.array([0.0, 0.5])) == 1.0
    assert auc(np.array([1.0, 1.0]), np.array([1.0, 0.0])) == 0.75


def test_edit_distances_are_those_of_the_book() -> None:
    words = ["kitten", "sitting", "a", "abcdefghij"]
    log = [tuple(did(0, 0, f"A:{it}") for it in word) for word in words]
    (whole,) = corpora(log)
    apart = edit_distances(whole, whole)
    assert apart[0, 1] == pytest.approx(3 / 7) and apart[2, 3] == pytest.approx(0.9)
    assert np.allclose(apart, apart.T) and not apart.diagonal().any()


def test_a_stream_is_cut_as_the_log_was() -> None:
    like = [*[tuple(did(0, 2, "A:a") for _ in range(4))] * 5, *[(did(0, 2, "B:b"),)] * 5]
    stream = [did(0, 2, "A:a")] * 6 + [did(1, 2, "A:a")] * 4 + [did(1, 2, "B:b")] * 2
    found, owners = cut([stream, []], like, at())
    assert [len(it) for it in found] == [4, 2, 4, 1, 1] and set(owners) == {0}
    full, _ = cut([stream], like[:5], at())
    assert [len(it) for it in full] == [4, 4], "where the log has only full sequences, no rest is one"
    assert evenly([0, 0, 0, 1], 2, at())[-1] == 3 and len(evenly([0, 0, 0, 1], 2, at())) == 3


def test_an_installation_logs_what_the_log_knows_of_one_device_of_a_type() -> None:
    def event(device: str, command: str, cause: str, kind: Kind = Kind.COMMAND) -> Event:
        return Event(0, kind, "ann", "room", device, "Light", command, cause=cause)

    told = logged(
        [
            event("lamp", "switch on", "memory"), event("other", "switch on", "reflex"),
            event("other", "switch on", "reflex"), event("lamp", "dim", "memory"),
            event("lamp", "switch on", "idle"), event("lamp", "switch on", "memory", Kind.DEED),
        ],
        {"Light:switch on"},
    )  # fmt: skip
    assert [(it.device, it.cause) for it in told] == [("lamp", "memory"), ("lamp", "idle")]


def test_every_figure_stands_beside_its_references() -> None:
    mine, known, unseen = corpora(life(60, 1), life(70, 2), life(50, 3))
    found = standing(mine, known, unseen, Chance(0), ["logistic regression"])
    assert set(found.rows) == {MINE, REAL, *REFERENCES}
    assert set(MEASURES) <= set(found.rows[MINE]) and "closer to the source" in found.rows[MINE]
    assert found == standing(mine, known, unseen, Chance(0), ["logistic regression"])


def test_shuffled_hours_are_caught() -> None:
    real, mine = corpora(life(300, 1), life(300, 2))
    rng = at()
    cheat = joined(mine, mine.rows(np.arange(0)))
    cheat = Corpus(**{**vars_of(cheat), "slot": rng.permutation(cheat.slot)})
    assert measured(MEASURES["hours"], cheat, real, at()).value < 0.02
    honest = measured(MEASURES["devices by hour"], mine, real, at())
    caught = measured(MEASURES["devices by hour"], cheat, real, at())
    assert caught.low > 5 * honest.high
    assert told_apart(cheat, real, logistic, at()).low > 0.6


def vars_of(whole: Corpus) -> dict[str, object]:
    return {name: getattr(whole, name) for name in Corpus.__dataclass_fields__}
