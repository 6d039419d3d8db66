"""Makes docs/gallery/: lives the scenarios of scenarios/gallery/, and makes a page with figures of each.

`PYTHONPATH=. python bench/gallery.py [NAME ...]`. A page shows what the run answers to the questions in
bench/gallery.yaml, asked as `run_sim.py query` does, a timeline, and the scenario's file. Runs stay in
runs/gallery/; delete one to have it lived again.
"""

import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

import run_sim
from bench.gallery_drift import flagged
from dataset.exporters.tables import cell
from dataset.query import answer
from evaluation.timeline import timeline

ROOT = Path(__file__).parents[1]
SCENARIOS = ROOT / "scenarios" / "gallery"
PAGES = ROOT / "docs" / "gallery"
RUNS = ROOT / "runs" / "gallery"
MADE = "*Made by `PYTHONPATH=. python bench/gallery.py {name}`; its questions stand in `bench/gallery.yaml`.*"
INDEX = """\
# Gallery

*Made by `PYTHONPATH=. python bench/gallery.py`.*

Ten scenarios, each for a question. Copy the one that is nearest to yours; `python run_sim.py estimate` says
what it costs with a model, and every one of them runs by habit in seconds or minutes.

| | question |
| --- | --- |
"""
ASKED = "\n<details markdown><summary>asked by</summary>\n\n```sql\n{sql}\n```\n\n</details>\n"
MEASURED = "\nMeasured by `bench/gallery_drift.py`.\n"


@dataclass(frozen=True)
class Entry:
    """What a page shows: the scenarios it lives, the days of the picture, questions and ways on."""

    name: str
    title: str
    days: tuple[int, int]
    figures: Sequence[Mapping[str, Any]]
    larger: str
    runs: tuple[str, ...]
    found: str  # the answer in a sentence, written by whoever looked at the tables; '' where nobody has yet

    @property
    def question(self) -> str:
        """What a user wants to know; the scenario's own `about`."""
        return str(_scenario(self.runs[0])["about"])


def entries() -> Mapping[str, Entry]:
    """Every page, by the name of its scenario."""
    told = yaml.safe_load((ROOT / "bench" / "gallery.yaml").read_text(encoding="utf-8"))
    return {name: _entry(name, said) for name, said in told.items()}


def page(entry: Entry, runs: Path) -> str:
    """The page of *entry*, whose runs lie under *runs*."""
    return "\n".join([*_head(entry), *_answers(entry, runs), *_look(entry), *_scenarios(entry)]) + "\n"


def index(shown: Mapping[str, Entry]) -> str:
    """The page that leads to all others."""
    rows = (f"| [{it.title}]({it.name}.md) | {it.question} |\n" for it in shown.values())
    return INDEX + "".join(rows)


def table(rows: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """The rows of an answer in Markdown."""
    yield f"| {' | '.join(rows[0])} |"
    yield f"|{' --- |' * len(rows[0])}"
    yield from (f"| {' | '.join(cell(value).replace('|', ' ') for value in row.values())} |" for row in rows)


def answers(entry: Entry, figure: Mapping[str, Any], runs: Path) -> list[dict[str, Any]]:
    """What each run of *entry* answers; with its name in front where there are several."""
    if "detectors" in figure:
        return flagged(runs, *figure["detectors"])
    found: list[dict[str, Any]] = []
    for run in entry.runs:
        with answer(runs / run, figure["sql"]) as batches:
            rows = [row for batch in batches for row in batch.to_pylist()]
        found += rows if len(entry.runs) == 1 else [{"run": run, **row} for row in rows]
    return found


def _entry(name: str, said: Mapping[str, Any]) -> Entry:
    first, count = said["days"]
    runs = tuple(said.get("runs", [name]))
    found = " ".join(said.get("found", "").split())
    return Entry(name, said["title"], (first, count), said["figures"], said["larger"], runs, found)


def _head(entry: Entry) -> Iterator[str]:
    yield f"# {entry.title}\n\n**{entry.question}**\n"


def _answers(entry: Entry, runs: Path) -> Iterator[str]:
    yield f"## What was found\n\n{entry.found}\n" if entry.found else "## What was found\n"
    for figure in entry.figures:
        yield f"{figure['says'].strip()}:\n"
        yield from table(answers(entry, figure, runs))
        yield ASKED.format(sql=figure["sql"].strip()) if "sql" in figure else MEASURED


def _look(entry: Entry) -> Iterator[str]:
    yield "## A look\n"
    first, count = entry.days
    for run in entry.runs:
        yield f"![Who is where and what is on, days {first} to {first + count - 1} of {run}]({run}.svg)\n"


def _scenarios(entry: Entry) -> Iterator[str]:
    yield "## The scenario\n"
    for run in entry.runs:
        yield f"`scenarios/gallery/{run}.yaml`\n\n```yaml\n{_file(run).read_text(encoding='utf-8')}```\n"
    commands = (
        f"python run_sim.py scenarios/gallery/{run}.yaml --out runs/gallery/{run}\n" for run in entry.runs
    )
    yield f"```sh\n{''.join(commands)}```\n\n## Larger\n\n```sh\n{entry.larger.strip()}\n```\n"
    yield MADE.format(name=entry.name)


def _scenario(name: str) -> dict[str, Any]:
    return dict(yaml.safe_load(_file(name).read_text(encoding="utf-8")))


def _file(name: str) -> Path:
    return SCENARIOS / f"{name}.yaml"


def _live(name: str) -> None:
    """Unless that has been done: whoever changed the scenario or the program deletes the run."""
    if (RUNS / name / "manifest.json").exists():
        return
    if code := run_sim.main([str(_file(name)), "--out", str(RUNS / name)]):
        sys.exit(code)


def main(names: Sequence[str]) -> None:
    """Lives what is asked for, else everything, and writes the pages."""
    shown = entries()
    PAGES.mkdir(exist_ok=True)
    for name in names or shown:
        entry = shown[name]
        for run in entry.runs:
            _live(run)
            (PAGES / f"{run}.svg").write_text(timeline(RUNS / run, None, entry.days), encoding="utf-8")
        (PAGES / f"{name}.md").write_text(page(entry, RUNS), encoding="utf-8")
    (PAGES / "index.md").write_text(index(shown), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
