"""A run beside its clean twin, in words for the terminal."""

from collections.abc import Iterator

from rich.table import Table

from dataset.twins import ALIKE, Differing, Twins

SHOWN = 5  # strays


def table(found: Twins) -> Table:
    """A row a window."""
    shown = Table(box=None, pad_edge=False)
    for name in ("anomaly", "difficulty", "labelled", "only here", "only in the twin", "last, hours after"):
        shown.add_column(name, justify="left" if name in ("anomaly", "difficulty") else "right")
    for it in found.windows:
        row, several = it.window, len({it.window["household"] for it in found.windows}) > 1
        name = f"{row['household']} {row['anomaly']}" if several else row["anomaly"]
        numbers = (it.labelled, it.here, it.there)
        shown.add_row(name, row["difficulty"], *map(str, numbers), f"{it.hours:.1f}")
    return shown


def verdict(found: Twins) -> Iterator[str]:
    """Whether all that differs lies where it may."""
    if wrong := [it.window["anomaly"] for it in found.windows if it.shared]:
        yield f"the twin has events that are labelled here: {', '.join(wrong[:SHOWN])}"
    if not found.strays:
        yield "every difference is labelled, or lies within a window or its declared consequences"
        return
    yield f"{len(found.strays)} differences lie outside of every window and its declared consequences:"
    yield from map(_line, found.strays[:SHOWN])
    if len(found.strays) > SHOWN:
        yield f"  and {len(found.strays) - SHOWN} more"


def _line(it: Differing) -> str:
    told = dict(zip(ALIKE, it.event, strict=True))
    where = "only here" if it.here else "only in the twin"
    words = (told[name] for name in ("kind", "actor", "activity", "device", "command", "value"))
    return f"  {it.household} {it.time:%Y-%m-%d %H:%M:%S}Z {where}: {' '.join(filter(None, words))}"
