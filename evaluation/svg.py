"""The few pieces of SVG that the pictures are made of. Text always comes in escaped."""

import re
from html import escape

_FORBIDDEN = re.compile(
    "[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"  # by XML 1.0, section 2.2
    "|[\u202a-\u202e\u2066-\u2069]"  # turn round the direction of whatever is written beside them
)


def legible(text: str) -> str:
    """*text* without the characters that XML and HTML cannot hold, or that spill over into other text."""
    return _FORBIDDEN.sub("\ufffd", text)


def safe(text: str) -> str:
    """*text* as XML and HTML can hold it, in content and in quoted attributes."""
    return escape(legible(text), quote=True)


def element(name: str, *children: str, **attributes: str | float) -> str:
    """`<name …>…</name>`. Children are markup; attribute values are escaped, `class_` means class."""
    written = "".join(
        f' {key.strip("_").replace("_", "-")}="{_value(value)}"' for key, value in attributes.items()
    )
    return f"<{name}{written}>{''.join(children)}</{name}>" if children else f"<{name}{written}/>"


def label(text: str, x: float, y: float, **attributes: str | float) -> str:
    """Text whose baseline begins at (x, y)."""
    return element("text", safe(text), x=x, y=y, **attributes)


def title(text: str) -> str:
    """What a pointer or a screen reader finds on an element."""
    return element("title", safe(text))


def box(x: float, y: float, width: float, height: float, *children: str, **attributes: str | float) -> str:
    """A rectangle."""
    return element("rect", *children, x=x, y=y, width=width, height=height, **attributes)


def _value(value: str | float) -> str:
    return safe(value) if isinstance(value, str) else f"{value:.2f}".rstrip("0").rstrip(".")
