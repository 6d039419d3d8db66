"""docs/tutorial.md as a newcomer follows it: its files are written, its commands are run."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.command import said

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "tutorial.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```", PAGE, flags=re.DOTALL | re.MULTILINE)
BEFORE = ("make env", ". .venv/bin/activate", "mkdir -p tutorial")
"""What whoever runs this test has done already."""


def steps() -> Iterator[tuple[str, str]]:
    """What the page has its reader do, in order: a file with its name, or a command."""
    for kind, block in BLOCKS:
        if kind == "yaml":
            first, _, rest = block.partition("\n")
            yield first.removeprefix("# file: "), rest
        else:
            assert kind == "sh", f"what is done with a block of {kind}?"
            yield from (("", line) for line in block.replace("\\\n", "").splitlines() if line not in BEFORE)


def test_the_tutorial_works_by_the_letter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("tutorial").mkdir()
    told = {}
    for name, text in steps():
        if name:
            Path(name).write_text(text, encoding="utf-8")
            continue
        rest = shlex.split(text)[2:]
        done = said(*rest)
        assert done.code == 0, f"{text}: {done.err}"
        told[rest[0]] = done.out
    assert {"validate", "day", "query", "export", "twin", "detect"} <= set(told)
    context = [line.split() for line in told["detect"].splitlines() if " context " in line]
    assert [(line[0], float(line[4]) > 0.6) for line in context] == [
        ("light_flicker", True),
        ("microwave_too_long", True),
    ]
