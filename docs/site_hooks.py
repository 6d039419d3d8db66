"""What mkdocs is told beyond mkdocs.yml: DESIGN.md and CONTRIBUTING.md are pages, too.

They lie at the root of the repository, where people look for them; links between them and docs/ are written
for the repository and rewritten here for the site.
"""

import re
from pathlib import Path
from typing import Any

from mkdocs.structure.files import File, Files

ROOT = Path(__file__).parents[1]
PAGES = {"DESIGN.md": "design.md", "CONTRIBUTING.md": "contributing.md"}
HOME = {"README.md": "index.md", **PAGES}
"""Where a page of the root stands on the site; the site's first page stands for the README."""


def on_files(files: Files, config: Any) -> Files:
    """The pages of the root among those of docs/."""
    for source, page in PAGES.items():
        text = (ROOT / source).read_text(encoding="utf-8")
        files.append(File.generated(config, page, content=_from_the_root(text)))
    return files


def on_page_markdown(markdown: str, **_: Any) -> str:
    """Links out of docs/ to a page of the root."""
    for source, page in HOME.items():
        markdown = re.sub(rf"\]\((?:\.\./)+{source}(#[\w-]+)?\)", rf"]({page}\1)", markdown)
    return markdown


def _from_the_root(text: str) -> str:
    for source, page in HOME.items():
        text = text.replace(f"]({source})", f"]({page})")
    return text.replace("](docs/", "](").replace("[Apache License 2.0](LICENSE)", "Apache License 2.0")
