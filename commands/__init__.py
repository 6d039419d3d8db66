"""The commands of `run_sim.py`, by what they are about. Each does its heavy imports when it is called."""

import typer


def tell(sentence: str) -> None:
    """Say it to whoever watches, not to what reads the output."""
    typer.echo(sentence, err=True)
