"""A run shown to a smart home installation."""

from pathlib import Path
from typing import Annotated

import typer

from commands import tell

app = typer.Typer()


@app.command()
def stream(
    source: Annotated[Path, typer.Argument(help="The folder of a run, or a scenario YAML to live first.")],
    mqtt: Annotated[str, typer.Option(help="The broker: HOST or HOST:PORT.")],
    speed: Annotated[str, typer.Option(help="1x is life, 60x an hour a minute, max at once.")] = "60x",
    household: Annotated[str | None, typer.Option(help="Which household; the first unless given.")] = None,
    prefix: Annotated[str, typer.Option(help="Home Assistant's discovery prefix.")] = "homeassistant",
    once: Annotated[bool, typer.Option("--once", help="End with the last day; else begin anew.")] = False,
    tls: Annotated[bool, typer.Option("--tls", help="Encrypted; port 8883 unless given.")] = False,
) -> None:
    """Play a household's days over MQTT: a Home Assistant there shows the simulated home."""
    from dataset.live.broker import read_address
    from dataset.live.stream import read_speed
    from dataset.live.stream import stream as play

    address, pace = read_address(mqtt, tls), read_speed(speed)
    run = source if source.is_dir() else _lived(source)
    try:
        count = play(run, address, household, pace, prefix, once, tell)
    except KeyboardInterrupt:
        tell("stopped; the home is offline")
        raise SystemExit(130) from None  # typer's own end would say that the command goes on
    typer.echo(f"{count} events told")


def _lived(scenario: Path) -> Path:
    """The folder of the complete run of *scenario*."""
    import asyncio

    from evaluation.console import watch
    from runner.start import started

    with started(scenario, {}, None, "go_on", tell) as job:
        asyncio.run(watch(job))
        return job.folder.path
