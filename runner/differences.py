"""What makes a run this run, and in which words two runs differ."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from scenarios.problems import printable

HOW_IT_IS_ASKED = re.compile(
    r"scenario\.(budget\b.*|mind\.llm\.(base_url|timeout|deadline|outage|concurrency|most_fallbacks))"
)
"""Settings that change no reply: a run goes on with a server that has moved, with more patience or money."""
FILED = ("catalogue", "prompts", "code")
"""Settings that are digests, by what they are digests of."""
MOST_NAMED, MOST_LINES, MOST_LETTERS = 6, 12, 48
MISSING = object()


def identity(settings: Mapping[str, Any]) -> dict[str, Any]:
    """What makes a run this run: every value by its key, such as 'scenario.seed'."""
    return {key: value for key, value in flat(settings).items() if not HOW_IT_IS_ASKED.fullmatch(key)}


def flat(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Every value by the keys that lead to it, such as 'scenario.seed'."""
    return dict(_values(settings, ""))


def same_scenario(before: Mapping[str, Any], now: Mapping[str, Any]) -> bool:
    """Whether two runs differ in the program at most."""
    asked = [{key: it.get(key) for key in ("scenario", "shard")} for it in (before, now)]
    return identity(asked[0]) == identity(asked[1])


def differences(before: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    """In what two runs differ, a line each: 'scenario.seed: 7 → 8', 'prompts: plan.md changed'."""
    settled = [{key: it for key, it in settings.items() if key not in FILED} for settings in (before, now)]
    filed = ((key, before.get(key, {}), now.get(key, {})) for key in FILED)
    return [
        *changed_values(*map(identity, settled)),
        *(f"{key}: {_filed(a, b)}" for key, a, b in filed if a != b),
    ]


def changed_values(before: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    """The values that differ, by their key; of many the first."""
    keys = [key for key in {**before, **now} if before.get(key, MISSING) != now.get(key, MISSING)]
    told = [
        f"{printable(key)}: {_short(before.get(key, MISSING))} → {_short(now.get(key, MISSING))}"
        for key in keys[:MOST_LINES]
    ]
    return [*told, f"and {len(keys) - MOST_LINES} more"] if len(keys) > MOST_LINES else told


def _filed(before: Any, now: Any) -> str:
    if not (isinstance(before, Mapping) and isinstance(now, Mapping)):
        return "changed"
    fates = {
        "changed": [name for name in before if name in now and before[name] != now[name]],
        "new": [name for name in now if name not in before],
        "gone": [name for name in before if name not in now],
    }
    return "; ".join(f"{_named(names)} {fate}" for fate, names in fates.items() if names)


def _named(names: list[str]) -> str:
    more = len(names) - MOST_NAMED
    return ", ".join(map(printable, sorted(names)[:MOST_NAMED])) + (f" and {more} more" if more > 0 else "")


def _values(settings: Any, where: str) -> Iterator[tuple[str, Any]]:
    below = _by_name(settings) if isinstance(settings, list | tuple) else settings
    if not below or not isinstance(below, Mapping):
        yield where, settings
        return
    for key, value in below.items():
        yield from _values(value, f"{where}.{key}" if where else str(key))


def _by_name(items: list[Any] | tuple[Any, ...]) -> dict[Any, Any]:
    """By their ids where they have some, so that one who moves out does not rename the others."""
    ids = [item.get("id") if isinstance(item, Mapping) else None for item in items]
    named = all(isinstance(it, str) for it in ids) and len(set(ids)) == len(ids)
    return dict(zip(ids if named else range(len(items)), items, strict=True))


def _short(value: Any) -> str:
    if value is MISSING:
        return "nothing"
    text = json.dumps(value, ensure_ascii=False)
    text = text if text.isprintable() else json.dumps(value)
    return text if len(text) <= MOST_LETTERS else text[: MOST_LETTERS - 1] + "…"
