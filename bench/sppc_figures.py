"""IoTGen's three figures rebuilt: what a model learns from compressed routines, by method and share.

    bench/sppc_figures.py [--data FOLDER] [--sets fr an fr_winter] [--out FOLDER] [--shares .1 .01 ...]
    bench/sppc_figures.py --table [--out FOLDER]     the tables of what is done so far

A method selects from the training days within a share of their tokens, counted line by line. Our autoencoder
learns from what was kept and is tried on the test days: mean and variance of its loss (nats a behaviour), and
its largest losses. What is kept is written down in one of three forms:

- `patterns`: one text of patterns (`sppc.patterns`). The model learns what that text says, no more.
- `weighed`: line by line as published; and, uncounted, on which weekdays how many others each piece stands
  for (`sppc.selection.represented`). The model sees it as often as the root of how often.
- `lines`: line by line as published, the model sees each piece once.

A model is tried on the validation days every 50 steps; the best one counts, and training ends when three
trials in a row are no better. Without this, small sets are learned by heart and only that is measured.
Seeds vary the training of the judging model, the random choice and the dropout of SSC. Importance and the
encoder of SSC (seed 2024, as released) are made once a set.

fr and an are SmartSense's logs, polling left out. fr_winter is SmartGen's: there SSC as published is what its
authors kept, at the seven thresholds whose files they released, and the others get as many tokens.

Each training is one line of OUT/SET.jsonl; a run goes on where the last one stopped.
"""

import argparse
import csv
import json
import os
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from statistics import fmean, stdev
from typing import Any

import numpy as np
import torch

from dataset.importing import import_routines
from dataset.routines import Routine
from dataset.vocabulary import Vocabulary
from scenarios.catalogue import load_catalogue
from sppc import encode as encoding
from sppc.autoencoder import Config
from sppc.encode import Encoded, encode
from sppc.importance import cross_fitted
from sppc.patterns import read as read_patterns
from sppc.patterns import write
from sppc.selection import METHODS, line_by_line, represented, within
from sppc.split import split
from sppc.ssc import released, released_vectors, sparse
from sppc.text import cost, tokens
from sppc.train import Training, fitting, losses

SHARES = (0.10, 0.02, 0.50, 0.05, 0.20, 0.01)  # of the tokens, in the order of being measured
EVERY, PATIENCE = 50, 3  # steps between trials on validation days; trials without gain before the end
TRAINING = Training(steps=600)
LARGEST = 20
FIGURES = ("steps", "mean", "variance", "largest")
WINTER, FOLDER = "fr_winter", "SmartGen/IoT_data/fr/winter/"
THRESHOLDS = (0.905, 0.91, 0.915, 0.916, 0.917, 0.918, 0.92)
FORMS = ("patterns", "weighed", "lines")
T_95 = {3: 4.30, 4: 3.18, 5: 2.78}  # Student's t, two-sided 95 %, by number of seeds


@dataclass(frozen=True)
class Log:
    """One household's pieces: to learn from, to watch training by, to be tried on."""

    name: str
    known: tuple[Routine, ...]
    watched: tuple[Routine, ...]
    unseen: tuple[Routine, ...]

    @property
    def tokens(self) -> int:
        """Of all that is known."""
        return sum(map(cost, self.known))


