"""What came of a run and what it took, as plain values for programs."""

from collections.abc import Sequence
from typing import Any

from runner.run import Job, Outcome
from scenarios.chance import Chance
from scenarios.course import lives_of
from scenarios.population_draw import draw
from scenarios.scenario import PopulationScenario, Scenario


def summary(job: Job, outcome: Outcome) -> dict[str, Any]:
    """Contents are those of the run; seconds, calls and tokens those of this command alone."""
    manifest, spent = outcome.manifest, outcome.ledger.total
    thought = [counts for by_resident in manifest.tokens.values() for counts in by_resident.values()]
    return {
        "run": str(job.folder.path),
        "digest": manifest.digest,
        "households": len(manifest.households),
        "residents": _people(job.scenario, job.indices),
        "days": job.scenario.days,
        "events": manifest.counts["events"],
        "decisions": manifest.counts["decisions"],
        "seconds": round(outcome.seconds, 3),
        "damaged": list(outcome.damaged),
        "llm": {
            "model": manifest.origin.model,
            "calls": spent.calls,
            "cached": spent.cached,
            "prompt_tokens": spent.prompt_tokens,
            "completion_tokens": spent.completion_tokens,
            "thoughts": sum(counts["thoughts"] for counts in thought),
            "fallbacks": sum(counts["fallbacks"] for counts in thought),
            "ledger": outcome.ledger.summary(),
        },
        "invalid_executed": manifest.invalid["executed"],
        "invalid_proposed": manifest.invalid["proposed"],
    }


def _people(scenario: Scenario | PopulationScenario, indices: Sequence[int]) -> int:
    """How many live in the households *indices* together."""
    if isinstance(scenario, Scenario):
        return len(lives_of(scenario)) * len(indices)
    chance = Chance(scenario.seed).branch("population")
    return sum(len(draw(scenario.population, chance.branch(index)).members) for index in indices)
