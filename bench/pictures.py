"""The pictures of pages in docs/: a family's week is lived, its replay and report are opened and looked at.

PYTHONPATH=. python bench/pictures.py [replay replay_phone report]
"""

import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from bench.chromium import LAPTOP, PHONE, chromium
from run_sim import main as homefolk

ROOT = Path(__file__).parents[1]
SCENARIO = ROOT / "scenarios" / "family.yaml"
DAYS = 7
READY = "document.documentElement?.dataset.ready"
LOADED = "document.readyState === 'complete' && document.body"
EVENING, MORNING = 20.25, 31.6  # hours since the first midnight


@dataclass(frozen=True)
class Picture:
    """A page of the run, how it is looked at, and what is done in it before."""

    page: str
    size: tuple[int, int]
    dark: bool = False
    does: str = ""
    ready: str = LOADED


PICTURES = {
    "replay": Picture("replay.html", LAPTOP, does=f"seek({EVENING} * HOUR); show()", ready=READY),
    "replay_phone": Picture(
        "replay.html", PHONE, dark=True, does=f"seek({MORNING} * HOUR); show()", ready=READY
    ),
    "report": Picture("report.html", LAPTOP),
}


def main(names: list[str]) -> None:
    """Take the pictures called *names*, or all."""
    with tempfile.TemporaryDirectory() as folder, chromium() as browser:
        run = Path(folder) / "run"
        assert homefolk([str(SCENARIO), "--days", str(DAYS), "--out", str(run)]) == 0
        assert homefolk(["replay", str(run)]) == 0
        for name in names or PICTURES:
            picture = PICTURES[name]
            browser.size(*picture.size, dark=picture.dark, calm=True)  # nothing half-way to its colour
            browser.open(run / picture.page, picture.ready)
            browser.run(f"{picture.does}; new Promise((done) => setTimeout(done, 600))")
            browser.picture(file := ROOT / "docs" / f"{name}.webp")
            print(f"{file.relative_to(ROOT)}: {file.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main(sys.argv[1:])