def main() -> None:
    """Measure what is missing, then print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--data", type=Path, default=os.environ.get("HOMEFOLK_DATA", "../shared/data"))
    parser.add_argument("--sets", nargs="+", default=["fr_winter", "fr", "an"])
    parser.add_argument("--out", type=Path, default=Path("runs/sppc"))
    parser.add_argument("--shares", nargs="+", type=float, default=SHARES)
    parser.add_argument("--methods", nargs="+", default=list(METHODS), choices=METHODS)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--forms", nargs="+", default=["patterns", "weighed"], choices=FORMS)
    parser.add_argument("--table", action="store_true", help="print what is done, measure nothing")
    given = parser.parse_args()
    if not given.table and not Path(given.data).is_dir():
        print(f"{given.data}: no real logs here; nothing to measure")
        return
    given.out.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(1)
    if not given.table:
        for name in given.sets:
            log = winter(given.data, given.out) if name == WINTER else load(given.data, name)
            shares = released_shares(given.out) if name == WINTER else given.shares
            plan = [*product(shares, range(given.seeds), given.forms, given.methods)]
            measure(log, given.out, plan)
    for name in given.sets:
        print_tables(name, read(given.out / f"{name}.jsonl"))


def load(data: Path, name: str) -> Log:
    """The SmartSense log *name* without polling, split."""
    polling = load_catalogue().polling()
    parts = [
        import_routines(
            "smartsense", data / "raw_10x5" / f"{name}_{part}.parquet", Vocabulary.shipped(name), None
        ).routines.without(polling)
        for part in ("trn", "vld", "test")
    ]
    return Log(name, *(split([*part.sequences()]) for part in parts))


def winter(data: Path, out: Path) -> Log:
    """SmartGen's FR winter, and what its authors kept of it written to OUT/ssc_fr_winter.json."""
    with (data / "smartgen" / "files.csv").open() as file:
        files = {row["path"].removeprefix(FOLDER): int(row["content_id"]) for row in csv.DictReader(file)}

    def pieces(name: str) -> list[Routine]:
        path = data / "smartgen" / "sequences.parquet"
        log = import_routines("smartgen", path, Vocabulary.shipped("fr"), files[name])
        return [*log.routines.sequences()]

    def kept() -> dict[str, list[int]]:
        found = [
            [piece for day in range(7) for piece in pieces(f"trn_day_{day}_SPPC_th={threshold}.pkl")]
            for threshold in THRESHOLDS
        ]
        shares = [round(sum(map(cost, some)) / sum(map(cost, known)), 4) for some in found]
        return {
            f"{share}/{seed}": [known.index(piece) for piece in some]
            for (share, some), seed in product(zip(shares, found, strict=True), range(5))
        }

    known, held_out = pieces("split_trn.pkl"), pieces("split_vld.pkl")
    kept_on_disk(out / f"ssc_{WINTER}.json", kept)
    return Log(WINTER, tuple(known), tuple(held_out[::2]), tuple(held_out[1::2]))


def released_shares(out: Path) -> list[float]:
    """The shares of tokens that SmartGen's thresholds come to, those nearest to a tenth first."""
    found = {float(at.partition("/")[0]) for at in json.loads((out / f"ssc_{WINTER}.json").read_text())}
    return sorted(found, key=lambda share: abs(np.log(share / 0.1)))


def measure(log: Log, out: Path, plan: Sequence[tuple[float, int, str, str]]) -> None:
    """Append to OUT/SET.jsonl a line for each training that is not there yet."""
    path = out / f"{log.name}.jsonl"
    done = {key(row): row for row in read(path)}
    importance = kept_on_disk(out / f"importance_{log.name}.json", lambda: cross_fitted(log.known).tolist())
    trial = tried(log)
    for share, seed, form, method in sorted(
        [*plan, *((1.0, seed, "whole", "everything") for seed in {seed for _, seed, _, _ in plan})],
        key=lambda cell: cell[2] != "whole",
    ):
        row: dict[str, Any] = {"method": method, "share": share, "seed": seed, "form": form}
        if key(row) in done or (method == "ssc_as_published" and form == "patterns"):
            continue
        rows = select(log, method, form, share, seed, np.array(importance), out)
        pieces = handed(log.known, rows, form)
        row |= {"pieces": len(rows), "tokens": size(log.known, rows, form)}
        if form == "patterns" and pieces == sorted(log.known):  # nothing is lost
            row |= {name: done["everything", 1.0, seed, "whole"][name] for name in FIGURES}
        else:
            row |= trial(pieces, seed)
        done[key(row)] = row
        with path.open("a") as file:
            file.write(json.dumps(row) + "\n")


def select(
    log: Log, method: str, form: str, share: float, seed: int, importance: np.ndarray[Any, Any], out: Path
) -> Sequence[int]:
    """Rows that *method* keeps. SSC as published is trained once for all shares and seeds."""
    if method == "everything":
        return range(len(log.known))
    if method == "ssc_as_published":
        return by_ssc(log, out)[f"{share}/{seed}"]
    rng, budget = np.random.default_rng(seed), round(share * log.tokens)
    fits = within(log.known, budget) if form == "patterns" else line_by_line(log.known, budget)
    return [int(at) for at in METHODS[method](log.known, importance, fits, rng)]


def size(known: Sequence[Routine], rows: Sequence[int], form: str) -> int:
    """Tokens of these rows in that form."""
    if form == "patterns":
        return tokens(write(Counter(handed(known, rows, form))))
    return sum(cost(known[row]) for row in rows)


def handed(known: Sequence[Routine], rows: Sequence[int], form: str) -> list[Routine]:
    """What the judging model learns from, where these rows are kept in that form."""
    kept = [known[row] for row in rows]
    if form == "patterns":
        times = Counter(known)
        return sorted(read_patterns(write({piece: times[piece] for piece in kept})).elements())
    return lived(known, kept) if form == "weighed" else sorted(kept)


