"""Runs: lived, estimated beforehand, put together from parts, derived again."""

import json
import re
from pathlib import Path
from typing import Annotated, Any

import typer

from commands import tell
from commands.options import Address, Days, Households, Model, WhenAsked, WhoLives
from runner.how import EngineName
from scenarios.errors import UserError
from scenarios.problems import printable

app = typer.Typer()


@app.command()
def run(
    scenario: Annotated[Path, typer.Argument(help="A scenario YAML, or the folder of a run to go on with.")],
    out: Annotated[Path | None, typer.Option(help="Folder of the run; its own folder means: go on.")] = None,
    seed: Annotated[int | None, typer.Option(help="Another seed gives other days.")] = None,
    days: Days = None,
    mind: WhoLives = None,
    deliberation: WhenAsked = None,
    model: Model = None,
    base_url: Address = None,
    routines: Annotated[Path | None, typer.Option(help="Routines that seed whoever has none.")] = None,
    households: Households = None,
    max_calls: Annotated[int | None, typer.Option(min=0, help="Requests, earlier ones too.")] = None,
    max_tokens: Annotated[int | None, typer.Option(min=0, help="Tokens read and written.")] = None,
    max_money: Annotated[float | None, typer.Option(min=0, help="By the shipped or your prices.")] = None,
    max_hours: Annotated[float | None, typer.Option(min=0, help="Of this command alone.")] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with a run; begin none.")] = False,
    fork: Annotated[
        bool, typer.Option("--fork", help="Begin beside a run that differs, with the replies it paid for.")
    ] = False,
    replay: Annotated[
        bool, typer.Option("--replay", help="Derive the run again from its journal alone.")
    ] = False,
    workers: Annotated[int | None, typer.Option(help="Processes to live households on; 1.")] = None,
    engine: Annotated[EngineName, typer.Option(help="local: this machine; ray: a cluster.")] = "local",
    ray_address: Annotated[str | None, typer.Option(help="Of a Ray cluster; unless given, its own.")] = None,
    shard: Annotated[
        str | None, typer.Option(help="2/3 lives every third household only; see `merge`.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object on the last line.")] = False,
) -> None:
    """Live a scenario and write the dataset of what happened."""
    import asyncio

    from evaluation.console import show_outcome, watch
    from runner.how import How
    from runner.shard import read_shard
    from runner.start import started

    overrides = {
        "seed": seed, "days": days, "mind.kind": mind, "mind.deliberation": deliberation,
        "mind.llm.model": model, "mind.llm.base_url": base_url,
        "routines": None if routines is None else str(routines),
        "budget.calls": max_calls, "budget.tokens": max_tokens, "budget.money": max_money,
        "budget.hours": max_hours, **_which(households),
    }  # fmt: skip
    manner = _manner(resume=resume, fork=fork, replay=replay)
    how = How(engine=engine, workers=workers, ray_address=ray_address)
    part = None if shard is None else read_shard(shard)
    with started(scenario, overrides, out, manner, tell, how, part) as job:
        summary = asyncio.run(watch(job))
        show_outcome(job, summary)
    if as_json:
        print(json.dumps(summary))  # noqa: T201


@app.command()
def estimate(
    scenario: Annotated[Path, typer.Argument(help="A scenario YAML.")],
    days: Days = None,
    mind: WhoLives = None,
    deliberation: WhenAsked = None,
    model: Model = None,
    base_url: Address = None,
    households: Households = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object instead.")] = False,
) -> None:
    """Say what a scenario will cost: calls, tokens, money, hours. No model is asked."""
    import asyncio

    from evaluation import estimate_table as shown
    from runner.estimate import estimate as estimated
    from scenarios.loading import load_scenario

    overrides = {
        "days": days, "mind.kind": mind, "mind.deliberation": deliberation, "mind.llm.model": model,
        "mind.llm.base_url": base_url, **_which(households),
    }  # fmt: skip
    loaded = load_scenario(scenario, overrides)
    found = asyncio.run(estimated(loaded))
    if as_json:
        print(json.dumps(shown.as_json(found, loaded.budget)))  # noqa: T201
    else:
        typer.echo(shown.text(found, loaded.budget))


@app.command()
def merge(
    out: Annotated[Path, typer.Argument(help="Folder of the whole run.")],
    parts: Annotated[list[Path], typer.Argument(help="Folders of its parts, which --shard has made.")],
) -> None:
    """Put the parts of a run together: the same tables and digest as of the undivided run."""
    from evaluation.console import draw
    from runner.merging import merge as together
    from runner.start import started

    manifest = together(out, parts, tell)
    with started(out, {}, None, "go_on", tell) as job:
        draw(job)
    typer.echo(f"{out}: digest {manifest.digest[:16]}, {len(manifest.households)} households")


@app.command()
def twin(
    run: Annotated[Path, typer.Argument(help="The folder of a complete run with anomalies.")],
    out: Annotated[Path | None, typer.Option(help="Folder of the twin; RUN-twin unless given.")] = None,
) -> None:
    """Live a run again without its anomalies, and say what differs and whether it may."""
    import asyncio

    from dataset.twins import compare
    from evaluation.console import watch
    from evaluation.twin_table import lines
    from runner.start import started
    from runner.twin import begin_twin

    named = run.resolve() if run.name in ("", "..") else run
    clean = out or named.with_name(f"{named.name}-twin")
    begin_twin(run, clean)
    with started(clean, {}, None, "resume", tell) as job:
        asyncio.run(watch(job))
    found = compare(run, clean)
    typer.echo("\n".join([f"twin        {clean}", "", *lines(found)]))
    raise typer.Exit(0 if found.clean else 1)


@app.command()
def verify(run: Annotated[Path, typer.Argument(help="The folder of a complete run.")]) -> None:
    """Derive a run again, from its journal where it asked a model, and compare it table by table."""
    import asyncio

    from dataset.manifest import read_manifest
    from evaluation.console import watch
    from runner.start import started
    from runner.verify import other_program

    digest = read_manifest(run).digest
    with started(run, {}, None, "replay", tell=tell) as job:
        for line in other_program(run, job.catalogue):
            tell(f"since it was made: {line}")
        found = asyncio.run(watch(job))
    rows = f"{found['households']} households, {found['events']} events, {found['decisions']} decisions"
    typer.echo(f"{run}: digest {digest[:16]} comes out again, every table the same ({rows})")


def _manner(**asked: bool) -> Any:
    """The one of the flags that is given."""
    given = [name for name, it in asked.items() if it]
    if len(given) > 1:
        raise UserError(f"--{' and --'.join(given)} exclude each other")
    return given[0] if given else "go_on"


def _which(households: str | None) -> dict[str, int]:
    """'100' or '3..5' as the settings of a scenario."""
    if households is None:
        return {}
    match = re.fullmatch(r"(\d{1,9})(?:\.\.(\d{1,9}))?", households)
    first, last = (0, 0) if match is None else (int(match[1]), int(match[2] or match[1]))
    if match is None or last < first or (match[2] is None and first == 0):
        said = f"--households {printable(households)}"
        raise UserError(f"{said}: expected how many, such as 100, or which, such as 3..5")
    return {"households": first} if match[2] is None else {"first": first, "households": last - first + 1}
