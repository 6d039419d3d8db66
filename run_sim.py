"""Homefolk's command line: `run_sim.py SCENARIO.yaml` makes a dataset; `--help` tells the rest."""

import json
import re
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any

import typer

from runner.how import EngineName
from scenarios.errors import BudgetSpent, RunFailed, UserError
from scenarios.problems import printable, unknown
from scenarios.scenario import Deliberation, MindKind

app = typer.Typer(
    help=__doc__,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
bench = typer.Typer(help="Benchmarks on real logs.", no_args_is_help=True)
app.add_typer(bench, name="bench")

INTERRUPTED = 130  # what typer returns for Ctrl-C


@app.command()
def run(
    scenario: Annotated[Path, typer.Argument(help="A scenario YAML, or the folder of a run to go on with.")],
    out: Annotated[Path | None, typer.Option(help="Folder of the run; its own folder means: go on.")] = None,
    seed: Annotated[int | None, typer.Option(help="Another seed gives other days.")] = None,
    days: Annotated[int | None, typer.Option(help="How many days to live.")] = None,
    mind: Annotated[MindKind | None, typer.Option(help="habit asks no model.")] = None,
    deliberation: Annotated[Deliberation | None, typer.Option(help="When the model is asked.")] = None,
    model: Annotated[str | None, typer.Option(help="'embedded', a .gguf file, or a model's name.")] = None,
    base_url: Annotated[str | None, typer.Option(help="An OpenAI-compatible endpoint.")] = None,
    routines: Annotated[Path | None, typer.Option(help="Routines that seed whoever has none.")] = None,
    households: Annotated[
        str | None, typer.Option(help="How many, or which: 100, or 3..5, or 73412..73412.")
    ] = None,
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
    with started(scenario, overrides, out, manner, _tell, how, part) as job:
        summary = asyncio.run(watch(job))
        show_outcome(job, summary)
    if as_json:
        print(json.dumps(summary))  # noqa: T201


@app.command()
def estimate(
    scenario: Annotated[Path, typer.Argument(help="A scenario YAML.")],
    days: Annotated[int | None, typer.Option(help="How many days to live.")] = None,
    mind: Annotated[MindKind | None, typer.Option(help="habit asks no model.")] = None,
    deliberation: Annotated[Deliberation | None, typer.Option(help="When the model is asked.")] = None,
    model: Annotated[str | None, typer.Option(help="'embedded', a .gguf file, or a model's name.")] = None,
    base_url: Annotated[str | None, typer.Option(help="An OpenAI-compatible endpoint.")] = None,
    households: Annotated[str | None, typer.Option(help="How many, or which.")] = None,
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
    from runner.merging import merge as together

    manifest = together(out, parts, _tell)
    typer.echo(f"{out}: digest {manifest.digest[:16]}, {len(manifest.households)} households")


@app.command()
def verify(run: Annotated[Path, typer.Argument(help="The folder of a complete run.")]) -> None:
    """Derive a run again, from its journal where it asked a model, and compare it table by table."""
    import asyncio

    from dataset.manifest import read_manifest
    from evaluation.console import watch
    from runner.start import started
    from runner.verify import other_program

    digest = read_manifest(run).digest
    with started(run, {}, None, "replay", tell=_tell) as job:
        for line in other_program(run, job.catalogue):
            _tell(f"since it was made: {line}")
        found = asyncio.run(watch(job))
    rows = f"{found['households']} households, {found['events']} events, {found['decisions']} decisions"
    typer.echo(f"{run}: digest {digest[:16]} comes out again, every table the same ({rows})")


@app.command()
def validate(files: Annotated[list[Path], typer.Argument(help="YAML files of any kind.")]) -> None:
    """Check files; every problem with its line and remedy."""
    from scenarios.validating import validate as check

    wrong = 0
    for file in files:
        try:
            typer.echo(f"{file}: a sound {check(file)}")
        except UserError as error:
            typer.echo(str(error), err=True)
            wrong += 1
    raise typer.Exit(2 if wrong else 0)


@app.command()
def schema(
    name: Annotated[str, typer.Argument(help="scenario, home, profile, device, ...")] = "scenario",
) -> None:
    """Print the JSON Schema of a kind of file."""
    from scenarios.schema import run as show

    show(name)


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
    vocabulary: Annotated[
        str | None, typer.Option(help="Of ids: an, fr (unless given), kr, sp, us, or a JSON.")
    ] = None,
    content: Annotated[int | None, typer.Option(help="smartgen: which content id of the file.")] = None,
    household: Annotated[str | None, typer.Option(help="kasteren, homefolk: which of several.")] = None,
    zone: Annotated[str | None, typer.Option(help="home-assistant: Europe/Paris; UTC unless given.")] = None,
    activities: Annotated[
        bool, typer.Option("--activities", help="homefolk: label what is done, from the oracle.")
    ] = False,
) -> None:
    """Turn a log into routines that seed residents' memory; no code in it is run."""
    from dataset.importing import Choices, import_into

    if out.is_dir():
        raise UserError(f"--out {out} is a folder; a file to write was expected")
    if out.exists() and path.exists() and (out.samefile(path) or path.resolve() in out.resolve().parents):
        raise UserError(f"--out {out} is the log itself; choose another file")
    words = None if vocabulary is None else _vocabulary(vocabulary)
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
    seed: Annotated[int, typer.Option(help="Of trainings and draws; 0 is what runs take.")] = 0,
    report: Annotated[
        bool, typer.Option("--report", help="Also report.html and coverage.svg, for people.")
    ] = False,
) -> None:
    """Compress routines to the memory that a resident would have, and show what was kept and lost."""
    from evaluation.compression import compressed
    from evaluation.compression_console import show_compression

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
    vocabulary: Annotated[
        str | None, typer.Option(help="Of ids: an, fr (unless given), kr, sp, us, or a JSON.")
    ] = None,
    map_: Annotated[
        Path | None, typer.Option("--map", help="Of ids: JSON of what stands for what the vocabulary lacks.")
    ] = None,
    license_: Annotated[str | None, typer.Option("--license", help="Of hf, croissant: cc-by-4.0.")] = None,
    split: Annotated[str | None, typer.Option(help="Divide by household, time or person.")] = None,
    validation: Annotated[float, typer.Option(help="Share of the validation split.")] = 0.1,
    test: Annotated[float, typer.Option(help="Share of the test split.")] = 0.2,
    gap: Annotated[int, typer.Option(help="Days between two splits by time.")] = 1,
) -> None:
    """Write a run in a format of the field, in splits without leakage if asked."""
    from dataset.exporting import Choices, export_run
    from dataset.splits import Splits

    choices = Choices(
        vocabulary=None if vocabulary is None else _vocabulary(vocabulary),
        map=map_,
        license=license_,
        splits=None if split is None else Splits.asked(split, validation, test, gap),
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
    household: Annotated[str | None, typer.Option(help="Which household, where there are several.")] = None,
) -> None:
    """Print one simulated day as a diary."""
    from evaluation.diary import diary

    typer.echo(diary(run, resident, day, household))


