"""The tree of chance: a path of names gives its draws, and nothing else does."""

from itertools import pairwise

import numpy as np

from scenarios.chance import Chance

ROOT = Chance(7)
MANY = 4000


def uniform(draws: list[float]) -> bool:
    """Whether a chi-squared test over 20 bins lets the draws pass at 0.1 % (19 degrees of freedom: 43.8)."""
    counts = np.histogram(draws, bins=20, range=(0, 1))[0]
    return float(((counts - len(draws) / 20) ** 2).sum() / (len(draws) / 20)) < 43.8


def test_the_same_path_gives_the_same_draws_however_it_is_reached() -> None:
    deep = ROOT.branch("household", 3).branch("mind", "ann")
    assert deep == ROOT.branch("household", 3, "mind", "ann")
    assert (
        deep.rng("wake", 1).random(5).tolist()
        == ROOT.rng("household", 3, "mind", "ann", "wake", 1).random(5).tolist()
    )
    assert deep.uniform("choice", 5) == deep.branch("choice").uniform(5)


def test_another_seed_name_or_order_gives_other_draws() -> None:
    nodes = [
        ROOT,
        Chance(8),
        ROOT.branch("a"),
        ROOT.branch("a", "b"),
        ROOT.branch("b", "a"),
        ROOT.branch("ab"),
    ]
    assert len({node.uniform() for node in nodes}) == len(nodes)
    assert len({node.rng().random() for node in nodes}) == len(nodes)


def test_the_draws_of_all_time() -> None:
    """A seed must mean the same on every machine and with every version."""
    assert ROOT.uniform("choice") == 0.6171732318308948
    assert ROOT.rng("wake", 3).integers(1000, size=4).tolist() == [972, 905, 485, 767]


def test_neighbouring_paths_are_uniform_and_independent() -> None:
    firsts = [float(ROOT.rng("day", day).random()) for day in range(MANY)]
    singles = [ROOT.uniform("day", day) for day in range(MANY)]
    for draws in (firsts, singles):
        assert uniform(draws)
        assert uniform([(b - a) % 1 for a, b in pairwise(draws)])
        assert abs(np.corrcoef(draws[:-1], draws[1:])[0, 1]) < 4 / MANY**0.5
    assert abs(np.corrcoef(firsts, singles)[0, 1]) < 4 / MANY**0.5


def test_one_generator_is_uniform_and_normal() -> None:
    rng = ROOT.rng("long")
    assert uniform(rng.random(MANY).tolist())
    normal = rng.standard_normal(MANY)
    assert abs(normal.mean()) < 4 / MANY**0.5
    assert abs(normal.std() - 1) < 4 / (2 * MANY) ** 0.5
