"""All kinds of anomalies, a family a file.

A new family is a file here and one of the same name in `world.anomaly`, each added to `FAMILIES` beside it.
"""

from scenarios.anomaly_kinds import decline, drift, faults, intruder, network, smartguard
from scenarios.anomaly_kinds.kind import AnomalyKind, Kinds

FAMILIES = (smartguard, faults, network, decline, intruder, drift)

KINDS: Kinds = {name: kind for family in FAMILIES for name, kind in family.KINDS.items()}
"""By the name that a scenario gives."""

__all__ = ["KINDS", "AnomalyKind"]
