"""Pictures of a compression: how near each method comes to every piece, and how far the lost ones are."""

from collections.abc import Mapping, Sequence
from math import ceil
from typing import Any, NamedTuple

from evaluation.svg import box, element, label, safe, title

WIDTH, HEIGHT = 720, 350  # px, of the plot with its axes
LEFT, RIGHT, TOP, BOTTOM = 58, 20, 64, 52
MOST_TICKS = 6  # tenths of distance that get a tick each
KEY = 23  # px, of a line of the legend
ACROSS = "distance to the nearest kept routine"
READ_OFF = 20  # the step of a curve, of a hundred, that the description tells
DASHES = ("none", "7 4", "2 3", "10 3 2 3", "5 2", "14 5")

STYLE = """
.covers { --paper: #fff; --ink: #1d1d1f; --soft: #5c5c63; --line: #d9d9de; --asked: #1f5f9f; --c0: #b34700;
  --c1: #00755a; --c2: #74478f; --c3: #7d6200; --c4: #5c5c63; --c5: #a8215d;
  background: var(--paper); font: 15px system-ui, sans-serif; }
@media (prefers-color-scheme: dark) { .covers { --paper: #17181c; --ink: #ececf0; --soft: #a8a8b3;
  --line: #3a3b42; --asked: #7db4ea; --c0: #ff9d66; --c1: #5fd3a8; --c2: #c9a6e4; --c3: #e6c84c;
  --c4: #a8a8b3; --c5: #f58fbc; } }
.covers text { fill: var(--ink); }
.covers .soft { fill: var(--soft); font-size: 14px; }
.covers .heading { font-size: 18px; font-weight: 600; }
.covers .grid { stroke: var(--line); stroke-width: 1; }
.covers polyline { fill: none; stroke-width: 1.8; }
.covers .asked { stroke: var(--asked); stroke-width: 3.4; }
.covers .lost { fill: var(--asked); }
"""


