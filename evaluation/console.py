"""The face of a run in a terminal: a bar by simulated time on stderr, then a table of what came out."""

import json
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bar
from rich.table import Table

from dataset.atomic import write_text
from runner.run import Job, Outcome, carry_out

SUMMARY = "summary.json"

TIMELINE, REPORT = "timeline.svg", "report.html"

_console = Console(stderr=True)


def show_outcome(folder: Path, summary: dict[str, Any]) -> None:
    """Draw what is not drawn yet, and say what came out and where it lies."""
    from evaluation.report import write_report
    from evaluation.timeline import timeline

    if not (folder / TIMELINE).is_file():
        write_text(folder / TIMELINE, timeline(folder))
    if not (folder / REPORT).is_file():
        write_report(folder)
    llm = summary["llm"]
    table = Table(show_header=False, box=None, pad_edge=False)
    for name, value in (
        ("dataset", folder),
        ("report", folder / REPORT),
        ("timeline", folder / TIMELINE),
        ("digest", summary["digest"][:16]),
        ("lived", f"{summary['residents']} residents, {summary['days']} days, {summary['events']} events"),
        ("impossible", f"{summary['invalid_executed']} executed, {summary['invalid_proposed']} refused"),
        ("model", _model(llm)),
    ):
        table.add_row(name, str(value))
    _console.print(table)


def _model(llm: dict[str, Any]) -> str:
    if not llm["model"]:
        return "none was asked: minds of habit"
    return (
        f"{llm['model']}: {llm['thoughts']} thoughts, {llm['calls']} calls, {llm['cached']} from the "
        f"journal, {llm['prompt_tokens']} + {llm['completion_tokens']} tokens, {llm['fallbacks']} fallbacks"
    )


async def watch(job: Job) -> dict[str, Any]:
    """Carry out *job* behind a progress bar; its summary. A complete run is only reported."""
    if job.folder.complete and not job.replay:
        _console.print(f"{job.folder.path} is complete already; nothing to do")
        return dict(json.loads((job.folder.path / SUMMARY).read_text(encoding="utf-8")))
    summary: dict[str, Any] = {}
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.fields[note]}"),
        TimeElapsedColumn(),
    )
    with Bar(*columns, console=_console) as bar:
        task = bar.add_task("living", total=1.0, note="")
        async for step in carry_out(job):
            if isinstance(step, Outcome):
                summary = step.summary
                bar.update(task, completed=1.0)
                continue
            note = f"day {step.day:.1f}, {step.events} events, {step.calls} LLM calls, {step.tokens} tokens"
            bar.update(task, completed=step.done, description=step.household, note=note)
    if not job.replay:
        write_text(job.folder.path / SUMMARY, json.dumps(summary) + "\n")
    return summary
