"""`run_sim.py detect`: detectors that learned from a clean run, judged by the labels of another."""

import json
from pathlib import Path

import pytest

from evaluation.detectors.methods import FLOORS
from tests.command import Said, said

SCENARIO = """\
include: watched.yaml
name: {name}
seed: {seed}
days: {days}
"""
ANOMALIES = """\
anomalies:
  - {kind: water_valve_wrong_time, day: 1, every: 1, difficulty: hard}
  - {kind: wandering, day: 3, difficulty: easy}
"""


def lived(folder: Path, name: str, seed: int, days: int, rest: str = "") -> Path:
    """A run of the watched flat."""
    (folder / f"{name}.yaml").write_text(SCENARIO.format(name=name, seed=seed, days=days) + rest)
    done = said(folder / f"{name}.yaml", "--mind", "habit", "--out", folder / name)
    assert done.code == 0, done.err
    return folder / name


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, Path]:
    """A run with anomalies, its clean twin, and a clean one to learn from."""
    folder = tmp_path_factory.mktemp("detect")
    odd, clean = lived(folder, "odd", 8, 10, ANOMALIES), lived(folder, "clean", 7, 10)
    assert said("twin", odd, "--out", folder / "twin").code == 0
    return odd, folder / "twin", clean


def test_a_detector_that_knows_the_context_finds_what_counting_does_not(
    runs: tuple[Path, Path, Path],
) -> None:
    odd, twin, clean = runs
    told = said("detect", odd, "--train", clean, "--normal", twin, "--detector", "context", "--json")
    assert told.code == 0, told.err
    rows = {(it["kind"], it["detector"]): it for it in json.loads(told.out)}
    valve = {name: it for (kind, name), it in rows.items() if kind == "water_valve_wrong_time"}
    assert {*valve} == {*FLOORS, "context"}
    assert valve["context"]["auc"] > 0.85 > 0.75 > valve["unseen value"]["auc"]
    assert valve["context"]["occurrences"] >= 6
    assert rows["wandering", "rhythm"]["occurrences"] > 3, "decline is told by whole days"


def test_what_lies_outside_of_all_anomalies_is_normal_where_there_is_any(
    runs: tuple[Path, Path, Path], tmp_path: Path
) -> None:
    *_, clean = runs
    once = "anomalies:\n  - {kind: cooling_wrong_time, day: 3, difficulty: easy}\n"
    odd = lived(tmp_path, "once", 9, 5, once)
    told = said("detect", odd, "--train", clean, "--detector", "markov")
    assert told.code == 0, told.err
    heads, counting, markov = told.out.splitlines()
    assert heads.split()[:3] == ["kind", "difficulty", "happened"]
    assert "counting (" in counting
    assert "Markov" in markov
    assert markov.split()[2] == "1"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("{odd}", "--train", "{clean}"), "give what is normal with --normal"),
        (("{clean}", "--train", "{twin}"), "has no anomalies: there is nothing to find"),
        (("{odd}", "--train", "{odd}"), "has anomalies; a run without any was expected"),
        (("{odd}", "--train", "{twin}", "--normal", "{twin}"), "holds the very days that are told apart"),
        (("{odd}", "--train", "{clean}", "--detector", "contxt"), "did you mean 'context'?"),
        (("{odd}", "--train", "{odd}/nothing"), "has no manifest.json"),
    ],
)
def test_what_cannot_be_told_is_said(
    runs: tuple[Path, Path, Path], arguments: tuple[str, ...], sentence: str
) -> None:
    named = dict(zip(("odd", "twin", "clean"), runs, strict=True))
    told: Said = said("detect", *(it.format(**named) for it in arguments))
    assert told.code == 2
    assert sentence in told.sentence