def curves(methods: Sequence[Mapping[str, Any]], asked: str, heading: str) -> str:
    """An SVG of its own: share of pieces within each distance of a kept routine, a line a method."""
    lines = sorted(methods, key=lambda row: (row["name"] != asked, row["mean"], row["name"]))
    looks = [("asked", "none"), *((f"c{at}", DASHES[at % len(DASHES)]) for at in range(len(lines) - 1))]
    across = _Across(reach(methods))
    drawn = [_curve(row, across, *look) for row, look in reversed([*zip(lines, looks, strict=True)])]
    keys = [_key(row, look, at, len(lines)) for at, (row, look) in enumerate(zip(lines, looks, strict=True))]
    about = "; ".join(f"{row['name']} {row['curve'][READ_OFF]:.0%}" for row in lines)
    height = HEIGHT + KEY * ((len(lines) + 2) // 3) + 18
    return element(
        "svg", title(heading),
        element("desc", safe(f"Share of pieces within {READ_OFF / 100:.2f} of a kept routine: {about}.")),
        f"<style>{STYLE}</style>", box(0, 0, WIDTH, height, fill="var(--paper)"),
        label(heading, 14, 28, class_="heading"),
        *_axes("share of all pieces", f"{ACROSS} (0: the same, 1: nothing in common)", across),
        *drawn, *keys,
        xmlns="http://www.w3.org/2000/svg", viewBox=f"0 0 {WIDTH} {height}", width="100%", role="img",
        class_="covers", aria_label=heading,
    )  # fmt: skip


def reach(methods: Sequence[Mapping[str, Any]]) -> float:
    """The distance, in tenths, within which all methods have all pieces."""
    return max(1, ceil(10 * max((float(row["farthest"]) for row in methods), default=1))) / 10


def bars(histogram: Sequence[Mapping[str, float]], farthest: float, heading: str) -> str:
    """An SVG of its own: lost pieces by distance to the nearest kept routine."""
    across, histogram = _Across(farthest), [row for row in histogram if row["from"] < farthest]
    most = max((row["count"] for row in histogram), default=0) or 1
    drawn = [_bar(row, across, _y(row["count"] / most)) for row in histogram]
    about = "; ".join(_told(row) for row in histogram if row["count"]) or "Nothing is lost."
    return element(
        "svg", title(heading), element("desc", safe(about)),
        f"<style>{STYLE}</style>", box(0, 0, WIDTH, HEIGHT, fill="var(--paper)"),
        label(heading, 14, 28, class_="heading"),
        *_axes("", ACROSS, across), *drawn,
        xmlns="http://www.w3.org/2000/svg", viewBox=f"0 0 {WIDTH} {HEIGHT}", width="100%", role="img",
        class_="covers", aria_label=heading,
    )  # fmt: skip


def _bar(row: Mapping[str, float], across: "_Across", top: float) -> str:
    left, right = across.x(row["from"]), across.x(row["to"])
    drawn = box(left + 1, top, right - left - 2, HEIGHT - BOTTOM - top, title(_told(row)), class_="lost")
    if not row["count"]:
        return drawn
    return drawn + label(
        f"{row['count']:,}", (left + right) / 2, top - 4, class_="soft", text_anchor="middle"
    )


def _curve(row: Mapping[str, Any], across: "_Across", look: str, dash: str) -> str:
    last = len(row["curve"]) - 1
    seen = row["curve"][: round(across.to * last) + 1]
    points = " ".join(f"{across.x(at / last):.1f},{_y(share):.1f}" for at, share in enumerate(seen))
    about = title(f"{row['name']}: {row['curve'][0]:.0%} the same, {row['curve'][READ_OFF]:.0%} within 0.20")
    return element("polyline", about, points=points, **_stroke(look, dash))


def _key(row: Mapping[str, Any], look: tuple[str, str], at: int, of: int) -> str:
    rows = (of + 2) // 3
    x, y = LEFT + at // rows * (WIDTH - LEFT) / 3, HEIGHT + 20 + at % rows * KEY
    name, dash = look
    sample = element("polyline", points=f"{x:.0f},{y} {x + 34:.0f},{y}", **_stroke(name, dash))
    return sample + label(row["name"].replace("_", " "), x + 42, y + 4)


def _stroke(look: str, dash: str) -> dict[str, str | float]:
    if look == "asked":
        return {"class_": "asked"}
    return {"stroke": f"var(--{look})", "stroke_dasharray": dash}


def _axes(up: str, along: str, across: "_Across") -> list[str]:
    drawn = [label(along, LEFT, HEIGHT - 6, class_="soft"), label(up, 14, TOP - 13, class_="soft")]
    for share in (0.0, 0.25, 0.5, 0.75, 1.0) if up else ():
        drawn.append(element("path", d=f"M{LEFT} {_y(share):.1f}H{WIDTH - RIGHT}", class_="grid"))
        drawn.append(label(f"{share:.0%}", LEFT - 8, _y(share) + 4, class_="soft", text_anchor="end"))
    for tenth in range(0, round(10 * across.to) + 1, 1 if across.to <= MOST_TICKS / 10 else 2):
        distance, x, y = tenth / 10, across.x(tenth / 10), HEIGHT - BOTTOM
        drawn.append(element("path", d=f"M{x:.1f} {y}v5", class_="grid"))
        drawn.append(label(f"{distance:.1f}", x, y + 20, class_="soft", text_anchor="middle"))
    return drawn


def _told(row: Mapping[str, float]) -> str:
    return f"{row['from']:.2f} to {row['to']:.2f}: {row['count']:,} lost pieces"


class _Across(NamedTuple):
    """The axis of distances, up to `to`."""

    to: float

    def x(self, distance: float) -> float:
        """Where *distance* lies, px."""
        return LEFT + distance / self.to * (WIDTH - LEFT - RIGHT)


def _y(share: float) -> float:
    return TOP + (1 - share) * (HEIGHT - TOP - BOTTOM)
