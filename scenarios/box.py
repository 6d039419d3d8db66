"""Rooms as rectangles on their storey: what they share, and which of their walls look outdoors. Metres."""

from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import Annotated, Literal

from pydantic import Field

from scenarios.frozen import Frozen

Side = Literal["north", "east", "south", "west"]
SIDES: tuple[Side, ...] = ("north", "east", "south", "west")
Span = tuple[float, float]
"""From, to along a wall: x of a northern or southern one, y of the others."""

SLACK = 0.02  # less than this is how the plan was written, not a gap between rooms


class Box(Frozen):
    """Where a room lies on its storey: its north-west corner and its size in m; x runs east, y south."""

    x: Annotated[float, Field(ge=-500, le=500)]
    y: Annotated[float, Field(ge=-500, le=500)]
    width: Annotated[float, Field(gt=0, le=200)]
    depth: Annotated[float, Field(gt=0, le=200)]

    @property
    def across(self) -> Span:
        """From the western to the eastern wall."""
        return self.x, self.x + self.width

    @property
    def along(self) -> Span:
        """From the northern to the southern wall."""
        return self.y, self.y + self.depth

    def wall(self, side: Side) -> Span:
        """The whole wall on that side."""
        return self.across if side in ("north", "south") else self.along


def overlap(one: Box, two: Box) -> float:
    """The floor that both claim, m²."""
    width, depth = _common(one.across, two.across), _common(one.along, two.along)
    return width * depth if width > SLACK and depth > SLACK else 0.0


def gap(one: Box, two: Box) -> float:
    """Metres between them, 0 where they touch."""
    apart = (max(0.0, -_common(one.across, two.across)), max(0.0, -_common(one.along, two.along)))
    return float((apart[0] ** 2 + apart[1] ** 2) ** 0.5)


def shared_wall(one: Box, two: Box) -> tuple[Side, Span] | None:
    """The side of *one* on which *two* lies against it, and the stretch that they share."""
    for side in SIDES:
        if abs(_line(one, side) - _line(two, _opposite(side))) <= SLACK:
            start, end = _both(one.wall(side), two.wall(side))
            if end - start > SLACK:
                return side, (start, end)
    return None


def outer_walls(box: Box, others: Iterable[Box]) -> Mapping[Side, tuple[Span, ...]]:
    """The stretches of each wall with none of *others* behind them."""
    taken: dict[Side, list[Span]] = {side: [] for side in SIDES}
    for other in others:
        if found := shared_wall(box, other):
            taken[found[0]].append(found[1])
    return {side: rest_of(box.wall(side), spans) for side, spans in taken.items()}


def longest(spans: Iterable[Span]) -> Span | None:
    """The longest stretch, the first where several are; None where there is none."""
    return max(spans, key=lambda span: round(span[1] - span[0], 3), default=None)


def _line(box: Box, side: Side) -> float:
    """Where the wall on that side stands: y of a northern or southern one, x of the others."""
    start, end = box.along if side in ("north", "south") else box.across
    return start if side in ("north", "west") else end


def _opposite(side: Side) -> Side:
    return SIDES[(SIDES.index(side) + 2) % 4]


def _both(one: Span, two: Span) -> Span:
    return max(one[0], two[0]), min(one[1], two[1])


def _common(one: Span, two: Span) -> float:
    """Metres that both cover; negative: the distance between them."""
    start, end = _both(one, two)
    return end - start


def rest_of(wall: Span, taken: Iterable[Span]) -> tuple[Span, ...]:
    """The stretches of *wall* that none of *taken*, which lie apart, covers."""
    ends = [wall[0], *(end for span in sorted(taken) for end in span), wall[1]]
    free = [(start, end) for start, end in pairwise(ends)][::2]
    return tuple((start, end) for start, end in free if end - start > SLACK)
