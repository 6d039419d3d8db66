"""Logs and datasets: imported, compressed to memory, exported, asked, read as a diary."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from commands.options import Household, Words
from scenarios.errors import UserError

app = typer.Typer()


@app.command("import")
def import_(
    form: Annotated[
        str,
        typer.Argument(
            metavar="FORMAT",
            help="smartsense, smartguard, smartgen, casas, kasteren, home-assistant, homefolk",
        ),
    ],
    path: Annotated[Path, typer.Argument(help="The log; of kasteren and homefolk the folder.")],
    out: Annotated[Path, typer.Option(help="The routines file to write (Parquet).")],
    vocabulary: Words = None,
    content: Annotated[int | None, typer.Option(help="smartgen: which content id of the file.")] = None,
    household: Annotated[str | None, typer.Option(help="kasteren, homefolk: which of several.")] = None,
    zone: Annotated[str | None, typer.Option(help="home-assistant: Europe/Paris; UTC unless given.")] = None,
    activities: Annotated[
        bool, typer.Option("--activities", help="homefolk: label what is done, from the oracle.")
    ] = False,
) -> None:
    """Turn a log into routines that seed residents' memory; no code in it is run."""
    from dataset.importing import Choices, import_into
    from dataset.vocabulary import Vocabulary

    if out.is_dir():
        raise UserError(f"--out {out} is a folder; a file to write was expected")
    if out.exists() and path.exists() and (out.samefile(path) or path.resolve() in out.resolve().parents):
        raise UserError(f"--out {out} is the log itself; choose another file")
    words = None if vocabulary is None else Vocabulary.named(vocabulary)
    choices = Choices(words, content, household, zone, activities or None)
    typer.echo(f"{out}: {import_into(out, form, path, choices)}")


@app.command()
def compress(
    routines: Annotated[Path, typer.Argument(help="What `import` wrote (Parquet), or authored (YAML).")],
    out: Annotated[Path, typer.Option(help="Folder for memory.json, kept.txt and report.json.")],
    budget: Annotated[int, typer.Option(min=1, help="Tokens that the kept routines may take.")] = 1500,
    method: Annotated[
        str,
        typer.Option(
            help="informative, importance, exact_duplicates, ssc_as_published (minutes), ssc_repaired, "
            "farthest, random; docs/sppc.md compares them."
        ),
    ] = "informative",
    seed: Annotated[int, typer.Option(min=0, help="Of trainings and draws; 0 is what runs take.")] = 0,
    report: Annotated[
        bool, typer.Option("--report", help="Also report.html and coverage.svg, for people.")
    ] = False,
) -> None:
    """Compress routines to the memory that a resident would have, and show what was kept and lost."""
    from evaluation.compression.compressed import compressed
    from evaluation.compression.console import show_compression

    show_compression(compressed(routines, out, budget, method, seed, report), out)


@app.command()
def export(
    run: Annotated[Path, typer.Argument(help="The folder of a run.")],
    out: Annotated[Path, typer.Option(help="Folder to make.")],
    to: Annotated[
        str,
        typer.Option(
            help="hf, smartsense, smartguard, smartgen, casas, homeassistant, xes, jsonl, croissant or csv."
        ),
    ] = "smartguard",
    vocabulary: Words = None,
    map_: Annotated[
        Path | None, typer.Option("--map", help="Of ids: JSON of what stands for what the vocabulary lacks.")
    ] = None,
    license_: Annotated[str | None, typer.Option("--license", help="Of hf, croissant: cc-by-4.0.")] = None,
    split: Annotated[str | None, typer.Option(help="Divide by household, time or person.")] = None,
    validation: Annotated[
        float | None, typer.Option(help="Share of the validation split; 0.1 unless given.")
    ] = None,
    test: Annotated[float | None, typer.Option(help="Share of the test split; 0.2 unless given.")] = None,
    gap: Annotated[int | None, typer.Option(help="Days between two splits by time; 1 unless given.")] = None,
) -> None:
    """Write a run in a format of the field, in splits without leakage if asked."""
    from dataset.exporting import Choices, export_run
    from dataset.splits import Splits
    from dataset.vocabulary import Vocabulary

    how = {"validation": validation, "test": test, "gap": gap}
    given = {name: it for name, it in how.items() if it is not None}
    if split is None and given:
        raise UserError(f"--{next(iter(given))} says how --split divides, which is missing")
    choices = Choices(
        vocabulary=None if vocabulary is None else Vocabulary.named(vocabulary),
        map=map_,
        license=license_,
        splits=None if split is None else Splits.asked(split, **given),
    )
    typer.echo(str(export_run(run, to, out, choices)))


@app.command()
def query(
    run: Annotated[Path, typer.Argument(help="The folder of a run.")],
    sql: Annotated[str, typer.Argument(help="A SELECT over events, oracle, decisions, conflicts, ...")],
    as_csv: Annotated[bool, typer.Option("--csv", help="CSV instead of a table.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="A JSON object a line instead.")] = False,
) -> None:
    """Ask a run's tables in SQL (DuckDB); nothing is written, and no other file can be read."""
    from dataset.query import answer, lines

    if as_csv and as_json:
        raise UserError("--csv and --json exclude each other")
    with answer(run, sql) as rows:
        sys.stdout.writelines(lines(rows, "csv" if as_csv else "json" if as_json else "table"))


@app.command()
def day(
    run: Annotated[Path, typer.Argument(help="The folder of a run.")],
    resident: Annotated[str, typer.Option(help="Whose day.")],
    day: Annotated[int, typer.Option(help="0 is the first.")] = 0,
    household: Household = None,
) -> None:
    """Print one simulated day as a diary."""
    from evaluation.diary import diary

    typer.echo(diary(run, resident, day, household))


@app.command()
def replay(
    run: Annotated[Path, typer.Argument(help="The folder of a run.")],
    out: Annotated[
        Path | None, typer.Option(help="The page to write; replay.html in the run's folder.")
    ] = None,
    household: Household = None,
) -> None:
    """Make a page in which the days of a home can be watched and asked why: one file, no network."""
    from dataset.atomic import write_text
    from evaluation.replay.page import replay as page

    file = run / "replay.html" if out is None else out
    if file.is_dir():
        raise UserError(f"--out {file} is a folder; a file to write was expected")
    html = page(run, household)
    write_text(file, html)
    typer.echo(f"{file}: {len(html.encode()) / 1e6:.1f} MB, opens in any browser")
