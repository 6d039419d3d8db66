"""A coverage-guided run over everything that reads YAML: whatever a file holds, it is loaded or refused.

Inputs begin with the shipped files. Each is changed a little, in its bytes or in its structure; one that
makes `scenarios/` take a step from line to line that none took before is kept, and changed further. Anything
but a user's error with a printable message is a finding, and so is a file that takes longer than it may.

    PYTHONPATH=. python bench/fuzz_yaml.py --seconds 60
"""

import argparse
import json
import signal
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from types import CodeType, FrameType, TracebackType
from typing import Any, NamedTuple

import numpy as np

from scenarios.catalogue import load_catalogue
from scenarios.chance import Chance
from scenarios.errors import UserError
from scenarios.including import SHIPPED, read_tree
from scenarios.tree import plain
from scenarios.validating import LOADERS, kind_of
from scenarios.yaml12 import parse

HANG = 10.0  # seconds, traced, after which a file hangs
LONGEST = 60_000  # bytes of an input that is kept
STACKED = 4  # changes made at once, at most
MOST_CALLS = 100  # of one function that are traced in one input: a file of 1,000 lines takes 1,000 alike

Loaders = Mapping[str, Callable[[Path], object]]
Arc = tuple[CodeType, int, int]

TOKENS = (
    b"\n", b"  ", b"\t", b": ", b"- ", b"[", b"]", b"{", b"}", b", ", b"&a ", b"*a", b"!!str ", b"#", b"'",
    b'"', b"|", b">", b"%", b"---\n", b"? ", b"<<: ", b"~", b"\\", b"\x00", b"\xff", b"\xc2\x85",
    b"\xe2\x80\xa8", b"\xef\xbb\xbf", b"include: ", b"0x", b"1e999", b"-.inf", b".nan",
    b"99999999999999999999", b"22:30",
)  # fmt: skip
ODD: tuple[Any, ...] = (
    None, True, False, 0, -1, 1, 0.5, 1e308, -1e308, 10**30, 2**63, float("inf"), float("nan"), "", " ", "on",
    "0", "24:00", "23:59", "2026-02-30", "2149-12-31", "daily", "sun-mon", "outside", "\u0000", "\u001b[31m",
    "\U0001f600", "x" * 300, "../x", "/", ".", "any.yaml", "homes/studio.yaml", "$argument", [], {}, [[]],
    [None], {"include": "."},
    {"include": ["homes/studio.yaml", "homes/fr_home.yaml"]}, {"": {}}, {"a b": 1}, ["outside", "outside"],
)  # fmt: skip


class Lore(NamedTuple):
    """What the first inputs are made of: their words, and the values that stand under each key."""

    words: Sequence[str]
    values: Mapping[str, Sequence[Any]]


class Input(NamedTuple):
    """The bytes of a file, and which kind of file it is to be."""

    kind: str
    data: bytes


@dataclass(frozen=True)
class Finding:
    """Something that a user should never see, where it came from, and the file that brings it about."""

    what: str
    where: str
    input: Input


@dataclass
class Report:
    """What a run has seen so far."""

    inputs: int = 0
    loaded: int = 0
    arcs: set[Arc] = field(default_factory=set)
    corpus: list[Input] = field(default_factory=list)
    sound: list[Input] = field(default_factory=list)  # those of the corpus that load
    findings: dict[tuple[str, str], Finding] = field(default_factory=dict)

    def line(self, seconds: float) -> str:
        """One line for a terminal."""
        return (
            f"{seconds:6.0f} s {self.inputs:8} inputs {self.loaded:7} loaded {len(self.corpus):5} kept "
            f"{len(self.arcs):6} arcs {len(self.findings):3} findings"
        )


class Hang(Exception):
    """A file took too long."""


def fuzz(
    seeds: Sequence[Input], loaders: Loaders, chance: Chance, watched: Path = SHIPPED
) -> Iterator[Report]:
    """The report after every input, for as long as the caller likes; the same for the same *chance*."""
    report, rng = Report(), chance.rng("fuzz")
    lore = _lore(seeds)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder).resolve() / "any.yaml"
        todo = list(seeds)
        while True:
            one = todo.pop(0) if todo else _changed(report, lore, rng)
            loaded = report.loaded
            new = _try(one, loaders, file, watched, report) - report.arcs
            if (new or report.inputs <= len(seeds)) and len(one.data) <= LONGEST:
                report.corpus.append(one)
                report.sound += [one] * (report.loaded - loaded)
            report.arcs |= new
            yield report


