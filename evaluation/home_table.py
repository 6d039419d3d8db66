"""A home at a glance, for the terminal: its rooms, and what has been checked."""

from typing import Literal

from rich.console import Console
from rich.table import Table

from scenarios.home import Home

CHECKED = (
    "every room can be reached from outside, rooms do not overlap, doors join neighbours, "
    "windows lie on outer walls, devices are of known types"
)

MIN_WIDTH = {"devices": 24}


def show_home(home: Home) -> None:
    """Prints rooms with kind, area, storey, windows and devices."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("room", "kind", "m²", "storey", "windows", "devices"):
        justify: Literal["right", "left"] = "right" if heading in ("m²", "storey") else "left"
        table.add_column(heading, justify=justify, min_width=MIN_WIDTH.get(heading), overflow="fold")
    for name, room in home.rooms.items():
        windows = "\n".join(f"{window.facing} {window.area:g} m²" for window in room.windows)
        devices = ", ".join(device for device, place in home.devices.items() if place.room == name)
        table.add_row(name, room.kind, f"{room.area:g}", str(room.storey), windows, devices)
    console = Console(highlight=False, markup=False)
    console.print(table)
    drawn = "" if all(room.box for room in home.rooms.values()) else " (of the rooms that have a box)"
    console.print(f"{home.name}: {CHECKED}{drawn}.")
