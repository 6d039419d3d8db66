"""The face of a run on stderr: a bar in a terminal, calm lines in a log; then a table of what came out."""

import time
from collections.abc import Callable, Iterator
from contextlib import aclosing, contextmanager
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bar

from dataset.atomic import write_text
from dataset.manifest import is_complete
from evaluation.pace import Pace, households, note
from runner.fleet import Progress
from runner.run import Job, Outcome, carry_out
from runner.summary import summary

TIMELINE, REPORT = "timeline.svg", "report.html"
CALM = 30.0  # seconds between two lines of a log

_console = Console(stderr=True, markup=False, emoji=False, highlight=False, soft_wrap=True)


async def watch(job: Job) -> dict[str, Any]:
    """Carry out *job* and show how far it is; its summary. A complete run is only reported."""
    done = job.folder.complete and not job.replay
    if done:
        _console.print(f"{job.folder.path} is complete already; nothing to do")
    with _bar(done) if _console.is_terminal else _lines() as show:
        async with aclosing(carry_out(job)) as steps:
            async for step in steps:
                if isinstance(step, Outcome):
                    return summary(job, step)
                show(step)
    raise AssertionError("a run ends in its outcome")


@contextmanager
def _bar(done: bool) -> Iterator[Callable[[Progress], None]]:
    """A bar for a terminal."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.fields[note]}"),
        TimeElapsedColumn(),
    )
    with Bar(*columns, console=_console, disable=done) as bar:
        task, pace = bar.add_task("starting", total=1.0, note=""), Pace()

        def show(step: Progress) -> None:
            bar.update(task, completed=step.share, description=households(step), note=note(step, pace))

        yield show
        bar.update(task, completed=1.0)


@contextmanager
def _lines() -> Iterator[Callable[[Progress], None]]:
    """A line now and then for a log file."""
    pace, told = Pace(), time.monotonic()

    def show(step: Progress) -> None:
        nonlocal told
        now = note(step, pace)
        if time.monotonic() - told >= CALM:
            told = time.monotonic()
            _console.print(f"{step.share:6.1%}  {households(step)}, {now}")

    yield show


def show_outcome(job: Job, found: dict[str, Any]) -> None:
    """Draw what is not drawn yet, and say what came out and where it lies: paths whole, to be copied."""
    folder = job.folder.path
    if is_complete(folder):
        draw(job)
    rows = {
        "dataset": folder,
        "report": folder / REPORT,
        "timeline": folder / TIMELINE,
        "digest": found["digest"][:16],
        "lived": f"residents {found['residents']}, days {found['days']}, events {found['events']}",
        "impossible": f"{found['invalid_executed']} executed, {found['invalid_proposed']} refused",
        "model": _model(found["llm"]),
    }
    if is_complete(folder):
        rows["to watch"] = f"run_sim.py replay {folder}"
    if found["damaged"]:
        rows["damaged"] = f"{', '.join(found['damaged'])}: not as written, so lived again"
    for name, value in rows.items():
        if not isinstance(value, Path) or value.exists():
            _console.print(f"{name:<10}  {value}")


def draw(job: Job) -> None:
    """Draw what is not drawn yet of the complete run of *job*."""
    from evaluation.report import write_report
    from evaluation.timeline import timeline

    folder = job.folder.path
    if not (folder / TIMELINE).is_file():
        write_text(folder / TIMELINE, timeline(folder))
    if not (folder / REPORT).is_file():
        write_report(folder)


def _model(llm: dict[str, Any]) -> str:
    if not llm["model"]:
        return "none was asked: minds of habit"
    return (
        f"{llm['model']}: {llm['thoughts']} thoughts, {llm['fallbacks']} fallbacks; now {llm['calls']} calls "
        f"({llm['prompt_tokens']} + {llm['completion_tokens']} tokens) and {llm['cached']} from the journal"
    )
