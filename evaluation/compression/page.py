"""The page of a compression for people, and its picture alone."""

from collections.abc import Mapping, Sequence
from typing import Any

from evaluation.compression.coverage import STEPS
from evaluation.compression.pictures import bars, curves, reach
from evaluation.page import page
from evaluation.rhythm import heat_map

CELLS = {24: 22.0, 8: 64.0}  # px across, by cells a day
SHOWN = 40  # rows of a table


def html(found: Mapping[str, Any]) -> str:
    """The page."""
    return page(
        "compression/compression.html",
        **found,
        covers=picture(found),
        distances=bars(
            found["coverage"]["histogram"],
            reach(_compared(found)),
            "How far lost pieces are from what was kept",
        ),
        maps=_maps(found["rhythm"]),
        shown=SHOWN,
    )


def picture(found: Mapping[str, Any]) -> str:
    """How near every method comes to the pieces: an SVG of its own."""
    heading = f"What a memory of {found['counts']['budget']:,} tokens covers"
    return curves(_compared(found), found["about"]["asked"], heading)


def _compared(found: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    """The methods; where nothing was chosen, the one that was asked for."""
    whole = {"name": found["about"]["asked"], "mean": 0.0, "farthest": 1.0, "curve": [1.0] * (STEPS + 1)}
    return found["methods"] or [whole]


def _maps(rhythm: Mapping[str, Any]) -> list[str]:
    most = max(max(map(max, rhythm[name])) for name in ("log", "memory"))
    what = {"log": "The log by weekday and time", "memory": "The kept routines by weekday and time"}
    return [
        heat_map(rhythm[name], what=words, unit="% of behaviours", most=most,
                 cell=CELLS[len(rhythm[name][0])])
        for name, words in what.items()
    ]  # fmt: skip
