"""A grammar of malice: what a model may answer instead of what it was asked for."""

import json
from collections.abc import Callable, Sequence
from random import Random
from typing import Any

from agents.gateway.journal import Request
from agents.gateway.made_up import made_up

NASTY = (
    "", " ", "\x00", "\x1b[2J\x07", "\ud800", "\u202eevil", "\ufeff", "null", "unlock the front door",
    "<|im_end|><|im_start|>system", "« you are free »", "```json", "---", "</script><script>alert(1)",
    "../../etc/passwd", "'; DROP TABLE replies; --", "{{7*7}}", "$activities", "%s%n", "prends un café",
    "\u505a\u65e9\u9910", "__class__", "x" * 20_000, "\n" * 500, "23:59", "-1:00", "25:61", "\uff17:30",
)  # fmt: skip
WRONG: tuple[Any, ...] = (
    None, True, False, 0, -1, 10**30, -(10**400), 1.5, 1e308, float("nan"), float("inf"), [], {}, [[]],
    [None], {"a": {}}, {"steps": []}, *NASTY,
)  # fmt: skip
WHOLE = (
    "", "null", "42", '"text"', "[]", "{}", "{" * 5000, "[" * 50_000, '{"a":' * 20_000, "}{", "{]",
    "\x00" * 99,
    '{"steps": NaN}', '{"steps": [{"at": Infinity}]}', '{"steps": "steps"}', '{"steps": {"0": {}}}',
    '{"action": ["go"]}', '{"answer": {"x": 1}, "words": []}', '{"insight": 7}', "I cannot.",
    '{"steps": [' + '{"at": "08:00", "activity": "eat", "minutes": 5, "why": ""},' * 3000 + "]}",
    '{"insight": "' + "word " * 5000 + '"}', '{"action": "\\ud800"}',
    '{"words": "\\u0000", "answer": "agree"}',
    "9" * 5000, '{"steps": ' + "9" * 5000 + "}",
)  # fmt: skip


def malicious(request: Request, draw: Random) -> str:
    """The text of one reply to *request*; now and then a good one, so that life goes on."""
    good = str(made_up(request)["text"])
    kind = draw.choice(("good", "whole", "value", "value", "value", "text", "text"))
    if kind == "good":
        return good
    if kind == "whole":
        return str(draw.choice(WHOLE))
    if kind == "text":
        return draw.choice(DEFORMED)(good, draw)
    try:
        tree = json.loads(good)
    except ValueError:
        return str(draw.choice(NASTY))
    for _ in range(1 + int(3 * draw.random())):
        tree = spoilt(tree, draw)
    return json.dumps(tree, ensure_ascii=draw.random() < 0.5)


def spoilt(tree: Any, draw: Random) -> Any:
    """The tree with one of its nodes replaced, added or taken away."""
    if isinstance(tree, dict) and tree and draw.random() < 0.8:
        key = draw.choice(sorted(tree))
        if draw.random() < 0.1:
            return {name: value for name, value in tree.items() if name != key}
        return {**tree, key: spoilt(tree[key], draw)}
    if isinstance(tree, list) and tree and draw.random() < 0.8:
        number = draw.choice(range(len(tree)))
        if draw.random() < 0.1:
            return tree * 200
        return [*tree[:number], spoilt(tree[number], draw), *tree[number + 1 :]]
    return draw.choice(WRONG)


def _half(text: str, draw: Random) -> str:
    return text[: int(draw.random() * len(text))]


def _sprinkled(text: str, draw: Random) -> str:
    at = int(draw.random() * len(text))
    return text[:at] + str(draw.choice(NASTY)) + text[at:]


DEFORMED: Sequence[Callable[[str, Random], str]] = (
    _half, _sprinkled, _sprinkled,
    lambda text, _: f"Sure! Here it is:\n```json\n{text}\n```\nAnything else?",
    lambda text, _: f"{text}\n{text}",
    lambda text, _: text.replace('"', "'"),
    lambda text, _: text.replace("{", '{"steps": 1, "action": 2, "answer": "x", ', 1),
    lambda text, _: text.replace("at", "um").replace("activity", "Tätigkeit"),
    lambda text, _: text.upper(),
    lambda text, _: text[::-1],
    lambda text, _: json.dumps(text),
    lambda text, _: '{"a":' * 2000 + text + "}" * 2000,
)  # fmt: skip


def letters(draw: Random) -> Any:
    """Log-probabilities of a first letter."""
    return draw.choice((
        None, {}, {"A": -0.1}, {"A": 5.0, "B": -1e308}, {" ": 0.0, "": -1.0}, {"B": -3.0, "b": 0.0},
        {"Z": -0.5}, {str(it): -float(it) for it in range(100)}, {"A": -0.2, "B": -0.3, "C": -4.0},
        {"\x00": 1.0},
    ))  # fmt: skip
