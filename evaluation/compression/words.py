"""A compression in plain sentences."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from evaluation.wording import LIVED
from scenarios.problems import printable

SOME = 5  # names told


def verdict(found: Mapping[str, Any]) -> list[str]:
    """What went in, what memory holds of it, how near it comes to the rest, and what may be wrong."""
    counts, about = found["counts"], found["about"]
    sentences = [_read(about, counts), _kept(counts), *_near(found), *_missing(found)]
    return [sentence for sentence in [*sentences, *_strange(found["strange"])] if sentence]


def _read(about: Mapping[str, Any], counts: Mapping[str, Any]) -> str:
    weeks = f" over {about['weeks']:.1f} weeks" if about["weeks"] else ""
    source = printable(about["source"] or "a log without a name")
    return (
        f"Read from {source} ({LIVED[about['provenance']]}){weeks}: "
        f"{_of(counts['behaviours'], 'behaviour')} in {_of(counts['sequences'], 'sequence')}. "
        f"{counts['polling']:,} of them only poll a status and are left out; the rest is cut into "
        f"{_of(counts['pieces'], 'piece')} ({counts['distinct']:,} distinct)."
    )


def _kept(counts: Mapping[str, Any]) -> str:
    told = f"{counts['tokens_after']:,} tokens; all pieces, a line each, take {counts['tokens_before']:,}"
    if counts["method"] == "whole":
        return f"All of it fits the budget of {counts['budget']:,} tokens, so nothing is lost ({told})."
    return (
        f"Within {counts['budget']:,} tokens, {counts['method']} keeps {_of(counts['kept'], 'routine')} "
        f"({told}). {counts['verbatim']:,} pieces ({counts['verbatim'] / counts['pieces']:.0%}) are kept "
        f"word for word; for each of the other {counts['lost']:,} the kept one most like it stands."
    )


def _near(found: Mapping[str, Any]) -> list[str]:
    methods, near = found["methods"], found["coverage"]
    if not methods:
        return []
    best = min(methods, key=lambda row: (row["mean"], row["name"]))
    asked = next(row for row in methods if row["name"] == found["about"]["asked"])
    if best["mean"] == asked["mean"]:
        beside = f"No method of the {len(methods)} compared has a smaller mean at this budget."
    else:
        beside = f"The smallest mean at this budget has the method {best['name']} ({best['mean']:.3f})."
    return [
        f"A piece is {near['mean']:.3f} from the nearest kept one on average, nine of ten within "
        f"{near['within']['0.9']:.2f}, the farthest {near['farthest']:.2f}; 0 is the same, 1 has nothing in "
        f"common. {beside}"
    ]


def _missing(found: Mapping[str, Any]) -> list[str]:
    gone = [row for row in found["actions"] if not row["routines"]]
    steps = found["transitions"]
    if not steps["lost"] and not gone:
        return ["Every action and every step from one action to the next is in some kept routine."]
    told = f" ({some([row['name'] for row in gone])})" if gone else ""
    return [
        f"{len(gone):,} of {len(found['actions']):,} actions{told} and {steps['lost']:,} of "
        f"{steps['kinds']:,} kinds of steps from one action to the next ({1 - steps['share']:.1%} of all "
        f"such steps) are in no kept routine. The statistics beside the routines count "
        f"{len(found['habits']):,} habits and {steps['counted']:.0%} of the steps."
    ]


def _strange(strange: Mapping[str, Any]) -> Iterable[str]:
    if unknown := strange["unknown"]:
        yield (
            f"No device of Homefolk's can do {_of(len(unknown), 'action')} of this log ({some(unknown)}; "
            f"{strange['unknown_share']:.1%} of behaviours), be it that sensors tell them or that the log "
            f"was imported with another country's vocabulary: residents know when they happen, no more."
        )
    if strange["backwards"]:
        yield (
            f"{_of(strange['backwards'], 'step')} within a sequence can only be read as nearly a week long: "
            f"times that run backwards, or gaps. Sequences were cut there."
        )


def some(names: Sequence[str]) -> str:
    """The first of *names*, and how many more there are."""
    more = f" and {len(names) - SOME:,} more" if len(names) > SOME else ""
    return ", ".join(map(printable, names[:SOME])) + more


def _of(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"
