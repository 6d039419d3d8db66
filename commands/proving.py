"""What a model is fit for, and what data are worth on real logs."""

import json
from pathlib import Path
from typing import Annotated

import typer

from commands import tell
from commands.options import Address
from evaluation.proof.effort import Effort
from scenarios.errors import UserError
from scenarios.scenario import MindKind

app = typer.Typer()
bench = typer.Typer(help="Benchmarks on real logs.", no_args_is_help=True)
app.add_typer(bench, name="bench")


@app.command()
def check_model(
    model: Annotated[str, typer.Option(help="'embedded', a .gguf file, or a model's name.")] = "embedded",
    base_url: Address = None,
) -> None:
    """Find out once what a model is fit for; runs go by it from then on."""
    import asyncio

    from agents.probe.fitness import check_model as probe
    from scenarios.scenario import LLM

    tell("asking about 108 situations in three ways; a small model on few cores takes some minutes")
    fitness = asyncio.run(probe(LLM(model=model, base_url=base_url)))
    typer.echo(f"{fitness.table()}\n\n{fitness.sentence()}")


@app.command()
def evaluate(
    run: Annotated[Path, typer.Argument(help="The folder of a complete run.")],
    real: Annotated[
        Path | None,
        typer.Option(help="Routines of a real log that the run has not seen; see `import`."),
    ] = None,
    source: Annotated[
        Path | None, typer.Option(help="Routines that the run was made from; with --real, for privacy.")
    ] = None,
    map_: Annotated[
        Path | None, typer.Option("--map", help="JSON of what stands for what the log has no name for.")
    ] = None,
    effort: Annotated[
        Effort, typer.Option(help="quick: no networks; deep: an autoencoder among the detectors, too.")
    ] = "usual",
    as_json: Annotated[bool, typer.Option("--json", help="The verdict as one JSON object.")] = False,
) -> None:
    """Say what a dataset is good for and what not: report.html and report.json, into its folder."""
    from evaluation.proof.evidence import Against
    from evaluation.report import HTML, write_report

    if real is None and (source is not None or map_ is not None):
        raise UserError("--source and --map say more of --real, which is missing")
    against = None if real is None else Against(real, source, map_, effort)
    found = write_report(run, against, tell)["verdict"]
    if as_json:
        print(json.dumps(found))  # noqa: T201
        return
    for it in found["judgements"]:
        typer.echo(f"{it['answer']:<9}  {it['use']}: {it['figure']}")
    typer.echo(f"{found['in short']}\n{run / HTML}")


@app.command()
def detect(
    run: Annotated[Path, typer.Argument(help="The folder of a complete run with anomalies.")],
    train: Annotated[Path, typer.Option(help="A run of the same homes without any, of another seed.")],
    normal: Annotated[
        Path | None,
        typer.Option(help="What is normal, such as the clean twin; else what lies outside of all anomalies."),
    ] = None,
    detector: Annotated[
        list[str] | None,
        typer.Option(help="Beside the floors, again for each: context, Markov, SmartGuard, ..., or all."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="All rows as one JSON array.")] = False,
) -> None:
    """Have detectors learn what is usual from a clean run, and say how well they find another's anomalies."""
    from evaluation.detection import console
    from evaluation.detection.detect import USUAL
    from evaluation.detection.detect import detect as judged

    rows = judged(run, train, normal, detector or USUAL)
    if as_json:
        print(json.dumps(console.as_json(rows)))  # noqa: T201
    else:
        typer.echo("\n".join(console.lines(rows)))


@bench.command()
def drift(
    data: Annotated[Path, typer.Option(help="The folder of real logs: smartgen/, vocab/.")],
    dataset: Annotated[str, typer.Option(help="Whose: fr, sp, us, ...")],
    context: Annotated[str, typer.Option(help="The new one: spring, night or multiple.")],
    mind: Annotated[MindKind, typer.Option(help="Who lives it; habit asks no model.")] = "habit",
    model: Annotated[str, typer.Option(help="'embedded', a .gguf file, or a model's name.")] = "embedded",
    base_url: Address = None,
    seed: Annotated[int, typer.Option(min=0, help="Of homes, lives, trainings and draws.")] = 7,
    seeds: Annotated[int, typer.Option(min=1, help="So many, from --seed on; rows are their means.")] = 1,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object instead of tables.")] = False,
) -> None:
    """Make data for a new context, train on them, test on the real one, beside floors and a ceiling."""
    from evaluation.drift import console
    from evaluation.drift.bench import drift as measured
    from scenarios.scenario import LLM, Mind

    thinks = Mind(kind=mind, llm=LLM(model=model, base_url=base_url))
    table = measured(data, dataset, context, thinks, range(seed, seed + seeds), tell)
    if as_json:
        print(json.dumps(console.as_json(table)))  # noqa: T201
    else:
        console.show_drift(table)


@bench.command()
def uses(
    data: Annotated[Path, typer.Option(help="The folder of real logs: smartguard/, smartguard_attacks/.")],
    dataset: Annotated[str, typer.Option(help="Whose: fr or an.")],
    share: Annotated[
        list[float] | None, typer.Option(help="Of the real log that may be seen, again for each.")
    ] = None,
    seeds: Annotated[int, typer.Option(min=1, help="Shares drawn, each lived and learned anew.")] = 3,
    seed: Annotated[int, typer.Option(min=0, help="Of shares, lives, trainings and draws.")] = 7,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object instead of tables.")] = False,
) -> None:
    """What lived data are worth before, beside and instead of few real ones: predictors and detectors."""
    from evaluation.uses import console
    from evaluation.uses.bench import SHARES
    from evaluation.uses.bench import uses as measured

    if wrong := [it for it in share or () if not 0 < it <= 1]:
        raise UserError(f"--share {wrong[0]:g}: expected a part of the log, above 0 and at most 1")
    table = measured(data, dataset, share or SHARES, seeds, seed, tell)
    if as_json:
        print(json.dumps(console.as_json(table)))  # noqa: T201
    else:
        console.show_uses(table)
