"""What is used after what, as a picture: the same devices in the same places, arrows as wide as frequent."""

from collections.abc import Mapping, Sequence
from math import atan2, cos, pi, sin, sqrt
from typing import Any, NamedTuple

import numpy as np

from evaluation.corpus import Corpus, Floats
from evaluation.standing import MINE, REAL
from evaluation.svg import element, label, title

NODES, ARROWS = 9, 18
WIDTH, HEIGHT, RADIUS = 500.0, 330.0, 122.0  # px
WIDEST, LARGEST = 9.0, 20.0


class Place(NamedTuple):
    """Where a device stands in the picture."""

    x: float
    y: float


def flows(mine: Corpus, real: Corpus) -> dict[str, Any]:
    """Shares of the device types most used, and of their changes from one to another, of both."""
    kinds = [np.array([it.partition(":")[0] for it in one.words.actions])[one.action] for one in (mine, real)]
    names = np.unique(np.concatenate(kinds))
    shares = {name: float(np.mean([np.mean(own == name) for own in kinds])) for name in names}
    chosen = sorted(sorted(shares), key=lambda it: -shares[it])[:NODES]
    return {
        "devices": chosen,
        "used": {row: [float(np.mean(own == it)) for it in chosen] for row, own in _by_row(kinds)},
        "changes": {
            row: _changes(one, own, chosen).round(5).tolist()
            for (row, own), one in zip(_by_row(kinds), (mine, real), strict=True)
        },
    }


def _by_row(values: Sequence[Any]) -> list[tuple[str, Any]]:
    return list(zip((MINE, REAL), values, strict=True))


def _changes(sample: Corpus, kinds: Any, chosen: Sequence[str]) -> Floats:
    """Shares of all steps to another device type."""
    before, after = kinds[sample.pairs], kinds[sample.pairs + 1]
    moved = max(1, int((before != after).sum()))
    return np.array(
        [
            [0.0 if a == b else float(((before == a) & (after == b)).sum() / moved) for b in chosen]
            for a in chosen
        ]
    )


def graph(found: Mapping[str, Any], row: str) -> str:
    """An SVG of one of the two."""
    names, used, changes = found["devices"], found["used"][row], np.array(found["changes"][row])
    places = [_place(number, len(names)) for number in range(len(names))]
    most = max(1e-9, *(max(map(max, it)) for it in found["changes"].values())) if names else 1.0
    order = [divmod(int(it), len(names)) for it in np.argsort(-changes, axis=None, kind="stable")[:ARROWS]]
    arrows = [(a, b) for a, b in order if changes[a, b] > 0]
    told = ", ".join(f"{names[a]} to {names[b]} {changes[a, b]:.0%}" for a, b in arrows[:4])
    return element(
        "svg", title(f"What is used after what, {row}"),
        element("desc", f"The most frequent changes: {told or 'none'}."),
        *(_arrow(places[a], places[b], changes[a, b] / most, f"{names[a]} → {names[b]}: {changes[a, b]:.1%}")
          for a, b in reversed(arrows)),
        *(_node(place, name, share) for place, name, share in zip(places, names, used, strict=True)),
        viewBox=f"0 0 {WIDTH:g} {HEIGHT:g}", width="100%", role="img", class_="graph",
        aria_label=f"Graph of {row}: what is used after what. Most frequent: {told or 'none'}",
    )  # fmt: skip


def _place(number: int, count: int) -> Place:
    angle = 2 * pi * number / max(1, count) - pi / 2
    return Place(WIDTH / 2 + RADIUS * cos(angle), HEIGHT / 2 + RADIUS * sin(angle))


def _arrow(one: Place, two: Place, strength: float, says: str) -> str:
    """A bent line, so that both directions are seen, with a head at its end."""
    length = sqrt((two.x - one.x) ** 2 + (two.y - one.y) ** 2) or 1.0
    across = Place(-(two.y - one.y) / length, (two.x - one.x) / length)
    bend = Place((one.x + two.x) / 2 + across.x * 18, (one.y + two.y) / 2 + across.y * 18)
    at = atan2(two.y - bend.y, two.x - bend.x)
    tip = Place(two.x - 9 * cos(at), two.y - 9 * sin(at))
    wings = " ".join(
        f"L {tip.x - 8 * cos(at + turn):.1f} {tip.y - 8 * sin(at + turn):.1f}" for turn in (0.45, -0.45)
    )
    line = f"M {one.x:.1f} {one.y:.1f} Q {bend.x:.1f} {bend.y:.1f} {tip.x:.1f} {tip.y:.1f}"
    head = f"M {tip.x:.1f} {tip.y:.1f} {wings} Z"
    faint = round(0.25 + 0.75 * strength, 2)
    return element(
        "g", title(says),
        element("path", d=line, class_="flow", stroke_width=max(1, WIDEST * strength), stroke_opacity=faint),
        element("path", d=head, class_="head", fill_opacity=faint),
    )  # fmt: skip


def _node(place: Place, name: str, share: float) -> str:
    radius = 3 + LARGEST * sqrt(share)
    side = (place.x - WIDTH / 2) / RADIUS
    anchor = "middle" if abs(side) < 0.2 else ("start" if side > 0 else "end")
    away = 0 if anchor == "middle" else (radius + 5) * (1 if side > 0 else -1)
    above = place.y < HEIGHT / 2
    lift = (-radius - 6 if above else radius + 14) if anchor == "middle" else 4
    circle = element(
        "circle", title(f"{name}: {share:.1%} of all"), cx=place.x, cy=place.y, r=radius, class_="node"
    )
    return circle + label(name, place.x + away, place.y + lift, text_anchor=anchor)
