"""The graph of a turn of thought, drawn as it is compiled: docs/turn.svg, and docs/turn.mmd for Mermaid.

PYTHONPATH=. python bench/turn.py
"""

from math import hypot
from pathlib import Path

from agents.turn import turn

OUT = Path(__file__).parents[1] / "docs" / "turn.svg"
MERMAID = OUT.with_suffix(".mmd")
WIDE, HIGH = 112, 34  # px of a step
PLACES = {
    "__start__": (80, 30), "perceive": (80, 95), "recall": (80, 160), "deliberate": (80, 225),
    "validate": (80, 290), "repair": (290, 290), "fall_back": (290, 370), "commit": (80, 450),
    "__end__": (80, 515),
}  # fmt: skip
"""The middle of each step, px."""
APART = 8  # px from the middle, of the two ways between steps that lead to each other
STYLE = """
.turn { --paper: #fff; --ink: #1d1d1f; --step: #eef3f8; --line: #5c5c63; background: var(--paper);
  font: 14px system-ui, sans-serif; }
@media (prefers-color-scheme: dark) { .turn { --paper: #17181c; --ink: #ececf0; --step: #24303c;
  --line: #a9a9b3; } }
.turn text { fill: var(--ink); text-anchor: middle; } .turn path { fill: var(--line); }
.turn rect { fill: var(--step); stroke: var(--line); }
.turn line { stroke: var(--line); stroke-width: 1.4; marker-end: url(#tip); }
.turn .if { stroke-dasharray: 5 4; }
"""


def svg() -> str:
    """The steps, and the ways between them: dashed where the one before decides."""
    graph = turn().get_graph()
    ways = {(it.source, it.target): it.conditional for it in graph.edges}
    lines = [_way(*it, back=it[::-1] in ways, decided=decided) for it, decided in sorted(ways.items())]
    return "\n".join([
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 360 545" width="360" height="545" role="img" '
        'aria-labelledby="turn-title" class="turn">',
        f'<title id="turn-title">A turn of thought: {", ".join(map(_name, PLACES))}</title>',
        f"<style>{STYLE}</style>",
        '<defs><marker id="tip" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="8" markerHeight="8" '
        'orient="auto"><path d="M0 1 10 5 0 9z"/></marker></defs>',
        *lines,
        *(_step(name) for name in sorted(graph.nodes)),
        "</svg>\n",
    ])  # fmt: skip


def mermaid() -> str:
    """The same as LangGraph tells it to Mermaid."""
    return turn().get_graph().draw_mermaid()


def _name(step: str) -> str:
    return step.strip("_").replace("_", " ")


def _step(step: str) -> str:
    x, y = PLACES[step]
    round_ = HIGH / 2 if step.startswith("__") else 6
    return (
        f'<rect x="{x - WIDE / 2:g}" y="{y - HIGH / 2:g}" width="{WIDE}" height="{HIGH}" rx="{round_:g}"/>'
        f'<text x="{x}" y="{y + 5}">{_name(step)}</text>'
    )


def _way(source: str, target: str, *, back: bool, decided: bool) -> str:
    """An arrow from edge to edge of two steps, a little aside where another one leads *back*."""
    (x1, y1), (x2, y2) = PLACES[source], PLACES[target]
    dx, dy = x2 - x1, y2 - y1
    far = hypot(dx, dy)
    aside = (-dy / far * APART, dx / far * APART) if back else (0.0, 0.0)
    share = min(WIDE / 2 / abs(dx) if dx else 1.0, HIGH / 2 / abs(dy) if dy else 1.0)
    ends = [x1 + share * dx + aside[0], y1 + share * dy + aside[1]]
    ends += [x2 - share * dx + aside[0], y2 - share * dy + aside[1]]
    named = zip(("x1", "y1", "x2", "y2"), ends, strict=True)
    told = " ".join(f'{name}="{value:.1f}"' for name, value in named)
    return f'<line {told} class="if"/>' if decided else f"<line {told}/>"


if __name__ == "__main__":
    for path, text in ((OUT, svg()), (MERMAID, mermaid())):
        path.write_text(text, encoding="utf-8")
        print(path.relative_to(OUT.parents[1]))
