"""pydantic's findings in plain English, each at the line it is about."""

import re
from collections.abc import Iterable, Iterator, Sequence
from types import UnionType
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, RootModel, ValidationError
from pydantic_core import ErrorDetails

from scenarios.frozen import IDENTIFIER, Contradictions, Finding
from scenarios.including import SHIPPED
from scenarios.problems import Problem, ScenarioError, nearest, printable
from scenarios.tree import KeyPath, Node, locate, plain, problem

DATE = "a date such as 2026-01-12"
KEYS = "keys and values"
EXPECTED = {
    "bool_parsing": "true or false",
    "bool_type": "true or false",
    "date_from_datetime_inexact": DATE,
    "date_from_datetime_parsing": DATE,
    "date_parsing": DATE,
    "date_type": DATE,
    "dict_type": KEYS,
    "finite_number": "a finite number",
    "float_parsing": "a number",
    "float_type": "a number",
    "greater_than": "more than {gt}",
    "greater_than_equal": "{ge} or more",
    "int_from_float": "a whole number",
    "int_parsing": "a whole number",
    "int_parsing_size": "a smaller number",
    "int_type": "a whole number",
    "less_than": "less than {lt}",
    "less_than_equal": "{le} or less",
    "list_type": "a list",
    "model_type": KEYS,
    "string_pattern_mismatch": "text like {pattern}",
    "string_too_long": "at most {max_length} characters",
    "string_type": "text",
    "too_long": "at most {max_length} items",
    "too_short": "{min_length} or more items",
    "tuple_type": "a list",
}
"""What was expected, by pydantic's error type."""

ParsedModel = TypeVar("ParsedModel", bound=BaseModel)


def parsed(model: type[ParsedModel], tree: Node) -> tuple[ParsedModel | None, list[Problem]]:
    """The tree as a *model*, or all that keeps it from being one."""
    if tree.value is None:
        return None, [problem(tree, (), "the file is empty")]
    try:
        return model.model_validate(plain(tree)), []
    except ValidationError as error:
        return None, list(_explained(model, tree, error.errors(include_url=False)))


def settled(
    model: ParsedModel | None, broken: Iterable[Problem], wrong: Iterable[Problem] = ()
) -> ParsedModel:
    """The model, when nothing is *broken* in form or *wrong* in meaning.

    A complaint about a whole is left out when one about its part explains it.
    """
    exact = list(wrong)
    general = [one for one in broken if not any(_explains(part, one) for part in exact)]
    if model is None or exact or general:
        raise ScenarioError([*general, *exact])
    return model


def placed(tree: Node, at: KeyPath, findings: Iterable[Finding]) -> Iterator[Problem]:
    """Findings about the part of *tree* at *at*, each at the line that it is about.

    What a shipped layer says is no mistake in itself: the place is what somebody laid over it.
    """
    _, whole = locate(tree, at)
    for keys, sentence in findings:
        path, node = locate(tree, (*at, *keys))
        if _shipped(node) and not _shipped(whole):
            assert node.file is not None  # noqa: S101  it is shipped
            yield problem(whole, path, f"{sentence} (so it stands in {node.file.name}:{node.line})")
        else:
            yield problem(node, path, sentence)


def _shipped(node: Node) -> bool:
    return node.file is not None and node.file.is_relative_to(SHIPPED)


def _explains(part: Problem, whole: Problem) -> bool:
    return part.where.startswith(f"{whole.where}." if whole.where else "")


