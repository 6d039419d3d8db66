"""Profiles made of others: an archetype beneath, fragments over it, the person's own keys on top.

Mappings are merged key by key, a later layer wins; what a person means to do, likes, avoids, takes or
remembers adds up, and [] empties it. An archetype lends everything but who it is.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from scenarios.problems import unknown
from scenarios.resident import identifier
from scenarios.tree import Node, branch, find, plain, put

if TYPE_CHECKING:
    from scenarios.including import Folder

ARCHETYPE, EXTENDS = "archetype", "extends"
FOLDERS = {ARCHETYPE: ("profiles", "archetype"), EXTENDS: ("fragments", "fragment")}
"""Where the shipped ones lie, and what one is called."""
ADD_UP = frozenset(
    {"intents", "tastes", "routines", "forbidden", "avoids", "relationships", "conditions", "medication"}
)
OWN = ("id", "name", ARCHETYPE, EXTENDS)
INSTEAD = (("rota", "away"), ("away", "rota"))
"""Of a schedule: where a later layer has the first, the second of the layers below is gone."""


def layers(keys: Mapping[str, Node]) -> Iterator[tuple[str, Node]]:
    """(key, what it names) of every layer, in the order in which they are laid."""
    for key in (ARCHETYPE, EXTENDS):
        if (named := keys.get(key)) is not None and named.value is not None:
            for one in named.value if isinstance(named.value, list) else (named,):
                yield key, one


def layer_file(named: Node, key: str, beside: Path, folder: "Folder") -> Path:
    """The file of an archetype or fragment: the user's own, else a shipped one, else a ValueError."""
    from scenarios.including import SHIPPED

    kind, noun = FOLDERS[key]
    if not isinstance(named.value, str):
        raise ValueError(f"expected the name of a shipped {noun}, or a YAML file")
    if named.value.endswith((".yaml", ".yml")):
        return folder.lookup(named.value, beside)
    for name in (f"{named.value}.yaml", f"{kind}/{named.value}.yaml"):
        found = folder.there(name, beside)
        if found is not None and found.parent != SHIPPED:  # there scenarios stand
            return found
    raise ValueError(unknown(noun, named.value, (file.stem for file in (SHIPPED / kind).glob("*.yaml"))))


def laid(under: Node, over: Node) -> Node:
    """A layer over those below it; what is wrong in form is left to validation."""
    if not isinstance(under.value, dict) or not isinstance(over.value, dict):
        return over
    keys = {key: node for key, node in under.value.items() if not _replaced(key, over.value)}
    for key, node in over.value.items():
        keys[key] = _joined(key, keys[key], node) if key in keys else node
    return branch(keys, over.file, over.line)


def lent(layer: Node) -> Node:
    """A profile or fragment without what makes it somebody."""
    if not isinstance(layer.value, dict):
        return layer
    keys = {key: node for key, node in layer.value.items() if key not in OWN}
    return branch(keys, layer.file, layer.line)


def identified(tree: Node, pattern: str) -> Node:
    """*tree* in which everybody at *pattern* who has a name has an id."""
    for path, who in list(find(tree, pattern)):
        if isinstance(who.value, dict) and "id" not in who.value and "name" in who.value:
            name = who.value["name"]
            if made := identifier(name.value):
                tree = put(tree, (*path, "id"), name._replace(value=made, size=1))
    return tree


def _replaced(key: str, over: Mapping[str, Node]) -> bool:
    return any(key == below and above in over for above, below in INSTEAD)


def _joined(key: str, under: Node, over: Node) -> Node:
    if key in ADD_UP and isinstance(under.value, list) and isinstance(over.value, list) and over.value:
        said = [_meant(key, node) for node in over.value]
        kept = [node for node in under.value if _meant(key, node) not in said]
        return branch([*kept, *over.value], over.file, over.line)
    return laid(under, over)


def _meant(key: str, node: Node) -> object:
    """What an item of a list is about: of two intents for one activity the later one counts."""
    about = {"intents": "activity", "routines": "name", "relationships": "to"}.get(key)
    value = plain(node)
    return value.get(about) if about and isinstance(value, dict) else value
