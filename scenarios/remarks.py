"""What the code says of a model's keys, for JSON Schemas: the comment beside a field is its description."""

import ast
import inspect
import textwrap
import tokenize
from collections.abc import Mapping
from functools import cache
from io import StringIO


@cache
def remarks(model: type) -> Mapping[str, str]:
    """The comment beside each field of *model*, by field; inherited ones too."""
    found: dict[str, str] = {}
    for parent in reversed(model.__mro__):
        if "__annotations__" in vars(parent) and parent.__module__.startswith("scenarios."):
            found |= _beside(textwrap.dedent(inspect.getsource(parent)))
    return found


def _beside(source: str) -> dict[str, str]:
    comments = {
        token.start[0]: token.string.lstrip("# ").strip()
        for token in tokenize.generate_tokens(StringIO(source).readline)
        if token.type == tokenize.COMMENT and not token.string.startswith(("# type:", "# noqa"))
    }
    (body,) = ast.parse(source).body
    fields = [node for node in getattr(body, "body", ()) if isinstance(node, ast.AnnAssign)]
    return {
        node.target.id: words
        for node in fields
        if isinstance(node.target, ast.Name)
        and (words := " ".join(comments[line] for line in _lines(node) if line in comments))
        and not words.startswith("fmt:")
    }


def _lines(node: ast.AnnAssign) -> range:
    return range(node.lineno, (node.end_lineno or node.lineno) + 1)