def _explained(model: type[BaseModel], tree: Node, findings: Sequence[ErrorDetails]) -> Iterator[Problem]:
    expected: dict[KeyPath, list[str]] = {}
    for finding in findings:
        if finding["type"] == "default_factory_not_called":
            continue  # a default that is derived from what is wrong itself
        if finding["type"] == "too_short" and _has_deeper(findings, finding["loc"]):
            continue  # pydantic does not count items that are wrong themselves
        path, node = locate(tree, finding["loc"])
        if finding["type"] == "extra_forbidden":
            hint = nearest(str(path[-1]), _keys(model, path[:-1]))
            yield problem(node, path, f"unknown key{hint}")
        elif finding["type"] == "missing":
            yield _missing(path, finding["loc"][-1], node)
        elif finding["type"] == "value_error":
            yield from _refused(finding, tree)
        elif finding["loc"] and finding["loc"][-1] == "[key]":
            yield problem(node, path, f"the key must be {_expectation(finding, path[-1])}")
        else:
            expected.setdefault(path, []).append(_expectation(finding, node.value))
    for path, wanted in expected.items():
        node = locate(tree, path)[1]
        yield problem(node, path, _with_input(f"expected {' or '.join(dict.fromkeys(wanted))}", node))


def _refused(finding: ErrorDetails, tree: Node) -> Iterator[Problem]:
    """What a validator of ours said, each finding at the line that it is about."""
    error = finding["ctx"]["error"]
    if not isinstance(error, Contradictions):
        path, node = locate(tree, finding["loc"])
        yield problem(node, path, _with_input(str(error), node))
        return
    yield from placed(tree, finding["loc"], error.findings)


def _has_deeper(findings: Sequence[ErrorDetails], place: tuple[str | int, ...]) -> bool:
    return any(place == other["loc"][: len(place)] and place != other["loc"] for other in findings)


def _missing(path: KeyPath, key: str | int, node: Node) -> Problem:
    if isinstance(key, int):
        return problem(node, path, _with_input("expected more items", node))
    return problem(node, (*path, key), "missing key")


def _expectation(finding: ErrorDetails, value: object) -> str:
    context = {key: f"{v:g}" if isinstance(v, float) else v for key, v in finding.get("ctx", {}).items()}
    if finding["type"] == "literal_error":
        words = re.findall(r"'([^']*)'", context["expected"])
        return f"one of {', '.join(words)}{nearest(str(value), words)}"
    if finding["type"] == "string_type" and isinstance(value, int | float):
        return "text (put it in quotes)"
    if context.get("pattern") == IDENTIFIER:
        return "a name of lower-case letters, digits and _, such as living_room"
    if finding["type"] in EXPECTED:
        return EXPECTED[finding["type"]].format(**context)
    return finding["msg"].removeprefix("Input should be ").replace("a valid ", "a ")


def _with_input(message: str, node: Node) -> str:
    if (
        "; got " in message
        or repr(node.value) in message
        or (isinstance(node.value, dict) and not message.startswith("expected"))
    ):
        return message
    what, question, hint = message.partition("; did you mean")
    return f"{what}; got {_told(node.value)}{question}{hint}"


def _told(value: object) -> str:
    """What stands there, in a few words."""
    if value is None:
        return "nothing"
    if isinstance(value, dict):
        return KEYS
    if isinstance(value, list):
        return f"a list of {len(value)}"
    return str(value).lower() if isinstance(value, bool) else printable(repr(value))


def _keys(model: type[BaseModel], path: KeyPath) -> list[str]:
    """The keys that *model* knows at *path*."""
    kinds: list[Any] = [model]
    for step in path:
        kinds = [below for kind in kinds for below in _below(kind, step)]
    return [key for kind in kinds for key in getattr(kind, "model_fields", ())]


def _below(kind: Any, step: str | int) -> list[Any]:
    """The types that may stand under a key or index of *kind*."""
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        fields = kind.model_fields
        if issubclass(kind, RootModel):
            return [below for arm in _arms(fields["root"].annotation) for below in _below(arm, step)]
        return _arms(fields[step].annotation) if step in fields else []
    origin, parts = get_origin(kind), get_args(kind)
    if origin is dict:
        return _arms(parts[1])
    return _arms(parts[0]) if origin in (list, tuple) else []


def _arms(kind: Any) -> list[Any]:
    """The alternatives of a union, without annotations."""
    origin = get_origin(kind)
    if origin is Annotated:
        return _arms(get_args(kind)[0])
    if origin in (Union, UnionType):
        return [arm for part in get_args(kind) for arm in _arms(part)]
    return [kind]
