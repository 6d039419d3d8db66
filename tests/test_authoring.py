"""docs/authoring.md as a newcomer follows it: every file it shows is written, every command is run."""

import json
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from scenarios.resident import Kinship, Profile
from scenarios.schedule import Schedule
from tests.command import said

ROOT = Path(__file__).parents[1]
GUIDE = (ROOT / "docs" / "authoring.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```(yaml|sh|console)\n(.*?)```", GUIDE, flags=re.DOTALL)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout as far as the guide sees one: the folder in which it puts its files."""
    (tmp_path / "mine").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def commands(block: str) -> Iterator[list[str]]:
    for line in block.splitlines():
        if line.startswith("python run_sim.py "):
            yield shlex.split(line)[2:]


def test_the_walk_through_can_be_walked(folder: Path) -> None:
    ran = 0
    for kind, block in BLOCKS:
        if kind == "yaml":
            (name,) = re.findall(r"^# file: (\S+)$", block, flags=re.MULTILINE)[:1]
            (folder / name).write_text(block.partition("\n")[2], encoding="utf-8")
        elif kind == "sh":
            for command in commands(block):
                done = said(*command)
                assert done.code == 0, f"{command}: {done.err}"
                ran += 1
        else:
            _said_as_printed(block)
    assert ran >= 8
    assert {"mira.svg", "run"} <= {path.name for path in Path("mine").iterdir()}


def test_the_example_of_a_rota_is_sound(folder: Path) -> None:
    (block,) = (text for kind, text in BLOCKS if kind == "yaml" and "mine/shifts.yaml" in text)
    (folder / "mine" / "shifts.yaml").write_text(block.partition("\n")[2], encoding="utf-8")
    assert said("validate", "mine/shifts.yaml").out.strip() == "mine/shifts.yaml: a sound profile"
    assert "hospital" not in said("preview", "mine/shifts.yaml", "--day", "5").out


def test_a_python_without_homefolk_says_what_to_do(tmp_path: Path) -> None:
    bare = [sys.executable, "-I", "-S", str(ROOT / "run_sim.py"), "--help"]
    done = subprocess.run(bare, capture_output=True, text=True, cwd=tmp_path, timeout=60)
    assert done.returncode == 1 and "make env" in done.stderr and "Traceback" not in done.stderr


def test_who_remembers_the_same_as_somebody_else_is_not_called_by_their_name(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(folder / "cache"))
    for name in ("Zoe", "Nils"):  # the second finds the memory in the cache that the first has left there
        text = "name: home\nstart: 2026-02-02\ndays: 1\nhome: {include: homes/two_room_flat.yaml}\n"
        text += f"residents: [{{name: {name}, archetype: teacher, memory: null}}]\n"
        Path("mine/home.yaml").write_text(text, encoding="utf-8")
        assert said("mine/home.yaml", "--out", f"mine/{name}").code == 0
        (kept,) = Path("mine", name, "memory").glob("*.json")
        assert json.loads(kept.read_text(encoding="utf-8"))["source"] == f"the profile of {name}"


def test_the_guide_tells_of_every_key() -> None:
    keys = {*Profile.model_fields, *Schedule.model_fields} - {"id", "bedroom"}
    assert [key for key in sorted(keys) if f"`{key}`" not in GUIDE and f"{key}:" not in GUIDE] == []
    assert [kind for kind in Kinship.__args__ if f"`{kind}`" not in GUIDE] == []


def test_what_the_guide_counts_is_there() -> None:
    profiles, households, homes = (
        len(list((ROOT / "scenarios" / kind).glob("*.yaml"))) for kind in ("profiles", "households", "homes")
    )
    assert (profiles, households, homes) == (46, 15, 17), "docs/authoring.md says how many there are"


def _said_as_printed(block: str) -> None:
    first, *printed = block.strip().splitlines()
    done = said(*shlex.split(first.removeprefix("$ "))[2:])
    assert (done.code, done.err.strip().splitlines()) == (2, printed)
