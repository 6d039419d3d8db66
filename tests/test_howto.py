"""docs/howto.md: each export is made by the command that stands there, and read by the program below it."""

import re
import shlex
from pathlib import Path

import pytest

from dataset.exporting import FORMATS
from tests.command import said

PAGE = (Path(__file__).parents[1] / "docs" / "howto.md").read_text(encoding="utf-8")
SECTIONS = re.findall(r"^## (.*?)\n(.*?)(?=^## |\Z)", PAGE, flags=re.DOTALL | re.MULTILINE)


def test_there_is_a_section_for_each_format() -> None:
    assert sorted(re.findall(r"--to (\w+)", PAGE)) == sorted(FORMATS)


@pytest.mark.parametrize(("title", "section"), SECTIONS, ids=[title for title, _ in SECTIONS])
def test_the_export_is_made_and_read(
    title: str,
    section: str,
    flat_run: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HF_HOME", str(tmp_path / "hf"))
    Path("runs").mkdir()
    Path("runs/demo").symlink_to(flat_run)
    (command,) = re.findall(r"```sh\n(.*?)\n```", section)
    done = said(*shlex.split(command)[2:])
    assert done.code == 0, done.err
    (program,) = re.findall(r"```python\n(.*?)```", section, flags=re.DOTALL)
    exec(compile(program, title, "exec"), {"__name__": "__main__"})  # noqa: S102
    assert capsys.readouterr().out.strip()
