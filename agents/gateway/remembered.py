"""What `check-model` found out about a model, kept in the user's cache."""

from hashlib import sha256
from pathlib import Path

from pydantic import ValidationError

from agents.gateway.port import Evidence, Plans
from dataset.atomic import write_text
from dataset.cache import user_cache
from scenarios.frozen import Frozen

Figure = tuple[float, float, float]  # mean, low, high


class Compared(Frozen):
    """One way to choose. Every figure stands with its 95 % bootstrap interval over situations."""

    way: str  # 'random', 'prior', 'score', 'prior x score', ...
    right: Figure  # share of situations whose most likely action is plausible
    mass: Figure  # probability of a plausible action, as drawn in a run
    gain: Figure  # of `mass` over the prior alone, paired
    by_cause: dict[str, float]  # `right`


class Fitness(Frozen):
    """What a model can do, measured once."""

    model: str
    situations: int  # of the probe
    ways: tuple[Compared, ...]
    json_valid: float  # share of JSON replies that name an option
    plan: float  # sense of a written day: distinct, in order, at sensible hours
    prompt_speed: float  # tokens/s
    generation_speed: float
    evidence: Evidence  # the method that helps the prior most
    plans: Plans
    weight: float  # of the evidence when something comes up, fitted on all situations
    halves: tuple[float, float]  # the same, fitted on each half of them
    routine_weight: float  # of the evidence when nothing does, fitted on days held out from memory
    routine_gain: float  # nats a step that the evidence adds to the prior on those days
    steps: int  # held out

    def way(self, name: str) -> Compared | None:
        """The figures of one way to choose; None where the model has no such way."""
        return next((it for it in self.ways if it.way == name), None)

    def sentence(self) -> str:
        """In plain words what this model is fit for."""
        both = self.way(f"prior x {self.evidence}")
        gain = both.gain if both else (0.0, 0.0, 0.0)
        trust = (
            "Its choices are worth having beside memory" if gain[1] > 0 else
            "Its choices do no harm, and no good that could be measured" if gain[2] >= 0 else
            "Its choices are worse than memory's"
        )  # fmt: skip
        plans = "it may write plans" if self.plans == "write" else "it chooses between days drawn from memory"
        return (
            f"{self.model}: {trust} ({gain[0]:+.3f}, {gain[1]:+.3f} to {gain[2]:+.3f}); weighed by "
            f"{self.evidence}, weight {self.weight:g} (by halves {self.halves[0]:g} and {self.halves[1]:g}; "
            f"in {self.steps} everyday steps {self.routine_weight:g}, worth {self.routine_gain:+.3f} nats). "
            f"Valid JSON {self.json_valid:.2f}, sense of a written day {self.plan:.2f}: {plans}. Reads "
            f"{self.prompt_speed:.0f} and writes {self.generation_speed:.0f} tokens/s."
        )

    def table(self) -> str:
        """All ways to choose, one a line."""
        head = f"{self.situations} situations: plausible when most likely | probability | over the prior"
        rows = [
            f"{it.way:15} {_figure(it.right)} | {_figure(it.mass)} | {_figure(it.gain)}" for it in self.ways
        ]
        return "\n".join([head, *rows])


def remember(fitness: Fitness) -> Path:
    """Keep *fitness*; returns the file."""
    path = _file(fitness.model)
    write_text(path, fitness.model_dump_json(indent=1))
    return path


def recalled_fitness(model: str) -> Fitness | None:
    """What is known of *model*; None if it was never checked, or was by another version of the check."""
    try:
        return Fitness.model_validate_json(_file(model).read_text(encoding="utf-8"))
    except (OSError, ValidationError):
        return None


def _figure(value: Figure) -> str:
    return f"{value[0]:6.3f} ({value[1]:.3f} to {value[2]:.3f})"


def _file(model: str) -> Path:
    return user_cache("fitness") / f"{sha256(model.encode()).hexdigest()[:24]}.json"