def shipped() -> list[Input]:
    """Every YAML file of `scenarios/`, scenarios also with all that they include, and a home with rules."""
    rules = {name: rule for path in sorted(SHIPPED.glob("automations/*.yaml")) for name, rule in _read(path)}
    flat = {**dict(_read(SHIPPED / "homes" / "two_room_flat.yaml")), "automations": rules}
    inputs = [Input("home", _written(flat))]
    for path in sorted(SHIPPED.rglob("*.yaml")):
        kind = kind_of(path)
        inputs.append(Input(kind, path.read_bytes()))
        if kind == "scenario":
            inputs.append(Input(kind, _written(dict(_read(path)))))
    return inputs


def _read(path: Path) -> Iterable[tuple[str, Any]]:
    return plain(read_tree(path)[0]).items()  # type: ignore[no-any-return]


def _written(tree: Any) -> bytes:
    return json.dumps(tree, ensure_ascii=False).encode("utf-8", "surrogatepass")


def _try(one: Input, loaders: Loaders, file: Path, watched: Path, report: Report) -> set[Arc]:
    """Load one input; the arcs that it took."""
    file.write_bytes(one.data)
    report.inputs += 1
    with _traced(watched) as arcs, _at_most(HANG):
        try:
            loaders[one.kind](file)
            report.loaded += 1
        except UserError as error:
            if not all(line.isprintable() for line in str(error).splitlines()):
                report.findings.setdefault(("unprintable message", ""), Finding(repr(error), "", one))
        except BaseException as error:
            if isinstance(error, KeyboardInterrupt):
                raise
            where = _innermost(error.__traceback__, watched)
            report.findings.setdefault((type(error).__name__, where), Finding(repr(error)[:300], where, one))
    return arcs


@contextmanager
def _traced(watched: Path) -> Iterator[set[Arc]]:
    """The steps from line to line that code in the folder *watched* takes meanwhile."""
    arcs: set[Arc] = set()
    calls: dict[CodeType, int] = {}  # still to trace
    prefix, last = str(watched), 0

    def step(frame: FrameType, event: str, _: object) -> Any:
        nonlocal last
        arcs.add((frame.f_code, last, frame.f_lineno))
        last = frame.f_lineno
        return step

    def call(frame: FrameType, event: str, _: object) -> Any:
        code = frame.f_code
        left = calls.get(code)
        if left is None:
            left = MOST_CALLS if code.co_filename.startswith(prefix) else 0
        calls[code] = max(0, left - 1)
        return step if left else None

    before = sys.gettrace()
    sys.settrace(call)
    try:
        yield arcs
    finally:
        sys.settrace(before)


@contextmanager
def _at_most(seconds: float) -> Iterator[None]:
    def give_up(*_: object) -> None:
        raise Hang(f"over {seconds:g} s")

    before = signal.signal(signal.SIGALRM, give_up)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _innermost(trace: TracebackType | None, watched: Path) -> str:
    where = ""
    while trace is not None:
        code = trace.tb_frame.f_code
        if code.co_filename.startswith(str(watched)):
            where = f"{Path(code.co_filename).name}:{trace.tb_lineno}"
        trace = trace.tb_next
    return where


def _pick(items: Sequence[Any], rng: np.random.Generator) -> Any:
    return items[int(rng.integers(len(items)))]


