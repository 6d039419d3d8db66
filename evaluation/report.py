"""The report of a run: report.json for programs, report.html for people. One file each, no network.

`run` draws it at its end; `evaluate` draws the same again, with real logs beside it.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from dataset.atomic import write_text
from evaluation.page import page
from evaluation.proof.charts import frontier, losses
from evaluation.proof.evidence import Against, Tell, evidence
from evaluation.proof.graph import graph
from evaluation.proof.verdict import best_of
from evaluation.reading import read_run
from evaluation.rhythm import heat_map
from evaluation.standing import MINE, REAL
from evaluation.timeline import draw

HTML, JSON = "report.html", "report.json"
GROUPS: Mapping[str, tuple[str, ...]] = {
    "What is done, and when": (
        "hours", "days", "rhythm", "devices", "actions", "devices by hour", "together",
    ),
    "In which order": (
        "transitions", *(f"{size}-gram {it}" for it in ("precision", "recall") for size in (2, 4, 8)),
    ),
    "How long": ("gaps", "durations", "lengths", "spans"),
}  # fmt: skip
PRIVATE: Mapping[str, str] = {
    "nearer to the source than real ones": "chance that one of these lies nearer to the log than a real "
    "sequence that was not used; .5 = as near, and higher is worse",
    "closer to the source": "share nearer to the source than to what was held out; .5 = no nearer",
    "excess exact copies": "share that is in the source word for word, less the share that is in what was "
    "held out; 0 = none",
    "excess of the longest run": "behaviours of the longest run shared with the source, less those shared "
    "with what was held out; 0 = none",
    "membership inference, AUC": "how well one guesses which real sequences were in the source; .5 = not",
}
NEAR = "nearer to the source than real ones"
MATTERS = "NDCG@10"


def write_report(folder: Path, against: Against | None = None, tell: Tell = lambda _: None) -> dict[str, Any]:
    """Write report.json and report.html into *folder*, which holds a complete run; what the former says."""
    found = evidence(folder, against, tell)
    write_text(folder / JSON, json.dumps(found, indent=1, sort_keys=True, ensure_ascii=False) + "\n")
    run = read_run(folder, most=1)
    pictures = _pictures(found["beside"]) if found["beside"] else {}
    html = page(
        "proof/pages/report.html", **found, timeline=draw(run, run.log()), heat=heat_map(found["rhythm"]),
        pictures=pictures, groups=GROUPS, private=PRIVATE, mine=MINE, real=REAL,
    )  # fmt: skip
    write_text(folder / HTML, html)
    return found


def _pictures(beside: Mapping[str, Any]) -> dict[str, str]:
    """Real beside ours, as SVG."""
    profiles, worth = beside["profiles"], beside["utility"]
    most = max(value for rows in profiles.values() for row in rows for value in row)
    maps = {
        row: heat_map(
            profiles[row], what=f"When things are done, {row}", unit="% of all", most=most, cell=44,
        )
        for row in (REAL, MINE)
    }  # fmt: skip
    points = {
        row: (own[NEAR]["value"] if NEAR in own else 0.5, best_of(worth["predictors"][row], MATTERS))
        for row, own in beside["likeness"]["rows"].items()
    }
    shown = [MINE, REAL, "Markov chain"]
    return {
        **{f"rhythm, {row}": it for row, it in maps.items()},
        **{f"graph, {row}": graph(beside["flows"], row) for row in (REAL, MINE)},
        "losses": losses(worth["losses"], shown),
        "frontier": frontier(points, "nearness to the log (.5 = as real ones)", f"{MATTERS}, next behaviour"),
    }
