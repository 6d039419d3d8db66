"""Pages for people: a template of this folder, filled in. One file each, no network."""

import re
from pathlib import Path
from typing import Any

from markupsafe import Markup, escape

from evaluation.reading import words
from evaluation.svg import legible

TEMPLATES = Path(__file__).parent


def page(template: str, **values: Any) -> str:
    """The HTML of *template*; every value comes in escaped unless the template says `safe`."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=lambda value: legible(value) if type(value) is str else value,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"words": words, "coded": coded}
    return environment.get_template(template).render(values)


def coded(text: str) -> Markup:
    """*text*, escaped, with what stands between backticks as code."""
    return Markup(re.sub(r"`([^`]+)`", r"<code>\1</code>", str(escape(legible(text)))))  # noqa: S704 - escaped
