"""A replay of four people's month in headless Chromium: how large, how soon there, how smoothly it scrubs.

PYTHONPATH=. python bench/replay.py [--days 30] [--run FOLDER] [--json]
"""

import argparse
import json
import tempfile
import time
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

from bench.chromium import LAPTOP, PHONE, Page, chromium
from evaluation.replay.page import replay
from run_sim import main as homefolk

FAMILY = Path(__file__).parents[1] / "scenarios" / "family.yaml"
READY = "document.documentElement?.dataset.ready"
MOVES = 200  # of the pointer across a strip
SCRUBBED = """
(() => {
  window.frames = [];
  window.spent = [];
  const before = window.plainShow ??= show;
  show = () => { const began = performance.now(); before(); spent.push(performance.now() - began); };
  const watch = (now) => { frames.push(now); requestAnimationFrame(watch); };
  requestAnimationFrame(watch);
})()
"""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--days", type=int, default=30)
    parser.add_argument("--run", type=Path, help="a run at hand instead of the shipped family")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        run = asked.run or Path(folder) / "run"
        if asked.run is None:
            assert homefolk([str(FAMILY), "--days", str(asked.days), "--out", str(run)]) == 0
        found = measured(run, Path(folder) / "page.html")
    if asked.json:
        print(json.dumps(found))
    else:
        for name, figures in found.items():
            print(f"{name:<22} {', '.join(f'{what} {figure:g}' for what, figure in figures.items())}")


def measured(run: Path, file: Path) -> dict[str, dict[str, float]]:
    """Of the page of *run*: seconds to make and to load, kB, ms a frame."""
    began = time.perf_counter()
    file.write_text(replay(run), encoding="utf-8")
    found = {"made": {"s": round(time.perf_counter() - began, 2), "kB": round(file.stat().st_size / 1000)}}
    with chromium() as page:
        page.call("Performance.enable", timeDomain="threadTicks")
        for name, size in (("laptop", LAPTOP), ("phone", PHONE)):
            page.size(*size)
            page.open(file, READY)
            found[f"loaded, {name}"] = {
                "s": round(page.run("performance.now()") / 1000, 2), "CPU s": round(_cpu(page), 2)
            }  # fmt: skip
            page.run(SCRUBBED)
            for strip in ("run", "day"):
                found[f"scrubbed {strip}, {name}"] = scrubbed(page, strip)
        found["played, laptop"] = played(page)
        assert page.logged == [], page.logged
    return found


def scrubbed(page: Page, strip: str) -> dict[str, float]:
    """Drag the pointer from one end of a strip to the other."""
    box = f"document.getElementById('{strip}').getBoundingClientRect()"
    x, y, width, height = page.run(f"(({{x, y, width, height}}) => [x, y, width, height])({box})")
    page.run("frames.length = spent.length = 0")
    before = _cpu(page)
    page.mouse("mousePressed", x + 80, y + height / 2)
    for move in range(MOVES):
        page.mouse("mouseMoved", x + 80 + (width - 100) * move / MOVES, y + height / 2)
    page.mouse("mouseReleased", x + width - 20, y + height / 2)
    return _frames(page, before)


def played(page: Page, seconds: float = 5.0) -> dict[str, float]:
    """Let it play, a quarter of an hour a second."""
    page.size(*LAPTOP)
    page.run("state.speed = 900; seek(7 * 3600e3); play(true); frames.length = spent.length = 0")
    before = _cpu(page)
    time.sleep(seconds)
    page.run("play(false)")
    return _frames(page, before)


def _frames(page: Page, before: float) -> dict[str, float]:
    """Milliseconds from frame to frame, of our own script, and of the page's thread on a processor."""
    drawn, spent = page.run("[frames, spent]")
    gaps = sorted(later - sooner for sooner, later in pairwise(drawn))
    spent = sorted(spent)
    shown = max(len(spent), 1)
    return {
        "frames": len(gaps), "median ms": _at(gaps, 0.5), "p95 ms": _at(gaps, 0.95),
        "script median ms": _at(spent, 0.5), "script p95 ms": _at(spent, 0.95),
        "CPU ms a frame": round(1000 * (_cpu(page) - before) / shown, 1),
    }  # fmt: skip


def _at(ordered: Sequence[float], share: float) -> float:
    return round(ordered[min(int(share * len(ordered)), len(ordered) - 1)], 1) if ordered else 0.0


def _cpu(page: Page) -> float:
    """Seconds that the page's thread has worked."""
    metrics: list[dict[str, Any]] = page.call("Performance.getMetrics")["metrics"]
    return float(next(it["value"] for it in metrics if it["name"] == "TaskDuration"))


if __name__ == "__main__":
    main()
