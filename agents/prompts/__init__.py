"""Prompts as files: strict placeholders, the part that never changes first."""

from functools import cache
from pathlib import Path
from string import Template

_FOLDER = Path(__file__).parent


def prompt(name: str, /, **words: str) -> list[str]:
    """The prompt *name* filled in, split at '---' into its messages. A missing word is a KeyError."""
    return [Template(part).substitute(words).strip() for part in _template(name).split("\n---\n")]


@cache
def _template(name: str) -> str:
    return (_FOLDER / f"{name}.md").read_text(encoding="utf-8")


def texts() -> dict[str, str]:
    """All prompts by name, unfilled: part of what a run is made of."""
    return {path.stem: path.read_text(encoding="utf-8") for path in sorted(_FOLDER.glob("*.md"))}