def _changed(report: Report, lore: Lore, rng: np.random.Generator) -> Input:
    """One of the corpus, what loads, is new or short more often, changed in one to a few places."""
    corpus = report.corpus
    several = _pick((corpus, corpus[-max(20, len(corpus) // 4) :], report.sound or corpus), rng)
    one: Input = min((_pick(several, rng) for _ in range(3)), key=lambda it: len(it.data))
    for _ in range(1 if rng.random() < 0.6 else int(rng.integers(2, STACKED + 1))):
        how = _in_structure if rng.random() < 0.6 else _in_bytes
        one = one._replace(data=how(one.data, _pick(corpus, rng).data, lore, rng))
    return Input(_pick(sorted(LOADERS), rng), one.data) if rng.random() < 0.02 else one


def _in_bytes(data: bytes, other: bytes, lore: Lore, rng: np.random.Generator) -> bytes:
    at = int(rng.integers(len(data) + 1))
    upto = min(len(data), at + int(rng.integers(1, 40)))
    new: bytes = _pick(
        (
            b"", data[at:upto] * 2, _pick(TOKENS, rng), _pick(TOKENS, rng) * 50,
            bytes([int(rng.integers(256))]), _pick(lore.words, rng).encode(), _slice(other, rng),
        ),
        rng,
    )  # fmt: skip
    return data[:at] + new + data[upto if rng.random() < 0.5 else at :]


def _slice(data: bytes, rng: np.random.Generator) -> bytes:
    at = int(rng.integers(len(data) + 1))
    return data[at : at + int(rng.integers(1, 200))]


def _in_structure(data: bytes, other: bytes, lore: Lore, rng: np.random.Generator) -> bytes:
    """The data with one part replaced, dropped, doubled or renamed; broken YAML is changed in its bytes."""
    tree = _data(data)
    places = [place for place in _places(tree) if place]
    if not places:
        return _in_bytes(data, other, lore, rng)
    *way, step = _pick(places, rng)
    parent = tree
    for each in way:
        parent = parent[each]
    fitting = _pick(lore.values.get(str(step), ODD), rng)
    new = deepcopy(
        _pick((fitting, fitting, _pick(ODD, rng), _part(other, rng), parent[step], [parent[step]]), rng)
    )
    if rng.random() < 0.2:
        del parent[step]
    elif isinstance(parent, list):
        parent.insert(step, new) if rng.random() < 0.3 else parent.__setitem__(step, new)
    elif rng.random() < 0.3:
        parent[_pick(lore.words, rng)] = parent.pop(step) if rng.random() < 0.5 else new
    else:
        parent[step] = new
    return _written(tree)


def _part(data: bytes, rng: np.random.Generator) -> Any:
    tree = _data(data)
    for each in _pick(_places(tree), rng):
        tree = tree[each]
    return tree


def _data(data: bytes) -> Any:
    try:
        return plain(parse(data.decode(), Path("x")))
    except (UserError, ValueError):
        return None


def _places(tree: Any, place: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    steps = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    return [place, *(deep for step, below in steps for deep in _places(below, (*place, step)))]


def _lore(seeds: Sequence[Input]) -> Lore:
    values: dict[str, list[Any]] = {"x": [0]}
    for seed in seeds:
        tree = _data(seed.data)
        for *way, step in filter(None, _places(tree)):
            value = tree
            for each in (*way, step):
                value = value[each]
            if isinstance(step, str):
                values.setdefault(step, []).append(value)
    return Lore(sorted(values), values)


def shortest(finding: Finding, loaders: Loaders, watched: Path = SHIPPED) -> Input:
    """The finding's input with everything taken away that it does not need: first lines, then bytes."""

    def same(data: bytes) -> bool:
        report = Report()
        with tempfile.TemporaryDirectory() as folder:
            _try(
                Input(finding.input.kind, data), loaders, Path(folder).resolve() / "any.yaml", watched, report
            )
        return any(it.where == finding.where for it in report.findings.values())

    data = finding.input.data
    for separator in (b"\n", b", ", b""):
        size = max(1, len(_pieces(data, separator)) // 2)
        while size:
            pieces, at = _pieces(data, separator), 0
            while at < len(pieces):
                fewer = pieces[:at] + pieces[at + size :]
                if same(separator.join(fewer)):
                    pieces = fewer
                else:
                    at += size
            data = separator.join(pieces)
            size //= 2
    return finding.input._replace(data=data)


def _pieces(data: bytes, separator: bytes) -> list[bytes]:
    return data.split(separator) if separator else [bytes([each]) for each in data]


def main() -> int:
    """Run for some seconds, say how it went every ten, and what was found; exit code 1 for findings."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=7)
    options = parser.parse_args()
    load_catalogue()
    start, told, seconds, report = monotonic(), 0.0, 0.0, Report()
    for report in fuzz(shipped(), LOADERS, Chance(options.seed)):
        seconds = monotonic() - start
        if seconds >= told or seconds >= options.seconds:
            print(report.line(seconds), flush=True)
            told += 10
        if seconds >= options.seconds:
            break
    for finding in report.findings.values():
        print(f"\n{finding.what}\n  at {finding.where}, kind {finding.input.kind}:")
        print(f"  {shortest(finding, LOADERS).data!r}")
    return 1 if report.findings else 0


if __name__ == "__main__":
    raise SystemExit(main())
