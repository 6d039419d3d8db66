"""The report of a run: report.json for programs, report.html for people. One file each, no network."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from dataset.atomic import write_text
from dataset.manifest import is_complete, read_manifest
from dataset.routines import Routines
from evaluation import figures
from evaluation.case import Finding
from evaluation.checks import check
from evaluation.energy import by_type
from evaluation.fidelity import MEASURES, compare, sample_of_routines, sample_of_run
from evaluation.outdoors import outdoors
from evaluation.page import page
from evaluation.reading import Run, read_behaviours, read_run
from evaluation.rhythm import heat_map, rhythm
from evaluation.timeline import draw
from evaluation.wording import LIVED
from scenarios.chance import Chance
from world.event import Kind

HTML, JSON = "report.html", "report.json"
FEW = 2  # sequences of real routines that can be halved
MOST_HOUSEHOLDS = 50  # looked at; of more, the first
MOST = 4  # resources named in the verdict


def report(folder: Path, real: Routines | None = None) -> dict[str, Any]:
    """Everything that the report says. *real*: the routines that seeded memory, if at hand."""
    return _figures(read_run(folder, most=MOST_HOUSEHOLDS), real)


def write_report(folder: Path, real: Routines | None = None) -> Path:
    """Write report.json and report.html into *folder*; the path of the latter."""
    run = read_run(folder, most=MOST_HOUSEHOLDS)
    found = _figures(run, real)
    write_text(folder / JSON, json.dumps(found, indent=1, sort_keys=True, ensure_ascii=False) + "\n")
    html = page(
        "report.html", **found, timeline=draw(run, run.log()), heat=heat_map(found["rhythm"]),
        measures=MEASURES,
    )  # fmt: skip
    write_text(folder / HTML, html)
    return folder / HTML


def _figures(run: Run, real: Routines | None) -> dict[str, Any]:
    findings = check(run)
    found = {
        "about": _about(run),
        "model": figures.model(run, _origin(run)["model"]),
        "decisions": figures.decisions(run),
        "refused": figures.refused(run),
        "rhythm": rhythm(_local(run)),
        "devices": figures.devices(run),
        "actions": figures.actions(run),
        "rules": figures.rules(run),
        "sensors": figures.sensors(run, read_manifest(run.folder).sensors if is_complete(run.folder) else {}),
        "conflicts": figures.conflicts(run),
        "changes": figures.changes(run),
        "energy": by_type(run),
        "outdoors": outdoors(run, run.logs[0]),
        "residents": figures.minutes(run),
        "checks": {name: asdict(finding) for name, finding in findings.items()},
        "fidelity": _fidelity(run, real) if real is not None else None,
    }
    return {"verdict": _verdict(found, findings), **found}


def _local(run: Run) -> "np.ndarray[Any, np.dtype[np.datetime64]]":
    """When things were done; readings tell what is."""
    return np.asarray(read_behaviours(run)["local"].combine_chunks()).astype("datetime64[ms]")


def _origin(run: Run) -> dict[str, str]:
    """Model, digest and fingerprint, from the manifest that a complete run has."""
    if not is_complete(run.folder):
        return {"model": "", "digest": "", "fingerprint": ""}
    manifest = read_manifest(run.folder)
    return {
        "model": manifest.origin.model,
        "digest": manifest.digest,
        "fingerprint": manifest.origin.fingerprint,
    }


def _about(run: Run) -> dict[str, Any]:
    scenario = run.scenario
    readings = sum(event.kind is Kind.READING for log in run.logs for event in log.events)
    return {
        "scenario": scenario.name,
        "words": scenario.about,
        "home": "each in a home of its own" if run.drawn else scenario.home.name,
        "first": f"{scenario.start:%-d %B %Y}",
        "last": f"{run.clock.date_of(scenario.days - 1):%-d %B %Y}",
        "days": scenario.days,
        "households": len(run.logs),
        "of": run.households,
        "residents": [*run.names.values()] if not run.drawn else _who(run),
        "events": len(figures.behaviours(run)) + readings,
        "readings": readings,
        "seed": scenario.seed,
        "weather": bool(scenario.weather),
        "mind": scenario.mind.kind,
        "deliberation": scenario.mind.deliberation,
        "complete": is_complete(run.folder),
        **_origin(run),
    }


def _who(run: Run) -> list[str]:
    """How many people in how many cities live in drawn households."""
    homes = [run.of(log).scenario for log in run.logs]
    cities = {home.home.climate.name for home in homes}
    return [f"{sum(len(home.residents) for home in homes)} people in {len(cities)} climates"]


def _fidelity(run: Run, real: Routines) -> dict[str, Any] | None:
    mine, theirs = sample_of_run(run), sample_of_routines(real, run.catalogue.polling())
    if not mine or len(theirs) < FEW:
        return None
    return {
        "source": real.source,
        "provenance": real.provenance,
        "behaviours": sum(map(len, theirs)),
        "mine": sum(map(len, mine)),
        "rows": compare(mine, theirs, Chance(run.scenario.seed).branch("evaluation", "fidelity")),
    }


def _verdict(found: Mapping[str, Any], findings: Mapping[str, Finding]) -> list[str]:
    """What this dataset is, how it was made, what is wrong with it: a few plain sentences."""
    sentences = [_what(found["about"], found["decisions"]["total"]), _how(found["model"])]
    if not found["about"]["complete"]:
        sentences.append("The run has not come to its end: what follows is a part.")
    sentences += [_changed(found["changes"])] if found["changes"] else []
    sentences.append(_sense(findings))
    if found["refused"]:
        sentences.append(f"Attempts at what could not be done: {found['refused']:,}; none took effect.")
    sentences += filter(None, (_lost(found["sensors"]["rows"]), _contended(found["conflicts"])))
    if found["fidelity"]:
        sentences.append(_likeness(found["fidelity"]))
    else:
        sentences.append("It was not compared with real routines: none were at hand.")
    return sentences


def _what(about: Mapping[str, Any], decided: int) -> str:
    homes = f"{about['households']} households" if about["households"] > 1 else "one household"
    homes += f", the first of {about['of']:,}," if about["of"] > about["households"] else ""
    readings = f", {about['readings']:,} of them readings of sensors," if about["readings"] else ""
    return (
        f"A simulated log of {homes} ({about['home']}; {', '.join(about['residents'])}) over {about['days']} "
        f"days, {about['first']} to {about['last']}: {about['events']:,} observable events{readings} "
        f"from {decided:,} decisions. Nobody lived these days."
    )


def _how(model: Mapping[str, Any]) -> str:
    if not model["thoughts"]:
        return "Residents follow schedules, remembered routines and chance. No language model was asked."
    return (
        f"Residents follow habits, and the language model {model['name'] or 'of the run'} where they had to "
        f"think: {model['thoughts']:,} thoughts, {model['replies']:,} replies, {model['prompt_tokens']:,} + "
        f"{model['completion_tokens']:,} tokens. It decided {model['decided']:,} steps; "
        f"{model['fallback']:,} thoughts ({model['fallback'] / model['thoughts']:.0%}) failed and fell back "
        "to habit."
    )


def _changed(changes: Sequence[Mapping[str, Any]]) -> str:
    told = ", ".join(f"{row['what']} ({row['day']})" for row in changes[:MOST])
    more = f", and {len(changes) - MOST} more" if len(changes) > MOST else ""
    return f"Life changes: {told}{more}. Each change point is labelled in the oracle."


def _sense(findings: Mapping[str, Finding]) -> str:
    offending = {name: finding for name, finding in findings.items() if finding.violations}
    passed = f"Of {len(findings)} checks of common sense, {len(findings) - len(offending)} found nothing"
    if not offending:
        return f"{passed} amiss."
    told = ", ".join(f"{name} ({it.violations:,} of {it.looked_at:,})" for name, it in offending.items())
    return f"{passed}. These did: {told}."


def _lost(rows: Sequence[Mapping[str, Any]]) -> str:
    """How much of what sensors had to report was lost."""
    due, lost = sum(row["candidates"] for row in rows), sum(sum(row["lost"]) for row in rows)
    if not due:
        return ""
    false = sum(row["false"] for row in rows)
    return (
        f"Sensors had {due:,} reports to make; {lost:,} ({lost / due:.1%}) were lost, each for one known "
        f"cause, and {false:,} told of what never was."
    )


def _contended(conflicts: Mapping[str, Any]) -> str:
    """How often two wanted the same."""
    if not conflicts["total"]:
        return ""
    told = ", ".join(f"{row['name']} ({row['count']:,})" for row in conflicts["resources"][:MOST])
    return f"Conflicts, where somebody wanted what another had: {conflicts['total']:,}; most about {told}."


def _likeness(fidelity: Mapping[str, Any]) -> str:
    rows, mine = fidelity["rows"], fidelity["rows"]["this dataset"]
    told = ", ".join(
        f"{name} {mine[name]:.2f} (copies {rows['copies'][name]:.2f}, independent draws "
        f"{rows['independent draws'][name]:.2f})"
        for name in MEASURES
    )
    return (
        f"Divergence from the routines that seeded memory ({LIVED[fidelity['provenance']]}), in bits, "
        f"0 = alike: {told}. "
        "Such marginals alone certify nothing: a mere copy scores nearly 0."
    )
