"""A run beside its clean twin, in words for the terminal."""

from collections.abc import Iterator

from dataset.twins import ALIKE, Differing, Twins

SHOWN = 5  # strays
HEADS = ("anomaly", "difficulty", "labelled", "only here", "only in twin", "hours after")


def lines(found: Twins) -> Iterator[str]:
    """A row a window, and whether all that differs lies where it may."""
    several = len({it.window["household"] for it in found.windows}) > 1
    rows: list[tuple[str, ...]] = [HEADS]
    for it in found.windows:
        name = f"{it.window['household']} {it.window['anomaly']}" if several else it.window["anomaly"]
        numbers = (it.labelled, it.here, it.there, f"{it.hours:.1f}")
        rows.append((name, it.window["difficulty"], *map(str, numbers)))
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = [text.ljust(width) for text, width in zip(row, widths, strict=True)]
        yield "  ".join([*cells[:2], *(it.strip().rjust(len(it)) for it in cells[2:])])
    yield from _verdict(found)


def _verdict(found: Twins) -> Iterator[str]:
    if wrong := [it.window["anomaly"] for it in found.windows if it.shared]:
        yield f"the twin has events that are labelled here: {', '.join(wrong[:SHOWN])}"
    yield from _stayed(found)
    if not found.strays:
        yield "every difference is labelled, or lies within a window or its declared consequences"
        return
    yield f"{len(found.strays)} differences lie outside of every window and its declared consequences:"
    yield from map(_line, found.strays[:SHOWN])
    if len(found.strays) > SHOWN:
        yield f"  and {len(found.strays) - SHOWN} more"


def _stayed(found: Twins) -> Iterator[str]:
    """What was set in answer and stays: the settings by which most differs."""
    if not found.stayed:
        return
    yield f"{sum(found.stayed.values())} differ later, while what was set in answer stays set:"
    for it, count in sorted(found.stayed.items(), key=lambda one: -one[1])[:SHOWN]:
        here, there = it.here or "as ever", it.there or "as ever"
        until = f"to {it.until:%Y-%m-%d}" if it.until else "to the end"
        yield f"  {count}: {it.device} {here}, in the twin {there}, from {it.since:%Y-%m-%d} {until}"


def _line(it: Differing) -> str:
    told = dict(zip(ALIKE, it.event, strict=True))
    where = "only here" if it.here else "only in the twin"
    words = (told[name] for name in ("kind", "actor", "activity", "device", "command", "value"))
    return f"  {it.household} {it.time:%Y-%m-%d %H:%M:%S}Z {where}: {' '.join(filter(None, words))}"
