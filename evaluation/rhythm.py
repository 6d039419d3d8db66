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


def heat_map(values: list[list[float]]) -> str:
    """An SVG, weekdays down, hours across; the darker the more."""
    most = max((value for row in values for value in row), default=0.0) or 1.0
    cells = [
        _cell(day, hour, value, value / most)
        for day, row in enumerate(values)
        for hour, value in enumerate(row)
    ]
    rows = [label(name.capitalize(), 0, TOP + day * 24 + 17) for day, name in enumerate(WEEKDAYS)]
    hours = [label(f"{hour:02d}", LEFT + hour * CELL, TOP - 7, class_="soft") for hour in range(0, 24, 3)]
    width, height = LEFT + 24 * CELL, TOP + 7 * 24
    day, hour = divmod(max(range(7 * 24), key=lambda cell: values[cell // 24][cell % 24]), 24)
    about = f"The busiest hour is {WEEKDAYS[day].capitalize()} {hour:02d}:00, {most:g} on average."
    return element(
        "svg", title("Behaviours by weekday and hour"),
        element("desc", about),
        *rows, *hours, *cells,
        viewBox=f"0 0 {width} {height}", width="100%", role="img", class_="heat",
        aria_label=f"Heat map: behaviours by weekday and hour, at most {most:g} an hour",
    )  # fmt: skip


def _cell(day: int, hour: int, value: float, share: float) -> str:
    about = title(f"{WEEKDAYS[day].capitalize()} {hour:02d}:00, {value:g} on average")
    x, y = LEFT + hour * CELL, TOP + day * 24
    picture = box(x, y, CELL - 2, 22, about, class_="cell", fill_opacity=round(0.05 + 0.95 * share, 3))
    if not value:
        return picture
    number = f"{value:.0f}" if value >= 9.95 else f"{value:.1f}"
    look = "full" if share > 0.55 else "faint"
    return picture + label(
        number, x + CELL / 2 - 1, y + 15, class_=look, text_anchor="middle", pointer_events="none"
    )
