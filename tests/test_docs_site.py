"""The documentation as a site: it builds without a warning, loads nothing, and every link leads somewhere."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from bench.reference import OUT, pages

ROOT = Path(__file__).parents[1]
READ = [*(ROOT / name for name in ("README.md", "DESIGN.md", "CONTRIBUTING.md")), *ROOT.glob("docs/**/*.md")]


def test_the_reference_is_as_the_code_is() -> None:
    stale = [name for name, text in pages().items() if (OUT / name).read_text(encoding="utf-8") != text]
    assert stale == [], "PYTHONPATH=. python bench/reference.py"


@pytest.mark.parametrize("page", READ, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_links_lead_somewhere_in_the_repository(page: Path) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", without_code(page)):
        if re.match(r"[a-z]+:", target):
            continue
        file, _, anchor = target.partition("#")
        there = (page.parent / file).resolve() if file else page
        assert there.exists(), f"{page.name}: {target}"
        assert not anchor or anchor in anchors(there), f"{page.name}: {target}"


def test_the_site_builds_without_a_warning_and_loads_nothing_from_elsewhere(tmp_path: Path) -> None:
    pytest.importorskip("material", reason="mkdocs-material is not installed")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "-d", str(tmp_path / "site")]
    built = subprocess.run(
        command,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
        timeout=120,
    )
    assert built.returncode == 0, built.stderr
    first = (tmp_path / "site" / "index.html").read_text(encoding="utf-8")
    assert "Tutorial" in first and (tmp_path / "site" / "design.html").exists()
    for page in (tmp_path / "site").rglob("*.html"):
        loaded = re.findall(
            r"<(?:script|img|link|iframe)[^>]*\b(?:src|href)=\"?(https?:[^\" >]+)", page.read_text("utf-8")
        )
        assert [it for it in loaded if "canonical" not in it] == [], page.name


def without_code(page: Path) -> str:
    text = re.sub(r"^```.*?^```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)
    return re.sub(r"`[^`\n]*`", "", text)


def anchors(page: Path) -> set[str]:
    """The anchors that GitHub and the site give headings."""
    text = re.sub(r"^```.*?^```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)
    headings = re.findall(r"^#+ (.*)$", text, flags=re.MULTILINE)
    return {re.sub(r"[^\w\s-]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}
