"""What a run is by itself: how it was made, what was done, what is odd in it, what it cost."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import numpy as np

from dataset.manifest import Manifest
from evaluation import figures
from evaluation.checks import check
from evaluation.energy import by_type
from evaluation.outdoors import outdoors
from evaluation.proof.seen import Read
from evaluation.reading import Run
from evaluation.rhythm import rhythm
from world.event import Kind

MOST_HOUSEHOLDS = 50  # looked at one by one; of more, the first


def facts(run: Run, found: Read, manifest: Manifest) -> dict[str, Any]:
    """Everything that can be counted without a real log."""
    wall = found.seen.local[found.seen.done].astype("datetime64[ms]")
    return {
        "about": _about(run, found, manifest),
        "model": figures.model(run, manifest.origin.model),
        "decisions": figures.decisions(run),
        "refused": figures.refused(run),
        "rhythm": rhythm(wall),
        "devices": figures.devices(run),
        "actions": figures.actions(run),
        "rules": figures.rules(run),
        "sensors": figures.sensors(run, manifest.sensors),
        "conflicts": figures.conflicts(run),
        "changes": figures.changes(run),
        "energy": by_type(run),
        "outdoors": outdoors(run, run.logs[0]),
        "residents": figures.minutes(run),
        "checks": {name: asdict(finding) for name, finding in check(run).items()},
    }


def _about(run: Run, found: Read, manifest: Manifest) -> Mapping[str, Any]:
    scenario, seen = run.scenario, found.seen
    whole = len(found.names) == run.households
    return {
        "scenario": scenario.name,
        "words": scenario.about,
        "home": "each in a home of its own" if run.drawn else scenario.home.name,
        "first": f"{scenario.start:%-d %B %Y}",
        "last": f"{run.clock.date_of(scenario.days - 1):%-d %B %Y}",
        "days": scenario.days,
        "households": run.households,
        "looked at": len(run.logs),
        "read": len(found.names),
        "rows": len(seen),
        "residents": [*run.names.values()] if not run.drawn else _who(run),
        "events": len(seen) if whole else manifest.counts["events"],
        "decisions": manifest.counts["decisions"],
        "readings": int((seen.kind == Kind.READING).sum()),
        "anomalies": int(np.count_nonzero(seen.anomaly != "")),
        "seed": scenario.seed,
        "weather": bool(scenario.weather),
        "mind": scenario.mind.kind,
        "deliberation": scenario.mind.deliberation,
        "model": manifest.origin.model,
        "digest": manifest.digest,
        "fingerprint": manifest.origin.fingerprint,
    }


def _who(run: Run) -> list[str]:
    """How many people in how many cities live in drawn households."""
    homes = [run.of(log).scenario for log in run.logs]
    cities = {home.home.climate.name for home in homes}
    return [f"{sum(len(home.residents) for home in homes)} people in {len(cities)} climates"]