@app.command()
def population(
    scenario: Annotated[Path, typer.Argument(help="A scenario with a population.")],
    count: Annotated[int, typer.Option(min=1, help="How many households to draw.")] = 1000,
    seed: Annotated[int | None, typer.Option(help="Another seed gives other households.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object instead.")] = False,
) -> None:
    """Show who would live in a population, beside what its tables say; nothing is simulated."""
    from dataclasses import asdict

    from scenarios.loading import load_scenario
    from scenarios.population_census import census
    from scenarios.scenario import PopulationScenario

    loaded = load_scenario(scenario, {"seed": seed})
    if not isinstance(loaded, PopulationScenario):
        raise UserError(f"{scenario} has no population; its one home has residents of its own")
    counts = census(loaded, count)
    if as_json:
        print(json.dumps({"households": count, "counts": [asdict(row) for row in counts]}))  # noqa: T201
        return
    from evaluation.population_table import show_population

    show_population(counts, count)


@app.command()
def preview(
    source: Annotated[str, typer.Argument(help="A profile or scenario, or the name of a shipped profile.")],
    day: Annotated[int, typer.Option(help="0 is the first, a Monday for a profile alone.")] = 0,
    resident: Annotated[str | None, typer.Option(help="Whose diary; everybody's unless given.")] = None,
    svg: Annotated[Path | None, typer.Option(help="Draw the day into this file, too.")] = None,
) -> None:
    """Live one day by habit, and show it as a strip and a diary; nothing is kept."""
    from dataset.atomic import write_text
    from evaluation import preview as shown

    run = shown.preview(source, day)
    typer.echo(shown.text(run, resident))
    if svg is not None:
        write_text(svg, shown.svg(run))
        typer.echo(str(svg))


@app.command()
def new_profile(
    name: Annotated[str, typer.Option(help="What the person is called.")],
    archetype: Annotated[str, typer.Option(help="The shipped profile to begin with.")],
    out: Annotated[Path, typer.Option(help="The profile's file to write (YAML).")],
) -> None:
    """Begin a profile: a commented file that is valid as it is."""
    from dataset.atomic import write_text
    from scenarios.drafting import draft

    if out.exists():
        raise UserError(f"{out} exists already; choose another file")
    write_text(out, draft(name, archetype))
    typer.echo(f"{out}: {name}, a {archetype.replace('_', ' ')}; next: run_sim.py preview {out}")


@app.command()
def home(
    file: Annotated[Path, typer.Argument(help="A home, or a scenario; of a population its first home.")],
    svg: Annotated[Path | None, typer.Option(help="Draw the floor plan into this file instead.")] = None,
) -> None:
    """Show a home room by room, or draw its floor plan."""
    from scenarios.catalogue import load_catalogue
    from scenarios.loading import load_scenario
    from scenarios.population_draw import household
    from scenarios.validating import kind_of, load_home

    loaded = None if kind_of(file) == "home" else load_scenario(file)
    scenario = None if loaded is None else household(loaded, loaded.first)
    shown = load_home(file) if scenario is None else scenario.home
    if svg is None:
        from evaluation.home_table import show_home

        show_home(shown)
        return
    from dataset.atomic import write_text
    from evaluation.floor_plan import floor_plan

    write_text(svg, floor_plan(shown, load_catalogue(scenario.device_types if scenario else ())))
    typer.echo(str(svg))


