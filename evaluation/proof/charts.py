"""Two small charts: utility against privacy, and the loss on real behaviour by what was trained on."""

from collections.abc import Mapping, Sequence
from typing import Any

from evaluation.standing import MINE, REAL
from evaluation.svg import element, label, title

WIDTH, HEIGHT, LEFT, TOP, BOTTOM = 560.0, 300.0, 56.0, 16.0, 44.0
MARKS = {MINE: "mine", REAL: "real"}  # classes; all others are references
LINES, LINE, NAME = 8, 30.0, 130.0  # device types; px a line; px for names
APART = 14.0  # px between two names


def frontier(points: Mapping[str, tuple[float, float]], across: str, up: str) -> str:
    """An SVG of (nearness to real sequences, utility) of each row; better is up and to the left."""
    xs, ys = ([it[place] for it in points.values()] for place in (0, 1))
    x_of, y_of = _scale(xs, LEFT, WIDTH - 110), _scale(ys, HEIGHT - BOTTOM, TOP + 14)
    told = "; ".join(f"{row}: {up} {y:.2f}, {across} {x:.2f}" for row, (x, y) in points.items())
    return element(
        "svg", title("Utility against privacy"), element("desc", told),
        *_axes(xs, ys, x_of, y_of),
        label(across, LEFT, HEIGHT - 6, class_="soft"),
        label(up, 4, TOP, class_="soft"),
        *_points(points, x_of, y_of),
        viewBox=f"0 0 {WIDTH:g} {HEIGHT:g}", width="100%", role="img", class_="chart",
        aria_label=f"Utility against privacy. {told}",
    )  # fmt: skip


def _scale(values: Sequence[float], first: float, last: float) -> Any:
    low, high = min(values), max(values)
    room = 0.06 * (high - low) or 0.05
    low, high = low - room, high + room
    return lambda value: first + (value - low) / (high - low) * (last - first)


def _axes(xs: Sequence[float], ys: Sequence[float], x_of: Any, y_of: Any) -> list[str]:
    floor = HEIGHT - BOTTOM
    return [
        element("line", x1=LEFT, x2=WIDTH - 100, y1=floor, y2=floor, class_="axis"),
        element("line", x1=LEFT, x2=LEFT, y1=TOP + 8, y2=floor, class_="axis"),
        *(label(f"{it:.2f}", x_of(it), floor + 15, class_="soft", text_anchor="middle")
          for it in (min(xs), max(xs))),
        *(label(f"{it:.2f}", LEFT - 6, y_of(it) + 4, class_="soft", text_anchor="end")
          for it in (min(ys), max(ys))),
    ]  # fmt: skip


def _points(points: Mapping[str, tuple[float, float]], x_of: Any, y_of: Any) -> list[str]:
    """Marks with their names, each below the name before where they would overlap."""
    found, free = [], -APART
    for row, (x, y) in sorted(points.items(), key=lambda it: -it[1][1]):
        free = max(free + APART, y_of(y))
        found.append(_point(row, f"{y:.3f} at {x:.3f}", (x_of(x), y_of(y)), free))
    return found


def _point(row: str, told: str, at: tuple[float, float], beside: float) -> str:
    kind, says, (across, up) = MARKS.get(row, "other"), title(f"{row}: {told}"), at
    if kind == "mine":
        mark = element("circle", says, cx=across, cy=up, r=7, class_="point mine")
    else:
        shape = f"M {across:.1f} {up - 7:.1f} l 7 7 l -7 7 l -7 -7 Z"
        mark = element("path", says, d=shape, class_=f"point {kind}")
    return mark + label(row, across + 11, beside + 4)


def losses(rows: Sequence[Mapping[str, Any]], shown: Sequence[str]) -> str:
    """An SVG: for each device type a line, with the loss of a model of each of the sets *shown*."""
    rows = rows[:LINES]
    most = max((row["nats"][name] for row in rows for name in shown), default=1.0) or 1.0
    x_of = _span(NAME, WIDTH - 30, most)
    height = TOP + LINE * len(rows) + 46
    told = "; ".join(
        f"{row['device']} " + ", ".join(f"{it} {row['nats'][it]:.2f}" for it in shown) for row in rows
    )
    marks = [
        _dot(name, row["nats"][name], x_of(row["nats"][name]), TOP + 14 + LINE * at)
        for at, row in enumerate(rows)
        for name in reversed(shown)
    ]
    lines = [
        label(f"{row['device']}", NAME - 12, TOP + 18 + LINE * at, text_anchor="end")
        + element(
            "line", x1=NAME, x2=WIDTH - 30, y1=TOP + 14 + LINE * at, y2=TOP + 14 + LINE * at, class_="axis"
        )
        for at, row in enumerate(rows)
    ]
    ends = [
        label(f"{value:.1f}", x_of(value), height - 26, class_="soft", text_anchor="middle")
        for value in (0.0, most)
    ]
    return element(
        "svg", title("Loss on real behaviour by device type, nats"), element("desc", told),
        *lines, *marks, *ends, label("nats a behaviour; left is better", NAME, height - 8, class_="soft"),
        viewBox=f"0 0 {WIDTH:g} {height:g}", width="100%", role="img", class_="chart",
        aria_label=f"Loss on real behaviour by device type, nats: {told}",
    )  # fmt: skip


def _span(first: float, last: float, most: float) -> Any:
    return lambda value: first + value / most * (last - first)


def _dot(name: str, value: float, x: float, y: float) -> str:
    kind, says = MARKS.get(name, "other"), title(f"{name}: {value:.2f}")
    if kind == "mine":
        return element("circle", says, cx=x, cy=y, r=6, class_="point mine")
    if kind == "real":
        return element("path", says, d=f"M {x:.1f} {y - 7:.1f} l 7 7 l -7 7 l -7 -7 Z", class_="point real")
    return element("path", says, d=f"M {x:.1f} {y - 6:.1f} l 6 11 l -12 0 Z", class_="point other")
