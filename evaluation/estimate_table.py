"""An estimate for people, and for programs."""

from dataclasses import asdict
from typing import Any

from runner.estimate import Estimate, Figure
from scenarios.budget import Budget


def as_json(found: Estimate, budget: Budget) -> dict[str, Any]:
    """Every figure as {likely, from, to}, and the caps that the likely ones exceed."""
    figures = {**found.figures, "money": found.money, "hours": found.hours}
    plain = {name: None if it is None else _named(it) for name, it in figures.items()}
    return {
        "households": found.households,
        "days": found.days,
        "lived": {"households": found.lived[0], "days": found.lived[1]},
        "seconds": round(found.seconds, 3),
        "settings": None if found.settings is None else asdict(found.settings),
        **plain,
        "currency": found.currency,
        "speed_measured": found.measured,
        "beyond": beyond(found, budget),
    }


def text(found: Estimate, budget: Budget) -> str:
    """A few lines."""
    rows = {name.replace("_", " "): _counts(it) for name, it in found.figures.items()}
    rows["money"] = "nobody says what this model costs (budget.prices)"
    if found.money is not None:
        likely, least, most = found.money
        rows["money"] = f"{likely:.4g} {found.currency} ({least:.4g} to {most:.4g}), prefixes cached"
    rows["hours"] = "{:.2g} ({:.2g} to {:.2g})".format(*found.hours)
    if found.settings is None:
        rows = {"hours": rows["hours"], "calls": "none: habit asks no model"}
    elif not found.measured:
        rows["hours"] += ", at a speed that nobody has measured: run_sim.py check-model"
    used = found.settings
    how = f", {used.model} by {used.evidence}, plans it {used.plans}s" if used else ""
    head = f"{_lives(found.households, found.days)}{how}"
    lines = [head, *(f"  {name:18} {value}" for name, value in rows.items())]
    lines.append(f"from {_lives(*found.lived)}, in {found.seconds:.1f} s")
    return "\n".join([*lines, *(f"beyond budget.{cap}" for cap in beyond(found, budget))])


def beyond(found: Estimate, budget: Budget) -> list[str]:
    """The caps of *budget* that the likely figures exceed."""
    likely = {name: it[0] for name, it in found.figures.items()}
    amounts = {
        "calls": likely["calls"],
        "tokens": likely["prompt_tokens"] + likely["completion_tokens"],
        "money": found.money[0] if found.money else 0.0,
        "hours": found.hours[0],
    }
    caps = {cap: getattr(budget, cap) for cap in amounts}
    return [cap for cap, most in caps.items() if most is not None and amounts[cap] > most]


def _lives(households: int, days: int) -> str:
    """'1 household x 28 days'."""
    return " x ".join(
        f"{it:,} {noun}{'s' * (it != 1)}" for it, noun in ((households, "household"), (days, "day"))
    )


def _named(figure: Figure) -> dict[str, float]:
    return dict(zip(("likely", "from", "to"), (round(it, 6) for it in figure), strict=True))


def _counts(figure: Figure) -> str:
    return "{:,.0f} ({:,.0f} to {:,.0f})".format(*figure)
