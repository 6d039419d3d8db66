"""The house rules that no other tool keeps: sizes, paths, promises in the guides, pins within the floors."""

import ast
import re
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
LAYERS = ["commands", "evaluation", "runner", "agents", "sppc", "dataset", "world", "scenarios"]

longest_file, longest_function = 400, 60


def tracked() -> list[Path]:
    listing = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listing.returncode:
        pytest.skip("not a git checkout")
    return [ROOT / name for name in listing.stdout.split("\0") if name and (ROOT / name).is_file()]


def modules() -> list[Path]:
    return [
        *sorted(ROOT.glob("*.py")),
        *(path for room in LAYERS for path in sorted((ROOT / room).rglob("*.py"))),
    ]


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def test_no_file_names_a_folder_of_the_machine_it_was_written_on() -> None:
    of_a_machine = re.compile(rb"(?<![\w.])/(work|farm)/")
    assert [path for path in tracked() if of_a_machine.search(path.read_bytes())] == []


def test_files_and_functions_stay_short_enough_to_read() -> None:
    files = [path for path in modules() if len(path.read_text(encoding="utf-8").splitlines()) > longest_file]
    long = [
        f"{path.relative_to(ROOT)}:{function.name}"
        for path in modules()
        for function in functions(path)
        if (function.end_lineno or 0) - function.lineno + 1 > longest_function
    ]
    assert (files, long) == ([], [])


def test_an_import_goes_only_one_way() -> None:
    contracts = PROJECT["tool"]["importlinter"]["contracts"]
    assert [rule["layers"] for rule in contracts if rule["type"] == "layers"] == [LAYERS]
    shipped = PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["only-include"]
    assert sorted(shipped) == sorted([*LAYERS, "run_sim.py"])


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md", ".ci/run"])
def test_every_make_command_in_the_guides_exists(page: str) -> None:
    targets = set(
        re.findall(r"^([a-z]+):(?!=)", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    )
    text = (ROOT / page).read_text(encoding="utf-8")
    promised = set(re.findall(r"(?:^ *|`|\$ |&& )make ([a-z]+)", text, re.MULTILINE))
    assert promised
    assert promised <= targets


def test_every_pin_is_admitted_by_its_floor() -> None:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pins = dict(line.split("==") for line in lines if not line.startswith("#"))
    assert list(pins) == sorted(pins, key=canonicalize_name)
    pinned = {canonicalize_name(name): version for name, version in pins.items()}
    project = PROJECT["project"]
    extras = project["optional-dependencies"]
    wanted = map(Requirement, [*project["dependencies"], *extras["embedded"], *extras["dev"]])
    assert {
        str(floor) for floor in wanted if pinned[canonicalize_name(floor.name)] not in floor.specifier
    } == set()
