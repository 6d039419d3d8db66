"""Anomalies: written in YAML, acted out in the house, labelled, and gone without a trace in the twin."""

from pathlib import Path

import pytest

from scenarios.loading import load_scenario
from scenarios.problems import ScenarioError

HOME = """
name: odd
start: 2026-01-12
days: 3
home: {include: homes/two_room_flat.yaml}
residents:
  - {include: profiles/office_worker.yaml, id: anna, name: Anna}
anomalies:
"""


def refused(tmp_path: Path, *anomalies: str) -> list[str]:
    """What is said of these anomalies, a line each."""
    file = tmp_path / "odd.yaml"
    file.write_text(HOME + "".join(f"  - {{{it}}}\n" for it in anomalies), encoding="utf-8")
    try:
        load_scenario(file)
    except ScenarioError as error:
        return [f"{it.where}: {it.message}" for it in error.problems]
    return []


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("kind: light_fliker, day: 1", "no kind of anomaly 'light_fliker'; did you mean 'light_flicker'?"),
        ("kind: light_flicker", "needs a `day`, or `every`, or a `share` of the days"),
        ("kind: light_flicker, day: 9", "day 9 comes after the last day, 2"),
        ("kind: light_flicker, day: 1, device: livin_lamp", "did you mean 'living_lamp'?"),
        ("kind: light_flicker, day: 1, device: television", "is not a light that can be switched on and off"),
        ("kind: light_flicker, day: 1, who: anna", "is about nobody in particular"),
        ("kind: light_flicker, every: 1, share: 0.2", "either `every` so many days or on a `share` of them"),
        ("kind: light_flicker, day: 1, until: 2", "say how often it comes until then"),
        ("kind: light_flicker, every: 1, day: 2, until: 1", "ends on day 1, before it begins on day 2"),
        ("kind: light_flicker, day: 1, at: '25:00'", "expected a time of day"),
        ("kind: light_flicker, day: 1, difficulty: eazy", "did you mean 'easy'?"),
        ("kind: light_flicker, share: 1.5", "expected 1 or less"),
        ("kind: light_flicker, day: 1, minutes: .inf", "finite number"),
    ],
)
def test_what_makes_no_sense_is_refused_where_it_stands(tmp_path: Path, written: str, said: str) -> None:
    (problem,) = refused(tmp_path, written)
    assert problem.startswith("anomalies.0")
    assert said in problem
