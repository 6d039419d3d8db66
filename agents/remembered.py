"""What `check-model` found out about a model, kept in the user's cache."""

import json
import os
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path

from agents.port import Evidence, Plans

SOUND = 0.5  # share of plausible choices from which a model may be trusted with what is unusual


@dataclass(frozen=True, kw_only=True)
class Fitness:
    """What a model can do, measured once. Shares are 0..1; None = the endpoint cannot do it."""

    model: str
    score: float | None  # share of plausible choices, by method
    letters: float | None
    json: float
    json_valid: float  # share of JSON replies that name an option
    plan: float  # sense of a written day: distinct, in order, at sensible hours
    prompt_speed: float  # tokens/s
    generation_speed: float
    evidence: Evidence
    plans: Plans
    weight: float  # of the evidence against a flat prior, most likely on the probe

    def sentence(self) -> str:
        """In plain words what this model is fit for."""
        best = {"score": self.score, "letters": self.letters, "json": self.json}[self.evidence] or 0.0
        trust = "Its choices are worth having" if best >= SOUND else "Its choices are hardly worth having"
        plans = "it may write plans" if self.plans == "write" else "it chooses between days drawn from memory"
        methods = ", ".join(
            f"{name} {'-' if share is None else f'{share:.2f}'}"
            for name, share in (("score", self.score), ("letters", self.letters), ("json", self.json))
        )
        return (
            f"{self.model}: plausible choices by {methods} (guessing .14); valid JSON "
            f"{self.json_valid:.2f}; sense of a written day {self.plan:.2f}; reads {self.prompt_speed:.0f} "
            f"and writes {self.generation_speed:.0f} tokens/s. {trust}; they are weighed by {self.evidence}, "
            f"and {plans}."
        )


def remember(fitness: Fitness) -> Path:
    """Keep *fitness*; returns the file."""
    path = _file(fitness.model)
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    part.write_text(json.dumps(asdict(fitness), indent=1), encoding="utf-8")
    return part.replace(path)


def recalled_fitness(model: str) -> Fitness | None:
    """What is known of *model*; None if it was never checked, or was by another version of the check."""
    try:
        return Fitness(**json.loads(_file(model).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def _file(model: str) -> Path:
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return cache / "homefolk" / "fitness" / f"{sha256(model.encode()).hexdigest()[:24]}.json"
