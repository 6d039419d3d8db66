"""The coverage-guided run: short here, for minutes with bench/fuzz_yaml.py."""

from collections.abc import Callable, Mapping
from itertools import islice
from pathlib import Path

import pytest

from bench.fuzz_yaml import Input, Report, fuzz, shipped, shortest
from scenarios.chance import Chance
from scenarios.errors import UserError
from scenarios.tree import plain
from scenarios.validating import LOADERS
from scenarios.yaml12 import parse, read

SMALL = 2_500  # bytes: short files make a short run


def ran(seeds: list[Input], loaders: Mapping[str, Callable[[Path], object]], inputs: int) -> Report:
    return list(islice(fuzz(seeds, loaders, Chance(7)), inputs))[-1]


def planted(path: Path) -> object:
    """Fails for a list under `wake` that holds a list which begins with nothing: three changes away."""
    data = plain(read(path))
    if isinstance(data, dict):
        wake = data.get("wake")
        if isinstance(wake, list):
            first = wake[0] if wake else 1
            if isinstance(first, list):
                if first and first[0] is None:
                    raise KeyError("planted")
                return 3
            return 2
        return 1
    return 0


def test_a_short_run_finds_nothing_and_reaches_more_than_the_shipped_files_do() -> None:
    seeds = [one for one in shipped() if len(one.data) < SMALL][::2]
    run = fuzz(seeds, LOADERS, Chance(7))
    *_, report = islice(run, len(seeds))
    reached, loaded = len(report.arcs), report.loaded
    *_, report = islice(run, 200)
    assert report.findings == {}
    assert len(report.arcs) > 1.05 * reached
    assert report.loaded > loaded


def test_what_reaches_new_lines_leads_to_the_bug_that_chance_would_not_find() -> None:
    here, loaders = Path(__file__).parent, dict.fromkeys(LOADERS, planted)
    run = fuzz([Input("device", b"{wake: 1, sleep: {leave: [2]}}")], loaders, Chance(7), watched=here)
    report = next(report for report in islice(run, 5000) if report.findings)
    (finding,) = report.findings.values()
    assert finding.what == "KeyError('planted')"
    assert finding.where.startswith("test_fuzz_yaml.py:")
    smallest = shortest(finding, loaders, here).data
    assert plain(parse(smallest.decode(), Path("x")))["wake"] == [[None]]
    assert len(smallest) < 30


def test_the_same_seed_runs_the_same() -> None:
    seeds = [one for one in shipped() if one.kind == "climate"][:3]
    one, other = (ran(seeds, LOADERS, 60) for _ in range(2))
    assert one.corpus == other.corpus


def test_a_hang_and_an_unprintable_message_are_findings(monkeypatch: pytest.MonkeyPatch) -> None:
    def mutters(_: Path) -> object:
        raise UserError("red \x1b[31m")

    def never_ends(_: Path) -> object:
        while True:
            pass

    monkeypatch.setattr("bench.fuzz_yaml.HANG", 1.0)
    for loader, what in ((mutters, "UserError('red \\x1b[31m')"), (never_ends, "Hang('over 1 s')")):
        report = ran([Input("device", b"a: 1")], {"device": loader}, 1)
        assert [it.what for it in report.findings.values()] == [what]
