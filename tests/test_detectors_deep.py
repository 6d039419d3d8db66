"""SmartGuard part by part against its formulas, and the autoencoders, on small made-up homes."""

from dataclasses import replace
from functools import partial

import numpy as np
import pytest
import torch

from bench.detectors_loop import embedded, epoch_of_loops, hidden_places, hours
from evaluation.detectors import autoencoders, smartguard
from evaluation.detectors.autoencoders import Config as Autoencoding
from evaluation.detectors.autoencoders import Transformer
from evaluation.detectors.detector import Detector
from evaluation.detectors.ldms import LossByAction, hardest
from evaluation.detectors.nwrl import log_weights, weighted
from evaluation.detectors.scoring import auc
from evaluation.detectors.smartguard import Config, SmartGuard
from evaluation.detectors.train import Training, learn, mean_loss, to_batch, told
from evaluation.detectors.transformer import Dropout
from evaluation.detectors.ttpe import WEEK, durations
from evaluation.detectors.windows import ACTION, SLOT, Windows, from_ids
from tests.test_detectors import SIZES, home, with_second

SMALL = Config(width=16, heads=2, layers=1, inner=32, epochs=8, batch=16)
QUICK = Training(epochs=6, batch=16, rate=5e-3)


def full(windows: int, seed: int) -> Windows:
    """Windows of ten behaviours, no pads."""
    long = home(4 * windows, seed, length=20)
    kept = long.rows(np.flatnonzero(long.mask[:, 9])[:windows])
    return replace(kept, fields=kept.fields[:, :10], mask=kept.mask[:, :10])


def test_durations_run_to_the_next_of_the_device_and_over_the_end_of_the_week() -> None:
    ids = np.array([[5, 0, 0, 0], [6, 7, 1, 1], [0, 0, 0, 2], [0, 1, 2, 3]])
    found = durations(from_ids(ids, np.zeros(4, np.int64), SIZES))
    to_monday = WEEK - 5 * 24
    assert found[0, :4].tolist() == [to_monday, 6, 3, 0]
    assert not found[0, 4:].any()


def test_durations_and_embedding_are_those_of_the_loops() -> None:
    windows = full(20, 0)
    assert durations(windows).tolist() == [hours(window) for window in windows.fields.tolist()]
    model, batch = SmartGuard(SIZES[ACTION], SMALL), to_batch(windows)
    model.cpu()
    fields = batch.fields.cpu()
    whole = model.embed(fields[..., ACTION]) + model.time(fields, batch.duration.cpu())
    one_by_one = torch.stack([embedded(model, window) for window in windows.fields.tolist()])
    torch.testing.assert_close(whole, one_by_one, rtol=1e-4, atol=1e-4)


def test_a_moment_is_told_from_another_only_with_ttpe() -> None:
    usual = full(5, 0)
    later = with_second(usual, SLOT, 0)
    for times in (True, False):
        model = SmartGuard(SIZES[ACTION], replace(SMALL, ttpe=times))
        same = np.allclose(model.score(usual), model.score(later), atol=1e-6)
        assert same is not times


def test_dropout_drops_a_tenth_and_keeps_the_mean() -> None:
    torch.manual_seed(0)
    drop, ones = Dropout(), torch.ones(1000, 333)
    assert drop.eval()(ones) is ones
    dropped = drop.train()(ones)
    assert dropped.eq(0).float().mean().item() == pytest.approx(26 / 256, abs=0.002)
    assert dropped.mean().item() == pytest.approx(1, abs=0.002)
    assert not dropped.equal(drop(ones))


def test_ldms_hides_what_was_told_worst_and_never_all() -> None:
    loss = torch.tensor([[1.0, 3, 2, 3, 0], [5, 4, 9, 9, 9], [7, 0, 0, 0, 0]])
    mask = torch.tensor([[True] * 5, [True, True, False, False, False], [True] + [False] * 4])
    assert hardest(loss, mask, 0.4).int().tolist() == [[0, 1, 0, 1, 0], [1, 0, 0, 0, 0], [0] * 5]
    assert hardest(loss, mask, 0.2).int().tolist() == [[0, 1, 0, 0, 0], [1, 0, 0, 0, 0], [0] * 5]
    windows = full(20, 0)
    hard = torch.rand(SIZES[ACTION])
    chosen = hardest(hard[torch.from_numpy(windows.field(ACTION))], torch.from_numpy(windows.mask), 0.2)
    by_hand = [
        hidden_places(window, dict(enumerate(hard.tolist())), 0.2) for window in windows.fields.tolist()
    ]
    assert chosen.tolist() == by_hand


def test_nothing_attends_to_what_is_hidden() -> None:
    model = SmartGuard(SIZES[ACTION], SMALL).eval()
    x = torch.randn(1, 10, 16)
    pads, hidden = torch.zeros(1, 10, dtype=torch.bool), torch.zeros(1, 10, dtype=torch.bool)
    hidden[0, 4] = True
    other = x.clone()
    other[0, 4] += 1
    encoder = model.transformer.encoder
    one, two = (encoder(it, src_key_padding_mask=hidden) for it in (x, other))
    rest = torch.arange(10) != 4
    torch.testing.assert_close(one[0, rest], two[0, rest])
    assert not torch.allclose(encoder(x)[0, rest], encoder(other)[0, rest])
    padded = model.transformer(torch.cat([x, x], 1), torch.arange(20)[None] >= 10, torch.zeros(1, 20).bool())
    torch.testing.assert_close(padded[:, :10], model.transformer(x, pads, pads), rtol=1e-4, atol=1e-5)


