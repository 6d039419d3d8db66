"""What the guides tell users to write is sound, and what they name exists."""

import re
from pathlib import Path
from typing import get_args

import pytest

from agents.turn import Question
from bench.turn import MERMAID, OUT, mermaid, svg
from scenarios.contention import Policy
from scenarios.loading import load_scenario
from scenarios.scenario import Deliberation, HappeningKind
from scenarios.sensing import Sensing

ROOT = Path(__file__).parents[1]
WORLD = (ROOT / "docs" / "world.md").read_text(encoding="utf-8")


def test_the_scenario_of_the_guide_is_sound(tmp_path: Path) -> None:
    (block,) = re.findall(r"```yaml\n(.*?)```", WORLD, flags=re.DOTALL)
    (tmp_path / "mine.yaml").write_text(block, encoding="utf-8")
    scenario = load_scenario(tmp_path / "mine.yaml")
    assert "hall_light" in scenario.home.automations and "heating_up" in scenario.home.automations


@pytest.mark.parametrize(
    "names",
    [get_args(HappeningKind), get_args(Policy), tuple(set(Sensing.model_fields) - {"quantity"})],
    ids=["happenings", "policies", "sensors"],
)
def test_the_guide_tells_of_every_one(names: tuple[str, ...]) -> None:
    assert [name for name in names if f"`{name}`" not in WORLD] == []


@pytest.mark.parametrize(
    "page", ["docs/world.md", "docs/minds.md", "docs/cost.md", "README.md", "CONTRIBUTING.md"]
)
def test_files_that_pages_name_exist(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    folders = "scenarios|world|bench|docs|sppc|dataset|agents"
    named = set(re.findall(rf"(?:{folders})/[\w./-]+\.(?:py|yaml|svg|md)", text))
    assert named and [name for name in sorted(named) if not (ROOT / name).exists()] == []


def test_the_graph_of_the_turn_is_drawn_as_it_is() -> None:
    drawn = {OUT: svg(), MERMAID: mermaid()}
    told = {path: path.read_text(encoding="utf-8") for path in drawn}
    assert drawn == told, "PYTHONPATH=. python bench/turn.py"


def test_the_guide_to_minds_tells_of_every_deliberation_and_question() -> None:
    minds = (ROOT / "docs" / "minds.md").read_text(encoding="utf-8")
    assert [name for name in (*get_args(Deliberation), *get_args(Question)) if f"`{name}`" not in minds] == []