def by_ssc(log: Log, out: Path) -> dict[str, list[int]]:
    """Rows kept by SSC as published, by share and seed."""

    def choose() -> dict[str, list[int]]:
        fits = {share: line_by_line(log.known, round(share * log.tokens)) for share in SHARES}
        with torch.autocast("cpu", torch.bfloat16):
            model, ids = released(log.known)
            vectors = [released_vectors(model, ids, seed) for seed in range(5)]
        return {
            f"{share}/{seed}": sparse(vectors[seed], log.known, fits[share]).tolist()
            for share, seed in product(SHARES, range(5))
        }

    found: dict[str, list[int]] = kept_on_disk(out / f"ssc_{log.name}.json", choose)
    return {at: list({log.known[row]: row for row in reversed(rows)}.values()) for at, rows in found.items()}


def lived(known: Sequence[Routine], kept: Sequence[Routine]) -> list[Routine]:
    """Each kept routine on each weekday that it stands for, as often as the root of how often."""
    weights = np.ceil(np.sqrt(represented(known, kept))).astype(int)
    each = zip(kept, weights, strict=True)
    return [on(piece, day) for piece, days in each for day in np.repeat(range(7), days)]


def on(piece: Routine, day: int) -> Routine:
    """The piece, begun on another weekday."""
    return tuple(b._replace(day=(b.day - piece[0].day + int(day)) % 7) for b in piece)


def tried(log: Log) -> Callable[[Sequence[Routine], int], dict[str, Any]]:
    """A function that trains on pieces and says how the test days fare."""
    words = encoding.vocabulary([*log.known, *log.watched, *log.unseen])
    config = Config(len(words.devices), len(words.actions))
    watched, unseen = encode(log.watched, words), encode(log.unseen, words)

    def trial(pieces: Sequence[Routine], seed: int) -> dict[str, Any]:
        best = min(trials(encode(pieces, words), config, seed, watched, unseen), key=lambda found: found[0])
        _, steps, loss = best
        largest = np.sort(loss)[::-1][:LARGEST].round(3).tolist()
        return {"steps": steps, "mean": float(loss.mean()), "variance": float(loss.var()), "largest": largest}

    return trial


def trials(
    data: Encoded, config: Config, seed: int, watched: Encoded, unseen: Encoded
) -> Iterator[tuple[float, int, np.ndarray[Any, Any]]]:
    """Mean loss on validation days, steps taken, and losses on test days, every so many steps."""
    least, since = float("inf"), 0
    for step, model in enumerate(fitting(data, config, TRAINING, seed), 1):
        if step % EVERY == 0:
            now = float(losses(model, watched).mean())
            since = 0 if now < least else since + 1
            least = min(least, now)
            yield now, step, losses(model, unseen)
            if since == PATIENCE:
                return


def kept_on_disk(path: Path, make: Callable[[], Any]) -> Any:
    """What the file holds, made and written first where there is none."""
    if not path.exists():
        path.write_text(json.dumps(make()))
    return json.loads(path.read_text())


def read(path: Path) -> list[dict[str, Any]]:
    """The trainings done so far."""
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def key(row: dict[str, Any]) -> tuple[Any, ...]:
    """What tells one training from another."""
    return row["method"], row["share"], row["seed"], row["form"]


def interval(values: Sequence[float], digits: int = 2) -> str:
    """Mean, and from three seeds on half the width of its 95 % interval."""
    if len(values) < 3:  # an interval of two says nothing
        return f"{fmean(values):.{digits}f}"
    half = T_95[len(values)] * stdev(values) / len(values) ** 0.5
    return f"{fmean(values):.{digits}f} ± {half:.{digits}f}"


def print_tables(name: str, rows: Sequence[dict[str, Any]]) -> None:
    """Mean loss, its variance and the largest losses; a row a form and method, a column a share."""
    figures: dict[str, Callable[[dict[str, Any]], float]] = {
        "mean loss on the test days": lambda row: float(row["mean"]),
        "variance of the loss": lambda row: float(row["variance"]),
        f"mean of the {LARGEST} largest losses": lambda row: fmean(row["largest"]),
    }
    shares = sorted({row["share"] for row in rows} - {1.0})
    for title, figure in figures.items():
        cells: dict[tuple[Any, ...], list[float]] = defaultdict(list)
        for row in rows:
            cells[row["form"], row["method"], row["share"]].append(figure(row))
        whole = cells["whole", "everything", 1.0]
        print(f"\n**{name.upper()}, {title}**\n\neverything: {interval(whole)} ({len(whole)} seeds)\n")
        print("| form | method | " + " | ".join(f"{share:.1%}" for share in shares) + " |")
        print("| --- | --- |" + " --- |" * len(shares))
        for form, method in product(FORMS, METHODS):
            found = [cells[form, method, share] for share in shares]
            if any(found):
                told = [interval(cell) if cell else "" for cell in found]
                print(f"| {form} | {method} | " + " | ".join(told) + " |")


if __name__ == "__main__":
    main()
