"""Safe YAML 1.2 (core schema) with positions: in, a file; out, a tree of nodes that know their line.

`22:30` and `2026-01-12` stay text, `on`, `off`, `yes` and `no` stay words. What data never needs is refused:
tags, duplicate keys, several documents, great depth, and aliases that swell (a "billion laughs" bomb).
"""

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from scenarios.problems import ScenarioError, nearest_file, printable
from scenarios.tree import MOST_NODES, Node, Scalar, branch, refusal

MOST_BYTES = 5_000_000
MOST_DEPTH = 32

# libyaml where PyYAML was built with it (every wheel is): ten times faster
_Parser: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_NULL = frozenset({"", "~", "null", "Null", "NULL"})
_BOOL = {word: word.lower() == "true" for word in ("true", "True", "TRUE", "false", "False", "FALSE")}
_INT = re.compile(r"[-+]?[0-9]{1,30}")
_BASED = re.compile(r"0o[0-7]{1,30}|0x[0-9a-fA-F]{1,30}")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_SPECIAL = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")


def read(path: Path) -> Node:
    """The one document in the file at *path*."""
    return parse(text_of(path), path)


def text_of(path: Path) -> str:
    """What the file at *path* says; ScenarioError where it cannot be read, is too large or no UTF-8."""
    try:
        if path.exists() and not path.is_file():  # a pipe would keep us waiting
            raise refusal(path, 0, f"is {'a folder' if path.is_dir() else 'no file'}; a file was expected")
        with path.open("rb") as stream:
            data = stream.read(MOST_BYTES + 1)
    except FileNotFoundError:
        raise refusal(path, 0, f"there is no such file{nearest_file(path)}") from None
    except (OSError, ValueError) as error:
        raise refusal(path, 0, f"cannot be read: {getattr(error, 'strerror', None) or error}") from None
    if len(data) > MOST_BYTES:
        raise refusal(path, 0, f"is larger than {MOST_BYTES // 1_000_000} MB")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise refusal(path, data.count(b"\n", 0, error.start) + 1, "is not UTF-8 text") from None


def parse(text: str, file: Path) -> Node:
    """The one document in *text*; *file* is the file to name in errors."""
    try:
        events = _Parser(text)
        try:
            return _Composer(events, file).document()
        finally:
            events.dispose()
    except yaml.MarkedYAMLError as error:
        mark: Any = error.problem_mark or error.context_mark
        message = printable(error.problem or error.context or "broken")
        raise refusal(file, mark.line + 1 if mark else 0, f"is not YAML: {message}") from None
    except yaml.YAMLError as error:
        raise refusal(file, 0, f"is not YAML: {printable(str(error).splitlines()[0])}") from None


def scalar(text: str) -> Scalar:
    """A plain scalar read by the YAML 1.2 core schema. A whole number of over 30 digits becomes a float."""
    if text in _NULL:
        return None
    if text in _BOOL:
        return _BOOL[text]
    if text[0] not in "+-.0123456789":
        return text
    if _INT.fullmatch(text):
        return int(text)
    if _BASED.fullmatch(text):
        return int(text, 0)
    if _FLOAT.fullmatch(text):
        return float(text)
    return float(text.lower().replace(".", "")) if _SPECIAL.fullmatch(text) else text


@dataclass
class _Composer:
    """Builds the tree from the parser's events."""

    events: Any
    file: Path
    anchors: dict[str, Node] = field(default_factory=dict)
    count: int = 0

    def document(self) -> Node:
        self.events.get_event()  # the stream starts
        if self.events.check_event(yaml.StreamEndEvent):
            return Node(None, self.file, 1)
        self.events.get_event()  # the document starts
        node = self.node(self.events.get_event(), 0)
        self.events.get_event()  # the document ends
        if not self.events.check_event(yaml.StreamEndEvent):
            raise self._refuse(self.events.get_event(), "holds several documents; one is expected")
        return node

    def node(self, event: Any, depth: int, line: int = 0) -> Node:
        kind = type(event)
        line = line or _line(event)
        if kind is yaml.AliasEvent:
            if event.anchor not in self.anchors:
                raise self._refuse(event, f"alias *{printable(event.anchor)} comes before its anchor ends")
            return self.anchors[event.anchor]
        if event.tag is not None:
            raise self._refuse(event, f"tag {printable(event.tag)} is not allowed: plain YAML only")
        self.count += 1
        if self.count > MOST_NODES:
            raise self._refuse(event, f"holds over {MOST_NODES} values")
        if depth > MOST_DEPTH:
            raise self._refuse(event, f"is nested deeper than {MOST_DEPTH} levels")
        if kind is yaml.ScalarEvent:
            node = Node(scalar(event.value) if event.implicit[0] else event.value, self.file, line)
        else:
            value = self.mapping(depth) if kind is yaml.MappingStartEvent else self.sequence(depth)
            node = branch(value, self.file, line)
        if event.anchor is not None:
            self.anchors[event.anchor] = node
        return node

    def mapping(self, depth: int) -> dict[str, Node]:
        found: dict[str, Node] = {}
        while type(key := self.events.get_event()) is not yaml.MappingEndEvent:
            if type(key) is not yaml.ScalarEvent or key.tag is not None or key.anchor is not None:
                raise self._refuse(key, "a key must be plain text")
            if key.value in found:
                first = found[key.value].line
                raise self._refuse(key, f"key {printable(key.value)!r} stands twice; first on line {first}")
            found[key.value] = self.node(self.events.get_event(), depth + 1, _line(key))
        return found

    def sequence(self, depth: int) -> list[Node]:
        found: list[Node] = []
        while type(event := self.events.get_event()) is not yaml.SequenceEndEvent:
            found.append(self.node(event, depth + 1))
        return found

    def _refuse(self, event: Any, message: str) -> ScenarioError:
        return refusal(self.file, _line(event), message)


def _line(event: Any) -> int:
    return int(event.start_mark.line) + 1
