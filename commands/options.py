"""Options that more than one command has, told alike everywhere."""

from typing import Annotated

import typer

from scenarios.scenario import Deliberation, MindKind

Days = Annotated[int | None, typer.Option(help="How many days to live.")]
WhoLives = Annotated[MindKind | None, typer.Option(help="habit asks no model.")]
WhenAsked = Annotated[Deliberation | None, typer.Option(help="When the model is asked.")]
Model = Annotated[str | None, typer.Option(help="'embedded', a .gguf file, or a model's name.")]
Address = Annotated[str | None, typer.Option(help="An OpenAI-compatible endpoint.")]
Households = Annotated[str | None, typer.Option(help="How many, or which: 100, or 3..5, or 73412..73412.")]
Household = Annotated[str | None, typer.Option(help="Which household, where there are several.")]
Words = Annotated[str | None, typer.Option(help="Of ids: an, fr (unless given), kr, sp, us, or a JSON.")]
