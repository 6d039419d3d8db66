"""The gallery: each scenario is lived as far as its picture goes, answers its questions, and has its page."""

from pathlib import Path

import pytest

from bench.gallery import PAGES, SCENARIOS, answers, entries, index
from tests.command import said

ENTRIES = entries()
HOMES = 3  # of the scenarios that have many


def test_every_scenario_is_shown_and_ten_questions_are_answered() -> None:
    shown = [run for entry in ENTRIES.values() for run in entry.runs]
    assert sorted(shown) == sorted(path.stem for path in SCENARIOS.glob("*.yaml"))
    assert len(ENTRIES) == len({entry.question for entry in ENTRIES.values()}) == 10
    assert all(entry.question.endswith("?") for entry in ENTRIES.values())
    assert (PAGES / "index.md").read_text(encoding="utf-8") == index(ENTRIES), "python bench/gallery.py"


@pytest.mark.parametrize("name", ENTRIES)
def test_a_page_shows_the_file_as_it_is(name: str) -> None:
    page = (PAGES / f"{name}.md").read_text(encoding="utf-8")
    entry = ENTRIES[name]
    assert f"**{entry.question}**" in page
    for run in entry.runs:
        assert (SCENARIOS / f"{run}.yaml").read_text(encoding="utf-8") in page, "python bench/gallery.py"
        assert (PAGES / f"{run}.svg").read_text(encoding="utf-8").startswith("<svg")
    for figure in entry.figures:
        assert figure["says"].strip() in page and figure.get("sql", "").strip() in page


@pytest.mark.parametrize("name", ENTRIES)
def test_a_scenario_is_lived_and_answers(name: str, tmp_path: Path) -> None:
    entry = ENTRIES[name]
    for run in entry.runs:
        few = ("--households", HOMES) if name.startswith("population") else ()
        told = said(
            SCENARIOS / f"{run}.yaml", "--days", sum(entry.days), *few, "--out", tmp_path / run, "--json"
        )
        assert told.code == 0, told.err
        assert told.summary["invalid_executed"] == 0 and told.summary["events"] > 50
    for figure in entry.figures:
        rows = answers(entry, figure, tmp_path)
        assert rows and all(len(row) >= 2 for row in rows)
