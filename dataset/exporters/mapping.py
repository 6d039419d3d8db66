"""A vocabulary, and what stands in for actions that it lacks.

A mapping is JSON from what is done in the home to what the vocabulary calls it: `{"Kettle:switch on":
"SmartPlug:switch on"}`, or a whole device type at once, `{"Kettle": "SmartPlug"}`. "" leaves it out unsaid.
"""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from dataset.clock import Ints
from dataset.exporters.report import Tally
from dataset.json_file import read_json
from dataset.vocabulary import Vocabulary
from scenarios.errors import UserError
from scenarios.problems import nearest, printable

DRAFT = "map.json"


@dataclass(frozen=True)
class Mapped:
    """Ids of *vocabulary*, by way of *stand_ins* where somebody gave them."""

    vocabulary: Vocabulary
    stand_ins: Mapping[str, str] = field(default_factory=dict, hash=False)

    def ids(self, action: str) -> tuple[int, int]:
        """The ids of the device and the action; -1 for what has none."""
        device, _, command = action.partition(":")
        named = self.stand_ins.get(action)
        if named is None and device in self.stand_ins:
            named = self.stand_ins[device] and f"{self.stand_ins[device]}:{command}"
        named = action if named is None else named
        return self.vocabulary.ids(named.partition(":")[0], named) if named else (-1, -1)

    @cached_property
    def controls(self) -> Ints:
        """SmartSense's fourth id by action, which its models pass over: its place among its device's."""
        devices = [self.vocabulary.ids(name.partition(":")[0], name)[0] for name in self.vocabulary.actions]
        seen: Counter[int] = Counter()
        places = []
        for device in devices:
            places.append(seen[device])
            seen[device] += 1
        return np.array(places, dtype=np.int64)

    def silenced(self, action: str) -> bool:
        """Whether the mapping leaves it out on purpose."""
        device = action.partition(":")[0]
        return "" in (self.stand_ins.get(action), self.stand_ins.get(device))

    def missing(self, unknown: Mapping[str, int]) -> str:
        """Which devices and actions have no id, how many rows each; and the mapping to fill in."""
        draft = json.dumps(self.draft(unknown), ensure_ascii=True)
        return (
            f"vocabulary {self.vocabulary.name} has no id for {self.vocabulary.describe(unknown)}; "
            f"put what is to stand for them into a file, such as {draft}, and give it as --map FILE"
        )

    def draft(self, unknown: Mapping[str, int]) -> dict[str, str]:
        """A mapping to begin with: the nearest action of the vocabulary for each, '' where none is near."""
        return {name: self.vocabulary.nearest(name) for name in sorted(unknown)}

    def report(self, unknown: Mapping[str, int], tally: Tally, out: Path) -> None:
        """Count what has no id, and lay a mapping to fill in beside the export."""
        said = {name: rows for name, rows in unknown.items() if not self.silenced(name)}
        tally.leave_out("the mapping says so", sum(unknown.values()) - sum(said.values()))
        tally.leave_out(f"without an id in vocabulary {self.vocabulary.name}", sum(said.values()))
        if said:
            text = json.dumps(self.draft(said), indent=1) + "\n"
            (out / DRAFT).write_text(text, encoding="utf-8")
            tally.remarks.append(
                f"vocabulary {self.vocabulary.name} has no id for {self.vocabulary.describe(said)}; "
                f"{DRAFT} in the export is a mapping to begin with: fill it in and give it as --map FILE"
            )


def read_mapping(path: Path, vocabulary: Vocabulary) -> Mapped:
    """The mapping in the file at *path*; every name on its right must be one of *vocabulary*."""
    try:
        content: Any = read_json(path)
    except ValueError as error:
        raise UserError(f"--map {path} cannot be read: JSON was expected ({error})") from error
    if not isinstance(content, dict) or not all(isinstance(it, str) for it in content.values()):
        raise UserError(f'--map {path}: an object was expected, such as {{"Kettle": "SmartPlug"}}')
    for name, stand_in in content.items():
        _check(path, name, stand_in, vocabulary)
    return Mapped(vocabulary, content)


def _check(path: Path, name: str, stand_in: str, vocabulary: Vocabulary) -> None:
    is_action = ":" in name
    known = vocabulary.actions if is_action else tuple(vocabulary.device_types)
    if stand_in and stand_in not in known:
        what = "action" if is_action else "device"
        raise UserError(
            f"--map {path}: {printable(name)!r} is to be {printable(stand_in)!r}, which is no {what} of "
            f"vocabulary {vocabulary.name}{nearest(stand_in, known)}"
        )