@app.command()
def new_home(
    out: Annotated[Path, typer.Option(help="The home's file to write (YAML).")],
    size: Annotated[int, typer.Option(help="Rooms to live and sleep in: 1 (a studio) to 8.")] = 3,
    vocabulary: Annotated[str, typer.Option(help="fr, sp, us, kr, an, or a vocabulary JSON.")] = "fr",
    climate: Annotated[str, typer.Option(help="The city where it stands: paris, seoul, ...")] = "paris",
    seed: Annotated[int, typer.Option(help="Another seed gives another home.")] = 7,
) -> None:
    """Make up a home that has a place for every device type of a vocabulary."""
    from dataset.atomic import write_text
    from scenarios.building import generate
    from scenarios.chance import Chance
    from scenarios.cities import CITIES
    from scenarios.including import SHIPPED
    from scenarios.validating import load_climate
    from scenarios.writing import home_yaml

    if out.exists():
        raise UserError(f"{out} exists already; choose another file")
    if climate not in CITIES:
        raise UserError(unknown("city", climate, CITIES))
    named, types = f"climates/{climate}.yaml", _vocabulary(vocabulary).device_types
    made = generate(types, size, load_climate(SHIPPED / named), CITIES[climate], Chance(seed))
    how = f"--vocabulary {vocabulary} --size {size} --climate {climate} --seed {seed}"
    write_text(out, home_yaml(made, named, f"Made up: run_sim.py new-home {how}"))
    typer.echo(f"{out}: {made.name}, {len(made.rooms)} rooms, {len(made.devices)} devices")


@app.command()
def check_model(
    model: Annotated[str, typer.Option(help="'embedded', a .gguf file, or a model's name.")] = "embedded",
    base_url: Annotated[str | None, typer.Option(help="An OpenAI-compatible endpoint.")] = None,
) -> None:
    """Find out once what a model is fit for; runs go by it from then on."""
    import asyncio

    from agents.fitness import check_model as probe
    from scenarios.scenario import LLM

    _tell("asking about 108 situations in three ways; a small model on few cores takes some minutes")
    fitness = asyncio.run(probe(LLM(model=model, base_url=base_url)))
    typer.echo(f"{fitness.table()}\n\n{fitness.sentence()}")


def _manner(**asked: bool) -> Any:
    """The one of the flags that is given."""
    given = [name for name, it in asked.items() if it]
    if len(given) > 1:
        raise UserError(f"--{' and --'.join(given)} exclude each other")
    return given[0] if given else "go_on"


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

    table = measured(data, dataset, context, mind, seed, _tell)
    if as_json:
        print(json.dumps(console.as_json(table)))  # noqa: T201
    else:
        console.show_drift(table)


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


def _vocabulary(name: str) -> Any:
    from dataset.vocabulary import Vocabulary

    return Vocabulary.read(Path(name)) if name.endswith(".json") else Vocabulary.shipped(name)


def _tell(sentence: str) -> None:
    typer.echo(sentence, err=True)


def _is_ours() -> None:
    """The folders' names are common: say so when Python finds somebody else's."""
    import agents

    here = Path(__file__).resolve().parent
    if here not in Path(agents.__file__ or "").resolve().parents:
        raise UserError(
            f"python finds another package 'agents' ({agents.__file__}); run Homefolk from {here}"
        )


def _meant(arguments: list[str], commands: Iterable[str]) -> list[str]:
    """The arguments with `run` in front where they name a scenario and no command."""
    if not arguments:
        return ["--help"]
    first = arguments[0]
    if first in {*commands, "-h", "--help"}:
        return arguments
    if re.fullmatch(r"[\w-]+", first) and not first.startswith("-") and not Path(first).exists():
        raise UserError(unknown("command or scenario", first, commands))
    return ["run", *arguments]


def main(arguments: list[str]) -> int:
    """Run the command line; what the user can mend is one sentence and exit code 2."""
    command: Any = typer.main.get_command(app)
    try:
        _is_ours()
        code = int(command.main(_meant(arguments, command.commands), standalone_mode=False) or 0)
    except UserError as error:
        _tell(str(error))
        return 2
    except BudgetSpent as error:
        _tell(str(error))
        return 3
    except RunFailed as error:
        _tell(f"the run failed: {error}")
        return 1
    except OSError as error:
        if error.strerror is None:
            raise
        _tell(": ".join(str(part) for part in (error.filename, error.strerror) if part))
        return 1
    except typer.TyperException as error:
        _tell(f"{error.format_message()} (--help tells what there is)")
        return error.exit_code
    if code == INTERRUPTED:
        _tell("stopped; the same command goes on from here")
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
