"""When things are done: behaviours by weekday and hour, as a table and as a heat map."""

from typing import Any

import numpy as np

from evaluation.svg import box, element, label, title
from scenarios.frozen import WEEKDAYS

Times = np.ndarray[Any, np.dtype[np.datetime64]]

CELL, LEFT, TOP = 34, 44, 22  # px


def rhythm(local: Times) -> list[list[float]]:
    """Behaviours an hour, weekday (Monday first) by hour of the day; the mean over the days at hand."""
    hours = local.astype("datetime64[h]").astype(np.int64)
    days = np.unique(hours // 24)
    of_week = np.bincount((days + 3) % 7, minlength=7)  # 1 January 1970 was a Thursday
    counts = np.bincount((hours // 24 + 3) % 7 * 24 + hours % 24, minlength=7 * 24).reshape(7, 24)
    mean = counts / np.maximum(of_week, 1)[:, None]
    return [[round(float(value), 3) for value in row] for row in mean]


def heat_map(
    values: list[list[float]],
    *,
    what: str = "Behaviours by weekday and hour",
    unit: str = "on average",
    most: float | None = None,
    cell: float = CELL,
) -> str:
    """An SVG, weekdays down, times of day across (24 hours or fewer, longer spans); the darker the more.

    *most* is the value of the darkest cell, so that two maps can be compared; *cell* is px across.
    """
    peak = max((value for row in values for value in row), default=0.0)
    hours = 24 // len(values[0])  # that a cell is long
    cells = [
        _cell(f"{_time(day, at * hours)}, {value:g} {unit}", LEFT + at * cell, TOP + day * 24, cell, value,
              value / (most or peak or 1.0))
        for day, row in enumerate(values)
        for at, value in enumerate(row)
    ]  # fmt: skip
    rows = [label(name.capitalize(), 0, TOP + day * 24 + 17) for day, name in enumerate(WEEKDAYS)]
    named = [
        label(f"{at * hours:02d}", LEFT + at * cell, TOP - 7, class_="soft")
        for at in range(len(values[0]))
        if at * hours % 3 == 0
    ]
    day, at = divmod(int(np.argmax(values)), len(values[0]))
    width, height = LEFT + len(values[0]) * cell, TOP + 7 * 24
    return element(
        "svg", title(what),
        element("desc", f"The busiest time is {_time(day, at * hours)}, {peak:g} {unit}."),
        *rows, *named, *cells,
        viewBox=f"0 0 {width:g} {height}", width="100%", role="img", class_="heat",
        aria_label=f"Heat map: {what[:1].lower()}{what[1:]}, at most {peak:g} {unit}",
    )  # fmt: skip


def _time(day: int, hour: int) -> str:
    return f"{WEEKDAYS[day].capitalize()} {hour:02d}:00"


def _cell(about: str, x: float, y: float, width: float, value: float, share: float) -> str:
    strength = round(0.05 + 0.95 * share, 3)
    picture = box(x, y, width - 2, 22, title(about), class_="cell", fill_opacity=strength)
    if not value:
        return picture
    number = f"{value:.0f}" if value >= 9.95 else f"{value:.1f}"
    look = "full" if share > 0.77 else "faint"  # where both have the same contrast
    return picture + label(
        number, x + width / 2 - 1, y + 15, class_=look, text_anchor="middle", pointer_events="none"
    )
