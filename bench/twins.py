"""How soon a life is again what it would have been: SmartGuard's ten, two days apart, beside the clean twin.

PYTHONPATH=. python bench/twins.py --home fr_home --start 2026-01-12
"""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer

import run_sim
from scenarios.anomaly_kinds import KINDS

FAMILIES = ("SD", "MD", "DM", "DD")
APART = 2  # days from one to the next
SCENARIO = """\
name: twins
seed: {seed}
start: {start}
days: {days}
home: {{include: homes/{home}.yaml}}
residents:
  - {{include: profiles/office_worker.yaml, id: anna, name: Anna}}
  - {{include: profiles/freelancer.yaml, id: ben, name: Ben}}
anomalies:
{anomalies}
"""


def main(
    home: Annotated[str, typer.Option(help="One of scenarios/homes/.")] = "fr_home",
    start: Annotated[str, typer.Option(help="The first day.")] = "2026-01-12",
    seed: Annotated[int, typer.Option(help="Of lives and windows.")] = 7,
    without: Annotated[str, typer.Option(help="Kinds that the home has nothing for, by comma.")] = "",
) -> None:
    """All kinds at all difficulties in one life; says what `run_sim.py twin` says."""
    kinds = [name for name, it in KINDS.items() if it.family in FAMILIES and name not in without.split(",")]
    wanted = [(kind, difficulty) for difficulty in ("easy", "medium", "hard") for kind in kinds]
    lines = [
        f"  - {{kind: {kind}, day: {APART * number + 1}, difficulty: {difficulty}}}"
        for number, (kind, difficulty) in enumerate(wanted)
    ]
    days = APART * len(wanted) + 2
    text = SCENARIO.format(seed=seed, start=start, days=days, home=home, anomalies="\n".join(lines))
    with TemporaryDirectory() as folder:
        (file := Path(folder) / "twins.yaml").write_text(text, encoding="utf-8")
        for command in ([file, "--mind", "habit", "--out", f"{folder}/run"], ["twin", f"{folder}/run"]):
            run_sim.main(list(map(str, command)))


if __name__ == "__main__":
    typer.run(main)
