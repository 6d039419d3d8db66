"""The documentation as a site: it builds without a warning, loads nothing, and every link leads somewhere."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from bench.chromium import LAPTOP, PROGRAM, chromium
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


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    pytest.importorskip("material", reason="mkdocs-material is not installed")
    folder = tmp_path_factory.mktemp("docs") / "site"
    built = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "-d", str(folder)],
        cwd=ROOT, capture_output=True, text=True, check=False,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1"}, timeout=120,
    )  # fmt: skip
    assert built.returncode == 0, built.stderr
    return folder


def test_the_site_builds_without_a_warning_and_loads_nothing_from_elsewhere(site: Path) -> None:
    first = (site / "index.html").read_text(encoding="utf-8")
    assert "Tutorial" in first and (site / "design.html").exists()
    for page in site.rglob("*.html"):
        loaded = re.findall(
            r"<(?:script|img|link|iframe)[^>]*\b(?:src|href)=\"?(https?:[^\" >]+)", page.read_text("utf-8")
        )
        assert [it for it in loaded if "canonical" not in it] == [], page.name


@pytest.mark.skipif(not PROGRAM, reason="no Chromium is installed")
def test_the_search_works_on_a_page_opened_as_a_file(site: Path) -> None:
    with chromium() as browser:
        browser.size(*LAPTOP)
        browser.open(site / "gallery" / "index.html")
        browser.run("document.querySelector('.md-search__input').focus()")
        for letter in "burglary":
            browser.key(letter, f"Key{letter.upper()}", letter)
        browser.wait("document.querySelector('.md-search-result__link')")
        assert "burglary" in browser.run("document.querySelector('.md-search-result__list').innerText")
        assert [it for it in browser.logged if not it.startswith("fetched data:")] == []


def without_code(page: Path) -> str:
    text = re.sub(r"^```.*?^```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)
    return re.sub(r"`[^`\n]*`", "", text)


def anchors(page: Path) -> set[str]:
    """The anchors that GitHub and the site give headings."""
    text = re.sub(r"^```.*?^```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)
    headings = re.findall(r"^#+ (.*)$", text, flags=re.MULTILINE)
    return {re.sub(r"[^\w\s-]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}
