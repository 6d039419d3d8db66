"""From routines to what is worth remembering: split, text, importance, selection."""

import json
import os
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from dataset.routines import Behaviour, Routine, Routines
from sppc.clock import circular_mean, hours_between
from sppc.compress import remember
from sppc.encode import UNKNOWN, encode, vocabulary
from sppc.importance import cross_fitted, exact, nearest_other, single_model
from sppc.likeness import describe
from sppc.memory import Memory
from sppc.patterns import write
from sppc.selection import METHODS, line_by_line, represented, within
from sppc.split import is_closing, split
from sppc.ssc import by_weekday, deduplicated, released, released_vectors, repaired_vectors, sparse
from sppc.text import cost, line, parse, tokens
from sppc.transitions import Transitions, transitions
from world.mind import Cause, Observation

DATA = Path(os.environ.get("HOMEFOLK_DATA", Path(__file__).parents[2] / "shared" / "data"))


def at(day: int, slot: int, action: str, minute: int = -1, activity: str = "") -> Behaviour:
    return Behaviour(day, slot, action.partition(":")[0], action, minute, activity)


def planted() -> list[Routine]:
    """Two routines on every day of many weeks, and three things done once."""
    usual = [
        *([tuple(at(d, 2, a) for a in ("Light:switch on", "Blind:windowShade open")) for d in range(7)] * 12),
        *(
            [tuple(at(d, 6, a) for a in ("Television:switch on", "Television:setVolume")) for d in range(7)]
            * 12
        ),
    ]
    return [*usual[:80], *RARE, *usual[80:]]


RARE = [
    (at(5, 4, "Washer:act"), at(5, 4, "Dryer:switch on"), at(5, 5, "Dryer:switch off")),
    (at(2, 0, "SmartLock:lock unlock"), at(2, 0, "Siren:alarm both"), at(2, 0, "Camera:switch on")),
    (at(6, 3, "Oven:switch on"), at(6, 4, "Oven:switch off")),
]


def test_a_silence_of_more_than_nine_hours_ends_a_piece() -> None:
    morning, evening = at(0, 2, "Light:switch on"), at(0, 6, "Television:switch on")
    noon = at(0, 4, "Oven:switch on")
    assert split([(morning, evening)]) == ((morning,), (evening,))
    assert split([(morning, noon, evening)]) == ((morning, noon, evening),)


def test_what_closes_stays_with_what_it_closes() -> None:
    routine = (at(0, 2, "Light:switch on"), at(1, 2, "Light:switch off"), at(1, 6, "Oven:switch on"))
    assert split([routine]) == (routine[:2], routine[2:])
    assert is_closing("SmartLock:lock lock")
    assert is_closing("curtains_close")
    assert is_closing("RobotCleaner:setRobotCleanerMovement powerOff")
    assert not is_closing("SmartLock:lock unlock")
    assert not is_closing("Oven:switch on")


