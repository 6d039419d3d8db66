"""The floor plan as a graph: rooms joined by doors, and how long it takes to walk."""

from math import sqrt

import networkx as nx

from scenarios.home import OPEN_AIR, Home

METRES_PER_SECOND = 1.2  # unhurried indoor walking
DOOR_SECONDS = 1.0
DOORSTEP = 4.0  # metres across `outside`: leaving means passing the door, not reaching the street's end

CALLED = {
    "living": "living room", "dining": "dining room", "child": "child's room", "children": "children's room",
}  # fmt: skip


def where(room: str) -> str:
    """'in the guest room', 'on the balcony', 'outside'."""
    if room == "outside":
        return room
    return (
        f"{'on' if room in ('balcony', 'landing') else 'in'} the {CALLED.get(room, room.replace('_', ' '))}"
    )


class Rooms:
    """Shortest ways between all rooms of a home and `outside`, worked out once."""

    def __init__(self, home: Home) -> None:
        self._graph = _floor_plan(home)
        ways = dict(nx.all_pairs_dijkstra(self._graph, weight="seconds"))
        self._paths = {(one, two): tuple(path) for one in ways for two, path in ways[one][1].items()}
        self._walks = {(one, two): round(1000 * far) for one in ways for two, far in ways[one][0].items()}
        doorways = self._graph["outside"]
        self.entry = tuple(
            sorted(
                doorways,
                key=lambda room: (home.rooms[room].kind in OPEN_AIR, home.rooms[room].kind != "hall", room),
            )
        )

    def path(self, start: str, end: str) -> tuple[str, ...]:
        """The rooms passed through, both ends included."""
        return self._paths[start, end]

    def walk_ms(self, start: str, end: str) -> int:
        """How long the walk takes, from the middle of one room to the middle of the other."""
        return self._walks[start, end]

    def neighbours(self, room: str) -> tuple[str, ...]:
        """The rooms behind the doors of *room*."""
        return tuple(sorted(self._graph[room]))


def _floor_plan(home: Home) -> "nx.Graph[str]":
    """Rooms and doors in sorted order, so that the order in a file decides nothing."""
    across = {name: sqrt(room.area) for name, room in home.rooms.items()} | {"outside": DOORSTEP}
    graph: nx.Graph[str] = nx.Graph()
    graph.add_nodes_from(sorted(across))
    for one, two in sorted(tuple(sorted(door)) for door in home.doors):
        metres = (across[one] + across[two]) / 2
        graph.add_edge(one, two, seconds=metres / METRES_PER_SECOND + DOOR_SECONDS)
    return graph
