"""What a model is fit for, and what data are worth on real logs."""

import json
from pathlib import Path
from typing import Annotated

import typer

from commands import tell
from scenarios.scenario import MindKind

app = typer.Typer()
bench = typer.Typer(help="Benchmarks on real logs.", no_args_is_help=True)
app.add_typer(bench, name="bench")


@app.command()
def check_model(
    model: Annotated[str, typer.Option(help="'embedded', a .gguf file, or a model's name.")] = "embedded",
    base_url: Annotated[str | None, typer.Option(help="An OpenAI-compatible endpoint.")] = None,
) -> None:
    """Find out once what a model is fit for; runs go by it from then on."""
    import asyncio

    from agents.fitness import check_model as probe
    from scenarios.scenario import LLM

    tell("asking about 108 situations in three ways; a small model on few cores takes some minutes")
    fitness = asyncio.run(probe(LLM(model=model, base_url=base_url)))
    typer.echo(f"{fitness.table()}\n\n{fitness.sentence()}")


@bench.command()
def drift(
    data: Annotated[Path, typer.Option(help="The folder of real logs: smartgen/, vocab/.")],
    dataset: Annotated[str, typer.Option(help="Whose: fr, sp, us, ...")],
    context: Annotated[str, typer.Option(help="The new one: spring, night or multiple.")],
    mind: Annotated[MindKind, typer.Option(help="Who lives it; habit asks no model.")] = "habit",
    seed: Annotated[int, typer.Option(help="Of homes, lives, trainings and draws.")] = 7,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object instead of tables.")] = False,
) -> None:
    """Make data for a new context, train on them, test on the real one, beside floors and a ceiling."""
    from evaluation.drift import console
    from evaluation.drift.bench import drift as measured

    table = measured(data, dataset, context, mind, seed, tell)
    if as_json:
        print(json.dumps(console.as_json(table)))  # noqa: T201
    else:
        console.show_drift(table)