def test_nwrl_is_its_formula_and_survives_a_window_of_noise() -> None:
    loss = torch.tensor([0.1, 0.2, float("nan"), 0.9])
    present = torch.tensor([0.1, 0.2, 0.9])
    spread = present.std(correction=0)
    by_hand = torch.sigmoid(-torch.relu(present - present.mean()) / (0.5 * spread))
    weights = log_weights(loss, mu=0.5)
    torch.testing.assert_close(weights[[0, 1, 3]].exp(), by_hand)
    assert weights[2].exp() == 0.5
    mask, told_as = torch.tensor([[True, True, False]]), torch.tensor([[1.0, 3, 99]])
    score = weighted(told_as, weights[torch.tensor([[0, 3, 0]])], mask)
    by_hand_score = (by_hand[0] * 1 + by_hand[2] * 3) / (by_hand[0] + by_hand[2])
    torch.testing.assert_close(score, by_hand_score[None])
    noise = torch.full((1, 3), -1e4)
    assert weighted(told_as, noise, mask).tolist() == [2]


def test_nwrl_is_saved_with_the_model_and_changes_scores_alone() -> None:
    train, validation = full(60, 0), home(30, 1)
    with_noise = smartguard.fit(train, validation, 0, SMALL)
    without = smartguard.fit(train, validation, 0, replace(SMALL, nwrl=False))
    assert without.log_weight.eq(0).all()
    restored = SmartGuard(SIZES[ACTION], SMALL)
    restored.load_state_dict(with_noise.state_dict())
    windows = with_second(home(20, 2), ACTION, 11)
    assert restored.score(windows).tolist() == with_noise.score(windows).tolist()
    assert not np.allclose(with_noise.score(windows), without.score(windows))
    with_noise.log_weight.zero_()
    assert with_noise.score(windows).tolist() == without.score(windows).tolist()


DEEP = {
    "plain": autoencoders.PLAIN,
    "GRU": replace(autoencoders.GRU, width=32),
    "Transformer": autoencoders.TRANSFORMER,
    "SmartGen": Autoencoding(partial(Transformer, inner=32), (ACTION,)),
}


def fit(name: str, seed: int) -> Detector:
    train, validation = home(120, 0), home(40, 1)
    if name == "SmartGuard":
        return smartguard.fit(train, validation, seed, SMALL)
    return autoencoders.fit(train, validation, seed, replace(DEEP[name], training=QUICK))


@pytest.mark.parametrize("name", ["SmartGuard", *DEEP])
def test_deep_detectors_find_what_was_never_seen_alone_or_in_a_batch_again_and_again(name: str) -> None:
    usual, detector = home(30, 2), fit(name, 5)
    found = detector.score(usual)
    assert auc(found, detector.score(with_second(usual, ACTION, 11))) > 0.9
    alone = [detector.score(usual.rows([row]))[0] for row in range(len(usual))]
    assert np.allclose(found, alone, rtol=1e-4, atol=1e-5)
    assert fit(name, 5).score(usual).tolist() == found.tolist()
    assert fit(name, 6).score(usual).tolist() != found.tolist()


def test_smartgen_sees_one_field() -> None:
    assert autoencoders.smartgen(SLOT).fields == (SLOT,)
    config = replace(DEEP["SmartGen"], fields=(SLOT,), training=QUICK)
    detector = autoencoders.fit(home(60, 0), home(20, 1), 0, config)
    usual = home(20, 2)
    assert detector.score(with_second(usual, ACTION, 11)).tolist() == detector.score(usual).tolist()
    assert (detector.score(with_second(usual, SLOT, 7)) != detector.score(usual)).all()


def test_training_keeps_its_best_epoch() -> None:
    train, watched = home(60, 0), home(30, 1)
    model = SmartGuard(SIZES[ACTION], SMALL)
    learn(model, train, watched, replace(QUICK, epochs=3), 0)
    kept = mean_loss(model, to_batch(watched))
    other = SmartGuard(SIZES[ACTION], SMALL)
    other.load_state_dict(model.state_dict())
    learn(other, train, watched, replace(QUICK, epochs=1, rate=3.0), 0)  # a step that ruins it
    assert mean_loss(other, to_batch(watched)) > kept
    learn(model, train, watched, replace(QUICK, epochs=3), 0)
    assert mean_loss(model, to_batch(watched)) < kept


def test_the_loop_version_learns_as_the_vectorised_one_does() -> None:
    windows = full(32, 0)
    model = SmartGuard(SIZES[ACTION], SMALL).cpu().eval()  # nothing dropped, so that both see the same
    by_action = LossByAction(SIZES[ACTION], torch.device("cpu"))
    batch = to_batch(windows)
    by_action.add(batch.fields[..., ACTION].cpu().flatten(), told(model, batch).detach().cpu().flatten())
    looped = epoch_of_loops(model, windows.fields.tolist(), 32, None, at_once=True)
    mean = by_action.mean()
    assert looped == pytest.approx({action: float(mean[action]) for action in looped}, rel=1e-4)
