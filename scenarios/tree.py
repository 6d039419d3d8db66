"""A tree of data in which every value knows where it stands, and the few ways to walk and change it."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from scenarios.problems import Problem, ScenarioError, dotted, shown

MOST_NODES = 100_000

Scalar = str | int | float | bool | None
KeyPath = tuple[str | int, ...]


class Node(NamedTuple):
    """A value and where it stands: the value of a key stands on the line of the key.

    Without a file it comes from the command line. `size` counts the node and all below it.
    """

    value: "Scalar | dict[str, Node] | list[Node]"
    file: Path | None
    line: int
    size: int = 1


def problem(node: Node, path: Sequence[str | int], message: str) -> Problem:
    """What is wrong with *node*, found at *path*."""
    return Problem(shown(node.file) if node.file else "command line", node.line, dotted(path), message)


def refusal(file: Path | None, line: int, message: str) -> ScenarioError:
    """One thing that makes the whole file unusable."""
    return ScenarioError([problem(Node(None, file, line), (), message)])


def branch(value: dict[str, Node] | list[Node], file: Path | None, line: int) -> Node:
    """A mapping or sequence, unless it has swollen beyond all reason."""
    below = value.values() if isinstance(value, dict) else value
    size = 1 + sum([node.size for node in below])
    if size > MOST_NODES:
        raise refusal(file, line, f"holds over {MOST_NODES} values once its aliases are written out")
    return Node(value, file, line, size)


def node_of(value: object) -> Node:
    """Plain data as a node of no file."""
    if isinstance(value, Mapping):
        return branch({str(key): node_of(below) for key, below in value.items()}, None, 0)
    if isinstance(value, list | tuple):
        return branch([node_of(below) for below in value], None, 0)
    return Node(value if isinstance(value, str | int | float | bool | None) else str(value), None, 0)


def plain(node: Node) -> Any:
    """The data alone."""
    if isinstance(node.value, dict):
        return {key: plain(below) for key, below in node.value.items()}
    if isinstance(node.value, list):
        return [plain(item) for item in node.value]
    return node.value


def child(node: Node, step: str | int) -> Node | None:
    """What stands under a key or index of *node*, if anything does."""
    if isinstance(node.value, dict) and isinstance(step, str):
        return node.value.get(step)
    if isinstance(node.value, list) and isinstance(step, int):
        return node.value[step] if 0 <= step < len(node.value) else None
    return None


def locate(node: Node, path: Sequence[str | int]) -> tuple[KeyPath, Node]:
    """The part of *path* that exists below *node*, and the node it leads to."""
    for done, step in enumerate(path):
        below = child(node, step)
        if below is None:
            return tuple(path[:done]), node
        node = below
    return tuple(path), node


def find(node: Node, pattern: str, path: KeyPath = ()) -> Iterator[tuple[KeyPath, Node]]:
    """Every node whose path matches *pattern* ('residents.*.bedroom'); `*` stands for any key or index."""
    first, _, rest = pattern.partition(".")
    if not first:
        yield path, node
        return
    for step in _steps(node) if first == "*" else (first,):
        below = child(node, step)
        if below is not None:
            yield from find(below, rest, (*path, step))


def _steps(node: Node) -> Sequence[str | int]:
    if isinstance(node.value, dict):
        return list(node.value)
    return range(len(node.value)) if isinstance(node.value, list) else ()


def put(node: Node, path: KeyPath, new: Node) -> Node:
    """*node* with *new* at *path*; mappings on the way are made where there are none."""
    if not path:
        return new
    if isinstance(node.value, list) and isinstance(path[0], int):
        items = list(node.value)
        items[path[0]] = put(items[path[0]], path[1:], new)
        return branch(items, node.file, node.line)
    if not isinstance(node.value, dict | None):
        return node  # validation says what is wrong here
    keys: Mapping[str, Node] = node.value or {}
    step = str(path[0])
    below = put(keys.get(step, Node({}, new.file, new.line)), path[1:], new)
    return branch({**keys, step: below}, node.file, node.line)