def test_the_clock_of_the_day_long_limit_starts_again_after_a_cut() -> None:
    every_six_hours = tuple(at(step // 4, step % 4 * 2, "Light:setLevel") for step in range(12))
    assert [len(piece) for piece in split([every_six_hours])] == [5, 5, 2]


def test_hours_wrap_round_the_week_and_use_exact_minutes() -> None:
    assert hours_between(at(6, 7, "a"), at(0, 0, "a")) == 3
    assert hours_between(at(3, 5, "a"), at(3, 3, "a")) == 162
    assert hours_between(at(0, 2, "a", 425), at(0, 2, "a", 440)) == 0.25


def test_long_pieces_are_cut_into_ten() -> None:
    pieces = split([tuple(at(0, 2, "Light:setLevel") for _ in range(23))])
    assert [len(piece) for piece in pieces] == [10, 10, 3]


def test_the_mean_time_of_23_and_1_o_clock_is_midnight() -> None:
    minute, concentration = circular_mean([23 * 60, 60])
    assert min(minute, 1440 - minute) < 0.01
    assert 0.9 < concentration < 1
    assert circular_mean([0, 720])[1] < 1e-6


def test_encoding_pads_and_knows_what_it_does_not_know() -> None:
    pieces = [(at(0, 2, "Light:switch on"),), (at(1, 3, "Oven:switch on"), at(1, 4, "Light:switch on"))]
    data = encode(pieces, vocabulary(pieces))
    assert data.mask.sum(1).tolist() == [1, 2]
    assert data.action[1, :3].tolist() == [2, 1, 0]
    assert encode([(at(0, 0, "Fan:switch on"),)], vocabulary(pieces)).action[0, 0] == UNKNOWN
    with pytest.raises(ValueError, match="11 behaviours"):
        encode([pieces[0] * 11], vocabulary(pieces))


@pytest.mark.parametrize(
    ("routine", "text"),
    [
        (
            (at(0, 2, "Light:switch on"), at(0, 2, "Blind:windowShade open")),
            "Mon 06-09 Light on > Blind:windowShade open",
        ),
        (
            (at(6, 7, "Television:setVolume"),) * 3 + (at(0, 0, "Television:switch off"),),
            "Sun 21-24 Television:setVolume x3 > Mon 00-03 Television off",
        ),
        (
            (at(1, 2, "Oven:switch on", 431, "cook"), at(1, 2, "Oven:switch off", 460, "cook")),
            "Tue 07:11 [cook] Oven on > 07:40 Oven off",
        ),
        (
            (at(2, 6, "Activity:read", 1205, "read"), at(2, 7, "Activity:[x] > y", 1290, "[x] > y")),
            "Wed 20:05 [read] > 21:30 [%5Bx%5D %3E y]",
        ),
        ((at(2, 6, "Activity:read", 1205, "read"),) * 2 + (at(2, 6, "Activity:rest", 1206, "read"),), None),
        ((Behaviour(2, 0, "desklight", "desklight_on"),), "Wed 00-03 desklight|desklight_on"),
        ((Behaviour(2, 0, "Other", "None:a > b|c [d] x3", -1, "[x] > y"),), None),
        ((at(3, 1, "Light:switch on", 185, "read"), at(3, 1, "Light:on", 186)), None),
    ],
)
def test_text_says_all_and_reads_back(routine: Routine, text: str | None) -> None:
    assert text is None or line(routine) == text
    assert parse(line(routine)) == routine


@pytest.mark.parametrize("text", ["", "Light on", "Mon Light on", "Mon 06-09", "Mon 06-09 Light on > "])
def test_text_that_is_no_routine_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no step of a routine"):
        parse(text)


def following(known: Transitions, action: str) -> dict[str, float]:
    """Probability of each action after *action*."""
    return dict(zip(known.actions, known.backed_off([(), (action,)]).tolist(), strict=True))


def test_transitions_are_smoothed_and_make_a_graph() -> None:
    letters = tuple(at(0, 2, f"D:{name}") for name in "abcabcab")
    known = transitions([letters], split([letters]), 1000)
    after = following(known, "D:a")
    assert max(after, key=lambda action: after[action]) == "D:b"
    assert sum(after.values()) == pytest.approx(1)
    assert min(after.values()) > 0
    assert sum(following(known, "D:never seen").values()) == pytest.approx(1)
    assert known.graph()["D:a"]["D:b"]["weight"] == 3


def test_what_is_repeated_is_unimportant_and_what_is_rare_is_kept() -> None:
    pieces = planted()
    importance = cross_fitted(pieces, seed=3)
    rare = [pieces.index(piece) for piece in RARE]
    repeated = np.delete(importance, rare)
    assert importance[rare].min() > 5 * repeated.max()
    rng = np.random.default_rng(0)
    for name in ("informative", "importance"):
        kept = [pieces[row] for row in METHODS[name](pieces, importance, line_by_line(pieces, 200), rng)]
        assert set(RARE) <= set(kept), name
        assert sum(map(cost, kept)) <= 200


def test_every_method_keeps_to_the_budget_and_the_weights_add_up(quick: None) -> None:
    pieces = planted()[::8]
    importance = np.linspace(1, 2, len(pieces))
    for name, method in METHODS.items():
        rows = method(pieces, importance, line_by_line(pieces, 90), np.random.default_rng(5))
        kept = [pieces[row] for row in rows]
        assert len(set(kept)) == len(kept), name  # what is kept is not paid for twice
        assert 0 < sum(map(cost, kept)) <= 90, name
        assert represented(pieces, kept).sum() == len(pieces)
        written = method(pieces, importance, within(pieces, 90), np.random.default_rng(5))
        often = Counter(piece for piece in pieces if piece in {pieces[row] for row in written})
        assert 0 < tokens(write(often)) <= 90, name
        assert not len(method(pieces, importance, within(pieces, 3), np.random.default_rng(5))), name


def test_what_stands_for_itself_and_nothing_else() -> None:
    """Two pieces that look alike to the metric, the order of actions apart, are not taken for each other."""
    pieces = [(at(0, 2, "A:on"), at(0, 2, "B:on")), (at(0, 2, "B:on"), at(0, 2, "A:on"))]
    assert represented([*pieces, pieces[1]], pieces)[:, 0].tolist() == [1, 2]


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """SSC as published without its training, which takes a minute for a hundred pieces."""
    from sppc import ssc

    monkeypatch.setattr(ssc, "EPOCHS", 0)


def test_the_farthest_are_unlike_each_other() -> None:
    pieces = planted()
    rows = METHODS["farthest"](
        pieces, np.ones(len(pieces)), line_by_line(pieces, 75), np.random.default_rng(0)
    )
    kept = [pieces[row] for row in rows]
    assert len(set(RARE) & set(kept)) >= 2
    likeness = describe(kept) @ describe(kept).T - np.eye(len(kept))
    assert likeness.max() < 0.9


def test_deduplication_keeps_the_first_of_each_weekday_that_looks_new() -> None:
    pieces = [(at(day, 2, action),) for day in (0, 1) for action in ("A:on", "B:on", "A:on")]
    vectors = np.array([[1.0, 0], [0, 1], [1, 0.1]] * 2)
    likenesses = by_weekday(vectors, pieces)
    assert deduplicated(likenesses, 0.9) == [0, 1, 3, 4]
    assert deduplicated(likenesses, -1) == [0, 3]
    assert deduplicated(likenesses, 1) == list(range(6))
    assert sparse(vectors, pieces, line_by_line(pieces, 4 * cost(pieces[0]))).tolist() == [0, 1, 3, 4]


def test_dropout_hides_duplicates_from_ssc_as_published_but_not_from_the_repaired() -> None:
    pieces = [(at(0, 2, "Light:switch on"),)] * 6 + [(at(0, 5, "Oven:switch on"),)]
    model, ids = released(pieces, epochs=1)
    ((_, noisy),) = by_weekday(released_vectors(model, ids, seed=1), pieces)[:1]
    assert noisy[0, 1:6].max() < 0.99
    ((_, clean),) = by_weekday(repaired_vectors(pieces, seed=1), pieces)[:1]
    assert clean[0, 1:6].min() > 1 - 1e-6
    assert clean[0, 6] < 0
    assert len(deduplicated([(np.arange(7), clean)], 0.99)) == 2


def test_likeness_is_one_with_itself_and_follows_action_time_and_day() -> None:
    base = (at(0, 2, "Light:switch on"),)
    features = describe([base, (at(0, 3, "Light:switch on"),), (at(0, 6, "Oven:switch on"),)])
    same, later, other = features @ features[0]
    assert same == pytest.approx(1)
    assert same > later > other


def test_leave_one_out_agrees_that_twins_are_unimportant() -> None:
    twins = [(at(0, 2, "Light:switch on"), at(0, 2, "Blind:windowShade open"))] * 6
    importance = exact([*twins, RARE[0]], seed=1)
    assert np.ptp(importance[:6]) == 0
    assert importance[6] > 3 * importance[0]


def test_cheap_importance_knows_the_rare_from_the_repeated() -> None:
    pieces = planted()
    rare = [pieces.index(piece) for piece in RARE]
    for importance in (single_model(pieces, seed=0), nearest_other(pieces)):
        assert importance[rare].min() > 2 * np.delete(importance, rare).max()
    assert nearest_other(pieces[:1]).tolist() == [1]


def test_a_batch_may_hold_pads_of_any_value() -> None:
    import torch

    from sppc.autoencoder import Autoencoder, Batch, Config

    model = Autoencoder(Config(devices=3, actions=4))
    fields = torch.randint(0, 4, (5, 10, 4))
    mask = torch.arange(10) < torch.tensor([[1], [3], [10], [7], [2]])
    other = torch.where(mask[..., None], fields, 3 - fields)
    with torch.no_grad():
        assert torch.allclose(model(Batch(fields, mask)), model(Batch(other, mask)), atol=1e-6)
        assert not torch.allclose(model(Batch(fields.flip(1), mask)), model(Batch(fields, mask)))


def test_training_repeats_and_leaves_the_global_generator_alone() -> None:
    import torch

    from sppc.train import Training

    torch.manual_seed(1)
    threads, before = torch.get_num_threads(), torch.get_rng_state()
    short = Training(steps=10, batch=16)
    first = cross_fitted(planted()[:50], seed=9, training=short)
    assert torch.equal(torch.get_rng_state(), before)
    assert torch.get_num_threads() == threads
    assert np.array_equal(first, cross_fitted(planted()[:50], seed=9, training=short))
    assert not np.array_equal(first, cross_fitted(planted()[:50], seed=10, training=short))


def logged(name: str) -> list[Routine]:
    import pyarrow.parquet as pq

    path = DATA / "raw_10x5" / f"{name}.parquet"
    if not path.exists():
        pytest.skip(f"no real logs in {DATA}")
    words = json.loads((DATA / "vocab" / f"{name[:2]}.json").read_text())
    sequences: dict[int, list[Behaviour]] = {}
    for row in pq.read_table(path).to_pylist():
        device, action = words["device"][str(row["device"])], words["action"][str(row["action"])]
        sequences.setdefault(row["seq_id"], []).append(Behaviour(row["day"], row["hour"], device, action))
    return [tuple(sequence) for sequence in sequences.values()]


@pytest.fixture(scope="module")
def french() -> Memory:
    sequences = logged("fr_trn")
    polling = {b.action for s in sequences for b in s if "refresh refresh" in b.action}
    return remember(Routines.of(sequences, source="fr_trn", provenance="observed"), 1500, 7, polling)


def test_real_log_into_a_budget(french: Memory) -> None:
    report = french.report
    assert report.tokens_after <= 1500 < report.tokens_before
    assert report.kept == len(french.routines) > 150  # line by line 1,500 tokens hold 70
    assert (report.sequences, report.emptied, report.pieces) == (3095, 1537, 3274)
    assert sum(kept.weight for kept in french.routines) == french.pieces == 3274
    importance = np.array([kept.importance for kept in french.routines])
    often = np.array([kept.weight for kept in french.routines]) >= 40
    assert np.median(importance[often]) < 0.3 * np.median(importance[~often])


def test_recall_of_the_real_log_foresees_better_than_a_markov_chain(french: Memory) -> None:
    known = french.transitions.actions
    usual = max(french.habits, key=lambda habit: habit.count).name
    right = {"recall": 0, "markov": 0, "frequent": 0}
    asked = 0
    for sequence in logged("fr_vld"):
        behaviours = [b for b in sequence if "refresh refresh" not in b.action]
        for place in range(1, len(behaviours)):
            b, recent = behaviours[place], tuple(before.action for before in behaviours[:place])
            if b.action not in known:
                continue
            asked += 1
            chain = following(french.transitions, recent[-1])
            seen = Observation(
                time=0, weekday=b.day, minute=b.slot * 180 + 90, resident="r", room="", cause=Cause.NEXT,
                recent=recent,
            )  # fmt: skip
            foreseen = french.recall(seen)
            right["recall"] += max(foreseen, key=lambda a: foreseen[a]) == b.action
            right["markov"] += max(chain, key=lambda a: chain[a]) == b.action
            right["frequent"] += usual == b.action
    assert right["frequent"] < right["markov"] < right["recall"]


def test_text_of_the_real_log_is_much_shorter_than_nested_lists(french: Memory) -> None:
    days = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
    nested, pieces = 0, split([tuple(b for b in s if "refresh" not in b.action) for s in logged("fr_trn")])
    for piece in pieces:
        rows = [[days[b.day], f"({b.slot * 3}~{b.slot * 3 + 3})", b.device, b.action] for b in piece]
        nested += tokens(str(rows))
    assert nested > 2 * sum(map(cost, pieces))
