"""What users write: checked, drafted, drawn and previewed."""

import json
from pathlib import Path
from typing import Annotated

import typer

from scenarios.errors import UserError
from scenarios.problems import unknown

app = typer.Typer()


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


@app.command()
def population(
    scenario: Annotated[Path, typer.Argument(help="A scenario with a population.")],
    count: Annotated[int, typer.Option(min=1, help="How many households to draw.")] = 1000,
    seed: Annotated[int | None, typer.Option(min=0, help="Another seed gives other households.")] = None,
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
    write_text(out, draft(name, archetype, out.parent))
    typer.echo(f"{out}: {name}, from {archetype}; next: run_sim.py preview {out}")


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

    kind = kind_of(file)
    if kind not in ("home", "scenario"):
        raise UserError(f"{file} holds a {kind}; expected a home or a scenario")
    loaded = None if kind == "home" else load_scenario(file)
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
    seed: Annotated[int, typer.Option(min=0, help="Another seed gives another home.")] = 7,
    scenes: Annotated[
        Path | None, typer.Option(help="A file of scenes, as scenarios/scenes/everyday.yaml, for it to take.")
    ] = None,
    notices: Annotated[
        float | None, typer.Option(help="Its camera tells of people, and not again for so many minutes.")
    ] = None,
) -> None:
    """Make up a home that has a place for every device type of a vocabulary."""
    from dataset.atomic import write_text
    from dataset.vocabulary import Vocabulary
    from scenarios.building import generate
    from scenarios.chance import Chance
    from scenarios.cities import CITIES
    from scenarios.including import SHIPPED
    from scenarios.scenes import Scenes, with_scenes
    from scenarios.schedule import DAY
    from scenarios.validating import load_climate, load_scenes
    from scenarios.writing import home_yaml

    if out.exists():
        raise UserError(f"{out} exists already; choose another file")
    if notices is not None and not 0 < notices <= DAY:
        raise UserError(f"--notices {notices:g}: expected minutes, above 0 and at most {DAY}")
    if climate not in CITIES:
        raise UserError(unknown("city", climate, CITIES))
    named, types = f"climates/{climate}.yaml", Vocabulary.named(vocabulary).device_types
    made = generate(types, size, load_climate(SHIPPED / named), CITIES[climate], Chance(seed))
    made = with_scenes(made, load_scenes(scenes) if scenes else Scenes({}), notices)
    how = f"--vocabulary {vocabulary} --size {size} --climate {climate} --seed {seed}"
    write_text(out, home_yaml(made, named, f"Made up: run_sim.py new-home {how}"))
    typer.echo(f"{out}: {made.name}, {len(made.rooms)} rooms, {len(made.devices)} devices")
