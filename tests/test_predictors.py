"""Predictors of the next behaviour: what they are asked, how they are ranked, and that they learn."""

import numpy as np
import pytest

from evaluation.predictors.counting import markov
from evaluation.predictors.data import Ints, flattened, last_behaviours, next_behaviours
from evaluation.predictors.ranking import hit_rate, ndcg, ranks, sampled_ranks
from scenarios.chance import Chance

SIZES = (7, 8, 3, 12)


def done(*actions: int) -> Ints:
    """A Monday morning."""
    return np.array([(0, 2, action % 3, action) for action in actions], np.int64)


def test_every_behaviour_but_the_first_is_asked_for() -> None:
    asked = next_behaviours([done(1, 2, 3), done(4)])
    assert asked.truth.tolist() == [2, 3]
    assert [past[:, -1].tolist() for past in asked.past] == [[1], [1, 2]]


def test_as_published_the_last_number_of_a_sequence_is_asked_for_after_its_own_device() -> None:
    asked = last_behaviours(flattened([done(4)]))
    assert asked.truth.tolist() == [4]
    assert asked.past[0].ravel().tolist() == [0, 2, 1]


def test_equal_scores_share_a_place() -> None:
    scores = np.array([[0.0, 3.0, 1.0, 1.0], [2.0, 2.0, 2.0, 2.0]])
    places = ranks(scores, np.array([2, 0]))
    assert places.tolist() == [1.5, 1.5]
    assert hit_rate(places, 1) == 0.0
    assert hit_rate(places, 2) == 1.0


def test_ndcg_falls_with_the_logarithm_of_the_place_and_ends_at_ten() -> None:
    assert ndcg(np.array([0.0])) == 1.0
    assert ndcg(np.array([2.0])) == 0.5
    assert ndcg(np.array([10.0])) == 0.0


def test_sampled_ranking_offers_a_hundred_others_that_were_not_done() -> None:
    scores = np.zeros((1, 300))
    scores[0, 50:] = 1.0  # better than the truth, but all of them were done
    past = [np.arange(50, 300)[:, None]]
    assert sampled_ranks(scores, np.array([7]), past, Chance(1)).tolist() == [50.0]  # all drawn ones tie
    scores[0, 7] = 0.5
    assert sampled_ranks(scores, np.array([7]), past, Chance(1)).tolist() == [0.0]


def test_a_chain_knows_what_follows_and_backs_off_where_it_does_not() -> None:
    log = [done(1, 2, 3), done(1, 2, 3), done(4, 2, 5)]
    past = [done(1, 2), done(4, 2), done(9, 9)]
    assert markov(log, 12, 1)(past).argmax(1)[:2].tolist() == [3, 3]
    assert markov(log, 12, 2)(past).argmax(1).tolist() == [
        3,
        5,
        2,
    ]  # after what is unknown, the most frequent
    assert markov(log, 12, 0)(past).argmax(1).tolist() == [2, 2, 2]
    assert markov(log, 12, 2)(past).sum(1) == pytest.approx([1, 1, 1])


@pytest.mark.parametrize("kind", ["sasrec", "transformer", "gru"])
def test_a_network_learns_what_depends_on_two_steps_before(kind: str) -> None:
    from evaluation.predictors.sequential import Config, train

    log = [done(1, 2, 3), done(4, 2, 5)] * 8
    config = Config(kind=kind, hidden=16, blocks=1, dropout=0.0, rate=5e-3, epochs=150, batch=16)
    foresee = train(log, [], SIZES, config, Chance(3))
    assert foresee([done(1, 2), done(4, 2)]).argmax(1).tolist() == [3, 5]
    again = train(log, [], SIZES, config, Chance(3))
    assert (foresee([done(1, 2)]) == again([done(1, 2)])).all()


@pytest.mark.parametrize("kind", ["sasrec", "transformer", "gru"])
def test_no_network_looks_ahead(kind: str) -> None:
    import torch

    from evaluation.predictors.networks import NETWORKS

    model = NETWORKS[kind](SIZES, 5, 8, 1, 0.0).eval()
    with torch.no_grad():
        one, other = (model(torch.from_numpy(done(1, 2, last)[None])) for last in (3, 9))
    assert torch.equal(one[:, :2], other[:, :2])
    assert not torch.equal(one[:, 2], other[:, 2])


def test_patience_keeps_what_foresees_validation_best() -> None:
    from evaluation.predictors.sequential import Config, train

    train_on, held = [done(1, 2, 3)] * 8, [done(1, 2, 4)]
    patient = Config(hidden=8, blocks=1, dropout=0.0, rate=3e-2, epochs=60, patience=3)
    stubborn = Config(hidden=8, blocks=1, dropout=0.0, rate=3e-2, epochs=60)
    surprised = [train(train_on, held, SIZES, it, Chance(1))([done(1, 2)])[0] for it in (patient, stubborn)]
    log_p = [it[4] - np.log(np.exp(it).sum()) for it in surprised]
    assert log_p[0] > log_p[1]


def test_the_published_loss_tells_what_was_done_from_what_was_drawn() -> None:
    from evaluation.predictors.sequential import Config, train

    config = Config(hidden=16, blocks=1, dropout=0.0, rate=1e-2, epochs=40, negatives=True)
    foresee = train(flattened([done(1, 2)] * 8), [], (13,), config, Chance(2))
    assert foresee(flattened([done(1)]))[0].argmax() == 0  # the next day follows
