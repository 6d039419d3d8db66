"""One self-contained HTML file: template, style, script and data in it; it can reach no network."""

from base64 import b64encode
from hashlib import sha256
from pathlib import Path
from typing import Any

from dataset.manifest import is_complete
from evaluation.page import page
from evaluation.reading import Log, Run, read_run, words
from evaluation.replay.packing import Texts, packed
from evaluation.replay.plan import plan_of
from evaluation.replay.reasons import conflicts, decisions, marks
from evaluation.replay.story import KINDS, Story
from evaluation.replay.tracks import calendar, devices, outdoors, people
from evaluation.svg import legible

HERE = Path(__file__).parent
SCRIPTS = ("data.js", "people.js", "plan.js", "strips.js", "events.js", "why.js", "player.js")
"""In the order in which they are read: each needs only those before it."""


def replay(folder: Path, household: str | None = None) -> str:
    """The page of *household* (else the first) of the run in *folder*."""
    run = read_run(folder, household, 1)
    log = run.log(household)
    style = (HERE / "replay.css").read_text(encoding="utf-8")
    script = '"use strict";\n' + "\n".join((HERE / name).read_text(encoding="utf-8") for name in SCRIPTS)
    content = replayed(run.of(log), log)
    return page(
        "replay/replay.html", title=f"{words(run.scenario.name)}: a replay", style=style, script=script,
        policy=_policy(style, script), data=packed(content), icons=(HERE / "icons.svg").read_text("utf-8"),
    )  # fmt: skip


def replayed(run: Run, log: Log) -> dict[str, Any]:
    """All that the page knows of one household."""
    texts = Texts()
    content = {
        "about": _about(run, log),
        "calendar": calendar(run),
        "outdoors": outdoors(run, log),
        "plan": plan_of(run),
        "people": people(run, log, texts),
        "devices": devices(run, log, texts),
        "rows": Story(run, log, texts).rows(),
        "decisions": decisions(run, log, texts),
        "conflicts": conflicts(run, log, texts),
        "marks": marks(run, log, texts),
        "kinds": KINDS,
    }
    return {**content, "texts": texts.all()}


def _about(run: Run, log: Log) -> dict[str, Any]:
    home, several = run.scenario.home, run.households > 1
    told = {"name": words(run.scenario.name), "home": home.name, "place": home.climate.name}
    return {
        **{name: legible(text) for name, text in told.items()},
        "household": log.household if several else "",
        "end": run.end,
        "complete": is_complete(run.folder),
    }


def _policy(style: str, script: str) -> str:
    """The Content-Security-Policy: this style, this script, nothing else, and nothing from anywhere."""
    allowed = {"script-src": script, "style-src": style}
    told = "; ".join(f"{what} 'sha256-{_digest(text)}'" for what, text in allowed.items())
    return f"default-src 'none'; {told}; base-uri 'none'; form-action 'none'"


def _digest(text: str) -> str:
    return b64encode(sha256(text.encode("utf-8")).digest()).decode("ascii")
